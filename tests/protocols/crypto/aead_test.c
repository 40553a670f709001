/* SPDX-License-Identifier: GPL-2.0-only */
/* COSE's AEADs by name: published vectors, what is refused, what is charged. */
#include "tests/support/test_env.h"
#include "tests/support/vectors.h"

#include <criterion/criterion.h>
#include <string.h>

static struct test_env t;

static void setup(void)
{
    test_env_init(&t, 1, "aead");
}

TestSuite(aead, .init = setup);

static const char *const names[] = {
    [IMP_AEAD_AES_CCM_16_64_128] = "aes-ccm-16-64-128",
    [IMP_AEAD_A128GCM] = "a128gcm",
    [IMP_AEAD_A256GCM] = "a256gcm",
    [IMP_AEAD_CHACHA20_POLY1305] = "chacha20-poly1305",
};
enum { AEADS = sizeof names / sizeof *names };

static enum imp_aead named(const char *name)
{
    unsigned a = 0;
    while (strcmp(names[a], name) != 0)
        cr_assert_lt(++a, (unsigned)AEADS);
    return (enum imp_aead)a;
}

Test(aead, published_vectors)
{
    size_t tried[AEADS] = {0};
    VECTORS(c, "aead")
    {
        enum imp_aead a = named(vector_text(c, "aead"));
        struct vector_bytes key = vector_hex(c, "key"), nonce = vector_hex(c, "nonce");
        struct vector_bytes aad = vector_hex(c, "aad"), msg = vector_hex(c, "msg");
        struct vector_bytes want = vector_hex(c, "cipher_and_tag");
        uint8_t out[300], back[300];
        cr_assert_eq(key.n, imp_aead_key(a));
        cr_assert_eq(nonce.n, imp_aead_nonce(a));
        cr_assert_eq(want.n, msg.n + imp_aead_tag(a));
        imp_aead_seal(&t.env, a, out, key.p, nonce.p, aad.p, aad.n, msg.p, msg.n);
        cr_assert_arr_eq(out, want.p, want.n, "%s", vector_text(c, "name"));
        cr_assert_eq(imp_aead_open(&t.env, a, back, key.p, nonce.p, aad.p, aad.n, out, want.n), 0);
        cr_assert_arr_eq(back, msg.p, msg.n);
        tried[a]++;
    }
    cr_expect_eq(tried[IMP_AEAD_A128GCM], 3);
    cr_expect_eq(tried[IMP_AEAD_A256GCM], 4);
    cr_expect_eq(tried[IMP_AEAD_CHACHA20_POLY1305], 2);
}

Test(aead, ccm_is_that_of_aes)
{
    static const uint8_t key[16] = {1}, nonce[13] = {2}, text[21] = "twenty-one octets it";
    uint8_t ours[29], theirs[29];
    imp_aead_seal(NULL, IMP_AEAD_AES_CCM_16_64_128, ours, key, nonce, "h", 1, text, sizeof text);
    imp_aes_ccm_seal(NULL, theirs, key, nonce, 13, "h", 1, text, sizeof text, 8);
    cr_assert_arr_eq(ours, theirs, sizeof ours);
}

Test(aead, every_altered_bit_is_refused_and_the_output_zeroed)
{
    static const uint8_t key[32] = {1}, nonce[13] = {2}, zero[9];
    for (unsigned a = 0; a < AEADS; a++) {
        uint8_t sealed[9 + 16], back[9];
        size_t n = 9 + imp_aead_tag(a);
        imp_aead_seal(NULL, a, sealed, key, nonce, "h", 1, (const uint8_t *)"nine octe", 9);
        for (size_t bit = 0; bit < 8 * n; bit++) {
            sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
            memset(back, 0xff, sizeof back);
            cr_assert_eq(imp_aead_open(NULL, a, back, key, nonce, "h", 1, sealed, n), -1);
            cr_assert_arr_eq(back, zero, 9);
            sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        cr_expect_eq(imp_aead_open(NULL, a, back, key, nonce, "i", 1, sealed, n), -1);
        cr_expect_eq(imp_aead_open(NULL, a, back, key, nonce, "h", 1, sealed, n - 10), -1);
        cr_expect_eq(imp_aead_open(NULL, a, back, key, nonce, "h", 1, sealed, n), 0);
    }
}

Test(aead, works_in_place)
{
    static const uint8_t key[32] = {1}, nonce[13] = {2}, text[20] = "twenty octets of it";
    for (unsigned a = 0; a < AEADS; a++) {
        uint8_t apart[36], same[36];
        size_t n = sizeof text + imp_aead_tag(a);
        memcpy(same, text, sizeof text);
        imp_aead_seal(NULL, a, apart, key, nonce, "h", 1, text, sizeof text);
        imp_aead_seal(NULL, a, same, key, nonce, "h", 1, same, sizeof text);
        cr_assert_arr_eq(apart, same, n);
        cr_assert_eq(imp_aead_open(NULL, a, same, key, nonce, "h", 1, same, n), 0);
        cr_assert_arr_eq(same, text, sizeof text);
    }
}

/* 33 octets under 5 octets of associated data: three blocks of message, one of data, one of
 * lengths. */
Test(aead, is_charged_by_blocks)
{
    static const uint8_t key[32], nonce[13], text[33];
    static const size_t octets[AEADS] = {
        [IMP_AEAD_AES_CCM_16_64_128] = 16 * (1 + 1 + 2 * 3 + 1),
        [IMP_AEAD_A128GCM] = 16 * (5 + 5),
        [IMP_AEAD_A256GCM] = 16 * (7 + 5),
        [IMP_AEAD_CHACHA20_POLY1305] = 16 * (5 + 5),
    };
    for (unsigned a = 0; a < AEADS; a++) {
        uint8_t out[33 + 16], back[33];
        t.charged[IMP_OP_AES] = 0;
        imp_aead_seal(&t.env, a, out, key, nonce, "aaaaa", 5, text, sizeof text);
        cr_expect_eq(t.charged[IMP_OP_AES], octets[a], "%s", names[a]);
        cr_assert_eq(imp_aead_open(&t.env, a, back, key, nonce, "aaaaa", 5, out,
                                   sizeof text + imp_aead_tag(a)),
                     0);
        cr_expect_eq(t.charged[IMP_OP_AES], 2 * octets[a], "%s", names[a]);
    }
}
