/* SPDX-License-Identifier: GPL-2.0-only */
/* chart_layout.h - where things stand in a drawn chart, in pixels. Within sim/report. */
#ifndef IMPRINT_CHART_LAYOUT_H
#define IMPRINT_CHART_LAYOUT_H

#include "chart_rows.h"

enum {
    IMP_CHART_FONT = 11,        /* height of letters */
    IMP_CHART_LINE = 14,        /* from one line of a label to the next */
    IMP_CHART_ROW = 19,         /* height of a row of one line */
    IMP_CHART_GAP = 16,         /* where at least a second passes */
    IMP_CHART_HEAD = 34,        /* names of the parties */
    IMP_CHART_NAME_COLUMNS = 58 /* letters in a line of a label */
};

struct imp_chart_place {
    int y, height; /* of the row, its gap not counted; y is its top */
    int gap;       /* above it, 0: none */
    int lines;     /* of its label */
};

struct imp_chart_layout {
    int top; /* of the first row */
    int bottom;
    int first_lane, step;
    int name_x, octets_x, phase_x, width; /* octets_x: right edge */
    struct imp_chart_place *place;        /* one a row */
};

/* `top`: what stands above the names of the parties needs so much. */
struct imp_chart_layout imp_chart_layout(const struct imp_chart_rows *r, int top);
void imp_chart_layout_free(struct imp_chart_layout *l);
int imp_chart_x(const struct imp_chart_layout *l, size_t lane);

/* The next line of a label: its octets; *text moves to the one after. 0 at the end. */
int imp_chart_line(const char **text, int columns);

/* Pixels that letters take in the widest of the usual fonts, rounded up. */
int imp_chart_text_width(const char *text);

#endif
