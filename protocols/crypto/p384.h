/* SPDX-License-Identifier: GPL-2.0-only */
/* p384.h - key pairs on P-384, of devices' certificates alone. Who signs with them is GnuTLS. */
#ifndef IMPRINT_CRYPTO_P384_H
#define IMPRINT_CRYPTO_P384_H

#include "crypto.h"

enum { IMP_P384_SECRET = 48, IMP_P384_PUBLIC = 96 }; /* octets; a public key is x | y */

/* No platform's table has its times: an operation is charged as so many on P-256. */
enum { IMP_P384_COST = 3 };

void imp_p384_keypair(struct imp_env *env, const char *purpose, uint8_t pub[IMP_P384_PUBLIC],
                      uint8_t secret[IMP_P384_SECRET]);
/* 0, or -1 unless 1 <= secret < order. */
int imp_p384_public(struct imp_env *env, uint8_t pub[IMP_P384_PUBLIC],
                    const uint8_t secret[IMP_P384_SECRET]);

#endif
