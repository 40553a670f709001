/* SPDX-License-Identifier: GPL-2.0-only */
/* runner.h - runs a scenario's keys as the program would: resolved to a plan line, in a child. */
#ifndef IMPRINT_RUNNER_H
#define IMPRINT_RUNNER_H

#include <jansson.h>
#include <stdbool.h>

/* `keys` is taken over. Fails the test when the keys do not resolve or the child dies. Returns the
 * run's result (docs/formats.md); new reference. */
json_t *runner_run(json_t *keys);
/* As above with captures into `pcap_dir`. */
json_t *runner_capture(json_t *keys, const char *pcap_dir);

const char *runner_verdict(const json_t *result, const char *goal); /* "g1" is enough */
const char *runner_why(const json_t *result, const char *goal);
double runner_column(const json_t *result, const char *column);
bool runner_completed(const json_t *result);

#endif
