/* SPDX-License-Identifier: GPL-2.0-only */
/* Goals G12 to G14: who is obeyed, what is left after a transfer, what is installed. */
#include "story.h"

/* ---- G12
 * ----------------------------------------------------------------------------------------- */
static const struct imp_owner owned_by_server[] = {{0, SERVER, 0, IMP_NEVER}};
static const struct imp_owner sold_to_other[] = {{0, SERVER, 0, S(5)},
                                                 {0, OTHER_SERVER, S(5), IMP_NEVER}};

Test(g12, the_true_owner)
{
    struct story s = story();
    s.c.owners = owned_by_server;
    s.c.owner_count = 1;
    honest_run(&s);
    say(&s, DEVICE, OWNER("bob"));
    judge(&s);
    expect(&s, IMP_GOAL_EXCLUSIVITY, IMP_VERDICT_HOLDS);
}

/* The protocol is correct and the owner is wrong (FDO-05, BRSKI-01): the device was sold, and an
 * honest party that owns it no longer takes it up again. */
Test(g12, the_former_owner_breaks_exclusivity_alone)
{
    struct story s = disturbed();
    s.c.owners = sold_to_other;
    s.c.owner_count = 2;
    honest_run(&s); /* ten seconds */
    say(&s, DEVICE, OWNER("bob"));
    judge(&s);
    expect(&s, IMP_GOAL_EXCLUSIVITY, IMP_VERDICT_BROKEN);
    for (int g = IMP_GOAL_COMPLETION; g <= IMP_GOAL_BINDING; g++)
        expect(&s, (enum imp_goal)g, IMP_VERDICT_HOLDS);
}

/* Whoever borrows the owner's name is found out by the session. */
Test(g12, a_borrowed_name)
{
    struct story s = disturbed();
    s.c.owners = owned_by_server;
    s.c.owner_count = 1;
    say(&s, SERVER, IDENTITY("bob"));
    say(&s, ROGUE_SERVER, RUNNING("s1", "data"));
    struct imp_claim owner = OWNER("bob");
    owner.sid = (const uint8_t *)"s1";
    owner.sid_n = 2;
    say(&s, DEVICE, owner);
    judge(&s);
    expect(&s, IMP_GOAL_EXCLUSIVITY, IMP_VERDICT_BROKEN);
}

Test(g12, a_free_device_obeys_nobody)
{
    struct story s = story();
    honest_run(&s);
    say(&s, DEVICE, FREE);
    judge(&s);
    expect(&s, IMP_GOAL_EXCLUSIVITY, IMP_VERDICT_HOLDS);
}

/* ---- G13
 * ----------------------------------------------------------------------------------------- */
static struct story sold(const struct imp_fact *storage, size_t n)
{
    static struct imp_transfer t;
    struct story s = story();
    t = (struct imp_transfer){
        .device = 0, .at = S(20), .word = "reset", .storage = storage, .storage_count = n};
    s.c.transfers = &t;
    s.c.transfer_count = 1;
    honest_run(&s);
    s.now = S(21);
    say(&s, DEVICE, FREE);
    return s;
}

Test(g13, nothing_is_left_after_the_sale)
{
    static const struct imp_fact storage[] = {UNIT("serial number 17")};
    struct story s = sold(storage, 1);
    say(&s, DEVICE, COMMIT("bob", "s2", "data"));
    say(&s, DEVICE, SECRET("s2", "fedcba9876543210"));
    judge(&s);
    expect(&s, IMP_GOAL_REVOCATION, IMP_VERDICT_HOLDS);
}

Test(g13, an_old_key_in_the_sold_device)
{
    static const struct imp_fact storage[] = {UNIT("key " KEY)};
    struct story s = sold(storage, 1);
    judge(&s);
    expect(&s, IMP_GOAL_REVOCATION, IMP_VERDICT_BROKEN);
}

Test(g13, an_old_key_is_used_again)
{
    struct story s = sold(NULL, 0);
    say(&s, SERVER, COMMIT("carol", "s2", "data"));
    say(&s, SERVER, SECRET("s2", KEY)); /* the network's key was not rotated */
    judge(&s);
    expect(&s, IMP_GOAL_REVOCATION, IMP_VERDICT_BROKEN);
}

