/* SPDX-License-Identifier: GPL-2.0-only */
/* Secrecy of this run's sessions when all that honest parties keep becomes known after it. A secret
 * that is itself kept is not given away by its own copy: it must follow from the rest. */
#include <string.h>

#include "goals.h"

/* A party's cell as it was found, not something that was read or computed. */
static bool is_cell(const struct imp_fact *f)
{
    return f->rule < 0 && strncmp(f->source, "cell ", 5) == 0;
}

/* What gives it away, or NULL. */
static const struct imp_fact *follows(const struct imp_case *c, const struct imp_claim *s)
{
    const struct imp_fact *f = imp_knowledge_find(c->knowledge, s->data, s->data_n);
    return f && is_cell(f) ? NULL : f;
}

struct imp_verdict imp__g6_forward_secrecy(const struct imp_case *c)
{
    size_t secrets = 0;
    if (!c->recorded)
        return imp__na("nobody recorded the run");
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *r = &c->records[i];
        if (!imp__secret(c, r))
            continue;
        secrets++;
        const struct imp_fact *f = follows(c, &r->claim);
        if (f)
            return imp__broken(r->at, "%s of %s becomes known: %s", r->claim.name,
                               imp__who(c, r)->name, f->source);
    }
    return imp__holds("none of %zu secrets follows from what is kept", secrets);
}
