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

/* bars.dat: one line a bar. style.gp: what all figures share (column numbers, width, ticks, names
 * of panels, caption). */
void imp_plot_write_bars(FILE *bars, FILE *style, const struct imp_groups *groups);

/* scatter.dat: one line a bar, with the place of its number. scatter.gp: the axes. */
void imp_plot_write_scatter(FILE *points, FILE *style, const struct imp_groups *groups);

/* verdicts.dat: one line a cell, x y verdict. matrix.gp: size and ticks. */
void imp_plot_write_verdicts(FILE *cells, FILE *style, const struct imp_groups *groups);

#endif
