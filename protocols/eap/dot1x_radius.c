/* SPDX-License-Identifier: GPL-2.0-only */
#include "dot1x_radius.h"

#include <string.h>

#include "../crypto/crypto.h"
#include "dot1x.h"

bool imp_dot1x_radius_has_message_authenticator(const struct imp_radius *r)
{
    size_t n;
    return imp_radius_find(r, IMP_RADIUS_MESSAGE_AUTHENTICATOR, &n) != NULL;
}

bool imp_dot1x_radius_signed(struct imp_env *env, const struct imp_radius *r, const void *secret,
                             size_t secret_n, const uint8_t request_authenticator[16])
{
    if (!imp_opt(env, IMP_DOT1X_OPT_MESSAGE_AUTHENTICATOR) &&
        !imp_dot1x_radius_has_message_authenticator(r))
        return true;
    return imp_radius_message_ok(r, env, secret, secret_n, request_authenticator);
}

static void claim(struct imp_env *env, enum imp_claim_kind kind, const uint8_t authenticator[16],
                  uint8_t code, const uint8_t *eap, size_t n, const uint8_t *key, const char *peer)
{
    uint8_t data[32];
    struct imp_piece in[] = {IMP_PIECE(&code, 1), IMP_PIECE(eap, n), IMP_PIECE(key, key ? 32 : 0)};
    imp_sha256(NULL, data, in, 3); /* belief, not protocol: charged to nobody */
    imp_claim(env, &(struct imp_claim){.kind = kind,
                                       .layer = "radius",
                                       .sid = authenticator,
                                       .sid_n = 16,
                                       .data = data,
                                       .data_n = sizeof data,
                                       .peer = (const uint8_t *)peer,
                                       .peer_n = peer ? strlen(peer) : 0});
}

void imp_dot1x_radius_running(struct imp_env *env, const uint8_t authenticator[16], uint8_t code,
                              const uint8_t *eap, size_t n, const uint8_t *key)
{
    claim(env, IMP_CLAIM_RUNNING, authenticator, code, eap, n, key, NULL);
}

void imp_dot1x_radius_commit(struct imp_env *env, const uint8_t authenticator[16], uint8_t code,
                             const uint8_t *eap, size_t n, const uint8_t *key, const char *peer)
{
    claim(env, IMP_CLAIM_COMMIT, authenticator, code, eap, n, key, peer);
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_ACCEPTED,
                                       .layer = "radius",
                                       .name = "authenticator",
                                       .data = authenticator,
                                       .data_n = 16});
}
