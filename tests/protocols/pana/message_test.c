/* SPDX-License-Identifier: GPL-2.0-only */
/* PANA messages, the key derivation and AUTH. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/pana/encapsulation.h"
#include "tests/support/vectors.h"

TestSuite(pana_message, .init = imp_crypto_init);

Test(pana_message, header_and_padding_are_those_of_the_specification)
{
    static const uint8_t expected[] = {0,    0, 0, 32, 0x80, 0, 0, 2, 0x11, 0x22, 0x33,
                                       0x44, 0, 0, 0,  9,    0, 2, 0, 0,    0,    5,
                                       0,    0, 1, 7,  0,    5, 1, 0, 0,    0};
    uint8_t out[PANA_MTU];
    struct pana_writer w;
    pana_begin(&w, out, PANA_R, PANA_AUTH_EXCHANGE, 0x11223344, 9);
    pana_put_octets(&w, PANA_AVP_EAP, "\x01\x07\x00\x05\x01", 5);
    cr_assert_eq(pana_end(&w), sizeof expected);
    cr_assert_arr_eq(out, expected, sizeof expected);
}

Test(pana_message, what_is_written_is_read)
{
    uint8_t out[PANA_MTU];
    struct pana_writer w;
    struct pana_message m;
    uint32_t v;
    size_t n;
    pana_begin(&w, out, PANA_R | PANA_S, PANA_AUTH_EXCHANGE, 1, 2);
    pana_put_u32(&w, PANA_AVP_PRF, 5);
    pana_put_u32(&w, PANA_AVP_PRF, 2);
    pana_put_octets(&w, PANA_AVP_NONCE, "123456789", 9);
    cr_assert_eq(pana_parse(&m, out, pana_end(&w)), 0);
    cr_expect(pana_find_u32(&m, PANA_AVP_PRF, 1, &v) && v == 2);
    cr_expect_not(pana_find_u32(&m, PANA_AVP_PRF, 2, &v));
    const uint8_t *nonce = pana_find(&m, PANA_AVP_NONCE, 0, &n);
    cr_assert_eq(n, 9);
    cr_expect_arr_eq(nonce, "123456789", 9);
}

Test(pana_message, what_is_refused)
{
    static const uint8_t good[24] = {0, 0, 0, 24, 0, 0, 0, 2, 0, 0, 0, 1,
                                     0, 0, 0, 1,  0, 5, 0, 0, 0, 0, 0, 0};
    struct pana_message m;
    uint8_t bad[24];
    cr_assert_eq(pana_parse(&m, good, 24), 0);
    cr_expect_eq(pana_parse(&m, good, 15), -1, "shorter than its header");
    cr_expect_eq(pana_parse(&m, good, 23), -1, "not as long as it says");
    memcpy(bad, good, 24);
    bad[21] = 1;
    cr_expect_eq(pana_parse(&m, bad, 24), -1, "an AVP that does not fit");
    memcpy(bad, good, 24);
    bad[18] = 0x80;
    cr_expect_eq(pana_parse(&m, bad, 24), -1, "a vendor that does not fit");
    memcpy(bad, good, 24);
    bad[3] = 20;
    cr_expect_eq(pana_parse(&m, bad, 20), -1, "half an AVP header");
}

Test(pana_message, too_much_does_not_fit)
{
    static const uint8_t much[PANA_MTU];
    uint8_t out[PANA_MTU];
    struct pana_writer w;
    pana_begin(&w, out, 0, PANA_AUTH_EXCHANGE, 1, 1);
    pana_put_octets(&w, PANA_AVP_EAP, much, PANA_MTU - PANA_HEADER);
    cr_expect_eq(pana_end(&w), 0);
}

static struct pana_transcript transcript(const json_t *c)
{
    struct pana_transcript t = {.prf = (uint32_t)vector_number(c, "prf"),
                                .integrity = (uint32_t)vector_number(c, "integrity")};
    struct vector_bytes par = vector_hex(c, "par"), pan = vector_hex(c, "pan"),
                        pac = vector_hex(c, "pac_nonce"), paa = vector_hex(c, "paa_nonce");
    memcpy(t.par, par.p, t.par_n = par.n);
    memcpy(t.pan, pan.p, t.pan_n = pan.n);
    memcpy(t.pac_nonce, pac.p, t.pac_nonce_n = pac.n);
    memcpy(t.paa_nonce, paa.p, t.paa_nonce_n = paa.n);
    return t;
}

Test(pana_message, keys_are_made_of_both_initial_messages_and_nonces)
{
    VECTORS(c, "pana_keys")
    {
        struct pana_transcript t = transcript(c);
        struct vector_bytes msk = vector_hex(c, "msk"), key = vector_hex(c, "auth_key");
        struct imp_eap_export x = {.has_key = true};
        struct pana_sa sa, other;
        uint32_t key_id = (uint32_t)vector_number(c, "key_id");
        memcpy(x.msk, msk.p, sizeof x.msk);
        pana_derive(NULL, &sa, &x, &t, 1, key_id);
        cr_assert_eq(sa.auth_key_n, key.n);
        cr_expect_arr_eq(sa.auth_key, key.p, key.n);
        t.par[5] ^= 1;
        pana_derive(NULL, &other, &x, &t, 1, key_id);
        cr_expect_neq(memcmp(sa.auth_key, other.auth_key, key.n), 0);
    }
}

Test(pana_message, prf_plus_goes_on_beyond_one_block)
{
    VECTORS(c, "pana_keys")
    {
        struct pana_transcript t = transcript(c);
        struct vector_bytes msk = vector_hex(c, "msk"), whole = vector_hex(c, "long");
        const uint8_t id[4] = {0x55, 0x66, 0x77, 0x88};
        struct imp_piece seed[] = {IMP_PIECE("IETF PANA", 9),
                                   IMP_PIECE(t.par, t.par_n),
                                   IMP_PIECE(t.pan, t.pan_n),
                                   IMP_PIECE(t.pac_nonce, t.pac_nonce_n),
                                   IMP_PIECE(t.paa_nonce, t.paa_nonce_n),
                                   IMP_PIECE(id, 4)};
        uint8_t out[70];
        pana_prf_plus(NULL, t.prf, out, sizeof out, msk.p, msk.n, seed, 6);
        cr_assert_eq(whole.n, sizeof out);
        cr_expect_arr_eq(out, whole.p, sizeof out);
    }
}

Test(pana_message, auth_covers_every_octet)
{
    static const uint32_t algorithms[] = {PANA_INTEGRITY_SHA1_160, PANA_INTEGRITY_SHA256_128};
    for (size_t i = 0; i < 2; i++) {
        struct pana_sa sa = {
            .integrity = algorithms[i], .auth_key = {1}, .auth_key_n = 20, .key_id = 7};
        uint8_t out[PANA_MTU];
        struct pana_writer w;
        pana_begin(&w, out, PANA_R | PANA_C, PANA_AUTH_EXCHANGE, 1, 2);
        pana_put_u32(&w, PANA_AVP_RESULT, PANA_SUCCESS);
        pana_put_u32(&w, PANA_AVP_KEY_ID, 7);
        size_t n = pana_seal(NULL, &sa, &w);
        cr_assert_eq(n, 16u + 12 + 12 + 8 + pana_auth_size(algorithms[i]));
        cr_assert(pana_verify(NULL, &sa, out, n));
        for (size_t k = 0; k < n; k++) {
            out[k] ^= 1;
            cr_expect_not(pana_verify(NULL, &sa, out, n), "octet %zu", k);
            out[k] ^= 1;
        }
        sa.key_id = 8;
        cr_expect_not(pana_verify(NULL, &sa, out, n));
    }
}

/* RFC 6786 section 4.1: its example of a first counter block. */
Test(pana_message, counter_block)
{
    static const uint8_t expected[16] = {2,    0x55, 0x66, 0x77, 0x88, 0xaa, 0xbb, 0xcc,
                                         0xdd, 0x11, 0x22, 0x33, 0x44, 0,    0,    1};
    uint8_t block[16];
    pana_counter_block(block, 0x55667788, 0xaabbccdd, 0x11223344, 1);
    cr_expect_arr_eq(block, expected, 16);
}

