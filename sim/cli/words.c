/* SPDX-License-Identifier: GPL-2.0-only */
/* The words that plan and run share. */
#include "cli.h"

#include "sim/campaign/filter.h"
#include "sim/campaign/keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SET = 256, SEED, REPLICATIONS, ONLY, EXCEPT };

static const struct argp_option options[] = {
    {"set", SET, "KEY=VALUE", 0,
     "Replace a key of every scenario (options.NAME, options.ROLE.NAME, user.NAME too)", 0},
    {"seed", SEED, "N", 0, "Root seed of all random streams", 0},
    {"replications", REPLICATIONS, "N", 0, "Runs of each combination", 0},
    {"only", ONLY, "EXPR", 0,
     "Of the plan, the runs that fit: mechanism=eap-psk,pana or \"loss>0 and adversary=none\"", 0},
    {"except", EXCEPT, "EXPR", 0, "Of the plan, the runs that do not fit", 0},
    {0}};

long long cli_integer(struct argp_state *state, const char *option, const char *text, long long low,
                      long long high)
{
    char *end;
    errno = 0;
    long long n = strtoll(text, &end, 10);
    if (errno || end == text || *end || n < low || n > high)
        argp_error(state, "%s: expected an integer from %lld to %lld, not \"%s\"", option, low,
                   high, text);
    return n;
}

static long long range_of(struct argp_state *state, const char *key, char *text)
{
    const struct imp_key *k = imp_key_find(key);
    char option[40];
    snprintf(option, sizeof option, "--%s", key);
    return cli_integer(state, option, text, (long long)k->min, (long long)k->max);
}

static void append(const char ***list, size_t *count, const char *word)
{
    const char **bigger = realloc(*list, (*count + 1) * sizeof *bigger);
    if (!bigger)
        abort();
    bigger[(*count)++] = word;
    *list = bigger;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct cli_plan_words *w = state->input;
    switch (key) {
    case SET:
        append(&w->sets, &w->set_count, text);
        return 0;
    case SEED:
        w->seed = range_of(state, "seed", text);
        return 0;
    case REPLICATIONS:
        w->replications = range_of(state, "replications", text);
        return 0;
    case ONLY:
        append(&w->only, &w->only_count, text);
        return 0;
    case EXCEPT:
        append(&w->except, &w->except_count, text);
        return 0;
    case ARGP_KEY_ARG:
        append(&w->files, &w->file_count, text);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no scenario; expected FILE...");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp cli_plan_argp = {.options = options, .parser = parse};

int cli_plan_load(struct imp_plan *plan, const struct cli_plan_words *w)
{
    char error[IMP_ERROR + 4200];
    struct imp_overrides overrides = {.set = w->sets,
                                      .set_count = w->set_count,
                                      .seed = w->seed,
                                      .replications = w->replications};
    const struct imp_filters filters = {.only = w->only,
                                        .only_count = w->only_count,
                                        .except = w->except,
                                        .except_count = w->except_count};
    if (imp_plan_load(plan, w->files, w->file_count, &overrides, error, sizeof error) < 0)
        return cli_fail("%s", error);
    if (imp_plan_filter(plan, &filters, error, sizeof error) == 0)
        return CLI_GOOD;
    imp_plan_free(plan);
    return cli_fail("%s", error);
}

void cli_plan_words_free(struct cli_plan_words *w)
{
    free(w->files);
    free(w->sets);
    free(w->only);
    free(w->except);
}
