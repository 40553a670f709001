/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_pledge_check.c - a voucher in CMS, and what the pledge expects of it. */
#include "brski.h"

#include <string.h>

static struct brski_expected expected(const struct brski_pledge *d)
{
    return (struct brski_expected){
        .env = d->env,
        .now = d->now,
        .clock = imp_opt(d->env, BRSKI_OPT_CLOCK) != 0,
        .any_nonce = imp_opt(d->env, BRSKI_OPT_NONCE) == BRSKI_NONCE_ANY,
        .any_moment = imp_flawed(d->env, BRSKI_FLAW_NONCE),
        .any_date = imp_flawed(d->env, BRSKI_FLAW_EXPIRY),
        .nonce = d->a->by ? d->a->by->nonce : NULL,
        .idevid = &d->idevid_crt,
        .chain = d->a->chain,
        .chain_count = d->a->chain_count,
    };
}

const char *brski_out_of_time(const struct brski_pledge *d, const struct brski_voucher *v,
                              int64_t signed_at)
{
    const struct brski_expected x = expected(d);
    return brski_expect_in_time(&x, v, signed_at);
}

bool brski_of_domain(struct brski_pledge *d, const struct imp_x509 *pinned)
{
    const struct brski_expected x = expected(d);
    return brski_expect_domain(&x, pinned);
}

const char *brski_check_voucher(struct brski_pledge *d, const uint8_t *der, size_t n)
{
    static struct brski_voucher v; /* both filled and used within the call */
    static struct imp_cms_signed cms;
    const struct brski_expected x = expected(d);
    bool any_signer = d->env->adversary || imp_flawed(d->env, BRSKI_FLAW_VOUCHER);
    bool any_serial = d->env->adversary || imp_flawed(d->env, BRSKI_FLAW_SERIAL);
    if (brski_open(d->env, &v, &cms, der, n, false) != 0)
        return "malformed-voucher";
    if (!any_signer && !brski_expect_below(&x, &d->manufacturer, 0, &cms.signer, 1))
        return "untrusted-voucher";
    if (!any_serial && strcmp(v.serial, d->serial) != 0)
        return "voucher-of-another";
    const char *why = d->env->adversary ? NULL : brski_not_ours(&x, &v, cms.signed_at);
    if (!why)
        d->pinned = v.pinned;
    return why;
}
