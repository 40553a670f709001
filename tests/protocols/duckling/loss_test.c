/* SPDX-License-Identifier: GPL-2.0-only */
/* Lost messages are recovered in simulated time. */
#include "duck_net.h"

struct loss {
    size_t seen, lose; /* the message number that is lost */
    uint32_t state;    /* of the generator for random loss */
    unsigned percent;
};

static bool lose_one(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                     size_t cap)
{
    struct loss *l = arg;
    (void)m, (void)bytes, (void)n, (void)cap;
    return l->seen++ != l->lose;
}

static bool lose_some(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                      size_t cap)
{
    struct loss *l = arg;
    (void)m, (void)bytes, (void)n, (void)cap;
    l->state = l->state * 1664525u + 1013904223u;
    return (l->state >> 16) % 100 >= l->percent;
}

static void each_lost(const char *const *settings)
{
    struct memnet *whole = duck_net_complete(settings);
    size_t count = memnet_message_count(whole);
    memnet_free(whole);
    for (size_t i = 0; i < count; i++) {
        struct loss l = {.lose = i};
        struct memnet *net = memnet_new(&imp_duckling, 1, settings);
        memnet_filter_set(net, lose_one, &l);
        memnet_start(net);
        memnet_run(net, 900 * IMP_S);
        cr_expect(memnet_complete(net), "without message %zu: states %s, %s", i,
                  imp_duckling.roles[0].states[memnet_state(net, 0)],
                  imp_duckling.roles[1].states[memnet_state(net, 1)]);
        cr_expect_gt(l.seen, i);
        memnet_free(net);
    }
}

Test(loss, each_message_in_turn)
{
    each_lost(NULL);
}

Test(loss, each_message_in_turn_with_key_agreement_and_confirmation)
{
    each_lost(SETTINGS("key-transport=x25519", "confirm=true"));
}

Test(loss, a_third_of_all_messages)
{
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct loss l = {.state = (uint32_t)seed, .percent = 33};
        struct memnet *net = memnet_new(&imp_duckling, seed, NULL);
        memnet_filter_set(net, lose_some, &l);
        memnet_start(net);
        memnet_run(net, 36000 * IMP_S);
        cr_expect(memnet_complete(net), "seed %d: states %s, %s", (int)seed,
                  imp_duckling.roles[0].states[memnet_state(net, 0)],
                  imp_duckling.roles[1].states[memnet_state(net, 1)]);
        memnet_free(net);
    }
}
