/* SPDX-License-Identifier: GPL-2.0-only */
/* pool_child.h - what passes between a run's process and the pool. */
#ifndef IMPRINT_POOL_CHILD_H
#define IMPRINT_POOL_CHILD_H

#include "pool.h"

#include <sys/types.h>

/* Where the process writes. */
struct imp__pool_ends {
    int result; /* pipe to the parent */
    int words;  /* takes its standard output and error, or -1 */
};

/* Runs the job, writes its result, and ends the process. `parent` started it. */
_Noreturn void imp__pool_child(const struct imp_pool *pool, const struct imp_pool_job *job,
                               const struct imp__pool_ends *ends, pid_t parent);

/* Appends the last line of what the process printed, if any, to why. */
void imp__pool_last_words(char *why, size_t cap, int words);

/* Takes the octets that the child wrote apart. Sets out->result and out->trace (borrowed from
 * text), or out->why. `status` is the child's wait status; `late` says that it was killed for its
 * time. */
void imp__pool_understand(struct imp_pool_result *out, char *text, size_t n, int status, bool late,
                          const struct imp_pool_job *job);

#endif
