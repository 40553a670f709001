/* SPDX-License-Identifier: GPL-2.0-only */
/* est_public.c - a public authority: the implicit trust anchor of devices (RFC 7030 sections 1.1
 * and 3.6.2). Whoever has a name gets a certificate for that, the adversary too; so it is one for
 * all, with a key that depends on nothing. */
#include "est.h"

#include "protocols/crypto/crypto.h"

#include <string.h>

enum { YEAR = 365 * 24 * 3600 };

void est_public_found(struct imp_env *env, struct imp_authority *out)
{
    static const char key[] = "EST: a public authority";
    imp_sha256(NULL, out->secret, &IMP_PIECE(key, sizeof key - 1), 1);
    imp_p256_public(NULL, out->pub, out->secret);
    imp_authority_certify(env, out, "CN=Public CA", 0, NULL);
}

/* The name of a server: where devices look for it, or another one of the adversary's. */
static const char *name_of(const struct imp_env *env)
{
    if (env->adversary)
        return "adversary.example";
    return env->role == EST_OTHER_SERVER ? EST_NAME_OTHER : EST_HOST;
}

static void certify(struct imp_env *env, const struct imp_authority *by)
{
    struct est_key own;
    struct imp_x509 crt;
    if (!est_key_load(env, "key", &own))
        return;
    const struct imp_x509_spec spec = {.subject = "CN=An EST server",
                                       .pub = own.pub,
                                       .purposes = IMP_X509_SERVER,
                                       .dns = name_of(env),
                                       .not_after = IMP_S * YEAR};
    imp_x509_issue(env, &crt, &spec, &by->crt, by->secret);
    env->ops->cell_put(env, EST_CELL_PUBLIC, crt.der, crt.n);
    imp_wipe(&own, sizeof own);
}

void est_provision_public(struct imp_env *const *parties, size_t count)
{
    struct imp_authority ca;
    for (size_t i = 0; i < count; i++) {
        struct imp_env *env = parties[i];
        if (imp_opt(env, EST_OPT_BOOTSTRAP) != EST_BOOTSTRAP_IMPLICIT)
            continue;
        est_public_found(env, &ca);
        if (env->role == EST_DEVICE)
            env->ops->cell_put(env, EST_CELL_IMPLICIT, ca.crt.der, ca.crt.n);
        else
            certify(env, &ca);
    }
    imp_wipe(&ca, sizeof ca);
}

bool est_is_named(struct imp_env *env, const struct imp_piece *chain, size_t count,
                  const struct imp_x509 *anchor, const char *host)
{
    const struct imp_piece top = {anchor->der, anchor->n};
    const struct imp_x509_policy policy = {.anchors = &top,
                                           .anchor_count = 1,
                                           .purpose = IMP_X509_SERVER,
                                           .host = host,
                                           .any_time = true};
    return anchor->n && imp_x509_verify(env, chain, count, &policy, 0) == IMP_X509_GOOD;
}
