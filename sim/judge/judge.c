/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "goals/goals.h"

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

static imp__goal *const goals[IMP_GOAL_COUNT] = {
    [IMP_GOAL_COMPLETION] = imp__g0_completion,
    [IMP_GOAL_SECRECY] = imp__g1_secrecy,
    [IMP_GOAL_CONSISTENCY] = imp__g2_consistency,
    [IMP_GOAL_AGREEMENT] = imp__g3_agreement,
    [IMP_GOAL_INJECTIVE] = imp__g4_injective,
    [IMP_GOAL_BINDING] = imp__g5_binding,
    [IMP_GOAL_FORWARD_SECRECY] = imp__g6_forward_secrecy,
    [IMP_GOAL_KCI] = imp__g7_kci,
    [IMP_GOAL_REPLAY] = imp__g8_replay,
    [IMP_GOAL_DOWNGRADE] = imp__g9_downgrade,
    [IMP_GOAL_RECOVERY] = imp__g10_recovery,
    [IMP_GOAL_PRIVACY] = imp__g11_privacy,
    [IMP_GOAL_EXCLUSIVITY] = imp__g12_exclusivity,
    [IMP_GOAL_REVOCATION] = imp__g13_revocation,
    [IMP_GOAL_CONFIG] = imp__g14_config,
    [IMP_GOAL_DETECTION] = imp__g15_detection,
};

/* Why the mechanism has no such goal, or NULL. */
static const char *inapplicable(const struct imp_case *c, enum imp_goal g)
{
    const struct imp_inapplicable *i = c->mechanism ? c->mechanism->inapplicable : NULL;
    size_t n = strcspn(imp_goal_name(g), "_");
    for (; i && i->goal; i++)
        if (strlen(i->goal) == n && strncmp(imp_goal_name(g), i->goal, n) == 0)
            return i->reason;
    return NULL;
}

void imp_judge(struct imp_verdict out[IMP_GOAL_COUNT], const struct imp_case *c)
{
    struct imp_case so_far = *c;
    so_far.found = out;
    memset(out, 0, IMP_GOAL_COUNT * sizeof *out);
    for (int g = 0; g < IMP_GOAL_COUNT; g++) {
        const char *reason = inapplicable(c, (enum imp_goal)g);
        if (c->adversary && c->adversary_acts == 0) {
            out[g] = imp__na("the adversary never used a right");
            out[g].value = IMP_VERDICT_NEVER_ACTED;
        } else if (reason) {
            out[g] = imp__na("%s", reason);
        } else {
            out[g] = goals[g](&so_far);
        }
    }
}
