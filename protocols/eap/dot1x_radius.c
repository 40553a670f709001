/* SPDX-License-Identifier: GPL-2.0-only */
#include "dot1x_radius.h"

#include <string.h>

#include "../crypto/crypto.h"
#include "options.h"

int imp_radius_nas_role(const struct imp_env *env)
{
    int c = imp_eap_channel(env, IMP_RADIUS_CHANNEL);
    return c < 0 ? -1 : env->mechanism->channels[c].a;
}

int imp_radius_server_role(const struct imp_env *env)
{
    int c = imp_eap_channel(env, IMP_RADIUS_CHANNEL);
    return c < 0 ? -1 : env->mechanism->channels[c].b;
}

int imp_radius_message(const struct imp_env *env, uint8_t code)
{
    static const struct {
        uint8_t code;
        const char *name;
    } names[] = {{IMP_RADIUS_REQUEST, "Access-Request"},
                 {IMP_RADIUS_ACCEPT, "Access-Accept"},
                 {IMP_RADIUS_REJECT, "Access-Reject"},
                 {IMP_RADIUS_CHALLENGE, "Access-Challenge"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].code == code)
            return imp_eap_message(env, names[i].name);
    return -1;
}

int imp_radius_label(const struct imp_env *env, const uint8_t *packet, size_t n)
{
    struct imp_radius r;
    return imp_radius_parse(&r, packet, n) == 0 ? imp_radius_message(env, r.code) : -1;
}

bool imp_dot1x_radius_has_message_authenticator(const struct imp_radius *r)
{
    size_t n;
    return imp_radius_find(r, IMP_RADIUS_MESSAGE_AUTHENTICATOR, &n) != NULL;
}

bool imp_dot1x_radius_signed(struct imp_env *env, const struct imp_radius *r, const void *secret,
                             size_t secret_n, const uint8_t request_authenticator[16])
{
    if (!imp_eap_opt(env, "message-authenticator-required", 1) &&
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
