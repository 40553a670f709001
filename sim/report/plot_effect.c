/* SPDX-License-Identifier: GPL-2.0-only */
/* Effect of one parameter: series of groups whose plans differ in it only. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/campaign/canonical.h"
#include "sim/report/plot_chart.h"
#include "sim/report/plot_files.h"

enum { SERIES_MAX = 12 };

/* What is drawn over the parameter; scale turns the store's unit into the axis's. */
static const struct shown {
    enum imp_measure measure;
    double scale;
} shown[] = {
    {IMP_MEASURE_latency_ms, 1e-3}, {IMP_MEASURE_energy_mj, 1}, {IMP_MEASURE_bytes_air, 1}};
enum { SHOWN = sizeof shown / sizeof *shown };

struct point {
    const struct imp_bar *bar;
    char *rest; /* the plan without the parameter */
    double x;
    size_t order; /* of the first bar of its series */
};

static double value_of(const struct imp_bar *b, const char *key)
{
    const json_t *v = json_object_get(b->group->plan, key);
    return json_is_number(v) ? json_number_value(v) : NAN;
}

static char *rest_of(const struct imp_bar *b, const char *key)
{
    json_t *plan = json_copy(b->group->plan);
    json_object_del(plan, key);
    char *text = imp_canonical(plan);
    json_decref(plan);
    if (!text)
        abort();
    return text;
}

static int by_series(const void *x, const void *y)
{
    const struct point *a = x, *b = y;
    if (a->order != b->order)
        return a->order > b->order ? 1 : -1;
    return (a->x > b->x) - (a->x < b->x);
}

static size_t collect(struct point *p, const struct imp_chart *c, const char *key)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++) {
        if (isnan(value_of(&c->bar[i], key)))
            continue;
        p[n] = (struct point){&c->bar[i], rest_of(&c->bar[i], key), value_of(&c->bar[i], key), i};
        for (size_t k = 0; k < n; k++)
            if (strcmp(p[k].rest, p[n].rest) == 0 && p[k].order < p[n].order)
                p[n].order = p[k].order;
        n++;
    }
    qsort(p, n, sizeof *p, by_series);
    return n;
}

/* The bar's label without the parameter's own line and the count of runs. */
static void series_name(char *out, size_t cap, const struct imp_bar *b, const char *key)
{
    size_t used = 0, n = strlen(key);
    char *copy = strdup(b->label), *rest = copy, *line;
    out[0] = '\0';
    if (*b->panel && strcmp(b->panel, b->mechanism) != 0)
        used = (size_t)snprintf(out, cap, "%.40s: ", b->panel);
    for (const char *gap = ""; copy && used < cap && (line = strsep(&rest, "\n"));) {
        size_t digits = strspn(line, "0123456789");
        if ((strncmp(line, key, n) == 0 && line[n] == '=') ||
            (digits > 0 && strncmp(line + digits, " of ", 4) == 0))
            continue;
        used += (size_t)snprintf(out + used, cap - used, "%s%s", gap, line);
        gap = ", ";
    }
    free(copy);
}

/* x, then mean and ends of each measure, then the share that completed and Wilson's ends. Whether
 * an interval had to be cut. */
static bool write_point(FILE *f, const struct point *p)
{
    bool cut = false;
    const struct imp_group *g = p->bar->group;
    size_t n = g->runs - g->failed;
    struct imp_interval w = imp_wilson(g->completed, n);
    fprintf(f, "%.9g", p->x);
    for (int i = 0; i < SHOWN; i++) {
        struct imp_summary s = imp_summarise(g->values[shown[i].measure], g->completed);
        double k = shown[i].scale, low = s.mean - s.half;
        /* On a logarithmic axis an interval cannot reach zero: it stops at a twentieth. */
        cut |= g->completed > 0 && low < 0.05 * s.mean;
        if (g->completed == 0)
            fputs(" NaN NaN NaN", f);
        else
            fprintf(f, " %.9g %.9g %.9g", s.mean * k, fmax(low, 0.05 * s.mean) * k,
                    (s.mean + s.half) * k);
    }
    if (n == 0)
        fputs(" NaN NaN NaN\n", f);
    else
        fprintf(f, " %.9g %.9g %.9g\n", (double)g->completed / (double)n, w.low, w.high);
    return cut;
}

