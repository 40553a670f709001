/* SPDX-License-Identifier: GPL-2.0-only */
/* One run, one transaction. */
#include "store_internal.h"

#include "canonical.h"
#include "columns.h"
#include "pool.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK_MEASURE(id, decimals) ",?"
#define MARK_DELTA(id, measure) ",?"
#define MARK_GOAL(id, text) ",?"
#define GOAL_NAME(id, text) text,

static const char *const goals[IMP_GOAL_COUNT] = {IMP_GOALS(GOAL_NAME)};

static const char *const sql[IMP__STATEMENTS] = {
    [IMP__HAS] = "SELECT status, digest FROM run WHERE run_key = ?",
    [IMP__PUT_RUN] =
        "INSERT OR REPLACE INTO run VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?" IMP_MEASURES(
            MARK_MEASURE) IMP_DELTAS(MARK_DELTA) IMP_GOALS(MARK_GOAL) ",?,?,?)",
    [IMP__PUT_DEVICE] = "INSERT OR REPLACE INTO device VALUES (?,?" IMP_MEASURES(MARK_MEASURE) ")",
    [IMP__PUT_VERDICT] = "INSERT OR REPLACE INTO verdict VALUES (?,?,?,?)",
    [IMP__PUT_RADIO] = "INSERT OR REPLACE INTO radio VALUES (?,?,?,?,?,?)",
    [IMP__PUT_OPS] = "INSERT OR REPLACE INTO ops VALUES (?,?,?,?)",
    [IMP__PUT_TRACE] = "INSERT OR REPLACE INTO trace VALUES (?,?)",
    [IMP__PUT_COST] = "INSERT OR REPLACE INTO cost VALUES (?,?,?,?)",
};

int imp__store_prepare(struct imp_store *store, char *error, size_t cap)
{
    for (int i = 0; i < IMP__STATEMENTS; i++) {
        if (sqlite3_prepare_v3(store->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &store->statements[i], NULL) == SQLITE_OK)
            continue;
        snprintf(error, cap, IMP_STORE_FILE ": %s", sqlite3_errmsg(store->db));
        return -1;
    }
    return 0;
}

enum imp_stored imp_store_has(struct imp_store *store, const char *key, char *digest)
{
    sqlite3_stmt *s = store->statements[IMP__HAS];
    enum imp_stored stored = IMP_STORED_NOT;
    sqlite3_bind_text(s, 1, key, -1, SQLITE_TRANSIENT);
    if (sqlite3_step(s) == SQLITE_ROW) {
        stored = strcmp((const char *)sqlite3_column_text(s, 0), "ok") == 0 ? IMP_STORED_OK
                                                                            : IMP_STORED_FAILED;
        if (digest)
            snprintf(digest, 65, "%s", (const char *)sqlite3_column_text(s, 1));
    }
    sqlite3_reset(s);
    return stored;
}

/* ---- binding: a cursor over a statement's parameters
 * ---------------------------------------------- */
struct binding {
    sqlite3_stmt *s;
    int at;
};

static struct binding bind(struct imp_store *store, enum imp__statement which)
{
    sqlite3_reset(store->statements[which]);
    sqlite3_clear_bindings(store->statements[which]);
    return (struct binding){.s = store->statements[which]};
}

static void bind_text(struct binding *b, const char *text)
{
    sqlite3_bind_text(b->s, ++b->at, text ? text : "", -1, SQLITE_TRANSIENT);
}

static void bind_integer(struct binding *b, const json_t *j)
{
    sqlite3_bind_int64(b->s, ++b->at, json_integer_value(j));
}

/* NULL when it is not there: not measured. */
static void bind_measure(struct binding *b, const json_t *j)
{
    ++b->at;
    if (json_is_boolean(j))
        sqlite3_bind_double(b->s, b->at, json_is_true(j));
    else if (json_is_number(j))
        sqlite3_bind_double(b->s, b->at, json_number_value(j));
}

static bool step(struct binding *b)
{
    return sqlite3_step(b->s) == SQLITE_DONE;
}

static void bind_measures(struct binding *b, const json_t *row)
{
    for (int m = 0; m < IMP_MEASURE_COUNT; m++)
        bind_measure(b, json_object_get(row, imp_measures[m].name));
}

