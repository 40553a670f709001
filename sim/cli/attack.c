/* SPDX-License-Identifier: GPL-2.0-only */
/* imprint attack: runs the matrix of attacks and compares it with what was expected. */
#include "cli.h"

#include "sim/campaign/attack.h"
#include "sim/campaign/campaign.h"
#include "sim/campaign/catalog.h"
#include "sim/campaign/store.h"
#include "sim/report/refusals.h"
#include "sim/report/account.h"
#include "sim/report/matrix.h"
#include "sim/adversary/rights.h"
#include "sim/scenario/scenario.h"

#include <stdlib.h>
#include <string.h>

enum { MECHANISM = 256 + 80, ADVERSARY, AGAINST, SEEDS, JOBS, OUT, QUIET };
#define NAMES 64 /* most --mechanism or --adversary words */

struct words {
    const char *mechanisms[NAMES], *adversaries[NAMES];
    size_t mechanism_count, adversary_count;
    const char *against, *out;
    size_t seeds;
    unsigned jobs;
    bool quiet;
};

static const struct argp_option options[] = {
    {"mechanism", MECHANISM, "NAME", 0, "This mechanism only; may be repeated", 0},
    {"adversary", ADVERSARY, "NAME", 0, "This adversary only; may be repeated", 0},
    {"against", AGAINST, "FILE", 0,
     "Expectations (default: attacks/expected.csv among the scenarios)", 0},
    {"seeds", SEEDS, "K", 0, "Runs of each cell (default 3)", 0},
    {"jobs", JOBS, "N", 0, "Runs at once (default: number of cores)", 0},
    {"out", OUT, "DIR", 0,
     "Folder of the results (default: attack-results); continued when it has "
     "some",
     0},
    {"quiet", QUIET, NULL, 0, "No progress and no matrix, only differences and the last line", 0},
    {0}};

