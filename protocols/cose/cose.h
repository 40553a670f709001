/* SPDX-License-Identifier: GPL-2.0-only */
/* cose.h - COSE_Sign1 (RFC 9052 section 4.2) with ES256 (RFC 9053 section 2.1): content that one
 * party has signed, as constrained vouchers are. The header parameters are those of RFC 9052
 * section 3.1 and the certificates of RFC 9360.
 *
 * A message is read first and verified then: what stands beside the content says whose key it may
 * be, or the caller knows. The codec underneath takes and makes deterministic encodings with
 * integer labels alone; a message in another one is refused. */
#ifndef IMPRINT_COSE_H
#define IMPRINT_COSE_H

#include "../x509/x509.h"

enum { IMP_COSE_ES256 = -7 };
enum { IMP_COSE_CERTS = 6, IMP_COSE_SIGNATURE = 64 /* r | s */ };
enum { IMP_COSE_PROTECTED = 4096 /* octets of a protected header that we make */ };

/* Header parameters of one bucket, protected or not. Octets are borrowed; kid.p NULL: not there. */
struct imp_cose_header {
    int algorithm; /* 0: not said */
    struct imp_piece kid;
    bool chain;   /* the certificates are an x5chain, leaf first, else an x5bag in any order */
    size_t count; /* 0: no certificates */
    struct imp_piece certs[IMP_COSE_CERTS];
};

struct imp_cose_sign1 {
    struct imp_cose_header protected, unprotected;
    struct imp_piece protected_octets; /* as they came, without their string's head */
    struct imp_piece content;
    const uint8_t *signature; /* IMP_COSE_SIGNATURE octets */
};

/* The message with its tag 18, and ES256 in the protected header; `external` is the application's
 * own data that the signature covers and the message does not hold. Octets, or -1: it does not
 * fit. */
int imp_cose_sign(struct imp_env *env, uint8_t *out, size_t cap, const struct imp_cose_sign1 *say,
                  struct imp_piece external, const uint8_t secret[32]);
/* Another message of the same content and signature: what is not protected may change. */
int imp_cose_rewrite(struct imp_env *env, uint8_t *out, size_t cap,
                     const struct imp_cose_sign1 *message);
/* Reads; everything in `out` borrows from the octets. 0, or -1: malformed, not tagged, no content
 * in it, another algorithm than ES256, a parameter in both headers, or one that is critical and
 * that we do not know. */
int imp_cose_read(struct imp_env *env, struct imp_cose_sign1 *out, const uint8_t *p, size_t n);
/* Is the signature that key's? 0 or -1. */
int imp_cose_verify(struct imp_env *env, const struct imp_cose_sign1 *message,
                    struct imp_piece external, const uint8_t pub[64]);
/* The certificate of a bag or chain whose key has made the signature: its index, or -1. Whether it
 * is trusted, the caller asks of x509.h. */
int imp_cose_signer(struct imp_env *env, const struct imp_cose_sign1 *message,
                    struct imp_piece external, const struct imp_cose_header *from);

#endif
