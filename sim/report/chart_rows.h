/* SPDX-License-Identifier: GPL-2.0-only */
/* chart_rows.h - a trace as rows of a sequence chart, whoever draws them: text, SVG, mscgen. Within
 * sim/report. */
#ifndef IMPRINT_CHART_ROWS_H
#define IMPRINT_CHART_ROWS_H

#include "chart.h"
#include "chart_events.h"

enum imp_row_kind {
    IMP_CHART_MESSAGE, /* from one party to another, or to nobody */
    IMP_CHART_CARRIED, /* a message that the user carries */
    IMP_CHART_CLAIM,   /* what a party claims at one time */
    IMP_CHART_USER,    /* an act of the user at a party */
    IMP_CHART_OTHER,   /* anything else at one party, or at none */
    IMP_CHART_LEFT_OUT /* stands for events that are not shown */
};

struct imp_chart_row {
    enum imp_row_kind kind;
    json_int_t t, arrived;  /* ns; arrived: -1 when it does not, or is no message */
    json_int_t octets;      /* -1: none */
    size_t from, to, stop;  /* lanes, SIZE_MAX: none; stop: where it is kept back */
    bool blocked, injected; /* by the adversary */
    bool again;             /* a retransmission, see imp_chart_event */
    bool marked;            /* the claim that view names */
    size_t copies, copy_of; /* of further arrivals: how many, of which event */
    const char *phase;      /* of a message, else ""; borrows from the trace */
    char *name, *note;      /* the message's name or a sentence; what became of it, or "" */
};

struct imp_chart_rows {
    struct imp_chart_events events; /* lanes are there */
    struct imp_chart_row *row;
    size_t count;
};

/* `trace` is borrowed and must outlive the result. Leaves out the middle as `view` says; the row
 * IMP_CHART_LEFT_OUT tells how many. */
struct imp_chart_rows imp_chart_rows(const json_t *trace, const struct imp_chart_view *view);
void imp_chart_rows_free(struct imp_chart_rows *r);

#endif
