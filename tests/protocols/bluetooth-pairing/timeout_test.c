/* SPDX-License-Identifier: GPL-2.0-only */
/* SMP's timeout (Core volume 3 part H section 3.4): nothing more goes over that connection. */
#include <criterion/criterion.h>

#include "protocols/adhoc/bluetooth-pairing/pairing.h"
#include "protocols/crypto/crypto.h"
#include "tests/support/memnet.h"

TestSuite(bluetooth_pairing_timeout, .init = imp_crypto_init);

#define SMP(code) (BT_MSG_SMP + SMP_##code)

static struct memnet *losing(int message, const char *const *settings)
{
    static int lost; /* memnet_lose_first sets it to -1 */
    struct memnet *net = memnet_new(&imp_bluetooth_pairing, 7, settings);
    lost = message;
    memnet_filter_set(net, memnet_lose_first, &lost);
    memnet_start(net);
    memnet_run_past(net, 100 * IMP_S);
    return net;
}

/* The first message of that kind after number `from`; the count of all: there is none. */
static size_t next(const struct memnet *net, int message, size_t from)
{
    while (from < memnet_message_count(net) && memnet_message(net, from)->message != message)
        from++;
    return from;
}

static bool is_smp(const struct memnet_message *m)
{
    return m->channel == BT_SMP;
}

/* No PDU of SMP between the end of a connection and the invitation to the next. */
static void expect_new_connection(const struct memnet *net, const char *what)
{
    size_t end = next(net, BT_MSG_TERMINATE, 0);
    size_t again = next(net, BT_MSG_ADVERTISEMENT, end);
    cr_assert_lt(again, memnet_message_count(net), "%s", what);
    for (size_t i = end; i < again; i++)
        cr_expect_not(is_smp(memnet_message(net, i)), "%s", what);
    cr_expect_geq(memnet_message(net, end)->at, 30 * IMP_S, "%s", what);
    cr_expect_lt(memnet_message(net, end)->at, 31 * IMP_S, "%s", what);
    cr_assert_eq(memnet_message(net, end)->n, 2, "%s", what);
    cr_expect_eq(memnet_message(net, end)->bytes[0], 2, "%s", what); /* LL_TERMINATE_IND */
}

Test(bluetooth_pairing_timeout, a_new_connection_is_made_by_either_end_and_pairs)
{
    static const struct {
        int message;
        const char *what, *setting;
    } all[] = {
        {SMP(REQUEST), "request"},
        {SMP(RESPONSE), "response"},
        {SMP(PUBLIC_KEY), "public key"},
        {SMP(RANDOM), "random"},
        {SMP(DHKEY_CHECK), "check"},
        {BT_MSG_ENC_REQ, "LL_ENC_REQ"},
        {BT_MSG_START_ENC_RSP, "LL_START_ENC_RSP"},
        {SMP(IDENTITY_INFORMATION), "identity", "distributes=identity"},
        {SMP(SECURITY_REQUEST), "Security Request", "security-request=true"},
        {SMP(CONFIRM), "confirm", "secure-connections=no"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct memnet *net = losing(all[i].message, SETTINGS("mitm=no", all[i].setting));
        expect_new_connection(net, all[i].what);
        cr_expect(memnet_complete(net), "%s", all[i].what);
        memnet_free(net);
    }
}

/* One end is told by the other, or both notice at once. */
Test(bluetooth_pairing_timeout, both_ends_forget_the_attempt)
{
    struct memnet *net = losing(SMP(DHKEY_CHECK), SETTINGS("mitm=no"));
    for (int role = 0; role < 2; role++)
        cr_expect(memnet_last(net, role, IMP_CLAIM_REJECT, "timeout", NULL) ||
                      memnet_last(net, role, IMP_CLAIM_REJECT, "connection-ended", NULL),
                  "%d", role);
    cr_expect_eq(memnet_count_messages(net, SMP(REQUEST)), 2);
    memnet_free(net);
}

static bool says_no(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                    size_t cap)
{
    int *left = arg;
    (void)n;
    (void)cap;
    if (m->message == BT_MSG_NUMBER_OF_RESPONDER && *left > 0) {
        bytes[0] ^= 1;
        --*left;
    }
    return true;
}

/* Section 3.5.5: after Pairing Failed both may try again. */
Test(bluetooth_pairing_timeout, a_failure_that_was_told_ends_no_connection)
{
    int once = 1;
    struct memnet *net = memnet_new(&imp_bluetooth_pairing, 7, NULL);
    memnet_filter_set(net, says_no, &once);
    memnet_start(net);
    memnet_run_past(net, 100 * IMP_S);
    cr_expect(memnet_complete(net));
    cr_expect_eq(memnet_count_messages(net, SMP(FAILED)), 1);
    cr_expect_eq(memnet_count_messages(net, BT_MSG_TERMINATE), 0);
    cr_expect_eq(memnet_count_messages(net, BT_MSG_ADVERTISEMENT), 1);
    memnet_free(net);
}

/* Who is bonded has nothing more to say over this connection. */
Test(bluetooth_pairing_timeout, the_end_of_a_connection_takes_nothing_from_who_is_paired)
{
    static const uint8_t end[] = {2, 0x13};
    struct memnet *net = memnet_new(&imp_bluetooth_pairing, 7, NULL);
    memnet_start(net);
    memnet_run_past(net, 60 * IMP_S);
    cr_assert(memnet_complete(net));
    for (int role = 0; role < 2; role++)
        memnet_inject(net, role, BT_CONTROL, NULL, end, sizeof end);
    memnet_run_past(net, 70 * IMP_S);
    cr_expect_eq(memnet_state(net, BT_RESPONDER), BT_PAIRED);
    cr_expect_eq(memnet_state(net, BT_INITIATOR), BT_PAIRED);
    cr_expect_eq(memnet_count_messages(net, BT_MSG_ADVERTISEMENT), 1);
    memnet_free(net);
}

/* Section 3.4: the timer begins anew when a PDU is queued. */
Test(bluetooth_pairing_timeout, what_an_end_sends_gives_it_time)
{
    struct memnet *net = memnet_new(&imp_bluetooth_pairing, 7,
                                    SETTINGS("secure-connections=no", "initiator.io=keyboard-only",
                                             "responder.io=display-only"));
    int lost = SMP(CONFIRM);
    memnet_user(net, 20 * IMP_S, true);
    memnet_filter_set(net, memnet_lose_first, &lost);
    memnet_start(net);
    memnet_run_past(net, 29 * IMP_S);
    cr_assert_eq(memnet_state(net, BT_INITIATOR), BT_CONFIRM);
    cr_assert_eq(memnet_count_messages(net, SMP(CONFIRM)), 1);
    memnet_oob_blocked(net, true);
    memnet_run_past(net, 31 * IMP_S);
    cr_expect_null(memnet_last(net, BT_INITIATOR, IMP_CLAIM_REJECT, "timeout", NULL));
    memnet_free(net);
}
