/* SPDX-License-Identifier: GPL-2.0-only */
#define _GNU_SOURCE /* memmem */
#include "protocols/managed/lwm2m-bootstrap/objects.h"

#include <criterion/criterion.h>
#include <string.h>

#include "tests/support/vectors.h"

static const struct lwm_security account = {.used = true,
                                            .instance = 1,
                                            .uri = "coaps://[fd00::1]:5684",
                                            .mode = LWM_MODE_PSK,
                                            .identity_n = 4,
                                            .identity = "name",
                                            .key_n = 16,
                                            .key = "0123456789abcdef",
                                            .short_id = 123,
                                            .hold_off = 10};

Test(lwm2m_objects, security_instance_comes_back)
{
    struct lwm_security back;
    uint8_t out[LWM_CONTENT_MAX];
    size_t n = lwm_security_write(out, sizeof out, &account);
    cr_assert_gt(n, 0);
    cr_assert_eq(lwm_security_read(&back, 1, out, n), 0);
    cr_assert_str_eq(back.uri, account.uri);
    cr_assert_eq(back.mode, LWM_MODE_PSK);
    cr_assert_eq(back.short_id, 123);
    cr_assert_eq(back.hold_off, 10);
    cr_assert_eq(back.key_n, 16);
    cr_assert_arr_eq(back.key, account.key, 16);
    cr_assert_not(back.bootstrap);
}

Test(lwm2m_objects, short_identifier_has_the_published_octets)
{
    static const uint8_t want[] = {0xc1, 0x0a, 0x7b};
    uint8_t out[LWM_CONTENT_MAX];
    size_t n = lwm_security_write(out, sizeof out, &account);
    cr_assert_arr_eq(out + n - 6, want, sizeof want); /* before the hold-off time */
}

/* The examples of the specification with their object instances around them. */
Test(lwm2m_objects, examples_of_the_specification_are_read)
{
    struct lwm_server_object server;
    struct lwm_access access;
    VECTORS(c, "lwm2m_tlv")
    {
        struct vector_bytes v = vector_hex(c, "octets");
        if (strncmp(vector_text(c, "name"), "Server", 6) == 0) {
            cr_assert_eq(lwm_server_read(&server, 0, v.p, v.n), 0);
            cr_assert_eq(lwm_server_read(&server, 1, v.p, v.n), -1, "another instance");
        }
        if (strncmp(vector_text(c, "name"), "Access", 6) == 0)
            cr_assert_eq(lwm_access_read(&access, 2, v.p + 17, v.n - 17), 0);
    }
    cr_assert_eq(server.lifetime, 86400);
    cr_assert_eq(server.short_id, 1);
    cr_assert_str_eq(server.binding, "U");
    cr_assert_eq(access.object, 3);
    cr_assert_eq(access.count, 2);
    cr_assert_eq(access.entries[1].short_id, 310);
    cr_assert_eq(access.entries[1].rights, 1);
    cr_assert_eq(access.owner, 127);
}

Test(lwm2m_objects, access_control_comes_back)
{
    const struct lwm_access a = {
        .used = true, .object = 3, .count = 2, .entries = {{1, 31}, {400, 1}}, .owner = 65535};
    struct lwm_access back;
    uint8_t out[LWM_CONTENT_MAX];
    size_t n = lwm_access_write(out, sizeof out, &a);
    cr_assert_eq(lwm_access_read(&back, 0, out, n), 0);
    cr_assert_eq(back.count, 2);
    cr_assert_eq(back.entries[1].short_id, 400);
    cr_assert_eq(back.owner, 65535);
}

Test(lwm2m_objects, a_mandatory_resource_must_be_there_once)
{
    static const uint8_t twice[] = {0xc0, 0, 0xc1, 1, 0, 0xc1, 1, 0, 0xc1, 2, 3};
    static const uint8_t good[] = {0xc0, 0, 0xc1, 1, 0, 0xc1, 2, 3};
    struct lwm_security s;
    cr_assert_eq(lwm_security_read(&s, 0, good, sizeof good), 0);
    cr_assert_eq(s.mode, LWM_MODE_NOSEC);
    cr_assert_eq(lwm_security_read(&s, 0, good, sizeof good - 3), -1);
    cr_assert_eq(lwm_security_read(&s, 0, twice, sizeof twice), -1);
    cr_assert_eq(lwm_security_read(&s, 0, good, 0), -1);
}

Test(lwm2m_objects, a_value_of_a_wrong_type_refuses_the_whole)
{
    uint8_t out[LWM_CONTENT_MAX];
    size_t n = lwm_security_write(out, sizeof out, &account);
    struct lwm_security s = {.instance = 77};
    uint8_t *mode = memmem(out, n, "\xc1\x02", 2);
    mode[2] = 5; /* no such mode */
    cr_assert_eq(lwm_security_read(&s, 1, out, n), -1);
    cr_assert_eq(s.instance, 77, "left as it was");
}

Test(lwm2m_objects, an_unknown_resource_is_ignored)
{
    static const uint8_t more[] = {0xc1, 18, 1};
    uint8_t out[LWM_CONTENT_MAX];
    size_t n = lwm_security_write(out, sizeof out, &account);
    struct lwm_security s;
    memcpy(out + n, more, sizeof more);
    cr_assert_eq(lwm_security_read(&s, 1, out, n + sizeof more), 0);
}