static void add_name(struct argp_state *state, const char **list, size_t *count, const char *name)
{
    if (*count == NAMES)
        argp_error(state, "more than %d names", NAMES);
    list[(*count)++] = name;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct words *w = state->input;
    char why[IMP_ERROR];
    switch (key) {
    case MECHANISM:
        if (!imp_mechanism_find(text)) {
            imp_unknown_mechanism(text, why, sizeof why);
            argp_error(state, "%s", why);
        }
        add_name(state, w->mechanisms, &w->mechanism_count, text);
        return 0;
    case ADVERSARY:
        if (!imp_expected_own(text) && !imp_adversary_find(text)) {
            imp_unknown_adversary(text, why, sizeof why);
            argp_error(state, "%s", why);
        }
        add_name(state, w->adversaries, &w->adversary_count, text);
        return 0;
    case AGAINST:
        w->against = text;
        return 0;
    case SEEDS:
        w->seeds = (size_t)cli_integer(state, "--seeds", text, 1, IMP_ATTACK_SEEDS_MAX);
        return 0;
    case JOBS:
        w->jobs = (unsigned)cli_integer(state, "--jobs", text, 1, 512);
        return 0;
    case OUT:
        w->out = text;
        return 0;
    case QUIET:
        w->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "\"%s\": no word is expected here; --mechanism NAME?", text);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- afterwards
 * ------------------------------------------------------------------------------------ */
static int conclude(const struct words *w, const struct imp_matrix *m, const struct imp_attack *a,
                    sqlite3 *db, size_t accounts)
{
    if (!w->quiet) {
        imp_matrix_print(stdout, m);
        imp_refusals_print(stdout, a, db);
    }
    fflush(stdout);
    imp_matrix_differences(stderr, m, w->against);
    printf("%s%s/matrix.csv: %zu cells: %zu as expected, %zu differ (%zu seeds; %zu accounts)\n",
           w->quiet ? "" : "\n", w->out, m->count, m->agreeing, m->differing, m->seeds, accounts);
    if (m->missing)
        return CLI_HARNESS;
    return m->differing ? CLI_FALSE : CLI_GOOD;
}

static int report(const struct words *w, const struct imp_attack *a)
{
    struct imp_store *store;
    struct imp_matrix m;
    char error[IMP_ERROR + 4200];
    int status = CLI_INPUT;
    if (imp_store_open_read(&store, w->out, error, sizeof error) < 0)
        return cli_fail("%s", error);
    if (imp_matrix_read(&m, a, imp_store_db(store), error, sizeof error) == 0) {
        long accounts = -1;
        if (imp_matrix_write(&m, w->out, error, sizeof error) == 0)
            accounts = imp_accounts_write(&m, imp_store_db(store), w->out, error, sizeof error);
        status = accounts < 0 ? cli_fail("%s", error)
                              : conclude(w, &m, a, imp_store_db(store), (size_t)accounts);
        imp_matrix_free(&m);
    } else {
        status = cli_fail("%s", error);
    }
    imp_store_close(store);
    return status;
}

static int run_all(const struct words *w, struct imp_attack *a, const char *command)
{
    struct imp_outcome o;
    struct imp_campaign c = {.dir = w->out, .command = command, .jobs = w->jobs};
    int status = cli_campaign(&o, &c, &a->plan, CLI_PROGRESS_AUTO, w->quiet);
    return status == CLI_GOOD ? report(w, a) : status;
}

/* The expectations go into the manifest as scenarios do. */
static void remember(struct imp_plan *plan, const char *path)
{
    size_t n;
    char hash[65], error[IMP_ERROR];
    char *text = imp_file_read(path, (size_t)4 << 20, &n, error, sizeof error);
    if (!text)
        return;
    imp_hash_hex(hash, 64, text, n);
    json_t *entry =
        json_pack("{s:s, s:s, s:o}", "file", path, "hash", hash, "text", json_stringn(text, n));
    if (entry)
        json_array_append_new(plan->files, entry);
    free(text);
}

static bool wanted(const struct words *w, const char *mechanism)
{
    for (size_t i = 0; i < w->mechanism_count; i++)
        if (strcmp(w->mechanisms[i], mechanism) == 0)
            return true;
    return w->mechanism_count == 0;
}

static int attack(struct words *w, const char *command)
{
    char error[IMP_ERROR + 4200], folder[4000], standard[4100];
    struct imp_expectations e;
    struct imp_attack a;
    if (!w->against) {
        if (!cli_scenario_folder(folder, sizeof folder))
            return cli_fail("the scenarios are not there; expected --against FILE");
        snprintf(standard, sizeof standard, "%s/attacks/expected.csv", folder);
        w->against = standard;
    }
    if (imp_expected_read(&e, w->against, error, sizeof error) < 0)
        return cli_fail("%s", error);
    for (size_t i = 0; imp_mechanisms[i]; i++)
        if (wanted(w, imp_mechanisms[i]->name))
            imp_expected_flaws(&e, imp_mechanisms[i]);
    struct imp_attack_choice choice = {.mechanisms = w->mechanisms,
                                       .mechanism_count = w->mechanism_count,
                                       .adversaries = w->adversaries,
                                       .adversary_count = w->adversary_count,
                                       .seeds = w->seeds};
    int status = CLI_INPUT;
    if (imp_attack_plan(&a, &e, &choice, error, sizeof error) < 0) {
        cli_fail("%s", error);
    } else {
        remember(&a.plan, w->against);
        status = run_all(w, &a, command);
        imp_attack_free(&a);
    }
    imp_expected_free(&e);
    return status;
}

int cli_attack(int argc, char **argv)
{
    static const struct argp argp = {
        options,
        parse,
        "[--mechanism NAME]... [--adversary NAME]...",
        "Runs mechanism variants against adversaries, compares every verdict with the expectations "
        "and with the mechanisms' flaw tables, and writes DIR/matrix.csv, .junit.xml, .svg and "
        "an account of each broken cell. Exit status 1 when any verdict differs, an unexpected "
        "\"holds\" included.",
        NULL,
        NULL,
        NULL};
    struct words w = {.out = "attack-results"};
    char command[2000] = "";
    for (int i = 0; i < argc; i++)
        snprintf(command + strlen(command), sizeof command - strlen(command), "%s%s", i ? " " : "",
                 argv[i]);
    if (cli_parse(&argp, argc, argv, &w) != 0)
        return CLI_INPUT;
    return cli_finish(attack(&w, command));
}
