/* SPDX-License-Identifier: GPL-2.0-only */
/* account.c - accounts of a client: those that a bootstrap server writes, and its own. */
#include <stdio.h>
#include <string.h>

#include "access.h"
#include "accounts.h"
#include "protocols/codec/text.h"
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
    s->mode = security == LWM_OPT_RPK   ? LWM_MODE_RPK
              : security == LWM_OPT_EST ? LWM_MODE_EST
                                        : LWM_MODE_CERTIFICATE;
    s->usage = imp_opt(env, LWM_OPT_USAGE) == LWM_OPT_TRUST_ANCHOR ? LWM_USAGE_TRUST_ANCHOR
                                                                   : LWM_USAGE_DOMAIN_ISSUED;
    s->has_usage = lwm_is_certificate(s->mode) &&
                   lwm_has_peer_rules((enum lwm_version)imp_opt(env, LWM_OPT_VERSION));
    s->identity_n = k->own_n;
    memcpy(s->identity, k->own, k->own_n);
    s->matching = s->usage == LWM_USAGE_TRUST_ANCHOR && s->mode != LWM_MODE_RPK
                      ? LWM_MATCH_EXACT
                      : (enum lwm_matching)imp_opt(env, LWM_OPT_MATCHING);
    s->peer_n = lwm_peer_value(NULL, s->peer, s->matching, k->peer, k->peer_n);
    if (k->own_n) /* else it will ask for its certificate */
        s->key_n = imp_p256_pkcs8_write(s->key, k->scalar, NULL);
}

/* Resource 16. */
static void suite_into(const struct imp_env *env, struct lwm_security *s)
{
    int64_t suite = imp_opt(env, LWM_OPT_CIPHERSUITE);
    bool psk = s->mode == LWM_MODE_PSK;
    s->suite_n = suite != LWM_OPT_NO_SUITE && s->mode != LWM_MODE_NOSEC;
    s->suites[0] = suite == LWM_OPT_CCM ? psk ? 0xc0a4 : 0xc0ac : psk ? 0xc0a8 : 0xc0ae;
}

/* Resources 0 and 14: the name in the address; or an address, and the name beside it. */
static void address_into(const struct imp_env *env, struct lwm_security *s, const char *name,
                         const char *literal, unsigned port, unsigned transport)
{
    bool tcp = imp_opt(env, transport) == LWM_OPT_TCP;
    bool beside = imp_opt(env, LWM_OPT_SERVER_NAME) && s->mode != LWM_MODE_NOSEC;
    snprintf(s->uri, sizeof s->uri, "%s%s://%s:%u", s->mode == LWM_MODE_NOSEC ? "coap" : "coaps",
             tcp ? "+tcp" : "", beside ? literal : name,
             s->mode == LWM_MODE_NOSEC ? port - 1 : port);
    if (beside)
        snprintf(s->sni, sizeof s->sni, "%s", name);
}

/* ---- object 21 */
static void oscore_into(const struct imp_env *env, struct lwm_oscore_object *o,
                        const uint8_t key[LWM_PSK], const char kid[2 * LWM_KID])
{
    static const int32_t aeads[] = {LWM_AEAD, 1, 24}; /* as the option lists them */
    *o = (struct lwm_oscore_object){.used = true,
                                    .secret_n = LWM_PSK,
                                    .sender_n = LWM_KID,
                                    .recipient_n = 1, /* 00, of every server */
                                    .aead = aeads[imp_opt(env, LWM_OPT_AEAD)],
                                    .hmac = LWM_HMAC};
    memcpy(o->secret, key, LWM_PSK);
    imp_hex_decode(o->sender, LWM_KID, kid, 2 * LWM_KID);
}

void lwm_bootstrap_oscore(const struct imp_env *env, struct lwm_oscore_object *out,
                          const char *endpoint, const uint8_t key[LWM_PSK])
{
    oscore_into(env, out, key, endpoint + strlen(LWM_ENDPOINT_PREFIX));
}

