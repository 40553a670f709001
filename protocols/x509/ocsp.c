/* SPDX-License-Identifier: GPL-2.0-only */
/* Status of one certificate, signed by its issuer: an OCSP response (RFC 6960 section 4.2) as a
 * server staples it. GnuTLS reads and verifies responses and makes none. */
#include "x509_internal.h"

#include "../codec/der.h"
#include "../crypto/crypto.h"

#include <gnutls/ocsp.h>
#include <string.h>
#include <time.h>

#define OCSP_BASIC "1.3.6.1.5.5.7.48.1.1"
#define SHA1 "1.3.14.3.2.26"
#define ECDSA_SHA256 "1.2.840.10045.4.3.2"

enum { ENUMERATED = 0x0a, GENERALIZED_TIME = 0x18, SHA1_SIZE = 20, POINT = 65 };

struct issuer_hashes { /* SHA-1 of its name and of its key, section 4.1.1 */
    uint8_t name[SHA1_SIZE], key[SHA1_SIZE];
};

/* ---- writing -----------------------------------------------------------------------------------
 */
static void put_time(struct imp_der_writer *w, imp_time t)
{
    char text[32];
    time_t seconds = (time_t)imp_x509_seconds(t);
    struct tm when;
    size_t n = gmtime_r(&seconds, &when) ? strftime(text, sizeof text, "%Y%m%d%H%M%SZ", &when) : 0;
    w->bad |= n == 0;
    imp_der_value(w, GENERALIZED_TIME, text, n);
}

/* AlgorithmIdentifier; SHA-1 has parameters, which are NULL. */
static void put_algorithm(struct imp_der_writer *w, const char *oid, bool null)
{
    size_t end = w->at;
    if (null)
        imp_der_put(w, "\x05\x00", 2);
    imp_der_oid(w, oid);
    imp_der_wrap(w, IMP_DER_SEQUENCE, end);
}

static void put_certificate_id(struct imp_der_writer *w, const struct issuer_hashes *by,
                               const struct imp_x509_info *of)
{
    size_t end = w->at;
    imp_der_value(w, IMP_DER_INTEGER, of->serial, of->serial_n);
    imp_der_value(w, IMP_DER_OCTETS, by->key, sizeof by->key);
    imp_der_value(w, IMP_DER_OCTETS, by->name, sizeof by->name);
    put_algorithm(w, SHA1, true);
    imp_der_wrap(w, IMP_DER_SEQUENCE, end);
}

static void put_single(struct imp_der_writer *w, const struct imp_x509_ocsp_spec *spec,
                       const struct issuer_hashes *by, const struct imp_x509_info *of)
{
    size_t end = w->at;
    put_time(w, spec->next_update);
    imp_der_wrap(w, IMP_DER_TAGGED + 0, end);
    put_time(w, spec->this_update);
    size_t status = w->at;
    if (spec->revoked)
        put_time(w, spec->revoked_at);
    imp_der_wrap(w, spec->revoked ? IMP_DER_TAGGED + 1 : IMP_DER_CONTEXT + 0, status);
    put_certificate_id(w, by, of);
    imp_der_wrap(w, IMP_DER_SEQUENCE, end);
}

/* ResponseData: responder by key, one response, no extensions. */
static void put_data(struct imp_der_writer *w, const struct imp_x509_ocsp_spec *spec,
                     const struct issuer_hashes *by, const struct imp_x509_info *of)
{
    size_t end = w->at;
    put_single(w, spec, by, of);
    imp_der_wrap(w, IMP_DER_SEQUENCE, end);
    put_time(w, spec->this_update);
    size_t id = w->at;
    imp_der_value(w, IMP_DER_OCTETS, by->key, sizeof by->key);
    imp_der_wrap(w, IMP_DER_TAGGED + 2, id);
    imp_der_wrap(w, IMP_DER_SEQUENCE, end);
}

/* OCSPResponse around ResponseData and its signature. */
static void put_response(struct imp_der_writer *w, const gnutls_datum_t *signature,
                         const uint8_t *data, size_t n)
{
    size_t end = w->at;
    imp_der_put(w, signature->data, signature->size);
    imp_der_put_byte(w, 0); /* no bit is unused */
    imp_der_wrap(w, IMP_DER_BITS, end);
    put_algorithm(w, ECDSA_SHA256, false);
    imp_der_put(w, data, n);
    imp_der_wrap(w, IMP_DER_SEQUENCE, end);
    imp_der_wrap(w, IMP_DER_OCTETS, end);
    imp_der_oid(w, OCSP_BASIC);
    imp_der_wrap(w, IMP_DER_SEQUENCE, end);
    imp_der_wrap(w, IMP_DER_TAGGED + 0, end);
    imp_der_value(w, ENUMERATED, "", 1); /* successful */
    imp_der_wrap(w, IMP_DER_SEQUENCE, end);
}

