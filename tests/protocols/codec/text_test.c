/* SPDX-License-Identifier: GPL-2.0-only */
#include "protocols/codec/text.h"
#include "tests/support/vectors.h"

#include <criterion/criterion.h>
#include <string.h>

Test(text, base64url)
{
    VECTORS(c, "rfc4648_base64url")
    {
        struct vector_bytes octets = vector_hex(c, "octets");
        const char *want = vector_text(c, "text");
        char text[32];
        uint8_t back[32];
        int n = imp_base64url_encode(text, sizeof text, octets.p, octets.n);
        cr_assert_eq(n, (int)strlen(want));
        cr_assert_str_eq(text, want);
        cr_assert_eq(imp_base64url_encode(text, (size_t)n, octets.p, octets.n), -1, "no room");
        cr_assert_eq(imp_base64url_decode(back, sizeof back, want, strlen(want)), (int)octets.n);
        cr_assert_arr_eq(back, octets.p, octets.n);
    }
}

Test(text, base64url_is_strict)
{
    static const char *const bad[] = {"Zg==", "Zg=", "Z", "Zh", "Zm9=", "Zm 9", "+/8", "Zm9v\n"};
    uint8_t out[8];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_eq(imp_base64url_decode(out, sizeof out, bad[i], strlen(bad[i])), -1, "%s",
                     bad[i]);
    cr_assert_eq(imp_base64url_decode(out, 2, "Zm9v", 4), -1, "no room");
}

Test(text, hexadecimal)
{
    static const uint8_t octets[] = {0x00, 0xab, 0xff};
    static const char *const bad[] = {"0", "0g", "00 1", "0x00"};
    char text[7];
    uint8_t back[4];
    cr_assert_eq(imp_hex_encode(text, sizeof text, octets, 3), 6);
    cr_assert_str_eq(text, "00abff");
    cr_assert_eq(imp_hex_encode(text, 6, octets, 3), -1);
    cr_assert_eq(imp_hex_decode(back, sizeof back, "00ABff", 6), 3);
    cr_assert_arr_eq(back, octets, 3);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_assert_eq(imp_hex_decode(back, sizeof back, bad[i], strlen(bad[i])), -1);
    cr_assert_eq(imp_hex_decode(back, 2, "00abff", 6), -1, "no room");
}

Test(text, percent)
{
    static const char in[] = "a b/c%?\xff~", plain[] = "a%20b/c%25%3F%FF~";
    char text[64], back[64];
    int n = imp_percent_encode(text, sizeof text, in, sizeof in - 1, "/");
    cr_assert_eq(n, (int)sizeof plain - 1);
    cr_expect_str_eq(text, plain);
    cr_expect_eq(imp_percent_decode(back, sizeof back, text, (size_t)n), (int)sizeof in - 1);
    cr_expect_eq(memcmp(back, in, sizeof in - 1), 0);
    cr_expect_eq(imp_percent_encode(text, (size_t)n + 1, in, sizeof in - 1, "/"), n);
    cr_expect_eq(imp_percent_encode(text, (size_t)n, in, sizeof in - 1, "/"), -1,
                 "no room for NUL");
    cr_expect_eq(imp_percent_encode(text, 1, "", 0, ""), 0);
    cr_expect_eq(imp_percent_encode(text, sizeof text, "\0", 1, ""), 3);
    cr_expect_str_eq(text, "%00");
}

Test(text, percent_is_strict)
{
    static const char *const bad[] = {"%", "%4", "a%4", "%4g", "%%41", "%-1", "% 1"};
    char out[8];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(imp_percent_decode(out, sizeof out, bad[i], strlen(bad[i])), -1, "%s", bad[i]);
    cr_expect_eq(imp_percent_decode(out, 2, "%41%42c", 7), -1, "no room");
    cr_expect_eq(imp_percent_decode(out, 3, "%41%42c", 7), 3);
}
