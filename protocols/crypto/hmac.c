/* SPDX-License-Identifier: GPL-2.0-only */
#include "charge.h"

#include <nettle/hmac.h>
#include <sodium.h>

/* Octets that a hash of that block compresses for n octets: at least one of padding and the length,
 * an eighth of a block, are appended (FIPS 180-4, section 5.1). */
static size_t padded(size_t n, size_t block)
{
    return (n + 1 + block / 8 + block - 1) / block * block;
}

/* HMAC compresses the key's block before the message and before the inner digest; a key longer than
 * a block is hashed first (RFC 2104, section 2). */
static void charge_hmac(struct imp_env *env, enum imp_op op, size_t block, size_t digest_n,
                        size_t key_n, const struct imp_piece *in, size_t count)
{
    size_t octets = padded(block + imp__total(in, count), block) + padded(block + digest_n, block);
    if (key_n > block)
        octets += padded(key_n, block);
    imp__charge(env, op, octets);
}

void imp_hmac_sha256(struct imp_env *env, uint8_t out[32], const void *key, size_t key_n,
                     const struct imp_piece *in, size_t count)
{
    crypto_auth_hmacsha256_state h;
    crypto_auth_hmacsha256_init(&h, key, key_n);
    for (size_t i = 0; i < count; i++)
        crypto_auth_hmacsha256_update(&h, in[i].p, in[i].n);
    crypto_auth_hmacsha256_final(&h, out);
    imp_wipe(&h, sizeof h);
    charge_hmac(env, IMP_OP_SHA256, 64, 32, key_n, in, count);
    imp_observe_keyed("HMAC-SHA256", out, 32, key, key_n, in, count);
}

void imp_hmac_sha384(struct imp_env *env, uint8_t out[48], const void *key, size_t key_n,
                     const struct imp_piece *in, size_t count)
{
    struct hmac_sha384_ctx h;
    hmac_sha384_set_key(&h, key_n, key);
    for (size_t i = 0; i < count; i++)
        hmac_sha384_update(&h, in[i].n, in[i].p);
    hmac_sha384_digest(&h, SHA384_DIGEST_SIZE, out);
    imp_wipe(&h, sizeof h);
    charge_hmac(env, IMP_OP_SHA256, SHA384_BLOCK_SIZE, SHA384_DIGEST_SIZE, key_n, in, count);
    imp_observe_keyed("HMAC-SHA384", out, 48, key, key_n, in, count);
}

void imp_hmac_sha1(struct imp_env *env, uint8_t out[20], const void *key, size_t key_n,
                   const struct imp_piece *in, size_t count)
{
    struct hmac_sha1_ctx h;
    hmac_sha1_set_key(&h, key_n, key);
    for (size_t i = 0; i < count; i++)
        hmac_sha1_update(&h, in[i].n, in[i].p);
    hmac_sha1_digest(&h, SHA1_DIGEST_SIZE, out);
    imp_wipe(&h, sizeof h);
    charge_hmac(env, IMP_OP_SHA1, 64, SHA1_DIGEST_SIZE, key_n, in, count);
    imp_observe_keyed("HMAC-SHA1", out, 20, key, key_n, in, count);
}

void imp_hmac_md5(struct imp_env *env, uint8_t out[16], const void *key, size_t key_n,
                  const struct imp_piece *in, size_t count)
{
    struct hmac_md5_ctx h;
    hmac_md5_set_key(&h, key_n, key);
    for (size_t i = 0; i < count; i++)
        hmac_md5_update(&h, in[i].n, in[i].p);
    hmac_md5_digest(&h, MD5_DIGEST_SIZE, out);
    imp_wipe(&h, sizeof h);
    charge_hmac(env, IMP_OP_MD5, 64, MD5_DIGEST_SIZE, key_n, in, count);
    imp_observe_keyed("HMAC-MD5", out, 16, key, key_n, in, count);
}
