/* SPDX-License-Identifier: GPL-2.0-only */
#include "charge.h"

#include <nettle/md5.h>
#include <nettle/sha1.h>
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

void imp_sha1(struct imp_env *env, uint8_t out[20], const struct imp_piece *in, size_t count)
{
    struct sha1_ctx h;
    sha1_init(&h);
    for (size_t i = 0; i < count; i++)
        sha1_update(&h, in[i].n, in[i].p);
    sha1_digest(&h, SHA1_DIGEST_SIZE, out);
    imp_wipe(&h, sizeof h);
    imp__charge(env, IMP_OP_SHA1, imp__padded(imp__total(in, count)));
    imp_observe_rule("SHA-1", out, 20, in, count);
}

void imp_md5(struct imp_env *env, uint8_t out[16], const struct imp_piece *in, size_t count)
{
    struct md5_ctx h;
    md5_init(&h);
    for (size_t i = 0; i < count; i++)
        md5_update(&h, in[i].n, in[i].p);
    md5_digest(&h, MD5_DIGEST_SIZE, out);
    imp_wipe(&h, sizeof h);
    imp__charge(env, IMP_OP_MD5, imp__padded(imp__total(in, count)));
    imp_observe_rule("MD5", out, 16, in, count);
}
