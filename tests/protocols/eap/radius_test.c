/* SPDX-License-Identifier: GPL-2.0-only */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/eap/radius.h"
#include "tests/support/vectors.h"

TestSuite(radius, .init = imp_crypto_init);

Test(radius, published_authenticators)
{
    size_t cases = 0;
    VECTORS(v, "radius")
    {
        struct vector_bytes secret = vector_hex(v, "secret"), response = vector_hex(v, "response");
        struct vector_bytes request = vector_hex(v, "request");
        struct vector_bytes authenticator = vector_hex(v, "request_authenticator");
        long long mac = vector_number(v, "message_authenticator");
        struct imp_radius r;
        cr_assert_eq(imp_radius_parse(&r, response.p, response.n), 0);
        cr_expect(imp_radius_response_ok(&r, NULL, secret.p, secret.n, authenticator.p));
        cr_expect_eq(imp_radius_message_ok(&r, NULL, secret.p, secret.n, authenticator.p),
                     mac == 2);
        response.p[response.n - 1] ^= 1;
        cr_expect(!imp_radius_response_ok(&r, NULL, secret.p, secret.n, authenticator.p));
        if (mac > 0) {
            cr_assert_eq(imp_radius_parse(&r, request.p, request.n), 0);
            cr_expect(imp_radius_message_ok(&r, NULL, secret.p, secret.n, r.authenticator));
            secret.p[0] ^= 1;
            cr_expect(!imp_radius_message_ok(&r, NULL, secret.p, secret.n, r.authenticator));
        }
        cases++;
    }
    cr_expect_eq(cases, 7);
}

/* Keys that hostapd encrypted are those that eapol_test decrypted. */
Test(radius, recorded_mppe_keys_are_decrypted)
{
    size_t cases = 0;
    VECTORS(v, "radius")
    {
        struct vector_bytes recv = vector_hex(v, "recv_key"), send = vector_hex(v, "send_key");
        struct vector_bytes secret = vector_hex(v, "secret"), response = vector_hex(v, "response");
        struct vector_bytes authenticator = vector_hex(v, "request_authenticator");
        struct imp_radius r;
        uint8_t key[64];
        if (recv.n == 0)
            continue;
        cr_assert_eq(imp_radius_parse(&r, response.p, response.n), 0);
        cr_assert_eq(imp_radius_mppe(&r, NULL, IMP_MPPE_RECV_KEY, key, sizeof key, secret.p,
                                     secret.n, authenticator.p),
                     32);
        cr_expect_arr_eq(key, recv.p, 32);
        cr_assert_eq(imp_radius_mppe(&r, NULL, IMP_MPPE_SEND_KEY, key, sizeof key, secret.p,
                                     secret.n, authenticator.p),
                     32);
        cr_expect_arr_eq(key, send.p, 32);
        cases++;
    }
    cr_expect_eq(cases, 1);
}

Test(radius, mppe_encryption_inverts_for_all_sizes)
{
    uint8_t key[64], cipher[80], back[80];
    const uint8_t ra[16] = {1, 2, 3}, salt[2] = {0x80, 5};
    for (size_t n = 0; n <= sizeof key; n++) {
        memset(key, (int)n, sizeof key);
        imp_mppe_encrypt(NULL, cipher, key, n, "secret", 6, ra, salt);
        cr_assert_eq(imp_mppe_size(n) % 16, 0);
        cr_assert_eq(imp_mppe_decrypt(NULL, back, sizeof back, cipher, imp_mppe_size(n), "secret",
                                      6, ra, salt),
                     (int)n);
        cr_expect_arr_eq(back, key, n);
    }
    cr_expect_eq(imp_mppe_decrypt(NULL, back, sizeof back, cipher, 15, "secret", 6, ra, salt), -1);
    cr_expect_eq(imp_mppe_decrypt(NULL, back, sizeof back, cipher, 0, "secret", 6, ra, salt), -1);
}

