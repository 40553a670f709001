/* SPDX-License-Identifier: GPL-2.0-only */
/* vendor.c - who issues devices' identities. */
#include "vendor.h"

#include "../contract/mechanism.h"
#include "../crypto/crypto.h"

#include <string.h>

enum { YEAR = 365 * 24 * 3600 };

void imp_authority_certify(struct imp_env *env, struct imp_authority *a, const char *subject,
                           int path_length, const struct imp_authority *by)
{
    const struct imp_x509_spec spec = {.subject = subject,
                                       .pub = a->pub,
                                       .purposes = IMP_X509_CA,
                                       .path_length = path_length,
                                       .not_after = IMP_S * 20 * YEAR};
    imp_x509_issue(env, &a->crt, &spec, by ? &by->crt : NULL, by ? by->secret : a->secret);
}

void imp_authority_found(struct imp_env *env, struct imp_authority *out, const char *subject,
                         const char *purpose, int path_length, const struct imp_authority *by)
{
    imp_p256_keypair(env, purpose, out->pub, out->secret);
    imp_authority_certify(env, out, subject, path_length, by);
}

static int64_t option(const struct imp_env *env, const char *name)
{
    int i = imp_option_find(env->mechanism, name);
    return i < 0 ? 0 : imp_opt(env, (unsigned)i);
}

void imp_vendor_found(struct imp_env *env, struct imp_vendor *out, struct imp_env *const *parties,
                      size_t count, const char *purpose)
{
    size_t first = 0;
    while (first < count && parties[first]->role != 0)
        first++;
    bool two = first < count && option(parties[first], "vendor-chain") == IMP_VENDOR_ISSUING;
    memset(out, 0, sizeof *out);
    imp_authority_found(env, &out->root, "CN=Manufacturer CA", purpose, two, NULL);
    if (two)
        imp_authority_found(env, &out->below, "CN=Manufacturer Issuing CA",
                            "CN=Manufacturer Issuing CA", 0, &out->root);
}

const struct imp_authority *imp_vendor_issuer(const struct imp_vendor *v)
{
    return v->below.crt.n ? &v->below : &v->root;
}

void imp_vendor_put(const struct imp_vendor *v, struct imp_env *env, const char *cell)
{
    if (v->below.crt.n)
        env->ops->cell_put(env, cell, v->below.crt.der, v->below.crt.n);
}

void imp_vendor_tell(const struct imp_vendor *v, struct imp_env *env, const char *cell)
{
    if (option(env, "vendor-intermediates"))
        imp_vendor_put(v, env, cell);
}

bool imp_vendor_sends(const struct imp_env *env)
{
    return option(env, "send-chain") == IMP_SEND_FULL;
}
