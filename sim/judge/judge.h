/* SPDX-License-Identifier: GPL-2.0-only */
/* judge.h - verdicts on security goals, computed from claims, knowledge and the true ledger.
 *
 * The judge never sees a mechanism's state. Goals follow the adversary model (docs/adversary.md).
 */
#ifndef IMPRINT_JUDGE_H
#define IMPRINT_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "protocols/contract/party.h"
#include "knowledge.h"

#define IMP_GOALS(X)                                                                               \
    X(COMPLETION, "g0_completion") /* every honest party completed, in sessions that match */      \
    X(SECRECY, "g1_secrecy")       /* no secret of an honest session is known to the adversary */  \
    X(AGREEMENT, "g3_agreement")   /* each commit has a running honest peer with the same data */  \
    X(BINDING, "g5_binding")       /* each commit is with the party believed and intended */
#define IMP_ENUM_GOAL(id, text) IMP_GOAL_##id,
enum imp_goal { IMP_GOALS(IMP_ENUM_GOAL) IMP_GOAL_COUNT };
const char *imp_goal_name(enum imp_goal g);

#define IMP_VERDICTS(X)                                                                            \
    X(HOLDS, "holds")                                                                              \
    X(BROKEN, "broken")                                                                            \
    X(NA, "na")                                                                                    \
    X(NEVER_ACTED, "never-acted") /* an adversary that did nothing: a failed experiment */
#define IMP_ENUM_VERDICT(id, text) IMP_VERDICT_##id,
enum imp_verdict_value { IMP_VERDICTS(IMP_ENUM_VERDICT) IMP_VERDICT_COUNT };
const char *imp_verdict_name(enum imp_verdict_value v);

struct imp_verdict {
    enum imp_verdict_value value;
    char why[160]; /* the claim, secret or party that shows it */
};

/* A claim with who said it. The strings inside must outlive the record. */
struct imp_record {
    int party;  /* index into parties */
    int device; /* device whose bootstrapping caused it, or -1 */
    imp_time at;
    size_t order; /* number of the claim in the run: ties in time are told apart */
    struct imp_claim claim;
};

/* The ledger's entry of a party: who is who in truth. */
struct imp_principal {
    const char *name;
    bool honest;
    int device; /* its own device number, or -1 for shared roles */
};

struct imp_case {
    const struct imp_principal *parties;
    size_t party_count;
    const struct imp_record *records; /* in the order of time */
    size_t record_count;
    const struct imp_knowledge *knowledge;
    bool completed;        /* every required honest party completed for every device */
    bool adversary;        /* an adversary was present ... */
    size_t adversary_acts; /* ... and this is how often it used a right */
};

void imp_judge(struct imp_verdict out[IMP_GOAL_COUNT], const struct imp_case *c);

#endif
