/* SPDX-License-Identifier: GPL-2.0-only */
/* est_keys.c - what factory and operator put there before, and what both ends claim alike. */
#include "est.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

bool est_key_load(struct imp_env *env, const char *cell, struct est_key *key)
{
    return env->ops->cell_get(env, cell, key->secret, sizeof key->secret) == sizeof key->secret &&
           imp_p256_public(NULL, key->pub, key->secret) == 0;
}

int est_body(uint8_t *out, size_t cap, const struct imp_http *m)
{
    return imp_base64_decode(out, cap, (const char *)m->body, m->body_n);
}

bool est_cert_load(struct imp_env *env, const char *cell, struct imp_x509 *crt)
{
    int n = env->ops->cell_get(env, cell, crt->der, sizeof crt->der);
    crt->n = n > 0 ? (size_t)n : 0;
    return n > 0;
}

void est_issuing_load(struct imp_env *env, struct imp_x509 *out)
{
    out->n = 0;
    if (imp_vendor_sends(env))
        est_cert_load(env, EST_CELL_ISSUING, out);
}

static void put_cert(struct imp_env *env, const char *cell, const struct imp_x509 *crt)
{
    env->ops->cell_put(env, cell, crt->der, crt->n);
}

static void make(struct imp_env *env, const char *cell, struct est_key *key)
{
    imp_p256_keypair(env, "factory", key->pub, key->secret);
    env->ops->cell_put(env, cell, key->secret, sizeof key->secret);
}

/* ---- before the run ----------------------------------------------------------------------------
 */
/* What the factory and the operator have. */
struct prior {
    struct imp_vendor maker;
    struct imp_authority operator;
};

/* The authority of another operator, in the place of ours. */
static void replace_authority(struct imp_env *env, struct prior *p)
{
    imp_authority_found(env, &p->operator, "CN=Other Operator CA", "operator", 0, NULL);
}

/* A mechanism that continues this one may have another server of the operator's in that place. */
static bool is_foreign(const struct imp_env *env)
{
    int option = imp_option_find(env->mechanism, "other-server");
    return env->role == EST_OTHER_SERVER && option >= 0 &&
           imp_opt(env, (unsigned)option) == EST_OTHER_FOREIGN;
}

/* All servers of the operator work for one certificate authority. */
static void provision_server(struct imp_env *env, const struct prior *of_ours)
{
    struct prior prior = *of_ours, *p = &prior;
    struct est_key key;
    struct imp_x509 crt;
    if (is_foreign(env))
        replace_authority(env, p);
    const struct est_issuer by = {&p->operator.crt, p->operator.secret, NULL};
    make(env, "key", &key);
    est_issue_server(env, &crt, key.pub, &by);
    env->ops->cell_put(env, "ca-key", p->operator.secret, sizeof p->operator.secret);
    put_cert(env, "ca-certificate", &p->operator.crt);
    put_cert(env, "certificate", &crt);
    put_cert(env, "manufacturer", &p->maker.root.crt);
    imp_vendor_tell(&p->maker, env, EST_CELL_ISSUING);
    imp_wipe(&key, sizeof key);
    imp_wipe(&prior, sizeof prior);
}

/* The operator gives the human the fingerprint of his certificate authority on another way. */
static void provision_device(struct imp_env *env, const struct prior *p)
{
    struct est_key key;
    struct imp_x509 crt;
    uint8_t fingerprint[32], drawn[EST_PASSWORD / 2];
    char subject[EST_NAME + 3], text[EST_PASSWORD + 1];
    const struct imp_authority *by = imp_vendor_issuer(&p->maker);
    make(env, "idevid-key", &key);
    snprintf(subject, sizeof subject, "CN=%s", env->name);
    const struct imp_x509_spec spec = {
        .subject = subject, .pub = key.pub, .hardware = env->name, .not_after = IMP_NEVER};
    imp_x509_issue(env, &crt, &spec, &by->crt, by->secret);
    put_cert(env, "idevid", &crt);
    imp_vendor_put(&p->maker, env, EST_CELL_ISSUING);
    imp_x509_fingerprint(NULL, fingerprint, p->operator.crt.der, p->operator.crt.n);
    env->ops->cell_put(env, "operator-fingerprint", fingerprint, sizeof fingerprint);
    put_cert(env, "operator-anchor", &p->operator.crt);
    imp_random(env, "password", drawn, sizeof drawn);
    for (size_t i = 0; i < sizeof drawn; i++)
        snprintf(text + 2 * i, 3, "%02x", drawn[i]);
    env->ops->cell_put(env, "password", text, EST_PASSWORD);
    imp_wipe(&key, sizeof key);
    imp_wipe(text, sizeof text);
}

static void tell_password(struct imp_env *server, struct imp_env *device)
{
    char text[EST_PASSWORD], cell[EST_NAME + 16];
    snprintf(cell, sizeof cell, "password-%s", device->name);
    device->ops->cell_get(device, "password", text, sizeof text);
    server->ops->cell_put(server, cell, text, sizeof text);
    imp_wipe(text, sizeof text);
}

