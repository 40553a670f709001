/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_pledge_check.c - what a pledge asks of a voucher, RFC 8995 section 5.6.1. */
#include "brski.h"

#include "protocols/crypto/crypto.h"

#include <string.h>

static bool below(struct brski_pledge *d, const struct imp_x509 *anchor, unsigned purpose,
                  const struct imp_x509 *chain, size_t count)
{
    struct imp_piece pieces[BRSKI_CHAIN];
    const struct imp_piece top = {anchor->der, anchor->n};
    const struct imp_x509_policy policy = {
        .anchors = &top, .anchor_count = 1, .purpose = purpose, .any_time = true};
    for (size_t i = 0; i < count; i++)
        pieces[i] = IMP_PIECE(chain[i].der, chain[i].n);
    return count > 0 && imp_x509_verify(d->env, pieces, count, &policy, d->now) == IMP_X509_GOOD;
}

/* The voucher was made for the request of this attempt. Without a nonce it says nothing of when. */
static bool fresh(const struct brski_pledge *d, const struct brski_voucher *v)
{
    if (imp_flawed(d->env, BRSKI_FLAW_NONCE))
        return true;
    if (v->nonce_n == 0)
        return imp_opt(d->env, BRSKI_OPT_NONCE) == BRSKI_NONCE_ANY;
    return v->nonce_n == sizeof d->nonce && imp_equal(v->nonce, d->nonce, sizeof d->nonce);
}

/* A pledge without a clock cannot tell (RFC 8995 section 2.6.1). */
static bool expired(const struct brski_pledge *d, const struct brski_voucher *v)
{
    int64_t end;
    return imp_opt(d->env, BRSKI_OPT_CLOCK) && v->expires_on[0] &&
           (brski_date_read(&end, v->expires_on) != 0 || end < imp_x509_seconds(d->now));
}

/* The registrar of this session has the pinned certificate, or one below it. */
static bool of_domain(struct brski_pledge *d, const struct imp_x509 *pinned)
{
    const struct imp_x509 *leaf = &d->chain[0];
    bool same =
        d->chain_count && pinned->n == leaf->n && memcmp(pinned->der, leaf->der, leaf->n) == 0;
    return same || (pinned->n && below(d, pinned, IMP_X509_CMC_RA, d->chain, d->chain_count));
}

const char *brski_check_voucher(struct brski_pledge *d, const uint8_t *der, size_t n)
{
    static struct brski_voucher v; /* both filled and used within the call */
    static struct imp_cms_signed cms;
    bool any_signer = d->env->adversary || imp_flawed(d->env, BRSKI_FLAW_VOUCHER);
    bool any_serial = d->env->adversary || imp_flawed(d->env, BRSKI_FLAW_SERIAL);
    if (brski_open(d->env, &v, &cms, der, n, false) != 0)
        return "malformed-voucher";
    if (!any_signer && !below(d, &d->manufacturer, 0, &cms.signer, 1))
        return "untrusted-voucher";
    if (!any_serial && strcmp(v.serial, d->serial) != 0)
        return "voucher-of-another";
    if (!d->env->adversary && !fresh(d, &v))
        return "voucher-not-fresh";
    if (!d->env->adversary && expired(d, &v))
        return "voucher-expired";
    if (!d->env->adversary && !of_domain(d, &v.pinned))
        return "another-domain";
    d->pinned = v.pinned;
    return NULL;
}
