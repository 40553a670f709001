/* SPDX-License-Identifier: GPL-2.0-only */
#include "world_runs.h"

#include <string.h>

#include "sim/world/run.h"

struct watch {
    struct imp_search_report *report;
    unsigned first; /* point from which on the search is told */
};

static bool at_point(void *arg, const struct imp_script_point *p)
{
    struct watch *w = arg;
    if (p->number < w->first)
        return true;
    return imp_search_at(w->report, p);
}

void imp_world_runs_script(json_t *plan, const struct imp_decision *script, size_t count)
{
    char text[64 * IMP_SCRIPT_LONGEST];
    imp_script_print(text, sizeof text, script, count);
    json_t *strategy = json_object_get(json_object_get(plan, "adversary"), "strategy");
    json_object_set_new(strategy, "decisions", json_string(text));
}

static bool among(const char *name, const char *const *list)
{
    for (; name && *list; list++)
        if (strcmp(*list, name) == 0)
            return true;
    return false;
}

static void judge(const struct imp_world_runs *w, const json_t *result, struct imp_search_report *r)
{
    const json_t *v;
    size_t i;
    json_array_foreach(json_object_get(result, "verdicts"), i, v)
    {
        const char *goal = json_string_value(json_object_get(v, "goal"));
        const char *verdict = json_string_value(json_object_get(v, "verdict"));
        if (among(goal, w->goals) && verdict && strcmp(verdict, "broken") == 0)
            imp_search_broken(r, goal, json_string_value(json_object_get(v, "why")));
    }
}

void imp_world_runs(void *arg, const struct imp_decision *script, size_t count,
                    struct imp_search_report *r)
{
    const struct imp_world_runs *w = arg;
    struct watch watch = {r, count ? script[count - 1].point + 1 : 0};
    struct imp_script_watch told = {at_point, &watch};
    imp_world_runs_script(w->plan, script, count);
    imp_script_watch(&told);
    json_t *result = imp_world_judge(w->plan);
    imp_script_watch(NULL);
    const char *status = json_string_value(json_object_get(result, "status"));
    const char *why = json_string_value(json_object_get(result, "why"));
    if (status && strcmp(status, "ok") == 0)
        judge(w, result, r);
    else
        imp_search_failed(r, why ? why : "no result");
    json_decref(result);
}
