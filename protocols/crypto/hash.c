/* SPDX-License-Identifier: GPL-2.0-only */
#include "charge.h"

#include <nettle/md4.h>
#include <nettle/md5.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <sodium.h>

void imp_sha256(struct imp_env *env, uint8_t out[32], const struct imp_piece *in, size_t count)
{
    crypto_hash_sha256_state h;
    crypto_hash_sha256_init(&h);
    for (size_t i = 0; i < count; i++)
        crypto_hash_sha256_update(&h, in[i].p, in[i].n);
    crypto_hash_sha256_final(&h, out);
    imp_wipe(&h, sizeof h);
    imp__charge(env, IMP_OP_SHA256, imp__padded(imp__total(in, count)));
    imp_observe_rule("SHA-256", out, 32, in, count);
}

/* Those that libsodium lacks. */
static void by_nettle(struct imp_env *env, uint8_t *out, const struct nettle_hash *hash,
                      const char *rule, enum imp_op op, const struct imp_piece *in, size_t count)
{
    union {
        struct md4_ctx md4;
        struct md5_ctx md5;
        struct sha1_ctx sha1;
        struct sha512_ctx sha512; /* of SHA-384 too */
    } h;
    hash->init(&h);
    for (size_t i = 0; i < count; i++)
        hash->update(&h, in[i].n, in[i].p);
    hash->digest(&h, hash->digest_size, out);
    imp_wipe(&h, sizeof h);
    imp__charge(env, op, imp__padded(imp__total(in, count)));
    imp_observe_rule(rule, out, hash->digest_size, in, count);
}

void imp_sha384(struct imp_env *env, uint8_t out[48], const struct imp_piece *in, size_t count)
{
    by_nettle(env, out, &nettle_sha384, "SHA-384", IMP_OP_SHA256, in, count);
}

void imp_sha512(struct imp_env *env, uint8_t out[64], const struct imp_piece *in, size_t count)
{
    by_nettle(env, out, &nettle_sha512, "SHA-512", IMP_OP_SHA256, in, count);
}

void imp_sha1(struct imp_env *env, uint8_t out[20], const struct imp_piece *in, size_t count)
{
    by_nettle(env, out, &nettle_sha1, "SHA-1", IMP_OP_SHA1, in, count);
}

void imp_md5(struct imp_env *env, uint8_t out[16], const struct imp_piece *in, size_t count)
{
    by_nettle(env, out, &nettle_md5, "MD5", IMP_OP_MD5, in, count);
}

void imp_md4(struct imp_env *env, uint8_t out[16], const struct imp_piece *in, size_t count)
{
    by_nettle(env, out, &nettle_md4, "MD4", IMP_OP_MD5, in, count);
}
