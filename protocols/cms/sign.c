/* SPDX-License-Identifier: GPL-2.0-only */
/* SignedData, RFC 5652 section 5. */
#include "cms_internal.h"

#include "../crypto/crypto.h"

#include <gnutls/x509.h>
#include <string.h>

#define SHA256 "2.16.840.1.101.3.4.2.1"
#define ECDSA_SHA256 "1.2.840.10045.4.3.2"
#define CONTENT_TYPE "1.2.840.113549.1.9.3"
#define MESSAGE_DIGEST "1.2.840.113549.1.9.4"

/* SEQUENCE { type, SET { the value written since `end` } } */
static void attribute(struct imp_der_writer *w, const char *type, size_t end)
{
    imp_der_wrap(w, IMP_DER_SET, end);
    imp_der_oid(w, type);
    imp_der_wrap(w, IMP_DER_SEQUENCE, end);
}

/* In DER's order of a set: the shorter one first. */
static void attributes(struct imp_der_writer *w, unsigned tag, const char *type,
                       const uint8_t digest[32])
{
    size_t all = w->at, end = all;
    imp_der_value(w, IMP_DER_OCTETS, digest, 32);
    attribute(w, MESSAGE_DIGEST, end);
    end = w->at;
    imp_der_oid(w, type);
    attribute(w, CONTENT_TYPE, end);
    imp_der_wrap(w, tag, all);
}

static void signature(struct imp_der_writer *w, struct imp_env *env, const char *type,
                      const uint8_t digest[32], const uint8_t secret[32])
{
    uint8_t signed_octets[160], rs[64];
    struct imp_der_writer s = {.p = signed_octets, .at = sizeof signed_octets};
    size_t outer = w->at;
    attributes(&s, IMP_DER_SET, type, digest);
    w->bad |= s.bad;
    imp_p256_sign(env, "cms", rs, secret,
                  &IMP_PIECE(signed_octets + s.at, sizeof signed_octets - s.at), 1);
    for (int i = 1; i >= 0; i--) { /* INTEGERs without needless zeros, and positive */
        const uint8_t *v = rs + 32 * i;
        size_t n = 32, end = w->at;
        for (; n > 1 && *v == 0; n--)
            v++;
        imp_der_put(w, v, n);
        if (*v & 0x80)
            imp_der_put_byte(w, 0);
        imp_der_wrap(w, IMP_DER_INTEGER, end);
    }
    imp_der_wrap(w, IMP_DER_SEQUENCE, outer);
    imp_der_wrap(w, IMP_DER_OCTETS, outer);
}

static void identifier(struct imp_der_writer *w, const struct imp_x509 *signer)
{
    const gnutls_datum_t der = {(uint8_t *)signer->der, (unsigned)signer->n};
    gnutls_x509_crt_t crt;
    gnutls_datum_t issuer = {0};
    uint8_t serial[IMP_X509_SERIAL];
    size_t serial_n = sizeof serial, end = w->at;
    if (gnutls_x509_crt_init(&crt) < 0) {
        w->bad = true;
        return;
    }
    if (gnutls_x509_crt_import(crt, &der, GNUTLS_X509_FMT_DER) < 0 ||
        gnutls_x509_crt_get_serial(crt, serial, &serial_n) < 0 ||
        gnutls_x509_crt_get_raw_issuer_dn(crt, &issuer) < 0) {
        w->bad = true;
    } else {
        imp_der_value(w, IMP_DER_INTEGER, serial, serial_n);
        imp_der_put(w, issuer.data, issuer.size);
        imp_der_wrap(w, IMP_DER_SEQUENCE, end);
    }
    gnutls_free(issuer.data);
    gnutls_x509_crt_deinit(crt);
}

static void signer_info(struct imp_der_writer *w, struct imp_env *env, const char *type,
                        const uint8_t digest[32], const struct imp_x509 *signer,
                        const uint8_t secret[32])
{
    size_t end = w->at;
    signature(w, env, type, digest, secret);
    cms__algorithm(w, ECDSA_SHA256);
    attributes(w, IMP_DER_TAGGED, type, digest);
    cms__algorithm(w, SHA256);
    identifier(w, signer);
    imp_der_value(w, IMP_DER_INTEGER, "\1", 1); /* version: issuer and serial number */
    imp_der_wrap(w, IMP_DER_SEQUENCE, end);
    imp_der_wrap(w, IMP_DER_SET, end);
}

/* EncapsulatedContentInfo, which has the form of ContentInfo around an OCTET STRING. */
static void encapsulated(struct imp_der_writer *w, const char *type, const void *content, size_t n)
{
    size_t end = w->at;
    imp_der_value(w, IMP_DER_OCTETS, content, n);
    cms__content_info(w, type, end);
}

int imp_cms_sign(struct imp_env *env, uint8_t *out, size_t cap, const char *content_type,
                 const void *content, size_t n, const struct imp_x509 *signer,
                 const uint8_t secret[32], const struct imp_piece *above, size_t above_count)
{
    struct imp_der_writer w = {.p = out, .at = cap};
    uint8_t digest[32];
    imp_sha256(env, digest, &IMP_PIECE(content, n), 1);
    signer_info(&w, env, content_type, digest, signer, secret);
    size_t end = w.at;
    for (size_t i = above_count; i-- > 0;)
        imp_der_put(&w, above[i].p, above[i].n);
    imp_der_put(&w, signer->der, signer->n);
    imp_der_wrap(&w, IMP_DER_TAGGED, end);
    encapsulated(&w, content_type, content, n);
    end = w.at;
    cms__algorithm(&w, SHA256);
    imp_der_wrap(&w, IMP_DER_SET, end);
    /* RFC 5652 section 5.1: 1 with id-data, else 3 */
    imp_der_value(&w, IMP_DER_INTEGER, strcmp(content_type, IMP_CMS_DATA) == 0 ? "\1" : "\3", 1);
    imp_der_wrap(&w, IMP_DER_SEQUENCE, cap);
    cms__content_info(&w, IMP_CMS_SIGNED_DATA, cap);
    int made = imp_der_end(&w, cap);
    if (env && made > 0)
        imp_charge(env, IMP_OP_CODEC, (size_t)made);
    return made;
}
