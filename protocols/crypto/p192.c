/* SPDX-License-Identifier: GPL-2.0-only */
/* P-192, of Bluetooth's Secure Simple Pairing alone. No platform's table has its time: it is
 * charged as P-256, which is above it. */
#include "curve.h"

static struct imp__curve p192(void)
{
    return (struct imp__curve){.ecc = nettle_get_secp_192r1(),
                               .width = 24,
                               .keygen = IMP_OP_P256_KEYGEN,
                               .ecdh = IMP_OP_P256_ECDH,
                               .scalar = "P-192 scalar",
                               .public_key = "P-192 public key",
                               .shared = "P-192 ECDH"};
}

void imp_p192_keypair(struct imp_env *env, const char *purpose, uint8_t pub[48], uint8_t secret[24])
{
    const struct imp__curve c = p192();
    imp__curve_keypair(env, &c, purpose, pub, secret);
}

int imp_p192_public(struct imp_env *env, uint8_t pub[48], const uint8_t secret[24])
{
    const struct imp__curve c = p192();
    return imp__curve_public(env, &c, pub, secret);
}

int imp_p192_shared(struct imp_env *env, uint8_t z[24], const uint8_t secret[24],
                    const uint8_t peer[48])
{
    const struct imp__curve c = p192();
    return imp__curve_shared(env, &c, z, secret, peer);
}
