/* SPDX-License-Identifier: GPL-2.0-only */
#include "protocols/managed/lwm2m-bootstrap/pack.h"

#include <criterion/criterion.h>
#include <string.h>

#include "protocols/managed/lwm2m-bootstrap/client.h"

static const struct lwm_config wanted = {
    .security = {{.used = true,
                  .instance = 1,
                  .uri = "coaps://s",
                  .mode = LWM_MODE_PSK,
                  .identity_n = 2,
                  .identity = "id",
                  .key_n = 3,
                  .key = "key",
                  .short_id = 101}},
    .server = {{.used = true, .instance = 1, .short_id = 101, .lifetime = 60, .binding = "U"}},
    .access = {{.used = true,
                .instance = 0,
                .object = 3,
                .count = 2,
                .entries = {{101, 31}, {0, 1}},
                .owner = 101}}};

/* By hand from RFC 8428 section 6 and RFC 8949. */
static const uint8_t octets[] = {
    0x8f,                                                                     /* 15 records */
    0xa3, 0x00, 0x61, '0', 0x03, 0x69, 'c',  'o',  'a',  'p',  's',           /* /0/1/0 */
    ':',  '/',  '/',  's', 0x21, 0x65, '/',  '0',  '/',  '1',  '/',           /* */
    0xa2, 0x00, 0x61, '1', 0x04, 0xf4,                                        /* bootstrap */
    0xa2, 0x00, 0x61, '2', 0x02, 0x00,                                        /* mode */
    0xa2, 0x00, 0x61, '3', 0x08, 0x42, 'i',  'd',                             /* identity */
    0xa2, 0x00, 0x61, '5', 0x08, 0x43, 'k',  'e',  'y',                       /* key */
    0xa2, 0x00, 0x62, '1', '0',  0x02, 0x18, 101,                             /* short id */
    0xa3, 0x00, 0x61, '0', 0x02, 0x18, 101,  0x21, 0x65, '/',  '1', '/',      /* /1/1/0 */
    '1',  '/',                                                                /* */
    0xa2, 0x00, 0x61, '1', 0x02, 0x18, 60,                                    /* lifetime */
    0xa2, 0x00, 0x61, '6', 0x04, 0xf4,                                        /* storing */
    0xa2, 0x00, 0x61, '7', 0x03, 0x61, 'U',                                   /* binding */
    0xa3, 0x00, 0x61, '0', 0x02, 0x03, 0x21, 0x65, '/',  '2',  '/', '0', '/', /* /2/0/0 */
    0xa2, 0x00, 0x61, '1', 0x02, 0x00,                                        /* instance */
    0xa2, 0x00, 0x65, '2', '/',  '1',  '0',  '1',  0x02, 0x18, 31,            /* /2/0/2/101 */
    0xa2, 0x00, 0x63, '2', '/',  '0',  0x02, 0x01,                            /* /2/0/2/0 */
    0xa2, 0x00, 0x61, '3', 0x02, 0x18, 101};                                  /* owner */

static void expect_wanted(const struct lwm_config *c)
{
    uint8_t a[LWM_CONTENT_MAX], b[LWM_CONTENT_MAX];
    size_t n = lwm_security_write(a, sizeof a, &wanted.security[0]);
    cr_assert_eq(lwm_security_write(b, sizeof b, &c->security[0]), n);
    cr_expect_arr_eq(a, b, n);
    n = lwm_server_write(a, sizeof a, &wanted.server[0]);
    cr_assert_eq(lwm_server_write(b, sizeof b, &c->server[0]), n);
    cr_expect_arr_eq(a, b, n);
    n = lwm_access_write(a, sizeof a, &wanted.access[0]);
    cr_assert_eq(lwm_access_write(b, sizeof b, &c->access[0]), n);
    cr_expect_arr_eq(a, b, n);
}

Test(lwm2m_pack, octets_are_those_of_senml)
{
    uint8_t out[LWM_CONTENT_MAX];
    size_t n = lwm_pack_write(out, sizeof out, NULL, &wanted);
    cr_assert_eq(n, sizeof octets);
    cr_expect_arr_eq(out, octets, n);
    cr_expect_eq(lwm_pack_write(out, sizeof octets - 1, NULL, &wanted), 0);
}

Test(lwm2m_pack, what_is_packed_is_read)
{
    struct lwm_config c = {0};
    cr_assert_eq(lwm_pack_read(&c, NULL, octets, sizeof octets), 0);
    expect_wanted(&c);
}

