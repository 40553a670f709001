/* SPDX-License-Identifier: GPL-2.0-only */
/* cbrski_registrar_enrol.c - the registrar as EST-coaps server (cBRSKI sections 6.7 and 6.8). */
#include "cbrski.h"

#include "protocols/codec/cbor.h"
#include "protocols/crypto/crypto.h"

#include <string.h>

static struct cbrski_outcome refusal(const char *why)
{
    return (struct cbrski_outcome){.code = IMP_COAP_BAD_REQUEST, .why = why};
}

int cbrski_anchors(struct cbrski_session *s, uint8_t *out, size_t cap, unsigned format)
{
    const struct imp_x509 *ca = &s->registrar->ca_crt;
    struct imp_cbor_writer w;
    if (format != IMP_COAP_FORMAT_MULTIPART_CORE)
        return estc_certs_write(out, cap, ca, format);
    imp_cbor_write(&w, s->registrar->env, out, cap);
    imp_cbor_put_array(&w, 2);
    imp_cbor_put_int(&w, IMP_COAP_FORMAT_PKIX_CERT);
    imp_cbor_put_bytes(&w, ca->der, ca->n);
    size_t n = imp_cbor_end(&w);
    return n ? (int)n : -1;
}

static void record(struct cbrski_session *s, const struct imp_x509 *crt)
{
    struct cbrski_registrar *r = s->registrar;
    char cell[BRSKI_SERIAL + 8];
    struct est_sid sid;
    estc_sid(&sid, &s->secure);
    brski_claim_session(r->env, IMP_CLAIM_COMMIT, &sid, s->serial, r->key.pub);
    brski_claim_session(r->env, IMP_CLAIM_RUNNING, &sid, s->serial, r->key.pub);
    brski_claim_enrolled(r->env, &sid, s->serial, &r->ca_crt, crt);
    brski_cell(cell, sizeof cell, "issued", s->serial);
    r->env->ops->cell_put(r->env, cell, crt->der, crt->n);
}

/* The subject is that of the certificate with which the pledge has authenticated. */
struct cbrski_outcome cbrski_enrolling(struct cbrski_session *s)
{
    struct cbrski_registrar *r = s->registrar;
    struct imp_x509_asked asked;
    struct imp_x509_info idevid;
    struct imp_x509 crt;
    const struct est_issuer by = {&r->ca_crt, r->ca.secret};
    if (imp_x509_read_request(r->env, &asked, s->in.bytes, s->in.n) != 0)
        return refusal("bad-request");
    if (imp_x509_read(&idevid, s->idevid.der, s->idevid.n) != 0 ||
        strcmp(asked.subject, idevid.subject) != 0)
        return refusal("another-subject");
    int n = est_issue(r->env, &crt, asked.subject, asked.pub, &by, r->now)
                ? estc_certs_write(s->out, sizeof s->out, &crt, s->format)
                : -1;
    if (n < 0)
        return refusal("not-issued");
    s->out_n = (size_t)n;
    record(s, &crt);
    return (struct cbrski_outcome){.code = IMP_COAP_CHANGED};
}

/* "Bootstrapped" is who has said so after the enrolment (RFC 8995 section 5.9.4). */
struct cbrski_outcome cbrski_enrolled(struct cbrski_session *s)
{
    struct imp_env *env = s->registrar->env;
    char cell[BRSKI_SERIAL + 8], done[BRSKI_SERIAL + 8];
    struct imp_x509 issued;
    struct brski_status status;
    if (cbrski_status_read(env, &status, s->in.bytes, s->in.n) != 0)
        return refusal("malformed-status");
    if (status.newer)
        brski_claim(env, IMP_CLAIM_ALARM, "status-of-unknown-version");
    brski_cell(cell, sizeof cell, "issued", s->serial);
    brski_cell(done, sizeof done, "done", s->serial);
    if (!status.good) {
        brski_claim(env, IMP_CLAIM_REJECT, "not-enrolled");
    } else if (est_cert_load(env, cell, &issued) && env->ops->cell_get(env, done, NULL, 0) < 0) {
        env->ops->cell_put(env, done, "idevid", 6);
        brski_claim(env, IMP_CLAIM_COMPLETE, NULL);
    }
    return (struct cbrski_outcome){.code = IMP_COAP_CHANGED};
}
