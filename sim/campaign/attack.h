/* SPDX-License-Identifier: GPL-2.0-only */
/* attack.h - from expectations to the runs that test them. */
#ifndef IMPRINT_ATTACK_H
#define IMPRINT_ATTACK_H

#include <stddef.h>

#include "expected.h"
#include "plan.h"

#define IMP_ATTACK_SEEDS 3 /* runs of each cell unless told otherwise */
#define IMP_ATTACK_SEEDS_MAX 1000
#define IMP_ATTACK_LIMIT_S 300 /* simulated time of one run */

/* Runs of one mechanism, variant and adversary: they differ in their random streams only. */
struct imp_attack_group {
    const char *mechanism, *variant, *adversary; /* borrow from the expectations */
    size_t seeds;
    char (*keys)[IMP_RUN_KEY]; /* one a seed */
};

struct imp_attack_cell {
    const struct imp_expected *row; /* links */
    size_t group;
    const char *unbreakable; /* why there are no runs, or NULL */
};

struct imp_attack {
    struct imp_plan plan;
    size_t seeds; /* of groups that do not ask for more */
    struct imp_attack_group *group;
    size_t group_count;
    struct imp_attack_cell *cell; /* in the order of the expectations */
    size_t cell_count;
};

/* Which part of the expectations is tested; an empty list takes all. */
struct imp_attack_choice {
    const char *const *mechanisms, *const *adversaries;
    size_t mechanism_count, adversary_count;
    size_t seeds;
};

/* `e` is linked. Returns 0, or -1 and a sentence, with the file's line where it is the file's. */
int imp_attack_plan(struct imp_attack *out, const struct imp_expectations *e,
                    const struct imp_attack_choice *choice, char *error, size_t cap);
void imp_attack_free(struct imp_attack *a);

#endif
