/* SPDX-License-Identifier: GPL-2.0-only */
/* ledger.h - what is true in a run, whatever the parties believe: who acted on which device, when
 * devices changed hands, what the adversary read of them. For the judge. */
#ifndef IMPRINT_LEDGER_H
#define IMPRINT_LEDGER_H

#include "sim/judge/judge.h"

struct world;
struct world_party;
struct world_happening;

struct world_severance { /* a word of the timeline that ends what binds devices */
    const struct imp_severance *what;
    int party;         /* to which it was said */
    const char *named; /* the device's identity that it names, or NULL: all of the party's */
    imp_time at;
};

struct world_view { /* payloads that the adversary read of one device */
    struct imp_fact *unit;
    size_t count, cap;
};

struct world_ledger {
    struct imp_intent *intents;
    size_t intent_count, intent_cap;
    struct world_severance *severances;
    size_t severance_count, severance_cap;
    struct world_view view;
};

/* The user carried a message between that device and that party. */
void world_ledger_intent(struct world *w, int device, const struct world_party *with);
void world_ledger_happened(struct world *w, const struct world_party *p,
                           const struct world_happening *h);
/* The adversary read a payload of that device's bootstrapping; kept for one device of the run.
 * Addresses in it are cut out: that each frame names its sender is the link's business, not the
 * mechanism's. */
void world_ledger_read(struct world *w, int device, const uint8_t *bytes, size_t n);
void world_view_free(struct world_view *v);
void world_ledger_free(struct world *w);

#endif
