/* SPDX-License-Identifier: GPL-2.0-only */
/* x509_internal.h - what the files of this folder share. */
#ifndef IMPRINT_X509_INTERNAL_H
#define IMPRINT_X509_INTERNAL_H

#include "x509.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#define X509_OID_CMC_RA "1.3.6.1.5.5.7.3.28"         /* RFC 6402, section 2.10 */
#define X509_OID_HARDWARE_MODULE "1.3.6.1.5.5.7.8.4" /* RFC 4108, section 5 */
#define X509_OID_MASA_URL "1.3.6.1.5.5.7.1.32"       /* RFC 8995, section 2.3.2 */
/* hwType of hardwareModuleName: an arc of nobody's enterprise, 1.3.6.1.4.1.0 */
enum { X509_IA5_STRING = 0x16, X509_OCTET_STRING = 0x04 };

#define X509_NEVER INT64_C(253402300799) /* 9999-12-31T23:59:59Z */
/* In seconds since 1970; GnuTLS has a word of its own for X509_NEVER. */
int64_t x509__expiry(gnutls_x509_crt_t crt);

/* The party's key in the shape that GnuTLS signs with: it signs through crypto.h. `env` and
 * `secret` are borrowed until gnutls_privkey_deinit. */
struct x509__signer {
    struct imp_env *env;
    const uint8_t *secret;
};
int x509__signer(gnutls_privkey_t *key, struct x509__signer *signer);
/* `pub`: x | y, each as wide as the curve, or the modulus. */
int x509__pubkey(gnutls_pubkey_t *key, const uint8_t *pub, enum imp_key kind);
/* x | y of a P-256 key: 0 or -1. */
int x509__point(uint8_t pub[64], gnutls_pubkey_t key);
enum imp_key x509__kind(gnutls_pubkey_t key);
/* Copies a text that GnuTLS gave, 0 or -1 (does not fit, or has a 0 inside). */
int x509__text(char *out, size_t cap, const void *text, size_t n);
/* GnuTLS gives single values as they stand in a distinguished name (RFC 4514 section 2.4): in
 * place. */
void x509__unescape(char *text);
/* sealing.c: attributes of a request; both return what GnuTLS says, the latter 0 or -1. */
int x509__set_sealing(gnutls_x509_crq_t crq, const struct imp_x509_sealing *s);
int x509__get_sealing(struct imp_x509_sealing *out, gnutls_x509_crq_t crq);
/* Writing and hashing so many octets; the signature is charged where it is made. */
void x509__charge_made(struct imp_env *env, size_t n);
/* The verification of one signature over so many octets. */
void x509__charge_verify(struct imp_env *env, size_t n);

#endif
