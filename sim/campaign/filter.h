/* SPDX-License-Identifier: GPL-2.0-only */
/* filter.h - some of a plan's runs, chosen by their parameters.
 *
 * An expression is one or more terms joined by " and ":
 *
 *     NAME=VALUE,VALUE...   one of them          NAME<VALUE  NAME<=VALUE
 *     NAME!=VALUE,VALUE...  none of them         NAME>VALUE  NAME>=VALUE
 *
 * NAME is a parameter as `plan --explain` calls it: a member of the plan line ("mechanism",
 * "variant", "loss", "replication"), a path ("radio.mtu", "user.profile", "options.peer.id"),
 * "options.NAME" for that option of any role, "adversary" for its name, "flaws" for any of them.
 * VALUE is a number, compared as such, or a text with the wildcards of fnmatch(3); \, is a comma.
 */
#ifndef IMPRINT_FILTER_H
#define IMPRINT_FILTER_H

#include "plan.h"

struct imp_filters {
    const char *const *only; /* each must hold */
    size_t only_count;
    const char *const *except; /* none may hold */
    size_t except_count;
};

/* Leaves the runs that are chosen, in their order, with their parameters. Returns 0, or -1 and a
 * sentence when an expression is none, names a parameter that no run has, or fits no run. */
int imp_plan_filter(struct imp_plan *plan, const struct imp_filters *filters, char *error,
                    size_t cap);

#endif
