/* SPDX-License-Identifier: GPL-2.0-only */
/* P-384 on Hogweed. Its key pairs are charged like one on P-256, though they take longer: they are
 * made where devices are, before a run. */
#include "p384.h"

#include "curve.h"

_Static_assert((int)IMP_P384_SECRET <= (int)IMP__WIDTH_MOST, "the widest of the curves");

static struct imp__curve p384(void)
{
    return (struct imp__curve){.ecc = nettle_get_secp_384r1(),
                               .width = IMP_P384_SECRET,
                               .keygen = IMP_OP_P256_KEYGEN,
                               .ecdh = IMP_OP_P256_ECDH,
                               .scalar = "P-384 scalar",
                               .public_key = "P-384 public key",
                               .shared = "P-384 ECDH"};
}

void imp_p384_keypair(struct imp_env *env, const char *purpose, uint8_t pub[IMP_P384_PUBLIC],
                      uint8_t secret[IMP_P384_SECRET])
{
    const struct imp__curve c = p384();
    imp__curve_keypair(env, &c, purpose, pub, secret);
}

int imp_p384_public(struct imp_env *env, uint8_t pub[IMP_P384_PUBLIC],
                    const uint8_t secret[IMP_P384_SECRET])
{
    const struct imp__curve c = p384();
    return imp__curve_public(env, &c, pub, secret);
}
