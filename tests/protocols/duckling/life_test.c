/* SPDX-License-Identifier: GPL-2.0-only */
/* Death and resurrection, roll-over, power cuts, the reset button, old age. */
#include "duck_net.h"

static imp_time later(struct memnet *net, imp_time s)
{
    return memnet_run_past(net, 0) + s * IMP_S;
}

/* Runs until the duckling has completed `lives` times. */
static bool run_to_life(struct memnet *net, size_t lives, imp_time limit_s)
{
    imp_time end = later(net, limit_s), now = 0;
    while (now < end && (memnet_count_claims(net, 0, IMP_CLAIM_COMPLETE, NULL) < lives ||
                         memnet_count_claims(net, 1, IMP_CLAIM_COMPLETE, NULL) < lives))
        now = memnet_run_past(net, later(net, 1));
    return memnet_count_claims(net, 0, IMP_CLAIM_COMPLETE, NULL) >= lives &&
           memnet_count_claims(net, 1, IMP_CLAIM_COMPLETE, NULL) >= lives;
}

Test(life, killed_by_its_mother_it_is_born_again_and_again)
{
    struct memnet *net = duck_net_complete(NULL);
    struct duck_bond before, after;
    for (size_t life = 2; life <= 4; life++) {
        cr_assert(duck_bond_of(net, &before));
        memnet_event(net, DUCK_MOTHER, IMP_EVENT_CONTROL, "kill");
        memnet_run_past(net, later(net, 1));
        cr_expect_not(duck_bond_of(net, &after), "the key outlived life %zu", life - 1);
        cr_assert(run_to_life(net, life, 600), "life %zu", life);
        cr_assert(duck_bond_of(net, &after));
        cr_expect_neq(memcmp(before.key, after.key, DUCK_KEY), 0);
        cr_expect_arr_eq(before.duckling, after.duckling, DUCK_ID);
    }
    cr_expect_eq(memnet_count_messages(net, DUCK_MSG_DIED), 3);
    memnet_free(net);
}

Test(life, the_key_is_rolled_over_inside_the_channel)
{
    struct memnet *net = duck_net_complete(NULL);
    struct duck_bond before, after;
    duck_bond_of(net, &before);
    memnet_event(net, DUCK_MOTHER, IMP_EVENT_CONTROL, "rekey");
    memnet_run_past(net, later(net, 5));
    cr_assert(duck_bond_of(net, &after));
    cr_expect_neq(memcmp(before.key, after.key, DUCK_KEY), 0);
    cr_expect(after.configured);
    cr_expect_eq(memnet_state(net, 0), DUCKLING_CONFIGURED);
    cr_expect_eq(memnet_state(net, 1), MOTHER_OPERATIONAL);
    const struct imp_claim *a = memnet_last(net, 0, IMP_CLAIM_COMMIT, NULL, "imprint");
    const struct imp_claim *b = memnet_last(net, 1, IMP_CLAIM_COMMIT, NULL, "imprint");
    cr_expect_arr_eq(a->sid, b->sid, a->sid_n);
    /* the new session serves: it carries the order to die */
    memnet_event(net, DUCK_MOTHER, IMP_EVENT_CONTROL, "kill");
    memnet_run_past(net, later(net, 1));
    cr_expect_not(duck_bond_of(net, &after));
    memnet_free(net);
}

Test(life, power_cuts_do_not_kill)
{
    struct memnet *net = duck_net_complete(NULL);
    struct duck_bond before, after;
    duck_bond_of(net, &before);
    memnet_event(net, DUCK_DUCKLING, IMP_EVENT_START, NULL);
    memnet_run_past(net, later(net, 60));
    cr_assert(duck_bond_of(net, &after));
    cr_expect_arr_eq(before.key, after.key, DUCK_KEY);
    cr_expect_eq(memnet_state(net, 0), DUCKLING_CONFIGURED);
    /* The mother's session is dead; she finds out and makes another one to give her order. */
    memnet_event(net, DUCK_MOTHER, IMP_EVENT_CONTROL, "kill");
    memnet_run_past(net, later(net, 200));
    cr_expect_not_null(memnet_last(net, 0, IMP_CLAIM_COMMIT, NULL, "dtls"));
    cr_expect_eq(memnet_count_messages(net, DUCK_MSG_DIED), 1);
    memnet_free(net);
}

