/* SPDX-License-Identifier: GPL-2.0-only */
/* est_certs.c - certificates as both ends of enrolment look at them: which of those that came is
 * the authority's or the device's own; whether a request may be granted, and granting it. */
#include "est.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { YEAR = 365 * 24 * 3600 };

const struct imp_x509 *est_authority_in(const struct imp_cms_certs *certs)
{
    struct imp_x509_info info;
    for (size_t i = 0; i < certs->count; i++)
        if (imp_x509_read(&info, certs->crt[i].der, certs->crt[i].n) == 0 && info.self_issued &&
            (info.purposes & IMP_X509_CA))
            return &certs->crt[i];
    return NULL;
}

static bool is_below(struct imp_env *env, const struct imp_x509 *crt, const struct imp_x509 *anchor)
{
    const struct imp_piece chain = {crt->der, crt->n}, top = {anchor->der, anchor->n};
    const struct imp_x509_policy policy = {.anchors = &top, .anchor_count = 1, .any_time = true};
    return imp_x509_verify(env, &chain, 1, &policy, 0) == IMP_X509_GOOD;
}

const struct imp_x509 *est_own_in(struct imp_env *env, const struct imp_cms_certs *certs,
                                  const uint8_t pub[EST_PUB], const struct imp_x509 *anchor)
{
    struct imp_x509_info info;
    for (size_t i = 0; i < certs->count; i++)
        if (imp_x509_read(&info, certs->crt[i].der, certs->crt[i].n) == 0 &&
            imp_equal(info.pub, pub, EST_PUB) && (!anchor || is_below(env, &certs->crt[i], anchor)))
            return &certs->crt[i];
    return NULL;
}

const char *est_check_request(struct imp_env *env, struct imp_x509_asked *asked, const uint8_t *der,
                              size_t n, const struct est_terms *terms)
{
    char subject[EST_NAME + 3];
    int read = terms->server_makes ? imp_x509_read_keyless_request(env, asked, der, n)
                                   : imp_x509_read_request(env, asked, der, n);
    snprintf(subject, sizeof subject, "CN=%s", terms->name);
    if (read != 0)
        return "bad-request";
    if (strcmp(asked->subject, subject) != 0)
        return "another-subject";
    return terms->pop && (!terms->pop[0] || strcmp(terms->pop, asked->challenge) != 0)
               ? "another-session"
               : NULL;
}

const char *est_check_name(const struct imp_x509_asked *asked, const char *dns, const char *why)
{
    return strcasecmp(asked->dns, dns) == 0 ? NULL : why;
}

static bool issue(struct imp_env *env, struct imp_x509 *crt, const struct imp_x509_asked *asked,
                  const uint8_t pub[EST_PUB], const struct est_issuer *by, imp_time now)
{
    const struct imp_x509_spec spec = {.subject = asked->subject,
                                       .dns = asked->dns[0] ? asked->dns : NULL,
                                       .pub = pub,
                                       .purposes = IMP_X509_CLIENT,
                                       .not_before = now,
                                       .not_after = now + IMP_S * YEAR};
    return imp_x509_issue(env, crt, &spec, by->crt, by->secret) == 0;
}

bool est_issue(struct imp_env *env, struct imp_x509 *crt, const char *subject,
               const uint8_t pub[EST_PUB], const struct est_issuer *by, imp_time now)
{
    struct imp_x509_asked asked = {.dns = ""};
    snprintf(asked.subject, sizeof asked.subject, "%s", subject);
    return issue(env, crt, &asked, pub, by, now);
}

bool est_issue_named(struct imp_env *env, struct imp_x509 *crt, const struct imp_x509_asked *asked,
                     const char *name, const uint8_t pub[EST_PUB], const struct est_issuer *by,
                     imp_time now)
{
    struct imp_x509_asked granted = *asked;
    if (est_check_name(asked, name, "another"))
        granted.dns[0] = 0;
    return issue(env, crt, &granted, pub, by, now);
}

int64_t est_pending(struct imp_env *env, const char *name, int64_t period, imp_time now)
{
    char cell[EST_NAME + 16];
    imp_time asked;
    snprintf(cell, sizeof cell, "asked-%s", name);
    if (period == 0)
        return 0;
    if (env->ops->cell_get(env, cell, &asked, sizeof asked) != sizeof asked) {
        asked = now;
        env->ops->cell_put(env, cell, &asked, sizeof asked);
    }
    imp_time due = asked + period * IMP_S;
    return due <= now ? 0 : (due - now + IMP_S - 1) / IMP_S;
}

void est_record(struct imp_env *env, const struct est_sid *sid, const char *name,
                const struct imp_x509 *ca, const struct imp_x509 *crt)
{
    char cell[EST_NAME + 16];
    snprintf(cell, sizeof cell, "issued-%s", name);
    bool first = env->ops->cell_get(env, cell, NULL, 0) < 0;
    env->ops->cell_put(env, cell, crt->der, crt->n);
    est_claim_enrolled(env, "est", sid, name, ca, crt);
    if (first)
        est_claim(env, IMP_CLAIM_COMPLETE, NULL);
}
