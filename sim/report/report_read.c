/* SPDX-License-Identifier: GPL-2.0-only */
/* What the store holds, by groups of runs. */
#include "report.h"

#include "sim/campaign/canonical.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const char *word(const json_t *plan, const char *key)
{
    const char *s = json_string_value(json_object_get(plan, key));
    return s ? s : "";
}

static enum imp_class class_of(const char *name)
{
    int c = 0;
    while (c < IMP_CLASS_COUNT - 1 && strcmp(imp_class_name((enum imp_class)c), name) != 0)
        c++;
    return (enum imp_class)c;
}

bool imp_report_goal_broken(const struct imp_report_group *g, enum imp_goal goal)
{
    return g->group->verdicts[goal][IMP_VERDICT_BROKEN] > 0;
}

bool imp_report_survived(const struct imp_report_group *g)
{
    return g->disturbed && !g->broken && g->held && !g->never_acted;
}

static void describe(struct imp_report_group *out, const struct imp_group *g)
{
    const json_t *plan = g->plan;
    *out = (struct imp_report_group){
        .group = g,
        .scenario = word(plan, "scenario"),
        .mechanism = word(plan, "mechanism"),
        .variant = word(plan, "variant"),
        .adversary = word(json_object_get(plan, "adversary"), "name"),
        .medium = word(plan, "medium"),
        .platform = word(plan, "platform"),
        .class = class_of(word(plan, "class")),
        .flawed = json_array_size(json_object_get(plan, "flaws")) > 0,
    };
    out->disturbed = strcmp(out->adversary, "none") != 0;
    for (int goal = 0; goal < IMP_GOAL_COUNT; goal++) {
        const size_t *v = g->verdicts[goal];
        out->never_acted |= v[IMP_VERDICT_NEVER_ACTED] > 0;
        if (goal == IMP_GOAL_COMPLETION)
            continue;
        out->broken += v[IMP_VERDICT_BROKEN] > 0;
        out->held += v[IMP_VERDICT_HOLDS] > 0 && !v[IMP_VERDICT_BROKEN];
    }
}

/* ---- which run stands for a group
 * --------------------------------------------------------------------- */
#define RUNS                                                                                       \
    "SELECT run_key, plan, completed, (SELECT max((goal <> 'g0_completion') + 1) FROM verdict v"   \
    " WHERE v.run_key = run.run_key AND verdict = 'broken') FROM run WHERE status = "              \
    "'ok'" IMP_SHOW_ORDER

/* The group of a plan line; NULL is a bug of the caller's reading. */
static struct imp_report_group *group_of(struct imp_report *r, const char *line)
{
    json_t *plan = json_loads(line, 0, NULL);
    json_object_del(plan, "seed");
    json_object_del(plan, "replication");
    json_object_del(plan, "expect");
    char *key = plan ? imp_canonical(plan) : NULL;
    const json_t *at = key ? json_object_get(r->groups.index, key) : NULL;
    free(key);
    json_decref(plan);
    return at ? &r->group[json_integer_value(at)] : NULL;
}

static void note_run(struct imp_report_group *g, const char *key, bool completed, int severity)
{
    if (!*g->run || (completed && !g->completed)) {
        snprintf(g->run, sizeof g->run, "%s", key);
        g->completed = completed;
    }
    if (severity > 0 && !*g->broken_run)
        snprintf(g->broken_run, sizeof g->broken_run, "%s", key);
}

static int read_runs(struct imp_report *r, char *error, size_t cap)
{
    sqlite3_stmt *s = NULL;
    int status = sqlite3_prepare_v2(r->db, RUNS, -1, &s, NULL);
    if (status == SQLITE_OK)
        while ((status = sqlite3_step(s)) == SQLITE_ROW) {
            struct imp_report_group *g = group_of(r, (const char *)sqlite3_column_text(s, 1));
            int severity = sqlite3_column_int(s, 3);
            /* 2: another goal than completion is broken. A run that broke completion alone stands
             * for groups that broke nothing else. */
            if (g && g->broken && severity < 2)
                severity = 0;
            if (g)
                note_run(g, (const char *)sqlite3_column_text(s, 0),
                         sqlite3_column_double(s, 2) == 1, severity);
        }
    sqlite3_finalize(s);
    if (status == SQLITE_DONE)
        return 0;
    snprintf(error, cap, "store.sqlite: %s", sqlite3_errmsg(r->db));
    return -1;
}

