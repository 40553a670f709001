/* SPDX-License-Identifier: GPL-2.0-only */
#include "radius.h"

#include <string.h>

#include "protocols/contract/observe.h"

/* ---- reading ------------------------------------------------------------------------------------
 */

int imp_radius_parse(struct imp_radius *out, const uint8_t *p, size_t n)
{
    if (n < IMP_RADIUS_HEADER)
        return -1;
    size_t length = (size_t)p[2] << 8 | p[3];
    if (length < IMP_RADIUS_HEADER || length > n || length > IMP_RADIUS_MAX)
        return -1;
    for (size_t i = IMP_RADIUS_HEADER; i < length; i += p[i + 1])
        if (length - i < 2 || p[i + 1] < 2 || p[i + 1] > length - i)
            return -1;
    *out = (struct imp_radius){
        .code = p[0], .id = p[1], .authenticator = p + 4, .packet = p, .n = length};
    return 0;
}

const uint8_t *imp_radius_next(const struct imp_radius *r, size_t *at, uint8_t type, size_t *n)
{
    size_t i = *at ? *at + r->packet[*at + 1] : IMP_RADIUS_HEADER;
    for (; i < r->n; i += r->packet[i + 1]) {
        if (type != 0 && r->packet[i] != type)
            continue;
        *at = i;
        *n = (size_t)r->packet[i + 1] - 2;
        return r->packet + i + 2;
    }
    return NULL;
}

const uint8_t *imp_radius_find(const struct imp_radius *r, uint8_t type, size_t *n)
{
    size_t at = 0;
    return imp_radius_next(r, &at, type, n);
}

int imp_radius_eap(const struct imp_radius *r, uint8_t *out, size_t cap)
{
    size_t at = 0, n, total = 0, end = 0;
    const uint8_t *part;
    while ((part = imp_radius_next(r, &at, IMP_RADIUS_EAP_MESSAGE, &n)) != NULL) {
        if ((end && at != end) || n > cap - total)
            return -1;
        memcpy(out + total, part, n);
        imp_observe_cut(out, total, n);
        total += n;
        end = at + r->packet[at + 1];
    }
    return (int)total;
}

/* ---- writing ------------------------------------------------------------------------------------
 */

void imp_radius_begin(struct imp_radius_writer *w, uint8_t *out, size_t cap, uint8_t code,
                      uint8_t id, const uint8_t authenticator[16])
{
    *w = (struct imp_radius_writer){.p = out, .n = IMP_RADIUS_HEADER, .cap = cap};
    if (cap < IMP_RADIUS_HEADER) {
        w->overflow = true;
        return;
    }
    out[0] = code;
    out[1] = id;
    out[2] = out[3] = 0;
    memcpy(out + 4, authenticator, 16);
}

void imp_radius_put(struct imp_radius_writer *w, uint8_t type, const void *value, size_t n)
{
    if (w->overflow || n > IMP_RADIUS_VALUE_MAX || n + 2 > w->cap - w->n) {
        w->overflow = true;
        return;
    }
    w->p[w->n] = type;
    w->p[w->n + 1] = (uint8_t)(n + 2);
    memcpy(w->p + w->n + 2, value, n);
    w->n += n + 2;
}

void imp_radius_put_text(struct imp_radius_writer *w, uint8_t type, const char *text)
{
    imp_radius_put(w, type, text, strlen(text));
}

void imp_radius_put_int(struct imp_radius_writer *w, uint8_t type, uint32_t value)
{
    uint8_t b[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                    (uint8_t)value};
    imp_radius_put(w, type, b, sizeof b);
}

void imp_radius_put_eap(struct imp_radius_writer *w, const uint8_t *packet, size_t n)
{
    for (size_t done = 0; done < n;) {
        size_t take = n - done < IMP_RADIUS_VALUE_MAX ? n - done : IMP_RADIUS_VALUE_MAX;
        imp_radius_put(w, IMP_RADIUS_EAP_MESSAGE, packet + done, take);
        done += take;
    }
}
