/* SPDX-License-Identifier: GPL-2.0-only */
#include "protocols/coap/coap.h"
#include "tests/support/vectors.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static unsigned type_of(const char *name)
{
    unsigned t = 0;
    while (strcmp(imp_coap_type_name(t), name) != 0)
        t++;
    return t;
}

static unsigned code_of(const char *text)
{
    unsigned class, detail;
    cr_assert_eq(sscanf(text, "%u.%u", &class, &detail), 2);
    return IMP_COAP_CODE(class, detail);
}

Test(coap, encodes_the_figures)
{
    VECTORS(c, "rfc7252_coap")
    {
        struct vector_bytes token = vector_hex(c, "token"), payload = vector_hex(c, "payload");
        struct vector_bytes want = vector_hex(c, "octets");
        struct imp_coap_message m = {.type = (uint8_t)type_of(vector_text(c, "type")),
                                     .code = (uint8_t)code_of(vector_text(c, "code")),
                                     .mid = (uint16_t)vector_number(c, "mid"),
                                     .token_n = (uint8_t)token.n,
                                     .payload = payload.p,
                                     .payload_n = payload.n};
        uint8_t out[64];
        memcpy(m.token, token.p, token.n);
        imp_coap_add_path(&m, IMP_COAP_URI_PATH, vector_text(c, "path"));
        cr_assert_eq(imp_coap_encode(out, sizeof out, &m), (int)want.n);
        cr_assert_arr_eq(out, want.p, want.n, "%s", vector_text(c, "name"));
        cr_assert_eq(imp_coap_encode(out, want.n - 1, &m), IMP_COAP_ESPACE);
    }
}

Test(coap, decodes_the_figures)
{
    VECTORS(c, "rfc7252_coap")
    {
        struct vector_bytes in = vector_hex(c, "octets"), token = vector_hex(c, "token");
        struct vector_bytes payload = vector_hex(c, "payload");
        struct imp_coap_message m;
        cr_assert_eq(imp_coap_decode(&m, in.p, in.n), 0);
        cr_assert_eq(m.type, type_of(vector_text(c, "type")));
        cr_assert_eq(m.code, code_of(vector_text(c, "code")));
        cr_assert_eq(m.mid, vector_number(c, "mid"));
        cr_assert_eq(m.token_n, token.n);
        cr_assert_arr_eq(m.token, token.p, token.n);
        cr_assert(imp_coap_path_is(&m, vector_text(c, "path")));
        cr_assert_eq(m.payload_n, payload.n);
        if (payload.n)
            cr_assert_arr_eq(m.payload, payload.p, payload.n);
    }
}

static int error_of(const char *name)
{
#define ROW(id, value, text) {#id, value},
    static const struct {
        const char *name;
        int value;
    } errors[] = {IMP_COAP_ERRORS(ROW)};
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (strcmp(errors[i].name, name) == 0)
            return errors[i].value;
    cr_assert_fail("%s", name);
    return 0;
}

Test(coap, refuses)
{
    VECTORS(c, "coap_refused")
    {
        struct vector_bytes in = vector_hex(c, "octets");
        struct imp_coap_message m;
        int want = error_of(vector_text(c, "error"));
        cr_assert_eq(imp_coap_decode(&m, in.p, in.n), want, "%s", vector_text(c, "name"));
        cr_assert_str_neq(imp_coap_error_text(want), "no error");
    }
}

/* Options given in any order are written by number, those of one number in the order given; deltas
 * and lengths around the extensions' bounds. */
Test(coap, options_round_trip)
{
    static const size_t lengths[] = {0, 1, 12, 13, 14, 255, 268, 269, 270, 300};
    static const unsigned numbers[] = {60, 11, 1, 2000, 65000, 12, 281};
    uint8_t value[300] = {0}, out[4096];
    struct imp_coap_message m = {.type = IMP_COAP_NON, .code = IMP_COAP_POST}, back;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        cr_assert_eq(imp_coap_add(&m, numbers[i % 7], value, lengths[i]), 0);
    int n = imp_coap_encode(out, sizeof out, &m);
    cr_assert_gt(n, 0);
    cr_assert_eq(imp_coap_decode(&back, out, (size_t)n), 0);
    cr_assert_eq(back.option_count, 10);
    for (size_t i = 0; i < 10; i++) {
        cr_assert_eq(back.options[i].number, m.options[i].number);
        cr_assert_eq(back.options[i].n, m.options[i].n);
        cr_assert(i == 0 || back.options[i - 1].number <= back.options[i].number);
    }
    cr_assert_eq(imp_coap_find(&back, 60, 0)->n, 0);
    cr_assert_eq(imp_coap_find(&back, 60, 1)->n, 269);
    cr_assert_null(imp_coap_find(&back, 60, 2));
}

