/* SPDX-License-Identifier: GPL-2.0-only */
/* What both ends export, claim and store. */
#include <stdio.h>
#include <string.h>

#include "noob_method.h"

void noob_export(struct imp_eap_export *out, const struct noob_keys *keys, const char *peer_id)
{
    *out = (struct imp_eap_export){.has_key = true, .session_id_n = 1 + sizeof keys->method_id};
    memcpy(out->msk, keys->msk, sizeof out->msk);
    memcpy(out->emsk, keys->emsk, sizeof out->emsk);
    /* Session-Id: Type-Code and MethodId; the Server-Id is the null string (section 3.5). */
    out->session_id[0] = NOOB_EAP_TYPE;
    memcpy(out->session_id + 1, keys->method_id, sizeof keys->method_id);
    strncpy(out->peer_id, peer_id, sizeof out->peer_id - 1);
}

void noob_claim_running(struct imp_env *env, const struct noob_keys *keys, const char *peer_id,
                        const struct noob_transcript *t)
{
    struct imp_eap_export x;
    noob_export(&x, keys, peer_id);
    imp_eap_claim_running(env, NOOB_EAP_TYPE, &x, t->bytes, t->n);
    imp_wipe(&x, sizeof x);
}

static void claim_secret(struct imp_env *env, const struct imp_eap_export *x, const char *name,
                         const uint8_t *secret, size_t n)
{
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_SECRET,
                                       .layer = "eap",
                                       .name = name,
                                       .sid = x->session_id,
                                       .sid_n = x->session_id_n,
                                       .data = secret,
                                       .data_n = n});
}

void noob_claim_settled(struct imp_env *env, const struct noob_keys *keys, const char *peer_id,
                        int version, int suite)
{
    static const char *const names[] = {"version", "suite"};
    const int values[] = {version, suite};
    struct imp_eap_export x;
    noob_export(&x, keys, peer_id);
    for (int i = 0; i < 2; i++) {
        char text[12];
        int n = snprintf(text, sizeof text, "%d", values[i]);
        imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_NEGOTIATED,
                                           .layer = "eap",
                                           .name = names[i],
                                           .sid = x.session_id,
                                           .sid_n = x.session_id_n,
                                           .data = (const uint8_t *)text,
                                           .data_n = (size_t)n});
    }
    imp_wipe(&x, sizeof x);
}

void noob_claim_owner(struct imp_env *env, const struct noob_keys *keys, const char *peer_id)
{
    struct imp_eap_export x = {.session_id_n = 0};
    if (keys)
        noob_export(&x, keys, peer_id);
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_OWNER,
                                       .layer = "eap",
                                       .self = (const uint8_t *)peer_id,
                                       .self_n = peer_id ? strlen(peer_id) : 0,
                                       .sid = x.session_id,
                                       .sid_n = x.session_id_n});
    imp_wipe(&x, sizeof x);
}

void noob_claim_oob(struct imp_env *env, const uint8_t noob[NOOB_NOOB])
{
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_ACCEPTED,
                                       .layer = "oob",
                                       .name = "Noob",
                                       .data = noob,
                                       .data_n = NOOB_NOOB});
}

void noob_claim_commit(struct imp_env *env, const struct noob_keys *keys, const char *peer_id,
                       const struct noob_transcript *t, bool new_kz, bool peer_known)
{
    struct imp_eap_export x;

    noob_export(&x, keys, peer_id);
    imp_eap_claim_commit(env, NOOB_EAP_TYPE, &x, t->bytes, t->n, peer_known ? peer_id : NULL);
    imp_eap_claim_secrets(env, &x);
    claim_secret(env, &x, "AMSK", keys->amsk, sizeof keys->amsk);
    if (new_kz)
        claim_secret(env, &x, "Kz", keys->kz, sizeof keys->kz);
    imp_wipe(&x, sizeof x);
}

void noob_alarm(struct imp_env *env, const char *why)
{
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_ALARM, .layer = "eap", .name = why});
}

void noob_store(struct imp_env *env, const char *cell, const struct noob_association *a)
{
    uint8_t bytes[NOOB_CELL_MAX];
    env->ops->cell_put(env, cell, bytes, noob_association_write(bytes, a));
    imp_wipe(bytes, sizeof bytes);
}
