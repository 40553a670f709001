/* SPDX-License-Identifier: GPL-2.0-only */
/* imprint search: looks for the attack with the fewest deviations from faithful forwarding. */
#include "cli.h"

#include "sim/adversary/rights.h"
#include "sim/campaign/catalog.h"
#include "sim/campaign/expected.h"
#include "sim/campaign/store.h"
#include "sim/judge/judge.h"
#include "sim/report/chart.h"
#include "sim/search/plan.h"
#include "sim/search/world_runs.h"
#include "sim/world/run.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    MECHANISM = 256 + 150,
    VARIANT,
    RIGHTS,
    GOALS,
    DEVIATIONS,
    FULL,
    BUDGET,
    JOBS,
    OUT,
    DEVICES,
    LIMIT,
    MEDIUM,
    BACKEND,
    QUIET
};

struct words {
    struct imp_search_wish wish;
    const char *goals[IMP_GOAL_COUNT + 1];
    size_t goal_count;
    const char *out;
    unsigned deviations, full, jobs;
    uint64_t budget;
    bool quiet;
};

static const struct argp_option options[] = {
    {"mechanism", MECHANISM, "NAME", 0, "Which one", 0},
    {"variant", VARIANT, "WORDS", 0,
     "Settings apart by blanks, as in expectations: name=value, role.name=value, !flaw", 0},
    {"rights", RIGHTS, "NAME", 0, "An adversary of `imprint list': its rights (default: dolev-yao)",
     0},
    {"goals", GOALS, "LIST", 0, "Goals to be broken, apart by commas (default: g1,g3,g5)", 0},
    {"deviations", DEVIATIONS, "N", 0, "Most deviations from forwarding (default 3)", 0},
    {"full", FULL, "N", 0,
     "Scripts of so many deviations tell states apart by whole histories, longer ones by places "
     "(default 2)",
     0},
    {"budget", BUDGET, "RUNS", 0, "Most runs (default: no bound)", 0},
    {"devices", DEVICES, "N", 0, "Devices in each run (default: as many as the rights name)", 0},
    {"limit", LIMIT, "S", 0, "Simulated seconds of each run (default 300)", 0},
    {"medium", MEDIUM, "NAME", 0, "The devices' link (default: ideal, or ethernet for streams)", 0},
    {"backend", BACKEND, "NAME", 0, "The backend's link (default: ideal, which has no streams)", 0},
    {"jobs", JOBS, "N", 0, "Processes (default: number of cores)", 0},
    {"out", OUT, "DIR", 0,
     "Folder of the attack found, for trace and replay (default: search-results)", 0},
    {"quiet", QUIET, NULL, 0, "No progress and no chart", 0},
    {0}};

static void add_goals(struct argp_state *state, struct words *w, const char *text)
{
    char list[400], *save = NULL;
    snprintf(list, sizeof list, "%s", text);
    w->goal_count = 0;
    for (char *g = strtok_r(list, ", ", &save); g; g = strtok_r(NULL, ", ", &save)) {
        int goal = imp_goal_find(g);
        if (goal == IMP_GOAL_DOWNGRADE || goal == IMP_GOAL_RECOVERY || goal == IMP_GOAL_PRIVACY)
            argp_error(state, "--goals: %s takes several runs to judge; it cannot be searched for",
                       imp_goal_name((enum imp_goal)goal));
        else if (goal < 0)
            argp_error(state, "--goals: there is no \"%.40s\"; expected such as g1,g3,g5", g);
        else if (w->goal_count < IMP_GOAL_COUNT)
            w->goals[w->goal_count++] = imp_goal_name((enum imp_goal)goal);
    }
    if (w->goal_count == 0)
        argp_error(state, "--goals: expected one or more, such as g1,g3,g5");
    w->goals[w->goal_count] = NULL;
}

