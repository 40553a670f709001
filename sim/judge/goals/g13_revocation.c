/* SPDX-License-Identifier: GPL-2.0-only */
/* After a sale or reset nothing of the device's former life is left in it, or used again; after a
 * revocation the party that struck it off takes it up no more, unless a user acts for it again, and
 * nobody uses a secret any more that the device shares. */
#include <string.h>

#include "goals.h"

static bool stored(const struct imp_transfer *t, const struct imp_claim *s)
{
    for (size_t i = 0; i < t->storage_count; i++)
        if (memmem(t->storage[i].bytes, t->storage[i].n, s->data, s->data_n))
            return true;
    return false;
}

/* An honest party, after a revocation another one than the device, claims the same secret after the
 * transfer. */
static const struct imp_record *used_again(const struct imp_case *c, const struct imp_transfer *t,
                                           const struct imp_claim *s)
{
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *r = &c->records[i];
        bool own = c->parties[r->party].device == t->device;
        if (r->at > t->at && imp__secret(c, r) && !(own && t->revoked) &&
            imp__same_bytes(r->claim.data, r->claim.data_n, s->data, s->data_n))
            return r;
    }
    return NULL;
}

/* Where devices have owners, the device says that it obeys nobody; else it refused, and stays its
 * owner's. Where they have none, there is nobody for whom it could refuse. */
static bool let_go(const struct imp_case *c, const struct imp_transfer *t)
{
    if (c->mechanism && !c->mechanism->owner)
        return true;
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *r = &c->records[i];
        if (imp__says(c, r, IMP_CLAIM_OWNER) && c->parties[r->party].device == t->device &&
            r->at >= t->at && r->claim.peer_n == 0 && r->claim.sid_n == 0)
            return true;
    }
    return false;
}

static struct imp_verdict sold(const struct imp_case *c, const struct imp_transfer *t)
{
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *r = &c->records[i];
        if (r->at > t->at || c->parties[r->party].device != t->device || !imp__secret(c, r))
            continue;
        if (stored(t, &r->claim))
            return imp__broken(t->at, "%s of the former life is left in %s", r->claim.name,
                               imp__who(c, r)->name);
        const struct imp_record *again = used_again(c, t, &r->claim);
        if (again)
            return imp__broken(again->at, "%s uses %s of the former life again",
                               imp__who(c, again)->name, r->claim.name);
    }
    return imp__holds("nothing is left");
}

static bool admitted_again(const struct imp_case *c, const struct imp_transfer *t,
                           const struct imp_record *r)
{
    for (size_t i = 0; i < c->intent_count; i++) {
        const struct imp_intent *a = &c->intents[i];
        if (a->device == t->device && a->party == t->by && a->at > t->at && a->at <= r->at)
            return true;
    }
    return false;
}

/* What the device knows is known to it still. */
static const struct imp_record *kept(const struct imp_case *c, const struct imp_transfer *t)
{
    const struct imp_record *again = NULL;
    for (size_t i = 0; i < c->record_count && !again; i++) {
        const struct imp_record *r = &c->records[i];
        if (r->at <= t->at && c->parties[r->party].device == t->device && imp__secret(c, r))
            again = used_again(c, t, &r->claim);
    }
    return again;
}

static struct imp_verdict struck_off(const struct imp_case *c, const struct imp_transfer *t)
{
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *r = &c->records[i];
        if (r->at <= t->at || r->party != t->by || !imp__says(c, r, IMP_CLAIM_COMMIT))
            continue;
        const struct imp_record *end = imp__other_end(c, r);
        if (end && imp__who(c, end)->device == t->device && !admitted_again(c, t, r))
            return imp__broken(r->at, "%s takes %s up again, which it had struck off",
                               imp__who(c, r)->name, imp__who(c, end)->name);
    }
    const struct imp_record *again = kept(c, t);
    if (again)
        return imp__broken(again->at, "%s goes on with %s, which who was struck off has",
                           imp__who(c, again)->name, again->claim.name);
    return imp__holds("nobody was taken up again");
}

struct imp_verdict imp__g13_revocation(const struct imp_case *c)
{
    size_t done = 0;
    for (size_t i = 0; i < c->transfer_count; i++) {
        const struct imp_transfer *t = &c->transfers[i];
        if (!t->revoked && !let_go(c, t))
            continue;
        struct imp_verdict v = t->revoked ? struck_off(c, t) : sold(c, t);
        if (v.value == IMP_VERDICT_BROKEN)
            return v;
        done++;
    }
    if (done == 0)
        return imp__na("the device is neither let go nor struck off in this run");
    return imp__holds("%zu transfers, nothing of the former life left or accepted", done);
}