static int hashes(struct issuer_hashes *out, const struct imp_piece *certificate,
                  const struct imp_x509_info *issuer)
{
    gnutls_x509_crt_t crt;
    gnutls_datum_t name = {0};
    const gnutls_datum_t der = {(uint8_t *)certificate->p, (unsigned)certificate->n};
    uint8_t point[POINT] = {4}; /* uncompressed */
    if (gnutls_x509_crt_init(&crt) < 0)
        return -1;
    int r = gnutls_x509_crt_import(crt, &der, GNUTLS_X509_FMT_DER);
    if (r >= 0)
        r = gnutls_x509_crt_get_raw_issuer_dn(crt, &name);
    if (r >= 0)
        imp_sha1(NULL, out->name, &IMP_PIECE(name.data, name.size), 1);
    memcpy(point + 1, issuer->pub, sizeof issuer->pub);
    imp_sha1(NULL, out->key, &IMP_PIECE(point, sizeof point), 1);
    gnutls_free(name.data);
    gnutls_x509_crt_deinit(crt);
    return r < 0 ? -1 : 0;
}

static int sign(struct imp_env *env, gnutls_datum_t *out, const uint8_t *data, size_t n,
                const uint8_t secret[32])
{
    struct x509__signer signer = {env, secret};
    const gnutls_datum_t in = {(uint8_t *)data, (unsigned)n};
    gnutls_privkey_t key;
    int r = x509__signer(&key, &signer);
    if (r < 0)
        return r;
    r = gnutls_privkey_sign_data2(key, GNUTLS_SIGN_ECDSA_SHA256, 0, &in, out);
    gnutls_privkey_deinit(key);
    return r;
}

int imp_x509_ocsp(struct imp_env *env, struct imp_x509_ocsp *out,
                  const struct imp_x509_ocsp_spec *spec, const struct imp_x509 *issuer,
                  const uint8_t secret[32])
{
    struct imp_x509_info of, by;
    struct issuer_hashes h;
    uint8_t data[IMP_X509_OCSP_MAX];
    gnutls_datum_t signature = {0};
    out->n = 0;
    if (imp_x509_read(&of, spec->certificate.p, spec->certificate.n) != 0 ||
        imp_x509_read(&by, issuer->der, issuer->n) != 0 || hashes(&h, &spec->certificate, &by) != 0)
        return -1;
    struct imp_der_writer w = {.p = data, .at = sizeof data};
    put_data(&w, spec, &h, &of);
    int n = imp_der_end(&w, sizeof data);
    if (n < 0 || sign(env, &signature, data, (size_t)n, secret) < 0)
        return -1;
    w = (struct imp_der_writer){.p = out->der, .at = sizeof out->der};
    put_response(&w, &signature, data, (size_t)n);
    gnutls_free(signature.data);
    n = imp_der_end(&w, sizeof out->der);
    out->n = n < 0 ? 0 : (size_t)n;
    x509__charge_made(env, out->n);
    return n < 0 ? -1 : 0;
}

/* ---- looking into one --------------------------------------------------------------------------
 */
static enum imp_x509_verdict status_at(gnutls_ocsp_resp_t resp, int64_t now)
{
    unsigned status = GNUTLS_OCSP_CERT_UNKNOWN;
    time_t from, to;
    if (gnutls_ocsp_resp_get_single(resp, 0, NULL, NULL, NULL, NULL, &status, &from, &to, NULL,
                                    NULL) < 0 ||
        from == (time_t)-1 || to == (time_t)-1 || from > now || now > to)
        return IMP_X509_NO_STATUS;
    return status == GNUTLS_OCSP_CERT_GOOD      ? IMP_X509_GOOD
           : status == GNUTLS_OCSP_CERT_REVOKED ? IMP_X509_REVOKED
                                                : IMP_X509_NO_STATUS;
}

static enum imp_x509_verdict judge(gnutls_ocsp_resp_t resp, gnutls_x509_crt_t crt,
                                   gnutls_x509_crt_t issuer, int64_t now)
{
    unsigned status = ~0U;
    if (gnutls_ocsp_resp_check_crt(resp, 0, crt) < 0 ||
        gnutls_ocsp_resp_verify_direct(resp, issuer, &status, 0) < 0 || status != 0)
        return IMP_X509_NO_STATUS;
    return status_at(resp, now);
}

static bool import_certificate(gnutls_x509_crt_t crt, struct imp_piece p)
{
    const gnutls_datum_t der = {(uint8_t *)p.p, (unsigned)p.n};
    return p.n <= UINT16_MAX && gnutls_x509_crt_import(crt, &der, GNUTLS_X509_FMT_DER) >= 0;
}

enum imp_x509_verdict imp_x509_check_ocsp(struct imp_env *env, struct imp_piece response,
                                          struct imp_piece certificate, struct imp_piece issuer,
                                          imp_time now)
{
    gnutls_ocsp_resp_t resp = NULL;
    gnutls_x509_crt_t crt = NULL, by = NULL;
    const gnutls_datum_t in = {(uint8_t *)response.p, (unsigned)response.n};
    enum imp_x509_verdict v = IMP_X509_NO_STATUS;
    if (response.n == 0 || response.n > UINT16_MAX)
        return v;
    x509__charge_verify(env, response.n);
    if (gnutls_ocsp_resp_init(&resp) >= 0 && gnutls_x509_crt_init(&crt) >= 0 &&
        gnutls_x509_crt_init(&by) >= 0 && import_certificate(crt, certificate) &&
        import_certificate(by, issuer) &&
        gnutls_ocsp_resp_import2(resp, &in, GNUTLS_X509_FMT_DER) >= 0)
        v = judge(resp, crt, by, imp_x509_seconds(now));
    gnutls_ocsp_resp_deinit(resp);
    gnutls_x509_crt_deinit(crt);
    gnutls_x509_crt_deinit(by);
    return v;
}
