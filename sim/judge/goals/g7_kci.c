/* SPDX-License-Identifier: GPL-2.0-only */
/* Key-compromise impersonation: the adversary has A's own long-term keys; A must not come to share
 * a session with the adversary in the belief to have somebody else. */
#include "goals.h"

struct imp_verdict imp__g7_kci(const struct imp_case *c)
{
    size_t victims = 0, commits = 0;
    for (size_t i = 0; i < c->party_count; i++)
        victims += c->parties[i].honest && c->parties[i].revealed;
    if (victims == 0)
        return imp__na("no honest party's own keys were revealed");
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *r = &c->records[i];
        if (!imp__says(c, r, IMP_CLAIM_COMMIT) || !imp__who(c, r)->revealed)
            continue;
        commits++;
        const struct imp_record *end = imp__other_end(c, r);
        if (!end || (!imp__honest(c, end) && !imp__with_corrupt(c, r)))
            return imp__broken(r->at, "%s, whose keys are known, takes %s for its peer in layer %s",
                               imp__who(c, r)->name, end ? imp__who(c, end)->name : "nobody",
                               r->claim.layer);
    }
    return imp__holds("%zu commits of parties whose keys are known, none with the adversary",
                      commits);
}
