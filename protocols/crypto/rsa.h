/* SPDX-License-Identifier: GPL-2.0-only */
/* rsa.h - RSA keys of 2048 bits, of devices' certificates alone. Who signs with them is GnuTLS. */
#ifndef IMPRINT_CRYPTO_RSA_H
#define IMPRINT_CRYPTO_RSA_H

#include "crypto.h"

enum {
    IMP_RSA_BITS = 2048,
    IMP_RSA_EXPONENT = 65537,
    IMP_RSA_PUBLIC = 256,  /* octets of a public key: the modulus */
    IMP_RSA_SECRET = 1200, /* of RSAPrivateKey (RFC 8017 appendix A.1.2) in DER, at most */
};

/* Octets of `secret`. The same stream, the same key. It is not charged: no platform's table has its
 * time, and such keys are made where devices are, before a run. */
size_t imp_rsa_keypair(struct imp_env *env, const char *purpose, uint8_t pub[IMP_RSA_PUBLIC],
                       uint8_t secret[IMP_RSA_SECRET]);

#endif
