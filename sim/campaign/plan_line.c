/* SPDX-License-Identifier: GPL-2.0-only */
/* Plan lines read back. A line is taken only when resolving its own parameters gives the same line:
 * so every rule of resolving is a rule of reading, and no second list of rules can drift away. */
#include "plan.h"

#include "keys.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Members that a scenario does not set by their own name. */
static const char *const derived[] = {"schema",   "class",     "variant", "replication",
                                      "scenario", "adversary", NULL};

static bool is_derived(const char *name)
{
    for (size_t i = 0; derived[i]; i++)
        if (strcmp(derived[i], name) == 0)
            return true;
    return false;
}

/* The line's parameters as a scenario's keys, or NULL with a sentence. */
static json_t *as_keys(const json_t *line, char *error, size_t cap)
{
    json_t *keys = json_object(), *value, *wrapped;
    const char *name;
    json_object_foreach((json_t *)line, name, value)
    {
        if (is_derived(name))
            continue;
        if (!imp_key_find(name) || strcmp(name, "name") == 0 || strcmp(name, "replications") == 0) {
            snprintf(error, cap, "unknown member \"%.60s\"", name);
            json_decref(keys);
            return NULL;
        }
        json_object_set(keys, name, value);
    }
    value = json_object_get(line, "scenario");
    if (value)
        json_object_set(keys, "name", value);
    value = json_object_get(line, "adversary");
    wrapped = value ? json_pack("{s:O}", "$line", value) : NULL;
    if (wrapped)
        json_object_set_new(keys, "adversary", wrapped);
    return keys;
}

/* -1 and a sentence unless the member is the same in both. */
static int same_member(const char *name, const json_t *found, const json_t *resolved, char *error,
                       size_t cap)
{
    if (!found) {
        snprintf(error, cap, "member \"%s\" is missing", name);
        return -1;
    }
    char *a = imp_canonical(found), *b = imp_canonical(resolved);
    int status = a && b && strcmp(a, b) == 0 ? 0 : -1;
    if (status < 0)
        snprintf(error, cap, "member \"%s\": expected %.200s, not %.200s", name, b ? b : "?",
                 a ? a : "?");
    free(a);
    free(b);
    return status;
}

static int compare(const json_t *line, const json_t *resolved, char *error, size_t cap)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)resolved, name, value)
    {
        if (same_member(name, json_object_get(line, name), value, error, cap) < 0)
            return -1;
    }
    return 0; /* unknown members were refused by as_keys */
}

static json_t *parse(const char *text, size_t n, char *error, size_t cap)
{
    json_error_t why;
    json_t *line = json_loadb(text, n, JSON_REJECT_DUPLICATES, &why);
    if (line && json_is_object(line))
        return line;
    snprintf(error, cap, "not a plan line: %s", line ? "expected an object" : why.text);
    json_decref(line);
    return NULL;
}

static int check_own(const json_t *line, char *error, size_t cap)
{
    const json_t *schema = json_object_get(line, "schema");
    const json_t *replication = json_object_get(line, "replication");
    if (!json_is_integer(schema) || json_integer_value(schema) != IMP_PLAN_SCHEMA) {
        snprintf(error, cap, "member \"schema\": expected %d", IMP_PLAN_SCHEMA);
        return -1;
    }
    if (!json_is_integer(replication) || json_integer_value(replication) < 0 ||
        json_integer_value(replication) >= (json_int_t)imp_key_find("replications")->max) {
        snprintf(error, cap, "member \"replication\": expected an integer from 0 to %.0f",
                 imp_key_find("replications")->max - 1);
        return -1;
    }
    return 0;
}

/* The parameters of a group count its lines. */
static void count_line(struct imp_plan *plan, size_t group)
{
    json_t *entry = json_array_get(plan->parameters, group);
    json_int_t n = json_integer_value(json_object_get(entry, "replications"));
    json_object_set_new(entry, "replications", json_integer(n + 1));
}

/* In a plan file every parameter is the file's. */
static size_t group_of(struct imp_plan *plan, struct imp_resolved *r)
{
    const char *name;
    void *unused;
    json_t *source;
    size_t group;
    if (imp__plan_group(&group, plan, r->plan))
        return group;
    json_object_foreach_safe(r->sources, unused, name, source)
        json_object_set_new(r->sources, name, json_string("plan file"));
    r->replications = 0;
    imp__plan_parameters(plan, r, "");
    return group;
}

/* Reads a line in full, and remembers its combination. */
static int read_line(struct imp_plan *plan, const char *text, size_t n, json_int_t *replication,
                     char *error, size_t cap)
{
    struct imp_resolved r = {0};
    int status = -1;
    json_t *keys = NULL, *line = parse(text, n, error, cap);
    if (!line || check_own(line, error, cap) < 0)
        goto out;
    keys = as_keys(line, error, cap);
    if (!keys || imp_resolve(&r, keys, NULL, NULL, error, cap) < 0)
        goto out;
    *replication = json_integer_value(json_object_get(line, "replication"));
    json_object_set(r.plan, "replication", json_object_get(line, "replication"));
    status = compare(line, r.plan, error, cap);
    if (status == 0) {
        json_object_set_new(r.plan, "replication", json_integer(0));
        imp__template_free(&plan->latest);
        imp__template_make(&plan->latest, r.plan, group_of(plan, &r));
    }
out:
    imp_resolved_free(&r);
    json_decref(keys);
    json_decref(line);
    return status;
}

int imp_plan_add_line(struct imp_plan *plan, const char *text, size_t n, char *error, size_t cap)
{
    json_int_t replication;
    int status = 0;
    if (!imp__template_reads(&plan->latest, text, n, &replication) ||
        replication >= (json_int_t)imp_key_find("replications")->max)
        status = read_line(plan, text, n, &replication, error, cap);
    if (status == 0) {
        count_line(plan, plan->latest.group);
        status = imp__plan_append(plan, &plan->latest, replication, error, cap);
    }
    if (status < 0)
        imp_one_line(error);
    return status;
}
