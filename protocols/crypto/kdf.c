/* SPDX-License-Identifier: GPL-2.0-only */
#include "charge.h"

#include <assert.h>
#include <string.h>

void imp_hkdf(struct imp_env *env, uint8_t *out, size_t out_n, const void *salt, size_t salt_n,
              const void *ikm, size_t ikm_n, const void *info, size_t info_n)
{
    static const uint8_t no_salt[32];
    uint8_t prk[32], t[32];
    uint8_t *const okm = out;
    const size_t okm_n = out_n;
    const struct imp_piece known[] = {{ikm, ikm_n}, {salt, salt_n}, {info, info_n}};
    struct imp_observation observation = imp_observe_hold();
    assert(out_n <= 255 * 32); /* RFC 5869, section 2.3 */
    imp_hmac_sha256(env, prk, salt_n ? salt : no_salt, salt_n ? salt_n : sizeof no_salt,
                    &IMP_PIECE(ikm, ikm_n), 1);
    size_t before = 0; /* T(0) is empty */
    for (uint8_t i = 1; out_n > 0; i++) {
        const struct imp_piece in[] = {{t, before}, {info, info_n}, {&i, 1}};
        imp_hmac_sha256(env, t, prk, sizeof prk, in, 3);
        size_t take = out_n < sizeof t ? out_n : sizeof t;
        memcpy(out, t, take);
        out += take;
        out_n -= take;
        before = sizeof t;
    }
    imp_observe_resume(observation);
    imp_observe_rule("HKDF", okm, okm_n, known, 3);
    imp_wipe(prk, sizeof prk);
    imp_wipe(t, sizeof t);
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
