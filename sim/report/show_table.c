/* SPDX-License-Identifier: GPL-2.0-only */
/* The tables for people: the groups of runs numbered once, then one narrow table for each kind of
 * statistic. */
#include <string.h>

#include "sim/report/show.h"
#include "sim/report/show_grid.h"

/* The measures of the tables; scale turns the store's unit into the heading's. */
static const struct shown {
    enum imp_measure measure;
    const char *heading;
    double scale;
} shown[] = {
    {IMP_MEASURE_messages_device, "messages", 1}, {IMP_MEASURE_bytes_device, "bytes", 1},
    {IMP_MEASURE_bytes_air, "bytes on air", 1},   {IMP_MEASURE_latency_ms, "latency, s", 1e-3},
    {IMP_MEASURE_energy_mj, "energy, mJ", 1},
};
static const struct quantile {
    enum imp_measure measure;
    double p, scale;
    const char *heading;
} quantiles[] = {
    {IMP_MEASURE_latency_ms, 0.5, 1e-3, "latency, s: median"},
    {IMP_MEASURE_latency_ms, 0.9, 1e-3, "90 % quantile"},
    {IMP_MEASURE_energy_mj, 0.5, 1, "energy, mJ: median"},
    {IMP_MEASURE_energy_mj, 0.9, 1, "90 % quantile"},
};
#define COUNT(a) (sizeof(a) / sizeof *(a))

static const char *member(const json_t *plan, const char *name)
{
    const char *text = json_string_value(json_object_get(plan, name));
    return text ? text : "";
}

/* What differs stands first, then the options of the mechanism. */
static void add_settings(struct imp_grid *t, const struct imp_group *g)
{
    const char *variant = member(g->plan, "variant");
    imp_grid_add(t, "%s%s%s", g->label, *g->label && *variant ? " " : "", variant);
}

void imp__show_list(const struct imp_groups *g, FILE *f)
{
    bool attacked = false;
    for (size_t i = 0; i < g->count; i++)
        attacked =
            attacked ||
            strcmp(member(json_object_get(g->group[i].plan, "adversary"), "name"), "none") != 0;
    struct imp_grid t = {.columns = attacked ? "rlllw" : "rllw"};
    imp_grid_add(&t, "#");
    imp_grid_add(&t, "scenario");
    imp_grid_add(&t, "mechanism");
    if (attacked)
        imp_grid_add(&t, "adversary");
    imp_grid_add(&t, "settings");
    for (size_t i = 0; i < g->count; i++) {
        const json_t *plan = g->group[i].plan;
        imp_grid_add(&t, "%zu", i + 1);
        imp_grid_add(&t, "%s", member(plan, "scenario"));
        imp_grid_add(&t, "%s", member(plan, "mechanism"));
        if (attacked)
            imp_grid_add(&t, "%s", member(json_object_get(plan, "adversary"), "name"));
        add_settings(&t, &g->group[i]);
    }
    imp_grid_print(&t, f);
}

/* The bound on what was never seen; empty where both were. */
static void add_never(struct imp_grid *t, size_t done, size_t n)
{
    double bound = 100 * imp_rule_of_three(n);
    bool all = done == n, one = n > 3 && (all || done == 0); /* of fewer runs it says nothing */
    if (!one)
        imp_grid_add(t, "%s", "");
    else
        imp_grid_add(t, "%s in at most %.3g %%", all ? "does not complete" : "completes", bound);
}

static void print_completion(const struct imp_groups *g, FILE *f)
{
    struct imp_grid t = {.columns = "rrrrrll"};
    static const char *const names[] = {"#",      "runs",    "done",         "not",
                                        "failed", "done, %", "rule of three"};
    for (size_t i = 0; i < COUNT(names); i++)
        imp_grid_add(&t, "%s", names[i]);
    for (size_t i = 0; i < g->count; i++) {
        const struct imp_group *one = &g->group[i];
        size_t n = one->runs - one->failed;
        struct imp_interval w = imp_wilson(one->completed, n);
        imp_grid_add(&t, "%zu", i + 1);
        imp_grid_add(&t, "%zu", one->runs);
        imp_grid_add(&t, "%zu", one->completed);
        imp_grid_add(&t, "%zu", n - one->completed);
        imp_grid_add(&t, "%zu", one->failed);
        if (n > 0)
            imp_grid_add(&t, "%.1f [%.1f, %.1f]", 100.0 * (double)one->completed / (double)n,
                         100 * w.low, 100 * w.high);
        else
            imp_grid_add(&t, "-");
        add_never(&t, one->completed, n);
    }
    fputs("\nCompletion. [ ]: 95 % interval (Wilson). Not: the run ended without completing. "
          "Failed: the\nharness gave no result; such runs are in no share.\n",
          f);
    imp_grid_print(&t, f);
}

static void print_means(const struct imp_groups *g, FILE *f)
{
    struct imp_grid t = {.columns = "rrrrrrr"};
    char text[80];
    imp_grid_add(&t, "#");
    imp_grid_add(&t, "done");
    for (size_t i = 0; i < COUNT(shown); i++)
        imp_grid_add(&t, "%s", shown[i].heading);
    for (size_t k = 0; k < g->count; k++) {
        const struct imp_group *one = &g->group[k];
        imp_grid_add(&t, "%zu", k + 1);
        imp_grid_add(&t, "%zu", one->completed);
        for (size_t i = 0; i < COUNT(shown); i++) {
            imp__mean_text(text, sizeof text, one->values[shown[i].measure], one->completed,
                           shown[i].scale);
            imp_grid_add(&t, "%s", text);
        }
    }
    fputs(
        "\nMeans of the completed runs \u00b1 half of their 95 % interval (Student's t). Messages "
        "and bytes:\nprotocol messages on the device's own link; bytes on air: everything that "
        "its radio heard and sent.\n",
        f);
    imp_grid_print(&t, f);
}

