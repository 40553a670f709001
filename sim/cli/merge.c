/* SPDX-License-Identifier: GPL-2.0-only */
/* imprint merge: the parts of a study in one folder. */
#include "cli.h"

#include "sim/campaign/merge.h"
#include "sim/campaign/store.h"

#include <stdlib.h>

enum { OUT = 256 + 50, QUIET };

struct words {
    const char *out;
    const char **parts;
    size_t count;
    bool quiet;
};

static const struct argp_option options[] = {
    {"out", OUT, "DIR", 0, "Folder that the parts are joined in; made when it is missing", 0},
    {"quiet", QUIET, NULL, 0, "No remarks", 0},
    {0}};

static void append(struct words *w, const char *part)
{
    const char **bigger = realloc(w->parts, (w->count + 1) * sizeof *bigger);
    if (!bigger)
        abort();
    bigger[w->count++] = part;
    w->parts = bigger;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct words *w = state->input;
    switch (key) {
    case OUT:
        w->out = text;
        return 0;
    case QUIET:
        w->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        append(w, text);
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "nothing to join; expected PART...");
        return 0;
    case ARGP_KEY_END:
        if (!w->out || !*w->out)
            argp_error(state, "no folder for the whole; expected --out DIR");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void say(const char *sentence)
{
    fprintf(stderr, "imprint: %s\n", sentence);
}

static int join(const struct words *w)
{
    struct imp_merged m;
    char error[IMP_ERROR + 8400];
    if (imp_merge(&m, w->out, w->parts, w->count, w->quiet ? NULL : say, error, sizeof error) != 0)
        return cli_fail("%s", error);
    printf("%s/" IMP_STORE_FILE ": %zu runs (%zu new, %zu before, %zu failed) of %zu parts\n",
           w->out, m.runs, m.added, m.runs - m.added, m.failed, w->count);
    return m.failed ? CLI_HARNESS : CLI_GOOD;
}

int cli_merge(int argc, char **argv)
{
    static const struct argp argp = {
        options,
        parse,
        "DIR... --out DIR",
        "Joins the folders that parts of a study were run into (imprint run --shard). A run that "
        "is "
        "in several of them is taken once; two different results for one run are refused, and "
        "nothing is written then. Joining again adds nothing.",
        NULL,
        NULL,
        NULL};
    struct words w = {.out = NULL};
    int status = cli_parse(&argp, argc, argv, &w) ? CLI_INPUT : join(&w);
    free(w.parts);
    return cli_finish(status);
}
