/* SPDX-License-Identifier: GPL-2.0-only */
#include "choose.h"

#include "platform_names.h"
#include "stats.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define WHY 1600

const struct imp_wish imp_wish_default = {
    .loss = -1, .user_acts = -1, .energy_mj = -1, .latency_ms = -1, .rank = IMP_MEASURE_energy_mj};

struct reasons {
    char text[WHY];
};

static void because(struct reasons *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void because(struct reasons *r, const char *format, ...)
{
    size_t n = strlen(r->text);
    va_list args;
    if (n)
        n += (size_t)snprintf(r->text + n, WHY - n, "; ");
    if (n >= WHY)
        return;
    va_start(args, format);
    vsnprintf(r->text + n, WHY - n, format, args);
    va_end(args);
}

/* ---- requirements
 * ----------------------------------------------------------------------------------- */
/* Whether `word` stands in `value`, bounded by what is no letter nor digit; case does not count. */
static bool stands_in(const char *value, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = value; n && *p; p++)
        if (strncasecmp(p, word, n) == 0 && (p == value || !isalnum((unsigned char)p[-1])) &&
            !isalnum((unsigned char)p[n]))
            return true;
    return false;
}

static bool met(const struct imp_requirement *q, const struct imp_wish_words *have)
{
    if (stands_in(q->value, "none") || stands_in(q->value, "any"))
        return true;
    for (size_t i = 0; i < have->count; i++)
        if (stands_in(q->value, have->word[i]))
            return true;
    return false;
}

const char *imp_wish_unknown(const char *name, const struct imp_wish_words *words)
{
    for (size_t i = 0; i < words->count; i++) {
        bool known = strcasecmp(words->word[i], "none") == 0;
        for (size_t m = 0; imp_mechanisms[m] && !known; m++)
            for (const struct imp_requirement *q = imp_mechanisms[m]->requirements; q && q->name;
                 q++)
                known |= strcmp(q->name, name) == 0 && stands_in(q->value, words->word[i]);
        if (!known)
            return words->word[i];
    }
    return NULL;
}

static void requirements(struct reasons *why, const struct imp_mechanism *m, const char *name,
                         const struct imp_wish_words *have)
{
    if (!have->asked)
        return;
    for (const struct imp_requirement *q = m->requirements; q && q->name; q++)
        if (strcmp(q->name, name) == 0 && !met(q, have))
            because(why, "needs %s: %s", name, q->value);
}

/* ---- conditions and figures
 * ------------------------------------------------------------------------ */
static const char *text_of(const json_t *plan, const char *key)
{
    const char *s = json_string_value(json_object_get(plan, key));
    return s ? s : "";
}

static void conditions(struct reasons *why, const struct imp_report_group *g,
                       const struct imp_wish *w)
{
    const json_t *plan = g->group->plan;
    double loss = json_number_value(json_object_get(plan, "loss"));
    long devices = (long)json_integer_value(json_object_get(plan, "devices"));
    if (w->medium && strcmp(g->medium, w->medium) != 0)
        because(why, "measured over %s", g->medium);
    if (w->backend && strcmp(text_of(plan, "backend"), w->backend) != 0)
        because(why, "measured with the backend %s", text_of(plan, "backend"));
    if (w->platform && !imp_platform_is(g->platform, w->platform))
        because(why, "measured on %s", g->platform);
    if (loss < w->loss)
        because(why, "measured with a loss of %g", loss);
    if (devices < w->devices)
        because(why, "measured with %ld device%s", devices, devices == 1 ? "" : "s");
}

static double mean(const struct imp_report_group *g, enum imp_measure m)
{
    return imp_summarise(g->group->values[m], g->group->completed).mean;
}

static void at_most(struct reasons *why, const struct imp_report_group *g, enum imp_measure m,
                    double most, const char *what, const char *unit)
{
    double x = mean(g, m);
    if (most >= 0 && x > most)
        because(why, x < 1000 ? "%s %.4g%s, more than %.9g" : "%s %.0f%s, more than %.9g", what, x,
                unit, most);
}

static void budget(struct reasons *why, const struct imp_report_group *g, const struct imp_wish *w)
{
    size_t runs = g->group->runs, completed = g->group->completed;
    if (completed < runs)
        because(why, "completed in %zu of %zu runs", completed, runs);
    if (completed == 0)
        return;
    at_most(why, g, IMP_MEASURE_user_acts, w->user_acts, "user acts:", "");
    at_most(why, g, IMP_MEASURE_energy_mj, w->energy_mj, "energy:", " mJ");
    at_most(why, g, IMP_MEASURE_latency_ms, w->latency_ms, "latency:", " ms");
}

/* ---- adversaries
 * ------------------------------------------------------------------------------------ */
struct test {
    const char *adversary;
    struct reasons *why;
    bool tested;
};

