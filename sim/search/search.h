/* SPDX-License-Identifier: GPL-2.0-only */
/* search.h - looks for the attack with the fewest deviations, in any system whose runs are scripts.
 *
 * A run is the script of its deviations: without one, everything is forwarded faithfully. Level by
 * level, every script with one deviation more is tried, in the order of points and options, but
 * only from states that no earlier script has reached. Hence the first attack found is the
 * smallest, and the result is the same for any number of processes.
 *
 * States go by their full names first. Beyond some number of deviations they go by coarser ones,
 * their places, and nothing is tried twice at a place: an option counts as tried when the same was
 * done with the same message there. */
#ifndef IMPRINT_SEARCH_H
#define IMPRINT_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/adversary/strategies/script.h"

#define IMP_SEARCH_POINTS 4096 /* most decision points of a run behind its last deviation */

/* What a run tells. */
struct imp_search_report;
/* A decision point behind the script's last deviation, with a state that is not 0; a place of 0 is
 * as the state. Returns false when the run need not go on, since it has met nothing new for a
 * while. */
bool imp_search_at(struct imp_search_report *r, const struct imp_script_point *p);
/* A goal is broken; the first one is kept. */
void imp_search_broken(struct imp_search_report *r, const char *goal, const char *why);
/* The run failed as a run; the first sentence is kept. */
void imp_search_failed(struct imp_search_report *r, const char *why);

struct imp_search {
    /* Runs a script to its end, or to where imp_search_at says so. Called in child processes, again
     * and again in the same one; may die. */
    void (*run)(void *arg, const struct imp_decision *script, size_t count,
                struct imp_search_report *r);
    void *arg;
    unsigned deviations;      /* most of a script, at most IMP_SCRIPT_LONGEST */
    unsigned full;            /* scripts of so many deviations and fewer go by full names */
    uint64_t budget;          /* most runs; 0: no bound */
    unsigned jobs;            /* processes */
    const volatile int *stop; /* not 0: end; or NULL */
    void (*progress)(void *arg, unsigned level, uint64_t runs, uint64_t left); /* or NULL */
};

#define IMP_SEARCH_ENDS(X)                                                                         \
    X(ATTACK, "attack") /* the smallest script that breaks a goal */                               \
    X(NONE, "none")     /* no script up to the bound breaks one */                                 \
    X(BUDGET, "budget") /* the runs are used up */                                                 \
    X(STOPPED, "stopped")
#define IMP_ENUM_SEARCH_END(id, text) IMP_SEARCH_##id,
enum imp_search_end { IMP_SEARCH_ENDS(IMP_ENUM_SEARCH_END) IMP_SEARCH_END_COUNT };
const char *imp_search_end_name(enum imp_search_end e);

struct imp_search_result {
    enum imp_search_end end;
    struct imp_decision script[IMP_SCRIPT_LONGEST];
    size_t count;
    char goal[40], why[200];
    unsigned finished; /* the deviations up to which everything was tried, when end is not NONE */
    uint64_t runs, states, failed;
    char first_failure[300];
    uint64_t merged;               /* runs that ended in a state known from a shorter script */
    size_t branch_min, branch_max; /* options at a state, beside the faithful one */
    double branch_mean;
};

/* Returns 0, or -1 when no process can be had. */
int imp_search(struct imp_search_result *out, const struct imp_search *s);

#endif
