/* SPDX-License-Identifier: GPL-2.0-only */
/* PB-GATT: attribute PDUs, Proxy PDUs in segments, whole runs over memnet. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/bluetooth-mesh/mesh.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

#define LIMIT (600 * IMP_S)
extern const struct imp_mechanism imp_bluetooth_mesh;

static int number = MESH_MSG_OUTPUT;

TestSuite(bluetooth_mesh_gatt, .init = imp_crypto_init);

/* ---- octets
 * -----------------------------------------------------------------------------------------------
 */
Test(bluetooth_mesh_gatt, a_pdu_is_cut_and_joined_for_every_size_and_mtu)
{
    for (size_t most = 20; most <= 70; most++)
        for (size_t n = 1; n <= MESH_PDU_MAX; n++) {
            uint8_t pdu[MESH_PDU_MAX], segment[MESH_ATT_MTU_MAX];
            struct mesh_proxy x = {.open = true};
            size_t m, whole = 0, count = 0;
            for (size_t i = 0; i < n; i++)
                pdu[i] = (uint8_t)(i * 7 + n);
            for (unsigned i = 0; (m = mesh_proxy_segment(segment, most, pdu, n, i)) > 0; i++) {
                cr_assert_leq(m, most);
                cr_assert_eq(whole, 0, "something follows the last segment");
                whole = mesh_proxy_receive(&x, segment, m);
                count++;
            }
            cr_assert_eq(whole, n);
            cr_assert_eq(count, (n + most - 2) / (most - 1));
            cr_assert_arr_eq(x.in, pdu, n);
        }
}

Test(bluetooth_mesh_gatt, segments_out_of_order_are_nothing)
{
    struct mesh_proxy x = {.open = true};
    uint8_t first[] = {0x43, 1, 2}, next[] = {0x83, 3}, last[] = {0xc3, 4}, other[] = {0x01, 5},
            whole[] = {0x03, 6}, long_one[60] = {0x83};
    cr_expect_eq(mesh_proxy_receive(&x, last, 2), 0, "nothing began");
    cr_expect_eq(mesh_proxy_receive(&x, next, 2), 0);
    cr_expect_eq(mesh_proxy_receive(&x, first, 3), 0);
    cr_expect_eq(mesh_proxy_receive(&x, other, 2), 0, "another type");
    cr_expect_eq(mesh_proxy_receive(&x, first, 1), 0, "empty");
    cr_expect_eq(mesh_proxy_receive(&x, next, 2), 0);
    cr_expect_eq(mesh_proxy_receive(&x, last, 2), 4);
    cr_expect_arr_eq(x.in, ((uint8_t[]){1, 2, 3, 4}), 4);
    cr_expect_eq(mesh_proxy_receive(&x, last, 2), 0, "it has ended");
    cr_expect_eq(mesh_proxy_receive(&x, first, 3), 0);
    cr_expect_eq(mesh_proxy_receive(&x, whole, 2), 1, "a new one replaces it");
    cr_expect_eq(mesh_proxy_receive(&x, first, 3), 0);
    cr_expect_eq(mesh_proxy_receive(&x, long_one, 60), 0);
    cr_expect_eq(mesh_proxy_receive(&x, long_one, 60), 0, "longer than any PDU");
    cr_expect_eq(mesh_proxy_receive(&x, last, 2), 0);
}

/* Octets by volume 3 part F sections 3.4.2 to 3.4.7. */
Test(bluetooth_mesh_gatt, attribute_pdus_as_the_specification_has_them)
{
    static const struct {
        struct mesh_att a;
        const char *octets;
        size_t n;
    } known[] = {
        {{.opcode = MESH_ATT_MTU_REQUEST, .value = 69}, "\x02\x45\x00", 3},
        {{.opcode = MESH_ATT_MTU_RESPONSE, .value = 23}, "\x03\x17\x00", 3},
        {{.opcode = MESH_ATT_READ_REQUEST, .value = 0x2803}, "\x08\x01\x00\xff\xff\x03\x28", 7},
        {{.opcode = MESH_ATT_WRITE_REQUEST, .value = 6, .data = (const uint8_t *)"\1", .n = 2},
         "\x12\x06\x00\x01\x00",
         5},
        {{.opcode = MESH_ATT_WRITE_RESPONSE}, "\x13", 1},
        {{.opcode = MESH_ATT_NOTIFICATION, .value = 5, .data = (const uint8_t *)"\3\1", .n = 2},
         "\x1b\x05\x00\x03\x01",
         5},
        {{.opcode = MESH_ATT_WRITE_COMMAND, .value = 3, .data = (const uint8_t *)"\3", .n = 2},
         "\x52\x03\x00\x03\x00",
         5},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint8_t out[MESH_ATT_MTU_MAX];
        struct mesh_att a;
        cr_assert_eq(mesh_att_write(out, &known[i].a), known[i].n, "%zu", i);
        cr_expect_arr_eq(out, known[i].octets, known[i].n, "%zu", i);
        cr_assert_eq(mesh_att_read(&a, out, known[i].n), 0, "%zu", i);
        cr_expect(a.opcode == known[i].a.opcode && a.value == known[i].a.value &&
                  a.n == known[i].a.n);
        cr_expect_eq(mesh_att_read(&a, out, 0), -1);
        if (known[i].n > 1 && known[i].n != 5)
            cr_expect_eq(mesh_att_read(&a, out, known[i].n - 1), -1, "%zu", i);
    }
    cr_expect_eq(mesh_att_read(&(struct mesh_att){0}, (const uint8_t *)"\x0a\x01\x00", 3), -1);
}

