/* SPDX-License-Identifier: GPL-2.0-only */
/* stop_rule.h - how many replications of a combination are enough.
 *
 * A scenario's `stop` names a measure and the half-width of its mean's interval, relative to the
 * mean, that is wanted. Replications are looked at in their order, 0 to n - 1, at n = min, min +
 * every, min + 2 every, ... and at last all: the sample is that of the first such n at which the
 * interval is narrow enough. It depends on the plan and the results alone: not on how many runs are
 * made at once, on which were there before, or on interruptions. */
#ifndef IMPRINT_STOP_RULE_H
#define IMPRINT_STOP_RULE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct imp_stop_rule {
    char measure[40]; /* a measure of columns.h */
    double within;    /* half-width / |mean| */
    size_t min, every;
};

/* Mean and half-width of its 95 % interval. */
typedef double imp_half_width_function(const double *x, size_t n, double *mean);

/* Reads the member `stop` of a plan line; false when it has none. */
bool imp_stop_rule_read(struct imp_stop_rule *out, const json_t *line);

/* The checkpoint after n of `all` replications; n = 0: the first. */
size_t imp_stop_rule_next(const struct imp_stop_rule *r, size_t n, size_t all);

/* Whether the sample is enough. Values that were not measured (NaN) are left out. */
bool imp_stop_rule_holds(const struct imp_stop_rule *r, const double *x, size_t n,
                         imp_half_width_function *half_width);

#endif
