/* SPDX-License-Identifier: GPL-2.0-only */
#include "charge.h"

#include <assert.h>
#include <string.h>

enum { HASH_MAX = 48 };

static const struct {
    size_t n;
    void (*hmac)(struct imp_env *env, uint8_t *out, const void *key, size_t key_n,
                 const struct imp_piece *in, size_t count);
} hashes[] = {
    [IMP_HASH_SHA256] = {32, imp_hmac_sha256},
    [IMP_HASH_SHA384] = {48, imp_hmac_sha384},
};

/* RFC 5869, section 2.3. */
static void expand(struct imp_env *env, enum imp_hash hash, uint8_t *out, size_t out_n,
                   const void *prk, size_t prk_n, const void *info, size_t info_n)
{
    uint8_t t[HASH_MAX];
    size_t size = hashes[hash].n, before = 0; /* T(0) is empty */
    assert(out_n <= 255 * size);
    for (uint8_t i = 1; out_n > 0; i++) {
        const struct imp_piece in[] = {{t, before}, {info, info_n}, {&i, 1}};
        hashes[hash].hmac(env, t, prk, prk_n, in, 3);
        size_t take = out_n < size ? out_n : size;
        memcpy(out, t, take);
        out += take;
        out_n -= take;
        before = size;
    }
    imp_wipe(t, sizeof t);
}

void imp_hkdf_expand(struct imp_env *env, enum imp_hash hash, uint8_t *out, size_t out_n,
                     const void *prk, size_t prk_n, const void *info, size_t info_n)
{
    const struct imp_piece known[] = {{prk, prk_n}, {info, info_n}};
    struct imp_observation observation = imp_observe_hold();
    expand(env, hash, out, out_n, prk, prk_n, info, info_n);
    imp_observe_resume(observation);
    imp_observe_rule("HKDF", out, out_n, known, 2);
}

void imp_hkdf_with(struct imp_env *env, enum imp_hash hash, uint8_t *out, size_t out_n,
                   const void *salt, size_t salt_n, const void *ikm, size_t ikm_n, const void *info,
                   size_t info_n)
{
    static const uint8_t no_salt[HASH_MAX];
    uint8_t prk[HASH_MAX];
    size_t size = hashes[hash].n;
    const struct imp_piece known[] = {{ikm, ikm_n}, {salt, salt_n}, {info, info_n}};
    struct imp_observation observation = imp_observe_hold();
    hashes[hash].hmac(env, prk, salt_n ? salt : no_salt, salt_n ? salt_n : size,
                      &IMP_PIECE(ikm, ikm_n), 1);
    expand(env, hash, out, out_n, prk, size, info, info_n);
    imp_observe_resume(observation);
    imp_observe_rule("HKDF", out, out_n, known, 3);
    imp_wipe(prk, sizeof prk);
}

void imp_hkdf(struct imp_env *env, uint8_t *out, size_t out_n, const void *salt, size_t salt_n,
              const void *ikm, size_t ikm_n, const void *info, size_t info_n)
{
    imp_hkdf_with(env, IMP_HASH_SHA256, out, out_n, salt, salt_n, ikm, ikm_n, info, info_n);
}

/* out = H(in) | ..., where piece `at` is a counter from 1 in four octets. */
static void counted(struct imp_env *env, uint8_t *out, size_t out_n, struct imp_piece *in,
                    size_t count, size_t at)
{
    uint8_t counter[4], h[32];
    in[at] = IMP_PIECE(counter, sizeof counter);
    for (uint32_t i = 1; out_n > 0; i++) {
        for (int k = 0; k < 4; k++)
            counter[k] = (uint8_t)(i >> (24 - 8 * k));
        imp_sha256(env, h, in, count);
        size_t take = out_n < sizeof h ? out_n : sizeof h;
        memcpy(out, h, take);
        out += take;
        out_n -= take;
    }
    in[at] = IMP_PIECE(NULL, 0);
    imp_wipe(h, sizeof h);
}

/* SP 800-56C Rev. 2, section 4.1, option 1. */
void imp_kdf_onestep(struct imp_env *env, uint8_t *out, size_t out_n, const void *z, size_t z_n,
                     const struct imp_piece *info, size_t count)
{
    struct imp_piece in[2 + 8];
    struct imp_observation observation = imp_observe_hold();
    assert(count <= 8);
    in[1] = IMP_PIECE(z, z_n);
    for (size_t i = 0; i < count; i++)
        in[2 + i] = info[i];
    counted(env, out, out_n, in, 2 + count, 0);
    imp_observe_resume(observation);
    imp_observe_rule("one-step KDF", out, out_n, in + 1, 1 + count);
}

void imp_kdf_x963(struct imp_env *env, uint8_t *out, size_t out_n, const void *z, size_t z_n,
                  const void *info, size_t info_n)
{
    struct imp_piece in[] = {{z, z_n}, {NULL, 0}, {info, info_n}};
    const struct imp_piece known[] = {{z, z_n}, {info, info_n}};
    struct imp_observation observation = imp_observe_hold();
    counted(env, out, out_n, in, 3, 1);
    imp_observe_resume(observation);
    imp_observe_rule("X9.63 KDF", out, out_n, known, 2);
}
