/* SPDX-License-Identifier: GPL-2.0-only */
/* What all commands share when they read their words: help with examples, and tables for the
 * manual. */
#include "cli.h"

#include "manual.h"

#include <stdlib.h>
#include <string.h>

static const struct cli_reader *reader; /* set while the manual is written */

void cli_read_tables(const struct cli_reader *r)
{
    reader = r;
}

const char *cli_after(const struct argp *argp)
{
    const char *after = argp->doc ? strchr(argp->doc, '\v') : NULL;
    return after ? after + 1 : "";
}

/* The parser's own text, then what is worth knowing, then the examples. */
static char *full_doc(const struct argp *argp, const struct cli_page *page)
{
    char *text = NULL;
    size_t n;
    const char *doc = argp->doc ? argp->doc : "", *notes = page && page->notes ? page->notes : "";
    FILE *f = open_memstream(&text, &n);
    if (!f)
        abort();
    fprintf(f, "%s%s%s", doc, strchr(doc, '\v') ? "\n" : "\v", notes);
    for (size_t i = 0; page && i < CLI_EXAMPLES && page->example[i].words; i++)
        fprintf(f, "%s%s\n  %s", i || *notes || *cli_after(argp) ? "\n\n" : "",
                page->example[i].what, page->example[i].words);
    if (fclose(f) != 0)
        abort();
    return text;
}

error_t cli_parse(const struct argp *argp, int argc, char **argv, void *input)
{
    const char *blank = strchr(argv[0], ' '); /* "imprint COMMAND" */
    const char *command = blank ? blank + 1 : argv[0];
    if (reader) {
        reader->take(reader, command, argp);
        return EINVAL;
    }
    struct argp complete = *argp;
    char *doc = full_doc(argp, cli_page(command));
    complete.doc = doc;
    error_t e = argp_parse(&complete, argc, argv, 0, NULL, input);
    free(doc);
    return e;
}

error_t cli_folder(int key, char *text, struct argp_state *state, const char **dir)
{
    switch (key) {
    case ARGP_KEY_ARG:
        if (*dir)
            argp_error(state, "one folder only");
        *dir = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_error(state, "no folder; expected DIR made by imprint run --out DIR");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}