/* ---- the whole
 * ---------------------------------------------------------------------------------------- */
static json_t *manifest_of(const char *dir)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/manifest.json", dir);
    json_t *j = json_load_file(path, 0, NULL);
    if (json_is_object(j))
        return j;
    json_decref(j);
    return json_object();
}

int imp_report_read(struct imp_report *out, sqlite3 *db, const char *dir, char *error, size_t cap)
{
    *out = (struct imp_report){.dir = dir, .db = db};
    if (imp_groups_read(&out->groups, db, error, cap) < 0)
        return -1;
    out->group = calloc(out->groups.count + 1, sizeof *out->group);
    if (!out->group)
        abort();
    out->manifest = manifest_of(dir);
    for (size_t i = 0; i < out->groups.count; i++) {
        const struct imp_group *g = &out->groups.group[i];
        describe(&out->group[i], g);
        out->runs += g->runs;
        out->failed += g->failed;
        out->disturbed += out->group[i].disturbed ? g->runs : 0;
        out->attacks += out->group[i].disturbed;
        size_t k = 0;
        while (strcmp(out->group[k].mechanism, out->group[i].mechanism) != 0)
            k++;
        out->mechanisms += k == i;
    }
    if (out->runs > 0 && read_runs(out, error, cap) == 0)
        return 0;
    if (out->runs == 0)
        snprintf(error, cap, "%.200s: no run is in the store yet", dir);
    imp_report_free(out);
    return -1;
}

void imp_report_free(struct imp_report *r)
{
    imp_groups_free(&r->groups);
    json_decref(r->manifest);
    free(r->group);
    *r = (struct imp_report){0};
}

void imp_report_attacks(const struct imp_report *r, size_t i, imp_report_visit *visit, void *arg)
{
    const struct imp_report_group *of = &r->group[i];
    for (size_t k = 0; k < r->groups.count; k++) {
        const struct imp_report_group *g = &r->group[k];
        if (g->disturbed && !g->flawed && !of->flawed && strcmp(g->mechanism, of->mechanism) == 0 &&
            strcmp(g->variant, of->variant) == 0)
            visit(arg, g);
    }
}

json_t *imp_report_trace(const struct imp_report *r, const char *key)
{
    sqlite3_stmt *s = NULL;
    json_t *trace = NULL;
    if (sqlite3_prepare_v2(r->db, "SELECT events FROM trace WHERE run_key = ?", -1, &s, NULL) ==
        SQLITE_OK) {
        sqlite3_bind_text(s, 1, key, -1, SQLITE_TRANSIENT);
        if (sqlite3_step(s) == SQLITE_ROW)
            trace = json_loads((const char *)sqlite3_column_text(s, 0), 0, NULL);
    }
    sqlite3_finalize(s);
    return trace;
}

size_t imp_report_reasons(const struct imp_report *r, const struct imp_report_group *g,
                          imp_report_reason *visit, void *arg)
{
    sqlite3_stmt *s = NULL;
    size_t found = 0;
    if (sqlite3_prepare_v2(r->db,
                           "SELECT why FROM verdict WHERE run_key = ? AND goal = ? AND"
                           " verdict = 'broken'",
                           -1, &s, NULL) != SQLITE_OK)
        return 0;
    for (int goal = 0; goal < IMP_GOAL_COUNT; goal++) {
        const char *name = imp_goal_name((enum imp_goal)goal);
        if (!imp_report_goal_broken(g, (enum imp_goal)goal))
            continue;
        sqlite3_bind_text(s, 1, g->broken_run, -1, SQLITE_TRANSIENT);
        sqlite3_bind_text(s, 2, name, -1, SQLITE_TRANSIENT);
        bool here = sqlite3_step(s) == SQLITE_ROW;
        visit(arg, name, here ? g->broken_run : "",
              here ? (const char *)sqlite3_column_text(s, 0) : "in another run");
        sqlite3_reset(s);
        found++;
    }
    sqlite3_finalize(s);
    return found;
}
