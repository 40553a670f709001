/* SPDX-License-Identifier: GPL-2.0-only */
#include "protocols/codec/cbor.h"
#include "tests/support/vectors.h"

#include <criterion/criterion.h>
#include <string.h>

static size_t write_item(const json_t *c, uint8_t *out, size_t cap)
{
    struct imp_cbor_writer w;
    const char *kind = vector_text(c, "kind");
    imp_cbor_write(&w, NULL, out, cap);
    if (strcmp(kind, "int") == 0) {
        imp_cbor_put_int(&w, vector_number(c, "value"));
    } else if (strcmp(kind, "bytes") == 0) {
        struct vector_bytes v = vector_hex(c, "value");
        imp_cbor_put_bytes(&w, v.p, v.n);
    } else if (strcmp(kind, "text") == 0) {
        imp_cbor_put_text(&w, vector_text(c, "value"));
    } else if (strcmp(kind, "bool") == 0) {
        imp_cbor_put_bool(&w, vector_number(c, "value"));
    } else if (strcmp(kind, "null") == 0) {
        imp_cbor_put_null(&w);
    } else if (strcmp(kind, "array") == 0) {
        imp_cbor_put_array(&w, (size_t)vector_number(c, "value"));
    } else {
        imp_cbor_put_map(&w, (size_t)vector_number(c, "value"));
    }
    return imp_cbor_end(&w);
}

/* Of containers the head is written; their items are other cases. */
Test(cbor, writes_the_examples)
{
    VECTORS(c, "rfc8949_cbor")
    {
        uint8_t out[64];
        struct vector_bytes want = vector_hex(c, "octets");
        size_t n = write_item(c, out, sizeof out);
        cr_assert_gt(n, 0);
        const char *kind = vector_text(c, "kind");
        if (strcmp(kind, "array") != 0 && strcmp(kind, "map") != 0)
            cr_assert_eq(n, want.n);
        cr_assert_arr_eq(out, want.p, n);
        cr_assert_eq(write_item(c, out, n - 1), 0, "one octet too few");
    }
}

Test(cbor, reads_the_examples)
{
    VECTORS(c, "rfc8949_cbor")
    {
        struct imp_cbor_reader r;
        struct vector_bytes in = vector_hex(c, "octets");
        const char *kind = vector_text(c, "kind"), *text;
        const uint8_t *p;
        size_t n;
        int64_t v;
        imp_cbor_read(&r, NULL, in.p, in.n);
        if (strcmp(kind, "int") == 0) {
            cr_assert(imp_cbor_get_int(&r, &v) && v == vector_number(c, "value"));
        } else if (strcmp(kind, "bytes") == 0) {
            struct vector_bytes want = vector_hex(c, "value");
            cr_assert(imp_cbor_get_bytes(&r, &p, &n) && n == want.n);
            cr_assert_arr_eq(p, want.p, n);
        } else if (strcmp(kind, "text") == 0) {
            cr_assert(imp_cbor_get_text(&r, &text, &n));
            cr_assert_eq(n, strlen(vector_text(c, "value")));
            cr_assert_arr_eq(text, vector_text(c, "value"), n);
        } else {
            cr_assert(imp_cbor_skip(&r));
        }
        cr_assert(imp_cbor_done(&r));
        for (size_t k = 0; k < in.n; k++) { /* no beginning of it is an item */
            imp_cbor_read(&r, NULL, in.p, k);
            cr_assert(!imp_cbor_skip(&r) || !imp_cbor_done(&r));
        }
    }
}

Test(cbor, refuses_what_is_not_deterministic)
{
    VECTORS(c, "cbor_refused")
    {
        struct imp_cbor_reader r;
        struct vector_bytes in = vector_hex(c, "octets");
        imp_cbor_read(&r, NULL, in.p, in.n);
        imp_cbor_skip(&r);
        cr_assert_not(imp_cbor_done(&r), "%s", vector_text(c, "name"));
    }
}

Test(cbor, map_with_integer_keys)
{
    uint8_t out[64], four[4];
    struct imp_cbor_writer w;
    struct imp_cbor_reader r;
    struct imp_cbor_map m;
    int64_t key, v;
    imp_cbor_write(&w, NULL, out, sizeof out);
    imp_cbor_put_map(&w, 3);
    imp_cbor_put_int(&w, 1);
    imp_cbor_put_bytes(&w, "abcd", 4);
    imp_cbor_put_int(&w, 300);
    imp_cbor_put_int(&w, 70000);
    imp_cbor_put_int(&w, -1);
    imp_cbor_put_null(&w);
    imp_cbor_read(&r, NULL, out, imp_cbor_end(&w));
    cr_assert(imp_cbor_get_map(&r, &m));
    cr_assert(imp_cbor_next(&r, &m, &key) && key == 1);
    cr_assert(imp_cbor_get_exact(&r, four, 4));
    cr_assert_arr_eq(four, "abcd", 4);
    cr_assert(imp_cbor_next(&r, &m, &key) && key == 300);
    cr_assert(imp_cbor_get_range(&r, 0, 70000, &v) && v == 70000);
    cr_assert(imp_cbor_next(&r, &m, &key) && key == -1);
    cr_assert(imp_cbor_get_null(&r));
    cr_assert_not(imp_cbor_next(&r, &m, &key));
    cr_assert(imp_cbor_done(&r));
}

Test(cbor, map_keys_ascend)
{
    static const uint8_t twice[] = {0xa2, 1, 0, 1, 0}, falling[] = {0xa2, 2, 0, 1, 0},
                         negative_first[] = {0xa2, 0x20, 0, 1, 0};
    static const uint8_t *const cases[] = {twice, falling, negative_first};
    for (size_t i = 0; i < 3; i++) {
        struct imp_cbor_reader r;
        struct imp_cbor_map m;
        int64_t key;
        imp_cbor_read(&r, NULL, cases[i], 5);
        cr_assert(imp_cbor_get_map(&r, &m));
        while (imp_cbor_next(&r, &m, &key))
            imp_cbor_skip(&r);
        cr_assert_not(imp_cbor_done(&r));
    }
}

Test(cbor, first_failure_stays)
{
    static const uint8_t in[] = {0x01, 0x02};
    struct imp_cbor_reader r;
    const uint8_t *p;
    size_t n;
    int64_t v;
    imp_cbor_read(&r, NULL, in, sizeof in);
    cr_assert_not(imp_cbor_get_bytes(&r, &p, &n));
    cr_assert_not(imp_cbor_get_int(&r, &v));
    cr_assert_not(imp_cbor_done(&r));
    imp_cbor_read(&r, NULL, in, sizeof in);
    cr_assert_not(imp_cbor_get_range(&r, 2, 9, &v));
}
