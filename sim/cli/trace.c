/* SPDX-License-Identifier: GPL-2.0-only */
/* imprint trace: the sequence chart of a stored run. */
#include "cli.h"

#include "sim/campaign/store.h"
#include "sim/report/chart.h"
#include "sim/report/chart_mscgen.h"
#include "sim/report/chart_svg.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 256 + 110, JSON, SVG, MSCGEN, DEVICE, OUT };

struct words {
    const char *dir, *prefix, *out;
    int form, device;
};

static const struct argp_option options[] = {
    {"text", TEXT, NULL, 0, "A sequence chart as text (the default)", 0},
    {"svg", SVG, NULL, 0, "A sequence chart as SVG, for a page or a paper", 0},
    {"mscgen", MSCGEN, NULL, 0, "A sequence chart as input of mscgen(1)", 0},
    {"json", JSON, NULL, 0, "The events as they are stored (docs/formats.md)", 0},
    {"device", DEVICE, "N", 0, "Device N only, the first being 1 (default: all that were kept)", 0},
    {"out", OUT, "FILE", 0, "Write to FILE, not to standard output", 0},
    {0}};

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct words *w = state->input;
    switch (key) {
    case TEXT:
    case JSON:
    case SVG:
    case MSCGEN:
        if (w->form && w->form != key)
            argp_error(state, "expected one of --text, --svg, --mscgen and --json");
        w->form = key;
        return 0;
    case DEVICE:
        w->device = (int)cli_integer(state, "--device", text, 1, 100000) - 1;
        return 0;
    case OUT:
        if (!*text)
            argp_error(state, "--out: expected a file's name");
        w->out = text;
        return 0;
    default:
        return cli_stored_word(&w->dir, &w->prefix, key, text, state);
    }
}

/* ---- finding the run
 * ------------------------------------------------------------------------------- */
