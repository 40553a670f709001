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
    if (argp_parse(&argp, argc, argv, 0, NULL, &w) != 0)
        return CLI_INPUT;
    if (imp_store_open_read(&store, w.dir, error, sizeof error) < 0)
        return cli_fail("%s", error);
    sqlite3 *db = imp_store_db(store);
    int status = w.base ? imp_show_paired(db, w.base, stdout, error, sizeof error)
                        : w.show(db, stdout, error, sizeof error);
    imp_store_close(store);
    return cli_finish(status < 0 ? cli_fail("%s", error) : CLI_GOOD);
}

int cli_plot(int argc, char **argv)
{
    static const struct argp argp = {
        NULL, parse, "DIR", "Draws DIR/plots from the store of the campaign in DIR.",
        NULL, NULL,  NULL};
    struct words w = {.dir = NULL};
    struct imp_store *store;
    char error[IMP_ERROR + 4200] = "";
    if (argp_parse(&argp, argc, argv, 0, NULL, &w) != 0)
        return CLI_INPUT;
    if (imp_store_open_read(&store, w.dir, error, sizeof error) < 0)
        return cli_fail("%s", error);
    imp_store_close(store);
    int figures = imp_plot(w.dir, error, sizeof error);
    if (figures < 0)
        return cli_fail("%s", error);
    printf("%s/plots: %d figures\n", w.dir, figures);
    return cli_finish(CLI_GOOD);
}