static void bind_plan(struct binding *b, const json_t *plan)
{
    static const char *const texts[] = {"scenario", "mechanism", "variant",
                                        "class",    "medium",    "platform"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        bind_text(b, json_string_value(json_object_get(plan, texts[i])));
    bind_integer(b, json_object_get(plan, "devices"));
    bind_measure(b, json_object_get(plan, "loss"));
    bind_text(b, json_string_value(json_object_get(json_object_get(plan, "adversary"), "name")));
    bind_integer(b, json_object_get(plan, "replication"));
    bind_integer(b, json_object_get(plan, "seed"));
}

static bool put_run(struct imp_store *store, const char *key, const json_t *plan,
                    const json_t *result, const char *why)
{
    struct binding b = bind(store, IMP__PUT_RUN);
    const json_t *row = json_object_get(result, "row");
    char *line = imp_canonical(plan);
    const json_t *counts = json_object_get(result, "adversary");
    char *counts_text = counts ? json_dumps(counts, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    bind_text(&b, key);
    bind_text(&b, why ? "harness-failure" : "ok");
    bind_text(&b, why);
    bind_text(&b, line);
    bind_plan(&b, plan);
    bind_measures(&b, row);
    for (int d = 0; d < IMP_DELTA_COUNT; d++)
        bind_measure(&b, json_object_get(row, imp_deltas[d].name));
    for (int g = 0; g < IMP_GOAL_COUNT; g++) {
        const char *v = json_string_value(json_object_get(row, goals[g]));
        if (v)
            bind_text(&b, v);
        else
            b.at++;
    }
    bind_integer(&b, json_object_get(result, "events"));
    bind_text(&b, json_string_value(json_object_get(result, "digest")));
    bind_text(&b, counts_text);
    free(line);
    free(counts_text);
    return step(&b);
}

static bool put_devices(struct imp_store *store, const char *key, const json_t *result)
{
    const json_t *row;
    size_t i;
    json_array_foreach(json_object_get(result, "devices"), i, row)
    {
        struct binding b = bind(store, IMP__PUT_DEVICE);
        bind_text(&b, key);
        bind_integer(&b, json_object_get(row, "device"));
        bind_measures(&b, row);
        if (!step(&b))
            return false;
    }
    return true;
}

static bool put_verdicts(struct imp_store *store, const char *key, const json_t *result)
{
    const json_t *row;
    size_t i;
    json_array_foreach(json_object_get(result, "verdicts"), i, row)
    {
        struct binding b = bind(store, IMP__PUT_VERDICT);
        bind_text(&b, key);
        bind_text(&b, json_string_value(json_object_get(row, "goal")));
        bind_text(&b, json_string_value(json_object_get(row, "verdict")));
        bind_text(&b, json_string_value(json_object_get(row, "why")));
        if (!step(&b))
            return false;
    }
    return true;
}

static bool put_radio(struct imp_store *store, const char *key, const json_t *result)
{
    const json_t *row;
    size_t i;
    json_array_foreach(json_object_get(result, "radio"), i, row)
    {
        static const char *const members[] = {"device", "off_ns", "idle_ns", "rx_ns", "tx_ns"};
        struct binding b = bind(store, IMP__PUT_RADIO);
        bind_text(&b, key);
        for (size_t k = 0; k < sizeof members / sizeof *members; k++)
            bind_integer(&b, json_object_get(row, members[k]));
        if (!step(&b))
            return false;
    }
    return true;
}

static bool put_ops(struct imp_store *store, const char *key, const json_t *result)
{
    json_t *role_ops, *quantity;
    const char *role, *op;
    json_object_foreach(json_object_get(result, "ops"), role, role_ops)
    {
        json_object_foreach(role_ops, op, quantity)
        {
            struct binding b = bind(store, IMP__PUT_OPS);
            bind_text(&b, key);
            bind_text(&b, role);
            bind_text(&b, op);
            bind_integer(&b, quantity);
            if (!step(&b))
                return false;
        }
    }
    return true;
}

static bool put_trace(struct imp_store *store, const char *key, const char *trace)
{
    struct binding b = bind(store, IMP__PUT_TRACE);
    if (!trace)
        return true;
    bind_text(&b, key);
    bind_text(&b, trace);
    return step(&b);
}

int imp_store_put(struct imp_store *store, const char *key, const json_t *plan,
                  const json_t *result, const char *trace, const char *why, char *error, size_t cap)
{
    if (sqlite3_exec(store->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK &&
        put_run(store, key, plan, result, why) && put_devices(store, key, result) &&
        put_verdicts(store, key, result) && put_radio(store, key, result) &&
        put_ops(store, key, result) && put_trace(store, key, trace) &&
        sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        return 0;
    snprintf(error, cap, IMP_STORE_FILE ": %s", sqlite3_errmsg(store->db));
    for (int i = 0; i < IMP__STATEMENTS; i++)
        sqlite3_reset(store->statements[i]);
    if (!sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return -1;
}

int imp_store_put_cost(struct imp_store *store, const char *key, const struct imp_cost *cost,
                       char *error, size_t cap)
{
    struct binding b = bind(store, IMP__PUT_COST);
    bind_text(&b, key);
    sqlite3_bind_double(b.s, ++b.at, cost->cpu_s);
    sqlite3_bind_double(b.s, ++b.at, cost->wall_s);
    sqlite3_bind_int64(b.s, ++b.at, (sqlite3_int64)cost->memory);
    if (step(&b))
        return 0;
    snprintf(error, cap, IMP_STORE_FILE ": %s", sqlite3_errmsg(store->db));
    sqlite3_reset(b.s);
    return -1;
}
