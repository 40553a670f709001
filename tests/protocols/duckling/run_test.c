/* SPDX-License-Identifier: GPL-2.0-only */
/* Whole imprints: every variant and option, the order of messages, what both ends then hold. */
#include "duck_net.h"

static void expect_shared_state(const struct memnet *net)
{
    struct duck_bond mine, hers;
    uint8_t cell[128], config[DUCK_CONTENT_MAX], network[DUCK_CONTENT_MAX];
    cr_assert(duck_bond_of(net, &mine));
    cr_assert_gt(memnet_cell(net, DUCK_MOTHER, "duckling-000", cell, sizeof cell), DUCK_BOND_SIZE);
    duck_bond_unpack(&hers, cell);
    cr_expect_arr_eq(mine.key, hers.key, DUCK_KEY);
    cr_expect_arr_eq(mine.key_id, hers.key_id, DUCK_KEY_ID);
    cr_expect_arr_eq(mine.duckling, hers.duckling, DUCK_ID);
    cr_expect_arr_eq(mine.mother, hers.mother, DUCK_ID);
    cr_expect(mine.configured && hers.configured);
    int n = memnet_cell(net, DUCK_DUCKLING, "config", config, sizeof config);
    cr_assert_gt(n, 0);
    cr_expect_eq(memnet_cell(net, DUCK_MOTHER, "network", network, sizeof network), n);
    cr_expect_arr_eq(config, network, (size_t)n);
    cr_expect_eq(memnet_state(net, DUCK_DUCKLING), DUCKLING_CONFIGURED);
    cr_expect_eq(memnet_state(net, DUCK_MOTHER), MOTHER_OPERATIONAL);
}

static void expect_same_claims(const struct memnet *net, const char *layer)
{
    const struct imp_claim *running = memnet_last(net, 1, IMP_CLAIM_RUNNING, NULL, layer);
    const struct imp_claim *commit = memnet_last(net, 0, IMP_CLAIM_COMMIT, NULL, layer);
    cr_assert(running && commit, "layer %s", layer);
    cr_assert_eq(running->sid_n, commit->sid_n);
    cr_expect_arr_eq(running->sid, commit->sid, commit->sid_n);
    cr_expect_arr_eq(running->data, commit->data, commit->data_n);
}

Test(run, every_variant_and_option_completes)
{
    static const char *const variants[][4] = {
        {NULL},
        {"key-transport=x25519"},
        {"cage=true"},
        {"cage=true", "key-transport=x25519"},
        {"confirm=true"},
        {"leisure=0", "collection=1000", "discovery-interval=1"},
        {"window=120", "key-lifetime=86400", "mother-name=house"},
        {"reset-button=allowed"},
        {"solicit=true"},
    };
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++)
        for (uint64_t seed = 1; seed <= 3; seed++) {
            struct memnet *net = duck_net(seed, variants[i]);
            memnet_run(net, 600 * IMP_S);
            cr_assert(memnet_complete(net), "variant %zu seed %d", i, (int)seed);
            expect_shared_state(net);
            expect_same_claims(net, "imprint");
            expect_same_claims(net, "dtls");
            expect_same_claims(net, "config");
            cr_expect_eq(memnet_count_claims(net, 0, IMP_CLAIM_COMPLETE, NULL), 1);
            cr_expect_eq(memnet_count_claims(net, 1, IMP_CLAIM_COMPLETE, NULL), 1);
            memnet_free(net);
        }
}

Test(run, messages_come_in_the_order_of_the_profile)
{
    static const int order[] = {
        DUCK_MSG_PRESS,        DUCK_MSG_DISCOVER,      DUCK_MSG_DISCOVER,
        DUCK_MSG_LINKS,        DUCK_MSG_OFFER,         DUCK_MSG_OFFER_NOTED,
        DUCK_MSG_REQUEST,      DUCK_MSG_ACCEPT,        DUCK_MSG_KEY,
        DUCK_MSG_PROOF,        DUCK_MSG_CLIENT_HELLO,  DUCK_MSG_VERIFY_REQUEST,
        DUCK_MSG_CLIENT_HELLO, DUCK_MSG_SERVER_FLIGHT, DUCK_MSG_CLIENT_FLIGHT,
        DUCK_MSG_FINISHED,     DUCK_MSG_CONFIG,        DUCK_MSG_OPERATIONAL,
    };
    struct memnet *net = duck_net_complete(NULL);
    cr_assert_eq(memnet_message_count(net), sizeof order / sizeof *order);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        cr_expect_eq(memnet_message(net, i)->message, order[i], "message %zu is %s", i,
                     imp_duckling.messages[memnet_message(net, i)->message].name);
    memnet_free(net);
}

