/* SPDX-License-Identifier: GPL-2.0-only */
/* plot.h - figures of a campaign, drawn by gnuplot from its store. */
#ifndef IMPRINT_PLOT_H
#define IMPRINT_PLOT_H

#include <stddef.h>

/* Reads DIR/store.sqlite and writes DIR/plots/NAME.{svg,png} with the data files that they are
 * drawn from. Equal stores give equal bytes. Runs against adversaries count in the figure of
 * verdicts only, unless the campaign has no other. Returns the number of figures, or -1 and a
 * sentence in error. */
int imp_plot(const char *dir, char *error, size_t cap);

#endif
