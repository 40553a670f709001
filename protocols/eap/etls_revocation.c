/* SPDX-License-Identifier: GPL-2.0-only */
/* etls_revocation.c - devices that the server takes no more: a list of the operator's, or the
 * revocation lists (CRLs) of the authority that issues the devices' certificates.
 *
 * The authority is no party. What publishes its lists stands beside the server: a key for lists
 * alone, certified by the authority under its own name (RFC 5280 section 6.3.3, step f), so that
 * who has the server still issues no certificate. The server holds the list that was published
 * last, and trusts it for what its signature, its issuer and its dates are worth. */
#include <stdio.h>
#include <string.h>

#include "../crypto/crypto.h"
#include "etls.h"

enum { CELL = 24 + IMP_X509_NAME };

static void cell_name(char out[CELL], const char *kind, const char *identity)
{
    snprintf(out, CELL, "%s%s", kind, identity);
}

/* ---- publishing --------------------------------------------------------------------------------
 */
/* A new list; `serial` n 0: of the same certificates. */
static void publish(struct imp_env *server, struct imp_piece serial, imp_time now)
{
    struct imp_x509_crl before, made;
    struct imp_x509 signer;
    uint8_t secret[32];
    int listed = server->ops->cell_get(server, ETLS_CELL_CRL, before.der, sizeof before.der);
    int n = server->ops->cell_get(server, ETLS_CELL_CRL_SIGNER, signer.der, sizeof signer.der);
    before.n = listed > 0 ? (size_t)listed : 0;
    signer.n = n > 0 ? (size_t)n : 0;
    const struct imp_x509_crl_spec spec = {
        .before = listed > 0 ? &before : NULL,
        .serial = serial,
        .this_update = now,
        .next_update = now + IMP_S * imp_eap_opt(server, "crl-lifetime", 1)};
    if (server->ops->cell_get(server, ETLS_CELL_CRL_KEY, secret, sizeof secret) == sizeof secret &&
        imp_x509_revoke(server, &made, &spec, &signer, secret) == 0)
        server->ops->cell_put(server, ETLS_CELL_CRL, made.der, made.n);
    imp_wipe(secret, sizeof secret);
}

bool etls_has_lists(const struct imp_env *server)
{
    return imp_eap_opt(server, "revocation", ETLS_REVOCATION_LIST) == ETLS_REVOCATION_CRL;
}

void etls_provide_lists(struct imp_env *server, const struct imp_x509 *issuer,
                        const uint8_t secret[32])
{
    struct imp_x509_info info;
    struct imp_x509 signer;
    uint8_t pub[64], own[32];
    if (imp_x509_read(&info, issuer->der, issuer->n) != 0)
        return;
    imp_p256_keypair(server, ETLS_CELL_CRL_KEY, pub, own);
    const struct imp_x509_spec spec = {.subject = info.subject,
                                       .pub = pub,
                                       .purposes = IMP_X509_CRL,
                                       .not_after = IMP_S * 20 * 365 * 24 * 3600};
    if (imp_x509_issue(server, &signer, &spec, issuer, secret) == 0) {
        server->ops->cell_put(server, ETLS_CELL_CRL_KEY, own, sizeof own);
        server->ops->cell_put(server, ETLS_CELL_CRL_SIGNER, signer.der, signer.n);
        publish(server, (struct imp_piece){0}, 0);
    }
    imp_wipe(own, sizeof own);
}

void etls_register(struct imp_env *server, const struct imp_x509 *device)
{
    struct imp_x509_info info;
    char identity[IMP_X509_NAME], cell[CELL];
    if (imp_x509_read_words(&info, device->der, device->n) != 0 ||
        !etls_device_identity(server, identity, device->der, device->n))
        return;
    cell_name(cell, ETLS_CELL_SERIAL, identity);
    server->ops->cell_put(server, cell, info.serial, info.serial_n);
}

