/* SPDX-License-Identifier: GPL-2.0-only */
/* dot1x_radius.h - what both ends of RADIUS do alike: the rule for Message-Authenticator, and
 * claims on layer "radius". Private to the roles of dot1x.h.
 *
 * The session identifier is the Request Authenticator. Claims are made for the first Access-Request
 * of a conversation, the first reply, and Access-Accept. */
#ifndef IMPRINT_DOT1X_RADIUS_H
#define IMPRINT_DOT1X_RADIUS_H

#include "radius.h"

#define IMP_DOT1X_RADIUS_SERVER                                                                    \
    "radius-server" /* as the authenticator's configuration names it                               \
                     */

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
