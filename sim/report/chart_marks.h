/* SPDX-License-Identifier: GPL-2.0-only */
/* chart_marks.h - the signs of a chart in SVG. Each has a shape of its own; colour only repeats
 * what the shape says. Within sim/report. */
#ifndef IMPRINT_CHART_MARKS_H
#define IMPRINT_CHART_MARKS_H

#include <stdbool.h>
#include <stdio.h>

#define IMP_MARKS(X)                                                                               \
    X(MESSAGE, "message")                                                                          \
    X(AGAIN, "sent again, since nothing came back")                                                \
    X(LOST, "does not arrive")                                                                     \
    X(CARRIED, "carried by the user, out of band")                                                 \
    X(USER, "act of the user")                                                                     \
    X(BLOCKED, "kept back by the adversary")                                                       \
    X(INJECTED, "injected by the adversary")                                                       \
    X(CLAIM, "what a party holds to be true from here on")                                         \
    X(VIOLATION, "the claim that shows the violation")                                             \
    X(COPY, "a further copy arrives")                                                              \
    X(OTHER, "something else at one party")

#define IMP_ENUM_MARK(id, text) IMP_MARK_##id,
enum imp_mark { IMP_MARKS(IMP_ENUM_MARK) IMP_MARK_COUNT };

const char *imp_mark_meaning(enum imp_mark m);

/* An arrow of that kind at height y from x1 to x2; one that is kept back or lost ends with a cross
 * where it stops. */
void imp_mark_arrow(FILE *f, enum imp_mark m, int x1, int x2, int y);
/* A sign at one point. */
void imp_mark_point(FILE *f, enum imp_mark m, int x, int y);

#endif
