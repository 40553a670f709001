/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/support/test_env.h"
#include "tests/support/vectors.h"

#include <criterion/criterion.h>
#include <string.h>

static struct test_env t;

static void setup(void)
{
    test_env_init(&t, 1, "aes");
}

TestSuite(aes, .init = setup);

Test(aes, single_blocks)
{
    VECTORS(c, "aes_block")
    {
        struct vector_bytes key = vector_hex(c, "key"), block = vector_hex(c, "block");
        struct vector_bytes want = vector_hex(c, "out");
        uint8_t out[16];
        t.charged[IMP_OP_AES] = 0;
        imp_aes_encrypt(&t.env, out, key.p, block.p);
        cr_assert_arr_eq(out, want.p, 16);
        cr_assert_eq(t.charged[IMP_OP_AES], 16);
        imp_aes_decrypt(&t.env, out, key.p, want.p);
        cr_assert_arr_eq(out, block.p, 16);
        cr_assert_eq(t.charged[IMP_OP_AES], 32);
    }
}

/* The message is also given in two pieces, cut anywhere. */
Test(aes, cmac_whole_and_in_pieces)
{
    VECTORS(c, "rfc4493_aes_cmac")
    {
        struct vector_bytes key = vector_hex(c, "key"), msg = vector_hex(c, "msg");
        struct vector_bytes want = vector_hex(c, "mac");
        for (size_t cut = 0; cut <= msg.n; cut++) {
            const struct imp_piece in[] = {{msg.p, cut}, {msg.p + cut, msg.n - cut}};
            uint8_t out[16];
            imp_aes_cmac(&t.env, out, key.p, in, 2);
            cr_assert_arr_eq(out, want.p, 16);
        }
    }
}

Test(aes, cmac_charges_subkey_and_message_blocks)
{
    static const uint8_t key[16], msg[64];
    static const struct {
        size_t n, octets;
    } cases[] = {{0, 32}, {1, 32}, {16, 32}, {17, 48}, {64, 80}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t out[16];
        t.charged[IMP_OP_AES] = 0;
        imp_aes_cmac(&t.env, out, key, &IMP_PIECE(msg, cases[i].n), 1);
        cr_assert_eq(t.charged[IMP_OP_AES], cases[i].octets);
    }
}

static void check_eax(const char *file)
{
    VECTORS(c, file)
    {
        struct vector_bytes key = vector_hex(c, "key"), nonce = vector_hex(c, "nonce");
        struct vector_bytes header = vector_hex(c, "header"), msg = vector_hex(c, "msg");
        struct vector_bytes want = vector_hex(c, "cipher_and_tag");
        uint8_t out[64], tag[16], back[64];
        imp_aes_eax_seal(&t.env, out, tag, key.p, nonce.p, nonce.n, header.p, header.n, msg.p,
                         msg.n);
        cr_assert_eq(want.n, msg.n + 16);
        cr_assert_arr_eq(out, want.p, msg.n);
        cr_assert_arr_eq(tag, want.p + msg.n, 16);
        cr_assert_eq(imp_aes_eax_open(&t.env, back, tag, key.p, nonce.p, nonce.n, header.p,
                                      header.n, out, msg.n),
                     0);
        cr_assert_arr_eq(back, msg.p, msg.n);
    }
}

Test(aes, eax)
{
    check_eax("aes_eax_eap_psk");
    check_eax("aes_eax");
}

