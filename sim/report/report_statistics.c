/* SPDX-License-Identifier: GPL-2.0-only */
/* The report's tables of distributions and of differences between variants. */
#include "report.h"

#include "pairs.h"
#include "stats.h"

/* ---- distributions
 * ----------------------------------------------------------------------------------- */
static void add_share(struct imp_table *t, const struct imp_group *g)
{
    size_t n = g->runs - g->failed;
    struct imp_interval w = imp_wilson(g->completed, n);
    imp_table_addf(t, "%zu of %zu", g->completed, n);
    if (n == 0)
        imp_table_add(t, "-");
    else
        imp_table_addf(t, "%.1f [%.1f, %.1f]", 100.0 * (double)g->completed / (double)n,
                       100 * w.low, 100 * w.high);
    if (n > 3 && (g->completed == n || g->completed == 0))
        imp_table_addf(t, "%s \u2264 %.3g", g->completed ? "not" : "done",
                       100 * imp_rule_of_three(n));
    else
        imp_table_add(t, "-");
}

static void add_quantile(struct imp_table *t, const struct imp_group *g, enum imp_measure m,
                         double p)
{
    char text[120];
    struct imp_estimate e = imp_group_quantile(g, m, p);
    size_t n = m == IMP_MEASURE_latency_ms ? g->runs - g->failed : g->completed;
    imp__estimate_text(text, sizeof text, &e, n, 1);
    imp_table_add(t, text);
}

static void add_who(struct imp_table *t, const struct imp_report_group *g)
{
    const char *label = g->group->label;
    imp_table_add(t, g->mechanism);
    imp_table_addf(t, "%s%s%s", label, *label && *g->variant ? " " : "", g->variant);
    imp_table_add(t, g->scenario);
}

void imp_report_spread(struct imp_table *out, const struct imp_report *r)
{
    static const struct imp_table_column columns[] = {
        {"mechanism", "Mechanism", false},
        {"variant", "Variant", false},
        {"scenario", "Scenario", false},
        {"completed", "Completed", true},
        {"share", "Share (%)", true},
        {"never", "Rule of three (%)", true},
        {"latency_ms_median", "Latency (ms): median", true},
        {"latency_ms_p90", "90 % quantile", true},
        {"energy_mj_median", "Energy (mJ): median", true},
        {"energy_mj_p90", "90 % quantile", true},
    };
    imp_table_init(
        out, "spread",
        "Shares with Wilson's and quantiles with bootstrap intervals of 95 %; in latencies "
        "runs that did not complete count as censored at their end",
        columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < r->groups.count; i++) {
        const struct imp_report_group *g = &r->group[i];
        if (g->disturbed || g->flawed)
            continue;
        add_who(out, g);
        add_share(out, g->group);
        add_quantile(out, g->group, IMP_MEASURE_latency_ms, 0.5);
        add_quantile(out, g->group, IMP_MEASURE_latency_ms, 0.9);
        add_quantile(out, g->group, IMP_MEASURE_energy_mj, 0.5);
        add_quantile(out, g->group, IMP_MEASURE_energy_mj, 0.9);
    }
}

/* ---- differences
 * ------------------------------------------------------------------------------------- */
static void add_pairs(struct imp_table *t, const struct imp_group *g, const struct imp_group *base)
{
    static const enum imp_measure measures[] = {IMP_MEASURE_messages_device,
                                                IMP_MEASURE_bytes_device, IMP_MEASURE_latency_ms,
                                                IMP_MEASURE_energy_mj};
    struct imp_pairs p = imp_pairs_make(g, base);
    if (p.incomplete > 0)
        imp_table_addf(t, "%zu of %zu", p.n, p.n + p.incomplete);
    else
        imp_table_addf(t, "%zu", p.n);
    for (size_t i = 0; i < sizeof measures / sizeof *measures; i++) {
        char text[80];
        imp__mean_text(text, sizeof text, p.difference[measures[i]], p.n, 1);
        imp_table_add(t, text);
    }
    imp_pairs_free(&p);
}

void imp_report_differences(struct imp_table *out, const struct imp_report *r)
{
    static const struct imp_table_column columns[] = {
        {"mechanism", "Mechanism", false},  {"variant", "Variant", false},
        {"scenario", "Scenario", false},    {"base", "Less", false},
        {"pairs", "Pairs", true},           {"messages_device", "Messages", true},
        {"bytes_device", "Octets", true},   {"latency_ms", "Latency (ms)", true},
        {"energy_mj", "Energy (mJ)", true},
    };
    imp_table_init(out, "differences",
                   "Differences to the first row of the scenario, between runs of equal random "
                   "numbers: means with 95 % intervals of the pairs that both completed",
                   columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < r->groups.count; i++) {
        const struct imp_group *base = imp_pairs_base(&r->groups, i);
        if (!base)
            continue;
        const struct imp_report_group *b = &r->group[base - r->groups.group];
        add_who(out, &r->group[i]);
        imp_table_addf(out, "%s %s%s%s", b->mechanism, base->label,
                       *base->label && *b->variant ? " " : "", b->variant);
        add_pairs(out, &r->groups.group[i], base);
    }
}
