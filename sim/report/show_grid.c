/* SPDX-License-Identifier: GPL-2.0-only */
#include "sim/report/show_grid.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim/report/show.h"

enum { COLUMNS_MAX = 16, GAP = 2, NARROWEST = 20 };

size_t imp_grid_width(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += (*text & 0xc0) != 0x80;
    return n;
}

void imp_grid_add(struct imp_grid *g, const char *format, ...)
{
    if (g->cells == g->room) {
        g->room = g->room ? g->room * 2 : 64;
        char **more = realloc(g->cell, g->room * sizeof *more);
        if (!more)
            abort();
        g->cell = more;
    }
    va_list args;
    va_start(args, format);
    if (vasprintf(&g->cell[g->cells], format, args) < 0)
        abort();
    va_end(args);
    g->cells++;
}

/* Octets of `text` that fit into `width` characters, cut at a blank where there is one. */
static size_t fitting(const char *text, size_t width)
{
    size_t blank = 0, n = 0, i = 0;
    for (; text[i]; i++) {
        if (text[i] == ' ')
            blank = i;
        if ((text[i] & 0xc0) != 0x80 && n++ == width)
            return blank ? blank : i;
    }
    return i;
}

/* The rest of a wrapped cell stands under its beginning. */
static void print_wrapped(const char *text, size_t from, size_t width, FILE *f)
{
    for (;;) {
        size_t n = fitting(text, width);
        fprintf(f, "%.*s\n", (int)n, text);
        text += n;
        while (*text == ' ')
            text++;
        if (!*text)
            return;
        fprintf(f, "%*s", (int)from, "");
    }
}

static void print_row(char *const *cell, const char *columns, const size_t *width, FILE *f)
{
    size_t from = 0, owed = 0; /* blanks that are printed when something follows */
    for (size_t c = 0; columns[c]; c++) {
        size_t pad = width[c] > imp_grid_width(cell[c]) ? width[c] - imp_grid_width(cell[c]) : 0;
        if (columns[c] == 'w' && *cell[c]) {
            fprintf(f, "%*s", (int)owed, "");
            print_wrapped(cell[c], from, width[c], f);
            return;
        }
        bool right = columns[c] == 'r';
        if (*cell[c])
            fprintf(f, "%*s%s", (int)(owed + (right ? pad : 0)), "", cell[c]);
        owed = *cell[c] ? (right ? 0 : pad) + GAP : owed + width[c] + GAP;
        from += width[c] + GAP;
    }
    fputc('\n', f);
}

void imp_grid_print(struct imp_grid *g, FILE *f)
{
    size_t width[COLUMNS_MAX] = {0}, n = strlen(g->columns), left = IMP_SHOW_WIDTH;
    for (size_t i = 0; i < g->cells; i++) {
        size_t w = imp_grid_width(g->cell[i]);
        width[i % n] = w > width[i % n] ? w : width[i % n];
    }
    for (size_t c = 0; c + 1 < n; c++)
        left -= width[c] + GAP < left ? width[c] + GAP : left;
    if (g->columns[n - 1] == 'w' && width[n - 1] > left)
        width[n - 1] = left > NARROWEST ? left : NARROWEST;
    for (size_t i = 0; i + n <= g->cells; i += n)
        print_row(g->cell + i, g->columns, width, f);
    for (size_t i = 0; i < g->cells; i++)
        free(g->cell[i]);
    free(g->cell);
    *g = (struct imp_grid){.columns = g->columns};
}
