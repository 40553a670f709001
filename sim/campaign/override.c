/* SPDX-License-Identifier: GPL-2.0-only */
/* --set KEY=VALUE, --seed and --replications on a scenario's keys. */
#include "keys.h"
#include "plan.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *child(json_t *j, const char *name)
{
    json_t *table = json_object_get(j, name);
    if (!json_is_object(table)) {
        table = json_object();
        json_object_set_new(j, name, table);
    }
    return table;
}

/* options.NAME for all roles, options.ROLE.NAME for one. */
static void set_option(json_t *keys, const char *path, const char *value)
{
    json_t *options = child(keys, "options"), *table;
    const char *dot = strchr(path, '.'), *name;
    char role[100];
    if (dot) {
        snprintf(role, sizeof role, "%.*s", (int)(dot - path), path);
        json_object_set_new(child(options, role), dot + 1, json_string(value));
        return;
    }
    json_object_foreach(options, name, table)
    {
        if (json_is_object(table))
            json_object_del(table, path); /* a role's own value would win over ours */
    }
    json_object_set_new(options, path, json_string(value));
}

static void set_flaws(json_t *keys, const char *value)
{
    json_t *list = json_array();
    for (const char *p = value; *p;) {
        size_t n = strcspn(p, ",");
        if (n)
            json_array_append_new(list, json_stringn(p, n));
        p += n + (p[n] == ',');
    }
    json_object_set_new(keys, "flaws", list);
}

static int set_number(json_t *j, const char *name, const char *value, char *error, size_t cap)
{
    char *end;
    double d = strtod(value, &end);
    if (end == value || *end || !isfinite(d)) {
        snprintf(error, cap, "expected a number, not \"%.40s\"", value);
        return -1;
    }
    return json_object_set_new(j, name, imp_canonical_number(d));
}

static int set_key(json_t *keys, const char *name, const char *value, char *error, size_t cap)
{
    const struct imp_key *key = imp_key_find(name);
    char hint[100];
    if (strncmp(name, "options.", 8) == 0)
        return set_option(keys, name + 8, value), 0;
    if (strncmp(name, "radio.", 6) == 0)
        return set_number(child(keys, "radio"), name + 6, value, error, cap);
    if (strcmp(name, "user.error") == 0)
        return set_number(child(keys, "user"), "error", value, error, cap);
    if (strcmp(name, "user.profile") == 0)
        return json_object_set_new(child(keys, "user"), "profile", json_string(value));
    if (strcmp(name, "flaws") == 0)
        return set_flaws(keys, value), 0;
    if (!key) {
        imp_key_hint(name, hint, sizeof hint);
        snprintf(error, cap, "unknown key \"%.60s\"%s", name, hint);
        return -1;
    }
    if (key->kind == IMP_KEY_INTEGER || key->kind == IMP_KEY_NUMBER)
        return set_number(keys, name, value, error, cap);
    if (key->kind == IMP_KEY_TEXT || strcmp(name, "adversary") == 0)
        return json_object_set_new(keys, name, json_string(value));
    snprintf(error, cap, "%s is a table; expected %s.NAME=VALUE in a scenario or --set", name,
             name);
    return -1;
}

int imp__override(json_t *keys, json_t *given, const struct imp_overrides *o, char *error,
                  size_t cap)
{
    for (size_t i = 0; i < o->set_count; i++) {
        const char *equals = strchr(o->set[i], '=');
        char name[200], why[IMP_ERROR / 2] = "expected KEY=VALUE in UTF-8";
        snprintf(name, sizeof name, "%.*s", equals ? (int)(equals - o->set[i]) : 0, o->set[i]);
        if (!equals || set_key(keys, name, equals + 1, why, sizeof why) < 0) {
            snprintf(error, cap, "--set %.100s: %s", o->set[i], why);
            return -1;
        }
        json_object_set_new(given, name, json_string("--set"));
    }
    if (o->seed > 0) {
        json_object_set_new(keys, "seed", json_integer(o->seed));
        json_object_set_new(given, "seed", json_string("--seed"));
    }
    if (o->replications > 0) {
        json_object_set_new(keys, "replications", json_integer(o->replications));
        json_object_set_new(given, "replications", json_string("--replications"));
    }
    return 0;
}
