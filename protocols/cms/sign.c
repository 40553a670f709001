/* SPDX-License-Identifier: GPL-2.0-only */
/* SignedData is written from its end to its beginning, so that every length is known in time. */
#include "cms.h"

#include "../crypto/crypto.h"

#include <gnutls/x509.h>
#include <string.h>

enum { INTEGER = 0x02, OCTETS = 0x04, OID = 0x06, SEQUENCE = 0x30, SET = 0x31, TAG_0 = 0xa0 };

struct writer {
    uint8_t *p;
    size_t at; /* octets before what is written */
    bool bad;
};

static void put(struct writer *w, const void *bytes, size_t n)
{
    if (w->bad || n > w->at) {
        w->bad = true;
        return;
    }
    w->at -= n;
    if (n)
        memcpy(w->p + w->at, bytes, n);
}

static void put_byte(struct writer *w, unsigned b)
{
    const uint8_t octet = (uint8_t)b;
    put(w, &octet, 1);
}

/* Tag and length of what has been written since the writer stood at `end`. */
static void wrap(struct writer *w, unsigned tag, size_t end)
{
    size_t n = end - w->at;
    if (n < 128) {
        put_byte(w, (unsigned)n);
    } else if (n < 256) {
        put_byte(w, (unsigned)n);
        put_byte(w, 0x81);
    } else {
        put_byte(w, (unsigned)n & 255);
        put_byte(w, (unsigned)(n >> 8));
        put_byte(w, 0x82);
        w->bad |= n > 65535;
    }
    put_byte(w, tag);
}

static void value(struct writer *w, unsigned tag, const void *bytes, size_t n)
{
    size_t end = w->at;
    put(w, bytes, n);
    wrap(w, tag, end);
}

static void arc(struct writer *w, unsigned long v)
{
    put_byte(w, v & 127);
    while (v >>= 7)
        put_byte(w, 128 | (v & 127));
}

/* "1.2.840..." with at most 16 arcs. */
static void oid(struct writer *w, const char *text)
{
    unsigned long arcs[16] = {0};
    size_t count = 1, end = w->at;
    for (; *text; text++)
        if (*text == '.' && count < 16)
            count++;
        else if (*text >= '0' && *text <= '9')
            arcs[count - 1] = arcs[count - 1] * 10 + (unsigned long)(*text - '0');
        else
            w->bad = true;
    for (size_t i = count; i-- > 2;)
        arc(w, arcs[i]);
    arc(w, arcs[0] * 40 + arcs[1]);
    wrap(w, OID, end);
}

static void algorithm(struct writer *w, const char *name)
{
    size_t end = w->at;
    oid(w, name);
    wrap(w, SEQUENCE, end);
}

#define SHA256 "2.16.840.1.101.3.4.2.1"
#define ECDSA_SHA256 "1.2.840.10045.4.3.2"
#define CONTENT_TYPE "1.2.840.113549.1.9.3"
#define MESSAGE_DIGEST "1.2.840.113549.1.9.4"
#define SIGNED_DATA "1.2.840.113549.1.7.2"

/* SEQUENCE { type, SET { the value written since `end` } } */
static void attribute(struct writer *w, const char *type, size_t end)
{
    wrap(w, SET, end);
    oid(w, type);
    wrap(w, SEQUENCE, end);
}

/* In DER's order of a set: the shorter one first. */
static void attributes(struct writer *w, unsigned tag, const char *type, const uint8_t digest[32])
{
    size_t all = w->at, end = all;
    value(w, OCTETS, digest, 32);
    attribute(w, MESSAGE_DIGEST, end);
    end = w->at;
    oid(w, type);
    attribute(w, CONTENT_TYPE, end);
    wrap(w, tag, all);
}

static void signature(struct writer *w, struct imp_env *env, const char *type,
                      const uint8_t digest[32], const uint8_t secret[32])
{
    uint8_t signed_octets[160], rs[64];
    struct writer s = {.p = signed_octets, .at = sizeof signed_octets};
    size_t outer = w->at;
    attributes(&s, SET, type, digest);
    w->bad |= s.bad;
    imp_p256_sign(env, "cms", rs, secret,
                  &IMP_PIECE(signed_octets + s.at, sizeof signed_octets - s.at), 1);
    for (int i = 1; i >= 0; i--) { /* INTEGERs without needless zeros, and positive */
        const uint8_t *v = rs + 32 * i;
        size_t n = 32, end = w->at;
        for (; n > 1 && *v == 0; n--)
            v++;
        put(w, v, n);
        if (*v & 0x80)
            put_byte(w, 0);
        wrap(w, INTEGER, end);
    }
    wrap(w, SEQUENCE, outer);
    wrap(w, OCTETS, outer);
}

static void identifier(struct writer *w, const struct imp_x509 *signer)
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
        value(w, INTEGER, serial, serial_n);
        put(w, issuer.data, issuer.size);
        wrap(w, SEQUENCE, end);
    }
    gnutls_free(issuer.data);
    gnutls_x509_crt_deinit(crt);
}

static void signer_info(struct writer *w, struct imp_env *env, const char *type,
                        const uint8_t digest[32], const struct imp_x509 *signer,
                        const uint8_t secret[32])
{
    size_t end = w->at;
    signature(w, env, type, digest, secret);
    algorithm(w, ECDSA_SHA256);
    attributes(w, TAG_0, type, digest);
    algorithm(w, SHA256);
    identifier(w, signer);
    value(w, INTEGER, "\1", 1); /* version: issuer and serial number */
    wrap(w, SEQUENCE, end);
    wrap(w, SET, end);
}

static void content_info(struct writer *w, const char *type, const void *content, size_t n)
{
    size_t end = w->at;
    value(w, OCTETS, content, n);
    wrap(w, TAG_0, end);
    oid(w, type);
    wrap(w, SEQUENCE, end);
}

int imp_cms_sign(struct imp_env *env, uint8_t *out, size_t cap, const char *content_type,
                 const void *content, size_t n, const struct imp_x509 *signer,
                 const uint8_t secret[32], const struct imp_piece *above, size_t above_count)
{
    struct writer w = {.p = out, .at = cap};
    uint8_t digest[32];
    imp_sha256(env, digest, &IMP_PIECE(content, n), 1);
    signer_info(&w, env, content_type, digest, signer, secret);
    size_t end = w.at;
    for (size_t i = above_count; i-- > 0;)
        put(&w, above[i].p, above[i].n);
    put(&w, signer->der, signer->n);
    wrap(&w, TAG_0, end);
    content_info(&w, content_type, content, n);
    end = w.at;
    algorithm(&w, SHA256);
    wrap(&w, SET, end);
    /* RFC 5652 section 5.1: 1 with id-data, else 3 */
    value(&w, INTEGER, strcmp(content_type, IMP_CMS_DATA) == 0 ? "\1" : "\3", 1);
    wrap(&w, SEQUENCE, cap);
    wrap(&w, TAG_0, cap);
    oid(&w, SIGNED_DATA);
    wrap(&w, SEQUENCE, cap);
    if (w.bad)
        return -1;
    size_t made = cap - w.at;
    memmove(out, out + w.at, made);
    if (env)
        imp_charge(env, IMP_OP_CODEC, made);
    return (int)made;
}
