/* SPDX-License-Identifier: GPL-2.0-only */
/* chart_svg.h - the trace of a run as a sequence chart in SVG 1.1.
 *
 * Columns: time, lanes of the parties, names of the messages, octets, phase. Bands show phases;
 * each mark has a shape of its own, so that grey printing loses nothing, and those that occur are
 * explained below the chart. Text is text. Equal traces give equal octets. */
#ifndef IMPRINT_CHART_SVG_H
#define IMPRINT_CHART_SVG_H

#include "chart.h"

#include <stdbool.h>
#include <stdio.h>

struct imp_chart_page {
    const char *title; /* UTF-8, any characters; or NULL */
    const char *id; /* letters, digits and '-': makes ids unique in a page of several charts; NULL:
                     * "chart" */
    bool embedded;  /* an <svg> element for an HTML page, in its colour of text and without a
                     * background; else an XML document with the title above the chart */
};

/* Writes to `f`, whose error indicator tells of failures. `view->width` does not count. */
void imp_chart_svg(FILE *f, const json_t *trace, const struct imp_chart_view *view,
                   const struct imp_chart_page *page);

#endif
