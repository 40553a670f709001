/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_expect.c - what a pledge asks of a voucher, RFC 8995 section 5.6.1, in whatever form it
 * came.
 */
#include "brski.h"

#include "protocols/crypto/crypto.h"

#include <string.h>

bool brski_expect_below(const struct brski_expected *x, const struct imp_x509 *anchor,
                        unsigned purpose, const struct imp_x509 *chain, size_t count)
{
    struct imp_piece pieces[BRSKI_CHAIN];
    const struct imp_piece top = {anchor->der, anchor->n};
    const struct imp_x509_policy policy = {
        .anchors = &top, .anchor_count = 1, .purpose = purpose, .any_time = !x->clock};
    for (size_t i = 0; i < count; i++)
        pieces[i] = IMP_PIECE(chain[i].der, chain[i].n);
    return count > 0 && imp_x509_verify(x->env, pieces, count, &policy, x->now) == IMP_X509_GOOD;
}

/* The voucher was made for the request of this attempt. Without a nonce it says nothing of when. */
static bool fresh(const struct brski_expected *x, const struct brski_voucher *v)
{
    if (x->any_moment)
        return true;
    if (v->nonce_n == 0)
        return x->any_nonce;
    return v->nonce_n == BRSKI_NONCE && imp_equal(v->nonce, x->nonce, BRSKI_NONCE);
}

const char *brski_expect_in_time(const struct brski_expected *x, const struct brski_voucher *v,
                                 int64_t signed_at)
{
    int64_t now = imp_x509_seconds(x->now), at;
    if (!x->clock || x->any_date)
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
static bool same_issuer(const struct brski_expected *x, const struct brski_voucher *v)
{
    struct imp_x509_info own;
    return v->issuer_n == 0 || (imp_x509_read(&own, x->idevid->der, x->idevid->n) == 0 &&
                                own.authority_key_n == v->issuer_n &&
                                memcmp(own.authority_key, v->issuer, v->issuer_n) == 0);
}

bool brski_expect_domain(const struct brski_expected *x, const struct imp_x509 *pinned)
{
    const struct imp_x509 *leaf = &x->chain[0];
    bool same =
        x->chain_count && pinned->n == leaf->n && memcmp(pinned->der, leaf->der, leaf->n) == 0;
    return same ||
           (pinned->n && brski_expect_below(x, pinned, IMP_X509_CMC_RA, x->chain, x->chain_count));
}

/* A pinned public key is the registrar's own (RFC 8366bis). */
static bool has_key(const struct brski_expected *x, const struct brski_voucher *v)
{
    struct imp_x509_info info;
    uint8_t spki[BRSKI_SPKI];
    if (x->chain_count == 0 || v->key_n != sizeof spki ||
        imp_x509_read(&info, x->chain[0].der, x->chain[0].n) != 0)
        return false;
    imp_p256_spki(spki, info.pub);
    return memcmp(spki, v->key, sizeof spki) == 0;
}

/* Of this attempt, in time, and for the domain at the other end. */
const char *brski_not_ours(const struct brski_expected *x, const struct brski_voucher *v,
                           int64_t signed_at)
{
    const char *why = brski_expect_in_time(x, v, signed_at);
    if (!same_issuer(x, v))
        return "voucher-of-another";
    if (!fresh(x, v))
        return "voucher-not-fresh";
    if (why)
        return why;
    if (v->pinned.n == 0 && v->key_n == 0)
        return "no-pinned-domain-cert"; /* RFC 8995 section 5.6.1 */
    bool ours = v->pinned.n ? brski_expect_domain(x, &v->pinned) : has_key(x, v);
    return ours ? NULL : "another-domain";
}
