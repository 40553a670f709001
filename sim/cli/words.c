/* SPDX-License-Identifier: GPL-2.0-only */
/* The words that plan and run share. */
#include "cli.h"

#include "sim/campaign/keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { SET = 256, SEED, REPLICATIONS };

static const struct argp_option options[] = {
    {"set", SET, "KEY=VALUE", 0,
     "Replace a key of every scenario (options.NAME, options.ROLE.NAME, user.NAME too)", 0},
    {"seed", SEED, "N", 0, "Root seed of all random streams", 0},
    {"replications", REPLICATIONS, "N", 0, "Runs of each combination", 0},
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
    if (imp_plan_load(plan, w->files, w->file_count, &overrides, error, sizeof error) < 0)
        return cli_fail("%s", error);
    return CLI_GOOD;
}

void cli_plan_words_free(struct cli_plan_words *w)
{
    free(w->files);
    free(w->sets);
}
