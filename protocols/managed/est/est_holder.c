/* SPDX-License-Identifier: GPL-2.0-only */
/* est_holder.c - a device and its certificates, over whichever transport it asks for them. */
#include "est.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

void est_holder_start(struct imp_env *env, struct est_holder *h)
{
    snprintf(h->name, sizeof h->name, "%s", env->name);
    est_key_load(env, "idevid-key", &h->idevid);
    est_cert_load(env, "idevid", &h->idevid_crt);
    est_issuing_load(env, &h->issuing);
    est_claim_identity(env, h->name, strlen(h->name));
}

size_t est_shown(const struct est_holder *h, struct imp_piece out[2])
{
    const struct imp_x509 *crt = h->renewing ? &h->crt : &h->idevid_crt;
    out[0] = IMP_PIECE(crt->der, crt->n);
    out[1] = IMP_PIECE(h->issuing.der, h->issuing.n);
    return h->renewing || h->issuing.n == 0 ? 1 : 2;
}

void est_keep(struct imp_env *env, struct est_holder *h, const struct imp_x509 *crt, bool made)
{
    h->crt = *crt;
    h->held = h->own;
    h->promised = h->renewing = false;
    env->ops->cell_put(env, "certificate", h->crt.der, h->crt.n);
    env->ops->cell_put(env, "own-key", h->own.secret, sizeof h->own.secret);
    est_claim_session(env, IMP_CLAIM_COMMIT, "est", &h->sid, h->name, h->server);
    est_claim_enrolled(env, "est", &h->sid, h->name, &h->anchor, &h->crt);
    if (made)
        est_claim_key(env, &h->sid, h->own.secret);
    if (!h->claimed)
        est_claim(env, IMP_CLAIM_COMPLETE, NULL);
    h->claimed = true;
}

imp_time est_due(const struct est_holder *h, int64_t period, int64_t part, imp_time now)
{
    struct imp_x509_info info;
    imp_time due = period ? now + period * IMP_S : IMP_NEVER;
    if (part == 0 || imp_x509_read(&info, h->crt.der, h->crt.n) != 0)
        return due;
    int64_t begun = info.not_before - imp_x509_seconds(0);
    imp_time then = (begun + (info.not_after - info.not_before) * part / 100) * IMP_S;
    if (then < now)
        then = now;
    return then < due ? then : due;
}

void est_renewing(struct est_holder *h, imp_time now)
{
    struct imp_x509_info info;
    h->renewing =
        imp_x509_read(&info, h->crt.der, h->crt.n) == 0 && imp_x509_seconds(now) <= info.not_after;
}

bool est_heed(struct est_holder *h, const uint8_t *der, size_t n, bool required)
{
    int asked = n > 0 ? est_attributes_asked(der, n) : 0;
    if (asked < 0 || (required && !asked))
        return false;
    h->bound = asked & EST_ASKED_BINDING;
    h->named = asked & EST_ASKED_NAME;
    return true;
}

const char *est_alt_name(const struct est_holder *h)
{
    struct imp_x509_info info;
    if (!h->renewing)
        return h->named ? h->name : NULL;
    return imp_x509_read(&info, h->crt.der, h->crt.n) == 0 && info.dns[0] ? h->name : NULL;
}

void est_forget(struct imp_env *env, struct est_holder *h)
{
    static const char *const gone[] = {"anchor", "certificate", "own-key"};
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        env->ops->cell_erase(env, gone[i]);
    imp_wipe(&h->own, sizeof h->own);
    imp_wipe(&h->held, sizeof h->held);
    h->claimed = h->promised = h->renewing = h->bound = h->named = false;
}
