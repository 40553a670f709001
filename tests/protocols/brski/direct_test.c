/* SPDX-License-Identifier: GPL-2.0-only */
/* A registrar on the pledge's link, without a join proxy (RFC 8995 section 4). */
#include <criterion/criterion.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/brski/brski.h"
#include "tests/support/enrolled.h"

extern const struct imp_mechanism imp_brski;

TestSuite(brski_direct, .init = imp_crypto_init);

static struct memnet *run_with(const char *const *settings)
{
    struct memnet *net = memnet_new(&imp_brski, 7, settings);
    memnet_start(net);
    memnet_run(net, 200 * IMP_S);
    return net;
}

static size_t on(const struct memnet *net, int channel)
{
    size_t count = 0;
    for (size_t i = 0; i < memnet_message_count(net); i++)
        count += memnet_message(net, i)->channel == channel;
    return count;
}

Test(brski_direct, the_registrar_announces_itself_and_is_asked)
{
    struct memnet *net = run_with(SETTINGS("proxy=none"));
    enrolled_check(net, BRSKI_REGISTRAR, "brski");
    const struct memnet_message *flood = memnet_last_message(net, BRSKI_MSG_FLOOD);
    cr_assert_not_null(flood);
    cr_expect_eq(flood->from, BRSKI_REGISTRAR);
    struct brski_flood f;
    cr_assert_eq(brski_flood_read(NULL, &f, flood->bytes, flood->n), 0);
    cr_expect_eq(f.port, imp_brski.channels[BRSKI_JOIN_DIRECT].number);
    cr_expect_eq(on(net, BRSKI_GRASP) + on(net, BRSKI_JOIN) + on(net, BRSKI_ACP), 0);
    cr_expect_gt(on(net, BRSKI_JOIN_DIRECT), 10);
    memnet_free(net);
}

/* The pledge does and says the same: it cannot tell. */
Test(brski_direct, the_pledge_sees_no_difference)
{
    struct memnet *with = run_with(NULL), *without = run_with(SETTINGS("proxy=none"));
    for (int m = BRSKI_MSG_CLIENT_HELLO; m <= BRSKI_MSG_ENROLL_STATUS; m++)
        cr_expect_eq(memnet_count_messages(with, m), memnet_count_messages(without, m), "%d", m);
    for (int op = 0; op < IMP_OP_COUNT; op++)
        if (op != IMP_OP_CODEC && op != IMP_OP_SHA256 && op != IMP_OP_RANDOM)
            cr_expect_eq(memnet_charged(with, BRSKI_PLEDGE, (enum imp_op)op),
                         memnet_charged(without, BRSKI_PLEDGE, (enum imp_op)op), "%d", op);
    memnet_free(with);
    memnet_free(without);
}

Test(brski_direct, every_variant_enrols)
{
    static const char *const variants[][2] = {
        {"tls-version=1.3"}, {"status-session=new"}, {"approval=25"}, {"masa-policy=logged"}};
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        struct memnet *net = run_with(SETTINGS("proxy=none", variants[i][0]));
        enrolled_check(net, BRSKI_REGISTRAR, "brski");
        memnet_free(net);
    }
}

/* As often as it is told to, for pledges that come later. */
Test(brski_direct, announcements_go_on)
{
    struct memnet *net = memnet_new(&imp_brski, 7, SETTINGS("proxy=none", "flood-period=60"));
    memnet_start(net);
    memnet_run_past(net, 190 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, BRSKI_MSG_FLOOD), 4);
    memnet_free(net);
}
