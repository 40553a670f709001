/* SPDX-License-Identifier: GPL-2.0-only */
/* Two worlds: the same device in two sessions against another device. A run of octets that the
 * adversary reads in both sessions of the one and never in that of the other tells them apart. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "goals.h"

#define WINDOW IMP_WINDOW_OCTETS

static uint64_t pack(const uint8_t *p)
{
    uint64_t v = 0;
    for (int i = 0; i < WINDOW; i++)
        v = v << 8 | p[i];
    return v;
}

static int ascending(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

struct windows { /* of one view, sorted */
    uint64_t *w;
    size_t n;
};

static struct windows windows_of(const struct imp_view *v)
{
    struct windows s = {0};
    size_t n = 0;
    for (size_t i = 0; i < v->count; i++)
        n += v->unit[i].n >= WINDOW ? v->unit[i].n - WINDOW + 1 : 0;
    s.w = malloc((n + 1) * sizeof *s.w);
    if (!s.w)
        abort();
    for (size_t i = 0; i < v->count; i++)
        for (size_t k = 0; k + WINDOW <= v->unit[i].n; k++)
            s.w[s.n++] = pack(v->unit[i].bytes + k);
    qsort(s.w, s.n, sizeof *s.w, ascending);
    return s;
}

static bool has(const struct windows *s, uint64_t w)
{
    return bsearch(&w, s->w, s->n, sizeof w, ascending) != NULL;
}

/* `s`: those of the same device, then those of the other. */
static bool telling(const struct windows *s, size_t count, const uint8_t *p)
{
    uint64_t w = pack(p);
    for (size_t i = 0; i < count; i++)
        if (!has(&s[i], w) || has(&s[count + i], w))
            return false;
    return true;
}

static size_t longest(const struct imp_view *here, const struct windows *s, size_t count,
                      const uint8_t **at)
{
    size_t best = 0;
    for (size_t i = 0; i < here->count; i++) {
        const struct imp_fact *f = &here->unit[i];
        for (size_t from = 0, k = 0; k + WINDOW <= f->n; k++) {
            if (!telling(s, count, f->bytes + k)) {
                from = k + 1;
                continue;
            }
            if (k - from + WINDOW > best) {
                best = k - from + WINDOW;
                *at = f->bytes + from;
            }
        }
    }
    return best;
}

size_t imp_worlds_telling(const struct imp_worlds *w, const uint8_t **at)
{
    struct windows *s = calloc(2 * w->count + 1, sizeof *s);
    if (!s)
        abort();
    for (size_t i = 0; i < w->count; i++) {
        s[i] = windows_of(&w->again[i]);
        s[w->count + i] = windows_of(&w->other[i]);
    }
    size_t n = longest(&w->here, s, w->count, at);
    for (size_t i = 0; i < 2 * w->count; i++)
        free(s[i].w);
    free(s);
    return n;
}

/* As text where it is text, else in hexadecimal. */
static void show(char *out, size_t cap, const uint8_t *p, size_t n)
{
    bool text = true;
    size_t used = 0;
    for (size_t i = 0; i < n; i++)
        text = text && p[i] >= ' ' && p[i] < 0x7f;
    out[0] = '\0';
    for (size_t i = 0; i < n && used + 3 < cap; i++)
        used += (size_t)snprintf(out + used, cap - used, text ? "%c" : "%02x", p[i]);
}

struct imp_verdict imp__g11_privacy(const struct imp_case *c)
{
    const struct imp_worlds *w = c->worlds;
    const uint8_t *at = NULL;
    char text[60];
    if (!w || w->here.count == 0)
        return imp__na("the adversary read nothing of the device");
    if (w->count == 0)
        return imp__na("there is no other session to compare with");
    size_t n = imp_worlds_telling(w, &at);
    if (n == 0)
        return imp__holds("no %d octets recur with this device alone in %zu sessions", WINDOW,
                          w->count + 1);
    show(text, sizeof text, at, n);
    return imp__broken(IMP_NEVER, "%zu octets recur with this device alone: %s", n, text);
}
