/* SPDX-License-Identifier: GPL-2.0-only */
/* Server, resources 13 to 20: in TLV and SenML, and the waits that follow from 17 to 20. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/managed/lwm2m-bootstrap/pack.h"
#include "protocols/managed/lwm2m-bootstrap/retry.h"

static const struct lwm_server_object server = {.used = true,
                                                .instance = 1,
                                                .short_id = 101,
                                                .lifetime = 3600,
                                                .storing = true,
                                                .binding = "U"};

static const struct {
    enum lwm_registration_resource resource;
    uint32_t value;
} all[] = {{LWM_PRIORITY_ORDER, 200},        {LWM_INITIAL_DELAY, 0}, {LWM_FAILURE_BLOCK, 1},
           {LWM_BOOTSTRAP_ON_FAILURE, 0},    {LWM_RETRY_COUNT, 3},   {LWM_RETRY_TIMER, 40000},
           {LWM_SEQUENCE_DELAY, UINT32_MAX}, {LWM_SEQUENCE_COUNT, 2}};

static struct lwm_server_object with_all(void)
{
    struct lwm_server_object s = server;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        lwm_server_set(&s, all[i].resource, all[i].value);
    return s;
}

static void expect_all(const struct lwm_server_object *s)
{
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        cr_assert(lwm_server_has(s, all[i].resource));
        cr_expect_eq(lwm_server_get(s, all[i].resource, 9), all[i].value);
    }
}

Test(lwm2m_retry, all_resources_go_through_tlv)
{
    const struct lwm_server_object s = with_all();
    struct lwm_server_object back = {.used = false};
    uint8_t tlv[LWM_CONTENT_MAX];
    size_t n = lwm_server_write(tlv, sizeof tlv, &s);
    cr_assert_eq(lwm_server_read(&back, 1, tlv, n), 0);
    expect_all(&back);
}

Test(lwm2m_retry, all_resources_go_through_a_pack)
{
    struct lwm_config c = {.server = {with_all()}}, back = {0};
    uint8_t pack[LWM_PACK_MAX];
    size_t n = lwm_pack_write(pack, sizeof pack, NULL, &c);
    cr_assert_gt(n, 0);
    cr_assert_eq(lwm_pack_read(&back, NULL, pack, n), 0);
    expect_all(&back.server[0]);
}

/* Unsigned: the highest bit is no sign. Booleans are 0 or 1. */
Test(lwm2m_retry, numbers_are_unsigned_and_booleans_are_booleans)
{
    uint8_t tlv[64], plain[64];
    struct lwm_server_object back;
    size_t n = lwm_server_write(plain, sizeof plain, &server);
    const uint8_t high[] = {0xc1, LWM_PRIORITY_ORDER, 0xc8}, two[] = {0xc1, LWM_FAILURE_BLOCK, 2};
    memcpy(tlv, plain, n);
    memcpy(tlv + n, high, sizeof high);
    cr_assert_eq(lwm_server_read(&back, 1, tlv, n + sizeof high), 0);
    cr_expect_eq(lwm_server_get(&back, LWM_PRIORITY_ORDER, 0), 200);
    memcpy(tlv + n, two, sizeof two);
    cr_expect_neq(lwm_server_read(&back, 1, tlv, n + sizeof two), 0);
}

/* Resource 18 times 2^(attempt - 1), and resource 19 between sequences. */
Test(lwm2m_retry, waits_double_within_a_sequence)
{
    struct lwm_server_object s = server;
    struct lwm_attempts a = {0};
    struct lwm_retry r;
    imp_time wait;
    lwm_server_set(&s, LWM_RETRY_COUNT, 3);
    lwm_server_set(&s, LWM_RETRY_TIMER, 3600);
    lwm_server_set(&s, LWM_SEQUENCE_DELAY, 100);
    lwm_server_set(&s, LWM_SEQUENCE_COUNT, 2);
    lwm_retry_of(&r, &s, 5, 10);
    for (int sequence = 0; sequence < 2; sequence++) {
        cr_expect_eq(lwm_retry_next(&a, &r, &wait), LWM_RETRY_AGAIN);
        cr_expect_eq(wait, 3600 * IMP_S);
        cr_expect_eq(lwm_retry_next(&a, &r, &wait), LWM_RETRY_AGAIN);
        cr_expect_eq(wait, 7200 * IMP_S);
        cr_expect_eq(lwm_retry_next(&a, &r, &wait),
                     sequence ? LWM_RETRY_FAILED : LWM_RETRY_SEQUENCE);
        cr_expect(sequence || wait == 100 * IMP_S);
    }
}

/* The client's own count and timer; one sequence (table 6.2.1.1-1). */
Test(lwm2m_retry, what_is_absent_has_its_default)
{
    struct lwm_attempts a = {0};
    struct lwm_retry r;
    imp_time wait;
    lwm_retry_of(&r, &server, 12, 10);
    cr_expect_eq(r.sequence_delay, 86400);
    for (int i = 1; i < 12; i++)
        cr_expect_eq(lwm_retry_next(&a, &r, &wait), LWM_RETRY_AGAIN);
    cr_expect_eq(wait, 3600 * IMP_S, "doubled up to an hour");
    cr_expect_eq(lwm_retry_next(&a, &r, &wait), LWM_RETRY_FAILED);
}

/* "MAX_VALUE": no further sequence. */
Test(lwm2m_retry, the_greatest_delay_ends_it)
{
    struct lwm_server_object s = server;
    struct lwm_attempts a = {0};
    struct lwm_retry r;
    imp_time wait;
    lwm_server_set(&s, LWM_SEQUENCE_DELAY, UINT32_MAX);
    lwm_server_set(&s, LWM_SEQUENCE_COUNT, 5);
    lwm_retry_of(&r, &s, 1, 10);
    cr_expect_eq(lwm_retry_next(&a, &r, &wait), LWM_RETRY_FAILED);
}
