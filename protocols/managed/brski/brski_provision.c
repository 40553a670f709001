/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_provision.c - what factory, manufacturer's authority and operator have before. */
#include "brski.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

enum { YEAR = 365 * 24 * 3600 };

struct prior {
    struct imp_vendor devices;         /* who issues IDevIDs */
    struct imp_authority masa, domain; /* CAs: of the MASA, of the operator */
    struct est_key masa_key;           /* of the MASA itself */
    struct imp_x509 masa_crt;
    uint8_t domain_pin[32];
};

static void put_cert(struct imp_env *env, const char *cell, const struct imp_x509 *crt)
{
    env->ops->cell_put(env, cell, crt->der, crt->n);
}

static void put_key(struct imp_env *env, const char *cell, const struct est_key *key)
{
    env->ops->cell_put(env, cell, key->secret, sizeof key->secret);
}

static void make_prior(struct imp_env *env, struct prior *p, struct imp_env *const *parties,
                       size_t count)
{
    imp_vendor_found(env, &p->devices, parties, count, "manufacturer");
    imp_authority_found(env, &p->masa, "CN=MASA CA", "masa-ca", 0, NULL);
    imp_authority_found(env, &p->domain, "CN=Operator CA", "operator", 0, NULL);
    imp_p256_keypair(env, "masa", p->masa_key.pub, p->masa_key.secret);
    const struct imp_x509_spec spec = {.subject = "CN=" BRSKI_MASA_HOST,
                                       .pub = p->masa_key.pub,
                                       .purposes = IMP_X509_SERVER,
                                       .dns = BRSKI_MASA_HOST,
                                       .not_after = IMP_S * 20 * YEAR};
    imp_x509_issue(env, &p->masa_crt, &spec, &p->masa.crt, p->masa.secret);
    imp_x509_pin(NULL, p->domain_pin, p->domain.crt.der, p->domain.crt.n);
}

static void provision_masa(struct imp_env *env, const struct prior *p)
{
    put_key(env, "key", &p->masa_key);
    put_cert(env, "certificate", &p->masa_crt);
    put_cert(env, "ca-certificate", &p->masa.crt);
    put_cert(env, "manufacturer", &p->devices.root.crt);
    imp_vendor_put(&p->devices, env, EST_CELL_ISSUING);
    env->ops->cell_put(env, "owner-" BRSKI_SHELF, "-", 1); /* nobody's yet */
}

/* All registrars of the operator work for one certificate authority. */
static void provision_registrar(struct imp_env *env, const struct prior *p)
{
    struct est_key key;
    struct imp_x509 crt;
    imp_p256_keypair(env, "factory", key.pub, key.secret);
    const struct imp_x509_spec spec = {.subject = "CN=" BRSKI_HOST,
                                       .pub = key.pub,
                                       .purposes = IMP_X509_SERVER | IMP_X509_CMC_RA,
                                       .dns = BRSKI_HOST,
                                       .not_after = IMP_S * 20 * YEAR};
    imp_x509_issue(env, &crt, &spec, &p->domain.crt, p->domain.secret);
    put_key(env, "key", &key);
    put_cert(env, "certificate", &crt);
    env->ops->cell_put(env, "ca-key", p->domain.secret, sizeof p->domain.secret);
    put_cert(env, "ca-certificate", &p->domain.crt);
    put_cert(env, "manufacturer", &p->devices.root.crt);
    imp_vendor_tell(&p->devices, env, EST_CELL_ISSUING);
    put_cert(env, "masa-anchor", &p->masa.crt);
    imp_wipe(&key, sizeof key);
}

static void provision_pledge(struct imp_env *env, const struct prior *p)
{
    struct est_key key;
    struct imp_x509 crt;
    char subject[IMP_X509_NAME];
    const struct imp_authority *by = imp_vendor_issuer(&p->devices);
    imp_p256_keypair(env, "factory", key.pub, key.secret);
    snprintf(subject, sizeof subject, "CN=%.50s,serialNumber=%.50s", env->name, env->name);
    const struct imp_x509_spec spec = {.subject = subject,
                                       .pub = key.pub,
                                       .hardware = env->name,
                                       .masa = BRSKI_MASA_HOST,
                                       .not_after = IMP_NEVER};
    imp_x509_issue(env, &crt, &spec, &by->crt, by->secret);
    put_key(env, "idevid-key", &key);
    put_cert(env, "idevid", &crt);
    imp_vendor_put(&p->devices, env, EST_CELL_ISSUING);
    put_cert(env, "manufacturer", &p->masa.crt);
    imp_wipe(&key, sizeof key);
}

/* The sale: the MASA knows to whom the device went. */
static void sell(struct imp_env *masa, const struct imp_env *pledge, const struct prior *p)
{
    char cell[BRSKI_SERIAL + 8];
    brski_cell(cell, sizeof cell, "owner", pledge->name);
    masa->ops->cell_put(masa, cell, p->domain_pin, sizeof p->domain_pin);
}

