/* SPDX-License-Identifier: GPL-2.0-only */
/* reveal.c - what a reveal of a party's keys adds to the adversary's knowledge. */
#include <stdio.h>

#include "adversary.h"
#include "history.h"

static void learn(struct world *w, const struct world_party *p, const char *what, const char *name,
                  const void *bytes, size_t n)
{
    char source[120];
    snprintf(source, sizeof source, "%s %.40s revealed from %s", what, name, p->name);
    if (n)
        imp_knowledge_add(&w->knowledge, bytes, n, source);
}

static void reveal_cells(struct world *w, const struct world_party *p)
{
    for (size_t i = 0; i < p->cells.size; i++)
        for (const struct world_cell *c = p->cells.buckets[i]; c; c = c->next)
            learn(w, p, "cell", c->name, c->bytes, c->n);
}

static void reveal_secrets(struct world *w, const struct world_party *p)
{
    for (size_t i = 0; i < w->record_count; i++) {
        const struct imp_claim *c = &w->records[i].claim;
        if (w->records[i].party == p->index && c->kind == IMP_CLAIM_SECRET)
            learn(w, p, "secret", c->name ? c->name : "", c->data, c->data_n);
    }
}

void world_reveal(struct world *w, struct world_party *p, enum imp_reveal what)
{
    if (what == IMP_REVEAL_LTK || what == IMP_REVEAL_CORRUPT)
        reveal_cells(w, p);
    p->revealed = p->revealed || (what == IMP_REVEAL_LTK && !w->finished);
    if (what == IMP_REVEAL_SESSION || what == IMP_REVEAL_CORRUPT)
        reveal_secrets(w, p);
    if (what == IMP_REVEAL_EPHEMERAL)
        world_history_reveal_draws(w, p);
    if (what == IMP_REVEAL_PAST)
        world_history_reveal_past(w, p);
}
