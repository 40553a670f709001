/* SPDX-License-Identifier: GPL-2.0-only */
/* noob_server.h - between the server's files. */
#ifndef IMPRINT_NOOB_SERVER_H
#define IMPRINT_NOOB_SERVER_H

#include "noob_method.h"

/* Answers one response. */
typedef enum imp_eap_server_verdict noob_server_step(struct noob_session *s, struct noob_server *db,
                                                     struct imp_eap_io *io,
                                                     const struct noob_message *m);
noob_server_step noob_reconnect_parameters, noob_reconnect_keys, noob_reconnect_mac;
enum imp_eap_server_verdict noob_begin_reconnect(struct noob_session *s, struct imp_eap_io *io);

/* Table 14: which exchange follows the common handshake. `peer` is 0..3. */
enum noob_exchange noob_choose_exchange(enum noob_state server, enum noob_state peer);

/* Begins a request, sends it, or an error notification in its place. */
void noob_request(struct noob_writer *w, struct imp_eap_io *io, enum noob_type type);
enum imp_eap_server_verdict noob_send(struct noob_session *s, struct imp_eap_io *io,
                                      struct noob_writer *w, enum noob_type type);
enum imp_eap_server_verdict noob_refuse(struct noob_session *s, struct imp_eap_io *io, int error);
/* Version and suite in the response are among those offered. */
bool noob_offered(const struct imp_env *env, const struct noob_message *m);
/* Shows the user a server-to-peer message of that association. */
void noob_show(struct noob_record *record, struct imp_env *env, imp_time now);

#endif
