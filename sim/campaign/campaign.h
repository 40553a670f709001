/* SPDX-License-Identifier: GPL-2.0-only */
/* campaign.h - runs what a plan asks for and the store does not have yet. */
#ifndef IMPRINT_CAMPAIGN_H
#define IMPRINT_CAMPAIGN_H

#include <stdbool.h>
#include <stdio.h>

#include "plan.h"
#include "pool.h"
#include "stop_rule.h"

struct imp_campaign {
    const char *dir;
    const char *command; /* for the manifest */
    unsigned jobs;       /* 0: as many as cores */
    bool pcap;
    double wall_s;                       /* of one run; 0: by its size */
    imp_half_width_function *half_width; /* needed for plans with a stopping rule */
    size_t memory; /* octets of address space of one run; 0: the machine's and 4 GiB */
    imp_run_function *run;
    void (*warm)(void);                /* called once before the first fork, or NULL */
    const volatile int *stop;          /* as in pool.h */
    void (*say)(const char *sentence); /* remarks to the user, or NULL */
    void (*progress)(void *arg, const struct imp_pool_progress *p);
};

struct imp_outcome {
    size_t total;     /* runs of the plan */
    size_t present;   /* were there already */
    size_t made;      /* new ones that gave a result */
    size_t failed;    /* harness failures of this call */
    size_t spared;    /* not needed by the stopping rules */
    size_t differing; /* repeated for their captures, with another result than stored */
    bool stopped;
    char first_failure[700];
};

/* Returns 0, or -1 and a sentence when DIR cannot be used; then nothing was changed there. A
 * sentence with the return value 1 says that storing broke in the middle. */
int imp_campaign_run(struct imp_outcome *out, const struct imp_campaign *c,
                     const struct imp_plan *plan, char *error, size_t cap);

/* What DIR has of the plan: total, present, failed, spared. Runs nothing and writes nothing; a DIR
 * that is not there has nothing. Returns 0, or -1 and a sentence. */
int imp_campaign_look(struct imp_outcome *out, const char *dir, const struct imp_plan *plan,
                      imp_half_width_function *half_width, char *error, size_t cap);

/* Compares the plan's expectations with the store; one sentence a failed group is written to `f`.
 * Returns the number of failed groups, or -1 and a sentence. */
int imp_expect_check(const char *dir, const struct imp_plan *plan, FILE *f, char *error,
                     size_t cap);

#endif
