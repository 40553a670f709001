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

/* All windows of a view, sorted; the caller frees them. */
static uint64_t *windows(const struct imp_view *v, size_t *count)
{
    size_t n = 0;
    for (size_t i = 0; i < v->count; i++)
        n += v->unit[i].n >= WINDOW ? v->unit[i].n - WINDOW + 1 : 0;
    uint64_t *w = malloc((n + 1) * sizeof *w);
    if (!w)
        abort();
    *count = 0;
    for (size_t i = 0; i < v->count; i++)
        for (size_t k = 0; k + WINDOW <= v->unit[i].n; k++)
            w[(*count)++] = pack(v->unit[i].bytes + k);
    qsort(w, *count, sizeof *w, ascending);
    return w;
}

struct sets {
    uint64_t *again, *other;
    size_t again_n, other_n;
};

static bool telling(const struct sets *s, const uint8_t *p)
{
    uint64_t w = pack(p);
    return bsearch(&w, s->again, s->again_n, sizeof w, ascending) &&
           !bsearch(&w, s->other, s->other_n, sizeof w, ascending);
}

/* The longest stretch of telling windows. */
static size_t longest(const struct imp_view *here, const struct sets *s, const uint8_t **at)
{
    size_t best = 0;
    for (size_t i = 0; i < here->count; i++) {
        const struct imp_fact *f = &here->unit[i];
        for (size_t from = 0, k = 0; k + WINDOW <= f->n; k++) {
            if (!telling(s, f->bytes + k)) {
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
    struct sets s;
    char text[60];
    if (!w || w->here.count == 0)
        return imp__na("the adversary read nothing of the device");
    if (w->again.count == 0 || w->other.count == 0)
        return imp__na("there is no second session to compare with");
    s.again = windows(&w->again, &s.again_n);
    s.other = windows(&w->other, &s.other_n);
    size_t n = longest(&w->here, &s, &at);
    free(s.again);
    free(s.other);
    if (n == 0)
        return imp__holds("no %d octets recur with this device alone", WINDOW);
    show(text, sizeof text, at, n);
    return imp__broken(IMP_NEVER, "%zu octets recur with this device alone: %s", n, text);
}
