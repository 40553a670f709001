/* SPDX-License-Identifier: GPL-2.0-only */
#include "html.h"

#include <assert.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return (unsigned char)c < ' ' && c != '\n' && c != '\t' ? "\ufffd" : NULL;
    }
}

/* A blank at which a line must not break: an interval stays with its sign. */
static bool stays(const char *text, const char *at)
{
    static const char sign[] = "\u00b1";
    size_t n = sizeof sign - 1;
    return *at == ' ' && (size_t)(at - text) >= n && memcmp(at - n, sign, n) == 0;
}

void imp_html_text(FILE *f, const char *text)
{
    for (const char *start = text; *text; text++) {
        const char *e = stays(start, text) ? "&nbsp;" : entity(*text);
        if (e)
            fputs(e, f);
        else
            fputc(*text, f);
    }
}

void imp_html(FILE *f, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    for (const char *p = format; *p; p++) {
        if (*p != '%') {
            fputc(*p, f);
        } else if (*++p == 's') {
            imp_html_text(f, va_arg(args, const char *));
        } else {
            assert(p[0] == 'z' && p[1] == 'u');
            fprintf(f, "%zu", va_arg(args, size_t));
            p++;
        }
    }
    va_end(args);
}

void imp_html_id(FILE *f, const char *name)
{
    for (; *name; name++)
        fputc(isalnum((unsigned char)*name) ? *name : '-', f);
}

void imp_html_scroll(FILE *f, const char *label)
{
    imp_html(f, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"%s\">\n", label);
}

void imp_html_scroll_end(FILE *f)
{
    fputs("</div>\n", f);
}

static void body_cell(FILE *f, const struct imp_table *t, size_t row, size_t c, bool linked)
{
    const char *text = imp_table_at(t, row, c);
    if (c > 0) {
        imp_html(f, t->column[c].number ? "<td class=\"n\">%s</td>" : "<td>%s</td>", text);
        return;
    }
    fputs("<th scope=\"row\">", f);
    if (linked) {
        fputs("<a href=\"#m-", f);
        imp_html_id(f, text);
        fputs("\">", f);
    }
    imp_html_text(f, text);
    fputs(linked ? "</a></th>" : "</th>", f);
}

void imp_html_table(FILE *f, const struct imp_table *t, bool linked)
{
    imp_html_scroll(f, t->caption);
    imp_html(f, "<table id=\"%s\">\n<caption><span>%s.</span></caption>\n<thead><tr>", t->id,
             t->caption);
    for (size_t c = 0; c < t->columns; c++)
        imp_html(f,
                 t->column[c].number ? "<th scope=\"col\" class=\"n\">%s</th>"
                                     : "<th scope=\"col\">%s</th>",
                 t->column[c].title);
    fputs("</tr></thead>\n<tbody>\n", f);
    for (size_t r = 0; r < t->rows; r++) {
        fputs("<tr>", f);
        for (size_t c = 0; c < t->columns; c++)
            body_cell(f, t, r, c, linked);
        fputs("</tr>\n", f);
    }
    fputs("</tbody></table>\n", f);
    imp_html_scroll_end(f);
}
