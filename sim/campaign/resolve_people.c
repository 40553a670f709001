/* SPDX-License-Identifier: GPL-2.0-only */
/* User, expectations. */
#include "resolve.h"

#include "catalog.h"
#include "canonical.h"
#include "sim/judge/judge.h"
#include "sim/words/nearest.h"
#include "sim/world/human.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define NAME(id, text) text,
static const char *const goals[] = {IMP_GOALS(NAME) NULL};
static const char *const verdicts[] = {IMP_VERDICTS(NAME) NULL};

static bool among(const char *name, const char *const *list)
{
    for (size_t i = 0; name && list[i]; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
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
