/* SPDX-License-Identifier: GPL-2.0-only */
/* ttls_avp.c - attribute-value pairs in the tunnel, RFC 5281 sections 10.1 and 10.2. */
#include <string.h>

#include "ttls.h"

enum {
    HEADER = 8,
    VENDOR_HEADER = 12,
    VENDOR = 0x80, /* flags */
    MANDATORY = 0x40,
    MICROSOFT = 311
};

static uint32_t get_32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void put_32(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> 8 * (3 - i));
}

/* The last pair may lack its padding, as with some implementations. */
int ttls_avp_next(struct ttls_avp *out, const uint8_t *p, size_t n, size_t *at)
{
    size_t left = n - *at;
    const uint8_t *avp = p + *at;
    if (left == 0)
        return 0;
    if (left < HEADER)
        return -1;
    size_t head = avp[4] & VENDOR ? VENDOR_HEADER : HEADER, size = get_32(avp + 4) & 0xffffff;
    if (size < head || size > left)
        return -1;
    *out = (struct ttls_avp){.code = get_32(avp),
                             .vendor = avp[4] & VENDOR ? get_32(avp + HEADER) : 0,
                             .mandatory = avp[4] & MANDATORY,
                             .data = avp + head,
                             .n = size - head};
    size_t padded = (size + 3) / 4 * 4;
    *at += padded < left ? padded : left;
    return 1;
}

static void put(struct ttls_writer *w, uint32_t code, uint32_t vendor, const void *data, size_t n)
{
    size_t head = vendor ? VENDOR_HEADER : HEADER, size = head + n, padded = (size + 3) / 4 * 4;
    uint8_t *p = w->bytes + w->n;
    if (padded > sizeof w->bytes - w->n) {
        w->overflow = true;
        return;
    }
    put_32(p, code);
    put_32(p + 4, (uint32_t)size);
    p[4] = (uint8_t)((vendor ? VENDOR : 0) | (w->mandatory ? MANDATORY : 0));
    if (vendor)
        put_32(p + HEADER, vendor);
    memcpy(p + head, data, n);
    memset(p + size, 0, padded - size);
    w->n += padded;
}

void ttls_put(struct ttls_writer *w, uint32_t code, const void *data, size_t n)
{
    put(w, code, 0, data, n);
}

void ttls_put_microsoft(struct ttls_writer *w, uint32_t code, const void *data, size_t n)
{
    put(w, code, MICROSOFT, data, n);
}

/* Where a pair belongs in the message; NULL: we do not know it. */
static struct imp_piece *place(struct ttls_message *m, const struct ttls_avp *a)
{
    const struct {
        uint32_t code, vendor;
        struct imp_piece *piece;
    } places[] = {{TTLS_USER_NAME, 0, &m->user_name},
                  {TTLS_USER_PASSWORD, 0, &m->user_password},
                  {TTLS_CHAP_PASSWORD, 0, &m->chap_password},
                  {TTLS_REPLY_MESSAGE, 0, &m->reply},
                  {TTLS_CHAP_CHALLENGE, 0, &m->chap_challenge},
                  {TTLS_EAP_MESSAGE, 0, &m->eap},
                  {TTLS_MS_CHAP_ERROR, MICROSOFT, &m->ms_error},
                  {TTLS_MS_CHAP_CHALLENGE, MICROSOFT, &m->ms_challenge},
                  {TTLS_MS_CHAP2_RESPONSE, MICROSOFT, &m->ms_response},
                  {TTLS_MS_CHAP2_SUCCESS, MICROSOFT, &m->ms_success}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (places[i].code == a->code && places[i].vendor == a->vendor)
            return places[i].piece;
    return NULL;
}

int ttls_read(struct ttls_message *out, const uint8_t *p, size_t n)
{
    struct ttls_avp a;
    size_t at = 0;
    int r;
    memset(out, 0, sizeof *out);
    while ((r = ttls_avp_next(&a, p, n, &at)) > 0) {
        struct imp_piece *piece = place(out, &a);
        if (piece ? piece->p != NULL : a.mandatory)
            return -1;
        if (piece)
            *piece = (struct imp_piece){a.data, a.n};
    }
    return r;
}
