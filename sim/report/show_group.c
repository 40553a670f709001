/* SPDX-License-Identifier: GPL-2.0-only */
#include "show.h"

#include "sim/campaign/canonical.h"

#include <stdlib.h>
#include <string.h>

#define MEASURE(id, decimals) ", " #id
#define DELTA(id, measure) ", " #id
#define GOAL(id, text) ", " text
#define NAME(id, text) text,
static const char *const verdict_names[] = {IMP_VERDICTS(NAME)};

/* Parameters that may tell groups of one scenario apart beside variant and adversary. */
static const char *const parameters[] = {"mechanism",
                                         "medium",
                                         "platform",
                                         "devices",
                                         "cell",
                                         "loss",
                                         "hops",
                                         "distance_m",
                                         "user",
                                         "arrival_ms",
                                         "backend",
                                         "limit_s",
                                         "backend_delay_ms",
                                         "class",
                                         "flaws",
                                         "access_platform",
                                         "server_platform",
                                         "radio",
                                         NULL};

static void *must(void *p)
{
    if (!p)
        abort();
    return p;
}

static struct imp_group *group_of(struct imp_groups *g, const char *line)
{
    json_t *plan = json_loads(line, 0, NULL);
    json_object_del(plan, "seed");
    json_object_del(plan, "replication");
    json_object_del(plan, "expect");
    char *key = plan ? imp_canonical(plan) : strdup("");
    const json_t *at = json_object_get(g->index, must(key));
    if (at) {
        json_decref(plan);
        free(key);
        return &g->group[json_integer_value(at)];
    }
    if (g->count == g->room) {
        g->room = g->room ? g->room * 2 : 16;
        g->group = must(realloc(g->group, g->room * sizeof *g->group));
    }
    json_object_set_new(g->index, key, json_integer((json_int_t)g->count));
    free(key);
    g->group[g->count] = (struct imp_group){.plan = plan};
    return &g->group[g->count++];
}

static void add_values(struct imp_group *g, sqlite3_stmt *s, int first)
{
    if (g->completed == g->room) {
        g->room = g->room ? g->room * 2 : 32;
        for (int m = 0; m < IMP_MEASURE_COUNT; m++)
            g->values[m] = must(realloc(g->values[m], g->room * sizeof **g->values));
    }
    for (int m = 0; m < IMP_MEASURE_COUNT; m++)
        g->values[m][g->completed] = sqlite3_column_double(s, first + m);
    g->completed++;
}

static void add_trial(struct imp_group *g, sqlite3_stmt *s, int first)
{
    size_t n = g->runs - g->failed - 1;
    if (n == g->trial_room) {
        g->trial_room = n ? n * 2 : 32;
        g->trial = must(realloc(g->trial, g->trial_room * sizeof *g->trial));
    }
    bool completed = sqlite3_column_double(s, first + IMP_MEASURE_completed) == 1;
    g->trial[n] = (struct imp_trial){
        .replication = sqlite3_column_int64(s, first - 2),
        .seed = sqlite3_column_int64(s, first - 1),
        .latency = {sqlite3_column_double(s, first + IMP_MEASURE_latency_ms), completed},
        .at = g->completed};
    if (completed)
        add_values(g, s, first);
}

static void add_deltas(struct imp_group *g, sqlite3_stmt *s, int first)
{
    for (int d = 0; d < IMP_DELTA_COUNT; d++)
        if (sqlite3_column_type(s, first + d) == SQLITE_NULL)
            return; /* no adversary */
    if (g->paired == g->delta_room) {
        g->delta_room = g->delta_room ? g->delta_room * 2 : 32;
        for (int d = 0; d < IMP_DELTA_COUNT; d++)
            g->deltas[d] = must(realloc(g->deltas[d], g->delta_room * sizeof **g->deltas));
    }
    for (int d = 0; d < IMP_DELTA_COUNT; d++)
        g->deltas[d][g->paired] = sqlite3_column_double(s, first + d);
    g->paired++;
}

