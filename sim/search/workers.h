/* SPDX-License-Identifier: GPL-2.0-only */
/* workers.h - processes that run scripts, one after the other; private. */
#ifndef IMPRINT_SEARCH_WORKERS_H
#define IMPRINT_SEARCH_WORKERS_H

#include <sys/types.h>

#include "report.h"

#define IMP_WORKERS_MOST 256
#define IMP_WORKER_AHEAD 4 /* scripts that wait at a worker */

struct imp_worker {
    pid_t pid; /* 0: none */
    int fd;
    size_t item[IMP_WORKER_AHEAD]; /* being run and waiting, in order */
    size_t count;
    size_t made; /* scripts run by this process */
};

struct imp_workers {
    const struct imp_search *search; /* links */
    const struct imp_states *known;  /* links; what a child inherits is what it knows */
    struct imp_worker worker[IMP_WORKERS_MOST];
    unsigned count;
};

/* -1 when no process can be had. */
int imp__workers_open(struct imp_workers *w, const struct imp_search *s,
                      const struct imp_states *known);
void imp__workers_close(struct imp_workers *w);
/* A worker with room, or NULL. */
struct imp_worker *imp__workers_idle(struct imp_workers *w);
void imp__worker_give(struct imp_worker *k, size_t item, const struct imp_decision *script,
                      size_t count);
/* Waits for a report, at most `ms`. Returns its item and fills *r; SIZE_MAX: nothing came. A worker
 * that died gives a failed report for the script that it ran; what waited behind it is handed to
 * `again`, and another process takes its place. */
size_t imp__workers_wait(struct imp_workers *w, struct imp_search_report *r, int ms,
                         void (*again)(void *arg, size_t item), void *arg);

#endif