void lwm_server_oscore(const struct imp_env *env, struct lwm_oscore_object *out,
                       const char identity[LWM_IDENTITY + 1], const uint8_t key[LWM_PSK])
{
    oscore_into(env, out, key, identity);
    out->salt_n = LWM_SALT;
    imp_hex_decode(out->salt, LWM_SALT, identity, LWM_IDENTITY);
}

/* Resource 17, and what it links to: the instance of the account's number. */
static void linked(struct lwm_security *s, struct lwm_oscore_object *o)
{
    s->has_oscore = true;
    s->oscore = o->instance = s->instance;
}

/* ---- the server's, number i */
static const struct {
    const char *name, *literal; /* RFC 3849: addresses for documentation */
    unsigned port;
} addresses[LWM_SERVERS] = {{"server", "[2001:db8::2]", 5694}, {"second", "[2001:db8::3]", 5704}};
enum { SHORT_ID = 101 };

static void security_of(const struct imp_env *env, struct lwm_security *s, size_t i,
                        const struct lwm_share *share)
{
    int64_t mode = imp_opt(env, LWM_OPT_S_SECURITY);
    *s = (struct lwm_security){.used = true,
                               .instance = (uint16_t)(1 + i),
                               .mode = LWM_MODE_NOSEC,
                               .short_id = (uint16_t)(SHORT_ID + i)};
    if (mode == LWM_OPT_PSK)
        psk_into(s, share->identity, share->key);
    else if (lwm_has_key_pair(mode))
        pair_into(env, s, mode, &share->pair);
    address_into(env, s, addresses[i].name, addresses[i].literal, addresses[i].port,
                 LWM_OPT_S_TRANSPORT);
    suite_into(env, s);
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
                                    .storing = true};
    bool queue = imp_opt(env, LWM_OPT_QUEUE) &&
                 !lwm_has_queue_parameter((enum lwm_version)imp_opt(env, LWM_OPT_VERSION));
    snprintf(s->binding, sizeof s->binding, "%s",
             imp_opt(env, LWM_OPT_S_TRANSPORT) == LWM_OPT_TCP ? "T"
             : queue                                          ? "UQ"
                                                              : "U");
    registration_into(env, s, i);
}

/* The first server owns the device; of several each its own Server instance, and the others may
 * read what is the first's. */
static void access_of(struct lwm_config *c, size_t servers)
{
    c->access[0] = (struct lwm_access){.used = true,
                                       .object = 3,
                                       .count = servers,
                                       .entries = {{SHORT_ID, 31}, {SHORT_ID + 1, LWM_MAY_READ}},
                                       .owner = SHORT_ID};
    for (size_t i = 0; i < servers && servers > 1; i++)
        c->access[1 + i] = (struct lwm_access){.used = true,
                                               .instance = (uint16_t)(1 + i),
                                               .object = LWM_SERVER,
                                               .object_instance = (uint16_t)(1 + i),
                                               .owner = (uint16_t)(SHORT_ID + i)};
}

void lwm_account(const struct imp_env *env, struct lwm_config *out, const struct lwm_entry *entry)
{
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < lwm_server_count(env); i++) {
        security_of(env, &out->security[1 + i], i, &entry->server[i]);
        server_of(env, &out->server[i], i);
        if (imp_opt(env, LWM_OPT_S_SECURITY) != LWM_OPT_OSCORE)
            continue;
        lwm_server_oscore(env, &out->oscore[1 + i], entry->server[i].identity,
                          entry->server[i].key);
        linked(&out->security[1 + i], &out->oscore[1 + i]);
    }
    access_of(out, lwm_server_count(env));
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
    if (mode == LWM_OPT_PSK)
        psk_into(s, endpoint, key);
    else if (lwm_has_key_pair(mode))
        pair_into(env, s, mode, pair);
    if (mode == LWM_OPT_OSCORE) {
        lwm_bootstrap_oscore(env, &c->oscore[0], endpoint, key);
        linked(s, &c->oscore[0]);
    }
    address_into(env, s, "bootstrap", "[2001:db8::1]", 5684, LWM_OPT_BS_TRANSPORT);
    suite_into(env, s);
}
