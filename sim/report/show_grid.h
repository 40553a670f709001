/* SPDX-License-Identifier: GPL-2.0-only */
/* show_grid.h - columns of text under one another. Within sim/report. */
#ifndef IMPRINT_SHOW_GRID_H
#define IMPRINT_SHOW_GRID_H

#include <stddef.h>
#include <stdio.h>

struct imp_grid {
    const char *columns; /* a letter each: l left, r right, w wrapped at blanks (the last one) */
    char **cell;
    size_t cells, room;
};

/* The next cell, row by row. UTF-8. */
void imp_grid_add(struct imp_grid *g, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Prints the rows, as wide as their cells ask for, a wrapped column so that IMP_SHOW_WIDTH is kept;
 * no blanks at ends of lines. Leaves the grid empty. */
void imp_grid_print(struct imp_grid *g, FILE *f);
/* Characters of a UTF-8 text. */
size_t imp_grid_width(const char *text);

#endif
