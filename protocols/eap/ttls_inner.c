/* SPDX-License-Identifier: GPL-2.0-only */
/* ttls_inner.c - what both ends of EAP-TTLS compute and claim. */
#include <string.h>

#include "../crypto/crypto.h"
#include "ttls.h"

const char *const ttls_inner_names[] = {[TTLS_PAP] = "pap",
                                        [TTLS_CHAP] = "chap",
                                        [TTLS_MSCHAPV2] = "mschapv2",
                                        [TTLS_EAP_MD5] = "eap-md5",
                                        NULL};
const char *const ttls_identity_names[] = {
    [TTLS_ANONYMOUS] = "anonymous", [TTLS_NAI] = "nai", NULL};

const struct etls_profile etls_eap_ttls = {
    .type = TTLS_TYPE, .material = "ttls keying material", .tunnel = true};

bool ttls_version_ok(const uint8_t *packet)
{
    return (packet[IMP_EAP_HEADER] & TTLS_VERSION_MASK) == 0;
}

/* Without a context in TLS 1.3 too, unlike the keys. */
bool ttls_challenge(const struct etls_end *e, struct ttls_challenge *out)
{
    uint8_t material[TTLS_CHALLENGE + 1];
    if (imp_tls_export(e->tls, material, sizeof material, "ttls challenge", NULL, 0) != 0)
        return false;
    memcpy(out->challenge, material, TTLS_CHALLENGE);
    out->ident = material[TTLS_CHALLENGE];
    return true;
}

void ttls_chap(struct imp_env *env, uint8_t out[TTLS_MD5], uint8_t ident, const void *password,
               size_t password_n, const void *challenge, size_t challenge_n)
{
    const struct imp_piece in[] = {{&ident, 1}, {password, password_n}, {challenge, challenge_n}};
    imp_md5(env, out, in, 3);
}

/* ---- claims */
static bool session_of(const struct etls_end *e, struct imp_eap_export *x, uint8_t params[2],
                       enum ttls_inner inner)
{
    params[0] = imp_tls_is_1_3(e->tls) ? 4 : 3;
    params[1] = (uint8_t)inner;
    return etls_export(e, x);
}

void ttls_claim_running(struct etls_end *e, enum ttls_inner inner)
{
    struct imp_eap_export x;
    uint8_t params[2];
    if (e->running || !session_of(e, &x, params, inner))
        return;
    e->running = true;
    imp_eap_claim_running(e->env, TTLS_TYPE, &x, params, sizeof params);
}

/* The password is a secret that outlives the session. */
void ttls_claim_commit(struct etls_end *e, enum ttls_inner inner, const void *password, size_t n)
{
    struct imp_eap_export x;
    uint8_t params[2];
    if (!session_of(e, &x, params, inner))
        return;
    imp_eap_claim_commit(e->env, TTLS_TYPE, &x, params, sizeof params,
                         e->other[0] ? e->other : NULL);
    imp_eap_claim_secrets(e->env, &x);
    imp_claim(e->env, &(struct imp_claim){.kind = IMP_CLAIM_SECRET,
                                          .layer = "eap",
                                          .name = "password",
                                          .sid = x.session_id,
                                          .sid_n = x.session_id_n,
                                          .data = password,
                                          .data_n = n});
}
