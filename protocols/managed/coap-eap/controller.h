/* SPDX-License-Identifier: GPL-2.0-only */
/* controller.h - what the files of the controller share. */
#ifndef IMPRINT_CEAP_CONTROLLER_H
#define IMPRINT_CEAP_CONTROLLER_H

#include "coap_eap.h"

/* ---- controller_sessions.c */
/* `target`: of a peer behind a proxy at that address; NULL: of the peer itself. */
struct ceap_session *ceap_session_at(struct ceap_controller *c, const struct imp_addr *addr,
                                     const struct imp_addr *target);
void ceap_session_timer(struct ceap_controller *c, size_t session);

/* ---- controller_start.c: nothing, unless the controller begins */
void ceap_start(struct ceap_controller *c);
void ceap_start_again(struct ceap_session *s); /* later */
void ceap_start_expire(struct ceap_session *s);

/* ---- controller.c */
/* EAP-Request/Identity to the resource s->path; what was under way is forgotten. */
void ceap_session_begin(struct ceap_session *s);
/* Drops the conversation; a session that is open goes on. */
void ceap_session_end(struct ceap_session *s);
void ceap_session_refused(struct ceap_session *s, const char *why);
/* Deletes the context of the open session, here and at the peer. */
void ceap_session_delete(struct ceap_session *s);
/* What the EAP server says. `export` is what comes of an ACCEPT of an AAA server; NULL: the server
 * is here and tells it. */
void ceap_session_proceed(struct ceap_session *s, enum imp_eap_server_out out,
                          const uint8_t *packet, size_t n, const struct imp_eap_export *export);
void ceap_session_done(void *arg, int label, enum imp_coap_outcome outcome,
                       const struct imp_coap_message *m, imp_time now);
void ceap_session_serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                        imp_time now);

/* ---- controller_places.c: notes where a peer is that is let in, and raises an alarm if it is
 * elsewhere too */
void ceap_session_place(struct ceap_session *s);

/* ---- controller_aaa.c */
extern const struct imp_aaa_layer ceap_controller_aaa;
/* Hands the peer's response to the AAA server. */
void ceap_session_pass(struct ceap_session *s, const uint8_t *packet, size_t n);

#endif
