/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/support/test_env.h"
#include "tests/support/vectors.h"

#include <criterion/criterion.h>
#include <string.h>

typedef void hash_fn(struct imp_env *, uint8_t *, const struct imp_piece *, size_t);
typedef void hmac_fn(struct imp_env *, uint8_t *, const void *, size_t, const struct imp_piece *,
                     size_t);

static const struct {
    const char *name;
    size_t n;
    hash_fn *hash;
    hmac_fn *hmac;
    enum imp_op op;
} kinds[] = {
    {"md5", 16, imp_md5, imp_hmac_md5, IMP_OP_MD5},
    {"sha1", 20, imp_sha1, imp_hmac_sha1, IMP_OP_SHA1},
    {"sha256", 32, imp_sha256, imp_hmac_sha256, IMP_OP_SHA256},
    {"sha384", 48, imp_sha384, imp_hmac_sha384, IMP_OP_SHA256},
    {"sha512", 64, imp_sha512, NULL, IMP_OP_SHA256},
};

static size_t kind_of(const char *name)
{
    size_t k = 0;
    while (strcmp(kinds[k].name, name) != 0)
        cr_assert_lt(++k, sizeof kinds / sizeof *kinds);
    return k;
}

static struct test_env t;

static void setup(void)
{
    test_env_init(&t, 1, "hash");
}

TestSuite(hash, .init = setup);

Test(hash, digests_whole_and_in_pieces)
{
    VECTORS(c, "hashes")
    {
        size_t k = kind_of(vector_text(c, "hash"));
        struct vector_bytes msg = vector_hex(c, "msg"), want = vector_hex(c, "digest");
        cr_assert_eq(want.n, kinds[k].n);
        for (size_t cut = 0; cut <= msg.n; cut++) {
            const struct imp_piece in[] = {{msg.p, cut}, {msg.p + cut, msg.n - cut}};
            uint8_t out[64];
            kinds[k].hash(&t.env, out, in, 2);
            cr_assert_arr_eq(out, want.p, want.n);
        }
    }
}

Test(hash, hmac)
{
    VECTORS(c, "hmac")
    {
        size_t k = kind_of(vector_text(c, "hash"));
        struct vector_bytes key = vector_hex(c, "key"), msg = vector_hex(c, "msg");
        struct vector_bytes want = vector_hex(c, "mac");
        uint8_t out[48];
        kinds[k].hmac(&t.env, out, key.p, key.n, &IMP_PIECE(msg.p, msg.n), 1);
        cr_assert_arr_eq(out, want.p, want.n);
    }
}

/* 55 octets and their padding are the most that fit one block. */
Test(hash, charges_compressed_octets)
{
    static const uint8_t msg[130];
    static const struct {
        size_t n, octets;
    } cases[] = {{0, 64}, {55, 64}, {56, 128}, {119, 128}, {120, 192}};
    for (size_t k = 0; k < 3; k++)
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            uint8_t out[32];
            t.charged[kinds[k].op] = 0;
            kinds[k].hash(&t.env, out, &IMP_PIECE(msg, cases[i].n), 1);
            cr_assert_eq(t.charged[kinds[k].op], cases[i].octets);
        }
}

Test(hash, hmac_charges_both_passes_and_a_long_key)
{
    static const uint8_t octets[65];
    uint8_t out[32];
    imp_hmac_sha256(&t.env, out, octets, 32, &IMP_PIECE(octets, 55), 1);
    cr_assert_eq(t.charged[IMP_OP_SHA256], 128 + 128);
    t.charged[IMP_OP_SHA256] = 0;
    imp_hmac_sha256(&t.env, out, octets, 65, &IMP_PIECE(octets, 55), 1);
    cr_assert_eq(t.charged[IMP_OP_SHA256], 128 + 128 + 128);
}

/* Blocks of 128 octets, 111 of which a message may fill beside its padding. */
Test(hash, hmac_sha384_charges_blocks_of_its_own)
{
    static const uint8_t octets[129];
    uint8_t out[48];
    imp_hmac_sha384(&t.env, out, octets, 64, &IMP_PIECE(octets, 111), 1);
    cr_assert_eq(t.charged[IMP_OP_SHA256], 256 + 256);
    t.charged[IMP_OP_SHA256] = 0;
    imp_hmac_sha384(&t.env, out, octets, 129, &IMP_PIECE(octets, 112), 1);
    cr_assert_eq(t.charged[IMP_OP_SHA256], 256 + 384 + 256);
}
