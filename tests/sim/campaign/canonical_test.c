/* SPDX-License-Identifier: GPL-2.0-only */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "sim/campaign/canonical.h"

static void becomes(const char *json, const char *expected)
{
    json_t *j = json_loads(json, JSON_DECODE_ANY, NULL);
    cr_assert_not_null(j, "%s", json);
    char *text = imp_canonical(j);
    cr_expect_str_eq(text, expected);
    json_t *again = json_loads(text, JSON_DECODE_ANY, NULL);
    char *twice = imp_canonical(again);
    cr_expect_str_eq(twice, expected, "not a fixed point");
    free(text);
    free(twice);
    json_decref(j);
    json_decref(again);
}

Test(campaign_canonical, sorted_and_without_spaces)
{
    becomes("{ \"b\" : [ 1 , true, null ], \"a\" : { \"z\":{}, \"Z\":[] } }",
            "{\"a\":{\"Z\":[],\"z\":{}},\"b\":[1,true,null]}");
}

Test(campaign_canonical, numbers_in_their_shortest_form)
{
    becomes("[0.1, 0.30000000000000004, 1.0, 2e2, 1e22, 1e-7, -0.0, 123456789012345678]",
            "[0.1,0.30000000000000004,1,200,1e+22,1e-07,0,123456789012345678]");
}

Test(campaign_canonical, texts)
{
    becomes("\"a\\\"b\\\\c\\n\\u00e9\\u0001\"", "\"a\\\"b\\\\c\\n\u00e9\\u0001\"");
}

Test(campaign_canonical, whole_numbers_become_integers)
{
    json_t *whole = imp_canonical_number(3), *part = imp_canonical_number(0.5);
    cr_expect(json_is_integer(whole));
    cr_expect(json_is_real(part));
    json_decref(whole);
    json_decref(part);
}

/* BLAKE2b-256 of the empty text and of "abc": computed with `b2sum -l 256`. */
Test(campaign_canonical, hash)
{
    char hex[65];
    imp_hash_hex(hex, 64, "", 0);
    cr_expect_str_eq(hex, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    imp_hash_hex(hex, 8, "abc", 3);
    cr_expect_str_eq(hex, "bddd813c");
}

static void key_of(char key[IMP_RUN_KEY], const char *json)
{
    json_t *plan = json_loads(json, 0, NULL);
    imp_run_key(key, plan);
    json_decref(plan);
}

/* The key names stored runs: it must never change. From
 * printf '{"a":1,"b":{"c":0.5}}' | b2sum -l 256 */
Test(campaign_canonical, the_run_key_is_stable)
{
    char key[IMP_RUN_KEY], other[IMP_RUN_KEY];
    key_of(key, "{\"b\":{\"c\":0.5},\"a\":1.0,\"expect\":{\"g1_secrecy\":\"holds\"}}");
    cr_expect_str_eq(key, "b3d23626b2ce13138426b9aee2215c58");
    key_of(other, "{\"a\":1,\"b\":{\"c\":0.5},\"expect\":{}}");
    cr_expect_str_eq(key, other);
    key_of(other, "{\"a\":2,\"b\":{\"c\":0.5}}");
    cr_expect_str_neq(key, other);
}
