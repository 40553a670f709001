/* SPDX-License-Identifier: GPL-2.0-only */
/* account.c - keys and accounts before the first power-on, their storage, and claims. */
#include <stdio.h>
#include <string.h>

#include "lwm2m.h"
#include "protocols/codec/text.h"
#include "protocols/crypto/crypto.h"

/* The key of a maker that gives all devices of a model the same. */
static const uint8_t model_key[LWM_PSK] = "lwm2m model key";
static const char *const names[] = {"", "bootstrap-server", "lwm2m-server"};

/* ---- entries of the servers, one cell each */
enum { ENTRY = LWM_PSK + LWM_IDENTITY + LWM_PSK, CREDENTIAL = LWM_PSK + 1 + LWM_ENDPOINT };

static void cell_name(char out[LWM_NAME_MAX + 8], const char *kind, const char *name)
{
    snprintf(out, LWM_NAME_MAX + 8, "%s-%.*s", kind, LWM_NAME_MAX, name);
}

static void entry_put(struct imp_env *env, const char *endpoint, const struct lwm_entry *e)
{
    char name[LWM_NAME_MAX + 8];
    uint8_t cell[ENTRY];
    memcpy(cell, e->key, LWM_PSK);
    memcpy(cell + LWM_PSK, e->identity, LWM_IDENTITY);
    memcpy(cell + LWM_PSK + LWM_IDENTITY, e->server_key, LWM_PSK);
    cell_name(name, "ep", endpoint);
    env->ops->cell_put(env, name, cell, sizeof cell);
}

/* An adversary without an entry tries what the maker may have given to all. */
bool lwm_entry_find(struct imp_env *env, const char *endpoint, struct lwm_entry *out)
{
    char name[LWM_NAME_MAX + 8];
    uint8_t cell[ENTRY];
    *out = (struct lwm_entry){.identity = "model"};
    cell_name(name, "ep", endpoint);
    if (env->ops->cell_get(env, name, cell, sizeof cell) != ENTRY) {
        memcpy(out->key, model_key, LWM_PSK);
        memcpy(out->server_key, model_key, LWM_PSK);
        return env->adversary;
    }
    memcpy(out->key, cell, LWM_PSK);
    memcpy(out->identity, cell + LWM_PSK, LWM_IDENTITY);
    out->identity[LWM_IDENTITY] = '\0';
    memcpy(out->server_key, cell + LWM_PSK + LWM_IDENTITY, LWM_PSK);
    return true;
}

static void credential_put(struct imp_env *env, const char *identity,
                           const struct lwm_credential *c)
{
    char name[LWM_NAME_MAX + 8];
    uint8_t cell[CREDENTIAL];
    memcpy(cell, c->key, LWM_PSK);
    cell[LWM_PSK] = c->trigger;
    memcpy(cell + LWM_PSK + 1, c->endpoint, LWM_ENDPOINT);
    cell_name(name, "id", identity);
    env->ops->cell_put(env, name, cell, sizeof cell);
}

bool lwm_credential_find(struct imp_env *env, const char *identity, struct lwm_credential *out)
{
    char name[LWM_NAME_MAX + 8];
    uint8_t cell[CREDENTIAL];
    *out = (struct lwm_credential){.trigger = false};
    cell_name(name, "id", identity);
    if (env->ops->cell_get(env, name, cell, sizeof cell) != CREDENTIAL) {
        memcpy(out->key, model_key, LWM_PSK);
        return env->adversary;
    }
    memcpy(out->key, cell, LWM_PSK);
    out->trigger = cell[LWM_PSK] == 1;
    memcpy(out->endpoint, cell + LWM_PSK + 1, LWM_ENDPOINT);
    out->endpoint[LWM_ENDPOINT] = '\0';
    return true;
}

/* ---- accounts of a client */
static void psk_into(struct lwm_security *s, const char *identity, const uint8_t key[LWM_PSK])
{
    s->mode = LWM_MODE_PSK;
    s->identity_n = strlen(identity);
    memcpy(s->identity, identity, s->identity_n);
    s->key_n = LWM_PSK;
    memcpy(s->key, key, LWM_PSK);
}

