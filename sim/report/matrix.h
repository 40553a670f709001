/* SPDX-License-Identifier: GPL-2.0-only */
/* matrix.h - expected verdicts beside found ones: mechanism variants x adversaries x goals. */
#ifndef IMPRINT_MATRIX_H
#define IMPRINT_MATRIX_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "sim/campaign/attack.h"

/* What the seeds of one cell gave. */
struct imp_cell_count {
    size_t of[IMP_VERDICT_COUNT];
    size_t missing; /* runs that failed as runs, or were not made */
};

struct imp_cell {
    const struct imp_expected *row; /* links */
    const char *unbreakable;        /* why there are no runs, or NULL */
    size_t seeds;                   /* runs of it */
    struct imp_cell_count found;
    bool agrees;
    char key[IMP_RUN_KEY]; /* the run that `why` is about */
    char why[200];
    char broken_key[IMP_RUN_KEY]; /* the first run that broke the goal, or "" */
    char broken_why[200];
};

struct imp_matrix {
    struct imp_cell *cell;
    size_t count, seeds;
    size_t agreeing, differing, missing; /* cells; missing: differing for want of a result */
};

/* Reads the verdicts of the attack's runs. Returns 0, or -1 and a sentence. */
int imp_matrix_read(struct imp_matrix *out, const struct imp_attack *attack, sqlite3 *db,
                    char *error, size_t cap);
void imp_matrix_free(struct imp_matrix *m);

/* Whether what was found is what was expected: every seed alike; with a probability, when it lies
 * in the 95 % Wilson interval of the seeds found broken. A missing result, not applicable and an
 * adversary that never acted are never as expected. */
bool imp_cell_agrees(const struct imp_expected *row, const struct imp_cell_count *found);

/* "broken", or "2 of 3 broken, 1 of 3 holds". */
void imp_cell_found(char *out, size_t cap, const struct imp_cell *c);

/* The goal's name; "(unknown goal)" for a flaw table's mistake. */
const char *imp_cell_goal(const struct imp_cell *c);

/* One character for a cell: '+' holds, '!' broken, '~' seeds differ, '?' never acted, '-' not
 * applicable, 'x' no result. */
char imp_cell_symbol(const struct imp_cell *c);

void imp_matrix_print(FILE *f, const struct imp_matrix *m); /* for a terminal */
void imp_matrix_differences(FILE *f, const struct imp_matrix *m,
                            const char *path); /* a line each */
void imp_matrix_csv(FILE *f, const struct imp_matrix *m);
void imp_matrix_junit(FILE *f, const struct imp_matrix *m);
void imp_matrix_svg(FILE *f, const struct imp_matrix *m);

/* Writes DIR/matrix.csv, .junit.xml and .svg. Returns 0, or -1 and a sentence. */
int imp_matrix_write(const struct imp_matrix *m, const char *dir, char *error, size_t cap);

/* ---- rows and columns, for those who draw ------------------------------------------------------
 */
struct imp_grid {
    size_t *row_of, *column_of;    /* by cell */
    const struct imp_cell **first; /* first cell of each row */
    const char **adversary;        /* of each column, in the order of the presets */
    size_t rows, columns;
    enum imp_goal goal[IMP_GOAL_COUNT]; /* those of which something is expected, in their order */
    int goals;
};
struct imp_grid imp_grid_make(const struct imp_matrix *m);
void imp_grid_free(struct imp_grid *g);
/* The cell at a place, one that differs before one that agrees; or NULL. */
const struct imp_cell *imp_grid_at(const struct imp_grid *g, const struct imp_matrix *m, size_t row,
                                   size_t column, enum imp_goal goal);

#endif
