/* SPDX-License-Identifier: GPL-2.0-only */
/* Two honest ends of one session hold equal keys; and two honest parties that both say to be done
 * have at least one key of each name in common. */
#include <stdlib.h>

#include "goals.h"

struct secrets {
    const struct imp_case *c;
    const struct imp_record **r; /* those that count */
    size_t n;
};

static bool same_name(const struct imp_record *a, const struct imp_record *b)
{
    return imp__same_text(a->claim.layer, b->claim.layer) &&
           imp__same_text(a->claim.name, b->claim.name);
}

static bool same_value(const struct imp_record *a, const struct imp_record *b)
{
    return imp__same_bytes(a->claim.data, a->claim.data_n, b->claim.data, b->claim.data_n);
}

static bool done(const struct imp_case *c, int party)
{
    for (size_t i = 0; i < c->record_count; i++)
        if (c->records[i].party == party && c->records[i].claim.kind == IMP_CLAIM_COMPLETE)
            return true;
    return false;
}

/* The first of its party and name: pairs of parties are looked at once. */
static bool first(const struct secrets *s, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (s->r[i]->party == s->r[at]->party && same_name(s->r[i], s->r[at]))
            return false;
    return true;
}

static bool in_common(const struct secrets *s, const struct imp_record *a,
                      const struct imp_record *b)
{
    for (size_t i = 0; i < s->n; i++)
        for (size_t k = 0; k < s->n && s->r[i]->party == a->party && same_name(s->r[i], a); k++)
            if (s->r[k]->party == b->party && same_name(s->r[k], a) && same_value(s->r[i], s->r[k]))
                return true;
    return false;
}

static struct imp_verdict compare(const struct secrets *s)
{
    const struct imp_case *c = s->c;
    size_t pairs = 0;
    for (size_t i = 0; i < s->n; i++) {
        for (size_t k = i + 1; k < s->n; k++) {
            const struct imp_record *a = s->r[i], *b = s->r[k];
            if (b->party == a->party || !same_name(a, b) || !imp__same_device(a, b))
                continue;
            bool together = imp__same_session(&a->claim, &b->claim);
            pairs += together;
            if (together && !same_value(a, b))
                return imp__broken(b->at, "%s and %s hold different %s in one session",
                                   imp__who(c, a)->name, imp__who(c, b)->name, a->claim.name);
            if (!together && first(s, i) && first(s, k) && done(c, a->party) && done(c, b->party) &&
                !in_common(s, a, b))
                return imp__broken(b->at, "%s and %s are done and have no %s in common",
                                   imp__who(c, a)->name, imp__who(c, b)->name, a->claim.name);
        }
    }
    return imp__holds("%zu keys of two honest ends, equal", pairs);
}

struct imp_verdict imp__g2_consistency(const struct imp_case *c)
{
    struct secrets s = {.c = c, .r = malloc((c->record_count + 1) * sizeof *s.r)};
    if (!s.r)
        abort();
    for (size_t i = 0; i < c->record_count; i++)
        if (imp__secret(c, &c->records[i]))
            s.r[s.n++] = &c->records[i];
    struct imp_verdict v = compare(&s);
    free(s.r);
    return v;
}
