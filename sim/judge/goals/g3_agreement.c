/* SPDX-License-Identifier: GPL-2.0-only */
#include "goals.h"

struct imp_verdict imp__g3_agreement(const struct imp_case *c)
{
    size_t commits = 0;
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *r = &c->records[i];
        if (!imp__says(c, r, IMP_CLAIM_COMMIT) || imp__with_corrupt(c, r))
            continue;
        commits++;
        if (!imp__has_running_peer(c, r))
            return imp__broken(r->at,
                               "%s committed in layer %s to data that no honest peer was running",
                               imp__who(c, r)->name, r->claim.layer);
    }
    return imp__holds("%zu commits, each with a running peer", commits);
}
