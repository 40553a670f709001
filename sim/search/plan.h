/* SPDX-License-Identifier: GPL-2.0-only */
/* plan.h - from what is asked of a search to the plan line that its scripts go into. */
#ifndef IMPRINT_SEARCH_PLAN_H
#define IMPRINT_SEARCH_PLAN_H

#include <jansson.h>
#include <stddef.h>

#define IMP_SEARCH_LIMIT_S 300 /* simulated time of one run */

struct imp_search_wish {
    const char *mechanism;
    const char *variant; /* words as in expectations (docs/attacks.md), or "default" */
    const char *rights;  /* name of a preset: its rights, not its strategy */
    const char
        *medium; /* of the devices' link; NULL: ideal, or ethernet where it is to carry streams */
    const char *backend;     /* NULL: ideal, without streams */
    int devices;             /* 0: as many as the preset's parameters name, at least one */
    int limit_s;             /* 0: IMP_SEARCH_LIMIT_S */
    unsigned long long seed; /* 0: 1 */
};

/* A resolved plan line (new reference), its adversary with those rights and an empty
 * script; or NULL and a sentence. */
json_t *imp_search_plan(const struct imp_search_wish *wish, char *error, size_t cap);

#endif
