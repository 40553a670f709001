/* SPDX-License-Identifier: GPL-2.0-only */
/* x509.h - certificates (RFC 5280), requests for them (RFC 2986) and device identities (IEEE
 * 802.1AR), with P-256 keys and ECDSA with SHA-256, over GnuTLS. An end entity may have a P-384 or
 * RSA key, of which nothing is signed here.
 *
 * Whoever issues, requests or verifies is a party: serial numbers and the signatures' nonces come
 * from its random streams, validity from simulated time, and it is charged for hashes, signatures
 * and verifications. Signatures are reported to the observer as those of crypto.h. DER goes in and
 * out; no object of GnuTLS is kept. What is read may come from anybody. */
#ifndef IMPRINT_X509_H
#define IMPRINT_X509_H

#include "../contract/observe.h"
#include "../contract/party.h"
#include "../crypto/device_key.h"

enum {
    IMP_X509_MAX = 1024,  /* octets of a certificate or request that we make */
    IMP_X509_CHAIN = 8,   /* certificates of a chain, or trust anchors, that are looked at */
    IMP_X509_NAME = 128,  /* octets of a distinguished name as text, its 0 included */
    IMP_X509_LABEL = 64,  /* octets of a host name, URI or serial number, its 0 included */
    IMP_X509_SERIAL = 20, /* RFC 5280, section 4.1.2.2 */
    IMP_X509_SERIAL_DRAWN = 16,
    IMP_X509_KEY_ID = 32, /* octets of a key identifier that are looked at */
};

/* Certificates of simulated time 0 are of 2026-01-01T00:00:00Z. */
#define IMP_X509_EPOCH INT64_C(1767225600)
int64_t imp_x509_seconds(imp_time t); /* IMP_NEVER: 9999-12-31T23:59:59Z, RFC 5280 4.1.2.5 */

struct imp_x509 {
    size_t n;
    uint8_t der[IMP_X509_MAX];
};

/* What a key may be used for. */
enum imp_x509_purpose {
    IMP_X509_CA = 1,     /* basicConstraints, keyCertSign, cRLSign */
    IMP_X509_SERVER = 2, /* id-kp-serverAuth */
    IMP_X509_CLIENT = 4, /* id-kp-clientAuth */
    IMP_X509_CMC_RA = 8, /* id-kp-cmcRA: an EST server, RFC 7030 section 3.6.1 */
    IMP_X509_CRL = 16,   /* cRLSign alone: an authority's other key, which signs its lists */
};

/* What a certificate says. Texts are borrowed for the call; NULL: not said. */
struct imp_x509_spec {
    const char *subject; /* RFC 4514: "CN=device-1,serialNumber=42" */
    const uint8_t *pub;  /* x | y, 64 octets; on P-384 96; of RSA the modulus, 256 */
    enum imp_key key;    /* what it is of */
    unsigned purposes; /* of enum imp_x509_purpose, added up; 0: no extended key usage */
    int path_length;   /* CA: certificates of CAs below it; -1: unlimited */
    imp_time not_before, not_after; /* IMP_NEVER as end: an IDevID's, IEEE 802.1AR section 8.7 */
    const char *dns;                /* subjectAltName: dNSName */
    const char *uri;                /* subjectAltName: uniformResourceIdentifier */
    const char
        *hardware;    /* subjectAltName: hardwareModuleName (RFC 4108) with this serial number */
    const char *masa; /* URL of the manufacturer's authority, RFC 8995 section 2.3.2 */
};

/* Issues a certificate. `issuer` NULL: self-signed, by `secret` whose public key spec->pub must be.
 * Returns 0, or -1 when the spec cannot be said or does not fit; out->n is 0 then. */
int imp_x509_issue(struct imp_env *env, struct imp_x509 *out, const struct imp_x509_spec *spec,
                   const struct imp_x509 *issuer, const uint8_t secret[32]);

/* ---- requests ----------------------------------------------------------------------------------
 */
