/* SPDX-License-Identifier: GPL-2.0-only */
/* pool_child.h - what passes between a run's process and the pool. */
#ifndef IMPRINT_POOL_CHILD_H
#define IMPRINT_POOL_CHILD_H

#include "pool.h"

#include <sys/types.h>

/* Runs the job, writes its result to `out`, and ends the process. `parent` started it. */
_Noreturn void imp__pool_child(const struct imp_pool *pool, const struct imp_pool_job *job, int out,
                               pid_t parent);

/* Takes the octets that the child wrote apart. Sets out->result and out->trace (borrowed from
 * text), or out->why. `status` is the child's wait status; `late` says that it was killed for its
 * time. */
void imp__pool_understand(struct imp_pool_result *out, char *text, size_t n, int status, bool late,
                          const struct imp_pool_job *job);

#endif
