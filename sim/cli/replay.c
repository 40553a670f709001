/* SPDX-License-Identifier: GPL-2.0-only */
/* imprint replay: a stored run once more, from its plan line alone. */
#include "cli.h"

#include "sim/report/chart.h"
#include "sim/world/run.h"

#include <stdlib.h>
#include <string.h>

enum { STEP = 256 + 130 };

struct words {
    const char *dir, *prefix;
    bool step;
};

static const struct argp_option options[] = {
    {"step", STEP, NULL, 0, "Wait for a line of input before each event", 0}, {0}};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct words *w = state->input;
    switch (key) {
    case STEP:
        w->step = true;
        return 0;
    default:
        return cli_stored_word(&w->dir, &w->prefix, key, text, state);
    }
}

/* Until the end of the input; what is left is printed at once. */
static bool wait_for_line(void)
{
    int c;
    fflush(stdout);
    while ((c = getchar()) != EOF && c != '\n')
        ;
    return c != EOF;
}

static void print_chart(const json_t *trace, bool step)
{
    struct imp_chart_view view = {.device = -1};
    json_t *lines = imp_chart_lines(trace, &view), *line;
    size_t i;
    json_array_foreach(lines, i, line)
    {
        if (i > 0 && step)
            step = wait_for_line();
        puts(json_string_value(line));
    }
    json_decref(lines);
}

static void print_verdicts(const json_t *result)
{
    const json_t *v;
    size_t i;
    puts("");
    json_array_foreach(json_object_get(result, "verdicts"), i, v)
        printf("%-14s %-12s %s\n", json_string_value(json_object_get(v, "goal")),
               json_string_value(json_object_get(v, "verdict")),
               json_string_value(json_object_get(v, "why")));
}

static int replay(const struct words *w, const struct cli_stored *run)
{
    imp_world_warm();
    json_t *result = imp_world_run(run->plan, NULL);
    const char *status = json_string_value(json_object_get(result, "status"));
    const char *digest = json_string_value(json_object_get(result, "digest"));
    int code = CLI_GOOD;
    if (!status || strcmp(status, "ok") != 0 || !digest) {
        const char *why = json_string_value(json_object_get(result, "why"));
        cli_fail("run %s: %s", run->key, why ? why : "it gave no result");
        code = CLI_HARNESS;
    } else {
        bool same = strcmp(digest, run->digest) == 0;
        print_chart(json_object_get(result, "trace"), w->step);
        print_verdicts(result);
        if (!same)
            cli_fail("run %s: another digest than the stored one; another version of imprint?",
                     run->key);
        printf("\n%s: run %s %s (digest %.16s, stored %.16s)\n", w->dir, run->key,
               same ? "repeated exactly" : "differs", digest, run->digest);
        code = same ? CLI_GOOD : CLI_FALSE;
    }
    json_decref(result);
    return code;
}

int cli_replay(int argc, char **argv)
{
    static const struct argp argp = {
        options,
        parse,
        "DIR RUN",
        "Runs a run of the campaign in DIR again from its stored plan line, prints its sequence "
        "chart and verdicts, and compares its digest with the stored one: exit status 1 when they "
        "differ. RUN is the run's key or as many of its first digits as no other run has.",
        NULL,
        NULL,
        NULL};
    struct words w = {.dir = NULL};
    struct cli_stored run;
    if (cli_parse(&argp, argc, argv, &w) != 0)
        return CLI_INPUT;
    int status = cli_stored_read(&run, w.dir, w.prefix);
    if (status != CLI_GOOD)
        return status;
    status = replay(&w, &run);
    cli_stored_free(&run);
    return cli_finish(status);
}