Test(bluetooth_mesh_gatt, a_client_learns_the_handles_from_the_declarations)
{
    uint8_t list[MESH_DECLARATIONS];
    struct mesh_service s;
    size_t n = mesh_declarations_write(list);
    cr_assert_eq(mesh_declarations_read(&s, list, n), 0);
    cr_expect(s.data_in == mesh_own_service.data_in && s.data_out == mesh_own_service.data_out &&
              s.subscribe == mesh_own_service.subscribe);
    cr_expect_eq(mesh_declarations_read(&s, list, n - 1), -1);
    cr_expect_eq(mesh_declarations_read(&s, list, 8), -1, "no characteristic for data out");
}

Test(bluetooth_mesh_gatt, advertisement_with_service_data)
{
    uint8_t uuid[MESH_UUID] = {1, 2, 3}, read[MESH_UUID], ad[MESH_CONNECTABLE_SIZE];
    uint16_t oob;
    size_t n = mesh_connectable_write(ad, uuid, 0x0104);
    cr_assert_leq(n, 31, "a legacy advertisement");
    cr_assert_eq(mesh_connectable_read(read, &oob, ad, n), 0);
    cr_expect_arr_eq(read, uuid, MESH_UUID);
    cr_expect_eq(oob, 0x0104);
    for (size_t i = 0; i < n; i++)
        cr_expect_eq(mesh_connectable_read(read, &oob, ad, i), -1, "cut at %zu", i);
}

/* ---- runs
 * -----------------------------------------------------------------------------------------------
 */
static void ends_agree(const struct memnet *net, const char *what)
{
    const struct imp_claim *a = memnet_last(net, MESH_DEVICE, IMP_CLAIM_SECRET, "NetKey", NULL);
    const struct imp_claim *b =
        memnet_last(net, MESH_PROVISIONER, IMP_CLAIM_SECRET, "NetKey", NULL);
    cr_assert(a && b, "%s", what);
    cr_expect_arr_eq(a->data, b->data, MESH_KEY, "%s", what);
    cr_expect_arr_eq(a->sid, b->sid, MESH_KEY, "%s", what);
}

Test(bluetooth_mesh_gatt, every_method_and_mtu)
{
    static const char *const methods[] = {"oob=none", "oob=static", "oob=output", "oob=input"};
    static const char *const mtus[] = {"att-mtu=23", "att-mtu=69", "device.att-mtu=40"};
    static const size_t keys[] = {8, 2, 8}; /* segments of two public keys */
    for (int m = 0; m < 4; m++)
        for (int i = 0; i < 3; i++) {
            struct memnet *net =
                memnet_new(&imp_bluetooth_mesh, 7, SETTINGS("bearer=pb-gatt", methods[m], mtus[i]));
            memnet_start(net);
            memnet_run(net, LIMIT);
            cr_assert(memnet_complete(net), "%s %s", methods[m], mtus[i]);
            ends_agree(net, methods[m]);
            cr_expect_eq(memnet_count_messages(net, MESH_MSG_PUBLIC_KEY), keys[i]);
            cr_expect_eq(memnet_count_messages(net, MESH_MSG_BEACON), 0);
            cr_expect_eq(memnet_count_messages(net, MESH_MSG_ACK), 0);
            cr_expect_eq(memnet_count_messages(net, MESH_MSG_TERMINATE), 1);
            memnet_free(net);
        }
}

/* ATT opcode 1, handle 2, proxy header 1, of each segment 19 octets of the PDU. */
Test(bluetooth_mesh_gatt, messages_and_sizes_are_those_of_the_specification)
{
    static const struct {
        int message;
        size_t count, last;
    } expected[] = {
        {MESH_MSG_CONNECTABLE, 1, 29},      {MESH_MSG_MTU_REQUEST, 1, 3},
        {MESH_MSG_MTU_RESPONSE, 1, 3},      {MESH_MSG_READ_REQUEST, 1, 7},
        {MESH_MSG_READ_RESPONSE, 1, 16},    {MESH_MSG_SUBSCRIBE, 1, 5},
        {MESH_MSG_SUBSCRIBED, 1, 1},        {MESH_MSG_INVITE, 1, 4 + 2},
        {MESH_MSG_CAPABILITIES, 1, 4 + 12}, {MESH_MSG_START, 1, 4 + 6},
        {MESH_MSG_PUBLIC_KEY, 8, 4 + 8},    {MESH_MSG_CONFIRMATION, 2, 4 + 17},
        {MESH_MSG_RANDOM, 2, 4 + 17},       {MESH_MSG_DATA, 2, 4 + 15},
        {MESH_MSG_COMPLETE, 1, 4 + 1},      {MESH_MSG_TERMINATE, 1, 2},
    };
    struct memnet *net = memnet_new(&imp_bluetooth_mesh, 7,
                                    SETTINGS("bearer=pb-gatt", "oob=none", "algorithms=cmac"));
    memnet_start(net);
    memnet_run(net, LIMIT);
    cr_assert(memnet_complete(net));
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct memnet_message *m = memnet_last_message(net, expected[i].message);
        cr_assert(m, "message %d", expected[i].message);
        cr_expect_eq(memnet_count_messages(net, expected[i].message), expected[i].count,
                     "message %d", expected[i].message);
        cr_expect_eq(m->n, expected[i].last, "message %d has %zu", expected[i].message, m->n);
    }
    memnet_free(net);
}

