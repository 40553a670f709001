/* SPDX-License-Identifier: GPL-2.0-only */
/* twin.h - the same plan and seed without the adversary. */
#ifndef IMPRINT_TWIN_H
#define IMPRINT_TWIN_H

#include <jansson.h>

#include "ledger.h"

struct world_twin {
    json_t *text;               /* what was answered; the rest borrows from it; NULL: no twin */
    const json_t *row;          /* measures */
    const json_t *devices;      /* measures of each */
    struct imp_record *records; /* what was negotiated, alarms and refusals */
    size_t record_count;
};

/* Runs it in this process. The answer has "row", or "why" there is none. */
json_t *world_twin_answer(const json_t *plan);
void world_twin_take(struct world_twin *out, json_t *answer);
void world_twin_free(struct world_twin *t);

#endif
