/* SPDX-License-Identifier: GPL-2.0-only */
/* Two honest ends of one session hold equal keys; and two honest parties that both say to be done
 * have at least one key of each name in common. */
#include "goals.h"

static bool same_name(const struct imp_claim *a, const struct imp_claim *b)
{
    return imp__same_text(a->layer, b->layer) && imp__same_text(a->name, b->name);
}

static bool same_value(const struct imp_claim *a, const struct imp_claim *b)
{
    return imp__same_bytes(a->data, a->data_n, b->data, b->data_n);
}

static bool done(const struct imp_case *c, int party)
{
    for (size_t i = 0; i < c->record_count; i++)
        if (c->records[i].party == party && c->records[i].claim.kind == IMP_CLAIM_COMPLETE)
            return true;
    return false;
}

/* A secret of that name which both hold. */
static bool in_common(const struct imp_case *c, const struct imp_record *a, int other)
{
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *x = &c->records[i];
        if (x->party != a->party || !imp__secret(c, x) || !same_name(&x->claim, &a->claim))
            continue;
        for (size_t k = 0; k < c->record_count; k++) {
            const struct imp_record *y = &c->records[k];
            if (y->party == other && imp__secret(c, y) && same_name(&x->claim, &y->claim) &&
                same_value(&x->claim, &y->claim))
                return true;
        }
    }
    return false;
}

struct imp_verdict imp__g2_consistency(const struct imp_case *c)
{
    size_t pairs = 0;
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *a = &c->records[i];
        if (!imp__secret(c, a))
            continue;
        for (size_t k = i + 1; k < c->record_count; k++) {
            const struct imp_record *b = &c->records[k];
            if (b->party == a->party || !imp__secret(c, b) || !same_name(&a->claim, &b->claim) ||
                !imp__same_device(a, b))
                continue;
            if (imp__same_session(&a->claim, &b->claim)) {
                pairs++;
                if (!same_value(&a->claim, &b->claim))
                    return imp__broken(b->at, "%s and %s hold different %s in one session",
                                       imp__who(c, a)->name, imp__who(c, b)->name, a->claim.name);
            } else if (done(c, a->party) && done(c, b->party) && !in_common(c, a, b->party)) {
                return imp__broken(b->at, "%s and %s are done and have no %s in common",
                                   imp__who(c, a)->name, imp__who(c, b)->name, a->claim.name);
            }
        }
    }
    return imp__holds("%zu keys of two honest ends, equal", pairs);
}
