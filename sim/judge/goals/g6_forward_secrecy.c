/* SPDX-License-Identifier: GPL-2.0-only */
/* Secrecy of this run's sessions when all that honest parties keep becomes known after it. A secret
 * that is itself kept is not given away by its own copy: it must follow from the rest. */
#include <stdio.h>
#include <string.h>

#include "goals.h"

/* A party's cell as it was found, not something that was read or computed. */
static bool is_cell(const struct imp_fact *f)
{
    return f->rule < 0 && strncmp(f->source, "cell ", 5) == 0;
}

/* Does anything but its own copies in cells give it away? */
static bool follows(const struct imp_case *c, const struct imp_claim *s, char *source, size_t cap)
{
    const struct imp_fact *f = imp_knowledge_find(c->knowledge, s->data, s->data_n);
    if (f && !is_cell(f))
        snprintf(source, cap, "%s", f->source);
    return f && (!is_cell(f) ||
                 imp_knowledge_otherwise(c->knowledge, s->data, s->data_n, is_cell, source, cap));
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
        char source[240];
        if (follows(c, &r->claim, source, sizeof source))
            return imp__broken(r->at, "%s of %s becomes known: %s", r->claim.name,
                               imp__who(c, r)->name, source);
    }
    return imp__holds("none of %zu secrets follows from what is kept", secrets);
}
