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

/* ---- over BR/EDR (volume 2 part C section 4.2.7.3.2): nothing is agreed before
 * ------------------------------------------------------------------------------------------- */
#define LMP_KEYPRESS (BT_MSG_LMP + LMP_KEYPRESS_NOTIFICATION)

static void expect_lmp_keys(const struct memnet *net, int from)
{
    static const uint8_t types[] = {0, 1, 1, 1, 1, 1, 1, 4};
    size_t seen = 0;
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        if (m->message != LMP_KEYPRESS)
            continue;
        cr_assert_lt(seen, sizeof types);
        cr_expect_eq(m->from, from);
        cr_assert_eq(m->n, 3);
        cr_expect_eq(m->bytes[0] >> 1, LMP_EXTENDED);
        cr_expect_eq(m->bytes[1], 30);
        cr_expect_eq(m->bytes[2], types[seen++]);
    }
    cr_expect_eq(seen, sizeof types);
}

Test(bluetooth_pairing_keypress, over_br_edr_who_types_says_so_by_himself)
{
    static const struct {
        const char *tells, *initiator, *responder;
        int typed_at;
    } all[] = {
        {"initiator.keypress=true", "initiator.io=keyboard-only", "responder.io=display-only",
         BT_INITIATOR},
        {"responder.keypress=true", "initiator.io=display-only", "responder.io=keyboard-only",
         BT_RESPONDER},
    };
    static const char *const kinds[] = {"secure-connections=only", "secure-connections=no"};
    for (int i = 0; i < 4; i++) {
        struct memnet *net = pair(SETTINGS("transport=br-edr", kinds[i % 2], all[i / 2].tells,
                                           all[i / 2].initiator, all[i / 2].responder),
                                  5 * IMP_S);
        cr_expect(memnet_complete(net), "%d", i);
        expect_lmp_keys(net, all[i / 2].typed_at);
        cr_expect_eq(memnet_count_messages(net, KEYPRESS), 0);
        memnet_free(net);
    }
}

/* Each gives the procedure its time anew: a user who takes 40 s is too slow without them. */
Test(bluetooth_pairing_keypress, over_br_edr_each_gives_time_again)
{
    static const uint8_t digit[] = {LMP_EXTENDED << 1, 30, 1};
    for (int told = 0; told < 2; told++) {
        struct memnet *net =
            memnet_new(&imp_bluetooth_pairing, 7,
                       SETTINGS("transport=br-edr", "mitm=insist", "initiator.io=keyboard-only",
                                "responder.io=display-only"));
        memnet_user(net, 40 * IMP_S, true);
        memnet_start(net);
        memnet_run_past(net, 20 * IMP_S);
        cr_assert_eq(memnet_state(net, BT_RESPONDER), BT_CONFIRM);
        if (told)
            memnet_inject(net, BT_RESPONDER, BT_LMP, NULL, digit, sizeof digit);
        memnet_run_past(net, 30 * IMP_S + IMP_S / 2);
        cr_expect_eq(memnet_last(net, BT_RESPONDER, IMP_CLAIM_REJECT, "timeout", NULL) != NULL,
                     !told);
        memnet_free(net);
    }
}
