/* SPDX-License-Identifier: GPL-2.0-only */
#include "charge.h"

#include <sodium.h>

void imp_x25519_public(struct imp_env *env, uint8_t pub[32], const uint8_t secret[32])
{
    crypto_scalarmult_base(pub, secret);
    imp__charge(env, IMP_OP_X25519, 1);
    imp_observe_public_key("X25519 public key", pub, 32, secret, 32);
}

void imp_x25519_keypair(struct imp_env *env, const char *purpose, uint8_t pub[32],
                        uint8_t secret[32])
{
    imp_random(env, purpose, secret, 32);
    imp_x25519_public(env, pub, secret);
}

int imp_x25519_shared(struct imp_env *env, uint8_t z[32], const uint8_t secret[32],
                      const uint8_t peer[32])
{
    imp__charge(env, IMP_OP_X25519, 1);
    if (crypto_scalarmult(z, secret, peer) == 0) {
        imp_observe_keyed("X25519", z, 32, secret, 32, &IMP_PIECE(peer, 32), 1);
        return 0;
    }
    imp_wipe(z, 32);
    return -1;
}
