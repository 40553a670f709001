/* SPDX-License-Identifier: GPL-2.0-only */
/* account.c - keys and accounts before the first power-on. */
#include <stdio.h>
#include <string.h>

#include "lwm2m.h"
#include "protocols/codec/text.h"
#include "protocols/crypto/crypto.h"

/* The key of a maker that gives all devices of a model the same. */
static const uint8_t model_key[LWM_PSK] = "lwm2m model key";

/* ---- entries of the servers: the factory's key in one cell, what is written in another, so that
 * whoever has the one has not the other */
enum {
    PAIR = LWM_SCALAR + 4 + 2 * LWM_CERT_MAX,
    WRITTEN = LWM_IDENTITY + LWM_PSK + PAIR,
    CREDENTIAL = LWM_PSK + 1 + LWM_ENDPOINT
};

static uint8_t *pair_put(uint8_t *p, const struct lwm_key_pair *k)
{
    memcpy(p, k->scalar, LWM_SCALAR);
    p += LWM_SCALAR;
    const uint8_t sizes[] = {(uint8_t)(k->own_n >> 8), (uint8_t)k->own_n, (uint8_t)(k->peer_n >> 8),
                             (uint8_t)k->peer_n};
    memcpy(p, sizes, sizeof sizes);
    p += sizeof sizes;
    memcpy(p, k->own, LWM_CERT_MAX);
    memcpy(p + LWM_CERT_MAX, k->peer, LWM_CERT_MAX);
    return p + 2 * LWM_CERT_MAX;
}

static void pair_get(struct lwm_key_pair *k, const uint8_t *p)
{
    memcpy(k->scalar, p, LWM_SCALAR);
    p += LWM_SCALAR;
    k->own_n = (uint16_t)(p[0] << 8 | p[1]);
    k->peer_n = (uint16_t)(p[2] << 8 | p[3]);
    memcpy(k->own, p + 4, LWM_CERT_MAX);
    memcpy(k->peer, p + 4 + LWM_CERT_MAX, LWM_CERT_MAX);
}

static void entry_put(struct imp_env *env, const char *endpoint, const struct lwm_entry *e)
{
    char name[LWM_CELL_MAX];
    uint8_t cell[WRITTEN];
    memcpy(cell, e->identity, LWM_IDENTITY);
    memcpy(cell + LWM_IDENTITY, e->server_key, LWM_PSK);
    pair_put(cell + LWM_IDENTITY + LWM_PSK, &e->pair);
    lwm_cell_name(name, "ep", endpoint);
    env->ops->cell_put(env, name, e->key, LWM_PSK);
    lwm_cell_name(name, "account", endpoint);
    env->ops->cell_put(env, name, cell, sizeof cell);
    imp_wipe(cell, sizeof cell);
}

/* An adversary without an entry tries what the maker may have given to all. */
bool lwm_entry_find(struct imp_env *env, const char *endpoint, struct lwm_entry *out)
{
    char name[LWM_CELL_MAX];
    uint8_t cell[WRITTEN];
    bool known;
    *out = (struct lwm_entry){.identity = "model"};
    lwm_cell_name(name, "ep", endpoint);
    known = env->ops->cell_get(env, name, out->key, LWM_PSK) == LWM_PSK;
    if (!known)
        memcpy(out->key, model_key, LWM_PSK);
    lwm_cell_name(name, "account", endpoint);
    if (env->ops->cell_get(env, name, cell, sizeof cell) != WRITTEN) {
        memcpy(out->server_key, model_key, LWM_PSK);
        return env->adversary;
    }
    memcpy(out->identity, cell, LWM_IDENTITY);
    out->identity[LWM_IDENTITY] = '\0';
    memcpy(out->server_key, cell + LWM_IDENTITY, LWM_PSK);
    pair_get(&out->pair, cell + LWM_IDENTITY + LWM_PSK);
    imp_wipe(cell, sizeof cell);
    return known;
}

static void credential_put(struct imp_env *env, const char *identity,
                           const struct lwm_credential *c)
{
    char name[LWM_CELL_MAX];
    uint8_t cell[CREDENTIAL];
    memcpy(cell, c->key, LWM_PSK);
    cell[LWM_PSK] = c->trigger;
    memcpy(cell + LWM_PSK + 1, c->endpoint, LWM_ENDPOINT);
    lwm_cell_name(name, "id", identity);
    env->ops->cell_put(env, name, cell, sizeof cell);
}

