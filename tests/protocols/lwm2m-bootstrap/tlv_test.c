/* SPDX-License-Identifier: GPL-2.0-only */
#include "protocols/managed/lwm2m-bootstrap/tlv.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/vectors.h"

static bool nests(enum lwm_tlv_kind kind)
{
    return kind == LWM_TLV_INSTANCE || kind == LWM_TLV_MULTIPLE;
}

/* The text of a vector: see the member "source" of the file. */
static void print(char *out, size_t cap, const uint8_t *p, size_t n)
{
    struct lwm_tlv_reader r = {.p = p, .n = n};
    struct lwm_tlv t;
    size_t at = 0;
    out[0] = '\0';
    while (lwm_tlv_next(&r, &t)) {
        at += (size_t)snprintf(out + at, cap - at, "%s%c%u%c", at ? " " : "", "ismr"[t.kind], t.id,
                               nests(t.kind) ? '[' : '=');
        if (nests(t.kind)) {
            print(out + at, cap - at, t.value, t.n);
            at += strlen(out + at);
            at += (size_t)snprintf(out + at, cap - at, "]");
        } else {
            for (size_t i = 0; i < t.n; i++)
                at += (size_t)snprintf(out + at, cap - at, "%02x", t.value[i]);
        }
    }
    cr_assert(lwm_tlv_done(&r));
}

/* Reads and writes again, in depth. */
static void copy(struct lwm_tlv_writer *w, const uint8_t *p, size_t n)
{
    struct lwm_tlv_reader r = {.p = p, .n = n};
    struct lwm_tlv t;
    while (lwm_tlv_next(&r, &t)) {
        uint8_t inner[512];
        struct lwm_tlv_writer below = {.p = inner, .cap = sizeof inner};
        if (nests(t.kind))
            copy(&below, t.value, t.n);
        lwm_tlv_put(w, t.kind, t.id, nests(t.kind) ? inner : t.value,
                    nests(t.kind) ? below.n : t.n);
    }
}

Test(lwm2m_tlv, reads_the_examples_of_the_specification)
{
    VECTORS(c, "lwm2m_tlv")
    {
        struct vector_bytes octets = vector_hex(c, "octets");
        char text[1024];
        print(text, sizeof text, octets.p, octets.n);
        cr_assert_str_eq(text, vector_text(c, "text"), "%s", vector_text(c, "name"));
    }
}

Test(lwm2m_tlv, writes_the_examples_of_the_specification)
{
    VECTORS(c, "lwm2m_tlv")
    {
        struct vector_bytes want = vector_hex(c, "octets");
        uint8_t out[512];
        struct lwm_tlv_writer w = {.p = out, .cap = sizeof out};
        copy(&w, want.p, want.n);
        cr_assert_eq(w.n, want.n);
        cr_assert_arr_eq(out, want.p, want.n, "%s", vector_text(c, "name"));
    }
}

Test(lwm2m_tlv, every_prefix_of_an_entry_is_refused)
{
    static const uint8_t entry[] = {0xe9, 0x01, 0x00, 0x08, 1, 2, 3, 4, 5, 6, 7, 8};
    for (size_t n = 1; n <= sizeof entry; n++) {
        struct lwm_tlv_reader r = {.p = entry, .n = n};
        struct lwm_tlv t;
        cr_assert_eq(lwm_tlv_next(&r, &t), n == sizeof entry && !r.bad);
        cr_assert_eq(lwm_tlv_done(&r), n == sizeof entry);
    }
}

Test(lwm2m_tlv, the_length_field_grows_with_the_value)
{
    static uint8_t value[70000], out[70010];
    static const struct {
        size_t n, head;
    } sizes[] = {{0, 2}, {7, 2}, {8, 3}, {255, 3}, {256, 4}, {65535, 4}, {65536, 5}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct lwm_tlv_writer w = {.p = out, .cap = sizeof out};
        struct lwm_tlv_reader r = {.p = out};
        struct lwm_tlv t;
        lwm_tlv_put(&w, LWM_TLV_RESOURCE, 5, value, sizes[i].n);
        cr_assert_eq(w.n, sizes[i].head + sizes[i].n);
        r.n = w.n;
        cr_assert(lwm_tlv_next(&r, &t));
        cr_assert_eq(t.n, sizes[i].n);
    }
}

Test(lwm2m_tlv, integers_are_of_one_two_four_or_eight_octets)
{
    static const struct {
        int64_t v;
        size_t n;
    } numbers[] = {{0, 1},        {127, 1},   {128, 2},       {-128, 1},      {-129, 2},
                   {86400, 4},    {32768, 4}, {INT32_MAX, 4}, {INT32_MIN, 4}, {INT64_C(1) << 31, 8},
                   {INT64_MIN, 8}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        uint8_t out[16];
        struct lwm_tlv_writer w = {.p = out, .cap = sizeof out};
        struct lwm_tlv t;
        int64_t back;
        lwm_tlv_put_int(&w, LWM_TLV_RESOURCE, 1, numbers[i].v);
        struct lwm_tlv_reader r = {.p = out, .n = w.n};
        cr_assert(lwm_tlv_next(&r, &t));
        cr_assert_eq(t.n, numbers[i].n);
        cr_assert(lwm_tlv_get_int(&t, INT64_MIN, INT64_MAX, &back));
        cr_assert_eq(back, numbers[i].v);
    }
    int64_t v;
    const struct lwm_tlv three = {.value = (const uint8_t *)"\1\2\3", .n = 3};
    cr_assert_not(lwm_tlv_get_int(&three, INT64_MIN, INT64_MAX, &v));
}

Test(lwm2m_tlv, what_does_not_fit_is_not_written)
{
    uint8_t out[4];
    struct lwm_tlv_writer w = {.p = out, .cap = sizeof out};
    lwm_tlv_put(&w, LWM_TLV_RESOURCE, 1, "abc", 3);
    cr_assert(w.bad);
    cr_assert_eq(w.n, 0);
}
