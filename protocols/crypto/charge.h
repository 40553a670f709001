/* SPDX-License-Identifier: GPL-2.0-only */
/* charge.h - what the functions of this folder put on the party's account. Internal. */
#ifndef IMPRINT_CRYPTO_CHARGE_H
#define IMPRINT_CRYPTO_CHARGE_H

#include "crypto.h"

static inline void imp__charge(struct imp_env *env, enum imp_op op, size_t quantity)
{
    if (env)
        imp_charge(env, op, quantity);
}

/* Octets that a Merkle-Damgard hash with 64-octet blocks compresses for n octets: at least one
 * octet of padding and eight of length are appended. */
static inline size_t imp__padded(size_t n)
{
    return (n + 9 + 63) / 64 * 64;
}

static inline size_t imp__total(const struct imp_piece *in, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += in[i].n;
    return n;
}

#endif
