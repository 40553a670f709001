/* SPDX-License-Identifier: GPL-2.0-only */
/* Keys from the network key, and MLE messages: computed apart, opened, refused. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/zigbee-ip/keys.h"
#include "tests/support/vectors.h"

TestSuite(zigbee_ip_mle, .init = imp_crypto_init);

static struct imp_addr address(const json_t *c, const char *key)
{
    struct vector_bytes b = vector_hex(c, key);
    struct imp_addr a = {.n = 18};
    memcpy(a.bytes, b.p, 16);
    return a;
}

static void keys_of(struct zip_keys *k, const json_t *c)
{
    struct vector_bytes network = vector_hex(c, "network_key");
    cr_assert_eq(network.n, (size_t)PANA_NETWORK_KEY);
    zip_keys_derive(NULL, k, network.p);
}

Test(zigbee_ip_mle, keys_are_the_halves_of_an_hmac)
{
    VECTORS(c, "zigbee_ip_mle")
    {
        struct zip_keys k;
        keys_of(&k, c);
        cr_expect_arr_eq(k.mac, vector_hex(c, "mac_key").p, 16);
        cr_expect_arr_eq(k.mle.key, vector_hex(c, "mle_key").p, 16);
        cr_expect_eq(k.mle.index, 1);
    }
}

Test(zigbee_ip_mle, a_message_is_sealed_and_opened_as_computed_apart)
{
    VECTORS(c, "zigbee_ip_mle")
    {
        struct imp_addr from = address(c, "from"), to = address(c, "to");
        struct vector_bytes text = vector_hex(c, "text"), message = vector_hex(c, "message");
        uint8_t out[MLE_MAX], back[MLE_MAX];
        struct zip_keys k;
        uint32_t counter;
        size_t n;
        keys_of(&k, c);
        cr_assert_eq(mle_seal(NULL, out, &k.mle, (uint32_t)vector_number(c, "counter"), &from, &to,
                              text.p, text.n),
                     message.n);
        cr_expect_arr_eq(out, message.p, message.n);
        cr_assert_eq(mle_open(NULL, back, &n, &counter, &k.mle, &from, &to, out, message.n),
                     MLE_VERIFIED);
        cr_expect_eq(n, text.n);
        cr_expect_arr_eq(back, text.p, n);
        cr_expect_eq(counter, (uint32_t)vector_number(c, "counter"));
    }
}

/* Each octet of it is covered, and so are the addresses. */
Test(zigbee_ip_mle, whatever_is_altered_does_not_verify)
{
    VECTORS(c, "zigbee_ip_mle")
    {
        struct imp_addr from = address(c, "from"), to = address(c, "to"), other = from;
        struct vector_bytes message = vector_hex(c, "message");
        uint8_t text[MLE_MAX];
        struct zip_keys k;
        uint32_t counter;
        size_t n;
        keys_of(&k, c);
        for (size_t i = 0; i < message.n; i++) {
            message.p[i] ^= 1;
            cr_expect_neq(
                mle_open(NULL, text, &n, &counter, &k.mle, &from, &to, message.p, message.n),
                MLE_VERIFIED, "octet %zu", i);
            message.p[i] ^= 1;
        }
        other.bytes[15] ^= 1;
        cr_expect_neq(mle_open(NULL, text, &n, &counter, &k.mle, &other, &to, message.p, message.n),
                      MLE_VERIFIED);
        cr_expect_neq(
            mle_open(NULL, text, &n, &counter, &k.mle, &from, &other, message.p, message.n),
            MLE_VERIFIED);
        cr_expect_eq(mle_open(NULL, text, &n, &counter, &k.mle, &from, &to, message.p, 11),
                     MLE_MALFORMED);
    }
}

Test(zigbee_ip_mle, tlvs)
{
    static const uint8_t challenge[8] = {1, 2, 3, 4, 5, 6, 7, 8}, response[4] = {9, 9, 9, 9};
    const struct mle_message m = {.command = MLE_LINK_ACCEPT_AND_REQUEST,
                                  .challenge = challenge,
                                  .challenge_n = 8,
                                  .response = response,
                                  .response_n = 4,
                                  .has_counter = true,
                                  .link_counter = 0x01020304};
    uint8_t text[MLE_MAX];
    struct mle_message r;
    size_t n = mle_write(text, &m);
    cr_assert_eq(mle_parse(&r, text, n), 0);
    cr_expect_eq(r.command, MLE_LINK_ACCEPT_AND_REQUEST);
    cr_expect(r.challenge_n == 8 && memcmp(r.challenge, challenge, 8) == 0);
    cr_expect(r.response_n == 4 && memcmp(r.response, response, 4) == 0);
    cr_expect_eq(r.link_counter, 0x01020304u);
    for (size_t cut = 1; cut < 4; cut++)
        cr_expect_neq(mle_parse(&r, text, n - cut), 0, "%zu octets short", cut);
    cr_expect_neq(mle_parse(&r, (const uint8_t[]){0, MLE_TLV_CHALLENGE, 3, 1, 2, 3}, 6), 0);
    cr_expect_eq(mle_parse(&r, (const uint8_t[]){0, 99, 1, 7}, 4), 0, "unknown TLVs are skipped");
}