Test(bluetooth_mesh_gatt, configuration_follows_on_the_advertising_bearer)
{
    struct memnet *net = memnet_new(&imp_bluetooth_mesh, 7,
                                    SETTINGS("bearer=pb-gatt", "oob=none", "configure=true"));
    memnet_start(net);
    memnet_run(net, LIMIT);
    cr_assert(memnet_complete(net));
    cr_expect_eq(memnet_last_message(net, MESH_MSG_BIND_STATUS)->channel, MESH_ADV);
    memnet_free(net);
}

Test(bluetooth_mesh_gatt, a_mistyped_number_fails_and_the_device_invites_anew)
{
    struct memnet *net = memnet_new(&imp_bluetooth_mesh, 7, SETTINGS("bearer=pb-gatt"));
    memnet_filter_set(net, memnet_wrong_digit, &number);
    memnet_start(net);
    memnet_run(net, 30 * IMP_S);
    cr_expect_not(memnet_completed(net, MESH_DEVICE));
    cr_expect(memnet_last(net, MESH_DEVICE, IMP_CLAIM_REJECT, "confirmation", NULL));
    cr_expect_gt(memnet_count_messages(net, MESH_MSG_OUTPUT), 1, "a new number");
    memnet_filter_set(net, NULL, NULL);
    memnet_run(net, LIMIT);
    cr_expect(memnet_complete(net));
    memnet_free(net);
}

/* The end of the connection is told: nobody waits for the link's timeout of 60 s. */
Test(bluetooth_mesh_gatt, a_device_that_was_refused_invites_anew)
{
    struct memnet *net =
        memnet_new(&imp_bluetooth_mesh, 7,
                   SETTINGS("bearer=pb-gatt", "device.oob=none", "provisioner.oob=output"));
    memnet_start(net);
    memnet_run(net, 30 * IMP_S);
    cr_expect(memnet_last(net, MESH_PROVISIONER, IMP_CLAIM_REJECT, "capabilities", NULL));
    cr_expect(memnet_last(net, MESH_DEVICE, IMP_CLAIM_REJECT, "closed-by-provisioner", NULL));
    cr_expect_gt(memnet_count_messages(net, MESH_MSG_CONNECTABLE), 5);
    memnet_free(net);
}

Test(bluetooth_mesh_gatt, a_provisioner_that_was_left_scans_anew)
{
    static const uint8_t terminate[] = {0x02, 0x13}, other[] = {0x02, 0x13, 0};
    struct memnet *net = memnet_new(&imp_bluetooth_mesh, 7, SETTINGS("bearer=pb-gatt"));
    memnet_user(net, 20 * IMP_S, true);
    memnet_start(net);
    memnet_run(net, 10 * IMP_S);
    cr_assert_eq(memnet_state(net, MESH_PROVISIONER), MESH_P_OUTPUT);
    memnet_inject(net, MESH_PROVISIONER, MESH_CONTROL, NULL, other, sizeof other);
    memnet_run(net, 11 * IMP_S);
    cr_expect_eq(memnet_state(net, MESH_PROVISIONER), MESH_P_OUTPUT);
    memnet_inject(net, MESH_PROVISIONER, MESH_CONTROL, NULL, terminate, sizeof terminate);
    memnet_run(net, 12 * IMP_S);
    cr_expect(memnet_last(net, MESH_PROVISIONER, IMP_CLAIM_REJECT, "closed-by-device", NULL));
    cr_expect_eq(memnet_state(net, MESH_PROVISIONER), MESH_SCANNING);
    memnet_free(net);
}

Test(bluetooth_mesh_gatt, ends_with_different_bearers_do_not_meet)
{
    struct memnet *net =
        memnet_new(&imp_bluetooth_mesh, 7, SETTINGS("device.bearer=pb-gatt", "oob=none"));
    memnet_start(net);
    memnet_run(net, 30 * IMP_S);
    cr_expect_not(memnet_completed(net, MESH_DEVICE));
    cr_expect_eq(memnet_count_messages(net, MESH_MSG_MTU_REQUEST), 0);
    memnet_free(net);
}
