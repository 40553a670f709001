/* SPDX-License-Identifier: GPL-2.0-only */
/* est_certs.c - certificates as both ends of enrolment look at them: which of those that came is
 * the authority's or the device's own; whether a request may be granted, and granting it. */
#include "est.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { YEAR = 365 * 24 * 3600 };

/* Under one name for both keys OldWithNew and NewWithOld are no roots: key identifiers tell. */
bool est_is_root(const struct imp_x509 *crt, int64_t *until)
{
    struct imp_x509_info info;
    if (imp_x509_read(&info, crt->der, crt->n) != 0)
        return false;
    if (until)
        *until = info.not_after;
    return info.self_issued && (info.purposes & IMP_X509_CA);
}

const struct imp_x509 *est_authority_in(const struct imp_cms_certs *certs)
{
    const struct imp_x509 *newest = NULL;
    int64_t until = 0, end;
    for (size_t i = 0; i < certs->count; i++)
        if (est_is_root(&certs->crt[i], &end) && (!newest || end > until)) {
            newest = &certs->crt[i];
            until = end;
        }
    return newest;
}

bool est_is_below(struct imp_env *env, const struct imp_x509 *crt, const struct imp_x509 *anchor)
{
    const struct imp_piece chain = {crt->der, crt->n}, top = {anchor->der, anchor->n};
    const struct imp_x509_policy policy = {.anchors = &top, .anchor_count = 1, .any_time = true};
    return imp_x509_verify(env, &chain, 1, &policy, 0) == IMP_X509_GOOD;
}

bool est_is_client(struct imp_env *env, const struct imp_piece *chain, size_t count,
                   const struct est_trusted *by, imp_time now)
{
    const struct imp_piece top = {by->anchor->der, by->anchor->n};
    const struct imp_x509 *known = by->issuing && by->issuing->n ? by->issuing : NULL;
    const struct imp_piece issuing = {known ? known->der : NULL, known ? known->n : 0};
    const struct imp_x509_policy policy = {.anchors = &top,
                                           .anchor_count = 1,
                                           .intermediates = &issuing,
                                           .intermediate_count = known ? 1 : 0,
                                           .purpose = IMP_X509_CLIENT};
    return imp_x509_verify(env, chain, count, &policy, now) == IMP_X509_GOOD;
}

static bool is_server(struct imp_env *env, const struct imp_piece *chain, size_t count,
                      struct imp_piece top)
{
    const struct imp_x509_policy policy = {
        .anchors = &top, .anchor_count = 1, .purpose = IMP_X509_CMC_RA, .any_time = true};
    return imp_x509_verify(env, chain, count, &policy, 0) == IMP_X509_GOOD;
}

/* OldWithNew or NewWithOld. GnuTLS counts them against the path length of the root, which RFC 5280
 * section 4.2.1.9 does not with what is self-issued: so the path is gone in two steps. */
static bool is_link(struct imp_env *env, struct imp_piece crt, struct imp_piece top)
{
    struct imp_x509_info info;
    const struct imp_x509_policy policy = {.anchors = &top, .anchor_count = 1, .any_time = true};
    return imp_x509_read(&info, crt.p, crt.n) == 0 && strcmp(info.subject, info.issuer) == 0 &&
           (info.purposes & IMP_X509_CA) &&
           imp_x509_verify(env, &crt, 1, &policy, 0) == IMP_X509_GOOD;
}

bool est_is_server(struct imp_env *env, const struct imp_piece *chain, size_t count,
                   const struct imp_x509 *anchor)
{
    const struct imp_piece top = {anchor->der, anchor->n};
    if (is_server(env, chain, 1, top))
        return true;
    if (count < 2)
        return false;
    return is_link(env, chain[1], top) ? is_server(env, chain, 1, chain[1])
                                       : is_server(env, chain, count, top);
}

const struct imp_x509 *est_own_in(struct imp_env *env, const struct imp_cms_certs *certs,
                                  const uint8_t pub[EST_PUB], const struct imp_x509 *anchor)
{
    struct imp_x509_info info;
    for (size_t i = 0; i < certs->count; i++)
        if (imp_x509_read(&info, certs->crt[i].der, certs->crt[i].n) == 0 &&
            imp_equal(info.pub, pub, EST_PUB) &&
            (!anchor || est_is_below(env, &certs->crt[i], anchor)))
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

bool est_admitted(const char *list, const char *name)
{
    if (!list[0])
        return true;
    for (size_t n; *list; list += n + (list[n] == ',')) {
        n = strcspn(list, ",");
        if (n == strlen(name) && memcmp(list, name, n) == 0)
            return true;
    }
    return false;
}

/* ---- devices that are struck off: the authority is in the server, which needs no list of it */
static void struck_off(char cell[EST_NAME + 16], const char *name)
{
    snprintf(cell, EST_NAME + 16, "struck-off-%s", name);
}

void est_strike_off(struct imp_env *env, const struct imp_event *e)
{
    static const char verb[] = "revoke ";
    const size_t skip = sizeof verb - 1;
    char name[EST_NAME], cell[EST_NAME + 16];
    if (e->n <= skip || e->n - skip >= sizeof name || memcmp(e->bytes, verb, skip) != 0)
        return;
    snprintf(name, sizeof name, "%.*s", (int)(e->n - skip), (const char *)e->bytes + skip);
    struck_off(cell, name);
    env->ops->cell_put(env, cell, "", 0);
}

bool est_is_struck_off(struct imp_env *env, const char *name)
{
    char cell[EST_NAME + 16];
    struck_off(cell, name);
    return !env->adversary && env->ops->cell_get(env, cell, NULL, 0) >= 0;
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
                                       .not_after = now + IMP_S * (by->life ? by->life : YEAR)};
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

bool est_issue_server(struct imp_env *env, struct imp_x509 *crt, const uint8_t pub[EST_PUB],
                      const struct est_issuer *by)
{
    bool other = env->role == EST_OTHER_SERVER;
    const struct imp_x509_spec spec = {.subject = other ? "CN=" EST_NAME_OTHER : "CN=" EST_HOST,
                                       .pub = pub,
                                       .purposes = IMP_X509_SERVER | IMP_X509_CMC_RA,
                                       .dns = other ? EST_NAME_OTHER : EST_HOST,
                                       .not_after = IMP_S * 20 * YEAR};
    return imp_x509_issue(env, crt, &spec, by->crt, by->secret) == 0;
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
