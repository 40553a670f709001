/* SPDX-License-Identifier: GPL-2.0-only */
/* history.h - what the adversary could learn later: what each party computed, drew at random and
 * kept in cells that have been overwritten. Recorded only when an adversary is present. */
#ifndef IMPRINT_WORLD_HISTORY_H
#define IMPRINT_WORLD_HISTORY_H

#include "world.h"

/* Before anything is provisioned: from now on operations become rules of the adversary's knowledge.
 * With nobody there it takes care that nobody observes. */
void world_history_open(struct world *w);
void world_history_free(struct world *w);

/* A party drew octets: the adversary's own are known to it, those of a corrupt party as well, and
 * with weak generators those of everybody, except for what was drawn before the run in
 * provisioning. */
void world_history_draw(struct world_party *p, const char *purpose, const void *bytes, size_t n);
/* The cell is about to be written (`bytes` are the new octets) or erased (NULL). */
void world_history_cell(struct world_party *p, const char *name, const void *bytes, size_t n);

/* Adds to the knowledge what the party has drawn in the run, or had in cells, up to now. */
void world_history_reveal_draws(struct world *w, const struct world_party *p);
void world_history_reveal_past(struct world *w, const struct world_party *p);

#endif
