/* SPDX-License-Identifier: GPL-2.0-only */
/* adopt.c - the adversary's own parties take over what it knows of the honest ones' storage.
 *
 * A mirror's cell becomes the honest one's when all that tells the two apart is known: then whoever
 * knows it could have written that cell. The rule is the same for a stolen key, a corrupt server
 * and a cracked secret; no mechanism is asked. */
#include <stdlib.h>
#include <string.h>

#include "adversary.h"

#define GAP 8 /* equal octets that do not part two differing runs */

/* Are the octets known of `honest` where it differs from `own`? Both have n octets. */
static bool difference_known(const struct world *w, const uint8_t *own, const uint8_t *honest,
                             size_t n)
{
    size_t i = 0;
    while (i < n) {
        if (own[i] == honest[i]) {
            i++;
            continue;
        }
        size_t end = i + 1;
        for (size_t k = end; k < n && k < end + GAP; k++)
            if (own[k] != honest[k])
                end = k + 1;
        if (!imp_knowledge_find(&w->knowledge, honest + i, end - i))
            return false;
        i = end;
    }
    return true;
}

static int adopt_cell(struct world *w, struct world_party *mirror, const struct world_cell *honest)
{
    const struct world_cell *own = world_cells_get(&mirror->cells, honest->name);
    bool same = own && own->n == honest->n && memcmp(own->bytes, honest->bytes, own->n) == 0;
    bool known = own && own->n == honest->n
                     ? difference_known(w, own->bytes, honest->bytes, own->n)
                     : honest->n && imp_knowledge_find(&w->knowledge, honest->bytes, honest->n);
    if (same || !known)
        return 0;
    world_cells_put(&mirror->cells, honest->name, honest->bytes, honest->n);
    return 1;
}

int world_adopt(struct world *w)
{
    int changed = 0;
    imp_knowledge_close(&w->knowledge);
    for (size_t i = w->honest; i < w->party_count; i++) {
        struct world_party *mirror = &w->parties[i];
        const struct world_cells *cells = &world_origin(mirror)->cells;
        int here = 0;
        for (size_t b = 0; b < cells->size; b++)
            for (const struct world_cell *c = cells->buckets[b]; c; c = c->next)
                here += adopt_cell(w, mirror, c);
        if (here)
            world_party_power_off(mirror); /* what it holds in memory came from the old cells */
        changed += here;
    }
    return changed;
}
