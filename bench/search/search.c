/* SPDX-License-Identifier: GPL-2.0-only */
/* What a run of the search costs: in one process on ideal media, judged only, against the same run
 * with radios and measures in a process of its own; and for each decision point. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/support/measure.h"
#include "protocols/contract/mechanism.h"
#include "sim/search/plan.h"
#include "sim/search/world_runs.h"
#include "sim/world/run.h"

#define RUNS 100
#define REPEATS 5

static size_t points;

static bool count(void *arg, const struct imp_script_point *point)
{
    (void)arg, (void)point;
    points++;
    return true;
}

static void need_ok(json_t *result)
{
    const char *status = json_string_value(json_object_get(result, "status"));
    if (!status || *status != 'o') {
        fprintf(stderr, "bench-search: %s\n", json_string_value(json_object_get(result, "why")));
        exit(1);
    }
    json_decref(result);
}

static void searched(void *plan)
{
    const struct imp_script_watch watch = {count, NULL};
    imp_script_watch(&watch);
    for (int i = 0; i < RUNS; i++)
        need_ok(imp_world_judge(plan));
}

static void whole(void *plan)
{
    need_ok(imp_world_run_bare(plan));
}

static void bench(const struct imp_mechanism *m)
{
    char error[600];
    struct imp_search_wish wish = {
        .mechanism = m->name, .variant = "default", .rights = "dolev-yao"};
    json_t *plan = imp_search_plan(&wish, error, sizeof error);
    if (!plan)
        return; /* it needs what the ideal medium has not */
    points = 0;
    const struct imp_script_watch watch = {count, NULL};
    imp_script_watch(&watch);
    json_t *result = imp_world_judge(plan);
    imp_script_watch(NULL);
    if (json_object_get(result, "verdicts") && points) { /* else it needs streams */
        double one = measure(searched, plan, REPEATS).seconds / RUNS;
        json_object_set_new(plan, "medium", json_string("ethernet"));
        json_object_set_new(plan, "backend", json_string("ethernet"));
        double other = measure(whole, plan, REPEATS).seconds;
        printf("| %s | %.2f | %.3f | **%.1f** | %zu | %.1f | %.0f |\n", m->name, other * 1e3,
               one * 1e3, other / one, points, one * 1e6 / (double)points, 1 / one);
    }
    json_decref(result);
    json_decref(plan);
}

int main(void)
{
    imp_world_warm();
    puts("| mechanism | whole run, CPU ms | run of the search, CPU ms | ratio | decision points | "
         "us a point | runs a second |");
    puts("|--|--:|--:|--:|--:|--:|--:|");
    for (size_t i = 0; imp_mechanisms[i]; i++)
        bench(imp_mechanisms[i]);
    return 0;
}
