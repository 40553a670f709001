/* SPDX-License-Identifier: GPL-2.0-only */
/* estc_provision.c - what is there before: as for EST; and what a registrar has in the place of the
 * certificate authority. */
#include "estc.h"

#include "protocols/crypto/crypto.h"

enum { YEARS = 20 * 365 * 24 * 3600 };

/* It has no authority, but a certificate by which it is a server for devices and, for the EST
 * server, a client that is a registration authority (RFC 9148 section 5). */
static void make_registrar(struct imp_env *env)
{
    struct est_key key, ca;
    struct imp_x509 root, crt;
    const struct imp_x509_spec spec = {.subject = "CN=" EST_HOST,
                                       .pub = key.pub,
                                       .purposes =
                                           IMP_X509_SERVER | IMP_X509_CLIENT | IMP_X509_CMC_RA,
                                       .dns = EST_HOST,
                                       .not_after = IMP_S * YEARS};
    if (est_key_load(env, "key", &key) && est_key_load(env, "ca-key", &ca) &&
        est_cert_load(env, "ca-certificate", &root) &&
        imp_x509_issue(env, &crt, &spec, &root, ca.secret) == 0)
        env->ops->cell_put(env, "certificate", crt.der, crt.n);
    env->ops->cell_erase(env, "ca-key");
    imp_wipe(&key, sizeof key);
    imp_wipe(&ca, sizeof ca);
}

void estc_provision(struct imp_env *const *parties, size_t count)
{
    bool between = false;
    est_provision(parties, count);
    for (size_t i = 0; i < count; i++)
        if (parties[i]->role == EST_SERVER && estc_relays(parties[i])) {
            make_registrar(parties[i]);
            between = true;
        }
    est_provision_sealing(parties, count, ESTC_OPT_SEALING, between ? EST_SERVER : 0);
    est_provision_rollover(parties, count, ESTC_OPT_ROLLOVER);
}
