/* SPDX-License-Identifier: GPL-2.0-only */
/* world_runs.h - worlds as the system that is searched. */
#ifndef IMPRINT_SEARCH_WORLD_RUNS_H
#define IMPRINT_SEARCH_WORLD_RUNS_H

#include <jansson.h>

#include "search.h"

struct imp_world_runs {
    json_t *plan; /* links: a resolved plan line whose adversary's strategy is a script */
    const char *const *goals; /* links: names of columns, NULL-terminated: those to be broken */
};

/* `run` of struct imp_search; `arg` is a struct imp_world_runs. */
void imp_world_runs(void *arg, const struct imp_decision *script, size_t count,
                    struct imp_search_report *r);

/* Puts a script into a plan line. */
void imp_world_runs_script(json_t *plan, const struct imp_decision *script, size_t count);

#endif
