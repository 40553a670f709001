/* SPDX-License-Identifier: GPL-2.0-only */
/* cms.h - SignedData of RFC 5652: certificates without signatures (RFC 5272 section 4.1), as EST
 * answers with them, and content that one party has signed, as vouchers are (RFC 8366).
 * EnvelopedData: content that only its recipient can read, as keys of a server's making may be. */
#ifndef IMPRINT_CMS_H
#define IMPRINT_CMS_H

#include "../x509/x509.h"

enum { IMP_CMS_CERTS = 4 };

struct imp_cms_certs {
    size_t count;
    struct imp_x509 crt[IMP_CMS_CERTS]; /* a set: their order says nothing */
};

/* How many octets, or -1 when it does not fit or one is no certificate. */
int imp_cms_certs_write(uint8_t *out, size_t cap, const struct imp_piece *certs, size_t count);
/* 0 or -1: none such, more certificates than fit, or signers. */
int imp_cms_certs_read(struct imp_cms_certs *out, const uint8_t *der, size_t n);

/* ---- signed content ----------------------------------------------------------------------------
 */
#define IMP_CMS_DATA "1.2.840.113549.1.7.1"
#define IMP_CMS_JSON_VOUCHER "1.2.840.113549.1.9.16.1.40" /* id-ct-animaJSONVoucher, RFC 8366 */
#define IMP_CMS_SIGNED_DATA "1.2.840.113549.1.7.2"
#define IMP_CMS_KEY_PACKAGE "2.16.840.1.101.2.1.2.78.5" /* id-ct-KP-aKeyPackage, RFC 5958 */

/* ContentInfo (RFC 5652 section 3) around a content: octets, or -1. Back: the content that is in
 * it, borrowed; 0, or -1: malformed, or another type. */
int imp_cms_content_write(uint8_t *out, size_t cap, const char *type, struct imp_piece content);
int imp_cms_content_read(struct imp_piece *content, const char *type, const uint8_t *der, size_t n);

/* Content with the signer's certificate and those of `above`, signed by P-256 and SHA-256 over
 * signed attributes. How many octets, or -1. The party is charged as in x509.h. */
int imp_cms_sign(struct imp_env *env, uint8_t *out, size_t cap, const char *content_type,
                 const void *content, size_t n, const struct imp_x509 *signer,
                 const uint8_t secret[32], const struct imp_piece *above, size_t above_count);

enum { IMP_CMS_UNDATED = -1 };
enum { IMP_CMS_CONTENT = 4096 }; /* a registrar's voucher-request holds the pledge's */
struct imp_cms_signed {
    size_t n;
    uint8_t content[IMP_CMS_CONTENT];
    struct imp_x509 signer;     /* whose signature it is */
    struct imp_cms_certs certs; /* all that came */
    int64_t signed_at; /* signing-time, RFC 5652 section 11.3, in seconds since 1970; UNDATED */
};
/* Reads and verifies the only signature, by a certificate that came along; whether that one is
 * trusted, the caller asks of x509.h. 0 or -1: none such, another content type, not right. */
int imp_cms_verify(struct imp_env *env, struct imp_cms_signed *out, const char *content_type,
                   const uint8_t *der, size_t n);

/* ---- enveloped content -------------------------------------------------------------------------
 */
struct imp_cms_recipient { /* has a secret key for AES key wrap, or a key pair on P-256 */
    struct imp_piece id;   /* keyIdentifier, or subjectKeyIdentifier */
    const uint8_t *kek;    /* 16 octets; NULL: the latter, whose public key is */
    const uint8_t *pub;    /* 64 octets */
};
/* How many octets, or -1: they do not fit, or `pub` is no key. */
int imp_cms_envelop(struct imp_env *env, uint8_t *out, size_t cap, const char *content_type,
                    const void *content, size_t n, const struct imp_cms_recipient *to);
struct imp_cms_holder { /* the same with what the recipient keeps */
    struct imp_piece id;
    const uint8_t *kek, *secret; /* 16 octets; else 32 */
};
/* How many octets of content, or -1: malformed, for others, of another type, other algorithms than
 * ours, or not decrypted to anything. Who has sent it, nobody knows: that is for a signature. */
int imp_cms_open(struct imp_env *env, uint8_t *out, size_t cap, const char *content_type,
                 const uint8_t *der, size_t n, const struct imp_cms_holder *by);

#endif
