/* SPDX-License-Identifier: GPL-2.0-only */
/* plot.h - figures of a campaign, drawn by gnuplot from its store. */
#ifndef IMPRINT_PLOT_H
#define IMPRINT_PLOT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct imp_plot_options {
    bool pdf;         /* NAME.pdf too; gnuplot writes its date into it, so these bytes differ */
    const char *only; /* this figure and no other; NULL: all. A name that is none draws nothing */
};

enum { IMP_FIGURES_MAX = 24 };
struct imp_figures {
    size_t count;
    struct imp_figure {
        const char *name;  /* of the files and of the source scripts/plots/NAME.gp */
        char why_not[160]; /* a sentence's end, as in "NAME: why_not"; "" when it was drawn */
    } figure[IMP_FIGURES_MAX];
};

/* Reads DIR/store.sqlite and writes DIR/plots/NAME.{svg,png} with the data files that they are
 * drawn from. Equal stores give equal bytes. Runs against adversaries count in the figures of
 * verdicts and of cost under attack only, unless the campaign has no other. A figure that the store
 * does not have the runs for is not drawn, and an older one of that name is removed. `options` may
 * be NULL. Returns the number of figures drawn, or -1 and a sentence in error. */
int imp_plot_figures(struct imp_figures *out, const char *dir,
                     const struct imp_plot_options *options, char *error, size_t cap);

/* Name i of the figures in their order; NULL from the end on. */
const char *imp_plot_name(size_t i);

/* The same without the list. */
int imp_plot(const char *dir, char *error, size_t cap);

/* Draws DIR/plots/power-KEY.{svg,png}, KEY as its first eight digits: power and energy of one
 * device in time over a run, from what running it again gave (imp_world_power). `from` and `to` in
 * s choose a part of it; to = 0: all. Returns 0, or -1 and a sentence. */
int imp_plot_power(const char *dir, const char *key, const json_t *profile, double from, double to,
                   const struct imp_plot_options *options, char *error, size_t cap);

#endif
