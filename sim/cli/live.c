/* SPDX-License-Identifier: GPL-2.0-only */
/* imprint live: roles of a mechanism over real sockets. */
#include "cli.h"

#include "sim/live/live.h"
#include "sim/words/nearest.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    ROLE = 256 + 150,
    LISTEN,
    CONNECT,
    SET,
    CELL,
    STATE,
    PROVISION,
    LIMIT,
    LINGER,
    AGREE,
    QUIET
};
enum { WISHES = 64, ERROR = 700 };

struct words {
    const char *mechanism, *state;
    struct {
        int kind;
        const char *text;
    } wishes[WISHES];
    size_t count;
    long long seed; /* < 0: nothing is provisioned */
    double limit, linger;
    bool agree, quiet;
};

static const struct argp_option options[] = {
    {"role", ROLE, "ROLE", 0, "A role that runs here; repeat for more", 0},
    {"listen", LISTEN, "CHANNEL=ADDRESS:PORT", 0, "Where the role is reached on a channel", 0},
    {"connect", CONNECT, "CHANNEL=ADDRESS:PORT", 0, "Where its peer is on a channel", 0},
    {"set", SET, "SETTING", 0, "OPTION=VALUE, ROLE.OPTION=VALUE or ROLE!FLAW", 1},
    {"provision", PROVISION, "SEED", 0,
     "Credentials as the simulator provisions them with this seed", 2},
    {"cell", CELL, "ROLE.CELL=VALUE", 0, "A credential: text:WORDS or hex:OCTETS", 2},
    {"state", STATE, "DIR", 0, "Keeps the roles' persistent cells in DIR, a file each", 2},
    {"limit", LIMIT, "SECONDS", 0, "Gives up after so long [60]", 3},
    {"linger", LINGER, "SECONDS", 0, "Goes on so long when all have completed [1]", 3},
    {"yes", AGREE, NULL, 0, "The user does at once what he is asked", 3},
    {"quiet", QUIET, NULL, 0, "Tells only the end", 3},
    {0}};

static double seconds(struct argp_state *state, const char *option, const char *text)
{
    char *end;
    double s = strtod(text, &end);
    if (*end || end == text || !(s >= 0) || s > 1e6)
        argp_error(state, "--%s %s: expected seconds from 0 to 1000000", option, text);
    return s;
}