/* Under which key a private key of the server's making shall come (RFC 7030 section 4.4.1). */
struct imp_x509_sealing {
    size_t id_n; /* 0: none is named */
    uint8_t id[IMP_X509_KEY_ID];
    bool pair; /* a key pair's (AsymmetricDecryptKeyIdentifier), else a secret key's */
    bool able; /* read: SMIMECapabilities has AES-128 key wrap, for a pair after ECDH and SHA-256 */
};
struct imp_x509_request {
    const char *subject;
    const char *dns, *uri;
    const char *challenge; /* challengePassword: RFC 7030 section 3.5 puts tls-unique there */
    struct imp_x509_sealing sealing; /* goes with SMIMECapabilities of what `able` says */
};
/* A request signed by the key for which it asks. */
int imp_x509_request(struct imp_env *env, struct imp_x509 *out, const struct imp_x509_request *say,
                     const uint8_t pub[64], const uint8_t secret[32]);
struct imp_x509_asked {
    char subject[IMP_X509_NAME];
    char dns[IMP_X509_LABEL], uri[IMP_X509_LABEL]; /* empty: not asked for */
    char challenge[IMP_X509_LABEL];
    struct imp_x509_sealing sealing;
    uint8_t pub[64];
};
/* Reads a request and verifies its own signature: 0 or -1. */
int imp_x509_read_request(struct imp_env *env, struct imp_x509_asked *out, const uint8_t *der,
                          size_t n);
/* The same where key and signature count for nothing (RFC 7030 section 4.4.1): neither is looked
 * at, and pub is zero. */
int imp_x509_read_keyless_request(struct imp_env *env, struct imp_x509_asked *out,
                                  const uint8_t *der, size_t n);

/* ---- reading -----------------------------------------------------------------------------------
 */
struct imp_x509_info {
    char subject[IMP_X509_NAME], issuer[IMP_X509_NAME];
    char common_name[IMP_X509_LABEL], serial_number[IMP_X509_LABEL]; /* of the subject */
    char dns[IMP_X509_LABEL], uri[IMP_X509_LABEL], hardware[IMP_X509_LABEL], masa[IMP_X509_LABEL];
    uint8_t serial[IMP_X509_SERIAL];
    size_t serial_n;
    enum imp_key key;
    uint8_t pub[64]; /* of P-256 */
    uint8_t subject_key[IMP_X509_KEY_ID], authority_key[IMP_X509_KEY_ID]; /* identifiers */
    size_t subject_key_n, authority_key_n;                                /* 0: not said */
    unsigned purposes;
    bool self_issued;
    int64_t not_before, not_after; /* seconds since 1970 */
};
/* 0, or -1 when it is no certificate with a P-256 key or a text of it does not fit. */
int imp_x509_read(struct imp_x509_info *out, const uint8_t *der, size_t n);
/* The same for who needs the words alone: the key may be on P-384 or RSA's of 2048 bits too, and
 * pub is zero then. */
int imp_x509_read_words(struct imp_x509_info *out, const uint8_t *der, size_t n);
/* The SubjectPublicKeyInfo's SHA-256, by which keys are pinned, and the certificate's, which people
 * compare (RFC 7030 section 4.1.1). */
int imp_x509_pin(struct imp_env *env, uint8_t out[32], const uint8_t *der, size_t n);
void imp_x509_fingerprint(struct imp_env *env, uint8_t out[32], const uint8_t *der, size_t n);

/* ---- verifying ---------------------------------------------------------------------------------
 */
#define IMP_X509_VERDICTS(X)                                                                       \
    X(GOOD, "good")                                                                                \
    X(MALFORMED, "not a certificate")                                                              \
    X(UNTRUSTED, "no path to a trust anchor")                                                      \
    X(NOT_YET, "not yet valid")                                                                    \
    X(EXPIRED, "expired")                                                                          \
    X(PURPOSE, "not for this purpose")                                                             \
    X(OTHER_NAME, "another name")                                                                  \
    X(AUTHORITY, "an authority's certificate")                                                     \
    X(REVOKED, "revoked")                                                                          \
    X(NO_LIST, "no valid revocation list")                                                         \
    X(NO_STATUS, "no valid status")
