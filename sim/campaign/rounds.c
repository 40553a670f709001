/* SPDX-License-Identifier: GPL-2.0-only */
#include "rounds.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct group {
    struct imp_stop_rule rule;
    bool ruled, decided;
    size_t first;  /* in the plan */
    size_t all;    /* runs of the plan */
    size_t wanted; /* the first of them */
};

struct imp_rounds {
    const struct imp_plan *plan;
    struct group *groups;
    size_t count;
    size_t *place; /* of each run in its group, in plan order */
};

struct imp_rounds *imp_rounds_new(const struct imp_plan *plan)
{
    struct imp_rounds *r = calloc(1, sizeof *r);
    if (!r)
        abort();
    *r = (struct imp_rounds){.plan = plan, .count = json_array_size(plan->parameters)};
    r->groups = calloc(r->count + 1, sizeof *r->groups);
    r->place = calloc(plan->count + 1, sizeof *r->place);
    if (!r->groups || !r->place)
        abort();
    for (size_t i = 0; i < plan->count; i++) {
        struct group *group = &r->groups[plan->runs[i].group];
        if (group->all == 0)
            group->first = i;
        r->place[i] = group->all++;
    }
    for (size_t g = 0; g < r->count; g++) {
        struct group *group = &r->groups[g];
        group->ruled = imp_stop_rule_read(
            &group->rule, json_object_get(json_array_get(plan->parameters, g), "plan"));
        group->decided = !group->ruled;
        group->wanted = group->ruled ? imp_stop_rule_next(&group->rule, 0, group->all) : group->all;
    }
    return r;
}

void imp_rounds_free(struct imp_rounds *r)
{
    if (!r)
        return;
    free(r->groups);
    free(r->place);
    free(r);
}

bool imp_rounds_wants(const struct imp_rounds *r, size_t run)
{
    return r->place[run] < r->groups[r->plan->runs[run].group].wanted;
}

size_t imp_rounds_spared(const struct imp_rounds *r)
{
    size_t spared = 0;
    for (size_t g = 0; g < r->count; g++)
        spared += r->groups[g].all - r->groups[g].wanted;
    return spared;
}

/* The measure of a run: false when the store has no result of it. */
static bool look_up(sqlite3_stmt *s, const char *key, double *value)
{
    sqlite3_bind_text(s, 1, key, -1, SQLITE_STATIC);
    bool there = sqlite3_step(s) == SQLITE_ROW;
    if (there)
        *value = sqlite3_column_type(s, 0) == SQLITE_NULL ? NAN : sqlite3_column_double(s, 0);
    sqlite3_reset(s);
    return there;
}

/* The wanted runs' measure in their order; false when one is missing. */
static bool sample(double *x, const struct imp_rounds *r, size_t g, sqlite3 *db)
{
    char sql[150];
    sqlite3_stmt *s = NULL;
    const struct group *group = &r->groups[g];
    snprintf(sql, sizeof sql, "SELECT \"%s\" FROM run WHERE run_key = ? AND status = 'ok'",
             group->rule.measure);
    bool whole = sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK;
    size_t found = 0;
    for (size_t i = group->first; whole && found < group->wanted; i++)
        if (r->plan->runs[i].group == g)
            whole = look_up(s, r->plan->runs[i].key, &x[found++]);
    sqlite3_finalize(s);
    return whole;
}

bool imp_rounds_next(struct imp_rounds *r, sqlite3 *db, imp_half_width_function *half_width)
{
    bool more = false;
    for (size_t g = 0; g < r->count; g++) {
        struct group *group = &r->groups[g];
        if (group->decided || group->all == 0)
            continue;
        double *x = calloc(group->wanted + 1, sizeof *x);
        if (!x)
            abort();
        group->decided = !sample(x, r, g, db) || group->wanted == group->all ||
                         imp_stop_rule_holds(&group->rule, x, group->wanted, half_width);
        free(x);
        if (group->decided)
            continue;
        group->wanted = imp_stop_rule_next(&group->rule, group->wanted, group->all);
        more = true;
    }
    return more;
}
