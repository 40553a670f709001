/* SPDX-License-Identifier: GPL-2.0-only */
/* sessions.h - other sessions, each with the run's own first device and with another one in its
 * place: what recurs with the one alone tells the device. */
#ifndef IMPRINT_SESSIONS_H
#define IMPRINT_SESSIONS_H

#include <jansson.h>

#include "ledger.h"

#define TWIN_SESSIONS 4 /* at most */

struct world_sessions {
    struct world_view again[TWIN_SESSIONS], other[TWIN_SESSIONS];
    size_t count; /* 0: nothing was compared */
};

/* Runs as many sessions as it takes to tell a recurring identifier from chance, in this process.
 * An array of them, or the failed run's object with "why". */
json_t *world_sessions_answer(const json_t *plan);
void world_sessions_take(struct world_sessions *out, const json_t *answer);
void world_sessions_free(struct world_sessions *s);

#endif
