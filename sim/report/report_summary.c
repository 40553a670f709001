/* SPDX-License-Identifier: GPL-2.0-only */
/* The report's tables of measured figures and of verdicts. */
#include "report.h"

#include <stdlib.h>
#include <string.h>

#define LIST 1200

static void append(char *out, const char *between, const char *text)
{
    size_t n = strlen(out);
    if (n < LIST)
        snprintf(out + n, LIST - n, "%s%s", n ? between : "", text);
}

/* ---- summary
 * ---------------------------------------------------------------------------------------- */
static const struct imp_table_column summary_columns[] = {
    {"mechanism", "Mechanism", false},  {"class", "Class", false},
    {"variant", "Variant", false},      {"scenario", "Scenario", false},
    {"medium", "Medium", false},        {"platform", "Platform", false},
    {"completed", "Runs", true},        {"messages_device", "Messages", true},
    {"bytes_device", "Octets", true},   {"latency_ms", "Latency (ms)", true},
    {"energy_mj", "Energy (mJ)", true}, {"user_acts", "User acts", true},
    {"survives", "Survives", false},
};

struct list {
    char text[LIST];
    size_t tested;
};

static void note_survived(void *arg, const struct imp_report_group *g)
{
    struct list *l = arg;
    l->tested++;
    if (imp_report_survived(g))
        append(l->text, " ", g->adversary);
}

static void mean(struct imp_table *t, const struct imp_group *g, enum imp_measure m)
{
    char text[80];
    imp__mean_text(text, sizeof text, g->values[m], g->completed, 1);
    imp_table_add(t, text);
}

static void survived(struct imp_table *t, const struct imp_report *r, size_t i)
{
    struct list l = {.tested = 0};
    imp_report_attacks(r, i, note_survived, &l);
    imp_table_add(t, l.tested == 0 ? "not tested" : *l.text ? l.text : "none");
}

static void summary_row(struct imp_table *t, const struct imp_report *r, size_t i)
{
    const struct imp_report_group *g = &r->group[i];
    char variant[1000];
    snprintf(variant, sizeof variant, "%.400s%s%.400s", g->group->label,
             *g->group->label ? " " : "", g->variant);
    imp_table_add(t, g->mechanism);
    imp_table_add(t, imp_class_name(g->class));
    imp_table_add(t, variant);
    imp_table_add(t, g->scenario);
    imp_table_add(t, g->medium);
    imp_table_add(t, g->platform);
    imp_table_addf(t, g->group->completed < g->group->runs ? "%zu of %zu" : "%zu",
                   g->group->completed, g->group->runs);
    mean(t, g->group, IMP_MEASURE_messages_device);
    mean(t, g->group, IMP_MEASURE_bytes_device);
    mean(t, g->group, IMP_MEASURE_latency_ms);
    mean(t, g->group, IMP_MEASURE_energy_mj);
    mean(t, g->group, IMP_MEASURE_user_acts);
    survived(t, r, i);
}

#define CAPTION "What the mechanisms cost undisturbed: means of completed runs with 95 % intervals"
static const char caption[] = CAPTION;
static const char caption_few[] = CAPTION ", which say little where fewer than 5 runs completed";
_Static_assert(IMP_FEW == 5, "the caption's number");

static bool few(const struct imp_report *r)
{
    for (size_t i = 0; i < r->groups.count; i++)
        if (!r->group[i].disturbed && !r->group[i].flawed && r->group[i].group->completed > 0 &&
            r->group[i].group->completed < IMP_FEW)
            return true;
    return false;
}

void imp_report_summary(struct imp_table *out, size_t **of, const struct imp_report *r)
{
    size_t rows = 0, *group = calloc(r->groups.count + 1, sizeof *group);
    if (!group)
        abort();
    imp_table_init(out, "summary", few(r) ? caption_few : caption, summary_columns,
                   sizeof summary_columns / sizeof *summary_columns);
    for (size_t i = 0; i < r->groups.count; i++) {
        if (r->group[i].disturbed || r->group[i].flawed)
            continue;
        summary_row(out, r, i);
        group[rows++] = i;
    }
    if (of)
        *of = group;
    else
        free(group);
}

/* ---- verdicts
 * --------------------------------------------------------------------------------------- */
static void goals_of(char *out, const struct imp_report_group *g, bool broken)
{
    *out = '\0';
    for (int goal = 0; goal < IMP_GOAL_COUNT; goal++) {
        const size_t *v = g->group->verdicts[goal];
        char text[80];
        size_t of = g->group->runs - g->group->failed;
        if (broken ? !v[IMP_VERDICT_BROKEN] : v[IMP_VERDICT_BROKEN] || !v[IMP_VERDICT_HOLDS])
            continue;
        if (broken && v[IMP_VERDICT_BROKEN] < of)
            snprintf(text, sizeof text, "%s (%zu of %zu)", imp_goal_name((enum imp_goal)goal),
                     v[IMP_VERDICT_BROKEN], of);
        else
            snprintf(text, sizeof text, "%s", imp_goal_name((enum imp_goal)goal));
        append(out, ", ", text);
    }
    if (!*out)
        append(out, "", "none");
}

void imp_report_verdicts(struct imp_table *out, const struct imp_report *r)
{
    static const struct imp_table_column columns[] = {
        {"mechanism", "Mechanism", false}, {"variant", "Variant", false},
        {"adversary", "Adversary", false}, {"runs", "Runs", true},
        {"broken", "Broken", false},       {"holds", "Holds", false},
    };
    char list[LIST];
    imp_table_init(out, "verdicts", "Goals that broke in some run, and those that held in all",
                   columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < r->groups.count; i++) {
        const struct imp_report_group *g = &r->group[i];
        if (!g->disturbed)
            continue;
        imp_table_add(out, g->mechanism);
        imp_table_add(out, g->variant);
        imp_table_add(out, g->adversary);
        imp_table_addf(out, "%zu", g->group->runs);
        goals_of(list, g, true);
        imp_table_add(out, g->never_acted ? "the adversary never acted" : list);
        goals_of(list, g, false);
        imp_table_add(out, list);
    }
}
