/* SPDX-License-Identifier: GPL-2.0-only */
#include "estimate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void imp_costs_init(struct imp_costs *c)
{
    *c = (struct imp_costs){.combinations = json_object(), .mechanisms = json_object()};
}

void imp_costs_free(struct imp_costs *c)
{
    json_decref(c->combinations);
    json_decref(c->mechanisms);
    *c = (struct imp_costs){NULL};
}

/* Adds to a pair of sums under a name. */
static void add_pair(json_t *table, const char *name, double a, double b)
{
    json_t *pair = json_object_get(table, name);
    a += json_number_value(json_array_get(pair, 0));
    b += json_number_value(json_array_get(pair, 1));
    json_object_set_new(table, name, json_pack("[f, f]", a, b));
}

/* Their quotient, or -1 when there is none. */
static double quotient(const json_t *table, const char *name)
{
    const json_t *pair = name ? json_object_get(table, name) : NULL;
    double below = json_number_value(json_array_get(pair, 1));
    return below > 0 ? json_number_value(json_array_get(pair, 0)) / below : -1;
}

static void combination_key(char out[IMP_RUN_KEY], const json_t *line)
{
    json_t *first = json_copy((json_t *)line);
    json_object_set_new(first, "replication", json_integer(0));
    imp_run_key(out, first);
    json_decref(first);
}

void imp_costs_add(struct imp_costs *c, const json_t *line, const struct imp_cost *cost)
{
    char key[IMP_RUN_KEY];
    const char *mechanism = json_string_value(json_object_get(line, "mechanism"));
    double weight = imp_plan_weight(line);
    combination_key(key, line);
    add_pair(c->combinations, key, cost->cpu_s, 1);
    add_pair(c->mechanisms, mechanism ? mechanism : "", cost->cpu_s, weight);
    c->cpu_s += cost->cpu_s;
    c->weight += weight;
    c->runs++;
    if (cost->memory > c->memory)
        c->memory = cost->memory;
}

void imp_costs_read(struct imp_costs *c, sqlite3 *db)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(db,
                           "SELECT r.plan, c.cpu_s, c.wall_s, c.memory FROM run r JOIN cost c"
                           " USING (run_key) WHERE r.status = 'ok' AND r.replication < 3",
                           -1, &s, NULL) != SQLITE_OK)
        return; /* a store of before costs were measured */
    while (sqlite3_step(s) == SQLITE_ROW) {
        json_t *line = json_loads((const char *)sqlite3_column_text(s, 0), 0, NULL);
        struct imp_cost cost = {.cpu_s = sqlite3_column_double(s, 1),
                                .wall_s = sqlite3_column_double(s, 2),
                                .memory = (size_t)sqlite3_column_int64(s, 3)};
        if (line)
            imp_costs_add(c, line, &cost);
        json_decref(line);
    }
    sqlite3_finalize(s);
}

/* ---- calibration
 * --------------------------------------------------------------------------------- */
struct calibration {
    struct imp_costs *costs;
    const struct imp_pool_job *jobs;
    size_t good;
};

static bool note(void *arg, size_t job, struct imp_pool_result *r)
{
    struct calibration *c = arg;
    const char *status = json_string_value(json_object_get(r->result, "status"));
    if (!status || strcmp(status, "ok") != 0)
        return true;
    json_t *line = json_loads(c->jobs[job].line, 0, NULL);
    imp_costs_add(c->costs, line, &r->cost);
    json_decref(line);
    c->good++;
    return true;
}

size_t imp_costs_calibrate(struct imp_costs *costs, const struct imp_plan *plan,
                           imp_run_function *run, unsigned jobs, const volatile int *stop)
{
    size_t groups = json_array_size(plan->parameters), count = 0, seen = 0;
    size_t step = groups / IMP_CALIBRATED + 1;
    struct imp_pool_job list[IMP_CALIBRATED] = {{NULL}};
    struct calibration c = {.costs = costs, .jobs = list};
    bool *had = calloc(groups + 1, sizeof *had);
    if (!had)
        abort();
    for (size_t i = 0; i < plan->count && count < IMP_CALIBRATED; i++) {
        const struct imp_run *r = &plan->runs[i];
        if (had[r->group])
            continue;
        had[r->group] = true;
        if (seen++ % step == 0)
            list[count++] =
                (struct imp_pool_job){.key = r->key, .line = r->line, .weight = r->weight};
    }
    const struct imp_pool pool = {.run = run, .jobs = jobs, .done = note, .arg = &c, .stop = stop};
    imp_pool_run(&pool, list, count);
    free(had);
    return c.good;
}

/* ---- estimate
 * ------------------------------------------------------------------------------------ */
double imp_costs_of(const struct imp_costs *c, const struct imp_plan *plan, size_t run,
                    bool *measured)
{
    char key[IMP_RUN_KEY];
    const json_t *line =
        json_object_get(json_array_get(plan->parameters, plan->runs[run].group), "plan");
    imp_run_key(key, line);
    double own = quotient(c->combinations, key);
    if (measured)
        *measured = own >= 0;
    if (own >= 0)
        return own;
    double each = quotient(c->mechanisms, json_string_value(json_object_get(line, "mechanism")));
    if (each < 0)
        each = c->weight > 0 ? c->cpu_s / c->weight : 0;
    return each * plan->runs[run].weight;
}

static bool mechanism_measured(const struct imp_costs *c, const struct imp_plan *plan, size_t run)
{
    const json_t *line =
        json_object_get(json_array_get(plan->parameters, plan->runs[run].group), "plan");
    return quotient(c->mechanisms, json_string_value(json_object_get(line, "mechanism"))) >= 0;
}

void imp_forecast(struct imp_forecast *out, const struct imp_costs *c, const struct imp_plan *plan,
                  unsigned cores)
{
    size_t last = (size_t)-1;
    double s = 0;
    bool measured = false, known = false;
    *out = (struct imp_forecast){.runs = plan->count};
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->runs[i].group != last) {
            s = imp_costs_of(c, plan, i, &measured);
            known = mechanism_measured(c, plan, i);
            last = plan->runs[i].group;
        }
        out->measured += measured;
        out->unmeasured += !known;
        out->cpu_s += s;
        out->longest_s = fmax(out->longest_s, s);
    }
    out->wall_s = fmax(out->longest_s, out->cpu_s / (cores ? cores : 1));
}

size_t imp_plan_distinct(const struct imp_plan *plan, const char *member)
{
    json_t *seen = json_object(), *entry;
    size_t i;
    json_array_foreach(plan->parameters, i, entry)
    {
        const char *text =
            json_string_value(json_object_get(json_object_get(entry, "plan"), member));
        if (text)
            json_object_set_new(seen, text, json_true());
    }
    size_t n = json_object_size(seen);
    json_decref(seen);
    return n;
}

void imp_duration_text(char *out, size_t cap, double s)
{
    long minutes = lround(s / 60);
    if (s < 10)
        snprintf(out, cap, "%.1f s", s);
    else if (s < 100)
        snprintf(out, cap, "%.0f s", s);
    else if (minutes < 60)
        snprintf(out, cap, "%ld min", minutes);
    else if (minutes < 48 * 60)
        snprintf(out, cap, "%ld h %ld min", minutes / 60, minutes % 60);
    else
        snprintf(out, cap, "%.1f days", s / 86400);
}
