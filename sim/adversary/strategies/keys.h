/* SPDX-License-Identifier: GPL-2.0-only */
/* keys.h - asking for the reveals that the rights list, at the moments that their windows name. */
#ifndef IMPRINT_STRATEGY_KEYS_H
#define IMPRINT_STRATEGY_KEYS_H

#include "strategies.h"

/* Do the rights name that honest party as one to be corrupted? */
bool imp_keys_corrupt(const struct imp_adv *a, int party);
/* Asks for everything whose time has come with this moment: what is granted "always", at the start
 * and whenever somebody has completed; "before" and "first", at the start; "post", when all have
 * completed; between two times, when a window opens. Corruption is begun, the other kinds are
 * revealed. Returns how many were granted. */
size_t imp_keys_due(struct imp_adv *a, enum imp_moment moment);

#endif
