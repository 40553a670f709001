/* SPDX-License-Identifier: GPL-2.0-only */
/* Payloads and key derivation of CoAP-EAP. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/coap-eap/coap_eap.h"

TestSuite(coap_eap_content, .init = imp_crypto_init);

Test(coap_eap_content, an_offer_is_the_octets_of_the_registry)
{
    static const uint8_t rid[] = {0x0c}, expected[] = {0xa2, 1, 0x81, 0, 2, 0x41, 0x0c};
    const struct ceap_info offer = {.has_suites = true,
                                    .suites = {CEAP_SUITE},
                                    .suite_count = 1,
                                    .has_rid_c = true,
                                    .rid_c = rid,
                                    .rid_c_n = 1};
    uint8_t out[CEAP_INFO_MAX];
    size_t n = ceap_info_write(NULL, out, &offer, CEAP_LABEL_RID_I);
    cr_assert_eq(n, sizeof expected);
    cr_assert_arr_eq(out, expected, n);
}

Test(coap_eap_content, the_map_begins_where_the_eap_packet_ends)
{
    static const uint8_t payload[] = {3, 7, 0, 4, 0xa1, 4, 0x19, 0x70, 0x80};
    struct ceap_info info;
    size_t n;
    cr_assert_eq(ceap_content_read(NULL, &info, &n, payload, sizeof payload, 3), 0);
    cr_expect_eq(n, 4);
    cr_expect(info.has_lifetime && !info.has_suites && !info.has_rid_c && !info.has_rid_i);
    cr_expect_eq(info.lifetime, 28800);
    cr_assert_eq(ceap_content_read(NULL, &info, &n, payload, 4, 3), 0);
    cr_expect(!info.has_lifetime);
}

Test(coap_eap_content, arrays_are_kept_as_they_were_sent)
{
    static const uint8_t payload[] = {1, 7, 0, 5, 1, 0xa2, 1, 0x83, 0, 2, 0x18, 30, 2, 0x41, 9};
    struct ceap_info info;
    size_t n;
    cr_assert_eq(ceap_content_read(NULL, &info, &n, payload, sizeof payload, 3), 0);
    cr_expect_eq(info.suite_count, 3);
    cr_expect_eq(info.suites[2], 30);
    cr_assert_eq(info.suites_cbor_n, 5);
    cr_expect_arr_eq(info.suites_cbor, payload + 7, 5);
    cr_expect(info.has_rid_c && info.rid_c_n == 1 && info.rid_c[0] == 9);
}

Test(coap_eap_content, what_is_refused)
{
    static const uint8_t bad[][16] = {
        {3, 3, 7, 0},                                            /* no EAP header */
        {4, 3, 7, 0, 5},                                         /* longer than the payload */
        {4, 3, 7, 0, 3},                                         /* shorter than its own header */
        {5, 3, 7, 0, 4, 0x80},                                   /* an array, no map */
        {6, 3, 7, 0, 4, 0xa1, 4},                                /* cut */
        {7, 3, 7, 0, 4, 0xa1, 1, 0x80},                          /* no suite */
        {7, 3, 7, 0, 4, 0xa1, 4, 0x20},                          /* a negative lifetime */
        {8, 3, 7, 0, 4, 0xa1, 4, 1, 1},                          /* something behind the map */
        {15, 3, 7, 0, 4, 0xa1, 2, 0x48, 1, 2, 3, 4, 5, 6, 7, 8}, /* RID-C of 8 octets */
    };
    struct ceap_info info;
    size_t n;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(ceap_content_read(NULL, &info, &n, bad[i] + 1, bad[i][0], 3), -1, "%zu", i);
}

Test(coap_eap_content, expand_is_the_first_block_of_hmac)
{
    static const uint8_t msk[64] = {1, 2, 3}, cs[4] = {0x81, 0, 0x81, 0};
    uint8_t out[16], block[32], whole[16];
    static const char text[] = "\x81\x00\x81\x00label\x01";
    ceap_kdf(NULL, CEAP_KDF_EXPAND, IMP_HASH_SHA256, out, 16, msk, cs, 4, "label");
    imp_hmac_sha256(NULL, block, msk, 64, &IMP_PIECE(text, sizeof text - 1), 1);
    cr_expect_arr_eq(out, block, 16);
    ceap_kdf(NULL, CEAP_KDF_EXTRACT_EXPAND, IMP_HASH_SHA256, whole, 16, msk, cs, 4, "label");
    cr_expect_neq(memcmp(out, whole, 16), 0);
}
