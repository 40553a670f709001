/* SPDX-License-Identifier: GPL-2.0-only */
/* Latency as empirical distributions; runs that did not complete are censored. Few curves share one
 * panel, more have a panel for each mechanism. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/report/plot_chart.h"
#include "sim/report/plot_files.h"
#include "sim/report/show_grid.h"

enum { CURVES_PANEL = 6, CURVES_SINGLE = 8 };

/* The steps, from the axis up and as far as the runs were watched. */
static void write_curve(FILE *f, const struct imp_group *g, double *low, double *high)
{
    size_t n = g->runs - g->failed;
    struct imp_duration *d = calloc(n + 1, sizeof *d);
    struct imp_step *step = calloc(n + 1, sizeof *step);
    double watched = 0;
    if (!d || !step)
        abort();
    for (size_t i = 0; i < n; i++) {
        d[i] = g->trial[i].latency;
        watched = fmax(watched, d[i].t);
    }
    size_t steps = imp_kaplan_meier(step, d, n);
    if (steps > 0)
        fprintf(f, "%.9g 0\n", step[0].t / 1e3);
    for (size_t i = 0; i < steps; i++) {
        fprintf(f, "%.9g %.9g\n", step[i].t / 1e3, step[i].reached);
        *low = fmin(*low, step[i].t / 1e3);
        *high = fmax(*high, step[i].t / 1e3);
    }
    if (steps > 0 && watched > step[steps - 1].t)
        fprintf(f, "%.9g %.9g\n", watched / 1e3, step[steps - 1].reached);
    fputs("\n\n", f);
    free(step);
    free(d);
}

/* Takes "MECHANISM, " away: at the beginning, or behind the name of the scenario. */
static void drop_mechanism(char *name, const char *mechanism)
{
    size_t n = strlen(mechanism);
    char *colon = strstr(name, ": "), *at = colon ? colon + 2 : name;
    if (strncmp(at, mechanism, n) == 0 && strncmp(at + n, ", ", 2) == 0)
        memmove(at, at + n + 2, strlen(at + n + 2) + 1);
}

/* In a panel of its mechanism a curve is named by the rest of its label. Returns its width in
 * characters. */
static size_t write_name(FILE *f, const struct imp_bar *b, size_t curve, bool single)
{
    char name[400];
    imp_bar_name(name, sizeof name, b);
    if (!single)
        drop_mechanism(name, b->mechanism);
    fprintf(f, "curve[%zu] = ", curve);
    imp_plot_quoted(f, name);
    putc('\n', f);
    return imp_grid_width(name);
}

struct panels {
    size_t count, first[400], last[400]; /* of curves, from 1 */
    const char *title[400];
};

static void add_curve(struct panels *p, const struct imp_bar *b, size_t curve, bool single)
{
    size_t k = p->count;
    bool same = k > 0 && (single || (strcmp(p->title[k - 1], b->mechanism) == 0 &&
                                     curve - p->first[k - 1] < CURVES_PANEL));
    if (!same) {
        if (k == sizeof p->first / sizeof *p->first)
            return;
        p->first[k] = curve;
        p->title[k] = single ? "" : b->mechanism;
        p->count++;
    }
    p->last[p->count - 1] = curve;
}

static void write_style(FILE *f, const struct panels *p, double low, double high)
{
    bool logarithmic = high > 20 * low;
    double pad = fmax(0.05 * (high - low), 0.05 * high + 1e-6);
    fprintf(f,
            "ecdf_panels = %zu\necdf_low = %.6g\necdf_high = %.6g\necdf_log = %d\n"
            "array first[%zu]\narray last[%zu]\narray title[%zu]\n",
            p->count, logarithmic ? low * 0.8 : fmax(0, low - pad),
            logarithmic ? high * 1.25 : high + pad, logarithmic, p->count, p->count, p->count);
    for (size_t k = 0; k < p->count; k++) {
        fprintf(f, "first[%zu] = %zu\nlast[%zu] = %zu\ntitle[%zu] = ", k + 1, p->first[k], k + 1,
                p->last[k], k + 1);
        imp_plot_quoted(f, p->title[k]);
        if (k > 0 && *p->title[k] && strcmp(p->title[k], p->title[k - 1]) == 0)
            fputs(".', continued'", f);
        putc('\n', f);
    }
}

/* Bars of one mechanism beside one another, whatever their scenario. */
static int by_mechanism(const void *x, const void *y)
{
    const struct imp_bar *a = x, *b = y;
    int order = strcmp(a->mechanism, b->mechanism);
    return order ? order : (a->x > b->x) - (a->x < b->x);
}

const char *imp_plot_write_ecdf(FILE *data, FILE *style, const struct imp_groups *groups)
{
    struct imp_chart c = imp_chart_make(groups, false);
    struct panels *p = calloc(1, sizeof *p);
    double low = INFINITY, high = 0;
    size_t curves = 0, repeated = 0, longest = 0;
    if (!p)
        abort();
    for (size_t i = 0; i < c.n; i++)
        curves += c.bar[i].group->completed > 0;
    bool single = curves <= CURVES_SINGLE;
    qsort(c.bar, c.n, sizeof *c.bar, by_mechanism);
    fputs(IMP_PLOT_LICENCE "# latency_s share, one block a curve\n", data);
    fprintf(style, IMP_PLOT_LICENCE "array curve[%zu]\n", curves + 1);
    curves = 0;
    for (size_t i = 0; i < c.n; i++) {
        if (c.bar[i].group->completed == 0)
            continue;
        repeated += c.bar[i].group->completed > 1;
        write_curve(data, c.bar[i].group, &low, &high);
        size_t wide = write_name(style, &c.bar[i], ++curves, single);
        longest = wide > longest ? wide : longest;
        add_curve(p, &c.bar[i], curves, single);
    }
    write_style(style, p, low, high);
    fprintf(style, "longest = %zu\n", longest);
    free(p);
    free(c.bar);
    return repeated ? NULL
           : curves ? "no run was repeated (replications)"
                    : IMP_PLOT_NONE_COMPLETED;
}
