/* SPDX-License-Identifier: GPL-2.0-only */
#include "sim/report/plot_files.h"

#include "sim/report/plot_chart.h"
#include "sim/report/show_grid.h"
#include "sim/report/stats.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define PX_CHARACTER 7.8 /* of the names' font */

/* Sums over columns of one run, with intervals of their own. */
static const struct {
    const char *name;
    enum imp_measure part[3];
    int n;
} sums[] = {
    {"network_cpu_ms", {IMP_MEASURE_network_ms, IMP_MEASURE_cpu_ms}, 2},
    {"air_once", {IMP_MEASURE_air_message, IMP_MEASURE_air_network, IMP_MEASURE_air_link}, 3},
    {"active_mj", {IMP_MEASURE_tx_mj, IMP_MEASURE_rx_mj, IMP_MEASURE_cpu_mj}, 3},
};
enum { SUMS = sizeof sums / sizeof *sums, FIRST_COLUMN = 6 };

/* ---- writing
 * -------------------------------------------------------------------------------------- */

static void write_summary(FILE *f, const double *values, size_t n)
{
    struct imp_summary s = imp_summarise(values, n);
    if (n == 0)
        fputs(" NaN NaN", f);
    else
        fprintf(f, " %.9g %.9g", s.mean, s.half);
}

static void write_sum(FILE *f, const struct imp_group *g, int sum)
{
    double *v = calloc(g->completed + 1, sizeof *v);
    if (!v)
        abort();
    for (size_t i = 0; i < g->completed; i++)
        for (int k = 0; k < sums[sum].n; k++)
            v[i] += g->values[sums[sum].part[k]][i];
    write_summary(f, v, g->completed);
    free(v);
}

static void write_bar(FILE *f, const struct imp_bar *b)
{
    fprintf(f, "%.6g ", b->x);
    imp_plot_escaped(f, b->label);
    fprintf(f, " %d %zu %zu", (int)b->class, b->group->runs, b->group->completed);
    for (int m = 0; m < IMP_MEASURE_COUNT; m++)
        write_summary(f, b->group->values[m], b->group->completed);
    for (int s = 0; s < SUMS; s++)
        write_sum(f, b->group, s);
    putc('\n', f);
}

static void write_head(FILE *f)
{
    fputs(IMP_PLOT_LICENCE
          "# One line a bar; after each mean the half width of its 95 % interval (Student's t).\n"
          "# x label class runs completed",
          f);
    for (int m = 0; m < IMP_MEASURE_COUNT; m++)
        fprintf(f, " %s +-", imp_measures[m].name);
    for (int s = 0; s < SUMS; s++)
        fprintf(f, " %s +-", sums[s].name);
    putc('\n', f);
}

static void write_columns(FILE *f)
{
    int column = FIRST_COLUMN;
    for (int m = 0; m < IMP_MEASURE_COUNT; m++, column += 2)
        fprintf(f, "c_%s = %d\n", imp_measures[m].name, column);
    for (int s = 0; s < SUMS; s++, column += 2)
        fprintf(f, "c_%s = %d\n", sums[s].name, column);
}

/* The bars' names on one line each, their places and classes. */
static void write_names(FILE *f, const struct imp_chart *c)
{
    size_t longest = 0;
    fprintf(f, "array names[%zu]\narray class_of[%zu]\narray row[%zu]\n", c->n, c->n, c->n);
    for (size_t i = 0; i < c->n; i++) {
        const struct imp_bar *b = &c->bar[i];
        char line[400];
        imp_bar_name(line, sizeof line, b);
        size_t n = imp_grid_width(line);
        longest = n > longest ? n : longest;
        fprintf(f, "class_of[%zu] = %d\nrow[%zu] = %.6g\nnames[%zu] = ", i + 1, (int)b->class,
                i + 1, b->x, i + 1);
        imp_plot_quoted(f, line);
        putc('\n', f);
    }
    fprintf(f, "label_px = %d\n", (int)((double)longest * PX_CHARACTER) + 24);
}

static void write_caption(FILE *f, const struct imp_chart *c)
{
    size_t low = SIZE_MAX, high = 0;
    for (size_t i = 0; i < c->n; i++) {
        size_t n = c->bar[i].group->completed;
        low = n < low ? n : low;
        high = n > high ? n : high;
    }
    fputs("caption = 'means of ", f);
    if (low == high)
        fprintf(f, "%zu", low);
    else
        fprintf(f, "%zu to %zu", low, high);
    fprintf(f, " completed runs; whiskers: 95 %% intervals%s'\n",
            low < IMP_FEW ? ", which say little of fewer than 5" : "");
}

static void write_classes(FILE *f, const struct imp_chart *c)
{
    fputs("class_names = '", f);
    for (int k = 0; k < IMP_CLASS_COUNT; k++)
        fprintf(f, "%s%s", k ? " " : "", imp_class_name((enum imp_class)k));
    fputs("'\nclasses = '", f);
    for (int k = 0; k < IMP_CLASS_COUNT; k++) {
        bool there = false;
        for (size_t i = 0; i < c->n; i++)
            there |= (int)c->bar[i].class == k;
        if (there)
            fprintf(f, "%d ", k);
    }
    fputs("'\n", f);
}

static void write_style(FILE *f, const struct imp_chart *c)
{
    fprintf(f, IMP_PLOT_LICENCE "bars = %zu\nrow_high = %.6g\n", c->n, c->right);
    write_columns(f);
    write_classes(f, c);
    write_names(f, c);
    write_caption(f, c);
}

const char *imp_plot_write_bars(FILE *bars, FILE *style, const struct imp_groups *groups)
{
    struct imp_chart c = imp_chart_make(groups, false);
    write_head(bars);
    for (size_t i = 0; i < c.n; i++)
        write_bar(bars, &c.bar[i]);
    write_style(style, &c);
    size_t completed = 0;
    for (size_t i = 0; i < c.n; i++)
        completed += c.bar[i].group->completed;
    free(c.bar);
    return completed ? NULL : IMP_PLOT_NONE_COMPLETED;
}
