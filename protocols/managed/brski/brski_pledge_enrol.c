/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_pledge_enrol.c - the pledge as EST client, RFC 8995 section 5.9. */
#include "brski.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

void brski_read_anchors(struct brski_pledge *d)
{
    brski_ask(d, BRSKI_AWAIT_ANCHORS, BRSKI_MSG_GET_CACERTS, BRSKI_EST_PATH "cacerts", NULL);
}

static bool read_certs(struct imp_cms_certs *out, const struct imp_http *m)
{
    uint8_t der[IMP_HTTPS_MAX];
    int n = est_body(der, sizeof der, m);
    return n >= 0 && imp_http_is(m, "Content-Type", "application/pkcs7-mime") &&
           imp_cms_certs_read(out, der, (size_t)n) == 0;
}

/* The request is bound to the session (RFC 7030 section 3.5). */
static bool enrol(struct brski_pledge *d)
{
    char subject[BRSKI_SERIAL + 3], pop[48];
    struct imp_x509 request;
    struct imp_x509_request say = {.subject = subject};
    snprintf(subject, sizeof subject, "CN=%s", d->serial);
    if (est_pop(d->a->link.tls, pop))
        say.challenge = pop;
    imp_p256_keypair(d->env, "own-key", d->own.pub, d->own.secret);
    if (imp_x509_request(d->env, &request, &say, d->own.pub, d->own.secret) != 0)
        return false;
    const struct imp_https_body body = {
        .type = "application/pkcs10", .bytes = request.der, .n = request.n, .base64 = true};
    brski_ask(d, BRSKI_AWAIT_CERT, BRSKI_MSG_ENROLL, BRSKI_EST_PATH "simpleenroll", &body);
    return true;
}

/* A pledge must ask what its request shall hold (RFC 8995 section 5.9.2); one that does not is for
 * trying registrars. */
bool brski_anchors(struct brski_pledge *d, const struct imp_http *m)
{
    struct imp_cms_certs certs;
    const struct imp_x509 *authority;
    if (!read_certs(&certs, m) || !(authority = est_authority_in(&certs)))
        return false;
    d->anchor = *authority;
    d->env->ops->cell_put(d->env, "anchor", d->anchor.der, d->anchor.n);
    if (!imp_opt(d->env, BRSKI_OPT_CSRATTRS))
        return enrol(d);
    brski_ask(d, BRSKI_AWAIT_ATTRS, BRSKI_MSG_GET_CSRATTRS, BRSKI_EST_PATH "csrattrs", NULL);
    return true;
}

/* It binds its request whether that is asked for or not; what else is asked for is passed over. */
bool brski_attributes(struct brski_pledge *d, const struct imp_http *m)
{
    uint8_t der[IMP_HTTPS_MAX];
    int n = m->status == 200 ? est_body(der, sizeof der, m) : 0;
    if (m->status == 200 && (n < 0 || est_attributes_bound(der, (size_t)n) < 0))
        return false;
    return enrol(d);
}

bool brski_certificate(struct brski_pledge *d, const struct imp_http *m)
{
    struct imp_cms_certs certs;
    const struct imp_x509 *own;
    if (!read_certs(&certs, m) ||
        !(own = est_own_in(d->env, &certs, d->own.pub, d->env->adversary ? NULL : &d->anchor)))
        return false;
    d->crt = *own;
    d->env->ops->cell_put(d->env, "certificate", d->crt.der, d->crt.n);
    d->env->ops->cell_put(d->env, "own-key", d->own.secret, sizeof d->own.secret);
    brski_claim_session(d->env, IMP_CLAIM_COMMIT, &d->a->sid, d->serial, d->a->registrar);
    brski_claim_enrolled(d->env, &d->a->sid, d->serial, &d->anchor, &d->crt);
    if (imp_opt(d->env, BRSKI_OPT_STATUS) == BRSKI_STATUS_NEW) {
        d->enrolled = true; /* a session with the new certificate, by the same proxy */
        brski_leave(d);
        brski_connect_again(d);
    } else {
        brski_tell(d, BRSKI_AWAIT_END, BRSKI_MSG_ENROLL_STATUS, BRSKI_PATH "enrollstatus", NULL);
    }
    return true;
}

void brski_ready(struct brski_pledge *d)
{
    if (!d->claimed)
        brski_claim(d->env, IMP_CLAIM_COMPLETE, NULL);
    d->claimed = true;
    d->a->by->failures = 0;
    d->enrolled = false;
    brski_leave(d);
    d->a->state = BRSKI_READY;
    brski_deadline(d, IMP_NEVER);
}