static bool on_the_wire(const struct memnet *net, const uint8_t *secret, size_t n)
{
    for (size_t i = 0; i < memnet_message_count(net); i++)
        if (memmem(memnet_message(net, i)->bytes, memnet_message(net, i)->n, secret, n))
            return true;
    return false;
}

Test(run, the_key_travels_in_clear_in_one_variant_only)
{
    struct memnet *clear = duck_net_complete(NULL);
    struct memnet *agreed = duck_net_complete(SETTINGS("key-transport=x25519"));
    const struct imp_claim *k = memnet_last(clear, 0, IMP_CLAIM_SECRET, "K", "imprint");
    cr_assert_eq(k->data_n, DUCK_KEY);
    cr_expect(on_the_wire(clear, k->data, k->data_n));
    k = memnet_last(agreed, 0, IMP_CLAIM_SECRET, "K", "imprint");
    cr_expect_not(on_the_wire(agreed, k->data, k->data_n));
    cr_expect_arr_eq(k->data, memnet_last(agreed, 1, IMP_CLAIM_SECRET, "K", NULL)->data, DUCK_KEY);
    cr_expect_gt(memnet_charged(agreed, 0, IMP_OP_X25519), 0);
    cr_expect_eq(memnet_charged(clear, 0, IMP_OP_X25519), 0);
    memnet_free(clear);
    memnet_free(agreed);
}

Test(run, a_user_who_gives_up_leaves_an_egg)
{
    struct memnet *net = memnet_new(&imp_duckling, 1, SETTINGS("cage=true"));
    memnet_user(net, IMP_S, false);
    memnet_start(net);
    memnet_run(net, 600 * IMP_S);
    cr_expect_not(memnet_complete(net));
    cr_expect_not_null(memnet_last(net, 0, IMP_CLAIM_ALARM, "user-gave-up", NULL));
    cr_expect_eq(memnet_count_messages(net, DUCK_MSG_DISCOVER), 0);
    memnet_free(net);
}

Test(run, searches_back_off_to_the_maximum)
{
    struct memnet *net = duck_net(1, SETTINGS("discovery-interval-max=40"));
    imp_time last = -1;
    int gaps[8], count = 0;
    memnet_oob_blocked(net, true);
    memnet_run(net, 200 * IMP_S);
    for (size_t i = 0; i < memnet_message_count(net) && count < 8; i++)
        if (memnet_message(net, i)->message == DUCK_MSG_DISCOVER) {
            if (last >= 0)
                gaps[count++] = (int)((memnet_message(net, i)->at - last) / IMP_S);
            last = memnet_message(net, i)->at;
        }
    cr_assert_geq(count, 7);
    cr_expect_arr_eq(gaps, ((int[]){5, 10, 20, 40, 5, 40, 40}), 7 * sizeof(int));
    /* The light blinks on: the user is sent to the button again when the way and a window would be
     * over, 55 s after the last time. */
    cr_expect_geq(memnet_count_messages(net, DUCK_MSG_PRESS), 3);
    memnet_free(net);
}

Test(run, same_seed_same_octets)
{
    struct memnet *a = duck_net_complete(NULL), *b = duck_net_complete(NULL);
    struct memnet *c = duck_net(2, NULL);
    memnet_run(c, 600 * IMP_S);
    cr_assert_eq(memnet_message_count(a), memnet_message_count(b));
    for (size_t i = 0; i < memnet_message_count(a); i++) {
        cr_assert_eq(memnet_message(a, i)->n, memnet_message(b, i)->n);
        cr_expect_arr_eq(memnet_message(a, i)->bytes, memnet_message(b, i)->bytes,
                         memnet_message(a, i)->n);
    }
    cr_expect_neq(memcmp(memnet_last(a, 0, IMP_CLAIM_SECRET, "K", NULL)->data,
                         memnet_last(c, 0, IMP_CLAIM_SECRET, "K", NULL)->data, DUCK_KEY),
                  0);
    memnet_free(a);
    memnet_free(b);
    memnet_free(c);
}
