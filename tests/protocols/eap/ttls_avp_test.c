/* SPDX-License-Identifier: GPL-2.0-only */
/* EAP-TTLS: attribute-value pairs, and the answers of MS-CHAP-V2. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/eap/ttls.h"
#include "tests/support/test_env.h"
#include "tests/support/vectors.h"

static struct test_env t;

static void setup(void)
{
    test_env_init(&t, 1, "ttls");
}

TestSuite(ttls_avp, .init = setup);

/* RFC 5281 section 10.1: code, flags, length without the padding, vendor, data, zeros. */
Test(ttls_avp, octets_of_a_pair)
{
    static const uint8_t name[] = {0, 0, 0, 1, 0x40, 0, 0, 13, 'h', 'e', 'l', 'l', 'o', 0, 0, 0};
    static const uint8_t error[] = {0, 0, 0, 2, 0x80, 0, 0, 14, 0, 0, 1, 0x37, 7, 'E', 0, 0};
    struct ttls_writer w = {.mandatory = true};
    ttls_put(&w, TTLS_USER_NAME, "hello", 5);
    cr_assert_eq(w.n, sizeof name);
    cr_expect_arr_eq(w.bytes, name, sizeof name);
    w = (struct ttls_writer){0};
    ttls_put_microsoft(&w, TTLS_MS_CHAP_ERROR, "\7E", 2);
    cr_assert_eq(w.n, sizeof error);
    cr_expect_arr_eq(w.bytes, error, sizeof error);
}

Test(ttls_avp, a_sequence_is_read_as_it_was_written)
{
    struct ttls_writer w = {.mandatory = true};
    struct ttls_message m;
    ttls_put(&w, TTLS_USER_NAME, "a@b", 3);
    ttls_put_microsoft(&w, TTLS_MS_CHAP_CHALLENGE, "0123456789abcdef", 16);
    ttls_put(&w, TTLS_USER_PASSWORD, "secret\0\0", 8);
    cr_assert_eq(ttls_read(&m, w.bytes, w.n), 0);
    cr_expect(m.user_name.n == 3 && memcmp(m.user_name.p, "a@b", 3) == 0);
    cr_expect(m.user_password.n == 8 && m.ms_challenge.n == 16);
    cr_expect_null(m.chap_challenge.p, "60 of no vendor is not 11 of Microsoft");
    cr_expect_eq(ttls_read(&m, w.bytes, 0), 0, "a sequence may be empty");
}

Test(ttls_avp, every_cut_is_refused_but_at_the_end_of_a_pair)
{
    struct ttls_writer w = {0};
    struct ttls_message m;
    ttls_put(&w, TTLS_USER_NAME, "abcd", 4);        /* 12 octets */
    ttls_put(&w, TTLS_USER_PASSWORD, "abcdefg", 7); /* 15 and one of padding */
    for (size_t n = 0; n <= w.n; n++)
        cr_expect_eq(ttls_read(&m, w.bytes, n), n == 0 || n == 12 || n >= 27 ? 0 : -1, "%zu", n);
}

/* Section 10.1: one that is mandatory must be understood; others are passed over. */
Test(ttls_avp, unknown_pairs)
{
    struct ttls_writer w = {0};
    struct ttls_message m;
    ttls_put(&w, 4711, "x", 1);
    ttls_put(&w, TTLS_USER_NAME, "a", 1);
    cr_expect_eq(ttls_read(&m, w.bytes, w.n), 0);
    cr_expect_eq(m.user_name.n, 1u);
    w.mandatory = true;
    ttls_put(&w, 4711, "x", 1);
    cr_expect_eq(ttls_read(&m, w.bytes, w.n), -1);
}

Test(ttls_avp, a_pair_comes_once)
{
    struct ttls_writer w = {0};
    struct ttls_message m;
    ttls_put(&w, TTLS_EAP_MESSAGE, "abcd", 4);
    ttls_put(&w, TTLS_EAP_MESSAGE, "efgh", 4); /* section 11.2.1 */
    cr_expect_eq(ttls_read(&m, w.bytes, w.n), -1);
}

/* Section 10.1: vendor 0 is no vendor. */
Test(ttls_avp, vendor_0)
{
    static const uint8_t name[] = {0, 0, 0, 1, 0xc0, 0, 0, 13, 0, 0, 0, 0, 'a', 0, 0, 0};
    struct ttls_message m;
    cr_assert_eq(ttls_read(&m, name, sizeof name), 0);
    cr_expect_eq(m.user_name.n, 1u);
}

Test(ttls_avp, what_does_not_fit_is_not_written)
{
    static const uint8_t much[TTLS_AVPS];
    struct ttls_writer w = {0};
    ttls_put(&w, TTLS_USER_NAME, "a", 1);
    ttls_put(&w, TTLS_EAP_MESSAGE, much, sizeof much);
    cr_expect(w.overflow);
    cr_expect_eq(w.n, 12u);
}

Test(ttls_avp, ms_chap_v2)
{
    VECTORS(c, "mschap_v2")
    {
        struct vector_bytes a = vector_hex(c, "authenticator"), p = vector_hex(c, "peer");
        struct vector_bytes want = vector_hex(c, "response");
        const char *password = vector_text(c, "password");
        const struct mschap m = {a.p, p.p, vector_text(c, "user"), (const uint8_t *)password,
                                 strlen(password)};
        uint8_t response[MSCHAP_RESPONSE];
        char success[MSCHAP_SUCCESS];
        mschap_response(&t.env, response, &m);
        cr_expect_arr_eq(response, want.p, sizeof response);
        mschap_success(&t.env, success, &m, response);
        cr_expect_arr_eq(success, vector_text(c, "success"), sizeof success);
    }
}

Test(ttls_avp, passwords)
{
    static const uint8_t zero[16],
        ones[16] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    char out[TTLS_PASSWORD];
    ttls_password(out, zero);
    cr_expect_arr_eq(out, "aaaaaaaaaaaaaaaaaaaaaaaaaa", sizeof out);
    ttls_password(out, ones);
    cr_expect_arr_eq(out,
                     "7777777777777777777777777"
                     "4",
                     sizeof out, "128 bits are 25 * 5 and 3");
}