static void print_quantiles(const struct imp_groups *g, FILE *f)
{
    struct imp_grid t = {.columns = "rrrrr"};
    char text[120];
    imp_grid_add(&t, "#");
    for (size_t i = 0; i < COUNT(quantiles); i++)
        imp_grid_add(&t, "%s", quantiles[i].heading);
    for (size_t k = 0; k < g->count; k++) {
        const struct imp_group *one = &g->group[k];
        imp_grid_add(&t, "%zu", k + 1);
        for (size_t i = 0; i < COUNT(quantiles); i++) {
            const struct quantile *q = &quantiles[i];
            struct imp_estimate e = imp_group_quantile(one, q->measure, q->p);
            bool timed = q->measure == IMP_MEASURE_latency_ms;
            imp__estimate_text(text, sizeof text, &e,
                               timed ? one->runs - one->failed : one->completed, q->scale);
            imp_grid_add(&t, "%s", text);
        }
    }
    fputs(
        "\nQuantiles. [ ]: 95 % interval (percentile bootstrap). Latency: runs that did not "
        "complete are\ncensored at their end (Kaplan and Meier). Energy: of the completed runs.\n",
        f);
    imp_grid_print(&t, f);
}

static void print_few(const struct imp_groups *g, FILE *f)
{
    size_t few = 0;
    for (size_t i = 0; i < g->count; i++)
        few += g->group[i].completed > 0 && g->group[i].completed < IMP_FEW;
    if (few > 0)
        fprintf(
            f,
            "\nOf %zu of %zu rows fewer than %d runs completed: their intervals and quantiles say "
            "little.\n",
            few, g->count, IMP_FEW);
}

/* One sign a goal, in fours; several verdicts among the runs: the worst, with its share. */
static void verdict_text(char *out, size_t cap, const struct imp_group *g)
{
    static const char signs[] = {[IMP_VERDICT_HOLDS] = '+',
                                 [IMP_VERDICT_BROKEN] = '!',
                                 [IMP_VERDICT_NA] = '-',
                                 [IMP_VERDICT_NEVER_ACTED] = '?'};
    static const enum imp_verdict_value worst_first[] = {
        IMP_VERDICT_NEVER_ACTED, IMP_VERDICT_BROKEN, IMP_VERDICT_HOLDS, IMP_VERDICT_NA};
    size_t used = 0, judged = g->runs - g->failed;
    bool shared = false;
    for (int goal = 0; goal < IMP_GOAL_COUNT && used < cap; goal++) {
        for (size_t i = 0; i < IMP_VERDICT_COUNT; i++) {
            size_t n = g->verdicts[goal][worst_first[i]];
            if (n == 0)
                continue;
            bool apart = goal && (goal % 4 == 0 || shared);
            used += (size_t)snprintf(out + used, cap - used, "%s%c", apart ? " " : "",
                                     signs[worst_first[i]]);
            shared = n < judged;
            if (shared && used < cap)
                used += (size_t)snprintf(out + used, cap - used, "%zu/%zu", n, judged);
            break;
        }
    }
    if (used == 0)
        snprintf(out, cap, "none");
}

static void print_verdicts(const struct imp_groups *g, FILE *f)
{
    struct imp_grid t = {.columns = "rw"};
    char text[400];
    imp_grid_add(&t, "#");
    imp_grid_add(&t, "G0-3 4-7 8-11 12-15");
    for (size_t i = 0; i < g->count; i++) {
        verdict_text(text, sizeof text, &g->group[i]);
        imp_grid_add(&t, "%zu", i + 1);
        imp_grid_add(&t, "%s", text);
    }
    fputs("\nVerdicts on goals 0 to 15: + holds, ! broken, - not applicable, ? the adversary never "
          "acted;\nk/n: in k of n runs. Goals:",
          f);
    for (int goal = 0; goal < IMP_GOAL_COUNT; goal++)
        fprintf(f, "%s%s%s", goal ? goal % 5 == 4 ? ",\n" : ", " : " ",
                imp_goal_name((enum imp_goal)goal), goal + 1 < IMP_GOAL_COUNT ? "" : ".\n");
    imp_grid_print(&t, f);
}

static void print_total(const struct imp_groups *g, FILE *f)
{
    size_t failed = 0, runs = 0, completed = 0;
    for (size_t i = 0; i < g->count; i++) {
        failed += g->group[i].failed;
        runs += g->group[i].runs;
        completed += g->group[i].completed;
    }
    fprintf(f, "\n%zu runs: %zu completed, %zu ended without completing, %zu harness failures.\n",
            runs, completed, runs - completed - failed, failed);
}

int imp_show_table(sqlite3 *db, FILE *f, char *error, size_t cap)
{
    struct imp_groups g;
    if (imp_groups_read(&g, db, error, cap) < 0)
        return -1;
    imp__show_list(&g, f);
    print_completion(&g, f);
    print_means(&g, f);
    print_quantiles(&g, f);
    print_few(&g, f);
    imp__show_pairs(&g, f);
    print_verdicts(&g, f);
    imp__show_cost(&g, f);
    print_total(&g, f);
    imp_groups_free(&g);
    return 0;
}
