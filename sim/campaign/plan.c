/* SPDX-License-Identifier: GPL-2.0-only */
#include "plan.h"

#include "script.h"
#include "sim/scenario/scenario.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void imp_plan_init(struct imp_plan *plan)
{
    *plan = (struct imp_plan){.keys = json_object(),
                              .files = json_array(),
                              .groups = json_object(),
                              .parameters = json_array(),
                              .part = {.shard = 1, .shards = 1}};
}

void imp_plan_free(struct imp_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        free(plan->runs[i].line);
    free(plan->runs);
    json_decref(plan->keys);
    imp__template_free(&plan->latest);
    json_decref(plan->files);
    json_decref(plan->groups);
    json_decref(plan->parameters);
    *plan = (struct imp_plan){0};
}

void imp_plan_hash(char out[IMP_RUN_KEY], const struct imp_plan *plan)
{
    char *all = malloc(plan->count * IMP_RUN_KEY + 1);
    for (size_t i = 0; all && i < plan->count; i++)
        snprintf(all + i * IMP_RUN_KEY, IMP_RUN_KEY + 1, "%s\n", plan->runs[i].key);
    imp_hash_hex(out, IMP_RUN_KEY - 1, all ? all : "", all ? plan->count * IMP_RUN_KEY : 0);
    free(all);
}

/* Devices do the work; a man in the middle doubles the parties; a slow radio makes more events. */
double imp_plan_weight(const json_t *line)
{
    const char *mechanism = json_string_value(json_object_get(line, "mechanism"));
    const struct imp_mechanism *m = mechanism ? imp_mechanism_find(mechanism) : NULL;
    const char *medium = json_string_value(json_object_get(line, "medium"));
    const char *strategy = json_string_value(
        json_object_get(json_object_get(json_object_get(line, "adversary"), "strategy"), "name"));
    double w = json_number_value(json_object_get(line, "devices"));
    size_t messages = 0;
    while (m && m->messages && m->messages[messages].name)
        messages++;
    w *= 4 + (double)messages;
    w *= strategy && strcmp(strategy, "own-keys") == 0 ? 2 : 1;
    double relays = json_number_value(json_object_get(line, "hops")) - 1;
    w *= relays > 0 ? 1 + relays / 2 : 1;
    w *= medium && strcmp(medium, "lr-wpan") == 0 ? 1.5 : 1;
    return w * (1 + 3 * json_number_value(json_object_get(line, "loss")));
}

static bool grow(struct imp_plan *plan)
{
    if (plan->count < plan->room)
        return true;
    size_t room = plan->room ? plan->room * 2 : 64;
    struct imp_run *bigger = realloc(plan->runs, room * sizeof *bigger);
    if (!bigger)
        return false;
    plan->runs = bigger;
    plan->room = room;
    return true;
}

bool imp__plan_group(size_t *group, struct imp_plan *plan, const json_t *line)
{
    char key[IMP_RUN_KEY];
    imp_run_key(key, line); /* of its replication 0 */
    const json_t *had = json_object_get(plan->groups, key);
    *group = had ? (size_t)json_integer_value(had) : json_array_size(plan->parameters);
    if (!had)
        json_object_set_new(plan->groups, key, json_integer((json_int_t)*group));
    return had != NULL;
}

void imp__plan_parameters(struct imp_plan *plan, const struct imp_resolved *r, const char *place)
{
    json_array_append_new(plan->parameters,
                          json_pack("{s:O, s:O, s:s+, s:I}", "plan", r->plan, "sources", r->sources,
                                    "place", place, "", "replications", r->replications));
}

int imp__plan_append(struct imp_plan *plan, const struct imp__template *t, json_int_t replication,
                     char *error, size_t cap)
{
    size_t n;
    struct imp_run run = {.weight = t->weight, .group = t->group};
    char *bare = imp__slot_fill(&t->bare, replication, &n);
    imp_hash_hex(run.key, IMP_RUN_KEY - 1, bare ? bare : "", bare ? n : 0);
    free(bare);
    if (json_object_get(plan->keys, run.key))
        return 0;
    run.line = imp__slot_fill(&t->line, replication, &n);
    if (plan->count == IMP_PLAN_RUNS || !bare || !run.line || !grow(plan)) {
        snprintf(error, cap, "the plan has more than %d runs", IMP_PLAN_RUNS);
        free(run.line);
        return -1;
    }
    json_object_set_new(plan->keys, run.key, json_integer((json_int_t)plan->count));
    plan->runs[plan->count++] = run;
    return 0;
}

/* ---- scenario files
 * ------------------------------------------------------------------------------ */
struct adding {
    struct imp_plan *plan;
    const json_t *given;
    const char *path;
    char name[120];  /* default name */
    char place[300]; /* "FILE:LINE" */
    char *error;
    size_t cap;
};

/* Resolves the keys with the strategy that they name by its file. */
static int resolve(struct imp_resolved *r, const struct adding *a, json_t *keys)
{
    json_t *script;
    if (imp__script_add(&script, keys, a->path, a->error, a->cap) < 0)
        return -1;
    int status = imp_resolve(r, keys, a->given, a->name, a->error, a->cap);
    if (script)
        imp__script_remove(script);
    return status;
}

