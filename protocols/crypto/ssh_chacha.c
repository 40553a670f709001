/* SPDX-License-Identifier: GPL-2.0-only */
/* The cipher's nonce is the sequence number as 64 bits; K_1 encrypts the length at counter 0, K_2
 * gives the authenticator's key at counter 0 and encrypts the rest from counter 1. */
#include <sodium.h>
#include <string.h>

#include "charge.h"

enum { OBSERVED = 4096 /* octets; longer packets are not reported */ };

static void nonce_of(uint8_t nonce[8], uint32_t sequence)
{
    memset(nonce, 0, 8);
    for (int i = 0; i < 4; i++)
        nonce[4 + i] = (uint8_t)(sequence >> (24 - 8 * i));
}

static void tag_of(uint8_t tag[16], const uint8_t *packet, size_t n, const uint8_t key[64],
                   const uint8_t nonce[8])
{
    uint8_t one_time[32] = {0};
    crypto_stream_chacha20_xor_ic(one_time, one_time, sizeof one_time, nonce, 0, key);
    crypto_onetimeauth_poly1305(tag, packet, 4 + n, one_time);
    imp_wipe(one_time, sizeof one_time);
}

void imp_ssh_chacha_seal(struct imp_env *env, uint8_t *packet, size_t n, const uint8_t key[64],
                         uint32_t sequence)
{
    uint8_t nonce[8];
    nonce_of(nonce, sequence);
    crypto_stream_chacha20_xor_ic(packet, packet, 4, nonce, 0, key + 32);
    crypto_stream_chacha20_xor_ic(packet + 4, packet + 4, n, nonce, 1, key);
    tag_of(packet + 4 + n, packet, n, key, nonce);
    imp__charge(env, IMP_OP_AES, 2 * (n + 4));
}

uint32_t imp_ssh_chacha_length(struct imp_env *env, const uint8_t packet[4], const uint8_t key[64],
                               uint32_t sequence)
{
    uint8_t nonce[8], p[4];
    (void)env; /* charged with the rest */
    nonce_of(nonce, sequence);
    crypto_stream_chacha20_xor_ic(p, packet, 4, nonce, 0, key + 32);
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

int imp_ssh_chacha_open(struct imp_env *env, uint8_t *packet, size_t n, const uint8_t key[64],
                        uint32_t sequence)
{
    uint8_t nonce[8], tag[16];
    nonce_of(nonce, sequence);
    tag_of(tag, packet, n, key, nonce);
    imp__charge(env, IMP_OP_AES, 2 * (n + 4));
    if (!imp_equal(tag, packet + 4 + n, sizeof tag)) {
        memset(packet, 0, 4 + n);
        return -1;
    }
    crypto_stream_chacha20_xor_ic(packet, packet, 4, nonce, 0, key + 32);
    uint8_t sealed[OBSERVED];
    bool whole = imp_observed() && n <= sizeof sealed;
    if (whole)
        memcpy(sealed, packet + 4, n);
    crypto_stream_chacha20_xor_ic(packet + 4, packet + 4, n, nonce, 1, key);
    if (whole)
        imp_observe_both("chacha20-poly1305", key, 64, packet + 4, n, sealed, n);
    return 0;
}
