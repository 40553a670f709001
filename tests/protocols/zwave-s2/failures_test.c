/* SPDX-License-Identifier: GPL-2.0-only */
/* Each code of KEX Fail at each end that may say it, by a hand-led peer that has the keys. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "puppet.h"

TestSuite(zwave_s2_failures, .init = imp_crypto_init);

#define LEAST SETTINGS("keys=unauthenticated", "grant=unauthenticated", "retry=3600")
#define ANY SETTINGS("keys=s2", "grant=s2", "retry=3600")

static const uint8_t network_key[ZW_KEY] = {0xaa, 0xbb, 0xcc};

/* ---- the controller, led by a node
 * -----------------------------------------------------------------------------------------------
 */
static int controller_says(const uint8_t report[ZW_KEX])
{
    struct puppet p;
    puppet_begin(&p, ZW_NODE, ANY);
    PUPPET_SAY(&p, ZW_CLASS_S2, ZW_S2_KEX_REPORT, report[0], report[1], report[2], report[3]);
    puppet_wait(&p, 2 * IMP_S);
    int code = puppet_failure(&p);
    puppet_end(&p);
    return code;
}

Test(zwave_s2_failures, what_a_controller_takes_for_a_request)
{
    static const struct {
        uint8_t report[ZW_KEX];
        int code;
    } cases[] = {
        {{0, 2, 1, ZW_ACCESS}, -1},
        {{0, 2, 1, ZW_ACCESS | 0x40}, -1}, /* an unknown class beside a known one */
        {{0, 2, 1, 0x40}, ZW_FAIL_KEY},
        {{0, 2, 1, 0}, ZW_FAIL_KEY},
        {{0, 4, 1, ZW_ACCESS}, ZW_FAIL_SCHEME},
        {{0, 6, 1, ZW_ACCESS}, ZW_FAIL_SCHEME}, /* and others */
        {{0, 2, 2, ZW_ACCESS}, ZW_FAIL_CURVES},
        {{0, 2, 3, ZW_ACCESS}, ZW_FAIL_CURVES},
        {{ZW_ECHO, 2, 1, ZW_ACCESS}, ZW_FAIL_AUTH},
        {{ZW_CSA, 2, 1, ZW_ACCESS}, ZW_FAIL_CANCEL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(controller_says(cases[i].report), cases[i].code, "case %zu", i);
}

Test(zwave_s2_failures, an_echo_that_differs_or_comes_in_clear)
{
    for (int i = 0; i < 3; i++) {
        struct puppet p;
        puppet_begin(&p, ZW_NODE, LEAST);
        PUPPET_SAY(&p, ZW_CLASS_S2, ZW_S2_KEX_REPORT, 0, 2, 1, ZW_UNAUTHENTICATED);
        puppet_wait(&p, 2 * IMP_S);
        uint8_t frame[3 + ZW_PUBLIC] = {ZW_CLASS_S2, ZW_S2_PUBLIC_KEY, 0};
        uint8_t z[32];
        memcpy(frame + 3, p.x.own_public, ZW_PUBLIC);
        puppet_say(&p, frame, sizeof frame);
        const struct memnet_message *m = memnet_last_message(p.net, ZW_MSG_PUBLIC_KEY);
        cr_assert_eq(imp_x25519_shared(NULL, z, p.x.own_secret, m->bytes + 3), 0);
        zw_temp(NULL, &p.x.temp, z, m->bytes + 3, p.x.own_public);
        uint8_t set[] = {ZW_CLASS_S2, ZW_S2_KEX_SET, ZW_ECHO, 2, 1, ZW_UNAUTHENTICATED};
        if (i == 0)
            set[5] |= ZW_ACCESS;
        if (i == 1)
            set[2] = 0;
        if (i == 2)
            puppet_say(&p, set, sizeof set);
        else
            puppet_seal(&p, &p.x.temp, set, sizeof set);
        cr_expect_eq(puppet_failure(&p), ZW_FAIL_AUTH, "case %d", i);
        puppet_end(&p);
    }
}

/* As far as a Network Key Report. */
static void keyed(struct puppet *p)
{
    uint8_t command[ZW_FRAME_MAX];
    puppet_begin(p, ZW_NODE, LEAST);
    puppet_agree(p, ZW_UNAUTHENTICATED);
    cr_assert_eq(puppet_open(p, &p->x.temp, ZW_MSG_ECHO_REPORT, command), 2 + ZW_KEX);
    PUPPET_SEAL(p, &p->x.temp, ZW_CLASS_S2, ZW_S2_KEY_GET, ZW_UNAUTHENTICATED);
    cr_assert_eq(puppet_open(p, &p->x.temp, ZW_MSG_KEY_REPORT, command), 3 + ZW_KEY);
    zw_network(NULL, &p->x.network, command + 3);
    cr_assert_eq(puppet_failure(p), -1);
}

Test(zwave_s2_failures, a_key_that_was_not_granted)
{
    static const uint8_t wanted[] = {ZW_ACCESS, 0, ZW_UNAUTHENTICATED | ZW_ACCESS};
    for (size_t i = 0; i < sizeof wanted; i++) {
        struct puppet p;
        puppet_begin(&p, ZW_NODE, LEAST);
        puppet_agree(&p, ZW_UNAUTHENTICATED);
        uint8_t command[ZW_FRAME_MAX];
        cr_assert_eq(puppet_open(&p, &p.x.temp, ZW_MSG_ECHO_REPORT, command), 2 + ZW_KEX);
        PUPPET_SEAL(&p, &p.x.temp, ZW_CLASS_S2, ZW_S2_KEY_GET, wanted[i]);
        cr_expect_eq(puppet_failure(&p), ZW_FAIL_GET);
        cr_expect_null(memnet_last_message(p.net, ZW_MSG_KEY_REPORT));
        puppet_end(&p);
    }
}

Test(zwave_s2_failures, a_verification_under_another_key)
{
    struct puppet p;
    struct zw_derived other;
    keyed(&p);
    zw_network(NULL, &other, network_key);
    PUPPET_SEAL(&p, &other, ZW_CLASS_S2, ZW_S2_KEY_VERIFY);
    cr_expect_eq(puppet_failure(&p), ZW_FAIL_VERIFY);
    puppet_end(&p);
}

Test(zwave_s2_failures, commands_in_clear_where_a_key_is_due)
{
    struct puppet p;
    keyed(&p);
    PUPPET_SAY(&p, ZW_CLASS_S2, ZW_S2_KEY_VERIFY);
    cr_expect_eq(puppet_failure(&p), ZW_FAIL_AUTH);
    puppet_end(&p);
    puppet_begin(&p, ZW_NODE, LEAST);
    puppet_agree(&p, ZW_UNAUTHENTICATED);
    PUPPET_SAY(&p, ZW_CLASS_S2, ZW_S2_KEY_GET, ZW_UNAUTHENTICATED);
    cr_expect_eq(puppet_failure(&p), ZW_FAIL_AUTH);
    puppet_end(&p);
}

Test(zwave_s2_failures, an_end_that_leaves_something_out)
{
    static const uint8_t flags[] = {ZW_KEY_REQUEST_COMPLETE, ZW_KEY_VERIFIED, 0, 3};
    for (size_t i = 0; i < sizeof flags; i++) {
        struct puppet p;
        uint8_t command[ZW_FRAME_MAX];
        keyed(&p);
        PUPPET_SEAL(&p, &p.x.network, ZW_CLASS_S2, ZW_S2_KEY_VERIFY);
        cr_assert_eq(puppet_open(&p, &p.x.temp, ZW_MSG_TRANSFER_END, command), 3);
        cr_assert_eq(command[2], ZW_KEY_VERIFIED);
        PUPPET_SEAL(&p, &p.x.temp, ZW_CLASS_S2, ZW_S2_TRANSFER_END, flags[i]);
        cr_expect_eq(puppet_failure(&p), i == 0 ? -1 : ZW_FAIL_VERIFY, "flags %d", flags[i]);
        cr_expect_eq(memnet_count_messages(p.net, ZW_MSG_SUPPORTED_GET) > 0 ||
                         memnet_state(p.net, ZW_CONTROLLER) == ZW_C_SUPPORTED,
                     i == 0);
        puppet_end(&p);
    }
}

Test(zwave_s2_failures, an_end_before_the_last_key)
{
    struct puppet p;
    uint8_t command[ZW_FRAME_MAX];
    puppet_begin(&p, ZW_NODE, SETTINGS("grant=all", "retry=3600"));
    puppet_agree(&p, ZW_UNAUTHENTICATED | ZW_S0);
    cr_assert_eq(puppet_open(&p, &p.x.temp, ZW_MSG_ECHO_REPORT, command), 2 + ZW_KEX);
    PUPPET_SEAL(&p, &p.x.temp, ZW_CLASS_S2, ZW_S2_KEY_GET, ZW_UNAUTHENTICATED);
    cr_assert_eq(puppet_open(&p, &p.x.temp, ZW_MSG_KEY_REPORT, command), 3 + ZW_KEY);
    zw_network(NULL, &p.x.network, command + 3);
    PUPPET_SEAL(&p, &p.x.network, ZW_CLASS_S2, ZW_S2_KEY_VERIFY);
    cr_assert_eq(puppet_open(&p, &p.x.temp, ZW_MSG_TRANSFER_END, command), 3);
    PUPPET_SEAL(&p, &p.x.temp, ZW_CLASS_S2, ZW_S2_TRANSFER_END, ZW_KEY_REQUEST_COMPLETE);
    cr_expect_eq(puppet_failure(&p), ZW_FAIL_VERIFY);
    puppet_end(&p);
}

/* In clear or under the temporary key, as implementations differ. */
Test(zwave_s2_failures, a_node_that_fails)
{
    for (int sealed = 0; sealed < 2; sealed++) {
        struct puppet p;
        keyed(&p);
        puppet_end(&p);
        puppet_begin(&p, ZW_NODE, LEAST);
        puppet_agree(&p, ZW_UNAUTHENTICATED);
        uint8_t command[ZW_FRAME_MAX];
        cr_assert_eq(puppet_open(&p, &p.x.temp, ZW_MSG_ECHO_REPORT, command), 2 + ZW_KEX);
        if (sealed)
            PUPPET_SEAL(&p, &p.x.temp, ZW_CLASS_S2, ZW_S2_KEX_FAIL, ZW_FAIL_REPORT);
        else
            PUPPET_SAY(&p, ZW_CLASS_S2, ZW_S2_KEX_FAIL, ZW_FAIL_REPORT);
        cr_expect_not_null(
            memnet_last(p.net, ZW_CONTROLLER, IMP_CLAIM_REJECT, "failed-by-node", NULL));
        cr_expect_eq(puppet_failure(&p), -1, "it is not answered");
        puppet_end(&p);
    }
}

/* ---- the node, led by a controller
 * -----------------------------------------------------------------------------------------------
 */
Test(zwave_s2_failures, what_a_node_takes_for_a_grant)
{
    static const struct {
        uint8_t set[ZW_KEX];
        int code;
    } cases[] = {
        {{0, 2, 1, ZW_ACCESS}, -1},         {{0, 2, 1, 0}, ZW_FAIL_KEY},
        {{0, 2, 1, ZW_S0}, ZW_FAIL_KEY},    {{0, 4, 1, ZW_ACCESS}, ZW_FAIL_SCHEME},
        {{0, 6, 1, 1}, ZW_FAIL_SCHEME},     {{0, 2, 2, ZW_ACCESS}, ZW_FAIL_CURVES},
        {{ZW_ECHO, 2, 1, 1}, ZW_FAIL_AUTH}, {{ZW_CSA, 2, 1, ZW_ACCESS}, ZW_FAIL_KEY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct puppet p;
        const uint8_t *s = cases[i].set;
        puppet_begin(&p, ZW_CONTROLLER, ANY);
        PUPPET_SAY(&p, ZW_CLASS_S2, ZW_S2_KEX_GET);
        PUPPET_SAY(&p, ZW_CLASS_S2, ZW_S2_KEX_SET, s[0], s[1], s[2], s[3]);
        cr_expect_eq(puppet_failure(&p), cases[i].code, "case %zu", i);
        puppet_end(&p);
    }
}

/* As far as the node's KEX Set under the temporary key. */
static void led(struct puppet *p)
{
    uint8_t command[ZW_FRAME_MAX];
    puppet_begin(p, ZW_CONTROLLER, LEAST);
    puppet_agree(p, ZW_UNAUTHENTICATED);
    cr_assert_eq(puppet_open(p, &p->x.temp, ZW_MSG_ECHO_SET, command), 2 + ZW_KEX);
    cr_assert_eq(command[2], ZW_ECHO);
}

/* And as far as its Network Key Get. */
static void asks(struct puppet *p)
{
    uint8_t command[ZW_FRAME_MAX];
    led(p);
    PUPPET_SEAL(p, &p->x.temp, ZW_CLASS_S2, ZW_S2_KEX_REPORT, ZW_ECHO, 2, 1, ZW_UNAUTHENTICATED);
    cr_assert_eq(puppet_open(p, &p->x.temp, ZW_MSG_KEY_GET, command), 3);
}

static void give(struct puppet *p, uint8_t class)
{
    uint8_t report[3 + ZW_KEY] = {ZW_CLASS_S2, ZW_S2_KEY_REPORT, class};
    memcpy(report + 3, network_key, ZW_KEY);
    zw_network(NULL, &p->x.network, network_key);
    puppet_seal(p, &p->x.temp, report, sizeof report);
}

Test(zwave_s2_failures, a_request_that_was_changed)
{
    struct puppet p;
    led(&p);
    PUPPET_SEAL(&p, &p.x.temp, ZW_CLASS_S2, ZW_S2_KEX_REPORT, ZW_ECHO, 2, 1, ZW_ALL);
    cr_expect_eq(puppet_failure(&p), ZW_FAIL_AUTH);
    puppet_end(&p);
    led(&p);
    PUPPET_SAY(&p, ZW_CLASS_S2, ZW_S2_KEX_REPORT, ZW_ECHO, 2, 1, ZW_UNAUTHENTICATED);
    cr_expect_eq(puppet_failure(&p), ZW_FAIL_AUTH, "in clear");
    puppet_end(&p);
}

Test(zwave_s2_failures, a_key_of_another_class)
{
    struct puppet p;
    asks(&p);
    give(&p, ZW_ACCESS);
    cr_expect_eq(puppet_failure(&p), ZW_FAIL_REPORT);
    cr_expect_eq(memnet_count_messages(p.net, ZW_MSG_KEY_VERIFY), 0);
    puppet_end(&p);
    asks(&p);
    uint8_t report[3 + ZW_KEY] = {ZW_CLASS_S2, ZW_S2_KEY_REPORT, ZW_UNAUTHENTICATED};
    puppet_say(&p, report, sizeof report);
    cr_expect_eq(puppet_failure(&p), ZW_FAIL_AUTH, "in clear");
    puppet_end(&p);
}

Test(zwave_s2_failures, a_verification_that_is_not_confirmed)
{
    static const uint8_t flags[] = {ZW_KEY_VERIFIED, ZW_KEY_REQUEST_COMPLETE, 0, 3};
    for (size_t i = 0; i < sizeof flags; i++) {
        struct puppet p;
        uint8_t command[ZW_FRAME_MAX];
        asks(&p);
        give(&p, ZW_UNAUTHENTICATED);
        cr_assert_eq(puppet_open(&p, &p.x.network, ZW_MSG_KEY_VERIFY, command), 2);
        PUPPET_SEAL(&p, &p.x.temp, ZW_CLASS_S2, ZW_S2_TRANSFER_END, flags[i]);
        cr_expect_eq(puppet_failure(&p), i == 0 ? -1 : ZW_FAIL_VERIFY, "flags %d", flags[i]);
        cr_expect_eq(memnet_completed(p.net, ZW_NODE), i == 0);
        puppet_end(&p);
    }
}

Test(zwave_s2_failures, a_controller_that_fails)
{
    for (int sealed = 0; sealed < 2; sealed++) {
        struct puppet p;
        led(&p);
        if (sealed)
            PUPPET_SEAL(&p, &p.x.temp, ZW_CLASS_S2, ZW_S2_KEX_FAIL, ZW_FAIL_DECRYPT);
        else
            PUPPET_SAY(&p, ZW_CLASS_S2, ZW_S2_KEX_FAIL, ZW_FAIL_DECRYPT);
        cr_expect_eq(memnet_state(p.net, ZW_NODE), ZW_N_FAILED);
        cr_expect_eq(puppet_failure(&p), -1);
        puppet_end(&p);
    }
}

/* A controller's own key, come back to it or to a node, is nobody's. */
Test(zwave_s2_failures, a_reflected_public_key)
{
    struct puppet p;
    uint8_t frame[3 + ZW_PUBLIC] = {ZW_CLASS_S2, ZW_S2_PUBLIC_KEY, 0, 9};
    puppet_begin(&p, ZW_CONTROLLER, LEAST);
    PUPPET_SAY(&p, ZW_CLASS_S2, ZW_S2_KEX_GET);
    PUPPET_SAY(&p, ZW_CLASS_S2, ZW_S2_KEX_SET, 0, 2, 1, ZW_UNAUTHENTICATED);
    puppet_say(&p, frame, sizeof frame);
    cr_expect_eq(memnet_state(p.net, ZW_NODE), ZW_N_PUBLIC_KEY);
    memset(frame + 3, 0, ZW_PUBLIC);
    frame[2] = 1;
    puppet_say(&p, frame, sizeof frame);
    cr_expect_eq(puppet_failure(&p), ZW_FAIL_DECRYPT, "a key of low order");
    puppet_end(&p);
}
