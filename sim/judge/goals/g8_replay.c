/* SPDX-License-Identifier: GPL-2.0-only */
/* No party accepts the same fresh value (nonce, counter, epoch) twice in the same context. */
#include "goals.h"

struct imp_verdict imp__g8_replay(const struct imp_case *c)
{
    size_t accepted = 0;
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *r = &c->records[i];
        if (!imp__says(c, r, IMP_CLAIM_ACCEPTED))
            continue;
        accepted++;
        for (size_t k = 0; k < i; k++) {
            const struct imp_record *s = &c->records[k];
            if (s->claim.kind == IMP_CLAIM_ACCEPTED && s->party == r->party &&
                imp__same_session(&s->claim, &r->claim) &&
                imp__same_text(s->claim.name, r->claim.name) &&
                imp__same_bytes(s->claim.data, s->claim.data_n, r->claim.data, r->claim.data_n))
                return imp__broken(r->at, "%s accepted the same %s twice", imp__who(c, r)->name,
                                   r->claim.name);
        }
    }
    if (accepted == 0)
        return imp__holds("nobody accepted anything");
    return imp__holds("%zu fresh values accepted, none twice", accepted);
}
