/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/support/test_env.h"
#include "tests/support/vectors.h"

#include <criterion/criterion.h>
#include <string.h>

Test(kdf, hkdf_sha256)
{
    size_t tried = 0;
    VECTORS(c, "rfc5869_hkdf")
    {
        if (strcmp(vector_text(c, "hash"), "sha256") != 0)
            continue;
        struct vector_bytes ikm = vector_hex(c, "IKM"), salt = vector_hex(c, "salt");
        struct vector_bytes info = vector_hex(c, "info"), want = vector_hex(c, "OKM");
        uint8_t out[128];
        cr_assert_eq(want.n, (size_t)vector_number(c, "L"));
        imp_hkdf(NULL, out, want.n, salt.p, salt.n, ikm.p, ikm.n, info.p, info.n);
        cr_assert_arr_eq(out, want.p, want.n);
        tried++;
    }
    cr_assert_eq(tried, 3);
}

Test(kdf, hkdf_sha384)
{
    VECTORS(c, "hkdf_sha384")
    {
        struct vector_bytes ikm = vector_hex(c, "IKM"), salt = vector_hex(c, "salt");
        struct vector_bytes info = vector_hex(c, "info"), want = vector_hex(c, "OKM");
        uint8_t out[64];
        imp_hkdf_with(NULL, IMP_HASH_SHA384, out, want.n, salt.p, salt.n, ikm.p, ikm.n, info.p,
                      info.n);
        cr_assert_arr_eq(out, want.p, want.n);
    }
}

/* The second step alone, from the vectors' PRK. */
Test(kdf, hkdf_expand)
{
    size_t tried = 0;
    VECTORS(c, "rfc5869_hkdf")
    {
        if (strcmp(vector_text(c, "hash"), "sha256") != 0)
            continue;
        struct vector_bytes prk = vector_hex(c, "PRK"), info = vector_hex(c, "info"),
                            want = vector_hex(c, "OKM");
        uint8_t out[128];
        imp_hkdf_expand(NULL, IMP_HASH_SHA256, out, want.n, prk.p, prk.n, info.p, info.n);
        cr_assert_arr_eq(out, want.p, want.n);
        tried++;
    }
    cr_assert_eq(tried, 3);
}

Test(kdf, onestep_sha256)
{
    VECTORS(c, "rfc7518_concat_kdf")
    {
        struct vector_bytes z = vector_hex(c, "z"), info = vector_hex(c, "info");
        struct vector_bytes want = vector_hex(c, "out");
        const struct imp_piece cut[] = {{info.p, 7}, {info.p + 7, info.n - 7}};
        uint8_t out[32];
        imp_kdf_onestep(NULL, out, want.n, z.p, z.n, cut, 2);
        cr_assert_arr_eq(out, want.p, want.n);
    }
}

/* SP 800-56C: K(i) = H(i | Z | info), i a 32-bit big-endian counter from 1. */
Test(kdf, onestep_counts_the_blocks)
{
    struct test_env t;
    test_env_init(&t, 1, "kdf");
    uint8_t out[80], want[32];
    imp_kdf_onestep(&t.env, out, sizeof out, "shared", 6, &IMP_PIECE("info", 4), 1);
    cr_assert_eq(t.charged[IMP_OP_SHA256], 3 * 64);
    for (uint8_t i = 1; i <= 3; i++) {
        const uint8_t counter[4] = {0, 0, 0, i};
        const struct imp_piece in[] = {{counter, 4}, {"sharedinfo", 10}};
        imp_sha256(NULL, want, in, 2);
        cr_assert_arr_eq(out + 32 * (i - 1), want, i < 3 ? 32 : 16);
    }
}

/* NIST CAVS 12.0, ANSX963_2001, SHA-256: the first case of 192 bits without SharedInfo. */
Test(kdf, x963_sha256)
{
    static const uint8_t z[] = {0x96, 0xc0, 0x56, 0x19, 0xd5, 0x6c, 0x32, 0x8a,
                                0xb9, 0x5f, 0xe8, 0x4b, 0x18, 0x26, 0x4b, 0x08,
                                0x72, 0x5b, 0x85, 0xe3, 0x3f, 0xd3, 0x4f, 0x08};
    static const uint8_t want[] = {0x44, 0x30, 0x24, 0xc3, 0xda, 0xe6, 0x6b, 0x95,
                                   0xe6, 0xf5, 0x67, 0x06, 0x01, 0x55, 0x8f, 0x71};
    uint8_t out[40], second[32];
    imp_kdf_x963(NULL, out, sizeof want, z, sizeof z, NULL, 0);
    cr_assert_arr_eq(out, want, sizeof want);
    imp_kdf_x963(NULL, out, sizeof out, z, sizeof z, "info", 4);
    const struct imp_piece in[] = {{z, sizeof z}, {"\0\0\0\2info", 8}};
    imp_sha256(NULL, second, in, 2);
    cr_assert_arr_eq(out + 32, second, 8);
}

Test(kdf, pbkdf2)
{
    size_t tried[2] = {0, 0};
    VECTORS(c, "pbkdf2")
    {
        const char *password = vector_text(c, "password"), *salt = vector_text(c, "salt");
        bool sha1 = strcmp(vector_text(c, "hash"), "sha1") == 0;
        unsigned iterations = (unsigned)vector_number(c, "iterations");
        struct vector_bytes want = vector_hex(c, "out");
        uint8_t out[64];
        (sha1 ? imp_pbkdf2_sha1 : imp_pbkdf2_sha256)(NULL, out, want.n, password, strlen(password),
                                                     salt, strlen(salt), iterations);
        cr_assert_arr_eq(out, want.p, want.n);
        tried[sha1]++;
    }
    cr_assert_eq(tried[1], 7);
    cr_assert_eq(tried[0], 1);
}

/* Two blocks of output; for each: salt and number with the inner block's rest, the outer one, then
 * two blocks an iteration. The key's two blocks are compressed once. */
Test(kdf, pbkdf2_charges_its_iterations)
{
    struct test_env t;
    test_env_init(&t, 1, "kdf");
    uint8_t out[32];
    imp_pbkdf2_sha1(&t.env, out, sizeof out, "password", 8, "IEEE", 4, 4096);
    cr_assert_eq(t.charged[IMP_OP_SHA1], 2 * 64 + 2 * (2 * 64 + 4095 * 2 * 64));
}
