/* SPDX-License-Identifier: GPL-2.0-only */
/* The peer believed in is the holder of the session's other end, of the same device, and the device
 * on which the user acted. */
#include "goals.h"

/* Users act for the party of r, but nobody had acted on that device when it committed. */
static bool against_intent(const struct imp_case *c, const struct imp_record *r, int device)
{
    bool any = false;
    for (size_t i = 0; device >= 0 && i < c->intent_count; i++) {
        const struct imp_intent *t = &c->intents[i];
        if (t->party != r->party)
            continue;
        if (t->device == device && t->at <= r->at)
            return false;
        any = true;
    }
    return any;
}

struct imp_verdict imp__g5_binding(const struct imp_case *c)
{
    size_t commits = 0;
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *r = &c->records[i];
        if (!imp__says(c, r, IMP_CLAIM_COMMIT))
            continue;
        commits++;
        const struct imp_record *end = imp__other_end(c, r);
        const char *me = imp__who(c, r)->name;
        if (!end)
            return imp__broken(r->at, "%s committed in layer %s with nobody", me, r->claim.layer);
        const struct imp_principal *peer = imp__who(c, end);
        if (!peer->honest && !imp__with_corrupt(c, r))
            return imp__broken(r->at, "%s is bound to %s in layer %s", me, peer->name,
                               r->claim.layer);
        if (!imp__same_device(r, end))
            return imp__broken(r->at, "%s is bound to another device's session", me);
        if (r->claim.peer_n && !imp__is_known_as(c, end->party, r->claim.peer, r->claim.peer_n))
            return imp__broken(r->at, "%s believes in a peer that %s is not", me, peer->name);
        if (against_intent(c, r, peer->device))
            return imp__broken(r->at, "%s is bound to %s, but the user acted on another device", me,
                               peer->name);
    }
    return imp__holds("%zu commits, each with the intended peer", commits);
}
