/* SPDX-License-Identifier: GPL-2.0-only */
/* pairs.h - differences between two groups under common random numbers: runs of equal seed and
 * replication. */
#ifndef IMPRINT_PAIRS_H
#define IMPRINT_PAIRS_H

#include "sim/report/show.h"

struct imp_pairs {
    size_t n;                              /* pairs of which both runs completed */
    size_t incomplete;                     /* the others, which are in no difference */
    double *difference[IMP_MEASURE_COUNT]; /* n each: of the group less of its base */
};

/* Free it. */
struct imp_pairs imp_pairs_make(const struct imp_group *g, const struct imp_group *base);
void imp_pairs_free(struct imp_pairs *p);

/* What group i is compared with unless told otherwise: the first group of its scenario, none of
 * whose runs has an adversary or a check left out. NULL: group i is that, or is not such itself. */
const struct imp_group *imp_pairs_base(const struct imp_groups *g, size_t i);

#endif
