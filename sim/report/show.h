/* SPDX-License-Identifier: GPL-2.0-only */
/* show.h - the store's contents as text: rows for programs, a table for people. */
#ifndef IMPRINT_SHOW_H
#define IMPRINT_SHOW_H

#include <jansson.h>
#include <sqlite3.h>
#include <stddef.h>
#include <stdio.h>

#include "sim/campaign/columns.h"
#include "sim/report/stats.h"

/* Each returns 0, or -1 and a sentence when the store cannot be read to its end. */
int imp_show_csv(sqlite3 *db, FILE *f, char *error, size_t cap);
int imp_show_json(sqlite3 *db, FILE *f, char *error, size_t cap);
int imp_show_devices(sqlite3 *db, FILE *f, char *error, size_t cap); /* CSV, one row a device */
int imp_show_verdicts(sqlite3 *db, FILE *f, char *error, size_t cap);
/* For people: at most IMP_SHOW_WIDTH columns wide where the data let it. */
int imp_show_table(sqlite3 *db, FILE *f, char *error, size_t cap);
int imp_show_groups(sqlite3 *db, FILE *f, char *error, size_t cap); /* CSV, one row a group */
/* Differences of every group to one, paired by seed and replication. `base` is its number in the
 * table, or its mechanism where one group only has that. */
int imp_show_paired(sqlite3 *db, const char *base, FILE *f, char *error, size_t cap);

#define IMP_SHOW_WIDTH 100

/* ---- runs that differ in seed and replication only
 * ------------------------------------------------- */
/* A run that gave a result. */
struct imp_trial {
    int64_t seed, replication;
    struct imp_duration latency; /* ms; censored when the run did not complete */
    size_t at;                   /* of its values, when it completed */
};

struct imp_group {
    json_t *plan;    /* without seed, replication and expect */
    char label[400]; /* scenario's other parameters that differ between its groups, or "" */
    size_t runs, completed, failed;
    double *values[IMP_MEASURE_COUNT]; /* of completed runs */
    size_t room;
    struct imp_trial *trial; /* runs - failed of them */
    size_t trial_room;
    double *deltas[IMP_DELTA_COUNT]; /* of runs with an adversary and a twin */
    size_t paired, delta_room;
    size_t verdicts[IMP_GOAL_COUNT][IMP_VERDICT_COUNT];
};

struct imp_groups {
    struct imp_group *group;
    size_t count, room;
    json_t *index; /* canonical plan -> position */
};

/* In the order of the rows of imp_show_csv. */
int imp_groups_read(struct imp_groups *out, sqlite3 *db, char *error, size_t cap);
void imp_groups_free(struct imp_groups *g);

/* Quantile p of a measure with its bootstrap interval: of completed runs, but of latency_ms with
 * the others as censored. */
struct imp_estimate imp_group_quantile(const struct imp_group *g, enum imp_measure m, double p);

/* ---- between show_*.c
 * -------------------------------------------------------------------------------- */
/* "12.3 ± 0.4": digits by the size of the mean; "-" without values. */
void imp__mean_text(char *out, size_t cap, const double *x, size_t n, double scale);
/* The same of a summary. */
void imp__summary_text(char *out, size_t cap, const struct imp_summary *s, double scale);
/* "12.3 [11.9, 12.8]"; what was not reached says so. */
void imp__estimate_text(char *out, size_t cap, const struct imp_estimate *e, size_t n,
                        double scale);
/* A field of CSV (RFC 4180); NULL is empty. */
void imp__csv_text(FILE *f, const char *s);
/* The numbered list of groups. */
void imp__show_list(const struct imp_groups *g, FILE *f);
/* Differences to the first row of each scenario; nothing when no scenario has two. */
void imp__show_pairs(const struct imp_groups *g, FILE *f);
/* What each adversary's interference cost, by group; nothing when there was none. */
void imp__show_cost(const struct imp_groups *g, FILE *f);

/* The order of all rows. */
#define IMP_SHOW_ORDER                                                                             \
    " ORDER BY scenario, mechanism, variant, medium, platform, devices, loss, adversary,"          \
    " json_extract(plan, '$.hops'), seed,"                                                         \
    " replication, run_key"

#endif
