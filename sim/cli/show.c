/* SPDX-License-Identifier: GPL-2.0-only */
/* imprint show and imprint plot. */
#include "cli.h"

#include "sim/campaign/store.h"
#include "sim/report/plot.h"
#include "sim/report/show.h"
#include "sim/words/nearest.h"
#include "sim/world/power.h"
#include "sim/world/run.h"

#include <stdlib.h>
#include <string.h>

typedef int show_function(sqlite3 *db, FILE *f, char *error, size_t cap);

enum { GROUPS = 256 + 150, PAIRED };

struct words {
    const char *dir, *base;
    show_function *show;
};

static const struct argp_option options[] = {
    {"csv", 'c', NULL, 0, "One row for each run (docs/metrics.md)", 0},
    {"json", 'j', NULL, 0, "The same as a JSON array, with the reasons of verdicts", 0},
    {"devices", 'd', NULL, 0, "CSV, one row for each device", 0},
    {"verdicts", 'v', NULL, 0, "CSV, one row for each verdict found, with an example of its reason",
     0},
    {"groups", GROUPS, NULL, 0,
     "CSV, one row for each group of replications: means, medians, quantiles, shares with their "
     "intervals",
     0},
    {"paired", PAIRED, "ROW", 0,
     "A table of differences to row ROW of the table (its number or its mechanism), paired by seed "
     "and replication",
     0},
    {0}};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct words *w = state->input;
    switch (key) {
    case 'c':
        w->show = imp_show_csv;
        return 0;
    case 'j':
        w->show = imp_show_json;
        return 0;
    case 'd':
        w->show = imp_show_devices;
        return 0;
    case 'v':
        w->show = imp_show_verdicts;
        return 0;
    case GROUPS:
        w->show = imp_show_groups;
        return 0;
    case PAIRED:
        w->base = text;
        return 0;
    default:
        return cli_folder(key, text, state, &w->dir);
    }
}

int cli_show(int argc, char **argv)
{
    static const struct argp argp = {
        options,
        parse,
        "DIR",
        "Prints what the campaign in DIR measured: a table for people, or rows for programs.",
        NULL,
        NULL,
        NULL};
    struct words w = {.show = imp_show_table};
    struct imp_store *store;
    char error[IMP_ERROR + 4200];
    if (cli_parse(&argp, argc, argv, &w) != 0)
        return CLI_INPUT;
    if (imp_store_open_read(&store, w.dir, error, sizeof error) < 0)
        return cli_fail("%s", error);
    sqlite3 *db = imp_store_db(store);
    int status = w.base ? imp_show_paired(db, w.base, stdout, error, sizeof error)
                        : w.show(db, stdout, error, sizeof error);
    imp_store_close(store);
    return cli_finish(status < 0 ? cli_fail("%s", error) : CLI_GOOD);
}

struct plot_words {
    const char *dir, *run;
    long long device;
    double from, to; /* s */
    struct imp_plot_options options;
};

enum { PDF = 256 + 170, ONLY, RUN, DEVICE, FROM, TO };

static const struct argp_option plot_options[] = {
    {"pdf", PDF, NULL, 0, "PDF too, beside SVG and PNG", 0},
    {"only", ONLY, "FIGURE", 0, "This figure and no other", 0},
    {"run", RUN, "KEY", 0,
     "Instead: the power of a device in time over this run, which is run again (its key or as many "
     "of its first digits as no other run has)",
     0},
    {"device", DEVICE, "N", 0, "With --run: device N (1)", 0},
    {"from", FROM, "S", 0, "With --run: from S seconds after power-on (0)", 0},
    {"to", TO, "S", 0, "With --run: to S seconds after power-on (its completion)", 0},
    {0}};

static double seconds(struct argp_state *state, const char *option, const char *text)
{
    char *end;
    double v = strtod(text, &end);
    if (end == text || *end || !(v >= 0 && v <= 1e9))
        argp_error(state, "--%s %s: expected seconds, 0 or more", option, text);
    return v;
}

