/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_claims.c - what pledge and registrar claim alike. */
#include "brski.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

#define LAYER "brski"

void brski_cell(char *out, size_t cap, const char *name, const char *serial)
{
    snprintf(out, cap, "%s-%s", name, serial);
}

void brski_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name)
{
    imp_claim(env, &(struct imp_claim){.kind = kind, .layer = LAYER, .name = name});
}

void brski_claim_identity(struct imp_env *env, const void *name, size_t n)
{
    imp_claim(env, &(struct imp_claim){
                       .kind = IMP_CLAIM_IDENTITY, .layer = LAYER, .self = name, .self_n = n});
}

void brski_claim_session(struct imp_env *env, enum imp_claim_kind kind, const struct est_sid *sid,
                         const char *device, const uint8_t registrar[BRSKI_PUB])
{
    uint8_t data[32];
    bool at_pledge = env->role == BRSKI_PLEDGE;
    const struct imp_piece in[] = {
        {sid->suite, strlen(sid->suite)}, {device, strlen(device)}, {registrar, BRSKI_PUB}};
    imp_sha256(NULL, data, in, 3);
    imp_claim(env, &(struct imp_claim){.kind = kind,
                                       .layer = LAYER,
                                       .self = at_pledge ? (const uint8_t *)device : registrar,
                                       .self_n = at_pledge ? strlen(device) : BRSKI_PUB,
                                       .peer = at_pledge ? registrar : (const uint8_t *)device,
                                       .peer_n = at_pledge ? BRSKI_PUB : strlen(device),
                                       .sid = sid->sid,
                                       .sid_n = sizeof sid->sid,
                                       .data = data,
                                       .data_n = sizeof data});
    if (kind == IMP_CLAIM_COMMIT)
        imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_ACCEPTED,
                                           .layer = LAYER,
                                           .name = "session",
                                           .data = sid->sid,
                                           .data_n = sizeof sid->sid});
}

void brski_claim_enrolled(struct imp_env *env, const struct est_sid *sid, const char *device,
                          const struct imp_x509 *anchor, const struct imp_x509 *crt)
{
    uint8_t hash[32];
    bool at_registrar = env->role == BRSKI_REGISTRAR;
    const struct imp_piece in[] = {{anchor->der, anchor->n}, {crt->der, crt->n}};
    imp_sha256(NULL, hash, in, 2);
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_SECRET,
                                       .layer = LAYER,
                                       .name = "session-secret",
                                       .sid = sid->sid,
                                       .sid_n = sizeof sid->sid,
                                       .data = sid->secret,
                                       .data_n = sizeof sid->secret});
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_CONFIG,
                                       .layer = "config",
                                       .self = (const uint8_t *)device,
                                       .self_n = strlen(device),
                                       .peer = at_registrar ? (const uint8_t *)device : NULL,
                                       .peer_n = at_registrar ? strlen(device) : 0,
                                       .sid = sid->sid,
                                       .sid_n = sizeof sid->sid,
                                       .data = hash,
                                       .data_n = sizeof hash});
}

void brski_claim_owner(struct imp_env *env, const struct est_sid *sid)
{
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_OWNER,
                                       .layer = LAYER,
                                       .sid = sid ? sid->sid : NULL,
                                       .sid_n = sid ? sizeof sid->sid : 0});
}

void brski_claim_accepted(struct imp_env *env, const uint8_t *voucher, size_t n)
{
    uint8_t hash[32];
    imp_sha256(NULL, hash, &IMP_PIECE(voucher, n), 1);
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_ACCEPTED,
                                       .layer = LAYER,
                                       .name = "voucher",
                                       .data = hash,
                                       .data_n = sizeof hash});
}
