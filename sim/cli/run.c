/* SPDX-License-Identifier: GPL-2.0-only */
/* imprint run: runs a campaign, says how it goes and what came out. */
#include "cli.h"

#include "sim/campaign/campaign.h"
#include "sim/campaign/store.h"
#include "sim/report/show.h"
#include "sim/world/run.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OUT = 256 + 50, JOBS, PCAP, QUIET, TIME_LIMIT };

struct words {
    struct cli_plan_words plan;
    const char *out;
    unsigned jobs;
    double wall_s;
    bool pcap, quiet;
};

static const struct argp_option options[] = {
    {"out", OUT, "DIR", 0, "Folder of the results; continued when it has some", 0},
    {"jobs", JOBS, "N", 0, "Runs at once (default: number of cores)", 0},
    {"pcap", PCAP, NULL, 0, "Keep captures of every link in DIR/pcap", 0},
    {"time-limit", TIME_LIMIT, "S", 0, "Seconds after which one run is given up", 0},
    {"quiet", QUIET, NULL, 0, "No progress and no table", 0},
    {0}};

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

/* ---- while it runs
 * --------------------------------------------------------------------------------- */
static volatile int stop_asked;

static void on_signal(int signal)
{
    (void)signal;
    stop_asked = 1;
}

static void catch_signals(void)
{
    struct sigaction a = {.sa_handler = on_signal};
    sigaction(SIGINT, &a, NULL);
    sigaction(SIGTERM, &a, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static void say(const char *sentence)
{
    fprintf(stderr, "imprint: %s\n", sentence);
}

static void progress(void *arg, const struct imp_pool_progress *p)
{
    char eta[40] = "";
    (void)arg;
    if (p->eta_s >= 0)
        snprintf(eta, sizeof eta, ", %.0f s left", p->eta_s);
    fprintf(stderr, "\r%zu of %zu runs done, %zu failed, %zu running%s\033[K", p->done, p->total,
            p->failed, p->running, eta);
    if (p->done + p->failed == p->total)
        fputs("\r\033[K", stderr);
    fflush(stderr);
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
    printf("%s/" IMP_STORE_FILE ": %zu of %zu runs (%zu new, %zu before, %zu failed)\n", dir,
           o->present + o->made, o->total, o->made, o->present, o->failed);
}

static int judge_outcome(const struct words *w, const struct imp_plan *plan,
                         const struct imp_outcome *o)
{
    char error[IMP_ERROR + 4200];
    if (o->failed)
        fprintf(stderr, "imprint: %zu runs failed as runs; first: %s\n", o->failed,
                o->first_failure);
    if (o->failed || o->differing)
        return CLI_HARNESS;
    int failed = imp_expect_check(w->out, plan, stderr, error, sizeof error);
    if (failed < 0)
        return cli_fail("%s", error);
    return failed ? CLI_FALSE : CLI_GOOD;
}

static int conclude(const struct words *w, const struct imp_plan *plan, const struct imp_outcome *o)
{
    if (o->stopped) {
        fprintf(stderr,
                "imprint: stopped; %zu of %zu runs are kept in %s, the same command "
                "continues with the others\n",
                o->present + o->made, o->total, w->out);
        return CLI_STOPPED;
    }
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

static int campaign(const struct words *w, const char *command)
{
    struct imp_plan plan;
    struct imp_outcome outcome;
    char error[IMP_ERROR + 4200];
    int status = cli_plan_load(&plan, &w->plan);
    if (status != CLI_GOOD)
        return status;
    struct imp_campaign c = {.dir = w->out,
                             .command = command,
                             .jobs = w->jobs,
                             .pcap = w->pcap,
                             .wall_s = w->wall_s,
                             .run = imp_world_run,
                             .warm = imp_world_warm,
                             .stop = &stop_asked,
                             .say = w->quiet ? NULL : say,
                             .progress = !w->quiet && isatty(STDERR_FILENO) ? progress : NULL};
    catch_signals();
    if (imp_campaign_run(&outcome, &c, &plan, error, sizeof error) != 0)
        status = cli_fail("%s", error);
    else
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
    int status = argp_parse(&argp, argc, argv, 0, NULL, &w) ? CLI_INPUT : campaign(&w, command);
    free(command);
    cli_plan_words_free(&w.plan);
    return cli_finish(status);
}
