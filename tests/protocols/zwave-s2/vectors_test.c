/* SPDX-License-Identifier: GPL-2.0-only */
/* Keys, nonces and frames against values of an independent implementation (zwave-js). */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/zwave-s2/zw_link.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/vectors.h"

#define VECTOR "zwave_s2"

TestSuite(zwave_s2_vectors, .init = imp_crypto_init);

#define SAME(octets, v, name)                                                                      \
    do {                                                                                           \
        struct vector_bytes wanted_ = vector_hex(v, name);                                         \
        cr_assert_gt(wanted_.n, 0, "%s is missing", name);                                         \
        cr_expect_arr_eq(octets, wanted_.p, wanted_.n, "%s", name);                                \
    } while (0)

Test(zwave_s2_vectors, temporary_key)
{
    VECTORS(v, VECTOR)
    {
        struct zw_derived temp;
        uint8_t z[32];
        cr_assert_eq(imp_x25519_shared(NULL, z, vector_hex(v, "controller_private").p,
                                       vector_hex(v, "node_public").p),
                     0);
        SAME(z, v, "shared");
        zw_temp(NULL, &temp, z, vector_hex(v, "controller_public").p,
                vector_hex(v, "node_public").p);
        SAME(temp.ccm, v, "temp_ccm");
        SAME(temp.pstring, v, "temp_pstring");
    }
}

Test(zwave_s2_vectors, network_key)
{
    VECTORS(v, VECTOR)
    {
        struct zw_derived d;
        zw_network(NULL, &d, vector_hex(v, "network_key").p);
        SAME(d.ccm, v, "network_ccm");
        SAME(d.pstring, v, "network_pstring");
        SAME(d.mpan, v, "network_mpan");
    }
}

Test(zwave_s2_vectors, nonces)
{
    static const char *const names[] = {"span_1", "span_2", "span_3", "span_4"};
    VECTORS(v, VECTOR)
    {
        struct zw_span s;
        uint8_t nonce[ZW_NONCE];
        zw_span_begin(NULL, &s, vector_hex(v, "sender_ei").p, vector_hex(v, "receiver_ei").p,
                      vector_hex(v, "network_pstring").p);
        for (int i = 0; i < 4; i++) {
            zw_span_next(NULL, &s, nonce);
            SAME(nonce, v, names[i]);
        }
    }
}

Test(zwave_s2_vectors, encryption)
{
    VECTORS(v, VECTOR)
    {
        struct vector_bytes plain = vector_hex(v, "ccm_plain"), aad = vector_hex(v, "ccm_aad");
        uint8_t sealed[64];
        imp_aes_ccm_seal(NULL, sealed, vector_hex(v, "network_ccm").p, vector_hex(v, "ccm_nonce").p,
                         ZW_NONCE, aad.p, aad.n, plain.p, plain.n, ZW_TAG);
        SAME(sealed, v, "ccm_sealed");
    }
}

Test(zwave_s2_vectors, five_digits_restore_a_masked_key)
{
    VECTORS(v, VECTOR)
    {
        struct vector_bytes frame = vector_hex(v, "public_key_report_node");
        uint8_t key[ZW_PUBLIC];
        char pin[ZW_PIN + 1];
        cr_assert_eq(frame.n, 3 + ZW_PUBLIC);
        memcpy(key, frame.p + 3, ZW_PUBLIC);
        zw_pin(pin, vector_hex(v, "node_public").p);
        cr_expect_str_eq(pin, "56990", "de9e");
        cr_assert_eq(zw_pin_restore(key, (const uint8_t *)pin, ZW_PIN), 0);
        SAME(key, v, "node_public");
        cr_expect_eq(zw_pin_restore(key, (const uint8_t *)"65536", ZW_PIN), -1);
        cr_expect_eq(zw_pin_restore(key, (const uint8_t *)"1234", 4), -1);
        cr_expect_eq(zw_pin_restore(key, (const uint8_t *)"12a45", ZW_PIN), -1);
    }
}

Test(zwave_s2_vectors, security_0_under_the_key_of_zeros)
{
    static const uint8_t zeros[ZW_KEY];
    VECTORS(v, VECTOR)
    {
        struct zw_s0_keys k;
        uint8_t iv[16] = {1, 2, 3}, sealed[64], clear[64];
        static const uint8_t text[20] = {0, ZW_CLASS_S0, 6, 0x11, 0x22};
        struct zw_s0_header h = {0x81, 1, 2}, other = {0x81, 2, 1};
        zw_s0_keys(NULL, &k, zeros);
        SAME(k.auth, v, "s0_zero_auth");
        SAME(k.enc, v, "s0_zero_enc");
        zw_s0_seal(NULL, sealed, &k, iv, h, text, sizeof text);
        cr_assert_eq(zw_s0_open(NULL, clear, &k, iv, h, sealed, sizeof text), 0);
        cr_expect_arr_eq(clear, text, sizeof text);
        cr_expect_eq(zw_s0_open(NULL, clear, &k, iv, other, sealed, sizeof text), -1);
        sealed[3] ^= 1;
        cr_expect_eq(zw_s0_open(NULL, clear, &k, iv, h, sealed, sizeof text), -1);
    }
}

/* Both directions draw on one SPAN; addresses, HomeID and length are authentic. */
Test(zwave_s2_vectors, an_encapsulated_command_opens_once_and_at_its_addressee)
{
    VECTORS(v, VECTOR)
    {
        struct zw_derived keys;
        struct zw_link a = {.ends = {1, 2, {0xc0, 0, 0, 7}}}, b = {.ends = {2, 1, {0xc0, 0, 0, 7}}};
        uint8_t frame[ZW_FRAME_MAX], clear[ZW_FRAME_MAX];
        static const uint8_t command[] = {ZW_CLASS_S2, ZW_S2_KEY_VERIFY};
        zw_network(NULL, &keys, vector_hex(v, "network_key").p);
        zw_span_begin(NULL, &a.span, vector_hex(v, "sender_ei").p, vector_hex(v, "receiver_ei").p,
                      keys.pstring);
        memcpy(b.rei, vector_hex(v, "receiver_ei").p, ZW_EI);
        b.promised = true;
        size_t n = zw_seal(NULL, &a, &keys, vector_hex(v, "sender_ei").p, command, 2, frame);
        cr_expect_eq(n, 4 + ZW_EXTENSION + 2 + ZW_TAG);
        struct zw_link elsewhere = b;
        elsewhere.ends.home[3] = 8;
        cr_expect_eq(zw_open(NULL, &elsewhere, &keys, frame, n, clear), -1, "another HomeID");
        cr_expect_eq(zw_open(NULL, &b, &keys, frame, n, clear), 2);
        cr_expect_arr_eq(clear, command, 2);
        cr_expect_eq(zw_open(NULL, &b, &keys, frame, n, clear), -1, "replayed");
    }
}
