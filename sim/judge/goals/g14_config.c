/* SPDX-License-Identifier: GPL-2.0-only */
/* What the device installs is what an honest owner issued. */
#include "goals.h"

static bool issued(const struct imp_case *c, const struct imp_record *r)
{
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *s = &c->records[i];
        if (imp__says(c, s, IMP_CLAIM_CONFIG) && s->party != r->party && s < r &&
            imp__who(c, s)->device < 0 &&
            imp__same_bytes(s->claim.data, s->claim.data_n, r->claim.data, r->claim.data_n))
            return true;
    }
    return false;
}

struct imp_verdict imp__g14_config(const struct imp_case *c)
{
    size_t installed = 0;
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *r = &c->records[i];
        if (!imp__says(c, r, IMP_CLAIM_CONFIG) || imp__who(c, r)->device < 0)
            continue;
        installed++;
        if (!issued(c, r))
            return imp__broken(r->at, "%s installed a configuration that no honest owner issued",
                               imp__who(c, r)->name);
    }
    return imp__holds("%zu configurations installed, as issued", installed);
}