/* The base name first, as others write it, and whole names without any. */
Test(lwm2m_pack, names_come_in_other_forms)
{
    static const uint8_t base_first[] = {0x84, 0xa3, 0x21, 0x65, '/',  '1',  '/',  '1',  '/',
                                         0x00, 0x61, '0',  0x02, 0x18, 101,  0xa2, 0x02, 0x18,
                                         60,   0x00, 0x61, '1',  0xa2, 0x00, 0x61, '6',  0x04,
                                         0xf4, 0xa2, 0x00, 0x61, '7',  0x03, 0x61, 'U'},
                         whole[] = {0x84, 0xa2, 0x00, 0x66, '/',  '1',  '/',  '1',  '/',  '0',
                                    0x02, 0x18, 101,  0xa2, 0x00, 0x66, '/',  '1',  '/',  '1',
                                    '/',  '1',  0x02, 0x18, 60,   0xa2, 0x00, 0x66, '/',  '1',
                                    '/',  '1',  '/',  '6',  0x04, 0xf4, 0xa2, 0x00, 0x66, '/',
                                    '1',  '/',  '1',  '/',  '7',  0x03, 0x61, 'U'};
    struct lwm_config a = {0}, b = {0};
    cr_expect_eq(lwm_pack_read(&a, NULL, base_first, sizeof base_first), 0);
    cr_expect_eq(a.server[0].lifetime, 60);
    cr_expect_eq(lwm_pack_read(&b, NULL, whole, sizeof whole), 0);
    cr_expect_eq(b.server[0].short_id, 101);
}

Test(lwm2m_pack, nothing_is_taken_of_what_is_cut_short)
{
    for (size_t n = 0; n < sizeof octets; n++) {
        struct lwm_config c = {.server = {{.used = true, .instance = 9}}};
        cr_expect_neq(lwm_pack_read(&c, NULL, octets, n), 0, "%zu octets", n);
        cr_expect(c.server[0].instance == 9 && !c.security[0].used);
    }
}

Test(lwm2m_pack, wrong_types_names_and_values_are_refused)
{
    static const struct {
        const char *what;
        uint8_t n, p[24];
    } bad[] = {
        {"text for a number", 11, {0x81, 0xa2, 0x00, 0x66, '/', '1', '/', '1', '/', '0', 0x03}},
        {"object 3", 12, {0x81, 0xa2, 0x00, 0x66, '/', '3', '/', '0', '/', '0', 0x02, 0x00}},
        {"no resource", 10, {0x81, 0xa2, 0x00, 0x64, '/', '1', '/', '1', 0x02, 0x00}},
        {"leading nought",
         13,
         {0x81, 0xa2, 0x00, 0x67, '/', '1', '/', '0', '1', '/', '0', 0x02, 1}},
        {"no value", 10, {0x81, 0xa1, 0x00, 0x66, '/', '1', '/', '1', '/', '0'}},
        {"two values", 15, {0x81, 0xa3, 0x00, 0x66, '/', '1', '/', '1', '/', '0', 2, 1, 2, 1}},
        {"number too great",
         14,
         {0x81, 0xa2, 0, 0x66, '/', '1', '/', '1', '/', '0', 2, 0x19, 255, 255}},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct lwm_config c = {0};
        cr_expect_neq(lwm_pack_read(&c, NULL, bad[i].p, bad[i].n), 0, "%s", bad[i].what);
    }
}

/* All but the bootstrap account goes, and only for something consistent. */
Test(lwm2m_pack, a_client_takes_a_consistent_pack_or_none)
{
    struct lwm_client client = {
        .config = {.security = {{.used = true, .bootstrap = true, .uri = "coap://b", .mode = 3},
                                {.used = true, .instance = 7, .uri = "coap://o", .short_id = 5}}}};
    uint8_t lone[LWM_CONTENT_MAX];
    struct lwm_config without = wanted;
    without.security[0].used = false;
    size_t n = lwm_pack_write(lone, sizeof lone, NULL, &without);
    cr_expect_neq(lwm_client_take_pack(&client, NULL, lone, n), 0);
    cr_expect_not_null(client.fault);
    cr_expect_eq(client.config.security[1].instance, 7, "as it was");
    cr_assert_eq(lwm_client_take_pack(&client, NULL, octets, sizeof octets), 0);
    cr_expect_not_null(lwm_config_bootstrap(&client.config));
    cr_expect_eq(client.config.security[1].instance, 1);
    cr_expect_eq(client.config.server[0].lifetime, 60);
}