error_t cli_stored_word(const char **dir, const char **prefix, int key, char *text,
                        struct argp_state *state)
{
    switch (key) {
    case ARGP_KEY_ARG:
        if (*prefix)
            argp_error(state, "one run only");
        *(*dir ? prefix : dir) = text;
        return 0;
    case ARGP_KEY_END:
        if (!*prefix)
            argp_error(state, "expected DIR and the beginning of a run's key");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool is_prefix(const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++)
        if (!isxdigit((unsigned char)text[i]) || isupper((unsigned char)text[i]))
            return false;
    return n > 0 && n < IMP_RUN_KEY;
}

static json_t *column_json(sqlite3_stmt *s, int i)
{
    const char *text = (const char *)sqlite3_column_text(s, i);
    return text ? json_loads(text, 0, NULL) : NULL;
}

static int take(struct cli_stored *out, sqlite3_stmt *s, const char *dir, const char *prefix)
{
    if (sqlite3_step(s) != SQLITE_ROW)
        return cli_fail("%s: no run whose key begins with %s", dir, prefix);
    snprintf(out->key, sizeof out->key, "%s", (const char *)sqlite3_column_text(s, 0));
    snprintf(out->digest, sizeof out->digest, "%s", (const char *)sqlite3_column_text(s, 1));
    out->plan = column_json(s, 2);
    out->trace = column_json(s, 3);
    if (sqlite3_step(s) == SQLITE_ROW) {
        cli_stored_free(out);
        return cli_fail("%s: several runs have keys that begin with %s; expected more digits", dir,
                        prefix);
    }
    if (out->plan && out->trace)
        return CLI_GOOD;
    cli_stored_free(out);
    return cli_fail("%s: run %s failed as a run: it has no trace", dir, prefix);
}

int cli_stored_read(struct cli_stored *out, const char *dir, const char *prefix)
{
    struct imp_store *store;
    sqlite3_stmt *s = NULL;
    char error[IMP_ERROR + 4200];
    int status = CLI_INPUT;
    *out = (struct cli_stored){.plan = NULL};
    if (!is_prefix(prefix))
        return cli_fail("\"%s\": expected the first digits of a run's key (0-9, a-f)", prefix);
    if (imp_store_open_read(&store, dir, error, sizeof error) < 0)
        return cli_fail("%s", error);
    if (sqlite3_prepare_v2(imp_store_db(store),
                           "SELECT r.run_key, r.digest, r.plan, t.events FROM run r LEFT JOIN"
                           " trace t ON t.run_key = r.run_key WHERE substr(r.run_key, 1, ?2) = ?1"
                           " ORDER BY r.run_key LIMIT 2",
                           -1, &s, NULL) == SQLITE_OK) {
        sqlite3_bind_text(s, 1, prefix, -1, SQLITE_TRANSIENT);
        sqlite3_bind_int64(s, 2, (sqlite3_int64)strlen(prefix));
        status = take(out, s, dir, prefix);
    } else {
        status = cli_fail("%s: %s", dir, sqlite3_errmsg(imp_store_db(store)));
    }
    sqlite3_finalize(s);
    imp_store_close(store);
    return status;
}

void cli_stored_free(struct cli_stored *s)
{
    json_decref(s->plan);
    json_decref(s->trace);
    *s = (struct cli_stored){.plan = NULL};
}

/* ---- writing
 * ------------------------------------------------------------------------------------- */
static void write_text(FILE *f, const struct cli_stored *run, const struct imp_chart_view *view)
{
    char *text = imp_chart_text(run->trace, view);
    fputs(text, f);
    free(text);
}

static const char *member(const json_t *plan, const char *name)
{
    const char *text = json_string_value(json_object_get(plan, name));
    return text ? text : "";
}

static void write_svg(FILE *f, const struct cli_stored *run, const struct imp_chart_view *view)
{
    char title[400];
    const char *adversary = member(json_object_get(run->plan, "adversary"), "name");
    if (strcmp(adversary, "none") == 0)
        adversary = "";
    snprintf(title, sizeof title, "%s, %s, %s%s%s, run %.8s", member(run->plan, "mechanism"),
             member(run->plan, "variant"), member(run->plan, "medium"),
             *adversary ? ", against " : "", adversary, run->key);
    imp_chart_svg(f, run->trace, view, &(struct imp_chart_page){.title = title});
}

static void write_form(FILE *f, const struct words *w, const struct cli_stored *run)
{
    struct imp_chart_view view = {.device = w->device};
    switch (w->form) {
    case JSON:
        json_dumpf(run->trace, f, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
        fputc('\n', f);
        break;
    case SVG:
        write_svg(f, run, &view);
        break;
    case MSCGEN:
        imp_chart_mscgen(f, run->trace, &view);
        break;
    default:
        write_text(f, run, &view);
    }
}

/* Whole or not at all: written beside it, then renamed. */
static int write_file(const struct words *w, const struct cli_stored *run)
{
    char part[4200];
    if ((size_t)snprintf(part, sizeof part, "%s.part", w->out) >= sizeof part)
        return cli_fail("%.100s...: the name is too long", w->out);
    FILE *f = fopen(part, "we");
    if (f)
        write_form(f, w, run);
    bool good = f && !ferror(f);
    if (f && fclose(f) != 0)
        good = false;
    if (good && rename(part, w->out) == 0)
        return CLI_GOOD;
    int status = cli_fail("%s: cannot be written: %s", w->out, strerror(errno));
    if (f)
        remove(part);
    return status;
}

int cli_trace(int argc, char **argv)
{
    static const struct argp argp = {
        options,
        parse,
        "DIR RUN",
        "Prints what happened in a run of the campaign in DIR. RUN is the run's key or as many of "
        "its first digits as no other run has.",
        NULL,
        NULL,
        NULL};
    struct words w = {.device = -1};
    struct cli_stored run;
    if (cli_parse(&argp, argc, argv, &w) != 0)
        return CLI_INPUT;
    int status = cli_stored_read(&run, w.dir, w.prefix);
    if (status != CLI_GOOD)
        return status;
    if (w.out)
        status = write_file(&w, &run);
    else
        write_form(stdout, &w, &run);
    cli_stored_free(&run);
    return cli_finish(status);
}
