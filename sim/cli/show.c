/* SPDX-License-Identifier: GPL-2.0-only */
/* imprint show and imprint plot. */
#include "cli.h"

#include "sim/campaign/store.h"
#include "sim/report/plot.h"
#include "sim/report/show.h"

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
    case ARGP_KEY_ARG:
        if (w->dir)
            argp_error(state, "one folder only");
        w->dir = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no folder; expected DIR made by imprint run --out DIR");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
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
    const char *dir, *key;
    struct imp_plot_options options;
};

enum { PDF = 256 + 170, ONLY };

static const struct argp_option plot_options[] = {
    {"pdf", PDF, NULL, 0, "PDF too, beside SVG and PNG", 0},
    {"only", ONLY, "FIGURE", 0, "This figure and no other", 0},
    {0}};

static error_t parse_plot(int key, char *text, struct argp_state *state)
{
    struct plot_words *w = state->input;
    switch (key) {
    case PDF:
        w->options.pdf = true;
        return 0;
    case ONLY:
        w->options.only = text;
        return 0;
    case ARGP_KEY_ARG:
        if (w->dir)
            argp_error(state, "one folder only");
        w->dir = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no folder; expected DIR made by imprint run --out DIR");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
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
    int drawn = imp_plot_figures(&figures, w.dir, &w.options, error, sizeof error);
    if (drawn < 0)
        return cli_fail("%s", error);
    if (figures.count == 0)
        return cli_fail(
            "--only %s: no such figure; expected one of those that plot draws without it",
            w.options.only);
    for (size_t i = 0; i < figures.count; i++)
        if (*figures.figure[i].why_not)
            fprintf(stderr, "imprint: no figure %s: %s\n", figures.figure[i].name,
                    figures.figure[i].why_not);
    printf("%s/plots: %d figures\n", w.dir, drawn);
    return cli_finish(CLI_GOOD);
}
