/* SPDX-License-Identifier: GPL-2.0-only */
/* Explore frames: their header, SmartStart in them, exclusion where the controller hears nothing
 * else. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/adhoc/zwave-s2/zw.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

extern const struct imp_mechanism imp_zwave_s2;

TestSuite(zwave_s2_explore, .init = imp_crypto_init);

/* As ExplorerZWaveMPDU of zwave-js writes it behind the destination: version 1 and command, flags,
 * random interval, TTL and count of repeaters, four repeaters. */
Test(zwave_s2_explore, header)
{
    static const uint8_t normal[] = {0x20, 0, 250, 0x40, 0, 0, 0, 0},
                         inclusion[] = {0x21, 0, 250, 0x40, 0, 0, 0, 0};
    uint8_t out[ZW_EXPLORE];
    zw_explore_write(out, ZW_EXPLORE_NORMAL);
    cr_expect_arr_eq(out, normal, sizeof normal);
    zw_explore_write(out, ZW_EXPLORE_AUTO_INCLUSION);
    cr_expect_arr_eq(out, inclusion, sizeof inclusion);
}

Test(zwave_s2_explore, what_is_read)
{
    static const struct {
        uint8_t bytes[14];
        size_t n, before;
    } cases[] = {
        {{0x20, 0, 250, 0x40, 0, 0, 0, 0, 1, 0x23}, 10, 8},
        {{0x20, 1, 0, 0x34, 1, 2, 3, 4, 1, 0x23}, 10, 8}, /* through four repeaters */
        {{0x20, 0, 250, 0x45, 0, 0, 0, 0, 1, 0x23}, 10, 0},
        {{0x20, 0, 250, 0x40, 0, 0, 0, 0, 1}, 9, 0},
        {{0x21, 0, 250, 0x40, 0, 0, 0, 0, 9, 9, 9, 9, 1, 0x27}, 14, 12},
        {{0x21, 0, 250, 0x40, 0, 0, 0, 0, 9, 9, 9, 9, 1}, 13, 0},
        {{0x22, 0, 250, 0x40, 0, 0, 0, 0, 1, 0x23}, 10, 0}, /* search result: no command */
        {{0x40, 0, 250, 0x40, 0, 0, 0, 0, 1, 0x23}, 10, 0}, /* another version */
        {{0x20}, 1, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int command = -1;
        cr_expect_eq(zw_explore_read(&command, cases[i].bytes, cases[i].n), cases[i].before,
                     "case %zu", i);
    }
}

Test(zwave_s2_explore, smart_start)
{
    struct memnet *net =
        memnet_new(&imp_zwave_s2, 7, SETTINGS("inclusion=smart-start", "explore-frames=true"));
    memnet_start(net);
    memnet_run(net, 600 * IMP_S);
    cr_assert(memnet_complete(net));
    const struct memnet_message *prime = memnet_last_message(net, ZW_MSG_PRIME);
    const struct imp_claim *me = memnet_last(net, ZW_NODE, IMP_CLAIM_IDENTITY, NULL, NULL);
    cr_assert(prime && me);
    cr_expect_eq(prime->n, 8 + 4 + 2 + 8);
    cr_expect(prime->bytes[0] == 0x21 && prime->bytes[12] == 1 && prime->bytes[13] == 0x27);
    cr_expect_eq(prime->bytes[8], me->self[8] | 0xc0);
    cr_expect_eq(memnet_last_message(net, ZW_MSG_INCLUDE)->n, prime->n);
    memnet_free(net);
}

Test(zwave_s2_explore, both_ends_have_them_or_neither)
{
    static const char *const one[] = {"node.explore-frames=true", "controller.explore-frames=true"};
    for (size_t i = 0; i < 2; i++) {
        struct memnet *net =
            memnet_new(&imp_zwave_s2, 7, SETTINGS("inclusion=smart-start", one[i]));
        memnet_start(net);
        memnet_run(net, 600 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, ZW_MSG_ASSIGN_IDS), 0, "%s", one[i]);
        memnet_free(net);
    }
}

