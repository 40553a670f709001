/* SPDX-License-Identifier: GPL-2.0-only */
/* device_key.h - the key of a device's certificate, of any kind that IEEE 802.1AR knows. A secret
 * tells by its length of which kind it is. */
#ifndef IMPRINT_CRYPTO_DEVICE_KEY_H
#define IMPRINT_CRYPTO_DEVICE_KEY_H

#include "p384.h"
#include "rsa.h"

enum imp_key { IMP_KEY_P256, IMP_KEY_P384, IMP_KEY_RSA, IMP_KEY_OTHER };
enum { IMP_KEY_PUBLIC = IMP_RSA_PUBLIC, IMP_KEY_SECRET = IMP_RSA_SECRET };

struct imp_device_key {
    enum imp_key kind;
    size_t n;                       /* octets of the secret */
    uint8_t pub[IMP_KEY_PUBLIC];    /* x | y, or the modulus */
    uint8_t secret[IMP_KEY_SECRET]; /* a scalar, or RSAPrivateKey in DER */
};

void imp_device_key_make(struct imp_env *env, const char *purpose, enum imp_key kind,
                         struct imp_device_key *out);
/* Of so many octets of a secret. */
enum imp_key imp_key_kind(size_t n);

#endif
