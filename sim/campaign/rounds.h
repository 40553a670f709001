/* SPDX-License-Identifier: GPL-2.0-only */
/* rounds.h - which runs of a plan with stopping rules are wanted so far.
 *
 * A campaign makes the wanted runs, then asks again, until nothing new is wanted. Without rules
 * every run is wanted at once. */
#ifndef IMPRINT_ROUNDS_H
#define IMPRINT_ROUNDS_H

#include <sqlite3.h>

#include "plan.h"
#include "stop_rule.h"

struct imp_rounds;

struct imp_rounds *imp_rounds_new(const struct imp_plan *plan);
void imp_rounds_free(struct imp_rounds *r);

bool imp_rounds_wants(const struct imp_rounds *r, size_t run);

/* Looks at what the store has now; whether more runs are wanted than before. A combination of which
 * a wanted run failed is left as it is. */
bool imp_rounds_next(struct imp_rounds *r, sqlite3 *db, imp_half_width_function *half_width);

/* Runs of the plan that are not wanted. */
size_t imp_rounds_spared(const struct imp_rounds *r);

#endif
