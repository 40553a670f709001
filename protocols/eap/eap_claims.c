/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>
#include <string.h>

#include "../crypto/crypto.h"
#include "method.h"

static const char LAYER[] = "eap";

void imp_eap_length(struct imp_eap_io *io, size_t n)
{
    io->out_n = n;
    io->out[2] = (uint8_t)(n >> 8);
    io->out[3] = (uint8_t)n;
}

/* What both ends must agree on; each text with its terminating NUL, so that fields cannot shift. */
static void agreed(uint8_t out[32], uint8_t type, const struct imp_eap_export *x,
                   const void *params, size_t params_n)
{
    struct imp_piece in[] = {IMP_PIECE(&type, 1), IMP_PIECE(x->peer_id, strlen(x->peer_id) + 1),
                             IMP_PIECE(x->server_id, strlen(x->server_id) + 1),
                             IMP_PIECE(x->msk, x->has_key ? sizeof x->msk : 0),
                             IMP_PIECE(params, params_n)};
    imp_sha256(NULL, out, in, 5); /* belief, not protocol: charged to nobody */
}

void imp_eap_claim_running(struct imp_env *env, uint8_t type, const struct imp_eap_export *x,
                           const void *params, size_t params_n)
{
    uint8_t data[32];
    agreed(data, type, x, params, params_n);
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_RUNNING,
                                       .layer = LAYER,
                                       .sid = x->session_id,
                                       .sid_n = x->session_id_n,
                                       .data = data,
                                       .data_n = sizeof data});
}

/* What EAP settled on, and that this session was not there before. */
static void claim_fresh(struct imp_env *env, uint8_t type, const struct imp_eap_export *x)
{
    char method[4];
    int n = snprintf(method, sizeof method, "%u", type);
    struct imp_claim c = {.kind = IMP_CLAIM_NEGOTIATED,
                          .layer = LAYER,
                          .name = "method",
                          .sid = x->session_id,
                          .sid_n = x->session_id_n,
                          .data = (const uint8_t *)method,
                          .data_n = (size_t)n};
    imp_claim(env, &c);
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_ACCEPTED,
                                       .layer = LAYER,
                                       .name = "nonces",
                                       .data = x->session_id,
                                       .data_n = x->session_id_n});
}

void imp_eap_claim_commit(struct imp_env *env, uint8_t type, const struct imp_eap_export *x,
                          const void *params, size_t params_n, const char *peer)
{
    uint8_t data[32];
    agreed(data, type, x, params, params_n);
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_COMMIT,
                                       .layer = LAYER,
                                       .sid = x->session_id,
                                       .sid_n = x->session_id_n,
                                       .data = data,
                                       .data_n = sizeof data,
                                       .peer = (const uint8_t *)peer,
                                       .peer_n = peer ? strlen(peer) : 0});
    claim_fresh(env, type, x);
}

void imp_eap_claim_secrets(struct imp_env *env, const struct imp_eap_export *x)
{
    struct imp_claim c = {.kind = IMP_CLAIM_SECRET,
                          .layer = LAYER,
                          .name = "MSK",
                          .sid = x->session_id,
                          .sid_n = x->session_id_n,
                          .data = x->msk,
                          .data_n = sizeof x->msk};
    if (!x->has_key)
        return;
    imp_claim(env, &c);
    c.name = "EMSK";
    c.data = x->emsk;
    imp_claim(env, &c);
}

void imp_eap_claim_identity(struct imp_env *env, const char *self)
{
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_IDENTITY,
                                       .layer = LAYER,
                                       .self = (const uint8_t *)self,
                                       .self_n = strlen(self)});
}

void imp_eap_claim_reject(struct imp_env *env, const char *why)
{
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_REJECT, .layer = LAYER, .name = why});
}