#define IMP_ENUM_VERDICT(id, text) IMP_X509_##id,
enum imp_x509_verdict { IMP_X509_VERDICTS(IMP_ENUM_VERDICT) };
const char *imp_x509_verdict_text(enum imp_x509_verdict v);

struct imp_x509_policy {
    const struct imp_piece *anchors; /* DER; borrowed for the call */
    size_t anchor_count;
    /* Certificates of authorities that the verifier has of its own, no anchors: they go on top of a
     * chain that ends below them. */
    const struct imp_piece *intermediates;
    size_t intermediate_count;
    unsigned purpose; /* one of SERVER, CLIENT, CMC_RA; 0: any. No extended key usage: any */
    const char *host; /* name that the leaf must bear (RFC 6125), NULL: any */
    bool any_time;    /* the clock cannot be trusted yet: validity is not looked at */
    bool past_end;    /* notAfter is not looked at */
    bool end_entity;  /* the leaf may be no authority's */
};
/* The chain as TLS sends it: leaf first. GOOD is 0. */
enum imp_x509_verdict imp_x509_verify(struct imp_env *env, const struct imp_piece *chain,
                                      size_t count, const struct imp_x509_policy *policy,
                                      imp_time now);

/* ---- revocation lists (crl.c), RFC 5280 section 5 ----------------------------------------------
 */
enum { IMP_X509_CRL_MAX = 4096 }; /* octets of a list that we make: some hundred entries */
struct imp_x509_crl {
    size_t n;
    uint8_t der[IMP_X509_CRL_MAX];
};
struct imp_x509_crl_spec {
    const struct imp_x509_crl *before; /* its entries go on, its number is followed; NULL: none */
    struct imp_piece serial;           /* of a certificate that is revoked now; n 0: none */
    imp_time this_update, next_update;
};
/* Makes a list of the authority whose name `signer` has, by its key `secret`. 0, or -1 when it
 * cannot be said or does not fit; out->n is 0 then. */
int imp_x509_revoke(struct imp_env *env, struct imp_x509_crl *out,
                    const struct imp_x509_crl_spec *spec, const struct imp_x509 *signer,
                    const uint8_t secret[32]);
/* Whether a certificate, whose path is verified, still stands: GOOD, REVOKED, or NO_LIST when the
 * list is not one of its issuer's, not signed by `signer`, not begun or over. That the signer may
 * speak for the issuer is the caller's to verify. */
enum imp_x509_verdict imp_x509_check_crl(struct imp_env *env, struct imp_piece crl,
                                         struct imp_piece certificate, struct imp_piece signer,
                                         imp_time now);

/* ---- status of one certificate (ocsp.c), RFC 6960 section 4.2 ----------------------------------
 */
enum { IMP_X509_OCSP_MAX = 512 };
struct imp_x509_ocsp {
    size_t n;
    uint8_t der[IMP_X509_OCSP_MAX];
};
struct imp_x509_ocsp_spec {
    struct imp_piece certificate;
    bool revoked;
    imp_time revoked_at;
    imp_time this_update, next_update;
};
/* A response of the certificate's issuer, whose key `secret` is. 0, or -1; out->n is 0 then. */
int imp_x509_ocsp(struct imp_env *env, struct imp_x509_ocsp *out,
                  const struct imp_x509_ocsp_spec *spec, const struct imp_x509 *issuer,
                  const uint8_t secret[32]);
/* GOOD, REVOKED, or NO_STATUS when the response (n 0: none) is not of this certificate, not signed
 * by its issuer or a responder that the issuer has certified, not begun or over. */
enum imp_x509_verdict imp_x509_check_ocsp(struct imp_env *env, struct imp_piece response,
                                          struct imp_piece certificate, struct imp_piece issuer,
                                          imp_time now);

#endif
