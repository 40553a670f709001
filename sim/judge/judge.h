/* SPDX-License-Identifier: GPL-2.0-only */
/* judge.h - verdicts on security goals, computed from claims, knowledge and the true ledger.
 *
 * The judge never sees a mechanism's state. What each goal means, exactly: docs/metrics.md. */
#ifndef IMPRINT_JUDGE_H
#define IMPRINT_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "knowledge.h"
#include "protocols/contract/mechanism.h"

#define IMP_GOALS(X)                                                                               \
    X(COMPLETION, "g0_completion")   /* every honest party completed, in sessions that match */    \
    X(SECRECY, "g1_secrecy")         /* no secret of an honest session is known */                 \
    X(CONSISTENCY, "g2_consistency") /* two honest ends of a session hold equal keys */            \
    X(AGREEMENT, "g3_agreement")     /* each commit has a running honest peer, same data */        \
    X(INJECTIVE, "g4_injective")     /* and at most one commit for each running event */           \
    X(BINDING, "g5_binding")         /* each commit is with the party believed and intended */     \
    X(FORWARD_SECRECY, "g6_forward_secrecy") /* secrecy when long-term keys leak afterwards */     \
    X(KCI, "g7_kci")                  /* who has lost its own key is not deceived about others */  \
    X(REPLAY, "g8_replay")            /* nothing fresh is accepted twice */                        \
    X(DOWNGRADE, "g9_downgrade")      /* negotiated as if nobody had interfered */                 \
    X(RECOVERY, "g10_recovery")       /* denial of service ends with the adversary */              \
    X(PRIVACY, "g11_privacy")         /* no static identifier in what the adversary reads */       \
    X(EXCLUSIVITY, "g12_exclusivity") /* the device obeys its true owner and nobody else */        \
    X(REVOCATION, "g13_revocation")   /* nothing of the former life is left or accepted */         \
    X(CONFIG, "g14_config")           /* the installed configuration is the true owner's */        \
    X(DETECTION, "g15_detection")     /* a violation raises an alarm in time */
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
    imp_time at;   /* when the violation stood, for BROKEN */
};

/* A claim with who said it. The strings inside must outlive the record. */
struct imp_record {
    int party;  /* index into parties */
    int device; /* device whose bootstrapping caused it, or -1 */
    imp_time at;  /* the processor's time: later than messages of the same event that cost less */
    size_t order; /* number of the claim in the run: what was said before what */
    struct imp_claim claim;
};

/* The ledger's entry of a party: who is who in truth. */
struct imp_principal {
    const char *name;
    bool honest;   /* follows its role; false: the adversary's own, or corrupted by it */
    int device;    /* its own device number, or -1 for shared roles */
    bool corrupt;  /* a genuine party with the adversary at its controls; then not honest */
    bool revealed; /* honest, and the adversary has its long-term keys by right */
};

/* The ledger's entry of ownership: who is the device's owner in truth. */
struct imp_owner {
    int device;
    int party;
    imp_time from, until; /* until: exclusive, or IMP_NEVER */
};

/* A sale, a reset or a revocation. */
struct imp_transfer {
    int device;
    imp_time at;
    const char *word; /* "reset", "revoke", ... */
    bool revoked;     /* the device is struck off at party `by`; false: it changes its owner */
    int by;           /* party at which it happened */
    const struct imp_fact *storage; /* of the device once it had done what the event asks */
    size_t storage_count;
};

/* A user acted: the message or press came from that physical device, meant for that party. */
struct imp_intent {
    int device;
    int party;
    imp_time at;
};

/* The adversary withdrew, and the run was watched after that. */
struct imp_recovery {
    bool observed;
    imp_time from;      /* when it withdrew */
    imp_time bound;     /* how long recovery may take, and was watched */
    bool completed;     /* every required honest party completed for the device by then ... */
    imp_time at;        /* ... at this time */
    unsigned acts;      /* of the user after the withdrawal ... */
    unsigned acts_owed; /* ... of which so many were still to be done without any adversary */
};

/* What the adversary read: payloads of one device's bootstrapping. */
struct imp_view {
    const struct imp_fact *unit;
    size_t count;
};
struct imp_worlds {
    struct imp_view here;         /* this run */
    const struct imp_view *again; /* the same device in other sessions */
    const struct imp_view *other; /* another device in its place, in the same sessions */
    size_t count;                 /* of sessions, of `again` and `other` each */
};
/* G11: the longest stretch of octets whose every run of IMP_WINDOW_OCTETS occurs in this run and in
 * each session of the same device, and in none of another device's. Returns its length, or 0. */
size_t imp_worlds_telling(const struct imp_worlds *w, const uint8_t **at);

struct imp_case {
    /* ---- the run */
    const struct imp_mechanism *mechanism; /* for the goals that it declares not to have; or NULL */
    const struct imp_principal *parties;
    size_t party_count;
    const struct imp_record *records; /* in the order in which they were said */
    size_t record_count;
    const struct imp_knowledge *knowledge; /* closed */
    bool completed;        /* every required honest party completed for every device */
    bool adversary;        /* an adversary was present ... */
    size_t adversary_acts; /* ... and this is how often it used a right */
    /* ---- G5, G12, G13: the ledger */
    const struct imp_owner *owners;
    size_t owner_count;
    const struct imp_transfer *transfers;
    size_t transfer_count;
    const struct imp_intent *intents;
    size_t intent_count;
    /* ---- G1, G6: the facts before `learnt` were known in the run. Behind them stands what follows
     * when every honest party's cells leak: first without the secrets in them, so that what follows
     * from the rest is told apart from their copies, then whole. */
    size_t learnt;
    bool recorded; /* the adversary read, and what follows from cells is there */
    /* ---- G9, G15: what was negotiated, alarms and refusals of the same plan and seed without the
     * adversary */
    const struct imp_record *twin; /* NULL: none */
    size_t twin_count;
    /* ---- G10 */
    struct imp_recovery recovery;
    const struct imp_record *recovery_records; /* all of the run and of the time after it */
    size_t recovery_count;
    /* ---- G11: NULL: nothing was compared */
    const struct imp_worlds *worlds;
    /* ---- G15: filled by imp_judge: the verdicts on the goals before it */
    const struct imp_verdict *found;
};

void imp_judge(struct imp_verdict out[IMP_GOAL_COUNT], const struct imp_case *c);

#define IMP_WINDOW_OCTETS 6              /* G11: shortest identifier that counts */
#define IMP_ALARM_BOUND (60 * IMP_S)     /* G15: how soon an alarm must follow */
#define IMP_RECOVERY_BOUND (300 * IMP_S) /* G10, unless the mechanism declares its own */

#endif
