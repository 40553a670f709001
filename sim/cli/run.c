/* SPDX-License-Identifier: GPL-2.0-only */
/* imprint run: runs a campaign, says how it goes and what came out. */
#include "cli.h"

#include "sim/campaign/campaign.h"
#include "sim/campaign/estimate.h"
#include "sim/campaign/store.h"
#include "sim/report/show.h"

#include <stdlib.h>
#include <string.h>

enum { OUT = 256 + 50, JOBS, PCAP, QUIET, TIME_LIMIT, MEMORY_LIMIT, SHARD, PROGRESS, DRY_RUN };

struct words {
    struct cli_plan_words plan;
    const char *out;
    unsigned jobs;
    unsigned shard, shards; /* 0 of 0: the whole plan */
    double wall_s;
    size_t memory;
    enum cli_progress progress;
    bool pcap, quiet, dry;
};

static const struct argp_option options[] = {
    {"out", OUT, "DIR", 0, "Folder of the results; continued when it has some", 0},
    {"jobs", JOBS, "N", 0, "Runs at once (default: number of cores)", 0},
    {"pcap", PCAP, NULL, 0, "Keep captures of every link in DIR/pcap", 0},
    {"time-limit", TIME_LIMIT, "S", 0, "Seconds after which one run is given up", 0},
    {"memory-limit", MEMORY_LIMIT, "MIB", 0, "Address space at which one run is given up", 0},
    {"progress", PROGRESS, "HOW", 0,
     "plain or json: lines on standard error each second; none (default: on a terminal only)", 0},
    {"shard", SHARD, "I/N", 0, "Of the plan, the I-th of N parts alone (I from 1)", 0},
    {"dry-run", DRY_RUN, NULL, 0, "Run nothing: say what DIR has, and fail when it lacks runs", 0},
    {"quiet", QUIET, NULL, 0, "No progress and no table", 0},
    {0}};

#define MOST_SHARDS 100000

/* "I/N" with I from 1 to N. */
static void parse_shard(struct words *w, const char *text, struct argp_state *state)
{
    char *slash, *end;
    unsigned long i = strtoul(text, &slash, 10), n = 0;
    if (slash != text && *slash == '/' && slash[1] >= '0' && slash[1] <= '9')
        n = strtoul(slash + 1, &end, 10);
    if (*text < '0' || *text > '9' || n == 0 || *end || n > MOST_SHARDS || i < 1 || i > n)
        argp_error(state, "--shard: expected I/N with 1 <= I <= N <= %d, not \"%s\"", MOST_SHARDS,
                   text);
    w->shard = (unsigned)i;
    w->shards = (unsigned)n;
}

