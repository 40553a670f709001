/* SPDX-License-Identifier: GPL-2.0-only */
/* measure.h - runs a piece of work in a child of its own and tells its processor time and memory.
 */
#ifndef IMPRINT_MEASURE_H
#define IMPRINT_MEASURE_H

#include <jansson.h>

struct measure {
    double seconds; /* processor time of the work, user and system */
    double rss;     /* growth of the largest resident set, KiB */
};

typedef void measured_work(void *arg);

/* The smallest of `repeats` (processor time is disturbed upwards only), each in a child of this
 * warmed process. Exits the program when a child dies. */
struct measure measure(measured_work *work, void *arg, int repeats);

/* Resolves a scenario's keys (JSON text) into a plan line; exits on an error. */
json_t *measure_plan(const char *keys);

#endif
