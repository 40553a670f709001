/* SPDX-License-Identifier: GPL-2.0-only */
#include "goals.h"

/* The fact that gave it away in the run, or NULL. */
static const struct imp_fact *known(const struct imp_case *c, const struct imp_claim *s)
{
    const struct imp_fact *f = imp_knowledge_find(c->knowledge, s->data, s->data_n);
    return f && (size_t)(f - c->knowledge->facts) < c->learnt ? f : NULL;
}

struct imp_verdict imp__g1_secrecy(const struct imp_case *c)
{
    size_t secrets = 0;
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *r = &c->records[i];
        secrets += imp__says(c, r, IMP_CLAIM_SECRET) && r->claim.data_n;
        if (!imp__secret(c, r))
            continue;
        const struct imp_fact *f = known(c, &r->claim);
        if (f)
            return imp__broken(r->at, "%s of %s is known: %s", r->claim.name, imp__who(c, r)->name,
                               f->source);
    }
    return imp__holds("none of %zu secrets is known", secrets);
}
