/* SPDX-License-Identifier: GPL-2.0-only */
/* Tables for terminals and for programs. */
#include "show.h"
#include "table.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define WIDEST 34 /* columns of a cell; longer texts are broken at blanks */

/* ---- for people
 * ------------------------------------------------------------------------------------- */
/* Columns that UTF-8 text takes, none of it wide. */
static size_t width_of(const char *s, size_t n)
{
    size_t width = 0;
    for (size_t i = 0; i < n; i++)
        width += ((unsigned char)s[i] & 0xc0) != 0x80;
    return width;
}

/* Octets of `s` that fit into `width` columns, broken at a blank where there is one. */
static size_t piece(const char *s, size_t width)
{
    size_t end = 0, blank = 0;
    while (s[end]) {
        size_t next = end + 1;
        while (((unsigned char)s[next] & 0xc0) == 0x80)
            next++;
        if (width_of(s, next) > width)
            return s[end] == ' ' || !blank ? end : blank;
        if (s[end] == ' ')
            blank = end;
        end = next;
    }
    return end;
}

static void measure(const struct imp_table *t, size_t *width)
{
    for (size_t c = 0; c < t->columns; c++) {
        width[c] = width_of(t->column[c].title, strlen(t->column[c].title));
        for (size_t r = 0; r < t->rows; r++) {
            const char *s = imp_table_at(t, r, c);
            size_t w = width_of(s, strlen(s));
            if (w > width[c])
                width[c] = w;
        }
        if (width[c] > WIDEST)
            width[c] = WIDEST;
    }
}

/* Prints one line of a row and moves the cells' texts on; false when nothing is left. */
static bool print_line(FILE *f, const struct imp_table *t, const char **rest, const size_t *width)
{
    bool more = false;
    size_t owed = 0; /* blanks before the next text: none at the end of a line */
    for (size_t c = 0; c < t->columns; c++) {
        size_t n = piece(rest[c], width[c]), used = width_of(rest[c], n);
        size_t before = t->column[c].number ? width[c] - used : 0;
        if (n)
            fprintf(f, "%*s%.*s", (int)(owed + before), "", (int)n, rest[c]);
        owed = (n ? 0 : owed + before) + (t->column[c].number ? 0 : width[c] - used) + 2 +
               (n ? 0 : used);
        rest[c] += n;
        rest[c] += strspn(rest[c], " ");
        more = more || *rest[c];
    }
    fputc('\n', f);
    return more;
}

void imp_table_text(FILE *f, const struct imp_table *t)
{
    size_t *width = calloc(t->columns, sizeof *width);
    const char **rest = calloc(t->columns, sizeof *rest);
    if (!width || !rest)
        abort();
    measure(t, width);
    fprintf(f, "%s\n\n", t->caption);
    for (size_t c = 0; c < t->columns; c++)
        rest[c] = t->column[c].title;
    while (print_line(f, t, rest, width))
        ;
    for (size_t r = 0; r < t->rows; r++) {
        for (size_t c = 0; c < t->columns; c++)
            rest[c] = imp_table_at(t, r, c);
        while (print_line(f, t, rest, width))
            ;
    }
    free(width);
    free(rest);
}

/* ---- for programs
 * ----------------------------------------------------------------------------------- */
void imp_table_csv(FILE *f, const struct imp_table *t)
{
    for (size_t c = 0; c < t->columns; c++)
        fprintf(f, "%s%s", c ? "," : "", t->column[c].key);
    fputc('\n', f);
    for (size_t r = 0; r < t->rows; r++) {
        for (size_t c = 0; c < t->columns; c++) {
            if (c)
                fputc(',', f);
            imp__csv_text(f, imp_table_at(t, r, c));
        }
        fputc('\n', f);
    }
}

void imp_table_json(FILE *f, const struct imp_table *t)
{
    json_t *list = json_array();
    for (size_t r = 0; r < t->rows; r++) {
        json_t *row = json_object();
        for (size_t c = 0; c < t->columns; c++)
            json_object_set_new(row, t->column[c].key, json_string(imp_table_at(t, r, c)));
        json_array_append_new(list, row);
    }
    json_dumpf(list, f, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
    fputc('\n', f);
    json_decref(list);
}
