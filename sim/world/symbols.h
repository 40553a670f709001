/* SPDX-License-Identifier: GPL-2.0-only */
/* symbols.h - names of states, for the search of attacks; private to sim/world.
 *
 * A party's state follows from what it was given, in its order. So a state's name is made of the
 * names of events. A message's name is its sender, its label, and whether the adversary had a hand
 * in what made the sender send it: fresh values need no name of their own, and two runs that differ
 * in them alone look alike. A message that is not the latest of its name is marked as old. What
 * makes states merge beyond that:
 *
 *  - An event after which the role is in the same state, holds the same cells, has committed to
 * nothing new and has sent nothing is as if it had not been.
 *  - A party that comes back to where it was (role state, cells, commitments, labels and lengths of
 *    what it last sent) is where it was: what lies between is forgotten. So is everything when it
 * is back in its first state or does again what it did at first; its cells and commitments stay.
 *  - Times, timers, refusals and alarms have no share in it.
 *
 * Names are 64-bit hashes. */
#ifndef IMPRINT_WORLD_SYMBOLS_H
#define IMPRINT_WORLD_SYMBOLS_H

#include "world.h"

/* All do nothing unless the run's strategy asks for names (w->symbols). */
void world_symbols_open(struct world *w);
void world_symbols_free(struct world *w);

/* ---- told by the parties' carrier */
void world_symbols_begin(struct world_party *p, const struct imp_event *e);
void world_symbols_end(struct world_party *p);
void world_symbols_sent(struct world_party *p, int channel, int message, const uint8_t *bytes,
                        size_t n);
void world_symbols_prompted(struct world_party *p, unsigned act);
void world_symbols_claimed(struct world_party *p, const struct imp_claim *c);
void world_symbols_cell(struct world_party *p, const char *name, size_t n, bool present);
void world_symbols_restarted(struct world_party *p); /* lost all but its cells */
/* The user begins (+1) or ends (-1) an act. */
void world_symbols_act(struct world *w, uint64_t act, int change);
/* A message leaves, or is no longer on its way. */
void world_symbols_launched(struct world *w, int channel, const uint8_t *bytes, size_t n);
void world_symbols_landed(struct world *w, int channel, const uint8_t *bytes, size_t n);

/* ---- asked by the adversary */
/* own: with the adversary's own parties. Without histories it tells no more of a party than its
 * role state, its cells, what it claimed, what it last sent, and which events on its path the
 * adversary had a hand in: not their order, nor the other events, nor whose hand a claim shows. */
uint64_t world_symbols_state(const struct world *w, bool own, bool histories);
uint64_t world_symbols_name(const struct world *w, int channel, const uint8_t *bytes, size_t n);

#endif
