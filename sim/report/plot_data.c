/* SPDX-License-Identifier: GPL-2.0-only */
#include "sim/report/plot_data.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Columns of the query, in its order. */
enum { SCENARIO, MECHANISM, VARIANT, CLASS, MEDIUM, DEVICES, ADVERSARY, COMPLETED, GOALS };
enum { METRICS = GOALS + IMP_PLOT_GOAL_COUNT };

#define METRIC_COLUMN(id, column) ", " column
#define GOAL_COLUMN(id, column, word) ", " column
static const char query[] = "SELECT scenario, mechanism, variant, class, medium, devices, "
                            "adversary, completed" IMP_PLOT_GOALS(GOAL_COLUMN)
                                IMP_PLOT_METRICS(METRIC_COLUMN) " FROM run ORDER BY run_key";

static void *must(void *p)
{
    if (!p) {
        fprintf(stderr, "out of memory\n");
        abort();
    }
    return p;
}

static char *text(sqlite3_stmt *s, int column)
{
    const unsigned char *t = sqlite3_column_text(s, column);
    return must(strdup(t ? (const char *)t : ""));
}

static int class_of(const char *name)
{
    for (int c = 0; c < IMP_CLASS_COUNT; c++)
        if (strcmp(imp_class_name((enum imp_class)c), name) == 0)
            return c;
    return -1;
}

static int sign(int a, int b)
{
    return (a > b) - (a < b);
}

static int compare(const void *x, const void *y)
{
    const struct imp_plot_group *a = x, *b = y;
    int order[] = {strcmp(a->scenario, b->scenario),   sign((int)a->class, (int)b->class),
                   strcmp(a->mechanism, b->mechanism), strcmp(a->medium, b->medium),
                   strcmp(a->variant, b->variant),     sign(a->devices, b->devices),
                   strcmp(a->adversary, b->adversary)};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (order[i] != 0)
            return order[i];
    return 0;
}

static void group_free(struct imp_plot_group *g)
{
    free(g->scenario);
    free(g->mechanism);
    free(g->variant);
    free(g->medium);
    free(g->adversary);
    for (int m = 0; m < IMP_METRIC_COUNT; m++)
        free(g->value[m]);
}

void imp_plot_data_free(struct imp_plot_data *d)
{
    for (size_t i = 0; i < d->n; i++)
        group_free(&d->group[i]);
    free(d->group);
    *d = (struct imp_plot_data){0};
}

/* The group of this row; takes the texts of `key`. Rows of one group are few hundred at most,
 * groups a few dozen: a linear search does. */
static struct imp_plot_group *group_for(struct imp_plot_data *d, struct imp_plot_group *key)
{
    for (size_t i = 0; i < d->n; i++) {
        if (compare(&d->group[i], key) == 0) {
            group_free(key);
            return &d->group[i];
        }
    }
    if (d->n == d->capacity) {
        d->capacity = d->capacity ? 2 * d->capacity : 16;
        d->group = must(realloc(d->group, d->capacity * sizeof *d->group));
    }
    d->group[d->n] = *key;
    return &d->group[d->n++];
}

static enum imp_plot_verdict verdict_of(const char *word)
{
    if (strcmp(word, "broken") == 0)
        return IMP_PLOT_BROKEN;
    if (strcmp(word, "never-acted") == 0)
        return IMP_PLOT_NEVER_ACTED;
    return strcmp(word, "holds") == 0 ? IMP_PLOT_HOLDS : IMP_PLOT_NA;
}

static void add_values(struct imp_plot_group *g, sqlite3_stmt *s)
{
    if (g->completed == g->capacity) {
        g->capacity = g->capacity ? 2 * g->capacity : 32;
        for (int m = 0; m < IMP_METRIC_COUNT; m++)
            g->value[m] = must(realloc(g->value[m], g->capacity * sizeof *g->value[m]));
    }
    for (int m = 0; m < IMP_METRIC_COUNT; m++)
        g->value[m][g->completed] = sqlite3_column_double(s, METRICS + m);
    g->completed++;
}

static int add_row(struct imp_plot_data *d, sqlite3_stmt *s, char *error, size_t cap)
{
    const char *class_name = (const char *)sqlite3_column_text(s, CLASS);
    int class = class_name ? class_of(class_name) : -1;
    if (class < 0) {
        snprintf(error, cap, "store: no class '%.40s'", class_name ? class_name : "");
        return -1;
    }
    struct imp_plot_group key = {.scenario = text(s, SCENARIO),
                                 .mechanism = text(s, MECHANISM),
                                 .variant = text(s, VARIANT),
                                 .medium = text(s, MEDIUM),
                                 .adversary = text(s, ADVERSARY),
                                 .class = (enum imp_class) class,
                                 .devices = sqlite3_column_int(s, DEVICES)};
    struct imp_plot_group *g = group_for(d, &key);
    g->runs++;
    for (int i = 0; i < IMP_PLOT_GOAL_COUNT; i++) {
        const char *word = (const char *)sqlite3_column_text(s, GOALS + i);
        enum imp_plot_verdict v = verdict_of(word ? word : "");
        if (v > g->verdict[i])
            g->verdict[i] = v;
    }
    if (sqlite3_column_int(s, COMPLETED))
        add_values(g, s);
    return 0;
}

static int read_rows(struct imp_plot_data *d, sqlite3 *db, char *error, size_t cap)
{
    sqlite3_stmt *s;
    if (sqlite3_prepare_v2(db, query, -1, &s, NULL) != SQLITE_OK) {
        snprintf(error, cap, "store: %s", sqlite3_errmsg(db));
        return -1;
    }
    int status = 0, step = SQLITE_DONE;
    while (status == 0 && (step = sqlite3_step(s)) == SQLITE_ROW)
        status = add_row(d, s, error, cap);
    if (status == 0 && step != SQLITE_DONE) {
        snprintf(error, cap, "store: %s", sqlite3_errmsg(db));
        status = -1;
    }
    sqlite3_finalize(s);
    return status;
}

int imp_plot_read(struct imp_plot_data *out, const char *path, char *error, size_t cap)
{
    *out = (struct imp_plot_data){0};
    sqlite3 *db = NULL;
    int status = -1;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        snprintf(error, cap, "%.200s: %s", path, db ? sqlite3_errmsg(db) : "out of memory");
    else
        status = read_rows(out, db, error, cap);
    sqlite3_close(db);
    if (status == 0 && out->n == 0) {
        snprintf(error, cap, "%.200s: no run is in the store yet", path);
        status = -1;
    }
    if (status != 0) {
        imp_plot_data_free(out);
        return -1;
    }
    qsort(out->group, out->n, sizeof *out->group, compare);
    return 0;
}
