/* SPDX-License-Identifier: GPL-2.0-only */
/* imprint plan: what would be run. */
#include "cli.h"

#include "sim/world/human.h"
#include "sim/world/platform.h"

#include <string.h>

enum { EXPLAIN = 256 + 50 };

struct words {
    struct cli_plan_words plan;
    bool explain;
};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct words *w = state->input;
    (void)text;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &w->plan;
        return 0;
    case EXPLAIN:
        w->explain = true;
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

int cli_plan(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"explain", EXPLAIN, NULL, 0,
         "Instead: a table of every parameter with unit, source and meaning", 0},
        {0}};
    static const struct argp_child children[] = {{&cli_plan_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        options,
        parse,
        "FILE...",
        "Resolves scenarios (or checks plan files, *.jsonl) and prints one JSON line for each run, "
        "with every parameter. Nothing is run.",
        children,
        NULL,
        NULL};
    struct words w = {.explain = false};
    struct imp_plan plan;
    if (argp_parse(&argp, argc, argv, 0, NULL, &w) != 0)
        return CLI_INPUT;
    int status = cli_plan_load(&plan, &w.plan);
    if (status == CLI_GOOD) {
        if (w.explain)
            explain(&plan);
        for (size_t i = 0; !w.explain && i < plan.count; i++)
            puts(plan.runs[i].line);
        imp_plan_free(&plan);
    }
    cli_plan_words_free(&w.plan);
    return cli_finish(status);
}
