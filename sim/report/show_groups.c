/* SPDX-License-Identifier: GPL-2.0-only */
/* One row a group as CSV: shares, means, medians and quantiles with their intervals. */
#include <math.h>

#include "sim/report/show.h"

static const char *const texts[] = {"scenario", "mechanism", "variant",
                                    "class",    "medium",    "platform"};
static const char *const numbers[] = {"devices", "loss"};
static const struct {
    const char *name;
    double p;
} quantiles[] = {{"median", 0.5}, {"p90", 0.9}};
#define COUNT(a) (sizeof(a) / sizeof *(a))

static void head(FILE *f)
{
    for (size_t i = 0; i < COUNT(texts); i++)
        fprintf(f, "%s,", texts[i]);
    for (size_t i = 0; i < COUNT(numbers); i++)
        fprintf(f, "%s,", numbers[i]);
    fputs("adversary,differs,runs,completed,failed,completed_low,completed_high", f);
    for (int m = IMP_MEASURE_completed + 1; m < IMP_MEASURE_COUNT; m++) {
        const char *name = imp_measures[m].name;
        fprintf(f, ",%s_mean,%s_half", name, name);
        for (size_t q = 0; q < COUNT(quantiles); q++)
            fprintf(f, ",%s_%s,%s_%s_low,%s_%s_high", name, quantiles[q].name, name,
                    quantiles[q].name, name, quantiles[q].name);
    }
    fputc('\n', f);
}

/* Empty: not known, or not reached. */
static void number(FILE *f, double v, bool known)
{
    fputc(',', f);
    if (known && isfinite(v))
        fprintf(f, "%.9g", v);
}

static void measure(FILE *f, const struct imp_group *g, enum imp_measure m)
{
    size_t n = g->completed, timed = m == IMP_MEASURE_latency_ms ? g->runs - g->failed : n;
    struct imp_summary s = imp_summarise(g->values[m], n);
    number(f, s.mean, n > 0);
    number(f, s.half, n > 1);
    for (size_t q = 0; q < COUNT(quantiles); q++) {
        struct imp_estimate e = imp_group_quantile(g, m, quantiles[q].p);
        number(f, e.value, timed > 0);
        number(f, e.low, timed > 1);
        number(f, e.high, timed > 1);
    }
}

static void row(FILE *f, const struct imp_group *g)
{
    size_t n = g->runs - g->failed;
    struct imp_interval w = imp_wilson(g->completed, n);
    for (size_t i = 0; i < COUNT(texts); i++) {
        imp__csv_text(f, json_string_value(json_object_get(g->plan, texts[i])));
        fputc(',', f);
    }
    for (size_t i = 0; i < COUNT(numbers); i++)
        fprintf(f, "%.15g,", json_number_value(json_object_get(g->plan, numbers[i])));
    imp__csv_text(
        f, json_string_value(json_object_get(json_object_get(g->plan, "adversary"), "name")));
    fputc(',', f);
    imp__csv_text(f, g->label);
    fprintf(f, ",%zu,%zu,%zu,%.6f,%.6f", g->runs, g->completed, g->failed, w.low, w.high);
    for (int m = IMP_MEASURE_completed + 1; m < IMP_MEASURE_COUNT; m++)
        measure(f, g, (enum imp_measure)m);
    fputc('\n', f);
}

int imp_show_groups(sqlite3 *db, FILE *f, char *error, size_t cap)
{
    struct imp_groups g;
    if (imp_groups_read(&g, db, error, cap) < 0)
        return -1;
    head(f);
    for (size_t i = 0; i < g.count; i++)
        row(f, &g.group[i]);
    imp_groups_free(&g);
    return 0;
}