/* Of a device with a pre-shared key in the place of a certificate the server forgets the key. */
static bool close_account(struct imp_env *env, const char *nai)
{
    char cell[IMP_X509_NAME + 16];
    etls_key_cell(cell, nai);
    bool there = env->ops->cell_get(env, cell, NULL, 0) >= 0;
    if (there)
        env->ops->cell_erase(env, cell);
    return there;
}

static void strike_off(struct imp_env *env, const char *identity, imp_time now)
{
    uint8_t serial[IMP_X509_SERIAL];
    char cell[CELL];
    if (close_account(env, identity))
        return;
    if (!etls_has_lists(env)) {
        cell_name(cell, ETLS_CELL_REVOKED, identity);
        env->ops->cell_put(env, cell, "", 1);
        return;
    }
    cell_name(cell, ETLS_CELL_SERIAL, identity);
    int n = env->ops->cell_get(env, cell, serial, sizeof serial);
    if (n > 0 && n <= (int)sizeof serial)
        publish(env, IMP_PIECE(serial, (size_t)n), now);
}

/* "revoke IDENTITY", of the certificate of a device, or its NAI if it has a key; "publish": a new
 * list of the same. */
void etls_revocation_event(struct imp_env *env, const struct imp_event *e, imp_time now)
{
    static const char verb[] = "revoke ", again[] = "publish";
    char identity[IMP_X509_NAME] = "";
    size_t skip = sizeof verb - 1;
    if (e->n == sizeof again - 1 && memcmp(e->bytes, again, e->n) == 0 && etls_has_lists(env))
        publish(env, (struct imp_piece){0}, now);
    if (e->n <= skip || e->n - skip >= sizeof identity || memcmp(e->bytes, verb, skip) != 0)
        return;
    memcpy(identity, e->bytes + skip, e->n - skip);
    strike_off(env, identity, now);
}

/* ---- looking -----------------------------------------------------------------------------------
 */
/* The signer speaks for the authority that issued the device's certificate: it has that name (which
 * imp_x509_check_crl sees) and the same path above it. */
static bool may_sign(struct etls_end *e, const struct imp_piece *chain, size_t count,
                     struct imp_piece signer)
{
    struct imp_piece path[IMP_X509_CHAIN] = {signer};
    for (size_t i = 1; i < count && i < IMP_X509_CHAIN; i++)
        path[i] = chain[i];
    return etls_path(e, path, count, 0, NULL) == IMP_X509_GOOD;
}

static enum imp_x509_verdict by_list(struct etls_end *e, const struct imp_piece *chain,
                                     size_t count)
{
    struct imp_env *env = e->env;
    struct imp_x509_crl crl;
    uint8_t der[IMP_X509_MAX];
    int n = env->ops->cell_get(env, ETLS_CELL_CRL, crl.der, sizeof crl.der);
    int by = env->ops->cell_get(env, ETLS_CELL_CRL_SIGNER, der, sizeof der);
    if (n <= 0 || by <= 0 || !may_sign(e, chain, count, IMP_PIECE(der, (size_t)by)))
        return IMP_X509_NO_LIST;
    return imp_x509_check_crl(env, IMP_PIECE(crl.der, (size_t)n), chain[0],
                              IMP_PIECE(der, (size_t)by), e->now);
}

enum imp_x509_verdict etls_standing(struct etls_end *e, const struct imp_piece *chain, size_t count)
{
    char cell[CELL];
    if (etls_has_lists(e->env))
        return by_list(e, chain, count);
    if (imp_eap_opt(e->env, "revocation", ETLS_REVOCATION_LIST) == ETLS_REVOCATION_NONE)
        return IMP_X509_GOOD;
    cell_name(cell, ETLS_CELL_REVOKED, e->other);
    return e->env->ops->cell_get(e->env, cell, NULL, 0) >= 0 ? IMP_X509_REVOKED : IMP_X509_GOOD;
}
