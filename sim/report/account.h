/* SPDX-License-Identifier: GPL-2.0-only */
/* account.h - what happened in a run that broke a goal, for people to read. */
#ifndef IMPRINT_ACCOUNT_H
#define IMPRINT_ACCOUNT_H

#include "matrix.h"

/* Writes DIR/accounts/MECHANISM--VARIANT--ADVERSARY--GOAL.txt for each cell in which a run broke
 * its goal: the goal, what shows it, and the run's chart. Accounts of earlier calls are removed.
 * Returns their number, or -1 and a sentence. */
long imp_accounts_write(const struct imp_matrix *m, sqlite3 *db, const char *dir, char *error,
                        size_t cap);

/* Whose claim of which name shows the violation, taken from a verdict's reason; "" when it is about
 * no single claim. */
void imp_account_mark(char *party, size_t party_cap, char *claim, size_t claim_cap,
                      const char *why);

/* What a goal promises, in a phrase; docs/metrics.md says it in full. */
const char *imp_goal_promise(enum imp_goal goal);

#endif
