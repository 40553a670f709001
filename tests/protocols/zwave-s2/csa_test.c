/* SPDX-License-Identifier: GPL-2.0-only */
/* Client-side authentication: the controller's digits, typed at the node. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/zwave-s2/zw.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_zwave_s2;

TestSuite(zwave_s2_csa, .init = imp_crypto_init);

#define CSA "client-side-authentication=true"

static struct memnet *run(const char *const *settings, memnet_filter *filter, void *arg)
{
    struct memnet *net = memnet_new(&imp_zwave_s2, 7, settings);
    memnet_filter_set(net, filter, arg);
    memnet_start(net);
    memnet_run_past(net, 300 * IMP_S);
    return net;
}

static const uint8_t *key_of(const struct memnet *net, int role)
{
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        if (m->message == ZW_MSG_PUBLIC_KEY && m->from == role)
            return m->bytes + 3;
    }
    cr_assert_fail("no public key");
    return NULL;
}

static int failure(const struct memnet *net)
{
    const struct memnet_message *m = memnet_last_message(net, ZW_MSG_KEX_FAIL);
    return m ? m->bytes[2] : 0;
}

Test(zwave_s2_csa, the_controller_is_masked_and_the_node_is_not)
{
    static const char *const keys[] = {"keys=access-control", "keys=s2"};
    for (size_t i = 0; i < 2; i++) {
        struct memnet *net = run(SETTINGS(CSA, keys[i], "grant=s2"), NULL, NULL);
        uint8_t secret[32], label[ZW_PUBLIC];
        cr_assert(memnet_complete(net));
        cr_expect_eq(memnet_last_message(net, ZW_MSG_KEX_REPORT)->bytes[2], ZW_CSA);
        cr_expect_eq(memnet_last_message(net, ZW_MSG_KEX_SET)->bytes[2], ZW_CSA);
        cr_expect_arr_eq(key_of(net, ZW_CONTROLLER), "\0\0\0\0", ZW_CSA_MASKED);
        cr_expect_neq(memcmp(key_of(net, ZW_NODE), "\0\0", 2), 0);
        cr_assert_eq(memnet_cell(net, ZW_NODE, ZW_CELL_SECRET, secret, sizeof secret), 32);
        imp_x25519_public(NULL, label, secret);
        cr_expect_neq(memcmp(key_of(net, ZW_NODE), label, ZW_PUBLIC), 0, "of this inclusion");
        cr_expect_eq(memnet_count_messages(net, ZW_MSG_PIN), 0);
        cr_assert_eq(memnet_count_messages(net, ZW_MSG_CSA_PIN), 1);
        cr_expect_eq(memnet_last_message(net, ZW_MSG_CSA_PIN)->n, 10);
        memnet_free(net);
    }
}

/* Without a class that would be masked there is nothing to type. */
Test(zwave_s2_csa, unauthenticated_needs_no_digits)
{
    struct memnet *net =
        run(SETTINGS(CSA, "keys=unauthenticated", "grant=unauthenticated"), NULL, NULL);
    cr_expect(memnet_complete(net));
    cr_expect_eq(memnet_count_messages(net, ZW_MSG_CSA_PIN), 0);
    memnet_free(net);
}

Test(zwave_s2_csa, wrong_digits_fail)
{
    int message = ZW_MSG_CSA_PIN;
    struct memnet *net = run(SETTINGS(CSA, "retry=3600"), memnet_wrong_digit, &message);
    cr_expect_not(memnet_completed(net, ZW_NODE));
    cr_expect_eq(failure(net), ZW_FAIL_DECRYPT);
    memnet_free(net);
}

Test(zwave_s2_csa, a_controller_without_it_refuses)
{
    struct memnet *net =
        run(SETTINGS("node.client-side-authentication=true", "retry=3600"), NULL, NULL);
    cr_expect_not(memnet_completed(net, ZW_NODE));
    cr_expect_eq(failure(net), ZW_FAIL_CANCEL);
    memnet_free(net);
    net = run(SETTINGS("controller.client-side-authentication=true"), NULL, NULL);
    cr_expect(memnet_complete(net), "who does not ask for it has it not");
    cr_expect_eq(memnet_count_messages(net, ZW_MSG_PIN), 1);
    memnet_free(net);
}

/* TBI1: from the controller's key to its KEX Report, the user's time with it. */
Test(zwave_s2_csa, no_digits_in_time)
{
    struct memnet *net = memnet_new(&imp_zwave_s2, 7, SETTINGS(CSA, "retry=3600"));
    memnet_oob_blocked(net, true);
    memnet_start(net);
    memnet_run_past(net, 230 * IMP_S);
    cr_expect_eq(memnet_state(net, ZW_NODE), ZW_N_CSA);
    memnet_run_past(net, 250 * IMP_S);
    cr_expect_eq(memnet_state(net, ZW_NODE), ZW_N_FAILED);
    cr_expect_eq(memnet_state(net, ZW_CONTROLLER), ZW_C_IDLE);
    cr_expect_eq(memnet_count_messages(net, ZW_MSG_KEX_FAIL), 0);
    memnet_free(net);
}

Test(zwave_s2_csa, the_user_s_time_is_part_of_the_node_s)
{
    int message = ZW_MSG_ECHO_REPORT;
    struct memnet *net = memnet_new(&imp_zwave_s2, 7, SETTINGS(CSA, "retry=3600"));
    memnet_user(net, 100 * IMP_S, true);
    memnet_filter_set(net, memnet_spoil_last, &message);
    memnet_start(net);
    memnet_run_past(net, 400 * IMP_S);
    imp_time key = memnet_last_message(net, ZW_MSG_PUBLIC_KEY)->at, end = -1;
    for (size_t i = 0; i < memnet_claim_count(net) && end < 0; i++)
        if (memnet_claim(net, i)->role == ZW_NODE &&
            memnet_claim(net, i)->claim.kind == IMP_CLAIM_REJECT)
            end = memnet_claim(net, i)->at;
    cr_expect(end - key >= 240 * IMP_S && end - key < 241 * IMP_S);
    memnet_free(net);
}

Test(zwave_s2_csa, ten_digits_are_two_groups)
{
    uint8_t key[ZW_PUBLIC] = {0xde, 0x9e, 0x00, 0x07, 9}, again[ZW_PUBLIC] = {0, 0, 0, 0, 9};
    char digits[ZW_CSA_PIN + 1];
    zw_pin(digits, key);
    zw_pin(digits + ZW_PIN, key + ZW_MASKED);
    cr_expect_str_eq(digits, "5699000007");
    cr_expect_eq(zw_pin_restore(again, ZW_CSA_MASKED, (const uint8_t *)digits, ZW_CSA_PIN), 0);
    cr_expect_arr_eq(again, key, sizeof key);
    cr_expect_eq(zw_pin_restore(again, ZW_CSA_MASKED, (const uint8_t *)digits, ZW_PIN), -1);
    cr_expect_eq(zw_pin_restore(again, ZW_CSA_MASKED, (const uint8_t *)"0000065536", ZW_CSA_PIN),
                 -1);
}
