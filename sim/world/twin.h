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
    struct imp_record *records; /* what was negotiated; by device, then in the order of time */
    size_t record_count;
};

/* Returns 0, or -1 when the child gave no result; `why` then holds ": " and its reason, or "". */
int world_twin_run(struct world_twin *out, const json_t *plan, char *why, size_t cap);
void world_twin_free(struct world_twin *t);

/* The same deployment once more: the first device in another session, and a second device.
 * views[0] and views[1] are what the plan's adversary read of them. Returns 0, or -1 as
 * above. */
int world_again_run(struct world_view views[LEDGER_VIEWS], const json_t *plan, char *why,
                    size_t cap);

#endif
