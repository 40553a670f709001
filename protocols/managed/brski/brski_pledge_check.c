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
    const struct imp_x509_policy policy = {.anchors = &top,
                                           .anchor_count = 1,
                                           .purpose = purpose,
                                           .any_time = !imp_opt(d->env, BRSKI_OPT_CLOCK)};
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
    return v->nonce_n == sizeof d->by->nonce &&
           imp_equal(v->nonce, d->by->nonce, sizeof d->by->nonce);
}

const char *brski_out_of_time(const struct brski_pledge *d, const struct brski_voucher *v,
                              int64_t signed_at)
{
    int64_t now = imp_x509_seconds(d->now), at;
    if (!imp_opt(d->env, BRSKI_OPT_CLOCK) || imp_flawed(d->env, BRSKI_FLAW_EXPIRY))
        return NULL;
    if (signed_at != IMP_CMS_UNDATED && signed_at > now)
        return "voucher-not-yet-valid";
    if (v->created_on[0] && (brski_date_read(&at, v->created_on) != 0 || at > now))
        return "voucher-not-yet-valid";
    if (v->expires_on[0] && (brski_date_read(&at, v->expires_on) != 0 || at < now))
        return "voucher-expired";
    return NULL;
}

/* RFC 8366 section 5.3: serial numbers are unique among those of one issuer of IDevIDs. */
static bool same_issuer(const struct brski_pledge *d, const struct brski_voucher *v)
{
    struct imp_x509_info own;
    return v->issuer_n == 0 || (imp_x509_read(&own, d->idevid_crt.der, d->idevid_crt.n) == 0 &&
                                own.authority_key_n == v->issuer_n &&
                                memcmp(own.authority_key, v->issuer, v->issuer_n) == 0);
}

bool brski_of_domain(struct brski_pledge *d, const struct imp_x509 *pinned)
{
    const struct imp_x509 *leaf = &d->chain[0];
    bool same =
        d->chain_count && pinned->n == leaf->n && memcmp(pinned->der, leaf->der, leaf->n) == 0;
    return same || (pinned->n && below(d, pinned, IMP_X509_CMC_RA, d->chain, d->chain_count));
}

/* Of this attempt, in time, and for the domain at the other end. */
static const char *not_ours(struct brski_pledge *d, const struct brski_voucher *v,
                            int64_t signed_at)
{
    const char *why = brski_out_of_time(d, v, signed_at);
    if (!same_issuer(d, v))
        return "voucher-of-another";
    if (!fresh(d, v))
        return "voucher-not-fresh";
    if (why)
        return why;
    if (v->pinned.n == 0)
        return "no-pinned-domain-cert"; /* RFC 8995 section 5.6.1 */
    return brski_of_domain(d, &v->pinned) ? NULL : "another-domain";
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
    const char *why = d->env->adversary ? NULL : not_ours(d, &v, cms.signed_at);
    if (!why)
        d->pinned = v.pinned;
    return why;
}
