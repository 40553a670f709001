/* SPDX-License-Identifier: GPL-2.0-only */
#include "ssh_wire.h"

#include <string.h>

static const uint8_t *take(struct imp_ssh_reader *r, size_t n)
{
    if (r->bad || n > r->n) {
        r->bad = true;
        return NULL;
    }
    const uint8_t *p = r->p;
    r->p += n;
    r->n -= n;
    return p;
}

uint8_t imp_ssh_get_byte(struct imp_ssh_reader *r)
{
    const uint8_t *p = take(r, 1);
    return p ? *p : 0;
}

uint32_t imp_ssh_get_u32(struct imp_ssh_reader *r)
{
    const uint8_t *p = take(r, 4);
    return p ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3] : 0;
}

struct imp_ssh_string imp_ssh_get_string(struct imp_ssh_reader *r)
{
    size_t n = imp_ssh_get_u32(r);
    const uint8_t *p = take(r, n);
    return (struct imp_ssh_string){.p = p, .n = p ? n : 0};
}

bool imp_ssh_string_is(struct imp_ssh_string s, const char *text)
{
    return s.n == strlen(text) && (s.n == 0 || memcmp(s.p, text, s.n) == 0);
}

bool imp_ssh_list_has(struct imp_ssh_string list, const char *name)
{
    size_t start = 0;
    if (list.n == 0) /* its octets may be nowhere */
        return false;
    for (size_t i = 0; i <= list.n; i++) {
        if (i < list.n && list.p[i] != ',')
            continue;
        if (imp_ssh_string_is((struct imp_ssh_string){list.p + start, i - start}, name))
            return i > start;
        start = i + 1;
    }
    return false;
}

void imp_ssh_put_raw(struct imp_ssh_writer *w, const void *p, size_t n)
{
    if (w->bad || n > w->cap - w->n) {
        w->bad = true;
        return;
    }
    if (n)
        memcpy(w->p + w->n, p, n);
    w->n += n;
}

void imp_ssh_put_byte(struct imp_ssh_writer *w, uint8_t v)
{
    imp_ssh_put_raw(w, &v, 1);
}

void imp_ssh_put_u32(struct imp_ssh_writer *w, uint32_t v)
{
    const uint8_t p[] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};
    imp_ssh_put_raw(w, p, sizeof p);
}

void imp_ssh_put_string(struct imp_ssh_writer *w, const void *p, size_t n)
{
    imp_ssh_put_u32(w, (uint32_t)n);
    imp_ssh_put_raw(w, p, n);
}

void imp_ssh_put_text(struct imp_ssh_writer *w, const char *text)
{
    imp_ssh_put_string(w, text, strlen(text));
}

void imp_ssh_put_mpint(struct imp_ssh_writer *w, const uint8_t *p, size_t n)
{
    while (n > 0 && *p == 0) {
        p++;
        n--;
    }
    bool sign = n > 0 && *p & 0x80;
    imp_ssh_put_u32(w, (uint32_t)(n + sign));
    if (sign)
        imp_ssh_put_byte(w, 0);
    imp_ssh_put_raw(w, p, n);
}
