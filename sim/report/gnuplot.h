/* SPDX-License-Identifier: GPL-2.0-only */
/* gnuplot.h - runs gnuplot without a shell. Within sim/report. */
#ifndef IMPRINT_GNUPLOT_H
#define IMPRINT_GNUPLOT_H

#include <stddef.h>

/* The folder of the gnuplot scripts: $IMPRINT_PLOTS, or beside the program's tree or installation.
 * Returns 0, or -1 and a sentence. */
int imp_gnuplot_scripts(char *out, size_t n, char *error, size_t cap);

/* Runs SCRIPTS/NAME.gp in the folder `dir` with the arguments FORMAT ("svg", "png", "pdf"),
 * STEM.FORMAT, which it writes, and STEM; `stem` NULL is NAME. Returns 0, or -1 and a sentence with
 * what gnuplot said first. */
int imp_gnuplot(const char *dir, const char *scripts, const char *name, const char *stem,
                const char *format, char *error, size_t cap);

#endif
