/* SPDX-License-Identifier: GPL-2.0-only */
/* Whole enrolments: every option, the order of messages, losses. */
#include "rpk_net.h"

Test(run, every_option_completes)
{
    static const char *const variants[][4] = {
        {NULL},
        {"pin=first-use"},
        {"pin=none"},
        {"acl=any"},
        {"pin=none", "acl=any"},
        {"pin=first-use", "acl=any"},
        {"hash=sha-256-128"},
        {"server-identifier=spki"},
        {"server-identifier=spki", "hash=sha-256-128"},
        {"key-origin=boot"},
        {"cookie=false"},
        {"device-name=a-name-of-thirty-two-octets-here"},
        {"refresh=60"},
    };
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++)
        for (uint64_t seed = 1; seed <= 2; seed++) {
            struct memnet *net = rpk_net_complete(seed, variants[i]);
            rpk_expect_agreement(net);
            cr_expect_eq(memnet_state(net, RPK_DEVICE), RPK_OPERATIONAL);
            cr_expect_eq(memnet_state(net, RPK_SERVER), RPK_SERVER_DONE);
            cr_expect_eq(memnet_count_claims(net, 0, IMP_CLAIM_COMPLETE, NULL), 1);
            cr_expect_eq(memnet_count_claims(net, 1, IMP_CLAIM_COMPLETE, NULL), 1);
            memnet_free(net);
        }
}

Test(run, messages_come_in_the_order_of_rfc_6347)
{
    static const int order[] = {
        RPK_MSG_LABEL,        RPK_MSG_SERVER_ID,     RPK_MSG_CLIENT_HELLO,  RPK_MSG_VERIFY_REQUEST,
        RPK_MSG_CLIENT_HELLO, RPK_MSG_SERVER_FLIGHT, RPK_MSG_CLIENT_FLIGHT, RPK_MSG_FINISHED,
        RPK_MSG_ENROL,        RPK_MSG_ENROLLED,      RPK_MSG_READY,         RPK_MSG_REGISTERED,
    };
    struct memnet *net = rpk_net_complete(1, NULL);
    cr_assert_eq(memnet_message_count(net), sizeof order / sizeof *order);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        cr_expect_eq(memnet_message(net, i)->message, order[i], "message %zu", i);
    memnet_free(net);
}

/* RFC 7250: the Certificate message holds the 91 octets of the key and no certificate. */
Test(run, raw_keys_travel_and_secrets_do_not)
{
    struct memnet *net = rpk_net_complete(1, NULL);
    const struct imp_claim *k = memnet_last(net, 0, IMP_CLAIM_SECRET, "operational-key", NULL);
    size_t keys = 0;
    for (size_t i = 0; i < memnet_message_count(net); i++) {
        const struct memnet_message *m = memnet_message(net, i);
        static const uint8_t spki_head[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07};
        keys += m->channel == RPK_COAPS && memmem(m->bytes, m->n, spki_head, sizeof spki_head);
        cr_expect_null(memmem(m->bytes, m->n, k->data, k->data_n));
        if (m->message == RPK_MSG_SERVER_FLIGHT)
            cr_expect_lt(m->n, 600);
    }
    cr_expect_eq(keys, 2);
    memnet_free(net);
}

Test(run, no_cookie_two_messages_less)
{
    struct memnet *with = rpk_net_complete(1, NULL);
    struct memnet *without = rpk_net_complete(1, SETTINGS("cookie=false"));
    cr_expect_eq(memnet_message_count(with), memnet_message_count(without) + 2);
    cr_expect_eq(memnet_count_messages(without, RPK_MSG_VERIFY_REQUEST), 0);
    memnet_free(with);
    memnet_free(without);
}

Test(run, crypto_is_charged)
{
    struct memnet *net = rpk_net_complete(1, SETTINGS("key-origin=boot"));
    for (int role = 0; role < 2; role++) {
        cr_expect_geq(memnet_charged(net, role, IMP_OP_P256_ECDH), 1);
        cr_expect_geq(memnet_charged(net, role, IMP_OP_P256_SIGN), 1);
        cr_expect_geq(memnet_charged(net, role, IMP_OP_P256_VERIFY), 1);
    }
    cr_expect_geq(memnet_charged(net, 0, IMP_OP_P256_KEYGEN), 2, "its own and the ephemeral one");
    memnet_free(net);
}

/* ---- losses
 * ---------------------------------------------------------------------------------------- */
struct loss {
    size_t seen, lose;
    uint32_t state;
    unsigned percent;
};

static bool lose_one(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                     size_t cap)
{
    struct loss *l = arg;
    (void)bytes, (void)n, (void)cap;
    return m->channel != RPK_COAPS || l->seen++ != l->lose;
}

static bool lose_some(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                      size_t cap)
{
    struct loss *l = arg;
    (void)bytes, (void)n, (void)cap;
    l->state = l->state * 1664525u + 1013904223u;
    return m->channel != RPK_COAPS || (l->state >> 16) % 100 >= l->percent;
}

Test(loss, each_datagram_in_turn)
{
    for (size_t i = 0; i < 10; i++) {
        struct loss l = {.lose = i};
        struct memnet *net = memnet_new(&imp_dtls_rpk, 1, NULL);
        memnet_filter_set(net, lose_one, &l);
        memnet_start(net);
        imp_time end = memnet_run(net, 100 * IMP_S);
        cr_expect(memnet_complete(net), "without datagram %zu: states %d, %d", i,
                  memnet_state(net, 0), memnet_state(net, 1));
        cr_expect_gt(end, 3 * IMP_S, "datagram %zu: a timeout has passed", i);
        memnet_free(net);
    }
}

Test(loss, a_third_of_all_datagrams)
{
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct loss l = {.state = (uint32_t)seed, .percent = 33};
        struct memnet *net = memnet_new(&imp_dtls_rpk, seed, NULL);
        memnet_filter_set(net, lose_some, &l);
        memnet_start(net);
        memnet_run(net, 36000 * IMP_S);
        cr_expect(memnet_complete(net), "seed %d: states %d, %d", (int)seed, memnet_state(net, 0),
                  memnet_state(net, 1));
        memnet_free(net);
    }
}
