/* SPDX-License-Identifier: GPL-2.0-only */
/* Agreement, and no running event serves two commits of one party: the replay test of
 * authentication. */
#include "goals.h"

static bool same_data(const struct imp_record *a, const struct imp_record *b)
{
    return imp__same_session(&a->claim, &b->claim) &&
           imp__same_bytes(a->claim.data, a->claim.data_n, b->claim.data, b->claim.data_n);
}

/* RUNNING events of others, and commits of r's own party up to r, in r's session and data. */
static void count(const struct imp_case *c, const struct imp_record *r, size_t *running,
                  size_t *commits)
{
    *running = *commits = 0;
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *s = &c->records[i];
        if (!imp__honest(c, s) || !same_data(s, r) || s > r)
            continue;
        *running += s->claim.kind == IMP_CLAIM_RUNNING && s->party != r->party;
        *commits += s->claim.kind == IMP_CLAIM_COMMIT && s->party == r->party;
    }
}

struct imp_verdict imp__g4_injective(const struct imp_case *c)
{
    size_t all = 0;
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *r = &c->records[i];
        size_t running, commits;
        if (!imp__says(c, r, IMP_CLAIM_COMMIT) || imp__with_corrupt(c, r))
            continue;
        all++;
        if (!imp__has_running_peer(c, r))
            return imp__broken(r->at, "%s committed in layer %s without a running honest peer",
                               imp__who(c, r)->name, r->claim.layer);
        count(c, r, &running, &commits);
        if (commits > running)
            return imp__broken(r->at, "%s committed in layer %s %zu times for %zu runs of its peer",
                               imp__who(c, r)->name, r->claim.layer, commits, running);
    }
    return imp__holds("%zu commits, each with a running event of its own", all);
}
