/* SPDX-License-Identifier: GPL-2.0-only */
/* chart.h - the trace of a run (docs/formats.md) as a sequence chart in text.
 *
 * One lane a party, one line an event, in the order of time. The adversary's parties share one
 * lane; its acts are marked with '#' at the left, the claim that shows a violation with '!'. */
#ifndef IMPRINT_CHART_H
#define IMPRINT_CHART_H

#include <jansson.h>
#include <stddef.h>

#define IMP_CHART_WIDTH 120 /* columns */

struct imp_chart_view {
    int device;        /* events of this device and of no device; -1: of all */
    size_t width;      /* columns; 0: IMP_CHART_WIDTH. Labels are wrapped to it, lanes are not */
    size_t head, tail; /* events shown from the beginning and from the end; both 0: all */
    const char *party, *claim; /* mark this party's claims of this name; or NULL */
};

char *imp_chart_text(const json_t *trace, const struct imp_chart_view *view); /* malloc'ed */

/* The same as an array of texts without their last line end: the heading, then one an event. New
 * reference. */
json_t *imp_chart_lines(const json_t *trace, const struct imp_chart_view *view);

#endif
