/* SPDX-License-Identifier: GPL-2.0-only */
/* plot_chart.h - which groups of runs a figure shows as bars, in which order and under which names.
 * Within sim/report. */
#ifndef IMPRINT_PLOT_CHART_H
#define IMPRINT_PLOT_CHART_H

#include <stdio.h>

#include "sim/report/plot_data.h"

struct imp_bar {
    const struct imp_plot_group *group; /* borrowed of the data */
    const char *panel;                  /* scenario, or "" for the scenarios of one bar */
    double x;
    char label[200]; /* lines apart by '\n' */
};

struct imp_chart {
    struct imp_bar *bar;
    size_t n;
    double right; /* x of the last bar */
};

/* Runs without an adversary, or all when there are no others. Free bar. */
struct imp_chart imp_chart_make(const struct imp_plot_data *d);

/* Texts for gnuplot: in single quotes as they are, in double quotes with line ends as \n. */
void imp_plot_quoted(FILE *f, const char *text);
void imp_plot_escaped(FILE *f, const char *text);

#endif
