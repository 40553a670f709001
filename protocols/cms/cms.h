/* SPDX-License-Identifier: GPL-2.0-only */
/* cms.h - SignedData of RFC 5652: certificates without signatures (RFC 5272 section 4.1), as EST
 * answers with them, and content that one party has signed, as vouchers are (RFC 8366). */
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

#endif
