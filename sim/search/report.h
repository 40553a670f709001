/* SPDX-License-Identifier: GPL-2.0-only */
/* report.h - what a run tells, and its way from the run's process to the search; private. */
#ifndef IMPRINT_SEARCH_REPORT_H
#define IMPRINT_SEARCH_REPORT_H

#include "search.h"
#include "states.h"

struct imp_search_report {
    const struct imp_states *known; /* links; NULL after reading */
    unsigned level;                 /* deviations of the script */
    bool full;                      /* states go by their full names */
    bool broken, failed, merged;
    unsigned known_in_a_row, own_in_a_row; /* latest points that were nothing new */
    char goal[40], why[200];
    struct imp_script_point *point; /* options owned */
    size_t count, room;
};

void imp__report_init(struct imp_search_report *r, const struct imp_states *known, unsigned level,
                      bool full);
/* The name that a point goes by, and that of doing one of its options there. */
uint64_t imp__point_name(const struct imp_script_point *p, bool full);
uint64_t imp__option_name(const struct imp_script_point *p, size_t option);
void imp__report_free(struct imp_search_report *r);
/* Both return false when the other end is gone. */
bool imp__report_write(int fd, const struct imp_search_report *r);
bool imp__report_read(int fd, struct imp_search_report *r);

/* Whole or not at all; fd is a socket. */
bool imp__write_all(int fd, const void *p, size_t n);
bool imp__read_all(int fd, void *p, size_t n);

#endif
