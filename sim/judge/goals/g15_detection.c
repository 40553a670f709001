/* SPDX-License-Identifier: GPL-2.0-only */
/* When a goal of G1 to G14 is broken, an honest end raises an alarm or notes a refusal, before or
 * within a bound after it, which it would not have done undisturbed. */
#include "goals.h"

/* The first broken goal by the time at which the violation stood. */
static int first_broken(const struct imp_case *c)
{
    int first = -1;
    for (int g = IMP_GOAL_SECRECY; g < IMP_GOAL_DETECTION; g++)
        if (c->found[g].value == IMP_VERDICT_BROKEN &&
            (first < 0 || c->found[g].at < c->found[first].at))
            first = g;
    return first;
}

/* The undisturbed run has it too: it tells of no attack. */
static bool usual(const struct imp_case *c, const struct imp_record *r)
{
    for (size_t i = 0; i < c->twin_count; i++) {
        const struct imp_record *s = &c->twin[i];
        if (s->party == r->party && s->claim.kind == r->claim.kind &&
            imp__same_text(s->claim.layer, r->claim.layer) &&
            imp__same_text(s->claim.name, r->claim.name))
            return true;
    }
    return false;
}

struct imp_verdict imp__g15_detection(const struct imp_case *c)
{
    int goal = first_broken(c);
    if (goal < 0)
        return imp__na("nothing was violated");
    imp_time at = c->found[goal].at;
    imp_time by = at == IMP_NEVER ? IMP_NEVER : at + IMP_ALARM_BOUND;
    for (size_t i = 0; i < c->record_count; i++) {
        const struct imp_record *r = &c->records[i];
        if ((imp__says(c, r, IMP_CLAIM_ALARM) || imp__says(c, r, IMP_CLAIM_REJECT)) &&
            r->at <= by && !usual(c, r))
            return imp__holds("%s %s %s", imp__who(c, r)->name,
                              r->claim.kind == IMP_CLAIM_ALARM ? "raised" : "noted",
                              r->claim.name ? r->claim.name : "an alarm");
    }
    return imp__broken(at, "%s was violated and nobody noticed",
                       imp_goal_name((enum imp_goal)goal));
}
