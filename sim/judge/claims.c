/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "goals/goals.h"

/* ---- verdicts ----------------------------------------------------------------------------------
 */
struct imp_verdict imp__holds(const char *format, ...)
{
    struct imp_verdict v = {.value = IMP_VERDICT_HOLDS};
    va_list args;
    va_start(args, format);
    vsnprintf(v.why, sizeof v.why, format, args);
    va_end(args);
    return v;
}

struct imp_verdict imp__na(const char *format, ...)
{
    struct imp_verdict v = {.value = IMP_VERDICT_NA};
    va_list args;
    va_start(args, format);
    vsnprintf(v.why, sizeof v.why, format, args);
    va_end(args);
    return v;
}

struct imp_verdict imp__broken(imp_time at, const char *format, ...)
{
    struct imp_verdict v = {.value = IMP_VERDICT_BROKEN, .at = at};
    va_list args;
    va_start(args, format);
    vsnprintf(v.why, sizeof v.why, format, args);
    va_end(args);
    return v;
}

/* ---- claims -------------------------------------------------------------------------------------
 */
bool imp__same_bytes(const uint8_t *a, size_t a_n, const uint8_t *b, size_t b_n)
{
    return a_n == b_n && (a_n == 0 || memcmp(a, b, a_n) == 0);
}

bool imp__same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

bool imp__same_session(const struct imp_claim *a, const struct imp_claim *b)
{
    return imp__same_text(a->layer, b->layer) &&
           imp__same_bytes(a->sid, a->sid_n, b->sid, b->sid_n);
}

const struct imp_principal *imp__who(const struct imp_case *c, const struct imp_record *r)
{
    return &c->parties[r->party];
}

bool imp__honest(const struct imp_case *c, const struct imp_record *r)
{
    return imp__who(c, r)->honest;
}

bool imp__says(const struct imp_case *c, const struct imp_record *r, enum imp_claim_kind kind)
{
    return r->claim.kind == kind && imp__honest(c, r);
}

bool imp__same_device(const struct imp_record *a, const struct imp_record *b)
{
    return a->device < 0 || b->device < 0 || a->device == b->device;
}

const struct imp_record *imp__other_end(const struct imp_case *c, const struct imp_record *r)
{
    const struct imp_record *found = NULL;
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *s = &c->records[i];
        bool session = s->claim.kind == IMP_CLAIM_RUNNING || s->claim.kind == IMP_CLAIM_COMMIT;
        if (!session || s->party == r->party || !imp__same_session(&s->claim, &r->claim))
            continue;
        if (imp__honest(c, s))
            return s;
        if (!found || !imp__who(c, found)->corrupt)
            found = s;
    }
    return found;
}

bool imp__committed(const struct imp_case *c, const struct imp_record *r)
{
    if (r->claim.sid_n == 0)
        return true;
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *s = &c->records[i];
        if (s->claim.kind == IMP_CLAIM_COMMIT && s->party == r->party &&
            imp__same_session(&s->claim, &r->claim))
            return true;
    }
    return false;
}

bool imp__is_known_as(const struct imp_case *c, int party, const uint8_t *identity, size_t n)
{
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *s = &c->records[i];
        if (s->claim.kind == IMP_CLAIM_IDENTITY && s->party == party &&
            imp__same_bytes(s->claim.self, s->claim.self_n, identity, n))
            return true;
    }
    return false;
}

/* Whom the party of r believes to have in r's session; NULL when it names nobody. */
static const struct imp_claim *belief(const struct imp_case *c, const struct imp_record *r)
{
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *s = &c->records[i];
        if (s->claim.kind == IMP_CLAIM_COMMIT && s->party == r->party && s->claim.peer_n &&
            imp__same_session(&s->claim, &r->claim))
            return &s->claim;
    }
    return NULL;
}

bool imp__with_corrupt(const struct imp_case *c, const struct imp_record *r)
{
    const struct imp_record *end = r->claim.sid_n ? imp__other_end(c, r) : NULL;
    if (!end || !imp__who(c, end)->corrupt)
        return false;
    const struct imp_claim *b = belief(c, r);
    return !b || imp__is_known_as(c, end->party, b->peer, b->peer_n);
}

bool imp__secret(const struct imp_case *c, const struct imp_record *r)
{
    return imp__says(c, r, IMP_CLAIM_SECRET) && r->claim.data_n && imp__committed(c, r) &&
           !imp__with_corrupt(c, r);
}

bool imp__has_running_peer(const struct imp_case *c, const struct imp_record *r)
{
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *s = &c->records[i];
        if (imp__says(c, s, IMP_CLAIM_RUNNING) && s->party != r->party && s < r &&
            imp__same_device(s, r) && imp__same_session(&s->claim, &r->claim) &&
            imp__same_bytes(s->claim.data, s->claim.data_n, r->claim.data, r->claim.data_n))
            return true;
    }
    return false;
}
