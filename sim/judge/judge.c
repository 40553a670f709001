/* SPDX-License-Identifier: GPL-2.0-only */
#include "judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAME(id, text) text,

const char *imp_goal_name(enum imp_goal g)
{
    static const char *const names[] = {IMP_GOALS(NAME)};
    return names[g];
}

const char *imp_verdict_name(enum imp_verdict_value v)
{
    static const char *const names[] = {IMP_VERDICTS(NAME)};
    return names[v];
}

static struct imp_verdict verdict(enum imp_verdict_value value, const char *format, ...)
{
    struct imp_verdict v = {.value = value};
    va_list args;
    va_start(args, format);
    vsnprintf(v.why, sizeof v.why, format, args);
    va_end(args);
    return v;
}

static bool same_bytes(const uint8_t *a, size_t a_n, const uint8_t *b, size_t b_n)
{
    return a_n == b_n && (a_n == 0 || memcmp(a, b, a_n) == 0);
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/* Same layer and same session identifier. */
static bool same_session(const struct imp_claim *a, const struct imp_claim *b)
{
    return same_text(a->layer, b->layer) && same_bytes(a->sid, a->sid_n, b->sid, b->sid_n);
}

static const struct imp_principal *who(const struct imp_case *c, const struct imp_record *r)
{
    return &c->parties[r->party];
}

static bool honest_commit(const struct imp_case *c, const struct imp_record *r)
{
    return r->claim.kind == IMP_CLAIM_COMMIT && who(c, r)->honest;
}

/* Two records concern the same device, as far as both say. */
static bool same_device(const struct imp_record *a, const struct imp_record *b)
{
    return a->device < 0 || b->device < 0 || a->device == b->device;
}

/* The other end of r's session: a party other than r's that runs or committed it. Honest ends are
 * preferred, since the adversary may know the session identifier as well. */
static const struct imp_record *other_end(const struct imp_case *c, const struct imp_record *r)
{
    const struct imp_record *found = NULL;
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *s = &c->records[i];
        bool session = s->claim.kind == IMP_CLAIM_RUNNING || s->claim.kind == IMP_CLAIM_COMMIT;
        if (!session || s->party == r->party || !same_session(&s->claim, &r->claim))
            continue;
        if (who(c, s)->honest)
            return s;
        found = s;
    }
    return found;
}

static struct imp_verdict completion(const struct imp_case *c)
{
    if (!c->completed)
        return verdict(IMP_VERDICT_BROKEN, "not every honest party completed");
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *r = &c->records[i];
        if (!honest_commit(c, r))
            continue;
        const struct imp_record *end = other_end(c, r);
        if (!end || !who(c, end)->honest)
            return verdict(IMP_VERDICT_BROKEN, "%s completed without an honest peer in layer %s",
                           who(c, r)->name, r->claim.layer);
    }
    return verdict(IMP_VERDICT_HOLDS, "every honest party completed");
}

/* The party of r committed in the session to which its secret belongs (or names no session). */
static bool secret_counts(const struct imp_case *c, const struct imp_record *r)
{
    if (r->claim.sid_n == 0)
        return true;
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *s = &c->records[i];
        if (s->claim.kind == IMP_CLAIM_COMMIT && s->party == r->party &&
            same_session(&s->claim, &r->claim))
            return true;
    }
    return false;
}

static struct imp_verdict secrecy(const struct imp_case *c)
{
    size_t secrets = 0;
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *r = &c->records[i];
        if (r->claim.kind != IMP_CLAIM_SECRET || !who(c, r)->honest || r->claim.data_n == 0)
            continue;
        secrets++;
        if (!secret_counts(c, r))
            continue;
        const struct imp_fact *f = imp_knowledge_find(c->knowledge, r->claim.data, r->claim.data_n);
        if (f)
            return verdict(IMP_VERDICT_BROKEN, "%s of %s is known: %s", r->claim.name,
                           who(c, r)->name, f->source);
    }
    return verdict(IMP_VERDICT_HOLDS, "none of %zu secrets is known", secrets);
}

static bool has_running_peer(const struct imp_case *c, const struct imp_record *r)
{
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *s = &c->records[i];
        if (s->claim.kind == IMP_CLAIM_RUNNING && s->party != r->party && who(c, s)->honest &&
            s->at <= r->at && same_device(s, r) && same_session(&s->claim, &r->claim) &&
            same_bytes(s->claim.data, s->claim.data_n, r->claim.data, r->claim.data_n))
            return true;
    }
    return false;
}

static struct imp_verdict agreement(const struct imp_case *c)
{
    size_t commits = 0;
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *r = &c->records[i];
        if (!honest_commit(c, r))
            continue;
        commits++;
        if (!has_running_peer(c, r))
            return verdict(IMP_VERDICT_BROKEN,
                           "%s committed in layer %s to data that no honest peer was running",
                           who(c, r)->name, r->claim.layer);
    }
    return verdict(IMP_VERDICT_HOLDS, "%zu commits, each with a running peer", commits);
}

/* `identity` is one by which the party of record `end` calls itself. */
static bool is_known_as(const struct imp_case *c, const struct imp_record *end,
                        const uint8_t *identity, size_t n)
{
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *s = &c->records[i];
        if (s->claim.kind == IMP_CLAIM_IDENTITY && s->party == end->party &&
            same_bytes(s->claim.self, s->claim.self_n, identity, n))
            return true;
    }
    return false;
}

static struct imp_verdict binding(const struct imp_case *c)
{
    size_t commits = 0;
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *r = &c->records[i];
        if (!honest_commit(c, r))
            continue;
        commits++;
        const struct imp_record *end = other_end(c, r);
        const char *me = who(c, r)->name;
        if (!end)
            return verdict(IMP_VERDICT_BROKEN, "%s committed in layer %s with nobody", me,
                           r->claim.layer);
        if (!who(c, end)->honest)
            return verdict(IMP_VERDICT_BROKEN, "%s is bound to %s in layer %s", me,
                           who(c, end)->name, r->claim.layer);
        if (!same_device(r, end))
            return verdict(IMP_VERDICT_BROKEN, "%s is bound to another device's session", me);
        if (r->claim.peer_n && !is_known_as(c, end, r->claim.peer, r->claim.peer_n))
            return verdict(IMP_VERDICT_BROKEN, "%s believes in a peer that %s is not", me,
                           who(c, end)->name);
    }
    return verdict(IMP_VERDICT_HOLDS, "%zu commits, each with the intended peer", commits);
}

void imp_judge(struct imp_verdict out[IMP_GOAL_COUNT], const struct imp_case *c)
{
    if (c->adversary && c->adversary_acts == 0) {
        for (int g = 0; g < IMP_GOAL_COUNT; g++)
            out[g] = verdict(IMP_VERDICT_NEVER_ACTED, "the adversary never used a right");
        return;
    }
    out[IMP_GOAL_COMPLETION] = completion(c);
    out[IMP_GOAL_SECRECY] = secrecy(c);
    out[IMP_GOAL_AGREEMENT] = agreement(c);
    out[IMP_GOAL_BINDING] = binding(c);
}
