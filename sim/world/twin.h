/* SPDX-License-Identifier: GPL-2.0-only */
/* twin.h - other runs with which a run is compared. Each lives in a child of its own, since one
 * process is one run. */
#ifndef IMPRINT_TWIN_H
#define IMPRINT_TWIN_H

#include <jansson.h>

#include "ledger.h"

/* The same plan and seed without the adversary. */
struct world_twin {
    json_t *text;               /* what the child said; the rest borrows from it; NULL: no twin */
    const json_t *row;          /* measures */
    const json_t *devices;      /* measures of each */
    struct imp_record *records; /* what was negotiated, alarms and refusals */
    size_t record_count;
};

/* Returns 0, or -1 when the child gave no result; `why` then holds ": " and its reason, or "". */
int world_twin_run(struct world_twin *out, const json_t *plan, char *why, size_t cap);
void world_twin_free(struct world_twin *t);

#define TWIN_SESSIONS 4 /* at most */

/* Other sessions, each with the run's own first device and with another one in its place. */
struct world_sessions {
    struct world_view again[TWIN_SESSIONS], other[TWIN_SESSIONS];
    size_t count; /* 0: nothing was compared */
};

/* As many sessions as it takes to tell a recurring identifier from chance. Returns 0, or -1 and
 * in `why` ": " and the reason, or nothing when the child ended without one. */
int world_sessions_run(struct world_sessions *out, const json_t *plan, char *why, size_t cap);
void world_sessions_free(struct world_sessions *s);

#endif