/* measure = factor * x ^ exponent through the means. */
static void write_fit(FILE *f, const struct point *p, size_t n, int measure, size_t series)
{
    double *x = calloc(2 * n, sizeof *x), *y = x + n;
    size_t m = 0;
    if (!x)
        abort();
    for (size_t i = 0; i < n; i++) {
        const struct imp_group *g = p[i].bar->group;
        struct imp_summary s = imp_summarise(g->values[shown[measure].measure], g->completed);
        if (!(p[i].x > 0) || !(s.mean > 0))
            continue;
        x[m] = p[i].x;
        y[m++] = s.mean * shown[measure].scale;
    }
    struct imp_power_law fit = imp_power_fit(x, y, m);
    bool there = fit.n > 2;
    fprintf(f, "fit%d_factor[%zu] = ", measure, series);
    if (there)
        fprintf(f, "%.9g", fit.factor);
    else
        fputs("NaN", f);
    fprintf(f, "\nfit%d_exponent[%zu] = %.9g\nfit%d_text[%zu] = '", measure, series,
            there ? fit.exponent : 0, measure, series);
    if (there)
        fprintf(f, "exponent %.2f \u00b1 %.2f", fit.exponent, fit.half);
    fputs("'\n", f);
    free(x);
}

static bool write_series(FILE *data, FILE *style, const struct point *p, size_t n, size_t series,
                         const char *key)
{
    char name[300];
    bool cut = false;
    for (size_t i = 0; i < n; i++)
        cut |= write_point(data, &p[i]);
    fputs("\n\n", data);
    series_name(name, sizeof name, p->bar, key);
    fprintf(style, "series[%zu] = ", series);
    imp_plot_quoted(style, name);
    fprintf(style, "\nseries_class[%zu] = %d\n", series, (int)p->bar->class);
    for (int m = 0; m < SHOWN; m++)
        write_fit(style, p, n, m, series);
    return cut;
}

static void write_head(FILE *data, FILE *style)
{
    fputs(IMP_PLOT_LICENCE "# x, then mean and 95 % interval of latency_s, energy_mj, bytes_air, "
                           "and of the share that completed; one block a series\n",
          data);
    fprintf(style, IMP_PLOT_LICENCE "array series[%d]\narray series_class[%d]\n", SERIES_MAX,
            SERIES_MAX);
    for (int m = 0; m < SHOWN; m++)
        fprintf(style, "array fit%d_factor[%d]\narray fit%d_exponent[%d]\narray fit%d_text[%d]\n",
                m, SERIES_MAX, m, SERIES_MAX, m, SERIES_MAX);
}

/* The values that occur, few enough to be read. */
static void write_ticks(FILE *f, const struct point *p, size_t n)
{
    double last = -INFINITY;
    fputs("parameter_ticks = 'set xtics (", f);
    for (const char *gap = "";;) {
        double next = INFINITY; /* the least value above those written */
        for (size_t i = 0; i < n; i++)
            if (p[i].x > last * 1.2 && p[i].x > last && p[i].x < next)
                next = p[i].x;
        if (isinf(next))
            break;
        fprintf(f, "%s%.6g", gap, next);
        last = next;
        gap = ", ";
    }
    fputs(")'\n", f);
}

/* Series of at least `points` different values; those beyond SERIES_MAX are counted. */
static const char *write(FILE *data, FILE *style, const struct imp_groups *groups, const char *key,
                         size_t points, const char *why_not)
{
    struct imp_chart c = imp_chart_make(groups, false);
    struct point *p = calloc(c.n + 1, sizeof *p);
    size_t series = 0, found = 0;
    double low = INFINITY, high = -INFINITY;
    bool cut = false;
    if (!p)
        abort();
    write_head(data, style);
    size_t n = collect(p, &c, key), completed = 0;
    for (size_t i = 0, k; i < n; i = k) {
        for (k = i; k < n && p[k].order == p[i].order; k++)
            completed += p[k].bar->group->completed;
        if (k - i < points || ++found > SERIES_MAX)
            continue;
        cut |= write_series(data, style, p + i, k - i, ++series, key);
        low = fmin(low, p[i].x);
        high = fmax(high, p[k - 1].x);
    }
    write_ticks(style, p, n);
    fprintf(style,
            "series_count = %zu\nseries_found = %zu\nparameter_low = %.9g\n"
            "parameter_high = %.9g\ncut = %d\n",
            series, found, low, high, cut);
    for (size_t i = 0; i < n; i++)
        free(p[i].rest);
    free(p);
    free(c.bar);
    return !series ? why_not : !completed ? IMP_PLOT_NONE_COMPLETED : NULL;
}

const char *imp_plot_write_loss(FILE *data, FILE *style, const struct imp_groups *groups)
{
    return write(data, style, groups, "loss", 2, "no scenario was run with several values of loss");
}

const char *imp_plot_write_hops(FILE *data, FILE *style, const struct imp_groups *groups)
{
    return write(data, style, groups, "hops", 2, "no scenario was run with several values of hops");
}

const char *imp_plot_write_devices(FILE *data, FILE *style, const struct imp_groups *groups)
{
    return write(data, style, groups, "devices", 3,
                 "no scenario was run with three or more numbers of devices");
}
