/* SPDX-License-Identifier: GPL-2.0-only */
/* imprint plan: what would be run. */
#include "cli.h"

#include "sim/campaign/estimate.h"
#include "sim/world/human.h"
#include "sim/world/platform.h"
#include "sim/world/run.h"

#include <string.h>

enum { EXPLAIN = 256 + 50, COUNT, COSTS, CALIBRATE, JOBS };

struct words {
    struct cli_plan_words plan;
    const char *costs; /* folder of a store, or NULL */
    unsigned jobs;     /* 0: as many as cores */
    bool explain, count, calibrate;
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct words *w = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &w->plan;
        return 0;
    case EXPLAIN:
        w->explain = true;
        return 0;
    case COUNT:
        w->count = true;
        return 0;
    case COSTS:
        w->costs = text;
        return 0;
    case CALIBRATE:
        w->calibrate = true;
        return 0;
    case JOBS:
        w->jobs = (unsigned)cli_integer(state, "--jobs", text, 1, 100000);
        return 0;
    case ARGP_KEY_END:
        if (w->explain && w->count)
            argp_error(state, "--explain and --count: expected one of them");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void explain_row(const json_t *row)
{
    const char *unit = json_string_value(json_object_get(row, "unit"));
    char value[300];
    snprintf(value, sizeof value, "%s%s%s", json_string_value(json_object_get(row, "value")),
             *unit ? " " : "", unit);
    printf("  %-34s %-28s %-16s ", json_string_value(json_object_get(row, "parameter")), value,
           json_string_value(json_object_get(row, "source")));
    cli_wrap(stdout, json_string_value(json_object_get(row, "meaning")), 82, 82);
}

static void explain_scenario(const json_t *resolved)
{
    const json_t *line = json_object_get(resolved, "plan"), *row;
    json_t *rows = imp_explain(line, json_object_get(resolved, "sources"));
    size_t i;
    printf("%s (%s), %s, %" JSON_INTEGER_FORMAT " replications\n",
           json_string_value(json_object_get(line, "scenario")),
           json_string_value(json_object_get(resolved, "place")),
           json_string_value(json_object_get(line, "variant")),
           json_integer_value(json_object_get(resolved, "replications")));
    printf("  %-34s %-28s %-16s %s\n", "parameter", "value", "from", "meaning");
    json_array_foreach(rows, i, row) explain_row(row);
    puts("");
    json_decref(rows);
}

static void explain_figures(const char *title, const struct imp_figure *rows, size_t n)
{
    printf("%s\n  %-34s %-28s %-16s %s\n", title, "figure", "value", "status", "source");
    for (size_t i = 0; i < n; i++) {
        char value[100];
        snprintf(value, sizeof value, "%s %s", rows[i].value, rows[i].unit);
        printf("  %-34s %-28s %-16s ", rows[i].key, value, rows[i].status);
        cli_wrap(stdout, rows[i].source, 82, 82);
    }
    puts("");
}

/* The constants behind the plan, each platform once. */
static void explain_models(const struct imp_plan *plan)
{
    static const char *const members[] = {"platform", "access_platform", "server_platform"};
    json_t *seen = json_object(), *resolved;
    const struct imp_figure *rows;
    size_t i, n;
    json_array_foreach(plan->parameters, i, resolved)
    {
        for (size_t m = 0; m < sizeof members / sizeof *members; m++) {
            const char *name =
                json_string_value(json_object_get(json_object_get(resolved, "plan"), members[m]));
            if (json_object_get(seen, name))
                continue;
            json_object_set_new(seen, name, json_true());
            char title[100];
            snprintf(title, sizeof title, "platform %s", name);
            n = imp_platform_figures(imp_platform_find(name), &rows);
            explain_figures(title, rows, n);
        }
    }
    n = imp_human_figures(&rows);
    explain_figures("users", rows, n);
    json_decref(seen);
}

static void explain(const struct imp_plan *plan)
{
    const json_t *resolved;
    size_t i;
    json_array_foreach(plan->parameters, i, resolved) explain_scenario(resolved);
    explain_models(plan);
}

/* ---- --count
 * ------------------------------------------------------------------------------------- */
/* A row for each run of neighbouring combinations with the same words. */
static void count_rows(const struct imp_plan *plan, const struct imp_costs *costs)
{
    static const char *const members[] = {"scenario", "mechanism", "variant", "medium"};
    size_t n = 0;
    double s = 0;
    printf("%8s %10s  %s\n", "runs", "cpu s", "scenario, mechanism, variant, medium, adversary");
    for (size_t i = 0; i < plan->count; i++) {
        size_t group = plan->runs[i].group;
        n++;
        s += imp_costs_of(costs, plan, i, NULL);
        if (i + 1 < plan->count && plan->runs[i + 1].group == group)
            continue;
        const json_t *line = json_object_get(json_array_get(plan->parameters, group), "plan");
        printf("%8zu ", n);
        if (costs->runs)
            printf("%10.3f  ", s);
        else
            printf("%10s  ", "");
        for (size_t m = 0; m < sizeof members / sizeof *members; m++)
            printf("%s, ", json_string_value(json_object_get(line, members[m])));
        puts(json_string_value(json_object_get(json_object_get(line, "adversary"), "name")));
        n = 0;
        s = 0;
    }
}

/* What runs took: by a store, by a calibration, or not at all. */
static int measure(struct imp_costs *costs, const struct words *w, const struct imp_plan *plan,
                   char *source, size_t cap)
{
    *source = '\0';
    if (w->costs) {
        snprintf(source, cap, "in %s", w->costs);
        return cli_costs_read(costs, w->costs);
    }
    if (w->calibrate) {
        snprintf(source, cap, "just now, one of each combination");
        imp_world_warm();
        imp_costs_calibrate(costs, plan, imp_world_run, w->jobs, NULL);
    }
    return CLI_GOOD;
}

static int print_plan(const struct words *w, const struct imp_plan *plan)
{
    struct imp_costs costs;
    char source[4200];
    imp_costs_init(&costs);
    int status = measure(&costs, w, plan, source, sizeof source);
    if (status == CLI_GOOD) {
        cli_estimate(stderr, plan, &costs, source, w->jobs ? w->jobs : imp_pool_cores());
        if (w->explain)
            explain(plan);
        else if (w->count)
            count_rows(plan, &costs);
        for (size_t i = 0; !w->explain && !w->count && i < plan->count; i++)
            puts(plan->runs[i].line);
    }
    imp_costs_free(&costs);
    return status;
}

int cli_plan(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"explain", EXPLAIN, NULL, 0,
         "Instead: a table of every parameter with unit, source and meaning", 0},
        {"count", COUNT, NULL, 0, "Instead: how many runs of what", 0},
        {"costs", COSTS, "DIR", 0, "Estimate the time by what runs in DIR took", 0},
        {"calibrate", CALIBRATE, NULL, 0,
         "Estimate it by running one of each combination, of at most 100, now", 0},
        {"jobs", JOBS, "N", 0, "Cores that the estimate is for (default: those here)", 0},
        {0}};
    static const struct argp_child children[] = {{&cli_plan_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        options,
        parse,
        "FILE...",
        "Resolves scenarios (or checks plan files, *.jsonl) and prints one JSON line for each run, "
        "with every parameter. Nothing is stored. How many there are, and how long they will take "
        "where that was measured, is said on standard error.",
        children,
        NULL,
        NULL};
    struct words w = {.explain = false};
    struct imp_plan plan;
    if (cli_parse(&argp, argc, argv, &w) != 0)
        return CLI_INPUT;
    int status = cli_plan_load(&plan, &w.plan);
    if (status == CLI_GOOD) {
        status = print_plan(&w, &plan);
        imp_plan_free(&plan);
    }
    cli_plan_words_free(&w.plan);
    return cli_finish(status);
}