/* Of what both say in exclusion, explore frames alone arrive: others are out of reach. */
static bool far(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n, size_t cap)
{
    (void)bytes, (void)n, (void)cap;
    return !*(const bool *)arg ||
           (m->message != ZW_MSG_NODE_INFO && m->message != ZW_MSG_TRANSFER_PRESENTATION);
}

Test(zwave_s2_explore, network_wide_exclusion)
{
    static const char *const explores[] = {"explore-frames=false", "explore-frames=true"};
    for (int i = 0; i < 2; i++) {
        bool apart = false;
        struct memnet *net = memnet_new(&imp_zwave_s2, 7, SETTINGS(explores[i]));
        memnet_filter_set(net, far, &apart);
        memnet_start(net);
        memnet_run(net, 600 * IMP_S);
        cr_assert(memnet_complete(net));
        apart = true;
        memnet_event(net, ZW_CONTROLLER, IMP_EVENT_CONTROL, "exclude");
        memnet_event(net, ZW_NODE, IMP_EVENT_CONTROL, "exclude");
        memnet_run_past(net, 700 * IMP_S);
        cr_expect_eq(memnet_count_messages(net, ZW_MSG_EXCLUDE_REQUEST), i);
        cr_expect_eq(memnet_state(net, ZW_NODE), i ? ZW_N_EXCLUDED : ZW_N_INCLUDED);
        if (i) {
            const struct memnet_message *m = memnet_last_message(net, ZW_MSG_EXCLUDE_REQUEST);
            cr_expect(m->n == 18 && m->bytes[0] == 0x20 && m->bytes[8] == 1 && m->bytes[9] == 0x23);
        }
        memnet_free(net);
    }
}

Test(zwave_s2_explore, a_request_without_its_header_is_none)
{
    static const uint8_t bare[] = {1, 0x23, 0xd3, 0x9c, 1, 0x40, 0x03, 0x5e};
    struct memnet *net = memnet_new(&imp_zwave_s2, 7, SETTINGS("explore-frames=true"));
    memnet_start(net);
    memnet_run(net, 600 * IMP_S);
    memnet_event(net, ZW_CONTROLLER, IMP_EVENT_CONTROL, "exclude");
    size_t assigned = memnet_count_messages(net, ZW_MSG_ASSIGN_IDS);
    memnet_inject(net, ZW_CONTROLLER, ZW_RADIO, NULL, bare, sizeof bare);
    memnet_run_past(net, 610 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, ZW_MSG_ASSIGN_IDS), assigned);
    memnet_free(net);
}

/* Each 4 s for as long as the button lets it, and nobody is taken out who does not ask. */
Test(zwave_s2_explore, requests_are_repeated_and_end)
{
    static const uint8_t foreign[] = {0x20, 0,    250,  0x40, 0, 0,    0,    0,
                                      1,    0x23, 0xd3, 0x9c, 1, 0x40, 0x03, 0x5e};
    struct memnet *net = memnet_new(&imp_zwave_s2, 7, SETTINGS("explore-frames=true"));
    memnet_start(net);
    memnet_run(net, 600 * IMP_S);
    memnet_inject(net, ZW_CONTROLLER, ZW_RADIO, NULL, foreign, sizeof foreign);
    memnet_event(net, ZW_NODE, IMP_EVENT_CONTROL, "exclude");
    memnet_run_past(net, 700 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, ZW_MSG_EXCLUDE_REQUEST), 7);
    cr_expect_eq(memnet_state(net, ZW_NODE), ZW_N_INCLUDED);
    cr_expect_neq(memnet_last_message(net, ZW_MSG_ASSIGN_IDS)->bytes[2], 0,
                  "the controller is not in exclusion mode");
    memnet_free(net);
}