Test(pana_message, encryption_undoes_itself_and_names_its_message)
{
    const struct pana_sa sa = {.paa_encr_key = {1}, .key_id = 1, .session = 2};
    static const uint8_t text[40] = {1, 2, 3};
    uint8_t sealed[40], opened[40], other[40];
    pana_crypt(NULL, sealed, &sa, PANA_FROM_PAA, 7, text, sizeof text);
    cr_expect_neq(memcmp(sealed, text, sizeof text), 0);
    pana_crypt(NULL, opened, &sa, PANA_FROM_PAA, 7, sealed, sizeof sealed);
    cr_expect_arr_eq(opened, text, sizeof text);
    pana_crypt(NULL, other, &sa, PANA_FROM_PAA, 8, text, sizeof text);
    cr_expect_neq(memcmp(sealed, other, sizeof sealed), 0);
}

Test(pana_message, a_vendor_s_avp_is_not_the_base_protocol_s)
{
    uint8_t out[PANA_MTU];
    struct pana_writer w;
    struct pana_message m;
    size_t n;
    pana_begin(&w, out, 0, PANA_AUTH_EXCHANGE, 1, 1);
    memcpy(pana_put_vendor(&w, PANA_AVP_NETWORK_KEY, PANA_VENDOR_ZIGBEE, 18), "123456789012345678",
           18);
    size_t whole = pana_end(&w);
    cr_expect_eq(whole, PANA_HEADER + PANA_ENCAP);
    cr_assert_eq(pana_parse(&m, out, whole), 0);
    cr_expect_null(pana_find(&m, PANA_AVP_NETWORK_KEY, 0, &n));
    cr_expect_null(pana_find_vendor(&m, PANA_AVP_NETWORK_KEY, 1, &n));
    const uint8_t *value = pana_find_vendor(&m, PANA_AVP_NETWORK_KEY, PANA_VENDOR_ZIGBEE, &n);
    cr_assert_eq(n, 18);
    cr_expect_arr_eq(value, "123456789012345678", 18);
}