Test(coap, unsigned_values_are_as_short_as_they_can_be)
{
    static const struct {
        uint32_t v;
        size_t n;
    } cases[] = {{0, 0}, {1, 1}, {255, 1}, {256, 2}, {65536, 3}, {0xffffffff, 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct imp_coap_message m = {0};
        uint32_t v = 7;
        imp_coap_add_uint(&m, IMP_COAP_MAX_AGE, cases[i].v);
        cr_assert_eq(m.options[0].n, cases[i].n);
        cr_assert(imp_coap_get_uint(&m, IMP_COAP_MAX_AGE, &v) && v == cases[i].v);
    }
}

Test(coap, paths_and_queries)
{
    struct imp_coap_message m = {0};
    size_t n;
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, "est/sen");
    imp_coap_add(&m, IMP_COAP_URI_QUERY, "ep=node-1", 9);
    imp_coap_add(&m, IMP_COAP_URI_QUERY, "lt=60", 5);
    cr_assert(imp_coap_path_is(&m, "est/sen"));
    cr_assert_not(imp_coap_path_is(&m, "est"));
    cr_assert_not(imp_coap_path_is(&m, "est/sen/x"));
    cr_assert_not(imp_coap_path_is(&m, "est/se"));
    cr_assert_not(imp_coap_path_is(&m, ""));
    const char *lt = imp_coap_query(&m, "lt", &n);
    cr_assert(lt && n == 2 && memcmp(lt, "60", 2) == 0);
    cr_assert_null(imp_coap_query(&m, "l", &n));
    cr_assert_null(imp_coap_query(&m, "lts", &n));
}

/* RFC 7959, section 2.2: NUM, M, SZX in at most three octets; SZX 7 is reserved. */
Test(coap, blocks)
{
    static const struct imp_coap_block cases[] = {
        {0, false, 0}, {0, true, 2}, {1, true, 6}, {4096, false, 6}, {0xfffff, true, 5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct imp_coap_message m = {0};
        struct imp_coap_block b;
        imp_coap_add_block(&m, IMP_COAP_BLOCK1, &cases[i]);
        cr_assert_leq(m.options[0].n, 3);
        cr_assert(imp_coap_get_block(&m, IMP_COAP_BLOCK1, &b));
        cr_assert(b.num == cases[i].num && b.more == cases[i].more && b.szx == cases[i].szx);
        cr_assert_not(imp_coap_get_block(&m, IMP_COAP_BLOCK2, &b));
    }
    struct imp_coap_message m = {0};
    struct imp_coap_block b;
    imp_coap_add_uint(&m, IMP_COAP_BLOCK2, 0x0f);
    cr_assert_not(imp_coap_get_block(&m, IMP_COAP_BLOCK2, &b));
}

Test(coap, critical_options_must_be_understood)
{
    struct imp_coap_message m = {0};
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, "a/b");
    imp_coap_add_uint(&m, 2048, 1); /* elective and unknown */
    cr_assert_eq(imp_coap_bad_option(&m), -1);
    imp_coap_add_uint(&m, 2049, 1);
    cr_assert_eq(imp_coap_bad_option(&m), 2049);
    struct imp_coap_message twice = {0};
    imp_coap_add(&twice, IMP_COAP_URI_HOST, "a", 1);
    cr_assert_eq(imp_coap_bad_option(&twice), -1);
    imp_coap_add(&twice, IMP_COAP_URI_HOST, "b", 1);
    cr_assert_eq(imp_coap_bad_option(&twice), IMP_COAP_URI_HOST);
    struct imp_coap_message length = {0};
    imp_coap_add(&length, IMP_COAP_URI_PORT, "abc", 3);
    cr_assert_eq(imp_coap_bad_option(&length), IMP_COAP_URI_PORT);
}

Test(coap, names)
{
    cr_assert_str_eq(imp_coap_code_name(IMP_COAP_CODE(2, 5)), "Content");
    cr_assert_str_eq(imp_coap_code_name(IMP_COAP_CODE(4, 13)), "Request Entity Too Large");
    cr_assert_null(imp_coap_code_name(IMP_COAP_CODE(2, 30)));
    cr_assert_str_eq(imp_coap_option_name(23), "Block2");
    cr_assert_null(imp_coap_option_name(2));
}