void est_provision(struct imp_env *const *parties, size_t count)
{
    struct prior p;
    if (count == 0)
        return;
    imp_vendor_found(parties[0], &p.maker, parties, count, "manufacturer");
    imp_authority_found(parties[0], &p.operator, "CN=" EST_AUTHORITY, "operator", 0, NULL);
    for (size_t i = 0; i < count; i++)
        parties[i]->role == EST_DEVICE ? provision_device(parties[i], &p)
                                       : provision_server(parties[i], &p);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++)
            if (parties[i]->role != EST_DEVICE && parties[k]->role == EST_DEVICE)
                tell_password(parties[i], parties[k]);
    imp_wipe(&p, sizeof p);
}

/* ---- claims ------------------------------------------------------------------------------------
 */
bool est_is_legal(const struct imp_legal *table, int state, int message)
{
    for (; table->message >= 0; table++)
        if (table->state == state && table->message == message)
            return true;
    return false;
}

void est_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name)
{
    imp_claim(env, &(struct imp_claim){.kind = kind, .layer = "est", .name = name});
}

void est_claim_identity(struct imp_env *env, const void *name, size_t n)
{
    imp_claim(env, &(struct imp_claim){
                       .kind = IMP_CLAIM_IDENTITY, .layer = "est", .self = name, .self_n = n});
}

void est_sid(struct est_sid *out, struct imp_tls *tls)
{
    out->suite = imp_tls_is_1_3(tls) ? "TLS 1.3" : "TLS 1.2";
    imp_tls_export(tls, out->sid, sizeof out->sid, "EXPORTER-imprint-session", NULL, 0);
    imp_tls_export(tls, out->secret, sizeof out->secret, "EXPORTER-imprint-secret", NULL, 0);
}

void est_claim_session(struct imp_env *env, enum imp_claim_kind kind, const char *layer,
                       const struct est_sid *sid, const char *device, const uint8_t server[EST_PUB])
{
    uint8_t data[32];
    bool at_device = env->role == EST_DEVICE;
    const struct imp_piece in[] = {
        {sid->suite, strlen(sid->suite)}, {device, strlen(device)}, {server, EST_PUB}};
    imp_sha256(NULL, data, in, 3);
    imp_claim(env, &(struct imp_claim){.kind = kind,
                                       .layer = layer,
                                       .self = at_device ? (const uint8_t *)device : server,
                                       .self_n = at_device ? strlen(device) : EST_PUB,
                                       .peer = at_device ? server : (const uint8_t *)device,
                                       .peer_n = at_device ? EST_PUB : strlen(device),
                                       .sid = sid->sid,
                                       .sid_n = sizeof sid->sid,
                                       .data = data,
                                       .data_n = sizeof data});
    if (kind == IMP_CLAIM_COMMIT)
        imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_ACCEPTED,
                                           .layer = layer,
                                           .name = "session",
                                           .data = sid->sid,
                                           .data_n = sizeof sid->sid});
}

void est_claim_enrolled(struct imp_env *env, const char *layer, const struct est_sid *sid,
                        const char *device, const struct imp_x509 *anchor,
                        const struct imp_x509 *crt)
{
    uint8_t hash[32];
    bool at_server = env->role != EST_DEVICE;
    const struct imp_piece in[] = {{anchor->der, anchor->n}, {crt->der, crt->n}};
    imp_sha256(NULL, hash, in, 2);
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_SECRET,
                                       .layer = layer,
                                       .name = "session-secret",
                                       .sid = sid->sid,
                                       .sid_n = sizeof sid->sid,
                                       .data = sid->secret,
                                       .data_n = sizeof sid->secret});
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_CONFIG,
                                       .layer = "config",
                                       .self = (const uint8_t *)device,
                                       .self_n = strlen(device),
                                       .peer = at_server ? (const uint8_t *)device : NULL,
                                       .peer_n = at_server ? strlen(device) : 0,
                                       .sid = sid->sid,
                                       .sid_n = sizeof sid->sid,
                                       .data = hash,
                                       .data_n = sizeof hash});
}

void est_claim_key(struct imp_env *env, const struct est_sid *sid, const uint8_t secret[32])
{
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_SECRET,
                                       .layer = "est",
                                       .name = "server-made-key",
                                       .sid = sid ? sid->sid : NULL,
                                       .sid_n = sid ? sizeof sid->sid : 0,
                                       .data = secret,
                                       .data_n = 32});
}

bool est_pop_of(const uint8_t *bound, size_t n, char out[48])
{
    out[0] = 0;
    return n > 0 && imp_base64_encode(out, 48, bound, n) > 0;
}

bool est_pop(struct imp_tls *tls, char out[48])
{
    uint8_t bound[32];
    return est_pop_of(bound, imp_tls_binding(tls, bound), out);
}
