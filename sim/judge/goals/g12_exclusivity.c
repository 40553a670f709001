/* SPDX-License-Identifier: GPL-2.0-only */
/* The device obeys its true owner, by the ledger, and nobody else. */
#include "goals.h"

/* Whom a claim of ownership names: the other end of its session, else the party of that name. */
static int obeyed(const struct imp_case *c, const struct imp_record *r)
{
    const struct imp_record *end = r->claim.sid_n ? imp__other_end(c, r) : NULL;
    if (end)
        return end->party;
    for (size_t i = 0; r->claim.peer_n && i < c->party_count; i++)
        if ((int)i != r->party && imp__is_known_as(c, (int)i, r->claim.peer, r->claim.peer_n))
            return (int)i;
    return -1;
}

static bool is_owner(const struct imp_case *c, int device, int party, imp_time at)
{
    for (size_t i = 0; i < c->owner_count; i++) {
        const struct imp_owner *o = &c->owners[i];
        if (o->device == device && o->party == party && o->from <= at && at < o->until)
            return true;
    }
    return false;
}

struct imp_verdict imp__g12_exclusivity(const struct imp_case *c)
{
    size_t owned = 0;
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *r = &c->records[i];
        const struct imp_principal *me = imp__who(c, r);
        if (!imp__says(c, r, IMP_CLAIM_OWNER) || me->device < 0 ||
            (r->claim.peer_n == 0 && r->claim.sid_n == 0)) /* free */
            continue;
        owned++;
        int party = obeyed(c, r);
        if (!is_owner(c, me->device, party, r->at))
            return imp__broken(r->at, "%s obeys %s, which does not own it", me->name,
                               party < 0 ? "a stranger" : c->parties[party].name);
    }
    return imp__holds("%zu claims of ownership, each for the true owner", owned);
}
