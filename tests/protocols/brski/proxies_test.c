/* SPDX-License-Identifier: GPL-2.0-only */
/* Several join proxies: each in its turn and with a back-off of its own (RFC 8995 sections 4.1 and
 * 5.1). A pledge alone with announcements and a clock, and one whose other proxies are dead. */
#include <criterion/criterion.h>
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "protocols/managed/brski/brski.h"
#include "tests/support/memnet.h"
#include "tests/support/test_env.h"

extern const struct imp_mechanism imp_brski;

TestSuite(brski_proxies, .init = imp_crypto_init);

static struct test_env env;
static struct imp_value options[BRSKI_OPT_COUNT];
static struct brski_pledge pledge;
static imp_time due;                   /* of the pledge's timer */
static unsigned opened, closed, opens; /* the port of the latest, how many */

static unsigned port_of(const struct imp_addr *a)
{
    return (unsigned)(a->bytes[16] << 8 | a->bytes[17]);
}

static void set(struct imp_env *e, unsigned id, imp_time at)
{
    (void)e;
    (void)id;
    due = at;
}

static void open_to(struct imp_env *e, int channel, const struct imp_addr *to)
{
    (void)e;
    cr_assert_eq(channel, BRSKI_JOIN);
    opened = port_of(to);
    opens++;
}

static void close_to(struct imp_env *e, int channel, const struct imp_addr *to)
{
    (void)e;
    (void)channel;
    closed = port_of(to);
}

static void claim(struct imp_env *e, const struct imp_claim *c)
{
    (void)e;
    (void)c;
}

static void setup(void)
{
    static const struct imp_env_ops ops = {.charge = test_env_charge,
                                           .random = test_env_random,
                                           .timer = set,
                                           .open = open_to,
                                           .close = close_to,
                                           .claim = claim};
    test_env_init(&env, 11, "device-1");
    env.env.ops = &ops;
    env.env.options = options;
    options[BRSKI_OPT_BACK_OFF].i = 5;
    options[BRSKI_OPT_PARALLEL].i = 1;
    brski_pledge_init(&pledge, &env.env);
}

static void happens(double seconds, struct imp_event e)
{
    brski_pledge_event(&pledge, &env.env, &e, (imp_time)(seconds * 1000) * IMP_MS);
}

/* The proxies differ in their ports. */
static void hear(double at, unsigned port)
{
    uint8_t bytes[BRSKI_FLOOD_MAX];
    const struct brski_flood f = {
        .ip = {0xfe, 0x80}, .port = (uint16_t)port, .ttl_ms = BRSKI_FLOOD_TTL_MS};
    size_t n = brski_flood_write(&env.env, bytes, sizeof bytes, &f);
    happens(at, (struct imp_event){
                    .kind = IMP_EVENT_RECEIVE, .channel = BRSKI_GRASP, .bytes = bytes, .n = n});
}

static struct imp_addr connection(unsigned port)
{
    struct imp_addr a = {.n = 26, .bytes = {0xfe, 0x80}};
    a.bytes[16] = (uint8_t)(port >> 8);
    a.bytes[17] = (uint8_t)port;
    return a;
}

static void refuse(double at, unsigned port)
{
    happens(at, (struct imp_event){
                    .kind = IMP_EVENT_CLOSED, .channel = BRSKI_JOIN, .from = connection(port)});
}

static void wait_until(double at)
{
    cr_expect_eq(due, (imp_time)(at * 1000) * IMP_MS, "%.3f s, not %.3f", (double)due / 1e9, at);
    happens((double)due / 1e9, (struct imp_event){.kind = IMP_EVENT_TIMER});
}

static void expect_open(unsigned port, unsigned count)
{
    cr_expect_eq(opened, port, "%u", opened);
    cr_expect_eq(opens, count, "%u", opens);
}

Test(brski_proxies, each_in_its_turn_and_with_its_own_back_off, .init = setup)
{
    hear(100, 1);
    expect_open(1, 1);
    hear(101, 2);
    expect_open(1, 1);
    refuse(102, 1);
    wait_until(103); /* 3 s after the last attempt */
    expect_open(2, 2);
    refuse(104, 2);
    wait_until(107); /* 5 s after the first has failed */
    expect_open(1, 3);
    refuse(107.5, 1);
    wait_until(110); /* and not at 109, the second one's time */
    expect_open(2, 4);
    refuse(110.5, 2);
    wait_until(117.5); /* 10 s after */
    expect_open(1, 5);
}

Test(brski_proxies, alone_it_has_a_minute, .init = setup)
{
    hear(100, 1);
    cr_expect_eq(due, 160 * IMP_S);
    hear(130, 1); /* again, as they do */
    cr_expect_eq(due, 160 * IMP_S);
    wait_until(160);
    wait_until(165);
    expect_open(1, 2);
}

