/* SPDX-License-Identifier: GPL-2.0-only */
/* dot1x_radius.h - claims on layer "radius", private to the roles of dot1x.h.
 *
 * The session identifier is the Request Authenticator. Claims are made for the first Access-Request
 * of a conversation, the first reply, and Access-Accept. */
#ifndef IMPRINT_DOT1X_RADIUS_H
#define IMPRINT_DOT1X_RADIUS_H

#include "../contract/party.h"

#define IMP_DOT1X_RADIUS_SERVER                                                                    \
    "radius-server" /* as the authenticator's configuration names it                               \
                     */

/* `key`: the 32 octets of MS-MPPE-Recv-Key in an Access-Accept, else NULL. */
void imp_dot1x_radius_running(struct imp_env *env, const uint8_t authenticator[16], uint8_t code,
                              const uint8_t *eap, size_t n, const uint8_t *key);
void imp_dot1x_radius_commit(struct imp_env *env, const uint8_t authenticator[16], uint8_t code,
                             const uint8_t *eap, size_t n, const uint8_t *key, const char *peer);

#endif
