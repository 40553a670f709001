/* SPDX-License-Identifier: GPL-2.0-only */
/* figures.h - numbers with their unit, source and status, read from CSV.
 *
 * A data file is UTF-8 text: lines that begin with '#' are comments, the first other line is
 * "key,value,unit,source,status", every further line is one figure. Fields follow RFC 4180. A file
 * is taken whole or refused with one sentence that names file and line. */
#ifndef IMPRINT_FIGURES_H
#define IMPRINT_FIGURES_H

#include <stddef.h>

/* How a figure is known, strongest first. */
#define IMP_STATUSES(X)                                                                            \
    X(VERIFIED, "verified") /* read in a document that the source names */                         \
    X(MEASURED, "measured") /* measured for this project; the source says on what */               \
    X(DERIVED, "derived")   /* arithmetic on verified figures; the source gives the formula */     \
    X(RECALLED, "recalled") /* from memory, or arithmetic on such: confirm before citing */        \
    X(ASSUMED, "assumed")   /* a default of this project without a publication */

struct imp_figure {
    const char *key, *value, *unit, *source, *status;
    unsigned line; /* in its file, from 1 */
};

struct imp_figures {
    const char *name; /* links: must outlive the figures */
    char *text;
    struct imp_figure *row;
    size_t n;
};

/* Copies text[0..n). Returns 0, or -1 and a sentence in error; then nothing is held. */
int imp_figures_parse(struct imp_figures *out, const char *name, const char *text, size_t n,
                      char *error, size_t cap);
void imp_figures_free(struct imp_figures *f);

/* NULL when there is no figure of that key. */
const struct imp_figure *imp_figures_find(const struct imp_figures *f, const char *key);

/* A unit and what one of it is in the reader's own unit. Lists end with name NULL. */
struct imp_measure {
    const char *name;
    double scale;
};

/* The value of figure `row` as a plain decimal number >= 0 in one of `units`, scaled. Returns 0, or
 * -1 and a sentence. */
int imp_figures_number(double *out, const struct imp_figures *f, const struct imp_figure *row,
                       const struct imp_measure *units, char *error, size_t cap);

/* The data files of this folder, embedded by the build; ends with name NULL. Names are paths below
 * this folder without ".csv": "human", "platforms/telosb". */
struct imp_data_file {
    const char *name, *text;
};
extern const struct imp_data_file imp_data_files[];

#endif
