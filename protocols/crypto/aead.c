/* SPDX-License-Identifier: GPL-2.0-only */
/* COSE's content encryption by name (RFC 9053 section 4): AES-CCM is aes.c's, AES-GCM Nettle's,
 * ChaCha20/Poly1305 libsodium's. */
#include "charge.h"
#include "kept.h"

#include <nettle/gcm.h>
#include <sodium.h>

static const struct {
    size_t key, nonce, tag;
    const char *name, *tag_name;
} rows[] = {
    [IMP_AEAD_AES_CCM_16_64_128] = {16, 13, 8, "AES-CCM", "AES-CCM tag"},
    [IMP_AEAD_A128GCM] = {16, 12, 16, "AES-GCM", "AES-GCM tag"},
    [IMP_AEAD_A256GCM] = {32, 12, 16, "AES-GCM", "AES-GCM tag"},
    [IMP_AEAD_CHACHA20_POLY1305] = {32, 12, 16, "ChaCha20/Poly1305", "ChaCha20/Poly1305 tag"},
};

size_t imp_aead_key(enum imp_aead a)
{
    return rows[a].key;
}

size_t imp_aead_nonce(enum imp_aead a)
{
    return rows[a].nonce;
}

size_t imp_aead_tag(enum imp_aead a)
{
    return rows[a].tag;
}

/* GCM: H and the tag's mask, and CTR over the message; GHASH over associated data, message and a
 * block of lengths (SP 800-38D section 7.1). AES-256 has 14 rounds where AES-128 has 10. */
static void charge_gcm(struct imp_env *env, size_t rounds, size_t aad_n, size_t n)
{
    size_t ciphered = 2 + (n + 15) / 16, hashed = (aad_n + 15) / 16 + (n + 15) / 16 + 1;
    imp__charge(env, IMP_OP_AES, 16 * (ciphered * rounds / 10 + hashed));
}

/* ChaCha20 over Poly1305's key and the message; Poly1305 as GHASH (RFC 8439 section 2.8). */
static void charge_chacha(struct imp_env *env, size_t aad_n, size_t n)
{
    imp__charge(env, IMP_OP_AES, 16 * (2 + (n + 15) / 16 + (aad_n + 15) / 16 + (n + 15) / 16 + 1));
}

static void gcm128(bool seal, uint8_t *out, uint8_t tag[16], const uint8_t *key,
                   const uint8_t *nonce, const void *aad, size_t aad_n, const uint8_t *in, size_t n)
{
    struct gcm_aes128_ctx c;
    gcm_aes128_set_key(&c, key);
    gcm_aes128_set_iv(&c, GCM_IV_SIZE, nonce);
    gcm_aes128_update(&c, aad_n, aad);
    (seal ? gcm_aes128_encrypt : gcm_aes128_decrypt)(&c, n, out, in);
    gcm_aes128_digest(&c, GCM_DIGEST_SIZE, tag);
    imp_wipe(&c, sizeof c);
}

static void gcm256(bool seal, uint8_t *out, uint8_t tag[16], const uint8_t *key,
                   const uint8_t *nonce, const void *aad, size_t aad_n, const uint8_t *in, size_t n)
{
    struct gcm_aes256_ctx c;
    gcm_aes256_set_key(&c, key);
    gcm_aes256_set_iv(&c, GCM_IV_SIZE, nonce);
    gcm_aes256_update(&c, aad_n, aad);
    (seal ? gcm_aes256_encrypt : gcm_aes256_decrypt)(&c, n, out, in);
    gcm_aes256_digest(&c, GCM_DIGEST_SIZE, tag);
    imp_wipe(&c, sizeof c);
}

/* Either way gives the tag of what is encrypted; in[0..n) is without one. */
static void gcm(struct imp_env *env, enum imp_aead a, bool seal, uint8_t *out, uint8_t tag[16],
                const uint8_t *key, const uint8_t *nonce, const void *aad, size_t aad_n,
                const uint8_t *in, size_t n)
{
    bool wide = a == IMP_AEAD_A256GCM;
    (wide ? gcm256 : gcm128)(seal, out, tag, key, nonce, aad, aad_n, in, n);
    charge_gcm(env, wide ? 14 : 10, aad_n, n);
}

void imp_aead_seal(struct imp_env *env, enum imp_aead a, uint8_t *out, const uint8_t *key,
                   const uint8_t *nonce, const void *aad, size_t aad_n, const uint8_t *in, size_t n)
{
    if (a == IMP_AEAD_AES_CCM_16_64_128) {
        imp_aes_ccm_seal(env, out, key, nonce, rows[a].nonce, aad, aad_n, in, n, rows[a].tag);
        return;
    }
    uint8_t *kept = imp__keep(in, n);
    if (a == IMP_AEAD_CHACHA20_POLY1305) {
        crypto_aead_chacha20poly1305_ietf_encrypt(out, NULL, in, n, aad, aad_n, NULL, nonce, key);
        charge_chacha(env, aad_n, n);
    } else {
        gcm(env, a, true, out, out + n, key, nonce, aad, aad_n, in, n);
    }
    imp__report(rows[a].name, key, rows[a].key, kept, out, n, kept);
    imp_observe_keyed(rows[a].tag_name, out + n, rows[a].tag, key, rows[a].key,
                      (const struct imp_piece[]){{out, n}, {aad, aad_n}}, 2);
}

static bool opened(struct imp_env *env, enum imp_aead a, uint8_t *out, const uint8_t *key,
                   const uint8_t *nonce, const void *aad, size_t aad_n, const uint8_t *in, size_t n)
{
    uint8_t tag[16];
    if (a == IMP_AEAD_CHACHA20_POLY1305) {
        charge_chacha(env, aad_n, n);
        return crypto_aead_chacha20poly1305_ietf_decrypt(out, NULL, NULL, in, n + sizeof tag, aad,
                                                         aad_n, nonce, key) == 0;
    }
    uint8_t received[16]; /* before the output may take its place */
    memcpy(received, in + n, sizeof received);
    gcm(env, a, false, out, tag, key, nonce, aad, aad_n, in, n);
    return imp_equal(tag, received, sizeof tag);
}

int imp_aead_open(struct imp_env *env, enum imp_aead a, uint8_t *out, const uint8_t *key,
                  const uint8_t *nonce, const void *aad, size_t aad_n, const uint8_t *in,
                  size_t in_n)
{
    if (in_n < rows[a].tag)
        return -1;
    if (a == IMP_AEAD_AES_CCM_16_64_128)
        return imp_aes_ccm_open(env, out, key, nonce, rows[a].nonce, aad, aad_n, in, in_n,
                                rows[a].tag);
    size_t n = in_n - rows[a].tag;
    uint8_t *kept = imp__keep(in, n);
    bool good = opened(env, a, out, key, nonce, aad, aad_n, in, n);
    if (good)
        imp__report(rows[a].name, key, rows[a].key, out, kept, n, kept);
    else
        free(kept);
    if (!good && n)
        imp_wipe(out, n);
    return good ? 0 : -1;
}
