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
    est_claim_session(env, kind, LAYER, sid, device, registrar);
}

void brski_claim_enrolled(struct imp_env *env, const struct est_sid *sid, const char *device,
                          const struct imp_x509 *anchor, const struct imp_x509 *crt)
{
    est_claim_enrolled(env, LAYER, sid, device, anchor, crt);
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