void brski_early_voucher(struct brski_voucher *v, const char *serial, const struct imp_x509 *domain,
                         int64_t lifetime)
{
    *v = (struct brski_voucher){.assertion = BRSKI_VERIFIED, .pinned = *domain};
    snprintf(v->serial, sizeof v->serial, "%s", serial);
    brski_date_write(v->created_on, imp_x509_seconds(0));
    brski_date_write(v->expires_on, imp_x509_seconds(lifetime * IMP_S));
}

/* The operator has fetched a voucher without nonce before: octets, or -1. */
static int stored_voucher(struct imp_env *masa, uint8_t der[BRSKI_CMS], const char *serial,
                          const struct imp_x509 *domain)
{
    static struct brski_voucher v; /* filled and used within the call */
    struct est_key key;
    struct imp_x509 crt, above;
    est_key_load(masa, "key", &key);
    est_cert_load(masa, "certificate", &crt);
    est_cert_load(masa, "ca-certificate", &above);
    brski_early_voucher(&v, serial, domain, imp_opt(masa, BRSKI_OPT_LIFETIME));
    const struct brski_signer by = {&crt, key.secret, &above};
    int n = brski_sign(masa, der, BRSKI_CMS, &v, &by);
    if (n > 0)
        brski_masa_note(masa, &v, 0);
    imp_wipe(&key, sizeof key);
    return n;
}

/* Second-hand: other domains had vouchers for it. */
void brski_note_history(struct imp_env *masa, const char *serial, int64_t kind)
{
    static struct brski_log log; /* filled and used within the call */
    char cell[BRSKI_SERIAL + 8];
    if (kind == BRSKI_HISTORY_NONE)
        return;
    log = (struct brski_log){0};
    for (int i = 0; i < 2; i++) {
        struct brski_log_event e = {.at = imp_x509_seconds(0),
                                    .domain_n = 20,
                                    .nonce_n = BRSKI_NONCE,
                                    .assertion = BRSKI_VERIFIED};
        imp_random(masa, "former-domain", e.domain, e.domain_n);
        imp_random(masa, "former-nonce", e.nonce, BRSKI_NONCE);
        if (i == 0 && kind == BRSKI_HISTORY_NONCELESS) {
            memset(e.nonce, 0, sizeof e.nonce);
            e.nonce_n = 0;
        }
        brski_log_append(&log, &e);
    }
    brski_cell(cell, sizeof cell, "log", serial);
    masa->ops->cell_put(masa, cell, &log, sizeof log);
}

static void store(struct imp_env *masa, struct imp_env *const *parties, size_t count,
                  const char *serial)
{
    uint8_t der[BRSKI_CMS];
    char cell[BRSKI_SERIAL + 8];
    struct imp_x509 domain;
    int n = 0;
    brski_cell(cell, sizeof cell, "voucher", serial);
    for (size_t i = 0; i < count; i++) {
        if (parties[i]->role != BRSKI_REGISTRAR ||
            imp_opt(parties[i], BRSKI_OPT_VOUCHER) != BRSKI_STORED ||
            !est_cert_load(parties[i], "ca-certificate", &domain))
            continue;
        if (n == 0)
            n = stored_voucher(masa, der, serial, &domain);
        if (n > 0)
            parties[i]->ops->cell_put(parties[i], cell, der, (size_t)n);
    }
}

static struct imp_env *masa_of(struct imp_env *const *parties, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == BRSKI_AUTHORITY)
            return parties[i];
    return NULL;
}

static void provision_one(struct imp_env *env, const struct prior *p)
{
    if (env->role == BRSKI_AUTHORITY)
        provision_masa(env, p);
    else if (env->role == BRSKI_REGISTRAR)
        provision_registrar(env, p);
    else if (env->role == BRSKI_PLEDGE)
        provision_pledge(env, p);
}

void brski_provision_parties(struct imp_env *const *parties, size_t count)
{
    static struct prior p; /* filled and wiped within the call */
    struct imp_env *masa = masa_of(parties, count);
    if (!masa)
        return;
    make_prior(masa, &p, parties, count);
    for (size_t i = 0; i < count; i++)
        provision_one(parties[i], &p);
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == BRSKI_PLEDGE)
            sell(masa, parties[i], &p);
    imp_wipe(&p, sizeof p);
}

void brski_provision(struct imp_env *const *parties, size_t count)
{
    struct imp_env *masa = masa_of(parties, count);
    brski_provision_parties(parties, count);
    for (size_t i = 0; masa && i < count; i++) {
        if (parties[i]->role != BRSKI_PLEDGE)
            continue;
        brski_note_history(masa, parties[i]->name, imp_opt(masa, BRSKI_OPT_HISTORY));
        store(masa, parties, count, parties[i]->name);
    }
}
