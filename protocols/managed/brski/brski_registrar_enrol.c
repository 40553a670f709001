/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_registrar_enrol.c - the registrar as EST server (RFC 7030), with the operator's certificate
 * authority. */
#include "brski.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

static void answer(struct brski_session *s, int message, const char *type, const void *bytes,
                   size_t n)
{
    const struct imp_https_body body = {.type = type, .bytes = bytes, .n = n, .base64 = true};
    imp_https_answer(&s->link, message, 200, -1, &body, s->registrar->now);
}

void brski_give_anchors(struct brski_session *s)
{
    uint8_t der[2048];
    const struct imp_x509 *ca = &s->registrar->ca_crt;
    int n = imp_cms_certs_write(der, sizeof der, &IMP_PIECE(ca->der, ca->n), 1);
    answer(s, BRSKI_MSG_CACERTS, "application/pkcs7-mime", der, n < 0 ? 0 : (size_t)n);
}

void brski_give_attributes(struct brski_session *s)
{
    uint8_t der[EST_ATTRIBUTES_MAX];
    s->told = true;
    answer(s, BRSKI_MSG_CSRATTRS, "application/csrattrs", der, est_attributes_write(der, true));
}

/* Reads the request and checks it against who asks and in which session. */
static const char *check(struct brski_session *s, struct imp_x509_asked *asked,
                         const struct imp_http *m)
{
    uint8_t der[2048];
    char pop[48];
    struct imp_env *env = s->registrar->env;
    int n = est_body(der, sizeof der, m);
    if (imp_opt(env, BRSKI_OPT_REQUIRED) && !s->told && !env->adversary)
        return "no-csrattrs"; /* a pledge must ask: RFC 8995 section 5.9.2 */
    if (n < 0 || !imp_http_is(m, "Content-Type", "application/pkcs10"))
        return "bad-request";
    est_pop(s->link.tls, pop);
    const struct est_terms terms = {s->serial, env->adversary ? NULL : pop, false};
    return est_check_request(env, asked, der, (size_t)n, &terms);
}

static void record(struct brski_session *s, const struct imp_x509 *crt)
{
    struct brski_registrar *r = s->registrar;
    char cell[BRSKI_SERIAL + 8];
    struct est_sid sid;
    est_sid(&sid, s->link.tls);
    brski_claim_session(r->env, IMP_CLAIM_COMMIT, &sid, s->serial, r->key.pub);
    brski_claim_session(r->env, IMP_CLAIM_RUNNING, &sid, s->serial, r->key.pub);
    brski_claim_enrolled(r->env, &sid, s->serial, &r->ca_crt, crt);
    brski_cell(cell, sizeof cell, "issued", s->serial);
    r->env->ops->cell_put(r->env, cell, crt->der, crt->n);
}

void brski_enrol(struct brski_session *s, const struct imp_http *m)
{
    struct brski_registrar *r = s->registrar;
    struct imp_x509_asked asked;
    struct imp_x509 crt;
    uint8_t der[2048];
    const char *why = check(s, &asked, m);
    const struct est_issuer by = {&r->ca_crt, r->ca.secret};
    if (!why && !est_issue(r->env, &crt, asked.subject, asked.pub, &by, r->now))
        why = "not-issued";
    int n = why ? -1 : imp_cms_certs_write(der, sizeof der, &IMP_PIECE(crt.der, crt.n), 1);
    if (n < 0) {
        brski_refuse(s, 400, why ? why : "not-issued");
        return;
    }
    record(s, &crt);
    answer(s, BRSKI_MSG_CERTIFICATE, "application/pkcs7-mime; smime-type=certs-only", der,
           (size_t)n);
}

/* Does the pledge speak with the certificate that it has got here? RFC 8995 section 5.9.4. */
static bool matches(const struct brski_session *s, const struct imp_x509 *issued)
{
    return s->enrolled && issued->n == s->idevid.n &&
           memcmp(issued->der, s->idevid.der, issued->n) == 0;
}

/* "Bootstrapped" is who has said so after the enrolment. The record says in which session. */
void brski_enrolled(struct brski_session *s, const struct imp_http *m)
{
    struct imp_env *env = s->registrar->env;
    char cell[BRSKI_SERIAL + 8], done[BRSKI_SERIAL + 8];
    struct imp_x509 issued;
    struct brski_status status;
    if (!brski_read_status(s, &status, m))
        return;
    brski_cell(cell, sizeof cell, "issued", s->serial);
    brski_cell(done, sizeof done, "done", s->serial);
    brski_taken(s);
    if (!status.good) {
        brski_claim(env, IMP_CLAIM_REJECT, "not-enrolled");
    } else if (est_cert_load(env, cell, &issued) && env->ops->cell_get(env, done, NULL, 0) < 0) {
        const char *with = matches(s, &issued) ? "certificate" : "idevid";
        env->ops->cell_put(env, done, with, strlen(with));
        brski_claim(env, IMP_CLAIM_COMPLETE, NULL);
    }
}