/* Section 4.1; and what it has heard must be said again, or it listens. */
Test(brski_proxies, at_most_an_hour_between_attempts, .init = setup)
{
    double at = 100;
    hear(at, 1);
    for (unsigned i = 0; i < 13; i++) {
        double wait = i < 10 ? 5 << i : 3600;
        refuse(at + 1, 1);
        at += 1 + wait;
        hear(at - 0.5, 1);
        wait_until(at);
        expect_open(1, i + 2);
    }
}

/* A proxy that does not even answer keeps nobody from the others. */
Test(brski_proxies, who_is_slow_is_left_for_another, .init = setup)
{
    hear(100, 1);
    hear(102, 2);
    wait_until(107); /* 5 s after the other one was heard of */
    expect_open(2, 2);
    happens(108, (struct imp_event){
                     .kind = IMP_EVENT_OPENED, .channel = BRSKI_JOIN, .from = connection(1)});
    cr_expect_eq(closed, 1, "it is too late");
    cr_expect_not(pledge.a->connected);
    wait_until(112);
    expect_open(1, 3);
    cr_expect_eq(due, 122 * IMP_S, "the next time it has 10 s");
}

Test(brski_proxies, what_was_said_long_ago_does_not_hold, .init = setup)
{
    hear(100, 1);
    hear(101, 2);
    refuse(102, 1);
    wait_until(103);
    refuse(300, 2); /* now both are silent for more than 180 s */
    cr_expect_eq(pledge.a->state, BRSKI_DISCOVERY);
    cr_expect_eq(due, IMP_NEVER);
    hear(301, 2);
    wait_until(305); /* its back-off is not forgotten */
    expect_open(2, 3);
}

/* More than fit: the one that was heard longest ago goes, never the one whose turn it is. */
Test(brski_proxies, only_so_many_are_remembered, .init = setup)
{
    for (unsigned port = 1; port <= BRSKI_OFFERS + 2; port++)
        hear(100 + 0.1 * port, port);
    cr_expect_eq(port_of(&pledge.a->by->at), 1);
    bool there[BRSKI_OFFERS + 3] = {false};
    for (size_t i = 0; i < BRSKI_OFFERS; i++)
        there[port_of(&pledge.offer[i].at)] = true;
    cr_expect(there[1] && !there[2] && !there[3] && there[4] && there[BRSKI_OFFERS + 2]);
}

/* ---- several at once ---------------------------------------------------------------------------
 */
static bool is_tried(unsigned port)
{
    for (size_t i = 0; i < BRSKI_ATTEMPTS; i++)
        if (pledge.attempt[i].opening && port_of(&pledge.attempt[i].target) == port)
            return true;
    return false;
}

Test(brski_proxies, at_once_and_three_seconds_apart, .init = setup)
{
    options[BRSKI_OPT_PARALLEL].i = 3;
    hear(100, 1);
    hear(100.5, 2);
    hear(101, 3);
    expect_open(1, 1);
    wait_until(103);
    expect_open(2, 2);
    wait_until(106);
    expect_open(3, 3);
    cr_expect(is_tried(1) && is_tried(2) && is_tried(3));
    wait_until(160); /* a minute each */
    cr_expect(!is_tried(1) && is_tried(2) && is_tried(3));
    refuse(161, 3);
    cr_expect(is_tried(2) && !is_tried(3));
    cr_expect_eq(due, 163 * IMP_S, "that of the second");
}

/* Section 5.1: the oldest goes when none makes progress, and no other one. */
Test(brski_proxies, the_oldest_makes_room, .init = setup)
{
    options[BRSKI_OPT_PARALLEL].i = 2;
    hear(100, 1);
    hear(101, 2);
    wait_until(103);
    hear(104, 3);
    expect_open(2, 2);
    wait_until(109); /* 5 s after the third was heard of */
    expect_open(3, 3);
    cr_expect(!is_tried(1) && is_tried(2) && is_tried(3));
    cr_expect_eq(pledge.offer[0].failures, 1);
    cr_expect_eq(pledge.offer[1].failures, 0);
}

/* Each has the back-off that is its own. */
Test(brski_proxies, who_fails_comes_again_beside_the_other, .init = setup)
{
    options[BRSKI_OPT_PARALLEL].i = 2;
    hear(100, 1);
    hear(101, 2);
    wait_until(103);
    refuse(103.5, 1);
    cr_expect(is_tried(2) && !is_tried(1));
    wait_until(108.5);
    expect_open(1, 3);
    cr_expect(is_tried(1) && is_tried(2));
}

/* ---- in company --------------------------------------------------------------------------------
 */
