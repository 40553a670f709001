/* SPDX-License-Identifier: GPL-2.0-only */
/* goals.h - one function a goal, and the questions about claims that several of them ask. */
#ifndef IMPRINT_JUDGE_GOALS_H
#define IMPRINT_JUDGE_GOALS_H

#include "sim/judge/judge.h"

typedef struct imp_verdict imp__goal(const struct imp_case *c);
imp__goal imp__g0_completion, imp__g1_secrecy, imp__g2_consistency, imp__g3_agreement,
    imp__g4_injective, imp__g5_binding, imp__g6_forward_secrecy, imp__g7_kci, imp__g8_replay,
    imp__g9_downgrade, imp__g10_recovery, imp__g11_privacy, imp__g12_exclusivity,
    imp__g13_revocation, imp__g14_config, imp__g15_detection;

/* ---- verdicts ----------------------------------------------------------------------------------
 */
__attribute__((format(printf, 1, 2))) struct imp_verdict imp__holds(const char *format, ...);
__attribute__((format(printf, 1, 2))) struct imp_verdict imp__na(const char *format, ...);
__attribute__((format(printf, 2, 3))) struct imp_verdict imp__broken(imp_time at,
                                                                     const char *format, ...);

/* ---- claims -------------------------------------------------------------------------------------
 */
bool imp__same_bytes(const uint8_t *a, size_t a_n, const uint8_t *b, size_t b_n);
bool imp__same_text(const char *a, const char *b);                            /* NULL is "" */
bool imp__same_session(const struct imp_claim *a, const struct imp_claim *b); /* layer and sid */
const struct imp_principal *imp__who(const struct imp_case *c, const struct imp_record *r);
bool imp__honest(const struct imp_case *c, const struct imp_record *r);
/* An honest party's claim of that kind. */
bool imp__says(const struct imp_case *c, const struct imp_record *r, enum imp_claim_kind kind);
/* Two records concern the same device, as far as both say. */
bool imp__same_device(const struct imp_record *a, const struct imp_record *b);
/* The other end of r's session: a party other than r's that runs or committed it, an honest one
 * before a corrupt one before the adversary's, since the latter may know the session's identifier
 * as well. NULL: nobody. */
const struct imp_record *imp__other_end(const struct imp_case *c, const struct imp_record *r);
/* The party of r committed in the session to which r belongs, or r names no session. */
bool imp__committed(const struct imp_case *c, const struct imp_record *r);
/* `identity` is one by which the party calls itself. */
bool imp__is_known_as(const struct imp_case *c, int party, const uint8_t *identity, size_t n);
/* r's session is with a corrupt party under that party's own name: r's end knows whom it deals
 * with, and what the adversary learns there it may know. */
bool imp__with_corrupt(const struct imp_case *c, const struct imp_record *r);
/* An honest party's claim of a secret that counts: of a session in which it committed, with nobody
 * corrupt. */
bool imp__secret(const struct imp_case *c, const struct imp_record *r);
/* r has an earlier RUNNING of another honest party in the same session with the same data. */
bool imp__has_running_peer(const struct imp_case *c, const struct imp_record *r);

#endif
