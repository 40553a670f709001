/* SPDX-License-Identifier: GPL-2.0-only */
/* symbols_contents.h - names of messages for symbols.c, found by their octets. */
#ifndef IMPRINT_WORLD_SYMBOLS_CONTENTS_H
#define IMPRINT_WORLD_SYMBOLS_CONTENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

enum { SYMBOLS_BUCKETS = 4096 };

struct content {         /* of a message: where it came from */
    uint64_t hash, name; /* name: sender, label and taint */
    uint64_t sender, label;
    uint64_t taint; /* of the event that made the sender send it */
    struct content *next;
};

struct contents { /* zero to begin */
    struct content *by_hash[SYMBOLS_BUCKETS];
    struct content *latest[SYMBOLS_BUCKETS]; /* by name: `hash` is of the latest content */
};

uint64_t symbols__content_hash(int channel, const uint8_t *p, size_t n);
/* NULL: not seen. */
const struct content *symbols__content_find(const struct contents *k, uint64_t hash);
/* Copies it, unless its octets are known: they keep their first name. */
void symbols__content_name(struct contents *k, const struct content *c);
bool symbols__content_is_latest(const struct contents *k, const struct content *c);
void symbols__contents_free(struct contents *k);

static inline void mix(uint64_t *h, uint64_t v)
{
    *h = (*h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
    *h ^= *h >> 29;
}

static inline void *need(void *p)
{
    if (!p)
        abort(); /* a run without memory is a harness failure */
    return p;
}

#endif
