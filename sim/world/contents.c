/* SPDX-License-Identifier: GPL-2.0-only */
/* contents.c - which device a message belonged to when it was sent, found by its octets. */
#include "world.h"

#define FNV_BASIS UINT64_C(14695981039346656037) /* FNV-1a */
#define FNV_PRIME UINT64_C(1099511628211)

static uint64_t content_hash(int channel, const uint8_t *p, size_t n)
{
    uint64_t h = FNV_BASIS ^ (uint64_t)channel;
    for (size_t i = 0; i < n; i++)
        h = (h ^ p[i]) * FNV_PRIME;
    return h ? h : 1;
}

struct world_content *world_content_of(const struct world *w, int channel, const uint8_t *p,
                                       size_t n)
{
    uint64_t h = content_hash(channel, p, n);
    struct world_content *c = &w->contents[h % WORLD_CONTENTS];
    return c->hash == h ? c : NULL;
}

void world_content_put(struct world *w, int channel, int message, const uint8_t *p, size_t n,
                       int device)
{
    uint64_t h = content_hash(channel, p, n);
    w->contents[h % WORLD_CONTENTS] =
        (struct world_content){.hash = h, .device = device, .message = message};
}

void world_content_inject(struct world *w, int channel, int message, const uint8_t *p, size_t n,
                          int device)
{
    const struct world_content *known = world_content_of(w, channel, p, n);
    struct world_content c = known ? *known : (struct world_content){0};
    world_content_put(w, channel, message, p, n, device);
    struct world_content *now = world_content_of(w, channel, p, n);
    now->injected = true;
    now->uplink = c.uplink;
    now->aired = c.aired;
}

int world_content_get(const struct world *w, int channel, const uint8_t *p, size_t n, int *message)
{
    const struct world_content *c = world_content_of(w, channel, p, n);
    if (message)
        *message = c ? c->message : -1;
    return c ? c->device : -1;
}

size_t world_content_reach(const struct world *w, int channel, uint64_t *hash, const uint8_t *p,
                           size_t n, int *device)
{
    uint64_t h = *hash ? *hash : FNV_BASIS ^ (uint64_t)channel;
    uint64_t fresh = FNV_BASIS ^ (uint64_t)channel; /* should the message before be forgotten */
    for (size_t i = 0; i < n; i++) {
        h = (h ^ p[i]) * FNV_PRIME;
        fresh = (fresh ^ p[i]) * FNV_PRIME;
        const struct world_content *a = &w->contents[h % WORLD_CONTENTS];
        const struct world_content *b = &w->contents[fresh % WORLD_CONTENTS];
        if (a->hash != h)
            a = b->hash == fresh ? b : NULL;
        if (!a)
            continue;
        *hash = 0;
        *device = a->device;
        return i + 1;
    }
    *hash = h;
    *device = -1;
    return n;
}
