/* SPDX-License-Identifier: GPL-2.0-only */
/* show.h - the store's contents as text: rows for programs, a table for people. */
#ifndef IMPRINT_SHOW_H
#define IMPRINT_SHOW_H

#include <jansson.h>
#include <sqlite3.h>
#include <stddef.h>
#include <stdio.h>

#include "sim/campaign/columns.h"

/* Each returns 0, or -1 and a sentence when the store cannot be read to its end. */
int imp_show_csv(sqlite3 *db, FILE *f, char *error, size_t cap);
int imp_show_json(sqlite3 *db, FILE *f, char *error, size_t cap);
int imp_show_devices(sqlite3 *db, FILE *f, char *error, size_t cap); /* CSV, one row a device */
int imp_show_verdicts(sqlite3 *db, FILE *f, char *error, size_t cap);
int imp_show_table(sqlite3 *db, FILE *f, char *error, size_t cap);

/* ---- runs that differ in seed and replication only
 * ------------------------------------------------- */
struct imp_group {
    json_t *plan;    /* without seed, replication and expect */
    char label[400]; /* scenario's other parameters that differ between its groups, or "" */
    size_t runs, completed, failed;
    double *values[IMP_MEASURE_COUNT]; /* of completed runs */
    size_t room;
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

/* ---- between show_*.c
 * -------------------------------------------------------------------------------- */
/* "12.3 ± 0.4": digits by the size of the mean; "-" without values. */
void imp__mean_text(char *out, size_t cap, const double *x, size_t n, double scale);
/* What each adversary's interference cost, by group; nothing when there was none. */
void imp__show_cost(const struct imp_groups *g, FILE *f);

/* The order of all rows. */
#define IMP_SHOW_ORDER                                                                             \
    " ORDER BY scenario, mechanism, variant, medium, platform, devices, loss, adversary, seed,"    \
    " replication, run_key"

#endif