Test(life, a_mother_remembers_her_ducklings)
{
    struct memnet *net = duck_net_complete(NULL);
    memnet_event(net, DUCK_MOTHER, IMP_EVENT_START, NULL);
    memnet_run_past(net, later(net, 1));
    cr_expect_eq(memnet_state(net, 1), MOTHER_OPERATIONAL);
    memnet_event(net, DUCK_MOTHER, IMP_EVENT_CONTROL, "kill");
    memnet_run_past(net, later(net, 5));
    cr_expect_eq(memnet_count_messages(net, DUCK_MSG_DIED), 1);
    memnet_free(net);
}

static bool no_config(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                      size_t cap)
{
    (void)arg, (void)bytes, (void)n, (void)cap;
    return m->message != DUCK_MSG_CONFIG;
}

Test(life, imprinted_but_not_configured_the_mother_tries_again)
{
    struct memnet *net = duck_net(1, NULL);
    memnet_filter_set(net, no_config, NULL);
    memnet_run(net, 30 * IMP_S);
    cr_assert_eq(memnet_state(net, 0), DUCKLING_IMPRINTED);
    memnet_event(net, DUCK_DUCKLING, IMP_EVENT_START, NULL);
    memnet_run_past(net, later(net, 60));
    cr_expect_eq(memnet_state(net, 0), DUCKLING_IMPRINTED);
    memnet_filter_set(net, NULL, NULL);
    memnet_run(net, later(net, 900));
    cr_expect(memnet_complete(net));
    memnet_free(net);
}

Test(life, a_late_configuration_is_an_alarm)
{
    struct memnet *net = duck_net(1, NULL);
    memnet_filter_set(net, no_config, NULL);
    memnet_run(net, 100 * IMP_S);
    cr_expect_not_null(memnet_last(net, 0, IMP_CLAIM_ALARM, "configuration-late", NULL));
    memnet_free(net);
}

Test(life, the_button_kills_only_where_it_may)
{
    struct duck_bond bond;
    struct memnet *net = duck_net_complete(NULL);
    memnet_event(net, DUCK_DUCKLING, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, later(net, 1));
    cr_expect_not_null(memnet_last(net, 0, IMP_CLAIM_REJECT, "reset-refused", NULL));
    cr_expect(duck_bond_of(net, &bond));
    memnet_free(net);
    net = duck_net_complete(SETTINGS("reset-button=allowed"));
    memnet_event(net, DUCK_DUCKLING, IMP_EVENT_RESET, NULL);
    memnet_run_past(net, later(net, 1));
    cr_expect_not(duck_bond_of(net, &bond));
    cr_expect(run_to_life(net, 2, 600), "resurrected by its button");
    memnet_free(net);
}

Test(life, a_key_that_is_not_rolled_over_dies_of_old_age)
{
    struct memnet *net = duck_net_complete(SETTINGS("key-lifetime=100"));
    struct duck_bond bond;
    memnet_run_past(net, 60 * IMP_S);
    memnet_event(net, DUCK_MOTHER, IMP_EVENT_CONTROL, "rekey");
    memnet_run_past(net, 150 * IMP_S);
    cr_expect(duck_bond_of(net, &bond), "rolled over, it lives on");
    memnet_run_past(net, 161 * IMP_S);
    cr_expect_not(duck_bond_of(net, &bond));
    cr_expect_not_null(memnet_last(net, 0, IMP_CLAIM_ALARM, "old-age", NULL));
    memnet_free(net);
}

Test(life, a_mother_that_is_reset_knows_nobody)
{
    struct memnet *net = duck_net_complete(NULL);
    uint8_t cell[128];
    memnet_event(net, DUCK_MOTHER, IMP_EVENT_RESET, NULL);
    memnet_event(net, DUCK_MOTHER, IMP_EVENT_CONTROL, "kill");
    memnet_run_past(net, later(net, 10));
    cr_expect_eq(memnet_cell(net, DUCK_MOTHER, "duckling-000", cell, sizeof cell), -1);
    cr_expect_eq(memnet_count_messages(net, DUCK_MSG_DEATH), 0);
    memnet_free(net);
}
