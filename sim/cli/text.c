/* SPDX-License-Identifier: GPL-2.0-only */
#include "cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WIDTH 100

void cli_wrap(FILE *f, const char *text, int indent, int column)
{
    while (*text) {
        size_t word = strcspn(text, " \n");
        if (column > indent && column + (int)word > WIDTH) {
            fprintf(f, "\n%*s", indent, "");
            column = indent;
        }
        fwrite(text, 1, word, f);
        column += (int)word;
        text += word;
        text += strspn(text, " \n");
        if (*text && column + 1 + (int)strcspn(text, " \n") <= WIDTH) {
            fputc(' ', f);
            column++;
        } else if (*text) {
            fprintf(f, "\n%*s", indent, "");
            column = indent;
        }
    }
    fputc('\n', f);
}

bool cli_colour(FILE *f)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return !(no && *no) && term && strcmp(term, "dumb") != 0 && isatty(fileno(f)) == 1;
}
