/* SPDX-License-Identifier: GPL-2.0-only */
#include "der.h"

#include <string.h>

/* ---- writing -----------------------------------------------------------------------------------
 */
void imp_der_put(struct imp_der_writer *w, const void *bytes, size_t n)
{
    if (w->bad || n > w->at) {
        w->bad = true;
        return;
    }
    w->at -= n;
    if (n)
        memcpy(w->p + w->at, bytes, n);
}

void imp_der_put_byte(struct imp_der_writer *w, unsigned b)
{
    const uint8_t octet = (uint8_t)b;
    imp_der_put(w, &octet, 1);
}

void imp_der_wrap(struct imp_der_writer *w, unsigned tag, size_t end)
{
    size_t n = end - w->at;
    if (n < 128) {
        imp_der_put_byte(w, (unsigned)n);
    } else if (n < 256) {
        imp_der_put_byte(w, (unsigned)n);
        imp_der_put_byte(w, 0x81);
    } else {
        imp_der_put_byte(w, (unsigned)n & 255);
        imp_der_put_byte(w, (unsigned)(n >> 8));
        imp_der_put_byte(w, 0x82);
        w->bad |= n > 65535;
    }
    imp_der_put_byte(w, tag);
}

void imp_der_value(struct imp_der_writer *w, unsigned tag, const void *bytes, size_t n)
{
    size_t end = w->at;
    imp_der_put(w, bytes, n);
    imp_der_wrap(w, tag, end);
}

static void arc(struct imp_der_writer *w, unsigned long v)
{
    imp_der_put_byte(w, v & 127);
    while (v >>= 7)
        imp_der_put_byte(w, 128 | (v & 127));
}

void imp_der_oid(struct imp_der_writer *w, const char *text)
{
    unsigned long arcs[16] = {0};
    size_t count = 1, end = w->at;
    for (; *text; text++)
        if (*text == '.' && count < 16)
            count++;
        else if (*text >= '0' && *text <= '9')
            arcs[count - 1] = arcs[count - 1] * 10 + (unsigned long)(*text - '0');
        else
            w->bad = true;
    for (size_t i = count; i-- > 2;)
        arc(w, arcs[i]);
    arc(w, arcs[0] * 40 + arcs[1]);
    imp_der_wrap(w, IMP_DER_OID, end);
}

int imp_der_end(struct imp_der_writer *w, size_t cap)
{
    if (w->bad)
        return -1;
    size_t n = cap - w->at;
    memmove(w->p, w->p + w->at, n);
    return (int)n;
}

/* ---- reading -----------------------------------------------------------------------------------
 */
int imp_der_next(struct imp_piece *element, struct imp_piece *rest)
{
    const uint8_t *p = rest->p;
    size_t head = 2, n;
    if (rest->n < 2)
        return -1;
    n = p[1];
    if (n & 0x80) { /* one or two octets of length, and no more than it takes */
        size_t octets = n & 0x7f;
        if (octets < 1 || octets > 2 || rest->n < 2 + octets || p[2] == 0)
            return -1;
        n = octets == 1 ? p[2] : (size_t)p[2] << 8 | p[3];
        head += octets;
        if (n < 0x80)
            return -1;
    }
    if (n > rest->n - head)
        return -1;
    *element = (struct imp_piece){p + head, n};
    *rest = (struct imp_piece){p + head + n, rest->n - head - n};
    return p[0];
}

bool imp_der_take(struct imp_piece *element, struct imp_piece *rest, int tag)
{
    struct imp_piece after = *rest;
    if (imp_der_next(element, &after) != tag)
        return false;
    *rest = after;
    return true;
}

bool imp_der_is_oid(struct imp_piece contents, const char *text)
{
    uint8_t der[40];
    struct imp_der_writer w = {.p = der, .at = sizeof der};
    imp_der_oid(&w, text);
    const size_t n = sizeof der - w.at;
    return !w.bad && contents.n == n - 2 && memcmp(contents.p, der + w.at + 2, n - 2) == 0;
}