static void wish(struct words *w, int kind, const char *text, struct argp_state *state)
{
    if (w->count == WISHES)
        argp_error(state, "more than %d settings", WISHES);
    w->wishes[w->count].kind = kind;
    w->wishes[w->count++].text = text;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct words *w = state->input;
    switch (key) {
    case ROLE:
    case LISTEN:
    case CONNECT:
    case SET:
    case CELL:
        wish(w, key, text, state);
        return 0;
    case STATE:
        w->state = text;
        return 0;
    case PROVISION:
        w->seed = cli_integer(state, "provision", text, 0, INT64_MAX);
        return 0;
    case LIMIT:
        w->limit = seconds(state, "limit", text);
        return 0;
    case LINGER:
        w->linger = seconds(state, "linger", text);
        return 0;
    case AGREE:
        w->agree = true;
        return 0;
    case QUIET:
        w->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        if (w->mechanism)
            argp_error(state, "one mechanism at a time, not also \"%s\"", text);
        w->mechanism = text;
        return 0;
    case ARGP_KEY_END:
        if (!w->mechanism)
            argp_error(state, "expected a mechanism; see imprint list");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* ---- what is told
 * ----------------------------------------------------------------------------------- */
static void sent(void *arg, const struct imp_env *env, int channel, int message, size_t n)
{
    const struct imp_mechanism *m = env->mechanism;
    (void)arg;
    printf("%s > %s: %s, %zu octets\n", env->name, m->channels[channel].name,
           m->messages[message].name, n);
}

static void received(void *arg, const struct imp_env *env, int channel, size_t n)
{
    (void)arg;
    printf("%s < %s: %zu octets\n", env->name, env->mechanism->channels[channel].name, n);
}

static void claimed(void *arg, const struct imp_env *env, const struct imp_claim *c)
{
    static const char *const kinds[IMP_CLAIM_COUNT] = {
        "is known as",   "runs",          "commits",       "holds secret",
        "is configured", "has its owner", "has completed", "raises alarm",
        "refuses",       "has settled",   "accepts fresh"};
    (void)arg;
    if (c->kind == IMP_CLAIM_IDENTITY || c->kind == IMP_CLAIM_RUNNING)
        return;
    printf("%s %s%s%s%s%s\n", env->name, kinds[c->kind], c->name ? " " : "", c->name ? c->name : "",
           c->layer ? ", " : "", c->layer ? c->layer : "");
}

static void said(void *arg, const struct imp_env *env, const char *sentence)
{
    (void)arg;
    printf("%s: %s\n", env->name, sentence);
    fflush(stdout);
}

/* ---- setting up
 * ------------------------------------------------------------------------------------- */
static const struct imp_mechanism *mechanism(const char *name)
{
    const struct imp_mechanism *m = imp_mechanism_find(name);
    struct imp_nearest best = {0};
    char hint[100];
    if (m)
        return m;
    for (size_t i = 0; imp_mechanisms[i]; i++)
        imp_nearest_offer(&best, name, imp_mechanisms[i]->name);
    imp_nearest_hint(&best, hint, sizeof hint);
    cli_fail("no mechanism \"%s\"%s; see imprint list", name, hint);
    return NULL;
}

/* All wishes of one kind, in their order. */
static int each(struct imp_live *l, const struct words *w, int kind,
                int (*f)(struct imp_live *, const char *, char *, size_t))
{
    char error[ERROR];
    for (size_t i = 0; i < w->count; i++)
        if (w->wishes[i].kind == kind && f(l, w->wishes[i].text, error, sizeof error) != 0)
            return cli_fail("%s", error);
    return CLI_GOOD;
}

static int set_up(struct imp_live *l, const struct words *w)
{
    char error[ERROR];
    bool any = false;
    for (size_t i = 0; i < w->count; i++)
        any = any || w->wishes[i].kind == ROLE;
    if (!any)
        return cli_fail("%s: no --role; see imprint describe %s", w->mechanism, w->mechanism);
    if (each(l, w, ROLE, imp_live_role) || each(l, w, SET, imp_live_set))
        return CLI_INPUT;
    if (imp_live_check(l, error, sizeof error) != 0 ||
        (w->state && imp_live_folder(l, w->state, error, sizeof error) != 0))
        return cli_fail("%s", error);
    if (each(l, w, CELL, imp_live_cell))
        return CLI_INPUT;
    if (w->seed >= 0)
        imp_live_provision(l, (uint64_t)w->seed);
    if (each(l, w, LISTEN, imp_live_listen) || each(l, w, CONNECT, imp_live_connect))
        return CLI_INPUT;
    if (imp_live_start(l, error, sizeof error) != 0)
        return cli_fail("%s", error);
    return CLI_GOOD;
}

static int run(struct imp_live *l, const struct imp_mechanism *m, const struct words *w)
{
    struct imp_live_limits limits = {.limit = (imp_time)(w->limit * 1e9),
                                     .linger = (imp_time)(w->linger * 1e9),
                                     .input = w->agree ? -1 : STDIN_FILENO,
                                     .agrees = w->agree};
    int status = set_up(l, w);
    if (status != CLI_GOOD)
        return status;
    bool all = imp_live_run(l, &limits);
    for (size_t i = 0; i < w->count; i++)
        if (w->wishes[i].kind == ROLE)
            printf("%s: %s\n", w->wishes[i].text,
                   imp_live_completed(l, imp_role_find(m, w->wishes[i].text)) ? "completed"
                                                                              : "not completed");
    return all ? CLI_GOOD : CLI_FALSE;
}

int cli_live(int argc, char **argv)
{
    static const struct argp argp = {
        options,
        parse,
        "NAME --role ROLE",
        "Runs roles of a mechanism over real sockets, in real time, against whoever answers there. "
        "Channels between roles of this process stay in memory; frames have no other way. Prints "
        "messages, claims and what the user is asked for; reads his answers.\v"
        "Exit status 1: not all roles completed within the limit.",
        NULL,
        NULL,
        NULL};
    struct words w = {.seed = -1, .limit = 60, .linger = 1};
    if (cli_parse(&argp, argc, argv, &w) != 0)
        return CLI_INPUT;
    const struct imp_mechanism *m = mechanism(w.mechanism);
    if (!m)
        return CLI_INPUT;
    struct imp_live_watch watch = {.said = said};
    if (!w.quiet)
        watch = (struct imp_live_watch){
            .sent = sent, .received = received, .claimed = claimed, .said = said};
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct imp_live *l = imp_live_new(m, &watch);
    int status = run(l, m, &w);
    imp_live_free(l);
    return cli_finish(status);
}
