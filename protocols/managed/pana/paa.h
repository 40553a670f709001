/* SPDX-License-Identifier: GPL-2.0-only */
/* paa.h - what the files of the PANA agent share. */
#ifndef IMPRINT_PANA_PAA_H
#define IMPRINT_PANA_PAA_H

#include "pana.h"

enum { PANA_PAA_TIMERS = 32 }; /* a session's index modulo this is its timer */

struct imp_env *pana_paa_env_of(const struct pana_session *s);
void pana_paa_rest(struct pana_session *s, enum pana_paa_state state);
size_t pana_paa_finish(struct pana_session *s, struct pana_writer *w);
/* To that PaC, behind that relay (n = 0: none). */
void pana_paa_send(struct imp_env *env, const struct imp_addr *pac, const struct imp_addr *relay,
                   int label, const uint8_t *message, size_t n);
void pana_paa_emit(struct pana_session *s, int label, const uint8_t *message, size_t n);
void pana_paa_transmit(struct pana_session *s);
void pana_paa_request(struct pana_session *s, int label, size_t n, enum pana_paa_state await);
void pana_paa_open_request(struct pana_session *s, struct pana_writer *w, unsigned flags,
                           unsigned type);
extern const struct imp_aaa_layer pana_paa_aaa;
void pana_paa_session_timer(struct pana_paa *p, size_t id);
void pana_paa_renew(struct pana_session *s);
void pana_paa_start_answer(struct pana_session *s, const struct pana_message *m,
                           const uint8_t *bytes, size_t n);
void pana_paa_eap_answer(struct pana_session *s, const struct pana_message *m, const uint8_t *bytes,
                         size_t n);
/* What the exchange needs that the PaC's answer to that start begins; the start is s->request. */
void pana_paa_prepare(struct pana_session *s, uint32_t session, uint32_t sequence);
/* Header and algorithms of PAR with the S bit. */
void pana_paa_write_start(struct imp_env *env, struct pana_writer *w, uint8_t *p, uint32_t session,
                          uint32_t sequence);
/* A PAR of the PaC: its EAP response, or a duplicate. */
void pana_paa_response(struct pana_session *s, const struct pana_message *m, const uint8_t *bytes,
                       size_t n);
void pana_paa_result_answer(struct pana_session *s, const uint8_t *bytes, size_t n);
void pana_paa_refusal_answer(struct pana_session *s, const uint8_t *bytes, size_t n);
void pana_paa_initiation(struct pana_session *s);
/* What else there is with that PaC is over. */
void pana_paa_supersede(const struct pana_session *by);
void pana_paa_bluff(struct pana_session *s);
void pana_paa_forge(struct pana_paa *p, const struct imp_addr *pac, const struct imp_addr *relay,
                    const uint8_t *bytes, size_t n);
void pana_paa_ping_later(struct pana_session *s);
void pana_paa_ping_answer(struct pana_session *s, const uint8_t *bytes, size_t n);
void pana_paa_termination_answer(struct pana_session *s, const uint8_t *bytes, size_t n);
void pana_paa_notification(struct pana_session *s, const struct pana_message *m,
                           const uint8_t *bytes, size_t n);
void pana_paa_departure(struct pana_session *s, const struct pana_message *m, const uint8_t *bytes,
                        size_t n);
/* ---- paa_start.c */
bool pana_paa_is_stateless(const struct pana_paa *p);
/* Answers a PCI, and keeps nothing of it. */
void pana_paa_offer(struct pana_paa *p, const struct imp_addr *pac, const struct imp_addr *relay);
/* Whether it answers such an offer. */
bool pana_paa_is_taken_up(struct pana_paa *p, const struct imp_addr *pac,
                          const struct imp_addr *relay, const struct pana_message *m);
/* ---- paa_keys.c */
void pana_paa_make_keys(struct imp_env *env);
void pana_paa_put_key(struct pana_session *s, struct pana_writer *w);
bool pana_paa_key_is_old(const struct pana_session *s);
void pana_paa_renew_key(struct pana_session *s, struct pana_writer *w);
void pana_paa_key_taken(struct pana_session *s);
void pana_paa_exclude(struct pana_paa *p, const char *peer_id);
void pana_paa_go_on(struct pana_session *s);
/* ---- paa_places.c: notes where a PaC is that is let in, and raises an alarm if elsewhere too */
void pana_paa_place(struct pana_session *s);
/* ---- paa_session.c */
/* The open session whose PaC speaks from another address, with AUTH and a new number (section 5.6):
 * it is there from now on. NULL: none. */
struct pana_session *pana_paa_moved(struct pana_paa *p, const struct imp_addr *pac,
                                    const struct imp_addr *relay, const struct pana_message *m,
                                    const uint8_t *bytes, size_t n);
imp_time pana_paa_deadline(const struct pana_session *s);
void pana_paa_expire(struct pana_session *s);
void pana_paa_terminate(struct pana_paa *p, const uint8_t *peer_id, size_t n);

#endif
