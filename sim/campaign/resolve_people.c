/* SPDX-License-Identifier: GPL-2.0-only */
/* Adversary, user, expectations. */
#include "resolve.h"

#include "catalog.h"
#include "canonical.h"
#include "sim/adversary/presets.h"
#include "sim/judge/judge.h"
#include "sim/scenario/nearest.h"
#include "sim/world/human.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define NAME(id, text) text,
static const char *const goals[] = {IMP_GOALS(NAME) NULL};
static const char *const verdicts[] = {IMP_VERDICTS(NAME) NULL};
/* Rights that mitm { ... } may change; `at` and the lists as in a plan line. */
static const char *const rights[] = {"at", "read", "block", "inject", "oob", "window", NULL};

static bool among(const char *name, const char *const *list)
{
    for (size_t i = 0; name && list[i]; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
}

/* ---- adversary
 * ----------------------------------------------------------------------------------- */
static const struct imp_adversary *preset_of(struct imp__resolver *r, const json_t *j)
{
    const char *name = json_string_value(j);
    const struct imp_adversary *a = name ? imp_adversary_find(name) : NULL;
    if (!name)
        imp__resolve_fail(r, "adversary: expected a preset's name or mitm { preset = \"...\" }");
    else if (!a)
        imp_unknown_adversary(name, r->error, r->cap);
    return a;
}

/* Appends "key=a+b" to the name of a changed preset. */
static void name_change(char *name, size_t cap, const char *key, const json_t *value)
{
    size_t used = strlen(name), i;
    const json_t *item;
    const char *s = json_string_value(value);
    used += (size_t)snprintf(name + used, cap - used, " %s=%s", key, s ? s : "");
    json_array_foreach(value, i, item)
    {
        if (used < cap)
            used += (size_t)snprintf(name + used, cap - used, "%s%s", i ? "+" : "",
                                     json_string_value(item) ? json_string_value(item) : "?");
    }
    if (!s && json_array_size(value) == 0 && used < cap)
        snprintf(name + used, cap - used, "nothing");
}

/* mitm { preset = ..., right = ... }: the preset with some rights replaced. */
static json_t *changed_preset(struct imp__resolver *r, const json_t *changes)
{
    const struct imp_adversary *a = preset_of(r, json_object_get(changes, "preset"));
    char name[300];
    if (!a)
        return NULL;
    json_t *j = imp_adversary_json(a);
    snprintf(name, sizeof name, "%s", a->name);
    for (size_t i = 0; rights[i]; i++) {
        json_t *value = json_object_get(changes, rights[i]);
        if (!value)
            continue;
        if (json_is_object(value) && json_object_size(value) == 0)
            json_object_set_new(j, rights[i], json_array()); /* {} of Lua */
        else
            json_object_set(j, rights[i], value);
        name_change(name, sizeof name, rights[i], json_object_get(j, rights[i]));
    }
    json_t *own = json_object_get(changes, "name");
    if (own)
        json_object_set(j, "name", own);
    else
        json_object_set_new(j, "name", json_string(name));
    return j;
}

static int check_changes(struct imp__resolver *r, const json_t *changes)
{
    const char *name;
    json_t *value;
    if (!json_is_object(changes))
        return imp__resolve_fail(r, "mitm: expected named entries such as preset = \"dolev-yao\"");
    json_object_foreach((json_t *)changes, name, value)
    {
        struct imp_nearest best = {0};
        char hint[100];
        if (strcmp(name, "preset") == 0 || strcmp(name, "name") == 0 || among(name, rights))
            continue;
        imp_nearest_offer(&best, name, "preset");
        for (size_t i = 0; rights[i]; i++)
            imp_nearest_offer(&best, name, rights[i]);
        imp_nearest_hint(&best, hint, sizeof hint);
        return imp__resolve_fail(r, "mitm: unknown entry \"%.60s\"%s", name, hint);
    }
    return 0;
}

int imp__resolve_adversary(struct imp__resolver *r)
{
    const json_t *j = json_object_get(r->keys, "adversary");
    const json_t *changes = json_object_get(j, "$mitm"), *line = json_object_get(j, "$line");
    struct imp_adversary parsed;
    json_t *rights_json = NULL;
    if (!j)
        rights_json = imp_adversary_json(&imp_adversaries[0]);
    else if (line) /* as it stands in a plan line */
        rights_json = json_deep_copy(line);
    else if (changes)
        rights_json = check_changes(r, changes) == 0 ? changed_preset(r, changes) : NULL;
    else if (preset_of(r, j))
        rights_json = imp_adversary_json(preset_of(r, j));
    if (!rights_json)
        return -1;
    imp__resolve_source(r, "adversary", j, "default");
    json_object_set_new(r->plan, "adversary", rights_json);
    if (imp_adversary_from_json(&parsed, rights_json, r->error, r->cap) < 0)
        return -1;
    json_t *clean = imp_adversary_json(&parsed); /* lists in one order, each right once */
    if (!clean)
        return imp__resolve_fail(r, "adversary: expected a printable name");
    json_object_set_new(r->plan, "adversary", clean);
    return 0;
}

/* ---- user
 * ------------------------------------------------------------------------------------------ */
static int unknown_profile(struct imp__resolver *r, const char *name)
{
    char list[200] = "";
    size_t used = 0;
    for (size_t i = 0; imp_human_profiles[i] && used < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "",
                                 imp_human_profiles[i]);
    return imp__resolve_fail(r, "user.profile: expected one of %s, not \"%.40s\"", list,
                             name ? name : "(not a text)");
}

int imp__resolve_user(struct imp__resolver *r)
{
    const json_t *user = json_object_get(r->keys, "user");
    const json_t *profile = json_object_get(user, "profile"),
                 *error = json_object_get(user, "error");
    const char *name, *who = profile ? json_string_value(profile) : "typical";
    double p = error ? json_number_value(error) : 0;
    json_t *value;
    if (user && !json_is_object(user))
        return imp__resolve_fail(r, "user: expected a table such as { profile = \"typical\" }");
    json_object_foreach((json_t *)user, name, value)
    {
        if (strcmp(name, "profile") != 0 && strcmp(name, "error") != 0)
            return imp__resolve_fail(r, "user: unknown entry \"%.60s\"; expected profile or error",
                                     name);
    }
    if (!who || !imp_human_profile_known(who))
        return unknown_profile(r, who);
    if ((error && !json_is_number(error)) || !isfinite(p) || p < 0 || p > 1)
        return imp__resolve_fail(r, "user.error: expected a probability from 0 to 1");
    imp__resolve_source(r, "user.profile", profile, "default");
    imp__resolve_source(r, "user.error", error, "default");
    json_object_set_new(r->plan, "user",
                        json_pack("{s:s, s:o}", "profile", who, "error", imp_canonical_number(p)));
    return 0;
}

/* ---- expectations
 * ----------------------------------------------------------------------------------- */
static int check_expectation(struct imp__resolver *r, const char *goal, const json_t *value)
{
    struct imp_nearest best = {0};
    char hint[100];
    if (strcmp(goal, "because") == 0) {
        return json_is_string(value) ? 0 : imp__resolve_fail(r, "expect.because: expected a text");
    }
    if (!among(goal, goals)) {
        for (size_t i = 0; goals[i]; i++)
            imp_nearest_offer(&best, goal, goals[i]);
        imp_nearest_hint(&best, hint, sizeof hint);
        return imp__resolve_fail(r, "expect: unknown goal \"%.60s\"%s", goal, hint);
    }
    if (!among(json_string_value(value), verdicts))
        return imp__resolve_fail(r, "expect.%s: expected one of holds, broken, na, never-acted",
                                 goal);
    return 0;
}

int imp__resolve_expect(struct imp__resolver *r)
{
    json_t *expect = json_object_get(r->keys, "expect");
    const char *goal;
    json_t *value;
    if (expect && !json_is_object(expect))
        return imp__resolve_fail(r, "expect: expected a table such as { g1_secrecy = \"holds\" }");
    json_object_foreach(expect, goal, value)
    {
        if (check_expectation(r, goal, value) < 0)
            return -1;
    }
    imp__resolve_source(r, "expect", expect, "default");
    return expect ? json_object_set_new(r->plan, "expect", json_deep_copy(expect))
                  : json_object_set_new(r->plan, "expect", json_object());
}
