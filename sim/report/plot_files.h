/* SPDX-License-Identifier: GPL-2.0-only */
/* plot_files.h - the data files that gnuplot draws from. Within sim/report. */
#ifndef IMPRINT_PLOT_FILES_H
#define IMPRINT_PLOT_FILES_H

#include <stdio.h>

#include "sim/report/show.h"

/* Their first line; in two pieces, because it is not the licence of the file that writes it. */
#define IMP_PLOT_LICENCE                                                                           \
    "# SPDX-License"                                                                               \
    "-Identifier: GPL-2.0-only\n"

/* Each writes a data file and the settings that belong to it, and returns NULL, or why the groups
 * are not enough for its figures. */
typedef const char *imp_plot_writer(FILE *data, FILE *style, const struct imp_groups *groups);

#define IMP_PLOT_NONE_COMPLETED "no run completed"

/* bars.dat: one line a bar. style.gp: what all figures share (column numbers, width, ticks, names
 * of panels, caption). */
imp_plot_writer imp_plot_write_bars;

/* scatter.dat: one line a bar, with the place of its number. scatter.gp: the axes. */
imp_plot_writer imp_plot_write_scatter;

/* verdicts.dat: one line a cell, x y verdict. matrix.gp: size and ticks. */
imp_plot_writer imp_plot_write_verdicts;

/* ecdf.dat: one block a curve, latency in s and the share that had completed. ecdf.gp: panels and
 * names of curves. */
imp_plot_writer imp_plot_write_ecdf;

/* cost.dat: one line a group under attack. rows.gp: names of rows, ticks. */
imp_plot_writer imp_plot_write_cost;

/* NAME.dat: one block a series of groups that differ in one parameter only. NAME-style.gp: names,
 * fits. */
imp_plot_writer imp_plot_write_loss, imp_plot_write_hops, imp_plot_write_devices;

#endif