void lwm_account(const struct imp_env *env, struct lwm_config *out, const struct lwm_entry *entry)
{
    bool secure = imp_opt(env, LWM_OPT_S_SECURITY) == LWM_OPT_PSK;
    struct lwm_security *s = &out->security[1];
    memset(out, 0, sizeof *out);
    *s =
        (struct lwm_security){.used = true, .instance = 1, .mode = LWM_MODE_NOSEC, .short_id = 101};
    snprintf(s->uri, sizeof s->uri, "%s", secure ? "coaps://server:5694" : "coap://server:5693");
    if (secure)
        psk_into(s, entry->identity, entry->server_key);
    out->server[0] =
        (struct lwm_server_object){.used = true,
                                   .instance = 1,
                                   .short_id = 101,
                                   .lifetime = (uint32_t)imp_opt(env, LWM_OPT_LIFETIME),
                                   .storing = true,
                                   .binding = "U"};
    out->access[0] = (struct lwm_access){
        .used = true, .object = 3, .count = 1, .entries = {{101, 31}}, .owner = 101};
}

static void bootstrap_account(const struct imp_env *env, struct lwm_config *c, const char *endpoint,
                              const uint8_t key[LWM_PSK])
{
    bool secure = imp_opt(env, LWM_OPT_BS_SECURITY) == LWM_OPT_PSK;
    struct lwm_security *s = &c->security[0];
    *s = (struct lwm_security){.used = true,
                               .bootstrap = true,
                               .mode = LWM_MODE_NOSEC,
                               .hold_off = (uint32_t)imp_opt(env, LWM_OPT_HOLD_OFF)};
    snprintf(s->uri, sizeof s->uri, "%s",
             secure ? "coaps://bootstrap:5684" : "coap://bootstrap:5683");
    if (secure)
        psk_into(s, endpoint, key);
}

/* ---- storage: a cell for each instance, of two octets of its number and its TLV */
static void put_cell(struct imp_env *env, const char *kind, size_t i, bool used, uint16_t instance,
                     uint8_t *cell, size_t n)
{
    char name[LWM_NAME_MAX + 8], number[8];
    snprintf(number, sizeof number, "%zu", i);
    cell_name(name, kind, number);
    cell[0] = (uint8_t)(instance >> 8);
    cell[1] = (uint8_t)instance;
    if (used)
        env->ops->cell_put(env, name, cell, 2 + n);
    else
        env->ops->cell_erase(env, name);
}

static void store(struct imp_env *env, const struct lwm_config *c, const char *const kinds[3])
{
    uint8_t cell[2 + LWM_CONTENT_MAX];
    for (size_t i = 0; i < LWM_SECURITIES; i++)
        put_cell(env, kinds[0], i, c->security[i].used, c->security[i].instance, cell,
                 lwm_security_write(cell + 2, LWM_CONTENT_MAX, &c->security[i]));
    for (size_t i = 0; i < LWM_SERVERS; i++)
        put_cell(env, kinds[1], i, c->server[i].used, c->server[i].instance, cell,
                 lwm_server_write(cell + 2, LWM_CONTENT_MAX, &c->server[i]));
    for (size_t i = 0; i < LWM_ACCESSES; i++)
        put_cell(env, kinds[2], i, c->access[i].used, c->access[i].instance, cell,
                 lwm_access_write(cell + 2, LWM_CONTENT_MAX, &c->access[i]));
    imp_wipe(cell, sizeof cell);
}

static const char *const memory[3] = {"security", "server", "access"};
static const char *const smartcard[3] = {"card-security", "card-server", "card-access"};

void lwm_config_store(struct imp_env *env, const struct lwm_config *c)
{
    store(env, c, memory);
}

static size_t get_cell(struct imp_env *env, const char *kind, size_t i, uint16_t *instance,
                       uint8_t *cell)
{
    char name[LWM_NAME_MAX + 8], number[8];
    snprintf(number, sizeof number, "%zu", i);
    cell_name(name, kind, number);
    int n = env->ops->cell_get(env, name, cell, 2 + LWM_CONTENT_MAX);
    if (n < 2)
        return 0;
    *instance = (uint16_t)(cell[0] << 8 | cell[1]);
    return (size_t)n - 2;
}

void lwm_config_load(struct imp_env *env, struct lwm_config *c, bool card)
{
    const char *const *kinds = card ? smartcard : memory;
    uint8_t cell[2 + LWM_CONTENT_MAX];
    uint16_t instance = 0;
    size_t n;
    memset(c, 0, sizeof *c);
    for (size_t i = 0; i < LWM_SECURITIES; i++)
        if ((n = get_cell(env, kinds[0], i, &instance, cell)) > 0)
            lwm_security_read(&c->security[i], instance, cell + 2, n);
    for (size_t i = 0; i < LWM_SERVERS; i++)
        if ((n = get_cell(env, kinds[1], i, &instance, cell)) > 0)
            lwm_server_read(&c->server[i], instance, cell + 2, n);
    for (size_t i = 0; i < LWM_ACCESSES; i++)
        if ((n = get_cell(env, kinds[2], i, &instance, cell)) > 0)
            lwm_access_read(&c->access[i], instance, cell + 2, n);
    imp_wipe(cell, sizeof cell);
}

