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

/* ---- the server's, number i */
static const struct {
    const char *secure, *plain;
} addresses[LWM_SERVERS] = {{"coaps://server:5694", "coap://server:5693"},
                            {"coaps://second:5704", "coap://second:5703"}};
enum { SHORT_ID = 101 };

static void security_of(const struct imp_env *env, struct lwm_security *s, size_t i,
                        const struct lwm_share *share)
{
    int64_t mode = imp_opt(env, LWM_OPT_S_SECURITY);
    bool secure = mode != LWM_OPT_NOSEC;
    *s = (struct lwm_security){.used = true,
                               .instance = (uint16_t)(1 + i),
                               .mode = LWM_MODE_NOSEC,
                               .short_id = (uint16_t)(SHORT_ID + i)};
    snprintf(s->uri, sizeof s->uri, "%s", secure ? addresses[i].secure : addresses[i].plain);
    if (mode == LWM_OPT_PSK)
        psk_into(s, share->identity, share->key);
    else if (secure)
        pair_into(env, s, mode, &share->pair);
}

/* What is not its default is written. */
static void registration_into(const struct imp_env *env, struct lwm_server_object *s, size_t i)
{
    static const struct {
        unsigned option;
        enum lwm_registration_resource resource;
        int64_t preset;
    } resources[] = {{LWM_OPT_DELAY, LWM_INITIAL_DELAY, 0},
                     {LWM_OPT_BLOCK, LWM_FAILURE_BLOCK, 0},
                     {LWM_OPT_BOOTSTRAP_ON_FAILURE, LWM_BOOTSTRAP_ON_FAILURE, 1},
                     {LWM_OPT_RETRY_COUNT, LWM_RETRY_COUNT, 0},
                     {LWM_OPT_RETRY_TIMER, LWM_RETRY_TIMER, 0},
                     {LWM_OPT_SEQUENCE_DELAY, LWM_SEQUENCE_DELAY, 0},
                     {LWM_OPT_SEQUENCE_COUNT, LWM_SEQUENCE_COUNT, 0}};
    int64_t order = imp_opt(env, LWM_OPT_ORDER);
    if (!lwm_has_registration_rules((enum lwm_version)imp_opt(env, LWM_OPT_VERSION)))
        return;
    if (order != LWM_OPT_UNORDERED)
        lwm_server_set(s, LWM_PRIORITY_ORDER,
                       (uint32_t)(order == LWM_OPT_ASCENDING ? i : LWM_SERVERS - 1 - i));
    for (size_t k = 0; k < sizeof resources / sizeof *resources; k++) {
        int64_t v = imp_opt(env, resources[k].option);
        if (v != resources[k].preset)
            lwm_server_set(s, resources[k].resource, (uint32_t)v);
    }
}

static void server_of(const struct imp_env *env, struct lwm_server_object *s, size_t i)
{
    *s = (struct lwm_server_object){.used = true,
                                    .instance = (uint16_t)(1 + i),
                                    .short_id = (uint16_t)(SHORT_ID + i),
                                    .lifetime = (uint32_t)imp_opt(env, LWM_OPT_LIFETIME),
                                    .disable_timeout =
                                        (uint32_t)imp_opt(env, LWM_OPT_DISABLE_TIMEOUT),
                                    .storing = true,
                                    .binding = "U"};
    registration_into(env, s, i);
}

void lwm_account(const struct imp_env *env, struct lwm_config *out, const struct lwm_entry *entry)
{
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < lwm_server_count(env); i++) {
        security_of(env, &out->security[1 + i], i, &entry->server[i]);
        server_of(env, &out->server[i], i);
    }
    out->access[0] = (struct lwm_access){
        .used = true, .object = 3, .count = 1, .entries = {{SHORT_ID, 31}}, .owner = SHORT_ID};
}

/* ---- the bootstrap server's */
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
