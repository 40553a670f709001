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
    WRITTEN = LWM_IDENTITY + LWM_PSK + LWM_SCALAR + LWM_SPKI,
    CREDENTIAL = LWM_PSK + 1 + LWM_ENDPOINT
};

static void entry_put(struct imp_env *env, const char *endpoint, const struct lwm_entry *e)
{
    char name[LWM_CELL_MAX];
    uint8_t cell[WRITTEN], *p = cell;
    memcpy(p, e->identity, LWM_IDENTITY);
    memcpy(p += LWM_IDENTITY, e->server_key, LWM_PSK);
    memcpy(p += LWM_PSK, e->scalar, LWM_SCALAR);
    memcpy(p += LWM_SCALAR, e->server_spki, LWM_SPKI);
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
    uint8_t cell[WRITTEN], *p = cell;
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
    memcpy(out->identity, p, LWM_IDENTITY);
    out->identity[LWM_IDENTITY] = '\0';
    memcpy(out->server_key, p += LWM_IDENTITY, LWM_PSK);
    memcpy(out->scalar, p += LWM_PSK, LWM_SCALAR);
    memcpy(out->server_spki, p += LWM_SCALAR, LWM_SPKI);
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

static void rpk_into(struct lwm_security *s, const uint8_t scalar[LWM_SCALAR],
                     const uint8_t peer[LWM_SPKI])
{
    s->mode = LWM_MODE_RPK;
    s->identity_n = lwm_spki_of(s->identity, scalar) == 0 ? LWM_SPKI : 0;
    s->peer_n = LWM_SPKI;
    memcpy(s->peer, peer, LWM_SPKI);
    s->key_n = LWM_PKCS8;
    lwm_pkcs8_write(s->key, scalar);
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
    else if (mode == LWM_OPT_RPK)
        rpk_into(s, entry->scalar, entry->server_spki);
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
                              const uint8_t key[LWM_PSK], const uint8_t scalar[LWM_SCALAR],
                              const uint8_t peer[LWM_SPKI])
{
    int64_t mode = imp_opt(env, LWM_OPT_BS_SECURITY);
    struct lwm_security *s = &c->security[0];
    *s = (struct lwm_security){.used = true,
                               .bootstrap = true,
                               .mode = LWM_MODE_NOSEC,
                               .hold_off = (uint32_t)imp_opt(env, LWM_OPT_HOLD_OFF)};
    snprintf(s->uri, sizeof s->uri, "%s",
             mode != LWM_OPT_NOSEC ? "coaps://bootstrap:5684" : "coap://bootstrap:5683");
    if (mode == LWM_OPT_PSK)
        psk_into(s, endpoint, key);
    else if (mode == LWM_OPT_RPK)
        rpk_into(s, scalar, peer);
}

/* ---- the factory, and the contract between the two servers */
static void drawn_hex(struct imp_env *env, const char *purpose, char *out, size_t digits)
{
    uint8_t drawn[LWM_PSK];
    imp_random(env, purpose, drawn, digits / 2);
    imp_hex_encode(out, digits + 1, drawn, digits / 2);
}

static void drawn_scalar(struct imp_env *env, const char *purpose, uint8_t scalar[LWM_SCALAR])
{
    uint8_t pub[64];
    imp_p256_keypair(env, purpose, pub, scalar);
}

/* The servers of a role are one operator's: they have one key. */
static void server_keys(struct imp_env *const *parties, size_t count, int role, int option,
                        uint8_t spki[LWM_SPKI])
{
    uint8_t scalar[LWM_SCALAR];
    bool made = false;
    memset(spki, 0, LWM_SPKI);
    for (size_t i = 0; i < count; i++) {
        if (parties[i]->role != role || imp_opt(parties[i], (unsigned)option) != LWM_OPT_RPK)
            continue;
        if (!made)
            drawn_scalar(parties[i], "raw-key", scalar);
        made = true;
        parties[i]->ops->cell_put(parties[i], "key", scalar, LWM_SCALAR);
    }
    if (made)
        lwm_spki_of(spki, scalar);
    imp_wipe(scalar, sizeof scalar);
}

struct factory {
    char endpoint[LWM_ENDPOINT + 1];
    uint8_t scalar[LWM_SCALAR]; /* with the bootstrap server */
    struct lwm_entry entry;     /* of the bootstrap server */
    struct lwm_entry own;       /* towards the server, as the factory made it */
};

static void draw_entry(struct imp_env *device, struct lwm_entry *e, bool first)
{
    bool rpk = imp_opt(device, LWM_OPT_S_SECURITY) == LWM_OPT_RPK;
    drawn_hex(device, first ? "factory-identity" : "identity", e->identity, LWM_IDENTITY);
    imp_random(device, first ? "factory-server-key" : "server-key", e->server_key, LWM_PSK);
    if (rpk)
        drawn_scalar(device, first ? "factory-server-raw-key" : "server-raw-key", e->scalar);
}

static void draw(struct imp_env *device, struct factory *f, const uint8_t server_spki[LWM_SPKI])
{
    uint8_t drawn[LWM_PSK];
    memset(f, 0, sizeof *f);
    snprintf(f->endpoint, sizeof f->endpoint, "urn:dev:os:32473-");
    drawn_hex(device, "serial", f->endpoint + strlen(f->endpoint), 12);
    imp_random(device, "factory-key", drawn, LWM_PSK);
    imp_weak_key(f->entry.key, (unsigned)imp_opt(device, LWM_OPT_ENTROPY), drawn);
    if (imp_flawed(device, LWM_FLAW_MODEL_KEY) || device->adversary)
        memcpy(f->entry.key, model_key, LWM_PSK);
    if (imp_opt(device, LWM_OPT_BS_SECURITY) == LWM_OPT_RPK)
        drawn_scalar(device, "factory-raw-key", f->scalar);
    draw_entry(device, &f->entry, false);
    memcpy(f->entry.server_spki, server_spki, LWM_SPKI);
    f->own = f->entry;
    if (imp_opt(device, LWM_OPT_MODE) == LWM_SERVER_INITIATED)
        draw_entry(device, &f->own, true);
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
    if (lwm_spki_of(spki, e->scalar) != 0)
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
    if (lwm_spki_of(spki, f->scalar) != 0)
        return;
    lwm_key_name(name, spki, LWM_SPKI);
    lwm_cell_name(cell, "rk", name);
    server->ops->cell_put(server, cell, f->endpoint, LWM_ENDPOINT);
}

static void make(struct imp_env *const *parties, size_t count, struct imp_env *device,
                 const uint8_t bs_spki[LWM_SPKI], const uint8_t server_spki[LWM_SPKI])
{
    int64_t mode = imp_opt(device, LWM_OPT_MODE);
    struct factory f;
    struct lwm_config config = {0};
    draw(device, &f, server_spki);
    lwm_account(device, &config, &f.own);
    if (mode == LWM_SMARTCARD)
        lwm_smartcard_store(device, &config);
    if (mode == LWM_SMARTCARD || mode == LWM_CLIENT_INITIATED)
        memset(&config, 0, sizeof config);
    bootstrap_account(device, &config, f.endpoint, f.entry.key, f.scalar, bs_spki);
    lwm_config_store(device, &config);
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
    uint8_t bs[LWM_SPKI], server[LWM_SPKI];
    server_keys(parties, count, LWM_BOOTSTRAP, LWM_OPT_BS_SECURITY, bs);
    server_keys(parties, count, LWM_MANAGEMENT, LWM_OPT_S_SECURITY, server);
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == LWM_CLIENT)
            make(parties, count, parties[i], bs, server);
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
