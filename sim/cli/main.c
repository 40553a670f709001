/* SPDX-License-Identifier: GPL-2.0-only */
/* imprint(1): finds the command. */
#include "manual.h"

#include "sim/campaign/program.h"
#include "sim/words/nearest.h"

#include <sodium.h>
#include <stdarg.h>
#include <string.h>

const struct cli_command cli_commands[] = {
    {"list", cli_list, "[--json | --terminology | --classification]",
     "mechanisms, media, platforms, adversaries, scenarios"},
    {"describe", cli_describe, "NAME", "everything that is known about one of them"},
    {"plan", cli_plan, "FILE... [--explain]", "what would be run, one JSON line for each run"},
    {"run", cli_run, "FILE... --out DIR", "runs scenarios into DIR, or the runs that DIR lacks"},
    {"merge", cli_merge, "DIR... --out DIR", "joins the folders of parts of a study"},
    {"show", cli_show, "DIR [--csv | --json | --devices | --verdicts | --groups | --paired ROW]",
     "what was measured"},
    {"plot", cli_plot, "DIR", "figures of what was measured"},
    {"report", cli_report, "DIR [--markdown FILE] [--latex FILE]", "all of it as one page"},
    {"choose", cli_choose, "DIR [--medium NAME] [--survive NAME,...]",
     "which mechanisms fit a deployment, and why others do not"},
    {"attack", cli_attack, "[--mechanism NAME] [--adversary NAME] [--out DIR]",
     "attacks against what was expected of them"},
    {"search", cli_search, "--mechanism NAME [--deviations N] [--out DIR]",
     "the attack with the fewest deviations, if there is one"},
    {"trace", cli_trace, "DIR RUN", "sequence chart of a stored run"},
    {"replay", cli_replay, "DIR RUN [--step]", "runs a stored run again and compares"},
    {"live", cli_live, "NAME --role ROLE [--listen | --connect WHERE]", "roles over real sockets"},
    {"doctor", cli_doctor, "[--json]", "what is missing on this machine and how to get it"},
    {NULL, NULL, NULL, NULL}};

int cli_fail(const char *format, ...)
{
    va_list args;
    fputs(cli_colour(stderr) ? "\033[1;31mimprint:\033[0m " : "imprint: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    return CLI_INPUT;
}

int cli_finish(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    return status ? status : cli_fail("standard output cannot be written");
}

static int help(void)
{
    puts("usage: imprint COMMAND ...\n");
    for (const struct cli_command *c = cli_commands; c->name; c++)
        printf("  %-9s %-48s %s\n", c->name, c->words, c->summary);
    puts("\nimprint COMMAND --help tells more; so do man imprint and man imprint-COMMAND.\n"
         "Exit status: 0 good, 1 a verdict or expectation failed, 2 bad input or usage, 3 a run "
         "failed as a run.");
    return cli_finish(CLI_GOOD);
}

static int version(void)
{
    printf("imprint %s (commit %s%s)\n%s, %s\n", imp_program.version, imp_program.commit,
           imp_program.dirty ? ", changed" : "", imp_program.compiler, imp_program.libraries);
    return cli_finish(CLI_GOOD);
}

static int unknown(const char *name)
{
    struct imp_nearest best = {0};
    char hint[100];
    for (const struct cli_command *c = cli_commands; c->name; c++)
        imp_nearest_offer(&best, name, c->name);
    imp_nearest_hint(&best, hint, sizeof hint);
    return cli_fail("unknown command \"%s\"%s; see imprint --help", name, hint);
}

/* Each command's parser calls itself "imprint COMMAND". */
static int dispatch(const struct cli_command *c, int argc, char **argv)
{
    char name[40];
    snprintf(name, sizeof name, "imprint %s", c->name);
    argv[0] = name;
    return c->run(argc, argv);
}

int main(int argc, char **argv)
{
    argp_err_exit_status = CLI_INPUT;
    if (sodium_init() < 0)
        return cli_fail("libsodium does not start");
    if (argc < 2)
        return cli_fail("no command; see imprint --help");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-?") == 0 ||
        strcmp(argv[1], "help") == 0)
        return help();
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
        return version();
    if (strcmp(argv[1], "--write-manual") == 0 && argc == 4)
        return cli_write_manual(argv[2], argv[3]);
    for (const struct cli_command *c = cli_commands; c->name; c++)
        if (strcmp(argv[1], c->name) == 0)
            return dispatch(c, argc - 1, argv + 1);
    return unknown(argv[1]);
}
