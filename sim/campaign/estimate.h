/* SPDX-License-Identifier: GPL-2.0-only */
/* estimate.h - how long a plan will take, from what runs took.
 *
 * A run of a combination that was measured is expected to take the mean of its measured runs;
 * another one of a measured mechanism that mechanism's mean for each unit of weight (plan.c); any
 * other one the mean over all that was measured. */
#ifndef IMPRINT_ESTIMATE_H
#define IMPRINT_ESTIMATE_H

#include <sqlite3.h>

#include "plan.h"
#include "pool.h"

struct imp_costs {
    json_t *combinations; /* key of replication 0 -> [cpu_s, runs] */
    json_t *mechanisms;   /* name -> [cpu_s, weight] */
    double cpu_s, weight; /* over all */
    size_t runs, memory;  /* octets: the largest run */
};

void imp_costs_init(struct imp_costs *c);
void imp_costs_free(struct imp_costs *c);
void imp_costs_add(struct imp_costs *c, const json_t *line, const struct imp_cost *cost);

/* Adds what a store has measured: of each combination the first replications. */
void imp_costs_read(struct imp_costs *c, sqlite3 *db);

/* Runs the first replication of each combination, of at most IMP_CALIBRATED combinations evenly
 * spaced in the plan, and adds what they took; what they gave is dropped. Returns how many. */
#define IMP_CALIBRATED 100
size_t imp_costs_calibrate(struct imp_costs *c, const struct imp_plan *plan, imp_run_function *run,
                           unsigned jobs, const volatile int *stop);

struct imp_forecast {
    size_t runs;
    size_t measured;   /* of a measured combination */
    size_t unmeasured; /* of a mechanism that was not measured */
    double cpu_s;      /* of all */
    double longest_s;  /* of one */
    double wall_s;     /* on so many cores, the longest first */
};

/* Processor seconds that a run is expected to take; `measured` (or NULL) tells whether its own
 * combination was. Nothing measured at all: 0. */
double imp_costs_of(const struct imp_costs *c, const struct imp_plan *plan, size_t run,
                    bool *measured);
void imp_forecast(struct imp_forecast *out, const struct imp_costs *c, const struct imp_plan *plan,
                  unsigned cores);

/* Distinct values of a text member over the plan's combinations, e.g. "mechanism". */
size_t imp_plan_distinct(const struct imp_plan *plan, const char *member);

/* "90 s", "12 min", "5 h 10 min", "3 days". */
void imp_duration_text(char *out, size_t cap, double seconds);

#endif
