/* SPDX-License-Identifier: GPL-2.0-only */
/* known_places.c - finds strings in all facts at once. */
#include <stdlib.h>
#include <string.h>

#include "knowledge_internal.h"

enum { WINDOW = IMP_KNOWN_PART, SAMPLES = 64, FIRST_BITS = 12, MAX_BITS = 30 };

static uint64_t read64(const uint8_t *p)
{
    uint64_t v = 0;
    for (int i = 0; i < WINDOW; i++)
        v = v << 8 | p[i];
    return v;
}

static struct known_chain *chain_of(const struct known_places *p, const uint8_t *window)
{
    return &p->chains[read64(window) * UINT64_C(0x9e3779b97f4a7c15) >> (64 - p->bits)];
}

static size_t fact_end(const struct known_places *p, size_t fact)
{
    return fact + 1 < p->facts ? p->starts[fact + 1] : p->n;
}

/* Windows do not reach over the end of their fact. */
static void chain_fact(struct known_places *p, size_t fact)
{
    for (size_t at = p->starts[fact]; at + WINDOW <= fact_end(p, fact); at++) {
        struct known_chain *c = chain_of(p, p->octets + at);
        p->after[at] = 0;
        if (c->length++ == 0)
            c->first = (uint32_t)at + 1;
        else
            p->after[c->last - 1] = (uint32_t)at + 1;
        c->last = (uint32_t)at + 1;
    }
}

/* At least as many chains as octets. Chains what there is anew when their number grows, else the
 * newest fact only. */
static void chain_newest(struct known_places *p)
{
    if (p->bits && p->n <= (size_t)1 << p->bits) {
        chain_fact(p, p->facts - 1);
        return;
    }
    p->bits = p->bits ? p->bits : FIRST_BITS;
    while ((size_t)1 << p->bits < p->n && p->bits < MAX_BITS)
        p->bits++;
    free(p->chains);
    p->chains = calloc((size_t)1 << p->bits, sizeof *p->chains);
    if (!p->chains)
        abort();
    for (size_t f = 0; f < p->facts; f++)
        chain_fact(p, f);
}

void known_places_add(struct known_places *p, const uint8_t *bytes, size_t n)
{
    size_t cap = p->cap;
    if (n > UINT32_MAX - 1 - p->n)
        abort(); /* four gigaoctets: a harness failure */
    p->starts = known__grow(p->starts, &p->facts_cap, p->facts + 1, sizeof *p->starts);
    p->octets = known__grow(p->octets, &p->cap, p->n + n, 1);
    p->after = known__grow(p->after, &cap, p->n + n, sizeof *p->after);
    p->starts[p->facts++] = (uint32_t)p->n;
    memcpy(p->octets + p->n, bytes, n);
    p->n += n;
    chain_newest(p);
}

static size_t fact_of(const struct known_places *p, size_t at)
{
    size_t low = 0, high = p->facts;
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (p->starts[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Shorter than a window: octet by octet. */
static int contained_short(const struct known_places *p, const uint8_t *bytes, size_t n,
                           size_t from)
{
    size_t at = from < p->facts ? p->starts[from] : p->n;
    const uint8_t *found;
    while ((found = memmem(p->octets + at, p->n - at, bytes, n)) != NULL) {
        at = (size_t)(found - p->octets);
        size_t fact = fact_of(p, at);
        if (at + n <= fact_end(p, fact))
            return (int)fact;
        at++;
    }
    return -1;
}

/* Offset of the window that occurs least, among those tried. */
static size_t rarest(const struct known_places *p, const uint8_t *bytes, size_t n)
{
    size_t best = 0, step = (n - WINDOW) / SAMPLES + 1;
    uint32_t least = UINT32_MAX;
    for (size_t at = 0; at + WINDOW <= n && least > 0; at += step) {
        uint32_t length = chain_of(p, bytes + at)->length;
        if (length < least) {
            least = length;
            best = at;
        }
    }
    return best;
}

int known_places_contain(const struct known_places *p, const uint8_t *bytes, size_t n, size_t from)
{
    if (p->n == 0 || n > p->n)
        return -1;
    if (n < WINDOW)
        return contained_short(p, bytes, n, from);
    size_t offset = rarest(p, bytes, n);
    uint32_t place = chain_of(p, bytes + offset)->first;
    for (; place; place = p->after[place - 1]) {
        size_t start = place - 1 - offset;
        if (place - 1 < offset || n > p->n - start || memcmp(p->octets + start, bytes, n) != 0)
            continue;
        size_t fact = fact_of(p, start);
        if (start + n <= fact_end(p, fact))
            return (int)fact;
    }
    return -1;
}

int known_places_compose(const struct known_places *p, const uint8_t *bytes, size_t n)
{
    size_t covered = 0; /* octets from the left */
    int last = -1;
    for (size_t at = 0; at + WINDOW <= n; at++) {
        if (at > covered)
            return -1;
        bool nothing = known__says_nothing(bytes + at, WINDOW);
        int fact = nothing ? -1 : known_places_contain(p, bytes + at, WINDOW, 0);
        if (nothing || fact >= 0)
            covered = at + WINDOW;
        last = fact > last ? fact : last;
    }
    return covered == n ? last : -1;
}

void known_places_free(struct known_places *p)
{
    free(p->octets);
    free(p->after);
    free(p->starts);
    free(p->chains);
}
