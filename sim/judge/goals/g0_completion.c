/* SPDX-License-Identifier: GPL-2.0-only */
#include "goals.h"

struct imp_verdict imp__g0_completion(const struct imp_case *c)
{
    if (!c->completed)
        return imp__broken(IMP_NEVER, "not every honest party completed");
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *r = &c->records[i];
        if (!imp__says(c, r, IMP_CLAIM_COMMIT))
            continue;
        const struct imp_record *end = imp__other_end(c, r);
        if (!end || (!imp__honest(c, end) && !imp__with_corrupt(c, r)))
            return imp__broken(r->at, "%s completed without an honest peer in layer %s",
                               imp__who(c, r)->name, r->claim.layer);
    }
    return imp__holds("every honest party completed");
}
