/* SPDX-License-Identifier: GPL-2.0-only */
/* Tables in the Markdown of CommonMark with pipes. */
#include "table.h"

#include <string.h>

void imp_markdown_text(FILE *f, const char *text)
{
    for (; *text; text++) {
        if (*text == '<')
            fputs("&lt;", f);
        else if (*text == '&')
            fputs("&amp;", f);
        else if (*text == '\n' || *text == '\r')
            fputc(' ', f);
        else
            fprintf(f, strchr("\\`*_[]|~", *text) ? "\\%c" : "%c", *text);
    }
}

void imp_table_markdown(FILE *f, const struct imp_table *t)
{
    fputs("**", f);
    imp_markdown_text(f, t->caption);
    fputs("**\n\n|", f);
    for (size_t c = 0; c < t->columns; c++) {
        fputc(' ', f);
        imp_markdown_text(f, t->column[c].title);
        fputs(" |", f);
    }
    fputs("\n|", f);
    for (size_t c = 0; c < t->columns; c++)
        fputs(t->column[c].number ? "---:|" : "---|", f);
    for (size_t r = 0; r < t->rows; r++) {
        fputs("\n|", f);
        for (size_t c = 0; c < t->columns; c++) {
            fputc(' ', f);
            imp_markdown_text(f, imp_table_at(t, r, c));
            fputs(" |", f);
        }
    }
    fputs("\n\n", f);
}
