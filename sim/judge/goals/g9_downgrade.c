/* SPDX-License-Identifier: GPL-2.0-only */
/* What was negotiated (method, suite, version) is what the same ends negotiate undisturbed. */
#include "goals.h"

static bool same_parameter(const struct imp_record *a, const struct imp_record *b)
{
    return a->party == b->party && imp__same_device(a, b) &&
           imp__same_text(a->claim.layer, b->claim.layer) &&
           imp__same_text(a->claim.name, b->claim.name);
}

/* The twin's record of that party and parameter: one of the same value if there is one. */
static const struct imp_record *reference(const struct imp_case *c, const struct imp_record *r)
{
    const struct imp_record *found = NULL;
    for (size_t i = 0; i < c->twin_count; i++) {
        const struct imp_record *s = &c->twin[i];
        if (s->claim.kind != IMP_CLAIM_NEGOTIATED || !same_parameter(s, r))
            continue;
        found = s;
        if (imp__same_bytes(s->claim.data, s->claim.data_n, r->claim.data, r->claim.data_n))
            break;
    }
    return found;
}

struct imp_verdict imp__g9_downgrade(const struct imp_case *c)
{
    size_t compared = 0;
    if (!c->adversary || !c->twin)
        return imp__na("there is no undisturbed run to compare with");
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *r = &c->records[i];
        if (!imp__says(c, r, IMP_CLAIM_NEGOTIATED))
            continue;
        const struct imp_record *s = reference(c, r);
        if (!s)
            continue; /* the undisturbed run did not get there */
        compared++;
        if (!imp__same_bytes(s->claim.data, s->claim.data_n, r->claim.data, r->claim.data_n))
            return imp__broken(r->at, "%s settled for %s %.*s instead of %.*s",
                               imp__who(c, r)->name, r->claim.name, (int)r->claim.data_n,
                               (const char *)r->claim.data, (int)s->claim.data_n,
                               (const char *)s->claim.data);
    }
    return imp__holds("%zu parameters as in the undisturbed run", compared);
}
