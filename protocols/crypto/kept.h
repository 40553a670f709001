/* SPDX-License-Identifier: GPL-2.0-only */
/* kept.h - what an authenticated encryption reports to the observer, also when it works in place.
 * Internal. */
#ifndef IMPRINT_CRYPTO_KEPT_H
#define IMPRINT_CRYPTO_KEPT_H

#include "crypto.h"

#include <stdlib.h>
#include <string.h>

/* A copy of what may be encrypted or decrypted in its place, for the observer; NULL without one. */
static inline uint8_t *imp__keep(const uint8_t *in, size_t n)
{
    uint8_t *copy = imp_observed() && n ? malloc(n) : NULL;
    if (copy)
        memcpy(copy, in, n);
    return copy;
}

/* Reports an encryption and releases the kept part. Nonces are public. */
static inline void imp__report(const char *name, const uint8_t *key, size_t key_n,
                               const uint8_t *plain, const uint8_t *cipher, size_t n, uint8_t *kept)
{
    if (kept)
        imp_observe_both(name, key, key_n, plain, n, cipher, n);
    free(kept);
}

#endif