static void announce_a_dead_one(struct memnet *net)
{
    uint8_t bytes[BRSKI_FLOOD_MAX];
    const struct brski_flood f = {.ip = {0xfd, 9}, .port = 9, .ttl_ms = BRSKI_FLOOD_TTL_MS};
    size_t n =
        brski_flood_write((struct imp_env *)memnet_env(net, BRSKI_PLEDGE), bytes, sizeof bytes, &f);
    memnet_inject(net, BRSKI_PLEDGE, BRSKI_GRASP, NULL, bytes, n);
}

Test(brski_proxies, a_dead_one_first)
{
    struct memnet *net = memnet_new(&imp_brski, 7, NULL);
    memnet_start(net);
    announce_a_dead_one(net);
    imp_time at = memnet_run(net, 60 * IMP_S);
    cr_expect(memnet_complete(net));
    cr_expect_eq(memnet_count_claims(net, BRSKI_PLEDGE, IMP_CLAIM_REJECT, "closed"), 1);
    cr_expect(at > 3 * IMP_S && at < 5 * IMP_S, "%.3f s", (double)at / 1e9);
    memnet_free(net);
}

/* While the operator takes his time the other proxy has its turn; then the same request again. */
Test(brski_proxies, another_while_202_is_the_answer)
{
    static uint8_t request[BRSKI_PRIOR];
    struct memnet *net = memnet_new(&imp_brski, 7, SETTINGS("approval=25"));
    const struct brski_pledge *d = memnet_env(net, BRSKI_PLEDGE)->ctx;
    memnet_start(net);
    memnet_run(net, 4 * IMP_S);
    cr_assert_eq(d->a->state, BRSKI_DEFERRED);
    const struct brski_offer *first = d->a->by;
    memcpy(request, first->request, first->request_n);
    announce_a_dead_one(net);
    memnet_run(net, 5 * IMP_S);
    cr_expect_eq(memnet_count_claims(net, BRSKI_PLEDGE, IMP_CLAIM_REJECT, "closed"), 1);
    cr_expect_not(d->a->connected);
    memnet_run(net, 13 * IMP_S);
    cr_expect_eq(memnet_count_messages(net, BRSKI_MSG_CLIENT_HELLO), 2, "with the first again");
    cr_expect_eq(d->a->by, first);
    cr_expect_arr_eq(request, first->request, first->request_n);
    memnet_run(net, 100 * IMP_S);
    cr_expect(memnet_complete(net));
    cr_expect_geq(memnet_count_messages(net, BRSKI_MSG_CLIENT_HELLO), 2);
    memnet_free(net);
}

static size_t under_way(const struct brski_pledge *d)
{
    size_t n = 0;
    for (size_t k = 0; k < BRSKI_ATTEMPTS; k++)
        n += d->attempt[k].opening || d->attempt[k].connected;
    return n;
}

/* Who does not even answer keeps nobody waiting (section 4.1), and is left when the voucher has
 * come. */
Test(brski_proxies, a_mute_one_beside_the_owners)
{
    static const char *const parallel[] = {"parallel=1", "parallel=2"};
    imp_time took[2];
    for (size_t i = 0; i < 2; i++) {
        struct memnet *net = memnet_new(&imp_brski, 7, SETTINGS(parallel[i]));
        const struct brski_pledge *d = memnet_env(net, BRSKI_PLEDGE)->ctx;
        memnet_mute(net, true);
        memnet_start(net);
        announce_a_dead_one(net);
        took[i] = memnet_run(net, 60 * IMP_S);
        cr_expect(memnet_complete(net), "%s", parallel[i]);
        cr_expect_eq(memnet_count_claims(net, BRSKI_PLEDGE, IMP_CLAIM_REJECT, "slow"), i == 0);
        cr_expect_eq(under_way(d), 0);
        memnet_free(net);
    }
    cr_expect(took[0] > 5 * IMP_S && took[1] > 3 * IMP_S && took[1] < 5 * IMP_S, "%.3f, %.3f s",
              (double)took[0] / 1e9, (double)took[1] / 1e9);
}

Test(brski_proxies, a_reset_ends_all_of_them)
{
    struct memnet *net = memnet_new(&imp_brski, 7, SETTINGS("parallel=2", "approval=30"));
    const struct brski_pledge *d = memnet_env(net, BRSKI_PLEDGE)->ctx;
    memnet_mute(net, true);
    memnet_start(net);
    announce_a_dead_one(net);
    memnet_run(net, 5 * IMP_S);
    cr_expect_eq(under_way(d), 2);
    memnet_event(net, BRSKI_PLEDGE, IMP_EVENT_RESET, NULL);
    memnet_run(net, 6 * IMP_S);
    cr_expect_eq(under_way(d), 0);
    cr_expect_eq(d->a->state, BRSKI_DISCOVERY);
    memnet_run(net, 100 * IMP_S);
    cr_expect(memnet_complete(net));
    memnet_free(net);
}
