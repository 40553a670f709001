/* SPDX-License-Identifier: GPL-2.0-only */
/* dot1x_radius.h - what both ends of RADIUS do alike, under whatever lower layer of EAP: names of
 * their tables, the secrets that they share, the rule for Message-Authenticator, claims on layer
 * "radius".
 *
 * The session identifier is the Request Authenticator. Claims are made for the first Access-Request
 * of a conversation, the first reply, and Access-Accept. */
#ifndef IMPRINT_DOT1X_RADIUS_H
#define IMPRINT_DOT1X_RADIUS_H

#include "radius.h"

#define IMP_DOT1X_RADIUS_SERVER                                                                    \
    "radius-server" /* as the authenticator's configuration names it                               \
                     */

/* Names in the tables of a mechanism with RADIUS, by which its ends find what is theirs. */
#define IMP_RADIUS_CHANNEL "backend"
#define IMP_RADIUS_TLS_CHANNEL "backend-tls"
#define IMP_RADIUS_SECRET_CELL "radius-secret"
/* Roles at the two ends of the channel: the authenticator (NAS) and the server; -1: no RADIUS. */
int imp_radius_nas_role(const struct imp_env *env);
int imp_radius_server_role(const struct imp_env *env);
/* The message of a RADIUS code, or of a packet, in the mechanism's table; -1: none. */
int imp_radius_message(const struct imp_env *env, uint8_t code);
int imp_radius_label(const struct imp_env *env, const uint8_t *packet, size_t n);

/* Gives all authenticators and the server of one universe a shared secret, or over TLS a key for
 * each pair; nothing where there is no server. */
void imp_radius_provision(struct imp_env *const *parties, size_t count);

/* The Message-Authenticator is right; or it is absent and this role's options do not require it. */
bool imp_dot1x_radius_signed(struct imp_env *env, const struct imp_radius *r, const void *secret,
                             size_t secret_n, const uint8_t request_authenticator[16]);
bool imp_dot1x_radius_has_message_authenticator(const struct imp_radius *r);

/* `key`: the 32 octets of MS-MPPE-Recv-Key in an Access-Accept, else NULL. */
void imp_dot1x_radius_running(struct imp_env *env, const uint8_t authenticator[16], uint8_t code,
                              const uint8_t *eap, size_t n, const uint8_t *key);
void imp_dot1x_radius_commit(struct imp_env *env, const uint8_t authenticator[16], uint8_t code,
                             const uint8_t *eap, size_t n, const uint8_t *key, const char *peer);

#endif
