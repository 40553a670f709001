/* SPDX-License-Identifier: GPL-2.0-only */
/* known_places.c - finds strings in all facts at once. */
#include <stdlib.h>
#include <string.h>

#include "knowledge_internal.h"

enum { WINDOW = IMP_KNOWN_MIN, PART = IMP_KNOWN_PART, SAMPLES = 64 };

static uint32_t hash(const uint8_t *p, unsigned bits)
{
    uint32_t v = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    return v * UINT32_C(2654435769) >> (32 - bits);
}

static void chain(struct known_places *p, size_t at)
{
    uint32_t h = hash(p->octets + at, p->bits);
    p->before[at] = p->last[h];
    p->last[h] = (uint32_t)at + 1;
    p->length[h]++;
}

/* Windows do not reach over the end of their fact. */
static void chain_fact(struct known_places *p, size_t start, size_t end)
{
    for (size_t at = start; at + WINDOW <= end; at++)
        chain(p, at);
}

static size_t fact_end(const struct known_places *p, size_t fact)
{
    return fact + 1 < p->facts ? p->starts[fact + 1] : p->n;
}

/* As many chains as octets at least; 4096 to begin with. */
static void widen(struct known_places *p)
{
    if (p->bits && p->n <= (size_t)1 << p->bits)
        return;
    p->bits = p->bits ? p->bits : 12;
    while ((size_t)1 << p->bits < 2 * p->n && p->bits < 30)
        p->bits++;
    free(p->last);
    free(p->length);
    p->last = calloc((size_t)1 << p->bits, sizeof *p->last);
    p->length = calloc((size_t)1 << p->bits, sizeof *p->length);
    if (!p->last || !p->length)
        abort();
    for (size_t f = 0; f + 1 < p->facts; f++) /* the newest fact is chained by its addition */
        chain_fact(p, p->starts[f], fact_end(p, f));
}

void known_places_add(struct known_places *p, const uint8_t *bytes, size_t n)
{
    size_t cap = p->cap, start = p->n;
    if (n > UINT32_MAX - 1 - p->n)
        abort(); /* four gigaoctets: a harness failure */
    p->starts = known__grow(p->starts, &p->facts_cap, p->facts + 1, sizeof *p->starts);
    p->octets = known__grow(p->octets, &p->cap, p->n + n, 1);
    p->before = known__grow(p->before, &cap, p->n + n, sizeof *p->before);
    p->starts[p->facts++] = (uint32_t)p->n;
    memcpy(p->octets + p->n, bytes, n);
    p->n += n;
    widen(p);
    chain_fact(p, start, p->n);
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

/* Offset of the window that occurs least, among those tried; *chain_n its chain's length. */
static size_t rarest(const struct known_places *p, const uint8_t *bytes, size_t n,
                     uint32_t *chain_n)
{
    size_t best = 0, step = (n - WINDOW) / SAMPLES + 1;
    *chain_n = UINT32_MAX;
    for (size_t at = 0; at + WINDOW <= n && *chain_n > 0; at += step) {
        uint32_t length = p->length[hash(bytes + at, p->bits)];
        if (length < *chain_n) {
            *chain_n = length;
            best = at;
        }
    }
    return best;
}

static int contained(const struct known_places *p, const uint8_t *bytes, size_t n)
{
    uint32_t length;
    size_t found = SIZE_MAX;
    if (p->n == 0 || n > p->n)
        return -1;
    size_t offset = rarest(p, bytes, n, &length);
    if (length == 0)
        return -1;
    for (uint32_t place = p->last[hash(bytes + offset, p->bits)]; place;
         place = p->before[place - 1]) {
        size_t at = place - 1;
        if (at < offset || at - offset + n > p->n || memcmp(p->octets + at - offset, bytes, n) != 0)
            continue;
        size_t fact = fact_of(p, at - offset);
        if (at - offset + n <= fact_end(p, fact) && fact < found)
            found = fact;
    }
    return found == SIZE_MAX ? -1 : (int)found;
}

/* Every octet lies in a window of PART known octets. An octet that does not is reached after few
 * steps: the first of a key that is not known has no such window. */
static int composed(const struct known_places *p, const uint8_t *bytes, size_t n)
{
    size_t covered = 0; /* octets from the left */
    int last = -1;
    for (size_t at = 0; at + PART <= n; at++) {
        if (at > covered)
            return -1;
        bool nothing = known__says_nothing(bytes + at, PART);
        int fact = nothing ? -1 : contained(p, bytes + at, PART);
        if (nothing || fact >= 0)
            covered = at + PART;
        last = fact > last ? fact : last;
    }
    return covered == n ? last : -1;
}

int known_places_find(const struct known_places *p, const uint8_t *bytes, size_t n)
{
    int fact = contained(p, bytes, n);
    return fact < 0 && n > PART ? composed(p, bytes, n) : fact;
}

void known_places_free(struct known_places *p)
{
    free(p->octets);
    free(p->before);
    free(p->starts);
    free(p->last);
    free(p->length);
}