static void add_row(struct imp_group *g, sqlite3_stmt *s)
{
    enum {
        PLAN,
        STATUS,
        REPLICATION,
        SEED,
        MEASURES,
        DELTAS = MEASURES + IMP_MEASURE_COUNT,
        GOALS = DELTAS + IMP_DELTA_COUNT
    };
    g->runs++;
    if (strcmp((const char *)sqlite3_column_text(s, STATUS), "ok") != 0) {
        g->failed++;
        return;
    }
    add_trial(g, s, MEASURES);
    add_deltas(g, s, DELTAS);
    for (int goal = 0; goal < IMP_GOAL_COUNT; goal++) {
        const char *v = (const char *)sqlite3_column_text(s, GOALS + goal);
        for (int i = 0; v && i < IMP_VERDICT_COUNT; i++)
            g->verdicts[goal][i] += strcmp(verdict_names[i], v) == 0;
    }
}

static bool same(const json_t *a, const json_t *b, const char *member)
{
    return json_equal(json_object_get(a, member), json_object_get(b, member));
}

/* Appends "name=value" for each parameter in which groups of the same scenario differ. */
static void label(const struct imp_groups *g, struct imp_group *one)
{
    size_t used = 0;
    for (size_t p = 0; parameters[p]; p++) {
        bool differs = false;
        for (size_t i = 0; i < g->count; i++)
            differs = differs || (same(g->group[i].plan, one->plan, "scenario") &&
                                  same(g->group[i].plan, one->plan, "variant") &&
                                  !same(g->group[i].plan, one->plan, parameters[p]));
        const json_t *value = json_object_get(one->plan, parameters[p]);
        if (!differs || !value || strcmp(parameters[p], "mechanism") == 0 ||
            strcmp(parameters[p], "class") == 0 || used >= sizeof one->label)
            continue;
        char *text =
            json_is_string(value) ? strdup(json_string_value(value)) : imp_canonical(value);
        used += (size_t)snprintf(one->label + used, sizeof one->label - used, "%s%s=%s",
                                 used ? " " : "", parameters[p], text ? text : "");
        free(text);
    }
}

int imp_groups_read(struct imp_groups *out, sqlite3 *db, char *error, size_t cap)
{
    sqlite3_stmt *s = NULL;
    int status =
        sqlite3_prepare_v2(db,
                           "SELECT plan, status, replication, seed" IMP_MEASURES(MEASURE)
                               IMP_DELTAS(DELTA) IMP_GOALS(GOAL) " FROM run" IMP_SHOW_ORDER,
                           -1, &s, NULL);
    *out = (struct imp_groups){.index = json_object()};
    if (status == SQLITE_OK)
        while ((status = sqlite3_step(s)) == SQLITE_ROW)
            add_row(group_of(out, (const char *)sqlite3_column_text(s, 0)), s);
    sqlite3_finalize(s);
    if (status != SQLITE_DONE) {
        snprintf(error, cap, "store.sqlite: %s", sqlite3_errmsg(db));
        imp_groups_free(out);
        return -1;
    }
    for (size_t i = 0; i < out->count; i++)
        label(out, &out->group[i]);
    return 0;
}

struct imp_estimate imp_group_quantile(const struct imp_group *g, enum imp_measure m, double p)
{
    size_t trials = g->runs - g->failed;
    char *plan = must(imp_canonical(g->plan)), *name = NULL;
    if (asprintf(&name, "%s%s", imp_measures[m].name, plan) < 0)
        abort();
    struct imp_estimate e;
    if (m == IMP_MEASURE_latency_ms) {
        struct imp_duration *d = must(calloc(trials + 1, sizeof *d));
        for (size_t i = 0; i < trials; i++)
            d[i] = g->trial[i].latency;
        e = imp_bootstrap_time(d, trials, p, name);
        free(d);
    } else {
        e = imp_bootstrap_quantile(g->values[m], g->completed, p, name);
    }
    free(name);
    free(plan);
    return e;
}

void imp_groups_free(struct imp_groups *g)
{
    for (size_t i = 0; i < g->count; i++) {
        json_decref(g->group[i].plan);
        free(g->group[i].trial);
        for (int m = 0; m < IMP_MEASURE_COUNT; m++)
            free(g->group[i].values[m]);
        for (int d = 0; d < IMP_DELTA_COUNT; d++)
            free(g->group[i].deltas[d]);
    }
    free(g->group);
    json_decref(g->index);
    *g = (struct imp_groups){0};
}