bool lwm_credential_find(struct imp_env *env, const char *identity, struct lwm_credential *out)
{
    char name[LWM_CELL_MAX];
    uint8_t cell[CREDENTIAL];
    *out = (struct lwm_credential){.trigger = false};
    lwm_cell_name(name, "id", identity);
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

static void bootstrap_account(const struct imp_env *env, struct lwm_config *c, const char *endpoint,
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

/* ---- the factory, and the contract between the two servers */
static void drawn_hex(struct imp_env *env, const char *purpose, char *out, size_t digits)
{
    uint8_t drawn[LWM_PSK];
    imp_random(env, purpose, drawn, digits / 2);
    imp_hex_encode(out, digits + 1, drawn, digits / 2);
}

/* An operator of one kind of server: all its servers have one key, and one authority issues their
 * certificate and those of the clients. */
struct operator
{
    struct imp_env *env; /* of the first of them, or NULL */
    uint8_t secret[LWM_SCALAR], authority_secret[LWM_SCALAR];
    uint8_t spki[LWM_SPKI];
    struct imp_x509 authority, server; /* empty without certificates */
};

static void issue(struct operator* o, const char *host, const uint8_t pub[64])
{
    uint8_t own[64];
    char subject[64];
    imp_p256_keypair(o->env, "authority-key", own, o->authority_secret);
    snprintf(subject, sizeof subject, "CN=%s authority", host);
    imp_x509_issue(o->env, &o->authority,
                   &(struct imp_x509_spec){.subject = subject,
                                           .pub = own,
                                           .purposes = IMP_X509_CA,
                                           .path_length = 0,
                                           .not_after = IMP_NEVER},
                   NULL, o->authority_secret);
    snprintf(subject, sizeof subject, "CN=%s", host);
    imp_x509_issue(o->env, &o->server,
                   &(struct imp_x509_spec){.subject = subject,
                                           .pub = pub,
                                           .purposes = IMP_X509_SERVER,
                                           .not_after = IMP_NEVER,
                                           .dns = host},
                   &o->authority, o->authority_secret);
}

static void operate(struct operator* o, struct imp_env *const *parties, size_t count, int role,
                    unsigned option, const char *host)
{
    uint8_t pub[64];
    memset(o, 0, sizeof *o);
    for (size_t i = 0; i < count; i++) {
        struct imp_env *env = parties[i];
        if (env->role != role || !lwm_has_key_pair(imp_opt(env, option)))
            continue;
        if (!o->env) {
            o->env = env;
            imp_p256_keypair(env, "raw-key", pub, o->secret);
            imp_p256_spki(o->spki, pub);
            if (imp_opt(env, option) == LWM_OPT_X509)
                issue(o, host, pub);
        }
        env->ops->cell_put(env, "key", o->secret, LWM_SCALAR);
        if (o->server.n && o->server.n <= LWM_CERT_MAX && o->authority.n <= LWM_CERT_MAX) {
            env->ops->cell_put(env, "certificate", o->server.der, o->server.n);
            env->ops->cell_put(env, "anchor", o->authority.der, o->authority.n);
        }
    }
}

static uint16_t material(uint8_t out[LWM_CERT_MAX], const void *p, size_t n)
{
    if (n > LWM_CERT_MAX)
        n = 0; /* such an account will not be consistent */
    memcpy(out, p, n);
    return (uint16_t)n;
}

/* `teller`: who writes the account, whose options say what it holds. */
static void draw_pair(struct imp_env *device, const char *purpose, struct lwm_key_pair *k,
                      int64_t security, const struct imp_env *teller, const char *endpoint,
                      const struct operator* o)
{
    struct imp_x509 own = {.n = 0};
    uint8_t pub[64], spki[LWM_SPKI];
    char subject[LWM_ENDPOINT + 4];
    bool pinned = imp_opt(teller, LWM_OPT_USAGE) == LWM_OPT_END_ENTITY;
    memset(k, 0, sizeof *k);
    if (!lwm_has_key_pair(security))
        return;
    imp_p256_keypair(device, purpose, pub, k->scalar);
    imp_p256_spki(spki, pub);
    if (security == LWM_OPT_RPK) {
        k->own_n = material(k->own, spki, sizeof spki);
        k->peer_n = material(k->peer, o->spki, sizeof o->spki);
        return;
    }
    snprintf(subject, sizeof subject, "CN=%s", endpoint);
    if (o->authority.n)
        imp_x509_issue(device, &own,
                       &(struct imp_x509_spec){.subject = subject,
                                               .pub = pub,
                                               .purposes = IMP_X509_CLIENT,
                                               .not_after = IMP_NEVER,
                                               .uri = endpoint},
                       &o->authority, o->authority_secret);
    k->own_n = material(k->own, own.der, own.n);
    k->peer_n = pinned ? material(k->peer, o->server.der, o->server.n)
                       : material(k->peer, o->authority.der, o->authority.n);
}

struct factory {
    char endpoint[LWM_ENDPOINT + 1];
    struct lwm_key_pair pair; /* with the bootstrap server */
    struct lwm_entry entry;   /* of the bootstrap server */
    struct lwm_entry own;     /* towards the server, as the factory made it */
};

static void draw_entry(struct imp_env *device, struct lwm_entry *e, bool first,
                       const struct imp_env *teller, const char *endpoint,
                       const struct operator* server)
{
    drawn_hex(device, first ? "factory-identity" : "identity", e->identity, LWM_IDENTITY);
    imp_random(device, first ? "factory-server-key" : "server-key", e->server_key, LWM_PSK);
    draw_pair(device, first ? "factory-server-raw-key" : "server-raw-key", &e->pair,
              imp_opt(teller, LWM_OPT_S_SECURITY), teller, endpoint, server);
}

/* Who writes the account of the server: the factory in three modes, else the bootstrap server. */
static const struct imp_env *writer(struct imp_env *const *parties, size_t count,
                                    const struct imp_env *device)
{
    int64_t mode = imp_opt(device, LWM_OPT_MODE);
    for (size_t i = 0; i < count && mode != LWM_FACTORY && mode != LWM_SMARTCARD; i++)
        if (parties[i]->role == LWM_BOOTSTRAP)
            return parties[i];
    return device;
}

static void draw(struct imp_env *device, struct factory *f, const struct imp_env *teller,
                 const struct operator* bs, const struct operator* server)
{
    uint8_t drawn[LWM_PSK];
    memset(f, 0, sizeof *f);
    snprintf(f->endpoint, sizeof f->endpoint, "urn:dev:os:32473-");
    drawn_hex(device, "serial", f->endpoint + strlen(f->endpoint), 12);
    imp_random(device, "factory-key", drawn, LWM_PSK);
    imp_weak_key(f->entry.key, (unsigned)imp_opt(device, LWM_OPT_ENTROPY), drawn);
    if (imp_flawed(device, LWM_FLAW_MODEL_KEY) || device->adversary)
        memcpy(f->entry.key, model_key, LWM_PSK);
    draw_pair(device, "factory-raw-key", &f->pair, imp_opt(device, LWM_OPT_BS_SECURITY), device,
              f->endpoint, bs);
    draw_entry(device, &f->entry, false, teller, f->endpoint, server);
    f->own = f->entry;
    if (imp_opt(device, LWM_OPT_MODE) == LWM_SERVER_INITIATED)
        draw_entry(device, &f->own, true, device, f->endpoint, server);
}

/* By which name the server finds that account's key. */
static void credential(struct imp_env *server, const struct factory *f, const struct lwm_entry *e,
                       bool trigger)
{
    struct lwm_credential c = {.trigger = trigger};
    char name[LWM_KEY_NAME + 1];
    uint8_t spki[LWM_SPKI];
    memcpy(c.endpoint, f->endpoint, sizeof c.endpoint);
    memcpy(c.key, e->server_key, LWM_PSK);
    credential_put(server, e->identity, &c);
    if (lwm_spki_of(spki, e->pair.scalar) != 0)
        return;
    memset(c.key, 0, LWM_PSK);
    lwm_key_name(name, spki, LWM_SPKI);
    credential_put(server, name, &c);
}

static void tell_bootstrap(struct imp_env *server, const struct factory *f)
{
    char name[LWM_KEY_NAME + 1], cell[LWM_CELL_MAX];
    uint8_t spki[LWM_SPKI];
    entry_put(server, f->endpoint, &f->entry);
    if (lwm_spki_of(spki, f->pair.scalar) != 0)
        return;
    lwm_key_name(name, spki, LWM_SPKI);
    lwm_cell_name(cell, "rk", name);
    server->ops->cell_put(server, cell, f->endpoint, LWM_ENDPOINT);
}

static void make(struct imp_env *const *parties, size_t count, struct imp_env *device,
                 const struct operator* bs, const struct operator* server)
{
    int64_t mode = imp_opt(device, LWM_OPT_MODE);
    struct factory f;
    struct lwm_config config = {0};
    draw(device, &f, writer(parties, count, device), bs, server);
    lwm_account(device, &config, &f.own);
    if (mode == LWM_SMARTCARD)
        lwm_smartcard_store(device, &config);
    if (mode == LWM_SMARTCARD || mode == LWM_CLIENT_INITIATED)
        memset(&config, 0, sizeof config);
    bootstrap_account(device, &config, f.endpoint, f.entry.key, &f.pair);
    lwm_config_store(device, &config);
    if (config.security[0].timeout)
        lwm_factory_store(device, &config.security[0]);
    device->ops->cell_put(device, "endpoint", f.endpoint, LWM_ENDPOINT);
    for (size_t i = 0; i < count; i++) {
        if (parties[i]->role == LWM_BOOTSTRAP)
            tell_bootstrap(parties[i], &f);
        if (parties[i]->role != LWM_MANAGEMENT)
            continue;
        credential(parties[i], &f, &f.entry, false);
        if (mode == LWM_SERVER_INITIATED)
            credential(parties[i], &f, &f.own, true);
    }
    imp_wipe(&f, sizeof f);
    imp_wipe(&config, sizeof config);
}

void lwm_provision(struct imp_env *const *parties, size_t count)
{
    struct operator bs, server;
    operate(&bs, parties, count, LWM_BOOTSTRAP, LWM_OPT_BS_SECURITY, "bootstrap");
    operate(&server, parties, count, LWM_MANAGEMENT, LWM_OPT_S_SECURITY, "server");
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == LWM_CLIENT)
            make(parties, count, parties[i], &bs, &server);
    imp_wipe(&bs, sizeof bs);
    imp_wipe(&server, sizeof server);
}

/* ---- keys of little entropy: the factory's, off line against a handshake with the bootstrap
 * server (RFC 4279 section 7.2) */
static unsigned bits(const struct imp_env *env)
{
    return imp_opt(env, LWM_OPT_BS_SECURITY) == LWM_OPT_PSK
               ? (unsigned)imp_opt(env, LWM_OPT_ENTROPY)
               : 128;
}

static size_t candidate(const struct imp_env *env, uint64_t i, uint8_t out[IMP_GUESS_MAX])
{
    (void)env;
    imp_weak_key_number(out, i);
    return LWM_PSK;
}

/* Only the party's own handshake, by its identity; others are looked at and forgotten. */
static bool evidence(void *kept, struct imp_env *env, int channel, const uint8_t *bytes, size_t n)
{
    struct imp_psk_evidence *e = kept;
    char endpoint[LWM_ENDPOINT + 1] = "";
    if (channel != LWM_BS_COAPS || !imp_psk_evidence(e, bytes, n))
        return false;
    env->ops->cell_get(env, "endpoint", endpoint, LWM_ENDPOINT);
    if (strcmp(endpoint, e->identity) == 0)
        return true;
    *e = (struct imp_psk_evidence){.n = 0};
    return false;
}

static bool right(const void *kept, const uint8_t *key, size_t n)
{
    return imp_psk_evidence_right(kept, key, n);
}

const struct imp_guess lwm_guesses[] = {
    {.name = "PSK",
     .summary = "Of one client with the bootstrap server; off line against the client's Finished.",
     .role = LWM_CLIENT,
     .cell = "security-0",
     .bits = bits,
     .candidate = candidate,
     .evidence_size = sizeof(struct imp_psk_evidence),
     .evidence = evidence,
     .right = right},
    {.name = NULL},
};
