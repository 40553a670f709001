/* SPDX-License-Identifier: GPL-2.0-only */
/* Expected verdicts against found ones. */
#include "campaign.h"

#include "sim/judge/judge.h"
#include "store.h"

#include <stdlib.h>
#include <string.h>

#define NAME(id, text) text,
static const char *const goals[] = {IMP_GOALS(NAME) NULL};

/* Found verdicts by group and goal: {"SCENARIO VARIANT, adversary A: GOAL": {...}}. */
struct checking {
    sqlite3_stmt *row;
    json_t *groups;
};

static void count(json_t *group, const char *member)
{
    json_int_t n = json_integer_value(json_object_get(group, member));
    json_object_set_new(group, member, json_integer(n + 1));
}

static void note(struct checking *c, const json_t *plan, const char *goal, const char *expected,
                 const char *found)
{
    char name[1600];
    const json_t *adversary = json_object_get(plan, "adversary");
    const json_t *because = json_object_get(json_object_get(plan, "expect"), "because");
    snprintf(name, sizeof name, "%s, %s, adversary %s: %s",
             json_string_value(json_object_get(plan, "scenario")),
             json_string_value(json_object_get(plan, "variant")),
             json_string_value(json_object_get(adversary, "name")), goal);
    json_t *group = json_object_get(c->groups, name);
    if (!group) {
        group = json_pack("{s:s, s:i, s:i, s:s, s:s}", "expected", expected, "runs", 0, "wrong", 0,
                          "found", "", "because",
                          because ? json_string_value(because) : "(no reason given)");
        json_object_set_new(c->groups, name, group);
    }
    count(group, "runs");
    if (strcmp(expected, found) != 0) {
        count(group, "wrong");
        json_object_set_new(group, "found", json_string(found));
    }
}

/* A run without a row or verdict found "nothing", which is never what was expected. */
static void check_run(struct checking *c, const struct imp_run *run, const json_t *plan)
{
    const json_t *expect = json_object_get(plan, "expect");
    sqlite3_bind_text(c->row, 1, run->key, -1, SQLITE_TRANSIENT);
    bool there = sqlite3_step(c->row) == SQLITE_ROW;
    if (!there && json_object_get(plan, "stop")) { /* spared, or told as a failure */
        sqlite3_reset(c->row);
        return;
    }
    for (int g = 0; goals[g]; g++) {
        const char *expected = json_string_value(json_object_get(expect, goals[g]));
        const char *found = there ? (const char *)sqlite3_column_text(c->row, g) : NULL;
        if (expected)
            note(c, plan, goals[g], expected, found ? found : "nothing");
    }
    sqlite3_reset(c->row);
}

static int tell(const struct checking *c, FILE *f)
{
    const char *name;
    json_t *g;
    int failed = 0;
    json_object_foreach(c->groups, name, g)
    {
        json_int_t wrong = json_integer_value(json_object_get(g, "wrong"));
        if (wrong == 0)
            continue;
        failed++;
        fprintf(f,
                "imprint: %s: expected %s, found %s in %" JSON_INTEGER_FORMAT
                " of %" JSON_INTEGER_FORMAT " runs; expected because: %s\n",
                name, json_string_value(json_object_get(g, "expected")),
                json_string_value(json_object_get(g, "found")), wrong,
                json_integer_value(json_object_get(g, "runs")),
                json_string_value(json_object_get(g, "because")));
    }
    return failed;
}

#define COLUMN(id, text) text ", "
int imp_expect_check(const char *dir, const struct imp_plan *plan, FILE *f, char *error, size_t cap)
{
    struct imp_store *store = NULL;
    struct checking c = {.groups = json_object()};
    int failed = -1;
    if (imp_store_open_read(&store, dir, error, cap) == 0 &&
        sqlite3_prepare_v2(imp_store_db(store),
                           "SELECT " IMP_GOALS(COLUMN) "1 FROM run WHERE run_key = ?", -1, &c.row,
                           NULL) == SQLITE_OK) {
        for (size_t i = 0; i < plan->count; i++) {
            json_t *line = json_loads(plan->runs[i].line, 0, NULL);
            if (json_object_size(json_object_get(line, "expect")))
                check_run(&c, &plan->runs[i], line);
            json_decref(line);
        }
        failed = tell(&c, f);
    }
    sqlite3_finalize(c.row);
    imp_store_close(store);
    json_decref(c.groups);
    return failed;
}
