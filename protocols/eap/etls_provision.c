/* SPDX-License-Identifier: GPL-2.0-only */
/* etls_provision.c - what operator and manufacturer put there before. */
#include <stdio.h>
#include <string.h>

#include "../crypto/device_key.h"
#include "etls.h"

enum { YEAR = 365 * 24 * 3600 };

static void put(struct imp_env *env, const char *cell, const struct imp_x509 *crt)
{
    env->ops->cell_put(env, cell, crt->der, crt->n);
}

/* A key pair and a certificate for it. `spec` lacks the key. */
static void certify(struct imp_env *env, struct imp_x509_spec *spec, const struct imp_authority *by,
                    const char *cell, const char *key_cell)
{
    struct imp_device_key key;
    struct imp_x509 crt;
    imp_device_key_make(env, key_cell, spec->key, &key);
    spec->pub = key.pub;
    imp_x509_issue(env, &crt, spec, &by->crt, by->secret);
    env->ops->cell_put(env, key_cell, key.secret, key.n);
    put(env, cell, &crt);
    imp_wipe(&key, sizeof key);
}

/* The operator's authority says that the server's certificate stands. */
static void provide_status(struct imp_env *env, const struct imp_authority *owner)
{
    uint8_t der[IMP_X509_MAX];
    struct imp_x509_ocsp status;
    int n = env->ops->cell_get(env, ETLS_CELL_CERTIFICATE, der, sizeof der);
    const struct imp_x509_ocsp_spec spec = {.certificate = IMP_PIECE(der, n > 0 ? (size_t)n : 0),
                                            .next_update =
                                                IMP_S * imp_eap_opt(env, "status-lifetime", 0)};
    if (imp_x509_ocsp(env, &status, &spec, &owner->crt, owner->secret) == 0)
        env->ops->cell_put(env, ETLS_CELL_STATUS, status.der, status.n);
}

static void provide_server(struct imp_env *env, const struct imp_authority *owner,
                           const struct imp_vendor *maker)
{
    struct imp_x509_spec spec = {.subject = "CN=" ETLS_SERVER,
                                 .dns = ETLS_SERVER,
                                 .purposes = IMP_X509_SERVER,
                                 .not_after = IMP_S * 2 * YEAR};
    certify(env, &spec, owner, ETLS_CELL_CERTIFICATE, ETLS_CELL_KEY);
    if (imp_eap_opt(env, "stapling", 0))
        provide_status(env, owner);
    put(env, ETLS_CELL_ANCHOR, &owner->crt);
    put(env, ETLS_CELL_MAKER, &maker->root.crt);
    imp_vendor_tell(maker, env, ETLS_CELL_ISSUING);
}

static void provide_idevid(struct imp_env *env, const struct imp_vendor *maker)
{
    int64_t life = imp_eap_opt(env, "idevid-lifetime", 0);
    char subject[IMP_X509_NAME];
    snprintf(subject, sizeof subject, "CN=%.60s", env->name);
    if (imp_eap_opt(env, "subject-serial", 0))
        snprintf(subject, sizeof subject, "CN=%.50s,serialNumber=%.50s", env->name, env->name);
    struct imp_x509_spec spec = {.subject = subject,
                                 .key = etls_device_key(env),
                                 .hardware = env->name,
                                 .not_after = life ? IMP_S * life : IMP_NEVER};
    certify(env, &spec, imp_vendor_issuer(maker), ETLS_CELL_CERTIFICATE, ETLS_CELL_KEY);
    imp_vendor_put(maker, env, ETLS_CELL_ISSUING);
}

static void provide_ldevid(struct imp_env *env, const struct imp_authority *owner, const char *nai,
                           const char *cell, const char *key_cell)
{
    char subject[IMP_X509_NAME];
    snprintf(subject, sizeof subject, "CN=%.60s", nai);
    struct imp_x509_spec spec = {.subject = subject,
                                 .purposes = IMP_X509_CLIENT,
                                 .key = etls_device_key(env),
                                 .not_after =
                                     IMP_S * imp_eap_opt(env, "ldevid-lifetime", 2 * YEAR)};
    certify(env, &spec, owner, cell, key_cell);
}

