/* SPDX-License-Identifier: GPL-2.0-only */
/* cli.h - between the commands of imprint(1). Commands parse words and print; the work is done
 * elsewhere. */
#ifndef IMPRINT_CLI_H
#define IMPRINT_CLI_H

#include <argp.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "protocols/contract/mechanism.h"
#include "sim/campaign/campaign.h"
#include "sim/campaign/plan.h"

/* Exit status. */
enum cli_status {
    CLI_GOOD = 0,
    CLI_FALSE = 1,    /* a verdict or expectation failed */
    CLI_INPUT = 2,    /* bad input or usage */
    CLI_HARNESS = 3,  /* a run failed as a run */
    CLI_STOPPED = 130 /* by SIGINT */
};

struct cli_command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *words, *summary; /* in the list of commands */
};
extern const struct cli_command cli_commands[]; /* ends with a NULL name */

int cli_list(int argc, char **argv);
int cli_describe(int argc, char **argv);
int cli_plan(int argc, char **argv);
int cli_run(int argc, char **argv);
int cli_merge(int argc, char **argv);
int cli_show(int argc, char **argv);
int cli_plot(int argc, char **argv);
int cli_report(int argc, char **argv);
int cli_choose(int argc, char **argv);
int cli_attack(int argc, char **argv);
int cli_search(int argc, char **argv);
int cli_trace(int argc, char **argv);
int cli_replay(int argc, char **argv);
int cli_live(int argc, char **argv);
int cli_doctor(int argc, char **argv);

/* "imprint: SENTENCE" on stderr; returns CLI_INPUT. */
int cli_fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Flushes stdout; a full disk or closed pipe is an error too. */
int cli_finish(int status);

/* Parses a command's words by its table; with the examples of pages.c in its help. argv[0] is
 * "imprint COMMAND". Not 0: the command returns CLI_INPUT. */
error_t cli_parse(const struct argp *argp, int argc, char **argv, void *input);
/* The one folder of a campaign that a command reads: for a parser's remaining keys. */
error_t cli_folder(int key, char *text, struct argp_state *state, const char **dir);

/* ---- words that plan and run share
 * ---------------------------------------------------------------- */
struct cli_plan_words {
    /* links to argv; freed by cli_plan_words_free */
    const char **files, **sets, **only, **except;
    size_t file_count, set_count, only_count, except_count;
    json_int_t seed, replications;
};
extern const struct argp cli_plan_argp; /* a child parser; input: struct cli_plan_words */
int cli_plan_load(struct imp_plan *plan, const struct cli_plan_words *w); /* a cli_status */
void cli_plan_words_free(struct cli_plan_words *w);
/* An integer of at least `low`, or argp_error. */
long long cli_integer(struct argp_state *state, const char *option, const char *text, long long low,
                      long long high);

/* ---- estimate.c: how many runs, and how long they will take
 * ---------------------------------------------------------------------- */
/* Adds what the store in `dir` has measured. A cli_status. */
struct imp_costs;
int cli_costs_read(struct imp_costs *costs, const char *dir);
/* Prints "N runs, ..." and the expected time on `cores`; `source` says whose costs they are. */
void cli_estimate(FILE *f, const struct imp_plan *plan, const struct imp_costs *costs,
                  const char *source, unsigned cores);

/* ---- describe_adversary.c: rights by axis; false: no preset of that name, nor a strategy */
bool cli_describe_adversary(const char *name);

/* ---- running a campaign
 * ---------------------------------------------------------------------------- */
enum cli_progress {
    CLI_PROGRESS_AUTO,  /* a line that is drawn again, on a terminal; elsewhere nothing */
    CLI_PROGRESS_PLAIN, /* lines of text */
    CLI_PROGRESS_JSON,  /* lines of JSON */
    CLI_PROGRESS_NONE
};
/* What tells of it on standard error, at most once a second and at the end; or NULL. */
typedef void cli_progress_function(void *arg, const struct imp_pool_progress *p);
cli_progress_function *cli_progress(enum cli_progress how, bool quiet);

/* Mean and half-width, as the stopping rules need them. */
double cli_half_width(const double *x, size_t n, double *mean);

/* Runs the plan in worlds as `wish` says (dir, command, jobs, pcap, wall_s, memory), with progress;
 * SIGINT and SIGTERM stop it. A cli_status, CLI_GOOD also when runs failed as runs; what went wrong
 * has been said. */
int cli_campaign(struct imp_outcome *o, const struct imp_campaign *wish,
                 const struct imp_plan *plan, enum cli_progress how, bool quiet);

/* ---- one stored run, by the beginning of its key
 * ----------------------------------------------------- */
struct cli_stored {
    char key[IMP_RUN_KEY], digest[65];
    json_t *plan, *trace; /* owned */
};
/* Takes the words DIR RUN of a command: the end of its parser. */
error_t cli_stored_word(const char **dir, const char **prefix, int key, char *text,
                        struct argp_state *state);
/* A cli_status; after an error nothing is to be freed. */
int cli_stored_read(struct cli_stored *out, const char *dir, const char *prefix);
void cli_stored_free(struct cli_stored *s);

/* ---- scenarios that come with imprint
 * --------------------------------------------------------------- */
struct cli_scenario {
    char name[200]; /* "survey/eap-psk" */
    char path[4096];
    char summary[300]; /* its first comment */
};
/* Sorted by name; malloc'ed. Returns their number; 0 when the folder is not there. */
size_t cli_scenarios(struct cli_scenario **out);
/* Its folder: $IMPRINT_SCENARIOS, or beside the program. False when there is none. */
bool cli_scenario_folder(char *out, size_t cap);

/* ---- text for people
 * -------------------------------------------------------------------------------- */
/* Prints `text` broken at blanks, each line after the first indented. `column` is where the first
 * line starts. */
void cli_wrap(FILE *f, const char *text, int indent, int column);
/* Whether colour is welcome there: a terminal that is not dumb, and no NO_COLOR. */
bool cli_colour(FILE *f);
void cli_describe_mechanism(const struct imp_mechanism *m);
json_t *cli_mechanism_json(const struct imp_mechanism *m);

#endif