/* RFC 2548 section 2.4.2: the first block, computed by hand from MD5. */
Test(radius, mppe_first_block_is_md5_of_secret_authenticator_salt)
{
    const uint8_t ra[16] = {9}, salt[2] = {0x81, 2}, key[3] = {0xaa, 0xbb, 0xcc};
    uint8_t cipher[16], pad[16];
    struct imp_piece in[] = {IMP_PIECE("s", 1), IMP_PIECE(ra, 16), IMP_PIECE(salt, 2)};
    imp_md5(NULL, pad, in, 3);
    imp_mppe_encrypt(NULL, cipher, key, sizeof key, "s", 1, ra, salt);
    cr_expect_eq(cipher[0] ^ pad[0], 3);
    cr_expect_eq(cipher[1] ^ pad[1], 0xaa);
    cr_expect_eq(cipher[4] ^ pad[4], 0, "padded with zeros");
}

Test(radius, eap_is_split_at_253_octets_and_joined_again)
{
    uint8_t eap[1020], packet[IMP_RADIUS_PACKET], back[1020];
    const uint8_t ra[16] = {7};
    struct imp_radius_writer w;
    struct imp_radius r;
    for (size_t i = 0; i < sizeof eap; i++)
        eap[i] = (uint8_t)(i * 7);
    imp_radius_begin(&w, packet, sizeof packet, IMP_RADIUS_REQUEST, 1, ra);
    imp_radius_put_text(&w, IMP_RADIUS_USER_NAME, "user");
    imp_radius_put_eap(&w, eap, sizeof eap);
    size_t n = imp_radius_end_request(&w, NULL, "xyzzy5461", 9);
    cr_assert_eq(n, 20 + 6 + 1020 + 2 * 5 + 18);
    cr_assert_eq(imp_radius_parse(&r, packet, n), 0);
    cr_assert_eq(imp_radius_eap(&r, back, sizeof back), 1020);
    cr_expect_arr_eq(back, eap, sizeof eap);
    cr_expect(imp_radius_message_ok(&r, NULL, "xyzzy5461", 9, ra));
    cr_expect_eq(imp_radius_eap(&r, back, 1019), -1);
}

Test(radius, parts_of_an_eap_packet_must_be_consecutive)
{
    uint8_t packet[128], back[64];
    const uint8_t ra[16] = {0};
    struct imp_radius_writer w;
    struct imp_radius r;
    imp_radius_begin(&w, packet, sizeof packet, IMP_RADIUS_REQUEST, 1, ra);
    imp_radius_put(&w, IMP_RADIUS_EAP_MESSAGE, "ab", 2);
    imp_radius_put_int(&w, IMP_RADIUS_FRAMED_MTU, 1400);
    imp_radius_put(&w, IMP_RADIUS_EAP_MESSAGE, "cd", 2);
    size_t n = imp_radius_end_request(&w, NULL, "s", 1);
    cr_assert_eq(imp_radius_parse(&r, packet, n), 0);
    cr_expect_eq(imp_radius_eap(&r, back, sizeof back), -1);
}

Test(radius, malformed_packets_are_refused)
{
    uint8_t p[32] = {1, 1, 0, 24, [20] = 1, [21] = 4};
    struct imp_radius r;
    cr_expect_eq(imp_radius_parse(&r, p, 24), 0);
    cr_expect_eq(imp_radius_parse(&r, p, 19), -1, "shorter than a header");
    cr_expect_eq(imp_radius_parse(&r, p, 23), -1, "shorter than Length");
    p[21] = 5;
    cr_expect_eq(imp_radius_parse(&r, p, 24), -1, "attribute beyond the packet");
    p[21] = 1;
    cr_expect_eq(imp_radius_parse(&r, p, 24), -1, "attribute shorter than its header");
    p[3] = 19;
    cr_expect_eq(imp_radius_parse(&r, p, 24), -1, "Length below 20");
    p[2] = 0x10;
    p[3] = 1;
    cr_expect_eq(imp_radius_parse(&r, p, sizeof p), -1, "Length above 4096");
}

Test(radius, a_full_packet_reports_overflow)
{
    uint8_t packet[64];
    const uint8_t ra[16] = {0}, value[254] = {0};
    struct imp_radius_writer w;
    imp_radius_begin(&w, packet, sizeof packet, IMP_RADIUS_REQUEST, 1, ra);
    imp_radius_put(&w, IMP_RADIUS_STATE, value, 40);
    cr_expect_eq(imp_radius_end_request(&w, NULL, "s", 1), 0, "no room for the authenticator");
    imp_radius_begin(&w, packet, sizeof packet, IMP_RADIUS_REQUEST, 1, ra);
    imp_radius_put(&w, IMP_RADIUS_STATE, value, sizeof value);
    cr_expect(w.overflow);
}
