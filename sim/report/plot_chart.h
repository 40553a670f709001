/* SPDX-License-Identifier: GPL-2.0-only */
/* plot_chart.h - which groups of runs a figure shows as bars, in which order and under which names.
 * Within sim/report. */
#ifndef IMPRINT_PLOT_CHART_H
#define IMPRINT_PLOT_CHART_H

#include <stdbool.h>
#include <stdio.h>

#include "protocols/contract/mechanism.h"
#include "sim/report/show.h"

struct imp_bar {
    const struct imp_group *group; /* borrowed, as are the texts of its plan */
    const char *scenario, *mechanism, *variant, *adversary;
    enum imp_class class;
    const char *panel; /* scenario, or "" for those of one bar and where there is one only */
    double x;
    char label[240]; /* lines apart by '\n' */
};

struct imp_chart {
    struct imp_bar *bar;
    size_t n;
    double right; /* x of the last bar */
};

/* Runs without an adversary, or all when there are no others or `all` is asked for. Free bar. */
struct imp_chart imp_chart_make(const struct imp_groups *groups, bool all);

/* The label on one line, after the scenario's name where that says more than the mechanism's. */
void imp_bar_name(char *out, size_t cap, const struct imp_bar *b);

/* Texts for gnuplot: in single quotes as they are, in double quotes with line ends as \n. */
void imp_plot_quoted(FILE *f, const char *text);
void imp_plot_escaped(FILE *f, const char *text);

#endif
