/* SPDX-License-Identifier: GPL-2.0-only */
/* imprint report: a campaign as one page. */
#include "cli.h"

#include "sim/campaign/store.h"
#include "sim/report/plot.h"
#include "sim/report/report.h"

enum { OUT = 256 + 150, MARKDOWN, LATEX };

struct words {
    const char *dir, *out, *markdown, *latex;
};

static const struct argp_option options[] = {
    {"out", OUT, "FILE", 0, "The page (default: DIR/report.html)", 0},
    {"markdown", MARKDOWN, "FILE", 0, "Its tables as Markdown, too", 0},
    {"latex", LATEX, "FILE", 0, "Its tables as LaTeX, too", 0},
    {0}};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct words *w = state->input;
    switch (key) {
    case OUT:
        w->out = text;
        return 0;
    case MARKDOWN:
        w->markdown = text;
        return 0;
    case LATEX:
        w->latex = text;
        return 0;
    default:
        return cli_folder(key, text, state, &w->dir);
    }
}

static int write_all(const struct words *w, const struct imp_report *r)
{
    char error[IMP_ERROR + 4200] = "", standard[4200];
    struct imp_figures figures;
    const char *page = w->out ? w->out : standard;
    snprintf(standard, sizeof standard, "%.4000s/report.html", w->dir);
    if (imp_plot_figures(&figures, w->dir, NULL, error, sizeof error) < 0 ||
        imp_report_html(r, &figures, page, error, sizeof error) < 0 ||
        (w->markdown && imp_report_markdown(r, w->markdown, error, sizeof error) < 0) ||
        (w->latex && imp_report_latex(r, w->latex, error, sizeof error) < 0))
        return cli_fail("%s", error);
    printf("%s: %zu mechanisms, %zu runs, %zu attacks\n", page, r->mechanisms, r->runs, r->attacks);
    return CLI_GOOD;
}

int cli_report(int argc, char **argv)
{
    static const struct argp argp = {
        options,
        parse,
        "DIR",
        "Writes the campaign in DIR as one HTML page that needs no network: summary, comparisons, "
        "figures, verdicts with their accounts, a section for each mechanism, and the manifest. "
        "Draws DIR/plots, as imprint plot does.",
        NULL,
        NULL,
        NULL};
    struct words w = {.dir = NULL};
    struct imp_store *store;
    struct imp_report r;
    char error[IMP_ERROR + 4200];
    if (cli_parse(&argp, argc, argv, &w) != 0)
        return CLI_INPUT;
    if (imp_store_open_read(&store, w.dir, error, sizeof error) < 0)
        return cli_fail("%s", error);
    int status = CLI_INPUT;
    if (imp_report_read(&r, imp_store_db(store), w.dir, error, sizeof error) < 0) {
        cli_fail("%s", error);
    } else {
        status = write_all(&w, &r);
        imp_report_free(&r);
    }
    imp_store_close(store);
    return cli_finish(status);
}
