/* SPDX-License-Identifier: GPL-2.0-only */
/* account.c - accounts of a client: those that a bootstrap server writes, and its own. */
#include <stdio.h>
#include <string.h>

#include "accounts.h"
#include "protocols/crypto/crypto.h"

static void psk_into(struct lwm_security *s, const char *identity, const uint8_t key[LWM_PSK])
{
    s->mode = LWM_MODE_PSK;
    s->identity_n = strlen(identity);
    memcpy(s->identity, identity, s->identity_n);
    s->key_n = LWM_PSK;
    memcpy(s->key, key, LWM_PSK);
}

static void pair_into(const struct imp_env *env, struct lwm_security *s, int64_t security,
                      const struct lwm_key_pair *k)
{
    s->mode = security == LWM_OPT_RPK ? LWM_MODE_RPK : LWM_MODE_CERTIFICATE;
    s->usage = imp_opt(env, LWM_OPT_USAGE) == LWM_OPT_TRUST_ANCHOR ? LWM_USAGE_TRUST_ANCHOR
                                                                   : LWM_USAGE_DOMAIN_ISSUED;
    s->identity_n = k->own_n;
    memcpy(s->identity, k->own, k->own_n);
    s->peer_n = k->peer_n;
    memcpy(s->peer, k->peer, k->peer_n);
    s->key_n = imp_p256_pkcs8_write(s->key, k->scalar, NULL);
}

void lwm_account(const struct imp_env *env, struct lwm_config *out, const struct lwm_entry *entry)
{
    int64_t mode = imp_opt(env, LWM_OPT_S_SECURITY);
    bool secure = mode != LWM_OPT_NOSEC;
    struct lwm_security *s = &out->security[1];
    memset(out, 0, sizeof *out);
    *s =
        (struct lwm_security){.used = true, .instance = 1, .mode = LWM_MODE_NOSEC, .short_id = 101};
    snprintf(s->uri, sizeof s->uri, "%s", secure ? "coaps://server:5694" : "coap://server:5693");
    if (mode == LWM_OPT_PSK)
        psk_into(s, entry->identity, entry->server_key);
    else if (secure)
        pair_into(env, s, mode, &entry->pair);
    out->server[0] = (struct lwm_server_object){
        .used = true,
        .instance = 1,
        .short_id = 101,
        .lifetime = (uint32_t)imp_opt(env, LWM_OPT_LIFETIME),
        .disable_timeout = (uint32_t)imp_opt(env, LWM_OPT_DISABLE_TIMEOUT),
        .storing = true,
        .binding = "U"};
    out->access[0] = (struct lwm_access){
        .used = true, .object = 3, .count = 1, .entries = {{101, 31}}, .owner = 101};
}

void lwm__bootstrap_account(const struct imp_env *env, struct lwm_config *c, const char *endpoint,
                            const uint8_t key[LWM_PSK], const struct lwm_key_pair *pair)
{
    int64_t mode = imp_opt(env, LWM_OPT_BS_SECURITY);
    struct lwm_security *s = &c->security[0];
    *s = (struct lwm_security){.used = true,
                               .bootstrap = true,
                               .mode = LWM_MODE_NOSEC,
                               .hold_off = (uint32_t)imp_opt(env, LWM_OPT_HOLD_OFF),
                               .timeout = (uint32_t)imp_opt(env, LWM_OPT_ACCOUNT_TIMEOUT)};
    snprintf(s->uri, sizeof s->uri, "%s",
             mode != LWM_OPT_NOSEC ? "coaps://bootstrap:5684" : "coap://bootstrap:5683");
    if (mode == LWM_OPT_PSK)
        psk_into(s, endpoint, key);
    else if (lwm_has_key_pair(mode))
        pair_into(env, s, mode, pair);
}
