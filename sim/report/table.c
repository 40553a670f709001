/* SPDX-License-Identifier: GPL-2.0-only */
#include "table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *p)
{
    if (!p)
        abort();
    return p;
}

void imp_table_init(struct imp_table *t, const char *id, const char *caption,
                    const struct imp_table_column *column, size_t columns)
{
    *t = (struct imp_table){.id = id, .caption = caption, .column = column, .columns = columns};
}

void imp_table_free(struct imp_table *t)
{
    for (size_t i = 0; i < t->cells; i++)
        free(t->cell[i]);
    free(t->cell);
    *t = (struct imp_table){0};
}

void imp_table_add(struct imp_table *t, const char *text)
{
    if (t->cells == t->room) {
        t->room = t->room ? t->room * 2 : 64;
        t->cell = must(realloc(t->cell, t->room * sizeof *t->cell));
    }
    t->cell[t->cells++] = must(strdup(text ? text : ""));
    t->rows = (t->cells + t->columns - 1) / t->columns;
}

void imp_table_addf(struct imp_table *t, const char *format, ...)
{
    char text[2000];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    imp_table_add(t, text);
}

const char *imp_table_at(const struct imp_table *t, size_t row, size_t column)
{
    size_t i = row * t->columns + column;
    return i < t->cells ? t->cell[i] : "";
}
