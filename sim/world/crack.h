/* SPDX-License-Identifier: GPL-2.0-only */
/* crack.h - off-line work: secrets of little entropy are found by trying candidates against what
 * was read, within the adversary's budget (axis C). */
#ifndef IMPRINT_WORLD_CRACK_H
#define IMPRINT_WORLD_CRACK_H

#include "world.h"

/* Up to this many bits candidates are really tried. Above, a secret of H bits counts as found
 * within a budget of n bits with probability 1 when n >= H, else 2^(n-H), drawn from the
 * adversary's stream. */
enum { WORLD_CRACK_COMPUTED = 20 };

void world_crack_open(struct world *w); /* does nothing without a budget */
void world_crack_free(struct world *w);
/* A message was read, or sent, by the adversary. */
void world_crack_read(struct world *w, int channel, const uint8_t *bytes, size_t n);
/* Spends the budget on each secret for which there is evidence, once; what is found joins the
 * knowledge. Returns how many have been found in all. */
size_t world_crack(struct world *w);

#endif