Test(aes, eax_refuses_every_altered_bit_and_zeroes_the_output)
{
    static const uint8_t key[16] = {1}, nonce[16] = {2}, header[5] = {3}, zero[9];
    uint8_t sealed[9 + 16], back[9];
    imp_aes_eax_seal(&t.env, sealed, sealed + 9, key, nonce, 16, header, 5, zero, 9);
    for (size_t bit = 0; bit < 8 * sizeof sealed; bit++) {
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        memset(back, 0xff, sizeof back);
        cr_assert_eq(
            imp_aes_eax_open(&t.env, back, sealed + 9, key, nonce, 16, header, 5, sealed, 9), -1);
        cr_assert_arr_eq(back, zero, 9);
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

Test(aes, eax_works_in_place)
{
    static const uint8_t key[16] = {1}, nonce[16] = {2};
    uint8_t text[20] = "twenty octets of it", tag[16], apart[20], same[20];
    memcpy(same, text, sizeof same);
    imp_aes_eax_seal(NULL, apart, tag, key, nonce, 16, "h", 1, text, sizeof text);
    imp_aes_eax_seal(NULL, same, tag, key, nonce, 16, "h", 1, same, sizeof same);
    cr_assert_arr_eq(apart, same, sizeof same);
    cr_assert_eq(imp_aes_eax_open(NULL, same, tag, key, nonce, 16, "h", 1, same, sizeof same), 0);
    cr_assert_arr_eq(same, text, sizeof text);
}

Test(aes, ccm)
{
    VECTORS(c, "aes_ccm")
    {
        struct vector_bytes key = vector_hex(c, "key"), nonce = vector_hex(c, "nonce");
        struct vector_bytes aad = vector_hex(c, "aad"), msg = vector_hex(c, "msg");
        struct vector_bytes want = vector_hex(c, "cipher_and_tag");
        size_t tag_n = (size_t)vector_number(c, "tag_octets");
        uint8_t out[64], back[64];
        imp_aes_ccm_seal(&t.env, out, key.p, nonce.p, nonce.n, aad.p, aad.n, msg.p, msg.n, tag_n);
        cr_assert_eq(want.n, msg.n + tag_n);
        cr_assert_arr_eq(out, want.p, want.n, "%s", vector_text(c, "name"));
        cr_assert_eq(imp_aes_ccm_open(&t.env, back, key.p, nonce.p, nonce.n, aad.p, aad.n, out,
                                      want.n, tag_n),
                     0);
        cr_assert_arr_eq(back, msg.p, msg.n);
        out[want.n - 1] ^= 1;
        cr_assert_eq(imp_aes_ccm_open(&t.env, back, key.p, nonce.p, nonce.n, aad.p, aad.n, out,
                                      want.n, tag_n),
                     -1);
        cr_assert_eq(back[0], 0);
    }
}

Test(aes, ccm_refuses_less_than_a_tag)
{
    static const uint8_t key[16], nonce[13], in[7];
    uint8_t out[8];
    cr_assert_eq(imp_aes_ccm_open(NULL, out, key, nonce, 13, NULL, 0, in, 7, 8), -1);
}

Test(aes, key_wrap)
{
    VECTORS(c, "rfc3394_aes_wrap")
    {
        struct vector_bytes kek = vector_hex(c, "kek"), key = vector_hex(c, "key");
        struct vector_bytes want = vector_hex(c, "wrapped");
        uint8_t out[64], back[64];
        t.charged[IMP_OP_AES] = 0;
        imp_aes_wrap(&t.env, out, kek.p, key.p, key.n);
        cr_assert_eq(t.charged[IMP_OP_AES], 16 * 6 * key.n / 8);
        cr_assert_arr_eq(out, want.p, want.n);
        cr_assert_eq(imp_aes_unwrap(&t.env, back, kek.p, out, want.n), 0);
        cr_assert_arr_eq(back, key.p, key.n);
        for (size_t i = 0; i < want.n; i++) {
            out[i] ^= 0x80;
            cr_assert_eq(imp_aes_unwrap(&t.env, back, kek.p, out, want.n), -1);
            out[i] ^= 0x80;
        }
        cr_assert_eq(imp_aes_unwrap(&t.env, back, kek.p, out, want.n - 1), -1);
        cr_assert_eq(imp_aes_unwrap(&t.env, back, kek.p, out, 16), -1);
    }
}

/* Whole blocks are those of the vector; then comes a block of padding. */
Test(aes, cbc_there_and_back)
{
    VECTORS(c, "aes_cbc")
    {
        struct vector_bytes key = vector_hex(c, "key"), iv = vector_hex(c, "iv");
        struct vector_bytes msg = vector_hex(c, "msg"), want = vector_hex(c, "cipher");
        uint8_t out[96], back[96];
        for (size_t n = 0; n <= msg.n; n++) {
            size_t padded = imp_aes_cbc_encrypt(&t.env, out, key.p, iv.p, msg.p, n);
            cr_assert_eq(padded, n / 16 * 16 + 16);
            cr_assert_arr_eq(out, want.p, n / 16 * 16);
            cr_assert_eq(imp_aes_cbc_decrypt(&t.env, back, key.p, iv.p, out, padded), (int)n);
            cr_assert_arr_eq(back, msg.p, n);
        }
        cr_expect_eq(imp_aes_cbc_decrypt(&t.env, back, key.p, iv.p, want.p, want.n), -1,
                     "no padding at its end");
        cr_expect_eq(imp_aes_cbc_decrypt(&t.env, back, key.p, iv.p, want.p, want.n - 1), -1);
        cr_expect_eq(imp_aes_cbc_decrypt(&t.env, back, key.p, iv.p, want.p, 0), -1);
    }
}

Test(aes, cbc_is_charged_with_its_padding)
{
    static const uint8_t key[16], iv[16], msg[32];
    uint8_t out[48], back[48];
    imp_aes_cbc_encrypt(&t.env, out, key, iv, msg, sizeof msg);
    cr_assert_eq(t.charged[IMP_OP_AES], 48);
    imp_aes_cbc_decrypt(&t.env, back, key, iv, out, 48);
    cr_assert_eq(t.charged[IMP_OP_AES], 96);
}