static void broken_goals(char *out, size_t cap, const struct imp_report_group *g)
{
    size_t used = 0;
    *out = '\0';
    for (int goal = IMP_GOAL_COMPLETION + 1; goal < IMP_GOAL_COUNT && used < cap; goal++)
        if (imp_report_goal_broken(g, (enum imp_goal)goal))
            used += (size_t)snprintf(out + used, cap - used, "%s%s", used ? ", " : "",
                                     imp_goal_name((enum imp_goal)goal));
}

static void against(void *arg, const struct imp_report_group *g)
{
    struct test *t = arg;
    char goals[400];
    if (strcmp(g->adversary, t->adversary) != 0)
        return;
    broken_goals(goals, sizeof goals, g);
    if (g->broken)
        because(t->why, "%s breaks %s", g->adversary, goals);
    else if (!imp_report_survived(g))
        because(t->why, "%s never acted", g->adversary);
    t->tested = true;
}

static void adversaries(struct reasons *why, const struct imp_report *r, size_t i,
                        const struct imp_wish *w)
{
    for (size_t a = 0; a < w->adversaries.count; a++) {
        struct test t = {.adversary = w->adversaries.word[a], .why = why};
        imp_report_attacks(r, i, against, &t);
        if (!t.tested)
            because(why, "not measured against %s", t.adversary);
    }
}

/* ---- the choice
 * ------------------------------------------------------------------------------------- */
struct candidate {
    size_t group;
    double key;
};

static int by_key(const void *x, const void *y)
{
    const struct candidate *a = x, *b = y;
    int order = (a->key > b->key) - (a->key < b->key);
    return order ? order : (a->group > b->group) - (a->group < b->group);
}

static void judge(struct reasons *why, const struct imp_report *r, size_t i,
                  const struct imp_wish *w)
{
    const struct imp_report_group *g = &r->group[i];
    const struct imp_mechanism *m = imp_mechanism_find(g->mechanism);
    conditions(why, g, w);
    if (m) {
        requirements(why, m, "credential", &w->credentials);
        requirements(why, m, "third-party", &w->third_parties);
        requirements(why, m, "interface", &w->interface);
    }
    budget(why, g, w);
    adversaries(why, r, i, w);
}

static void other(struct imp_table *t, const char *mechanism, const char *variant,
                  const char *scenario, const char *why)
{
    imp_table_add(t, mechanism);
    imp_table_add(t, variant);
    imp_table_add(t, scenario);
    imp_table_add(t, why);
}

/* Mechanisms of which the store has no undisturbed run. */
static void unmeasured(struct imp_table *t, const struct imp_report *r)
{
    for (size_t m = 0; imp_mechanisms[m]; m++) {
        bool there = false;
        for (size_t i = 0; i < r->groups.count; i++)
            there |= !r->group[i].disturbed && !r->group[i].flawed &&
                     strcmp(r->group[i].mechanism, imp_mechanisms[m]->name) == 0;
        if (!there)
            other(t, imp_mechanisms[m]->name, "", "", "not measured");
    }
}

static void ranked(struct imp_choice *out, const struct imp_table *summary, const size_t *of,
                   const struct candidate *fit, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        size_t row = 0;
        while (of[row] != fit[k].group)
            row++;
        imp_table_addf(&out->fits, "%zu", k + 1);
        for (size_t c = 0; c < summary->columns; c++)
            imp_table_add(&out->fits, imp_table_at(summary, row, c));
    }
}

static const struct imp_table_column other_columns[] = {
    {"mechanism", "Mechanism", false},
    {"variant", "Variant", false},
    {"scenario", "Scenario", false},
    {"why", "Why not", false},
};

void imp_choose(struct imp_choice *out, const struct imp_report *r, const struct imp_wish *wish)
{
    static struct imp_table_column columns[24] = {{"rank", "Rank", true}};
    struct imp_table summary;
    size_t *of, n = 0;
    imp_report_summary(&summary, &of, r);
    struct candidate *fit = calloc(summary.rows + 1, sizeof *fit);
    if (!fit)
        abort();
    memcpy(columns + 1, summary.column, summary.columns * sizeof *columns);
    imp_table_init(&out->fits, "fits", "Fits, least first", columns, summary.columns + 1);
    imp_table_init(&out->others, "others", "Does not fit", other_columns, 4);
    for (size_t row = 0; row < summary.rows; row++) {
        struct reasons why = {.text = ""};
        judge(&why, r, of[row], wish);
        if (*why.text)
            other(&out->others, imp_table_at(&summary, row, 0), imp_table_at(&summary, row, 2),
                  imp_table_at(&summary, row, 3), why.text);
        else
            fit[n++] = (struct candidate){of[row], mean(&r->group[of[row]], wish->rank)};
    }
    qsort(fit, n, sizeof *fit, by_key);
    ranked(out, &summary, of, fit, n);
    unmeasured(&out->others, r);
    free(fit);
    free(of);
    imp_table_free(&summary);
}

void imp_choice_free(struct imp_choice *c)
{
    imp_table_free(&c->fits);
    imp_table_free(&c->others);
}
