/* SPDX-License-Identifier: GPL-2.0-only */
/* refusals.h - acts that adversaries asked for without the right. */
#ifndef IMPRINT_REFUSALS_H
#define IMPRINT_REFUSALS_H

#include <sqlite3.h>
#include <stdio.h>

#include "sim/campaign/attack.h"

/* One line for each mechanism, variant and adversary with refused acts: how many, in how many runs,
 * and the first of them in words. Returns how many lines. */
size_t imp_refusals_print(FILE *f, const struct imp_attack *attack, sqlite3 *db);

#endif
