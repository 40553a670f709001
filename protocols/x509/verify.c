/* SPDX-License-Identifier: GPL-2.0-only */
/* Paths to a trust anchor, RFC 5280 section 6. GnuTLS checks signatures and constraints; validity
 * is checked here, against simulated time. */
#include "x509_internal.h"

#include <string.h>

static const char *const texts[] = {
#define TEXT(id, text) text,
    IMP_X509_VERDICTS(TEXT)
#undef TEXT
};

const char *imp_x509_verdict_text(enum imp_x509_verdict v)
{
    return texts[v];
}

struct list {
    gnutls_x509_crt_t crt[IMP_X509_CHAIN];
    unsigned count;
};

static void clear(struct list *l)
{
    while (l->count > 0)
        gnutls_x509_crt_deinit(l->crt[--l->count]);
}

static bool import(struct list *l, const struct imp_piece *der, size_t count)
{
    for (size_t i = 0; i < count && i < IMP_X509_CHAIN; i++) {
        const gnutls_datum_t in = {(uint8_t *)der[i].p, (unsigned)der[i].n};
        if (der[i].n > UINT16_MAX || gnutls_x509_crt_init(&l->crt[l->count]) < 0)
            return false;
        l->count++;
        if (gnutls_x509_crt_import(l->crt[l->count - 1], &in, GNUTLS_X509_FMT_DER) < 0)
            return false;
    }
    return count > 0 && count <= IMP_X509_CHAIN;
}

/* Each certificate's signature down from the anchor; the anchor's own is not looked at. */
static void charge(struct imp_env *env, const struct imp_piece *chain, size_t count,
                   const struct imp_x509_policy *policy)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t a = 0; a < policy->anchor_count; a++)
            if (policy->anchors[a].n == chain[i].n &&
                memcmp(policy->anchors[a].p, chain[i].p, chain[i].n) == 0)
                return;
        x509__charge_verify(env, chain[i].n);
    }
}

/* RFC 5280 section 6 begins with a path. What the chain lacks up to an anchor may be among what the
 * verifier has. */
static void complete(struct imp_env *env, struct list *chain, struct list *known,
                     const struct imp_x509_policy *policy)
{
    for (unsigned i = 0; i < known->count && chain->count < IMP_X509_CHAIN; i++) {
        gnutls_x509_crt_t top = chain->crt[chain->count - 1];
        if (gnutls_x509_crt_check_issuer(top, top))
            return;
        if (!known->crt[i] || !gnutls_x509_crt_check_issuer(top, known->crt[i]))
            continue;
        x509__charge_verify(env, policy->intermediates[i].n);
        chain->crt[chain->count++] = known->crt[i];
        known->crt[i] = NULL; /* is the chain's now */
        i = ~0U;              /* from the first again */
    }
}

static enum imp_x509_verdict check_path(const struct list *chain, const struct list *anchors)
{
    unsigned status = ~0U;
    int r = gnutls_x509_crt_list_verify(
        chain->crt, (int)chain->count, anchors->crt, (int)anchors->count, NULL, 0,
        GNUTLS_VERIFY_DISABLE_TIME_CHECKS | GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS, &status);
    return r < 0 || status != 0 ? IMP_X509_UNTRUSTED : IMP_X509_GOOD;
}

static enum imp_x509_verdict check_time(const struct list *chain, int64_t now, bool past_end)
{
    for (unsigned i = 0; i < chain->count; i++) {
        if (now < gnutls_x509_crt_get_activation_time(chain->crt[i]))
            return IMP_X509_NOT_YET;
        if (!past_end && now > x509__expiry(chain->crt[i]))
            return IMP_X509_EXPIRED;
    }
    return IMP_X509_GOOD;
}

static bool has_purpose(gnutls_x509_crt_t leaf, unsigned purpose)
{
    const char *oid = purpose == IMP_X509_SERVER   ? GNUTLS_KP_TLS_WWW_SERVER
                      : purpose == IMP_X509_CLIENT ? GNUTLS_KP_TLS_WWW_CLIENT
                                                   : X509_OID_CMC_RA;
    return gnutls_x509_crt_check_key_purpose(leaf, oid, 0) != 0;
}

static enum imp_x509_verdict check_leaf(gnutls_x509_crt_t leaf,
                                        const struct imp_x509_policy *policy)
{
    if (policy->purpose && !has_purpose(leaf, policy->purpose))
        return IMP_X509_PURPOSE;
    unsigned ca = 0;
    if (policy->end_entity && gnutls_x509_crt_get_basic_constraints(leaf, NULL, &ca, NULL) >= 0 &&
        ca)
        return IMP_X509_AUTHORITY;
    if (policy->host &&
        !gnutls_x509_crt_check_hostname2(leaf, policy->host, GNUTLS_VERIFY_DO_NOT_ALLOW_WILDCARDS))
        return IMP_X509_OTHER_NAME;
    return IMP_X509_GOOD;
}

enum imp_x509_verdict imp_x509_verify(struct imp_env *env, const struct imp_piece *chain,
                                      size_t count, const struct imp_x509_policy *policy,
                                      imp_time now)
{
    struct list certs = {.count = 0}, anchors = {.count = 0}, known = {.count = 0};
    enum imp_x509_verdict v = IMP_X509_GOOD;
    if (!import(&certs, chain, count))
        v = IMP_X509_MALFORMED;
    else if (!import(&anchors, policy->anchors, policy->anchor_count) ||
             (policy->intermediate_count > 0 &&
              !import(&known, policy->intermediates, policy->intermediate_count)))
        v = IMP_X509_UNTRUSTED;
    else
        charge(env, chain, count, policy);
    if (v == IMP_X509_GOOD)
        complete(env, &certs, &known, policy);
    if (v == IMP_X509_GOOD)
        v = check_path(&certs, &anchors);
    if (v == IMP_X509_GOOD && !policy->any_time)
        v = check_time(&certs, imp_x509_seconds(now), policy->past_end);
    if (v == IMP_X509_GOOD)
        v = check_leaf(certs.crt[0], policy);
    clear(&certs);
    clear(&anchors);
    clear(&known);
    return v;
}
