/* SPDX-License-Identifier: GPL-2.0-only */
#include "symbols_contents.h"

#include <string.h>

uint64_t symbols__content_hash(int channel, const uint8_t *p, size_t n)
{
    uint64_t h = UINT64_C(0x51ed270b) + (uint64_t)channel, v;
    for (; n >= 8; p += 8, n -= 8) {
        memcpy(&v, p, 8);
        mix(&h, v);
    }
    v = n;
    for (size_t i = 0; i < n; i++)
        v = v << 8 | p[i];
    mix(&h, v);
    return h;
}

static struct content *find(struct content *const buckets[SYMBOLS_BUCKETS], uint64_t key,
                            bool by_name)
{
    for (struct content *c = buckets[key % SYMBOLS_BUCKETS]; c; c = c->next)
        if ((by_name ? c->name : c->hash) == key)
            return c;
    return NULL;
}

static void enter(struct content *buckets[SYMBOLS_BUCKETS], uint64_t key,
                  const struct content *content)
{
    struct content *c = need(malloc(sizeof *c));
    *c = *content;
    c->next = buckets[key % SYMBOLS_BUCKETS];
    buckets[key % SYMBOLS_BUCKETS] = c;
}

const struct content *symbols__content_find(const struct contents *k, uint64_t hash)
{
    return find(k->by_hash, hash, false);
}

void symbols__content_name(struct contents *k, const struct content *c)
{
    if (find(k->by_hash, c->hash, false))
        return;
    enter(k->by_hash, c->hash, c);
    struct content *latest = find(k->latest, c->name, true);
    if (latest)
        latest->hash = c->hash;
    else
        enter(k->latest, c->name, c);
}

bool symbols__content_is_latest(const struct contents *k, const struct content *c)
{
    return find(k->latest, c->name, true)->hash == c->hash;
}

static void free_buckets(struct content *buckets[SYMBOLS_BUCKETS])
{
    for (unsigned i = 0; i < SYMBOLS_BUCKETS; i++)
        while (buckets[i]) {
            struct content *c = buckets[i];
            buckets[i] = c->next;
            free(c);
        }
}

void symbols__contents_free(struct contents *k)
{
    free_buckets(k->by_hash);
    free_buckets(k->latest);
}
