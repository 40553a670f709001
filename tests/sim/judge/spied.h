/* SPDX-License-Identifier: GPL-2.0-only */
/* spied.h - a run on memnet and what an adversary knows that read every link of it; what it learns
 * when keys are revealed to it, and which of the claimed secrets it then has. */
#ifndef IMPRINT_TEST_SPIED_H
#define IMPRINT_TEST_SPIED_H

#include "sim/judge/knowledge.h"
#include "tests/support/memnet.h"

enum { SEED = 11 };

struct spied { /* a run, and what an adversary knows that read every link */
    struct memnet *net;
    struct imp_knowledge k;
};

void spy(struct spied *s, const char *mechanism, const char *const *settings);
void over(struct spied *s);
void read_oob(struct spied *s);
void reveal(struct spied *s, int role, const char *cell);
void reveal_all_but(struct spied *s, int role, const char *cell);
void reveal_draws(struct spied *s, const char *purpose);
void expect_none(const struct spied *s);
void expect_all(const struct spied *s);
void expect_known(const struct spied *s, const char *name, bool known);
const struct imp_fact *fact_of_secret(const struct spied *s, const char *name);
void reveal_secret(struct spied *s, const char *name);

#endif
