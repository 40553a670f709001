/* SPDX-License-Identifier: GPL-2.0-only */
/* chart_events.h - a trace taken apart for drawing. Within sim/report. */
#ifndef IMPRINT_CHART_EVENTS_H
#define IMPRINT_CHART_EVENTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum imp_event_row {
    IMP_ROW_SEND,
    IMP_ROW_RECEIVE,
    IMP_ROW_BLOCK,
    IMP_ROW_INJECT,
    IMP_ROW_OOB,
    IMP_ROW_USER,
    IMP_ROW_CLAIM,
    IMP_ROW_OTHER,
};

struct imp_chart_event {
    enum imp_event_row kind;
    json_int_t t, n;
    const char *from, *to, *message, *channel, *phase, *word; /* borrow from the trace; word: its
                                                               * kind */
    int device;
    size_t fate;  /* of a send, inject or out-of-band message: event that ends it; or SIZE_MAX */
    size_t cause; /* of an arrival or block: the event that it ends, or of which it is a further
                   * copy; or SIZE_MAX */
    bool fate_of_another; /* it is the end of an earlier event and not drawn by itself */
    bool again; /* of a send: a retransmission. The sender sent a message of that name and size to
                 * the same party before, and since then nothing came back to it that was not
                 * itself a retransmission. Pieces that follow within 100 ms are none. */
};

struct imp_chart_events {
    struct imp_chart_event *event;
    size_t count;
    const char **lane; /* parties from the device to the server; "adversary" among them */
    size_t lanes;
};

/* `trace` is borrowed and must outlive the result. */
struct imp_chart_events imp_chart_events(const json_t *trace, int device);
void imp_chart_events_free(struct imp_chart_events *e);

/* The lane of a party, "adversary/..." being the adversary's; SIZE_MAX when it has none. */
size_t imp_chart_lane(const struct imp_chart_events *e, const char *party);
bool imp_chart_adversary(const char *party);

#endif
