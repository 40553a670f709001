/* SPDX-License-Identifier: GPL-2.0-only */
#include <sodium.h>

#include "charge.h"

/* libsodium keeps seed and public key side by side. Deriving them again is not charged: the party
 * has had its key pair before. */
void imp_ed25519_public(struct imp_env *env, uint8_t pub[32], const uint8_t secret[32])
{
    uint8_t pair[64];
    (void)env;
    crypto_sign_seed_keypair(pub, pair, secret);
    imp_wipe(pair, sizeof pair);
    imp_observe_public_key("Ed25519 public key", pub, 32, secret, 32);
}

void imp_ed25519_keypair(struct imp_env *env, const char *purpose, uint8_t pub[32],
                         uint8_t secret[32])
{
    imp_random(env, purpose, secret, 32);
    imp_ed25519_public(env, pub, secret);
    imp__charge(env, IMP_OP_ED25519_SIGN, 1); /* one scalar multiplication each */
}

void imp_ed25519_sign(struct imp_env *env, uint8_t sig[64], const uint8_t secret[32],
                      const void *message, size_t n)
{
    uint8_t pub[32], pair[64];
    crypto_sign_seed_keypair(pub, pair, secret);
    crypto_sign_detached(sig, NULL, message, n, pair);
    imp_wipe(pair, sizeof pair);
    imp__charge(env, IMP_OP_ED25519_SIGN, 1);
    imp_observe_keyed("Ed25519", sig, 64, secret, 32, &IMP_PIECE(message, n), 1);
}

int imp_ed25519_verify(struct imp_env *env, const uint8_t sig[64], const uint8_t pub[32],
                       const void *message, size_t n)
{
    imp__charge(env, IMP_OP_ED25519_VERIFY, 1);
    return crypto_sign_verify_detached(sig, message, n, pub) == 0 ? 0 : -1;
}
