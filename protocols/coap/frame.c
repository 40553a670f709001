/* SPDX-License-Identifier: GPL-2.0-only */
#include "frame.h"

#include <string.h>

#include "coap_internal.h"

enum { /* lengths from which on they are extended, by one octet, two and four */
       ONE = 13,
       TWO = 269,
       FOUR = 65805,
};

/* Length of options and payload. False: it is not all there yet. */
static bool length(const uint8_t *p, size_t n, size_t *more, uint64_t *v)
{
    static const uint32_t from[] = {ONE, TWO, FOUR};
    unsigned nibble = p[0] >> 4;
    *more = nibble < ONE ? 0 : (size_t)1 << (nibble - ONE);
    *v = nibble;
    if (n < 1 + *more)
        return false;
    if (*more == 0)
        return true;
    *v = 0;
    for (size_t i = 0; i < *more; i++)
        *v = *v << 8 | p[1 + i];
    *v += from[nibble - ONE];
    return true;
}

static bool is_reserved(unsigned class)
{
    return class == 1 || class == 6;
}

int imp_coap_frame_read(struct imp_coap_message *m, const uint8_t *p, size_t n, size_t max)
{
    uint64_t body;
    size_t more;
    *m = (struct imp_coap_message){0};
    if (n == 0)
        return 0;
    m->token_n = p[0] & 15;
    if (m->token_n > IMP_COAP_TOKEN_MAX)
        return IMP_COAP_ETOKEN;
    if (!length(p, n, &more, &body))
        return 0;
    size_t head = 2 + more + m->token_n;
    if (body + head > max)
        return IMP_COAP_ESPACE;
    size_t all = head + (size_t)body;
    if (n < all)
        return 0;
    m->code = p[1 + more];
    if (m->code == IMP_COAP_EMPTY)
        return (int)all;
    if (is_reserved(imp_coap_class(m->code)))
        return IMP_COAP_ECLASS;
    memcpy(m->token, p + 2 + more, m->token_n);
    int error = imp_coap__body_read(m, p + head, (size_t)body);
    return error ? error : (int)all;
}

/* Header without the token; the octets that it has. */
static size_t header(uint8_t out[6], const struct imp_coap_message *m, size_t body)
{
    size_t n = 1;
    if (body < ONE) {
        out[0] = (uint8_t)(body << 4);
    } else if (body < TWO) {
        out[0] = ONE << 4;
        out[n++] = (uint8_t)(body - ONE);
    } else { /* longer ones than FOUR are not written here */
        out[0] = (ONE + 1) << 4;
        out[n++] = (uint8_t)((body - TWO) >> 8);
        out[n++] = (uint8_t)(body - TWO);
    }
    out[0] |= m->token_n;
    out[n++] = m->code;
    return n;
}

/* The body is written behind the longest header and moved: its length is known afterwards. */
int imp_coap_frame_write(uint8_t *out, size_t cap, const struct imp_coap_message *m)
{
    uint8_t head[6];
    size_t lead = 4 + (size_t)m->token_n;
    if (m->token_n > IMP_COAP_TOKEN_MAX)
        return IMP_COAP_ETOKEN;
    if (m->code == IMP_COAP_EMPTY && cap >= 2) {
        memset(out, 0, 2);
        return 2;
    }
    if (cap < lead)
        return IMP_COAP_ESPACE;
    int body = imp_coap__body_write(out + lead, cap - lead, m);
    if (body < 0)
        return body;
    if (body >= FOUR)
        return IMP_COAP_ESPACE;
    size_t n = header(head, m, (size_t)body);
    memmove(out + n + m->token_n, out + lead, (size_t)body);
    memcpy(out, head, n);
    memcpy(out + n, m->token, m->token_n);
    return (int)(n + m->token_n) + body;
}

const char *imp_coap_signal_name(unsigned code)
{
#define CASE(id, class, detail, text)                                                              \
    case IMP_COAP_##id:                                                                            \
        return text;
    switch (code) {
        IMP_COAP_SIGNALS(CASE)
    default:
        return NULL;
    }
}