static int add_leaf(void *arg, json_t *keys)
{
    struct adding *a = arg;
    struct imp_resolved r;
    int status = resolve(&r, a, keys);
    if (status < 0)
        return -1;
    if (r.replications > (json_int_t)(IMP_PLAN_RUNS - a->plan->count)) {
        snprintf(a->error, a->cap, "the plan has more than %d runs", IMP_PLAN_RUNS);
        status = -1;
    }
    size_t group;
    imp__plan_group(&group, a->plan, r.plan);
    imp__plan_parameters(a->plan, &r, a->place);
    struct imp__template t;
    imp__template_make(&t, r.plan, group);
    for (json_int_t i = 0; i < r.replications && status == 0; i++)
        status = imp__plan_append(a->plan, &t, i, a->error, a->cap);
    imp__template_free(&t);
    imp_resolved_free(&r);
    return status;
}

/* The file's name without folders and ".lua". */
static void default_name(char *out, size_t cap, const char *path)
{
    const char *slash = strrchr(path, '/');
    snprintf(out, cap, "%s", slash ? slash + 1 : path);
    char *dot = strrchr(out, '.');
    if (dot && dot != out)
        *dot = '\0';
}

int imp_plan_add_raw(struct imp_plan *plan, json_t *raw, const char *path,
                     const struct imp_overrides *overrides, char *error, size_t cap)
{
    json_t *scenario;
    size_t i;
    int status = 0;
    json_array_foreach(raw, i, scenario)
    {
        char why[IMP_ERROR] = "";
        json_t *given = json_object(), *keys = json_object_get(scenario, "keys");
        int line = (int)json_integer_value(json_object_get(scenario, "line"));
        struct adding a = {
            .plan = plan, .given = given, .path = path, .error = why, .cap = sizeof why};
        default_name(a.name, sizeof a.name, path);
        snprintf(a.place, sizeof a.place, "%s:%d", path, line);
        if (imp__override(keys, given, overrides, why, sizeof why) < 0 ||
            imp_scenario_expand(keys, add_leaf, &a, why, sizeof why) < 0)
            status = -1;
        json_decref(given);
        if (status < 0) {
            snprintf(error, cap, "%s:%d: %s", path, line, why);
            imp_one_line(error);
            break;
        }
    }
    return status;
}

/* In the child that evaluates the scenario: functions see what the command line sets. */
static int prepare_keys(void *arg, json_t *keys, char *error, size_t cap)
{
    json_t *unused = json_object();
    int status = imp__override(keys, unused, arg, error, cap);
    json_decref(unused);
    return status;
}

static int load_lua(struct imp_plan *plan, const char *path, const char *text, size_t n,
                    const struct imp_overrides *overrides, char *error, size_t cap)
{
    const struct imp_scenario_prepare prepare = {.keys = prepare_keys, .arg = (void *)overrides};
    json_t *raw = imp_scenario_load_text(path, text, n, &prepare, error, cap);
    int status = raw ? imp_plan_add_raw(plan, raw, path, overrides, error, cap) : -1;
    json_decref(raw);
    return status;
}

/* ---- plan files
 * ---------------------------------------------------------------------------------- */
#define PLAN_FILE ((size_t)2 << 30) /* octets */

static int load_lines(struct imp_plan *plan, const char *path, const char *text,
                      const struct imp_overrides *overrides, char *error, size_t cap)
{
    int number = 1;
    if (overrides->set_count || overrides->seed || overrides->replications) {
        snprintf(error, cap,
                 "%s: --set, --seed and --replications change scenarios; in a plan "
                 "file everything is resolved",
                 path);
        return -1;
    }
    for (const char *p = text; *p; number++) {
        char why[IMP_ERROR];
        size_t n = strcspn(p, "\n");
        if (imp_plan_add_line(plan, p, n, why, sizeof why) < 0) {
            snprintf(error, cap, "%s:%d: %s", path, number, why);
            return -1;
        }
        p += n + (p[n] == '\n');
    }
    if (number > 1)
        return 0;
    snprintf(error, cap, "%s: no plan line in it", path);
    return -1;
}

static bool is_plan_file(const char *path)
{
    size_t n = strlen(path);
    return n > 6 && strcmp(path + n - 6, ".jsonl") == 0;
}

static void remember_file(struct imp_plan *plan, const char *path, const char *text, size_t n)
{
    char hash[65];
    imp_hash_hex(hash, 64, text, n);
    json_t *entry = json_pack("{s:s+, s:s}", "file", path, "", "hash", hash);
    json_t *body = is_plan_file(path) ? json_null() : json_stringn(text, n);
    if (!entry)
        entry = json_pack("{s:s, s:s}", "file", "(name is not UTF-8)", "hash", hash);
    json_object_set_new(entry, "text", body ? body : json_null());
    json_array_append_new(plan->files, entry);
}

static int load_file(struct imp_plan *plan, const char *path, const struct imp_overrides *overrides,
                     char *error, size_t cap)
{
    size_t n;
    bool lines = is_plan_file(path);
    char *text = imp_file_read(path, lines ? PLAN_FILE : IMP_SCENARIO_FILE, &n, error, cap);
    if (!text)
        return -1;
    int status = -1;
    if (strlen(text) != n)
        snprintf(error, cap, "%s: not a text: it holds a zero octet", path);
    else if (lines)
        status = load_lines(plan, path, text, overrides, error, cap);
    else
        status = load_lua(plan, path, text, n, overrides, error, cap);
    if (status == 0)
        remember_file(plan, path, text, n);
    free(text);
    return status;
}

int imp_plan_load(struct imp_plan *out, const char *const *paths, size_t count,
                  const struct imp_overrides *overrides, char *error, size_t cap)
{
    imp_plan_init(out);
    for (size_t i = 0; i < count; i++) {
        if (load_file(out, paths[i], overrides, error, cap) < 0) {
            imp_plan_free(out);
            return -1;
        }
    }
    return 0;
}
