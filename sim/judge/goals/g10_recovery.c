/* SPDX-License-Identifier: GPL-2.0-only */
/* Denial of service ends with the adversary: within a bound after it withdrew, and without more
 * acts of the user than were due anyhow, every honest party completes with honest peers. */
#include "goals.h"

/* Each honest party's last commit in each layer is with an honest end. */
static bool served(const struct imp_case *c)
{
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *r = &c->records[i];
        bool last = true;
        if (!imp__says(c, r, IMP_CLAIM_COMMIT))
            continue;
        for (size_t k = i + 1; k < c->record_count && last; k++) {
            const struct imp_record *s = &c->records[k];
            last = s->claim.kind != IMP_CLAIM_COMMIT || s->party != r->party ||
                   !imp__same_text(s->claim.layer, r->claim.layer);
        }
        const struct imp_record *end = last ? imp__other_end(c, r) : NULL;
        if (last && (!end || (!imp__honest(c, end) && !imp__with_corrupt(c, r))))
            return false;
    }
    return true;
}

static double seconds(imp_time t)
{
    return (double)t / (double)IMP_S;
}

struct imp_verdict imp__g10_recovery(const struct imp_case *c)
{
    const struct imp_recovery *x = &c->recovery;
    struct imp_case all = *c;
    if (!c->adversary)
        return imp__na("nobody denies the service");
    if (c->completed && served(c) && (!x->observed || x->at <= x->from))
        return imp__holds("the service was reached in spite of the adversary");
    if (!x->observed)
        return imp__na("the adversary never withdrew");
    all.records = c->recovery_records;
    all.record_count = c->recovery_count;
    if (!x->completed || x->at - x->from > x->bound)
        return imp__broken(x->from, "persistent: not complete %g s after the adversary withdrew",
                           seconds(x->bound));
    if (!served(&all))
        return imp__broken(x->from, "persistent: bound to the adversary after it withdrew");
    if (x->acts > x->acts_owed)
        return imp__broken(x->from, "persistent: needs the user again (%u acts more)",
                           x->acts - x->acts_owed);
    return imp__holds("transient: complete %.3f s after the adversary withdrew",
                      x->at > x->from ? seconds(x->at - x->from) : 0.0);
}
