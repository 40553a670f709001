/* SPDX-License-Identifier: GPL-2.0-only */
/* manual.h - manual pages and completions, made of the commands' own tables: `imprint
 * --write-manual SOURCE DIR`, which the build calls. Within sim/cli. */
#ifndef IMPRINT_CLI_MANUAL_H
#define IMPRINT_CLI_MANUAL_H

#include "cli.h"

#define CLI_EXAMPLES 4

/* What a command's parser does not say. */
struct cli_page {
    const char *command;
    const char *notes; /* paragraphs, apart by empty lines; or NULL */
    struct {
        const char *what, *words; /* a sentence ending in ':'; what is typed */
    } example[CLI_EXAMPLES];
};
const struct cli_page *cli_page(const char *command); /* NULL: none */

/* While a reader is set, cli_parse hands it the command's table and returns EINVAL, with which the
 * command ends. */
struct cli_reader {
    void (*take)(const struct cli_reader *r, const char *command, const struct argp *argp);
};
void cli_read_tables(const struct cli_reader *r); /* links it; NULL: parse again */

/* The text that stands behind the options in help, "" when there is none. */
const char *cli_after(const struct argp *argp);

/* Calls `visit` for each option of the parser and of its children, in their order, and for those
 * that argp adds. */
typedef void cli_visit_option(void *context, const struct argp_option *o);
void cli_options(const struct argp *argp, cli_visit_option *visit, void *context);

/* The places in a row that the parser's words begin with: "DIR RUN", "FILE"; "" when they begin
 * with an option. `out` holds cap octets. */
void cli_places(char *out, size_t cap, const struct argp *argp);

/* ---- the pages, one each: manual.c */
void cli_manual_page(FILE *f, const struct cli_command *c, const struct argp *argp,
                     const char *date);
void cli_manual_prose(FILE *f, const char *text);
/* ---- completion.c */
void cli_bash_values(FILE *f); /* cases: the words of values */
void cli_bash_command(FILE *f, const char *command, const struct argp *argp);
void cli_zsh_command(FILE *f, const char *command, const struct argp *argp);

/* Makes DIR/imprint.1, DIR/imprint-COMMAND.1, DIR/imprint.bash and DIR/_imprint of the files in
 * `source` that have marks where the tables go. A cli_status. */
int cli_write_manual(const char *source, const char *dir);

#endif
