/* SPDX-License-Identifier: GPL-2.0-only */
#include "protocols/managed/lwm2m-bootstrap/senml.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "protocols/managed/lwm2m-bootstrap/senml_json.h"
#include "tests/support/vectors.h"

struct text {
    char out[1024];
    size_t n;
};

/* As the member "tlv" of a vector. */
static bool print(void *arg, struct lwm_path path, const uint8_t *tlv, size_t n)
{
    struct text *t = arg;
    t->n += (size_t)snprintf(t->out + t->n, sizeof t->out - t->n, "%s/%d/%d=", t->n ? " " : "",
                             (int)path.object, (int)path.instance);
    for (size_t i = 0; i < n; i++)
        t->n += (size_t)snprintf(t->out + t->n, sizeof t->out - t->n, "%02x", tlv[i]);
    return true;
}

Test(lwm2m_senml, reads_the_examples_of_the_specification)
{
    VECTORS(c, "lwm2m_senml")
    {
        struct vector_bytes octets = vector_hex(c, "octets");
        const char *wanted = vector_text(c, "tlv");
        struct text t = {.n = 0};
        int result = lwm_senml_read(NULL, octets.p, octets.n, print, &t);
        cr_expect_eq(result, *wanted ? 0 : -1, "%s", vector_text(c, "name"));
        if (*wanted)
            cr_expect_str_eq(t.out, wanted, "%s", vector_text(c, "name"));
    }
}

Test(lwm2m_senml, nothing_that_is_cut_short_is_whole)
{
    VECTORS(c, "lwm2m_senml")
    {
        struct vector_bytes octets = vector_hex(c, "octets");
        for (size_t n = 0; n < octets.n; n++) {
            struct text t = {.n = 0};
            cr_expect_eq(lwm_senml_read(NULL, octets.p, n, print, &t), -1, "%s: %zu",
                         vector_text(c, "name"), n);
        }
    }
}

static bool refuse_second(void *arg, struct lwm_path path, const uint8_t *tlv, size_t n)
{
    size_t *seen = arg;
    (void)path;
    (void)tlv;
    (void)n;
    return ++*seen < 2;
}

Test(lwm2m_senml, reading_ends_where_an_instance_is_not_taken)
{
    static const uint8_t three[] = {0x83, 0xa2, 0x00, 0x66, '/',  '3',  '/',  '0',  '/',
                                    '9',  0x02, 0x01, 0xa2, 0x00, 0x66, '/',  '4',  '/',
                                    '0',  '/',  '9',  0x02, 0x01, 0xa2, 0x00, 0x66, '/',
                                    '5',  '/',  '0',  '/',  '9',  0x02, 0x01};
    size_t seen = 0;
    cr_expect_eq(lwm_senml_read(NULL, three, sizeof three, refuse_second, &seen), -1);
    cr_expect_eq(seen, 2);
}

/* Types of known resources are checked; of unknown ones any value is taken, as of TLV. */
Test(lwm2m_senml, types_are_those_of_the_registry)
{
    static const struct {
        int result;
        uint8_t n, p[16];
    } cases[] = {
        {0, 13, {0x81, 0xa2, 0x00, 0x67, '/', '0', '/', '1', '/', '1', '4', 3, 0x60}},
        {-1, 13, {0x81, 0xa2, 0x00, 0x67, '/', '0', '/', '1', '/', '1', '4', 2, 0x00}},
        {0, 13, {0x81, 0xa2, 0x00, 0x67, '/', '1', '/', '1', '/', '1', '6', 4, 0xf5}},
        {-1, 13, {0x81, 0xa2, 0x00, 0x67, '/', '1', '/', '1', '/', '1', '6', 2, 0x01}},
        {0, 13, {0x81, 0xa2, 0x00, 0x67, '/', '1', '/', '1', '/', '9', '9', 8, 0x40}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text t = {.n = 0};
        cr_expect_eq(lwm_senml_read(NULL, cases[i].p, cases[i].n, print, &t), cases[i].result,
                     "%zu", i);
    }
}

Test(lwm2m_senml, json_has_the_same_records)
{
    uint8_t out[1024];
    VECTORS(c, "lwm2m_senml")
    {
        struct vector_bytes octets = vector_hex(c, "octets");
        const char *text = json_string_value(json_object_get(c, "json"));
        if (!text)
            continue;
        cr_assert_eq(lwm_senml_from_json(out, sizeof out, (const uint8_t *)text, strlen(text)),
                     octets.n, "%s", vector_text(c, "name"));
        cr_expect_arr_eq(out, octets.p, octets.n);
        cr_assert_eq(lwm_senml_to_json(out, sizeof out, octets.p, octets.n), strlen(text));
        cr_expect_arr_eq(out, text, strlen(text));
        cr_expect_eq(lwm_senml_to_json(out, strlen(text) - 1, octets.p, octets.n), 0);
    }
}

Test(lwm2m_senml, what_is_no_record_is_refused_in_json)
{
    static const char *const bad[] = {"",
                                      "{}",
                                      "[1]",
                                      "[{}]",
                                      "[{\"n\":1}]",
                                      "[{\"v\":1.5}]",
                                      "[{\"vb\":0}]",
                                      "[{\"vd\":\"AA==\"}]",
                                      "[{\"t\":1,\"n\":\"/1/0/1\"}]",
                                      "[{\"n\":\"/1/0/1\",\"n\":\"/1/0/1\"}]",
                                      "[{\"n\":\"\\u0000\"}]",
                                      "[{\"v\":1}] x"};
    uint8_t out[256];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(lwm_senml_from_json(out, sizeof out, (const uint8_t *)bad[i], strlen(bad[i])),
                     0, "%s", bad[i]);
}

/* Octets are base64url, of which base64 with its own letters is none. */
Test(lwm2m_senml, octets_are_base64url_in_json)
{
    static const char text[] = "[{\"n\":\"/0/1/5\",\"vd\":\"-_8\"}]";
    static const uint8_t cbor[] = {0x81, 0xa2, 0x00, 0x66, '/',  '0',  '/',
                                   '1',  '/',  '5',  0x08, 0x42, 0xfb, 0xff};
    uint8_t out[64];
    cr_assert_eq(lwm_senml_from_json(out, sizeof out, (const uint8_t *)text, sizeof text - 1),
                 sizeof cbor);
    cr_expect_arr_eq(out, cbor, sizeof cbor);
    cr_assert_eq(lwm_senml_to_json(out, sizeof out, cbor, sizeof cbor), sizeof text - 1);
    cr_expect_arr_eq(out, text, sizeof text - 1);
}