Test(g13, a_device_that_refused_to_let_go_was_not_sold)
{
    static const struct imp_fact storage[] = {UNIT("key " KEY)};
    struct story s = sold(storage, 1);
    s.count--; /* it never said that it was free */
    judge(&s);
    expect(&s, IMP_GOAL_REVOCATION, IMP_VERDICT_NA);
}

/* A device without an owner has nobody for whom it could refuse: a reset is one. */
Test(g13, a_device_that_nobody_owns_is_let_go_by_its_reset)
{
    static const struct imp_mechanism m = {.name = "open"};
    static const struct imp_fact storage[] = {UNIT("key " KEY)};
    struct story s = sold(storage, 1);
    s.c.mechanism = &m;
    s.count--; /* it says nothing of owners */
    judge(&s);
    expect(&s, IMP_GOAL_REVOCATION, IMP_VERDICT_BROKEN);
    s = sold(NULL, 0);
    s.c.mechanism = &m;
    s.count--;
    judge(&s);
    expect(&s, IMP_GOAL_REVOCATION, IMP_VERDICT_HOLDS);
}

static struct story struck_off(void)
{
    static const struct imp_transfer t = {
        .device = 0, .at = S(20), .word = "revoke", .revoked = true, .by = SERVER};
    struct story s = story();
    s.c.transfers = &t;
    s.c.transfer_count = 1;
    honest_run(&s);
    s.now = S(21);
    return s;
}

Test(g13, struck_off_and_refused)
{
    struct story s = struck_off();
    say(&s, DEVICE, RUNNING("s2", "data"));
    say(&s, SERVER, REJECT("unknown"));
    judge(&s);
    expect(&s, IMP_GOAL_REVOCATION, IMP_VERDICT_HOLDS);
}

Test(g13, struck_off_and_taken_up_again)
{
    struct story s = struck_off();
    say(&s, DEVICE, RUNNING("s2", "data"));
    say(&s, SERVER, COMMIT("alice", "s2", "data"));
    judge(&s);
    expect(&s, IMP_GOAL_REVOCATION, IMP_VERDICT_BROKEN);
}

Test(g13, struck_off_and_admitted_by_a_user)
{
    static const struct imp_intent again[] = {{.device = 0, .party = SERVER, .at = S(21)}};
    struct story s = struck_off();
    s.c.intents = again;
    s.c.intent_count = 1;
    s.count -= 4; /* of the first life only what the device itself said */
    say(&s, DEVICE, RUNNING("s2", "data"));
    say(&s, SERVER, COMMIT("alice", "s2", "data"));
    judge(&s);
    expect(&s, IMP_GOAL_REVOCATION, IMP_VERDICT_HOLDS);
}

/* A key that many share, a network's, is of no use any more when one of them is struck off. */
Test(g13, struck_off_and_its_key_goes_on)
{
    struct story s = struck_off();
    say(&s, SERVER, SECRET("s1", KEY));
    judge(&s);
    expect(&s, IMP_GOAL_REVOCATION, IMP_VERDICT_BROKEN);
}

Test(g13, struck_off_and_the_others_have_another_key)
{
    struct story s = struck_off();
    say(&s, DEVICE, SECRET("s1", KEY)); /* what it still says is its own affair */
    say(&s, SERVER, SECRET("s1", "fedcba9876543210"));
    judge(&s);
    expect(&s, IMP_GOAL_REVOCATION, IMP_VERDICT_HOLDS);
}

/* ---- G14
 * ----------------------------------------------------------------------------------------- */
Test(g14, installed_as_issued)
{
    struct story s = story();
    honest_run(&s);
    say(&s, SERVER, CONFIG("c1"));
    say(&s, DEVICE, CONFIG("c1"));
    judge(&s);
    expect(&s, IMP_GOAL_CONFIG, IMP_VERDICT_HOLDS);
}

Test(g14, nobody_honest_issued_it)
{
    struct story s = disturbed();
    honest_run(&s);
    say(&s, SERVER, CONFIG("c1"));
    say(&s, ROGUE_SERVER, CONFIG("c2"));
    say(&s, DEVICE, CONFIG("c2"));
    judge(&s);
    expect(&s, IMP_GOAL_CONFIG, IMP_VERDICT_BROKEN);
    expect(&s, IMP_GOAL_BINDING, IMP_VERDICT_HOLDS);
}
