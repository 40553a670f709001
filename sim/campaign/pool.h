/* SPDX-License-Identifier: GPL-2.0-only */
/* pool.h - runs on all cores: one forked child a run, one parent that collects.
 *
 * A child can do whatever it likes, crash included: the parent receives a well-formed result or a
 * reason why there is none. */
#ifndef IMPRINT_POOL_H
#define IMPRINT_POOL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Runs one plan line; a new reference (docs/formats.md, "Result of a run"). */
typedef json_t *imp_run_function(const json_t *plan, const char *pcap_dir);

struct imp_pool_job {
    const char *key;      /* links */
    const char *line;     /* links: canonical plan line */
    const char *pcap_dir; /* links: folder that the run's process makes, or NULL */
    double weight;        /* the heaviest start first; ties by position */
    double wall_s;        /* most time by the clock on the wall; 0: no limit */
};

/* What a run took. */
struct imp_cost {
    double cpu_s;  /* user and system, of the run's process and those that it started */
    double wall_s; /* by the clock on the wall */
    size_t memory; /* octets: the most that were resident at once */
};

/* What a child left. */
struct imp_pool_result {
    json_t *result;    /* without its trace; NULL: harness failure */
    const char *trace; /* JSON text, or NULL */
    char why[600];     /* of a harness failure */
    struct imp_cost cost;
};

struct imp_pool_progress {
    size_t done, failed, running, total;
    double elapsed_s, eta_s; /* eta < 0: not known yet */
};

struct imp_pool {
    imp_run_function *run;
    unsigned jobs; /* at once; 0: as many as cores */
    double wall_s; /* of one run, by the clock on the wall; 0: no limit */
    size_t memory; /* octets of address space of one run; 0: no limit */
    bool tight;    /* the limit was asked for: it is told when a run dies by a signal */
    /* Called in the parent for each run that ended; `result` is borrowed. Returns false to stop. */
    bool (*done)(void *arg, size_t job, struct imp_pool_result *result);
    void (*progress)(void *arg, const struct imp_pool_progress *p); /* or NULL */
    void *arg;
    /* 1: start nothing more, wait for the runs in flight; 2 and more: end them. Or NULL. */
    const volatile int *stop;
};

/* Returns the number of runs that were handed to `done`; fewer than `count` when stopped. */
size_t imp_pool_run(const struct imp_pool *pool, const struct imp_pool_job *jobs, size_t count);

unsigned imp_pool_cores(void);

#endif
