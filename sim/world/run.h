/* SPDX-License-Identifier: GPL-2.0-only */
/* run.h - from one plan line to one result. One run a process: ns-3 cannot be reset. */
#ifndef IMPRINT_RUN_H
#define IMPRINT_RUN_H

#include <jansson.h>

/* Loads ns-3's device types; call once in a parent that forks a child for each run. */
void imp_world_warm(void);

/* Runs a resolved plan line (docs/formats.md, "Plan line") to its end. `pcap_dir` (an existing
 * folder, or NULL) receives one capture for each port of the honest nodes. Returns the result
 * object of docs/formats.md (new reference); a plan that cannot be run gives status
 * "harness-failure". */
json_t *imp_world_run(const json_t *plan, const char *pcap_dir);

/* The same without the runs beside it: no undisturbed twin, no second session, no watching of
 * recovery; goals that need them are "na". For those who make very many runs. */
json_t *imp_world_run_bare(const json_t *plan);

/* As bare, and without measures, trace and digest: status and verdicts alone. On ideal media a
 * process may run any number of worlds so. */
json_t *imp_world_judge(const json_t *plan);

#endif
