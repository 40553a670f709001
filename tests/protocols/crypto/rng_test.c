/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/support/test_env.h"

#include <criterion/criterion.h>
#include <math.h>
#include <sodium.h>
#include <string.h>

/* The definition, computed step by step with libsodium: BLAKE2b-256 of the little-endian seed and
 * the two names with their NULs keys ChaCha20; the k-th call uses nonce k. */
Test(rng, follows_its_definition)
{
    static const uint8_t named[] = "\x08\x07\x06\x05\x04\x03\x02\x01"
                                   "device-1\0nonce";
    uint8_t key[32], want[100], got[100];
    struct imp_rng rng;
    imp_crypto_init();
    imp_rng_seed(&rng, UINT64_C(0x0102030405060708), "device-1", "nonce");
    crypto_generichash(key, sizeof key, named, sizeof named, NULL, 0);
    for (uint8_t k = 0; k < 3; k++) {
        const uint8_t nonce[8] = {k};
        crypto_stream_chacha20(want, sizeof want, nonce, key);
        imp_rng_fill(&rng, got, sizeof got);
        cr_assert_arr_eq(got, want, sizeof want);
    }
}

Test(rng, names_are_told_apart)
{
    static const struct {
        uint64_t seed;
        const char *entity, *purpose;
    } names[] = {{1, "a", "b"}, {2, "a", "b"}, {1, "ab", ""}, {1, "", "ab"}, {1, "a", "c"}};
    uint8_t out[5][16];
    for (size_t i = 0; i < 5; i++) {
        struct imp_rng rng;
        imp_rng_seed(&rng, names[i].seed, names[i].entity, names[i].purpose);
        imp_rng_fill(&rng, out[i], 16);
        for (size_t k = 0; k < i; k++)
            cr_assert_neq(memcmp(out[i], out[k], 16), 0);
    }
}

Test(rng, below_is_bounded_and_reaches_all)
{
    struct imp_rng rng;
    unsigned seen[7] = {0};
    imp_rng_seed(&rng, 1, "test", "below");
    for (int i = 0; i < 7000; i++)
        seen[imp_rng_below(&rng, 7)]++;
    for (int i = 0; i < 7; i++)
        cr_assert(seen[i] > 800 && seen[i] < 1200, "%d: %u", i, seen[i]);
    cr_assert_eq(imp_rng_below(&rng, 1), 0);
    cr_assert_lt(imp_rng_below(&rng, (UINT64_C(1) << 63) + 1), (UINT64_C(1) << 63) + 1);
}

Test(rng, unit_and_normal_have_their_moments)
{
    enum { N = 20000 };
    struct imp_rng rng;
    double u = 0, sum = 0, squares = 0, fourth = 0;
    imp_rng_seed(&rng, 1, "test", "moments");
    for (int i = 0; i < N; i++) {
        double x = imp_rng_unit(&rng), z = imp_rng_normal(&rng);
        cr_assert(x >= 0 && x < 1);
        u += x;
        sum += z;
        squares += z * z;
        fourth += z * z * z * z;
    }
    cr_assert_float_eq(u / N, 0.5, 0.01);
    cr_assert_float_eq(sum / N, 0, 0.03);
    cr_assert_float_eq(squares / N, 1, 0.05);
    cr_assert_float_eq(fourth / N, 3, 0.3);
}

/* The generator's logarithm is its own: follow Marsaglia's method with libm's and compare. */
Test(rng, normal_agrees_with_libm)
{
    struct imp_rng rng, follow;
    imp_rng_seed(&rng, 3, "test", "normal");
    follow = rng;
    for (int i = 0; i < 1000; i++) {
        double u, v, s;
        do {
            u = 2 * imp_rng_unit(&follow) - 1;
            v = 2 * imp_rng_unit(&follow) - 1;
            s = u * u + v * v;
        } while (s >= 1 || s == 0);
        double want = u * sqrt(-2 * log(s) / s), got = imp_rng_normal(&rng);
        cr_assert_float_eq(got, want, 1e-12);
    }
}

Test(rng, equal_and_wipe)
{
    uint8_t a[4] = {1, 2, 3, 4}, b[4] = {1, 2, 3, 4};
    cr_assert(imp_equal(a, b, 4));
    b[3] ^= 0x80;
    cr_assert_not(imp_equal(a, b, 4));
    imp_wipe(a, 4);
    cr_assert_eq(a[0] | a[1] | a[2] | a[3], 0);
}