static void provide_peer(struct imp_env *env, const struct imp_authority *owner,
                         const struct imp_vendor *maker, enum etls_identities has,
                         const char *realm)
{
    char nai[IMP_X509_LABEL];
    snprintf(nai, sizeof nai, "device-%d@%s", env->device + 1, realm);
    if (has == ETLS_LDEVID)
        provide_ldevid(env, owner, nai, ETLS_CELL_CERTIFICATE, ETLS_CELL_KEY);
    else
        provide_idevid(env, maker);
    if (has == ETLS_LDEVID_FIRST)
        provide_ldevid(env, owner, nai, ETLS_CELL_LDEVID, ETLS_CELL_LDEVID_KEY);
    env->ops->cell_put(env, ETLS_CELL_NAI, nai, strlen(nai));
    put(env, ETLS_CELL_ANCHOR, &owner->crt);
}

/* A key that a peer has in common with the servers, under its NAI. */
static void share_key(struct imp_env *peer, struct imp_env *const *parties, size_t count,
                      int server)
{
    uint8_t key[16];
    char cell[IMP_X509_NAME + 16], nai[IMP_X509_NAME] = {0};
    peer->ops->cell_get(peer, ETLS_CELL_NAI, nai, sizeof nai - 1);
    imp_random(peer, ETLS_CELL_PSK, key, sizeof key);
    peer->ops->cell_put(peer, ETLS_CELL_PSK, key, sizeof key);
    etls_key_cell(cell, nai);
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == server)
            parties[i]->ops->cell_put(parties[i], cell, key, sizeof key);
    imp_wipe(key, sizeof key);
}

/* The authority of the devices' certificates tells a server by its lists. */
static void provide_lists(struct imp_env *server, struct imp_env *const *parties, size_t count,
                          const struct imp_authority *by, enum etls_identities has)
{
    const char *cell = has == ETLS_LDEVID_FIRST ? ETLS_CELL_LDEVID : ETLS_CELL_CERTIFICATE;
    struct imp_x509 device;
    etls_provide_lists(server, &by->crt, by->secret);
    for (size_t i = 0; i < count; i++) {
        struct imp_env *env = parties[i];
        int n = env->role != 0 ? -1 : env->ops->cell_get(env, cell, device.der, sizeof device.der);
        device.n = n > 0 ? (size_t)n : 0;
        if (n > 0)
            etls_register(server, &device);
    }
}

static enum etls_identities identities(struct imp_env *const *parties, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == 0)
            return (enum etls_identities)imp_eap_opt(parties[i], "device-identity", ETLS_IDEVID);
    return ETLS_IDEVID;
}

void etls_provision(struct imp_env *const *parties, size_t count, int server, const char *realm)
{
    enum etls_identities has = identities(parties, count);
    struct imp_authority owner;
    struct imp_vendor maker;
    if (count == 0)
        return;
    imp_authority_found(parties[0], &owner, "CN=Operator CA", "CN=Operator CA", 0, NULL);
    imp_vendor_found(parties[0], &maker, parties, count, "CN=Manufacturer CA");
    for (size_t i = 0; i < count; i++) {
        if (parties[i]->role == 0)
            provide_peer(parties[i], &owner, &maker, has, realm);
        if (parties[i]->role == 0 && etls_by_key(parties[i]))
            share_key(parties[i], parties, count, server);
        if (parties[i]->role == server)
            provide_server(parties[i], &owner, &maker);
    }
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == server && etls_has_lists(parties[i]))
            provide_lists(parties[i], parties, count,
                          has == ETLS_IDEVID ? imp_vendor_issuer(&maker) : &owner, has);
    imp_wipe(&owner, sizeof owner);
    imp_wipe(&maker, sizeof maker);
}
