/* SPDX-License-Identifier: GPL-2.0-only */
/* Keypress Notification (Core volume 3 part H section 3.5.8). */
#include <criterion/criterion.h>

#include "protocols/adhoc/bluetooth-pairing/pairing.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

TestSuite(bluetooth_pairing_keypress, .init = imp_crypto_init);

#define KEYPRESS (BT_MSG_SMP + SMP_KEYPRESS)

static struct memnet *pair(const char *const *settings, imp_time act)
{
    struct memnet *net = memnet_new(&imp_bluetooth_pairing, 7, settings);
    memnet_user(net, act, true);
    memnet_start(net);
    memnet_run_past(net, 100 * IMP_S);
    return net;
}

/* Started, six digits, completed: from the end at which somebody types. */
static void expect_keys(const struct memnet *net, int from)
{
    static const uint8_t types[] = {0, 1, 1, 1, 1, 1, 1, 4};
    size_t seen = 0;
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        if (m->message != KEYPRESS)
            continue;
        cr_assert_lt(seen, sizeof types);
        cr_expect_eq(m->from, from);
        cr_expect_eq(m->n, 2);
        cr_expect_eq(m->bytes[0], SMP_KEYPRESS);
        cr_expect_eq(m->bytes[1], types[seen++]);
    }
    cr_expect_eq(seen, sizeof types);
}

Test(bluetooth_pairing_keypress, who_types_tells_of_each_digit)
{
    static const char *const kinds[] = {"secure-connections=only", "secure-connections=no"};
    for (int k = 0; k < 2; k++)
        for (int typed_at = 0; typed_at < 2; typed_at++) {
            bool first = typed_at == BT_INITIATOR;
            struct memnet *net =
                pair(SETTINGS("keypress=true", kinds[k],
                              first ? "initiator.io=keyboard-only" : "initiator.io=display-only",
                              first ? "responder.io=display-only" : "responder.io=keyboard-only"),
                     5 * IMP_S);
            cr_expect(memnet_complete(net), "%s, %d", kinds[k], typed_at);
            cr_expect(memnet_agree(net, BT_INITIATOR, BT_RESPONDER, "link"));
            expect_keys(net, typed_at);
            memnet_free(net);
        }
}

Test(bluetooth_pairing_keypress, unless_both_ask_nothing_is_told)
{
    static const char *const one[] = {"initiator.keypress=true", "responder.keypress=true"};
    for (int i = 0; i < 2; i++) {
        struct memnet *net = pair(
            SETTINGS(one[i], "initiator.io=keyboard-only", "responder.io=display-only"), 5 * IMP_S);
        cr_expect(memnet_complete(net));
        cr_expect_eq(memnet_count_messages(net, KEYPRESS), 0);
        memnet_free(net);
    }
}

Test(bluetooth_pairing_keypress, where_nobody_types_nothing_is_told)
{
    struct memnet *net = pair(SETTINGS("keypress=true", "io=display-yes-no"), 5 * IMP_S);
    cr_expect(memnet_complete(net));
    cr_expect_eq(memnet_count_messages(net, KEYPRESS), 0);
    memnet_free(net);
}

/* To an end that did not ask for them they are an unexpected PDU; a type that there is not ends
 * pairing as well. */
Test(bluetooth_pairing_keypress, others_end_the_pairing)
{
    static const char *const asked[] = {"keypress=false", "keypress=true"};
    static const uint8_t pdus[][2] = {{SMP_KEYPRESS, 1}, {SMP_KEYPRESS, 5}};
    for (int i = 0; i < 2; i++) {
        struct memnet *net =
            memnet_new(&imp_bluetooth_pairing, 7,
                       SETTINGS(asked[i], "mitm=insist", "initiator.io=keyboard-only",
                                "responder.io=display-only"));
        memnet_user(net, 20 * IMP_S, true);
        memnet_start(net);
        memnet_run_past(net, 5 * IMP_S);
        cr_assert_eq(memnet_state(net, BT_RESPONDER), BT_CONFIRM);
        memnet_inject(net, BT_RESPONDER, BT_SMP, NULL, pdus[i], 2);
        memnet_run_past(net, 6 * IMP_S);
        cr_expect_gt(memnet_count_messages(net, BT_MSG_SMP + SMP_FAILED), 0, "%s", asked[i]);
        memnet_free(net);
    }
}