void lwm_config_forget(struct imp_env *env)
{
    struct lwm_config c;
    lwm_config_load(env, &c, false);
    lwm_config_delete(&c, (struct lwm_path){-1, -1});
    lwm_config_store(env, &c);
}

/* ---- before the first power-on: the factory, and the contract between the two servers */
static void drawn_hex(struct imp_env *env, const char *purpose, char *out, size_t digits)
{
    uint8_t drawn[LWM_PSK];
    imp_random(env, purpose, drawn, digits / 2);
    imp_hex_encode(out, digits + 1, drawn, digits / 2);
}

static void make(struct imp_env *const *parties, size_t count, struct imp_env *device)
{
    int64_t mode = imp_opt(device, LWM_OPT_MODE);
    char endpoint[LWM_ENDPOINT + 1] = "urn:dev:os:32473-", old[LWM_IDENTITY + 1];
    struct lwm_entry entry, factory;
    struct lwm_config config = {0};
    drawn_hex(device, "serial", endpoint + strlen(endpoint), 12);
    imp_random(device, "factory-key", entry.key, LWM_PSK);
    if (imp_flawed(device, LWM_FLAW_MODEL_KEY) || device->adversary)
        memcpy(entry.key, model_key, LWM_PSK);
    drawn_hex(device, "identity", entry.identity, LWM_IDENTITY);
    imp_random(device, "server-key", entry.server_key, LWM_PSK);
    factory = entry;
    drawn_hex(device, "factory-identity", old, LWM_IDENTITY);
    if (mode == LWM_SERVER_INITIATED) {
        memcpy(factory.identity, old, sizeof old);
        imp_random(device, "factory-server-key", factory.server_key, LWM_PSK);
    }
    lwm_account(device, &config, &factory);
    if (mode == LWM_SMARTCARD)
        store(device, &config, smartcard);
    if (mode == LWM_SMARTCARD || mode == LWM_CLIENT_INITIATED)
        memset(&config, 0, sizeof config);
    bootstrap_account(device, &config, endpoint, entry.key);
    lwm_config_store(device, &config);
    device->ops->cell_put(device, "endpoint", endpoint, LWM_ENDPOINT);
    for (size_t i = 0; i < count; i++) {
        struct lwm_credential c = {.trigger = false};
        memcpy(c.endpoint, endpoint, sizeof endpoint);
        memcpy(c.key, entry.server_key, LWM_PSK);
        if (parties[i]->role == LWM_BOOTSTRAP)
            entry_put(parties[i], endpoint, &entry);
        if (parties[i]->role != LWM_MANAGEMENT)
            continue;
        credential_put(parties[i], entry.identity, &c);
        if (mode != LWM_SERVER_INITIATED)
            continue;
        c.trigger = true;
        memcpy(c.key, factory.server_key, LWM_PSK);
        credential_put(parties[i], factory.identity, &c);
    }
    imp_wipe(&entry, sizeof entry);
    imp_wipe(&factory, sizeof factory);
    imp_wipe(&config, sizeof config);
}

void lwm_provision(struct imp_env *const *parties, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == LWM_CLIENT)
            make(parties, count, parties[i]);
}

/* ---- claims */
static const char *layer_of(bool secure)
{
    return secure ? "dtls" : "coap";
}

void lwm_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name)
{
    imp_claim(env, &(struct imp_claim){.kind = kind, .layer = "lwm2m", .name = name});
}

void lwm_claim_identity(struct imp_env *env, const char *self)
{
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_IDENTITY,
                                       .layer = "lwm2m",
                                       .self = (const uint8_t *)self,
                                       .self_n = strlen(self)});
}

void lwm_claim_session(struct imp_env *env, enum imp_claim_kind kind, const char *endpoint,
                       int server, bool secure, const uint8_t sid[LWM_SID])
{
    const char *self = env->role == LWM_CLIENT ? endpoint : names[server];
    const char *peer = env->role == LWM_CLIENT ? names[server] : endpoint;
    const struct imp_piece in[] = {{layer_of(secure), 4},
                                   {endpoint, strlen(endpoint)},
                                   {names[server], strlen(names[server])}};
    uint8_t data[32];
    imp_sha256(NULL, data, in, 3);
    imp_claim(env, &(struct imp_claim){.kind = kind,
                                       .layer = layer_of(secure),
                                       .self = (const uint8_t *)self,
                                       .self_n = strlen(self),
                                       .peer = (const uint8_t *)peer,
                                       .peer_n = secure ? strlen(peer) : 0,
                                       .sid = sid,
                                       .sid_n = LWM_SID,
                                       .data = data,
                                       .data_n = sizeof data});
    if (kind == IMP_CLAIM_COMMIT && secure)
        imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_ACCEPTED,
                                           .layer = layer_of(secure),
                                           .name = "session",
                                           .data = sid,
                                           .data_n = LWM_SID});
}