static void set_mechanism(struct argp_state *state, struct words *w, const char *text)
{
    char why[IMP_ERROR];
    if (!imp_mechanism_find(text)) {
        imp_unknown_mechanism(text, why, sizeof why);
        argp_error(state, "%s", why);
    }
    w->wish.mechanism = text;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct words *w = state->input;
    switch (key) {
    case MECHANISM:
        set_mechanism(state, w, text);
        return 0;
    case VARIANT:
        w->wish.variant = text;
        return 0;
    case RIGHTS:
        w->wish.rights = text;
        return 0;
    case GOALS:
        add_goals(state, w, text);
        return 0;
    case DEVIATIONS:
        w->deviations = (unsigned)cli_integer(state, "--deviations", text, 0, IMP_SCRIPT_LONGEST);
        return 0;
    case FULL:
        w->full = (unsigned)cli_integer(state, "--full", text, 0, IMP_SCRIPT_LONGEST);
        return 0;
    case BUDGET:
        w->budget = (uint64_t)cli_integer(state, "--budget", text, 1, 1000000000);
        return 0;
    case DEVICES:
        w->wish.devices = (int)cli_integer(state, "--devices", text, 1, 8);
        return 0;
    case LIMIT:
        w->wish.limit_s = (int)cli_integer(state, "--limit", text, 1, 86400);
        return 0;
    case MEDIUM:
        w->wish.medium = text;
        return 0;
    case BACKEND:
        w->wish.backend = text;
        return 0;
    case JOBS:
        w->jobs = (unsigned)cli_integer(state, "--jobs", text, 1, 256);
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
    case ARGP_KEY_END:
        if (!w->wish.mechanism)
            argp_error(state, "expected --mechanism NAME");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- what was found
 * ------------------------------------------------------------------------------
 */
static void print_chart(const char *dir, const char *key)
{
    struct cli_stored run;
    struct imp_chart_view view = {.device = -1};
    if (cli_stored_read(&run, dir, key) != CLI_GOOD)
        return;
    char *text = imp_chart_text(run.trace, &view);
    printf("%s\n", text ? text : "");
    free(text);
    cli_stored_free(&run);
}

static int store_attack(const struct words *w, json_t *plan, const char *command)
{
    char error[IMP_ERROR];
    struct imp_plan runs;
    struct imp_outcome o;
    imp_plan_init(&runs);
    char *line = imp_canonical(plan);
    int status = CLI_INPUT;
    if (!line || imp_plan_add_line(&runs, line, strlen(line), error, sizeof error) < 0) {
        cli_fail("the attack is no plan line: %s", line ? error : "no memory");
    } else {
        struct imp_campaign c = {.dir = w->out, .command = command, .jobs = 1};
        status = cli_campaign(&o, &c, &runs, CLI_PROGRESS_NONE, true);
        if (status == CLI_GOOD && !w->quiet)
            print_chart(w->out, runs.runs[0].key);
        if (status == CLI_GOOD)
            printf("%s: run %s is the attack; see imprint trace, imprint replay\n", w->out,
                   runs.runs[0].key);
    }
    free(line);
    imp_plan_free(&runs);
    return status;
}

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

static void print_effort(const struct imp_search_result *r, const struct words *w, double seconds)
{
    printf("%llu runs (%llu ended in a known state, %llu failed), %llu states, branching %zu to "
           "%zu, %.2f on average\n",
           (unsigned long long)r->runs, (unsigned long long)r->merged,
           (unsigned long long)r->failed, (unsigned long long)r->states, r->branch_min,
           r->branch_max, r->branch_mean);
    if (!w->quiet)
        fprintf(stderr, "%.1f s, %.0f runs a second in %u processes\n", seconds,
                seconds > 0 ? (double)r->runs / seconds : 0, w->jobs);
}

static void print_attack(const struct imp_search_result *r)
{
    printf("attack with %zu deviation%s: %s broken: %s\n", r->count, plural(r->count), r->goal,
           r->why);
    for (size_t i = 0; i < r->count; i++) {
        char word[60];
        imp_script_print(word, sizeof word, &r->script[i], 1);
        printf("  %s  %s\n", word,
               imp_deviation_text((enum imp_deviation)r->script[i].option.deviation));
    }
}

static int conclude(const struct words *w, const struct imp_search_result *r, json_t *plan,
                    const char *command, double seconds)
{
    if (r->failed)
        cli_fail("%llu runs failed as runs; first: %s", (unsigned long long)r->failed,
                 r->first_failure);
    switch (r->end) {
    case IMP_SEARCH_ATTACK:
        print_attack(r);
        print_effort(r, w, seconds);
        imp_world_runs_script(plan, r->script, r->count);
        return store_attack(w, plan, command);
    case IMP_SEARCH_BUDGET:
        printf("none: no attack in %llu runs; nothing with up to %u deviation%s\n",
               (unsigned long long)r->runs, r->finished, plural(r->finished));
        break;
    case IMP_SEARCH_STOPPED:
        print_effort(r, w, seconds);
        return CLI_STOPPED;
    default:
        printf("none: no attack with up to %u deviation%s%s\n", r->finished, plural(r->finished),
               r->failed ? " in the runs that did not fail" : "");
    }
    print_effort(r, w, seconds);
    return r->failed ? CLI_HARNESS : CLI_GOOD;
}

/* ---- searching
 * -----------------------------------------------------------------------------------
 */
static volatile int stop_asked;

static void on_signal(int number)
{
    (void)number;
    stop_asked = 1;
}

static void progress(void *arg, unsigned level, uint64_t runs, uint64_t left)
{
    (void)arg;
    fprintf(stderr, "\r%llu runs, %llu left with %u deviations\033[K", (unsigned long long)runs,
            (unsigned long long)left, level);
    if (left == 0)
        fputs("\r\033[K", stderr);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int search(struct words *w, const char *command)
{
    char error[IMP_ERROR];
    struct imp_search_result r;
    json_t *plan = imp_search_plan(&w->wish, error, sizeof error);
    if (!plan)
        return cli_fail("%s", error);
    if (!w->jobs)
        w->jobs = imp_pool_cores();
    struct imp_world_runs runs = {.plan = plan, .goals = w->goals};
    struct imp_search s = {.run = imp_world_runs,
                           .arg = &runs,
                           .deviations = w->deviations,
                           .full = w->full,
                           .budget = w->budget,
                           .jobs = w->jobs,
                           .stop = &stop_asked,
                           .progress = !w->quiet && isatty(STDERR_FILENO) ? progress : NULL};
    struct sigaction a = {.sa_handler = on_signal};
    sigaction(SIGINT, &a, NULL);
    sigaction(SIGTERM, &a, NULL);
    imp_world_warm();
    double start = now();
    int status = imp_search(&r, &s) == 0 ? conclude(w, &r, plan, command, now() - start)
                                         : cli_fail("no process can be had for the runs");
    json_decref(plan);
    return status;
}

int cli_search(int argc, char **argv)
{
    static const struct argp argp = {
        options,
        parse,
        "--mechanism NAME",
        "Looks for an attack without a script: tries everything that the rights allow, with one "
        "deviation from faithful forwarding, then with two, and so on. Prints the first attack "
        "found, which is one with the fewest deviations, and stores it as a run; or says up to "
        "which bound there is none. The same for any number of processes.",
        NULL,
        NULL,
        NULL};
    struct words w = {.wish = {.variant = "default", .rights = "dolev-yao"},
                      .goals = {"g1_secrecy", "g3_agreement", "g5_binding"},
                      .goal_count = 3,
                      .out = "search-results",
                      .deviations = 3,
                      .full = 2};
    char command[2000] = "";
    for (int i = 0; i < argc; i++)
        snprintf(command + strlen(command), sizeof command - strlen(command), "%s%s", i ? " " : "",
                 argv[i]);
    if (cli_parse(&argp, argc, argv, &w) != 0)
        return CLI_INPUT;
    return cli_finish(search(&w, command));
}
