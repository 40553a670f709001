/* SPDX-License-Identifier: GPL-2.0-only */
/* doctor.h - what imprint finds, or misses, on the machine that it runs on, and how to get it.
 * Knows the machine and nothing of imprint. */
#ifndef IMPRINT_DOCTOR_H
#define IMPRINT_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

struct imp_check {
    const char *name;
    const char *use;    /* what it is for */
    const char *remedy; /* what gets it: a sentence or a command */
    bool needed;        /* by the main job: running, showing, plotting */
    bool good;
    char found[300]; /* where, which version; or what is wrong */
};

#define IMP_CHECKS 40 /* most that imp_examine makes */

/* Examines the machine, for results written below `folder`. Returns the number of checks, the
 * needed ones first. */
size_t imp_examine(struct imp_check out[IMP_CHECKS], const char *folder);

/* ---- parts of it, for tests
 * ------------------------------------------------------------------------- */
/* Looks for a program along $PATH and in the sbin folders. */
bool imp_find_program(char *out, size_t cap, const char *name);
/* Runs a program without input and takes the first line that it says, on either channel. The exit
 * status, or -1 when it did not start. */
int imp_ask(char *line, size_t cap, const char *program, const char *const *words);
/* Whether a file of that name is somewhere below the folder. */
bool imp_find_below(char *out, size_t cap, const char *folder, const char *name);

#endif