/* Hash of what a bootstrap server writes, in the order of the instances. */
static void config_hash(uint8_t out[32], const struct lwm_config *c)
{
    uint8_t content[LWM_CONTENT_MAX], state[64] = {0};
    for (size_t i = 0; i < LWM_SECURITIES + LWM_SERVERS + LWM_ACCESSES; i++) {
        size_t k = i < LWM_SECURITIES ? i : i - LWM_SECURITIES, n = 0;
        if (i < LWM_SECURITIES && c->security[i].used && !c->security[i].bootstrap)
            n = lwm_security_write(content, sizeof content, &c->security[i]);
        else if (i >= LWM_SECURITIES && k < LWM_SERVERS && c->server[k].used)
            n = lwm_server_write(content, sizeof content, &c->server[k]);
        else if (i >= LWM_SECURITIES + LWM_SERVERS && c->access[k - LWM_SERVERS].used)
            n = lwm_access_write(content, sizeof content, &c->access[k - LWM_SERVERS]);
        const struct imp_piece in[] = {{state, 32}, {content, n}};
        if (n)
            imp_sha256(NULL, state, in, 2);
    }
    memcpy(out, state, 32);
}

void lwm_claim_config(struct imp_env *env, const struct lwm_config *c, const char *endpoint,
                      bool secure, const uint8_t sid[LWM_SID])
{
    uint8_t hash[32];
    config_hash(hash, c);
    for (size_t i = 0; i < LWM_SECURITIES; i++)
        if (c->security[i].used && !c->security[i].bootstrap && c->security[i].key_n)
            imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_SECRET,
                                               .layer = layer_of(secure),
                                               .name = "server-key",
                                               .sid = sid,
                                               .sid_n = LWM_SID,
                                               .data = c->security[i].key,
                                               .data_n = c->security[i].key_n});
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_CONFIG,
                                       .layer = "config",
                                       .self = (const uint8_t *)endpoint,
                                       .self_n = strlen(endpoint),
                                       .peer = (const uint8_t *)endpoint,
                                       .peer_n = env->role == LWM_BOOTSTRAP ? strlen(endpoint) : 0,
                                       .data = hash,
                                       .data_n = sizeof hash});
}

void lwm_sid(struct lwm_link *l, const char *endpoint, const uint8_t *token, uint8_t sid[LWM_SID])
{
    const struct imp_piece in[] = {{endpoint, strlen(endpoint)}, {token, LWM_TOKEN}};
    if (l->secure)
        imp_coaps_export(&l->coaps, sid, LWM_SID);
    else
        imp_sha256(NULL, sid, in, 2);
}

/* ---- messages */
#define MESSAGES(P)                                                                                \
    {                                                                                              \
        .dtls = {[IMP_DTLS_CLIENT_HELLO] = LWM_MSG_##P##_HELLO,                                    \
                 [IMP_DTLS_HELLO_VERIFY_REQUEST] = LWM_MSG_##P##_VERIFY,                           \
                 [IMP_DTLS_SERVER_FLIGHT] = LWM_MSG_##P##_SERVER_FLIGHT,                           \
                 [IMP_DTLS_CLIENT_FLIGHT] = LWM_MSG_##P##_CLIENT_FLIGHT,                           \
                 [IMP_DTLS_FINISHED] = LWM_MSG_##P##_FINISHED,                                     \
                 [IMP_DTLS_DATA] = LWM_MSG_##P##_EMPTY,                                            \
                 [IMP_DTLS_ALERT] = LWM_MSG_##P##_ALERT,                                           \
                 [IMP_DTLS_OTHER] = LWM_MSG_##P##_ALERT},                                          \
        .empty = LWM_MSG_##P##_EMPTY, .error = LWM_MSG_##P##_REFUSAL                               \
    }

int lwm_message_of(int label, bool bootstrap)
{
    static const struct imp_coaps_messages bs = MESSAGES(BS), s = MESSAGES(S);
    return imp_coaps_message_of(bootstrap ? &bs : &s, label);
}

bool lwm_is_legal(const struct imp_legal *table, int state, int message)
{
    for (; table->message >= 0; table++)
        if (table->state == state && table->message == message)
            return true;
    return false;
}
