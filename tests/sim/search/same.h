/* SPDX-License-Identifier: GPL-2.0-only */
/* same.h - two searches came to the same result, count by count. */
#ifndef IMPRINT_TEST_SEARCH_SAME_H
#define IMPRINT_TEST_SEARCH_SAME_H

#include <string.h>

#include "sim/search/search.h"

static inline bool same_result(const struct imp_search_result *a, const struct imp_search_result *b)
{
    char x[2000], y[2000];
    imp_script_print(x, sizeof x, a->script, a->count);
    imp_script_print(y, sizeof y, b->script, b->count);
    return a->end == b->end && strcmp(x, y) == 0 && strcmp(a->goal, b->goal) == 0 &&
           strcmp(a->why, b->why) == 0 && a->finished == b->finished && a->runs == b->runs &&
           a->states == b->states && a->failed == b->failed && a->merged == b->merged &&
           strcmp(a->first_failure, b->first_failure) == 0 && a->branch_min == b->branch_min &&
           a->branch_max == b->branch_max && !(a->branch_mean < b->branch_mean) &&
           !(a->branch_mean > b->branch_mean);
}

#endif