static const char *figure(struct argp_state *state, const char *text)
{
    struct imp_nearest near = {0};
    char hint[100], names[300] = "";
    for (size_t i = 0; imp_plot_name(i); i++) {
        if (strcmp(text, imp_plot_name(i)) == 0)
            return text;
        imp_nearest_offer(&near, text, imp_plot_name(i));
        size_t n = strlen(names);
        snprintf(names + n, sizeof names - n, "%s%s", n ? ", " : "", imp_plot_name(i));
    }
    imp_nearest_hint(&near, hint, sizeof hint);
    argp_error(state, "--only %s: no such figure; expected one of %s%s", text, names, hint);
    return NULL;
}

static error_t parse_plot(int key, char *text, struct argp_state *state)
{
    struct plot_words *w = state->input;
    switch (key) {
    case PDF:
        w->options.pdf = true;
        return 0;
    case ONLY:
        w->options.only = figure(state, text);
        return 0;
    case RUN:
        w->run = text;
        return 0;
    case DEVICE:
        w->device = cli_integer(state, "device", text, 1, 100000);
        return 0;
    case FROM:
        w->from = seconds(state, "from", text);
        return 0;
    case TO:
        w->to = seconds(state, "to", text);
        return 0;
    case ARGP_KEY_SUCCESS:
        if (w->run && w->options.only)
            argp_error(state, "--only %s with --run: --run draws the power alone", w->options.only);
        if (!w->run && (w->device || w->from > 0 || w->to > 0))
            argp_error(state, "--device, --from and --to need --run KEY");
        else if (w->to > 0 && w->from >= w->to)
            argp_error(state, "--from %g --to %g: expected a part of the run", w->from, w->to);
        return 0;
    default:
        return cli_folder(key, text, state, &w->dir);
    }
}

/* The run once more, and whether it was the stored one. */
static int draw_power(const struct plot_words *w, const struct cli_stored *run)
{
    char error[IMP_ERROR + 4200] = "";
    imp_world_warm();
    json_t *result = imp_world_power(run->plan, w->device ? (int)w->device - 1 : 0);
    const json_t *profile = json_object_get(result, "power");
    const char *why = json_string_value(json_object_get(result, "why"));
    const char *digest = json_string_value(json_object_get(result, "digest"));
    int code = CLI_GOOD;
    if (!profile) {
        cli_fail("run %s: %s", run->key, why ? why : "it gave no result");
        code = CLI_HARNESS;
    } else if (!digest || strcmp(digest, run->digest) != 0) {
        cli_fail("run %s: another digest than the stored one; another version of imprint?",
                 run->key);
        code = CLI_FALSE;
    } else if (imp_plot_power(w->dir, run->key, profile, w->from, w->to, &w->options, error,
                              sizeof error) != 0) {
        code = cli_fail("%s", error);
    } else {
        printf("%s/plots/power-%.8s.svg\n", w->dir, run->key);
    }
    json_decref(result);
    return code;
}

static int plot_run(const struct plot_words *w)
{
    struct cli_stored run;
    int status = cli_stored_read(&run, w->dir, w->run);
    if (status != CLI_GOOD)
        return status;
    status = draw_power(w, &run);
    cli_stored_free(&run);
    return cli_finish(status);
}

int cli_plot(int argc, char **argv)
{
    static const struct argp argp = {plot_options,
                                     parse_plot,
                                     "DIR",
                                     "Draws DIR/plots from the store of the campaign in DIR. "
                                     "Figures that it has no runs for are "
                                     "named with the reason.",
                                     NULL,
                                     NULL,
                                     NULL};
    struct plot_words w = {.dir = NULL};
    struct imp_figures figures;
    char error[IMP_ERROR + 4200] = "";
    if (cli_parse(&argp, argc, argv, &w) != 0)
        return CLI_INPUT;
    if (w.run)
        return plot_run(&w);
    int drawn = imp_plot_figures(&figures, w.dir, &w.options, error, sizeof error);
    if (drawn < 0)
        return cli_fail("%s", error);
    for (size_t i = 0; i < figures.count; i++)
        if (*figures.figure[i].why_not)
            fprintf(stderr, "imprint: no figure %s: %s\n", figures.figure[i].name,
                    figures.figure[i].why_not);
    if (w.options.only && drawn == 0)
        return CLI_INPUT;
    printf("%s/plots: %d figure%s\n", w.dir, drawn, drawn == 1 ? "" : "s");
    return cli_finish(CLI_GOOD);
}