static void parse_progress(struct words *w, const char *text, struct argp_state *state)
{
    static const char *const names[] = {
        [CLI_PROGRESS_PLAIN] = "plain", [CLI_PROGRESS_JSON] = "json", [CLI_PROGRESS_NONE] = "none"};
    for (int i = CLI_PROGRESS_PLAIN; i <= CLI_PROGRESS_NONE; i++)
        if (strcmp(text, names[i]) == 0)
            w->progress = (enum cli_progress)i;
    if (w->progress == CLI_PROGRESS_AUTO)
        argp_error(state, "--progress: expected plain, json or none, not \"%s\"", text);
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct words *w = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &w->plan;
        return 0;
    case OUT:
        w->out = text;
        return 0;
    case JOBS:
        w->jobs = (unsigned)cli_integer(state, "--jobs", text, 1, 512);
        return 0;
    case PCAP:
        w->pcap = true;
        return 0;
    case TIME_LIMIT:
        w->wall_s = (double)cli_integer(state, "--time-limit", text, 1, 10000000);
        return 0;
    case MEMORY_LIMIT:
        w->memory = (size_t)cli_integer(state, "--memory-limit", text, 1, 1 << 24) << 20;
        return 0;
    case PROGRESS:
        parse_progress(w, text, state);
        return 0;
    case SHARD:
        parse_shard(w, text, state);
        return 0;
    case DRY_RUN:
        w->dry = true;
        return 0;
    case QUIET:
        w->quiet = true;
        return 0;
    case ARGP_KEY_END:
        if (!w->out || !*w->out)
            argp_error(state, "no folder for the results; expected --out DIR");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- afterwards
 * ------------------------------------------------------------------------------------ */
static int print_table(const char *dir)
{
    struct imp_store *store;
    char error[IMP_ERROR + 4200];
    if (imp_store_open_read(&store, dir, error, sizeof error) < 0)
        return cli_fail("%s", error);
    int status = imp_show_table(imp_store_db(store), stdout, error, sizeof error);
    imp_store_close(store);
    puts("");
    return status < 0 ? cli_fail("%s", error) : CLI_GOOD;
}

/* The headline: where it is and how many. */
static void print_end(const char *dir, const struct imp_outcome *o)
{
    printf("%s/" IMP_STORE_FILE ": %zu of %zu runs (%zu new, %zu before, %zu failed", dir,
           o->present + o->made, o->total - o->spared, o->made, o->present, o->failed);
    if (o->spared)
        printf(", %zu spared by the stopping rule", o->spared);
    puts(")");
}

static int judge_outcome(const struct words *w, const struct imp_plan *plan,
                         const struct imp_outcome *o)
{
    char error[IMP_ERROR + 4200];
    if (o->failed || o->differing)
        return CLI_HARNESS;
    int failed = imp_expect_check(w->out, plan, stderr, error, sizeof error);
    if (failed < 0)
        return cli_fail("%s", error);
    return failed ? CLI_FALSE : CLI_GOOD;
}

static int conclude(const struct words *w, const struct imp_plan *plan, const struct imp_outcome *o)
{
    int status = w->quiet ? CLI_GOOD : print_table(w->out);
    print_end(w->out, o);
    fflush(stdout);
    return status ? status : judge_outcome(w, plan, o);
}

/* The command as typed, for the manifest. */
static char *command_line(int argc, char **argv)
{
    char *text = NULL;
    size_t n;
    FILE *f = open_memstream(&text, &n);
    for (int i = 0; f && i < argc; i++)
        fprintf(f, "%s%s", i ? " " : "", argv[i]);
    if (f)
        fclose(f);
    return text;
}

/* How many runs, and how long they will take by what the folder has measured already. */
static void say_plan(const struct words *w, const struct imp_plan *plan)
{
    struct imp_costs costs;
    struct imp_store *store;
    char unused[IMP_ERROR + 4200], source[4200];
    if (!cli_progress(w->progress, w->quiet) ||
        w->progress == CLI_PROGRESS_JSON) /* nobody who reads it */
        return;
    imp_costs_init(&costs);
    if (imp_store_open_read(&store, w->out, unused, sizeof unused) == 0) {
        imp_costs_read(&costs, imp_store_db(store));
        imp_store_close(store);
    }
    snprintf(source, sizeof source, "in %s", w->out);
    cli_estimate(stderr, plan, &costs, source, w->jobs ? w->jobs : imp_pool_cores());
    imp_costs_free(&costs);
}

static int look(const struct words *w, const struct imp_plan *plan)
{
    struct imp_outcome o;
    char error[IMP_ERROR + 4200];
    if (imp_campaign_look(&o, w->out, plan, cli_half_width, error, sizeof error) < 0)
        return cli_fail("%s", error);
    size_t wanted = o.total - o.spared;
    say_plan(w, plan);
    printf("%s: %zu of %zu runs, %zu failed, %zu to be made\n", w->out, o.present, wanted, o.failed,
           wanted - o.present);
    return o.present == wanted ? CLI_GOOD : CLI_FALSE;
}

static int campaign(const struct words *w, const char *command)
{
    struct imp_plan plan;
    struct imp_outcome outcome;
    int status = cli_plan_load(&plan, &w->plan);
    if (status != CLI_GOOD)
        return status;
    if (w->shards)
        imp_plan_shard(&plan, w->shard, w->shards);
    if (w->dry) {
        status = look(w, &plan);
        imp_plan_free(&plan);
        return status;
    }
    struct imp_campaign c = {.dir = w->out,
                             .command = command,
                             .jobs = w->jobs,
                             .pcap = w->pcap,
                             .wall_s = w->wall_s,
                             .memory = w->memory};
    say_plan(w, &plan);
    status = cli_campaign(&outcome, &c, &plan, w->progress, w->quiet);
    if (status == CLI_GOOD)
        status = conclude(w, &plan, &outcome);
    imp_plan_free(&plan);
    return status;
}

int cli_run(int argc, char **argv)
{
    static const struct argp_child children[] = {{&cli_plan_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        options,
        parse,
        "FILE... --out DIR",
        "Runs scenarios or plan files (*.jsonl) on all cores and stores what each run gave in "
        "DIR/store.sqlite. Runs that DIR has already are not repeated: after an interruption the "
        "same command continues.",
        children,
        NULL,
        NULL};
    struct words w = {.out = NULL};
    char *command = command_line(argc, argv);
    int status = cli_parse(&argp, argc, argv, &w) ? CLI_INPUT : campaign(&w, command);
    free(command);
    cli_plan_words_free(&w.plan);
    return cli_finish(status);
}
