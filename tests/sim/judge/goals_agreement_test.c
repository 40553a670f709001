/* SPDX-License-Identifier: GPL-2.0-only */
/* Goals G2, G4, G5, G8, G9: what both ends agree on, with whom, freshly, as if undisturbed. */
#include "story.h"

/* ---- G2
 * ------------------------------------------------------------------------------------------ */
Test(g2, equal_keys_at_two_honest_ends)
{
    struct story s = story();
    honest_run(&s);
    judge(&s);
    expect(&s, IMP_GOAL_CONSISTENCY, IMP_VERDICT_HOLDS);
}

Test(g2, one_session_with_two_keys)
{
    struct story s = story();
    honest_run(&s);
    s.records[7].claim.data = (const uint8_t *)"fedcba9876543210";
    judge(&s);
    expect(&s, IMP_GOAL_CONSISTENCY, IMP_VERDICT_BROKEN);
}

Test(g2, both_are_done_with_nothing_in_common)
{
    struct story s = disturbed();
    say(&s, DEVICE, COMMIT("", "s1", "data"));
    say(&s, DEVICE, SECRET("s1", KEY));
    say(&s, SERVER, COMMIT("", "s2", "data"));
    say(&s, SERVER, SECRET("s2", "fedcba9876543210"));
    say(&s, DEVICE, (struct imp_claim){.kind = IMP_CLAIM_COMPLETE});
    say(&s, SERVER, (struct imp_claim){.kind = IMP_CLAIM_COMPLETE});
    judge(&s);
    expect(&s, IMP_GOAL_CONSISTENCY, IMP_VERDICT_BROKEN);
}

Test(g2, an_earlier_attempt_may_have_left_another_key)
{
    struct story s = story();
    say(&s, DEVICE, COMMIT("", "s0", "data"));
    say(&s, DEVICE, SECRET("s0", "fedcba9876543210"));
    honest_run(&s);
    judge(&s);
    expect(&s, IMP_GOAL_CONSISTENCY, IMP_VERDICT_HOLDS);
}

/* ---- G4
 * ------------------------------------------------------------------------------------------ */
Test(g4, each_commit_has_its_own_run)
{
    struct story s = story();
    honest_run(&s);
    judge(&s);
    expect(&s, IMP_GOAL_INJECTIVE, IMP_VERDICT_HOLDS);
}

Test(g4, a_replayed_session_breaks_injective_agreement_alone)
{
    struct story s = disturbed();
    honest_run(&s);
    say(&s, SERVER, COMMIT("alice", "s1", "data")); /* the same messages once more */
    judge(&s);
    expect(&s, IMP_GOAL_INJECTIVE, IMP_VERDICT_BROKEN);
    expect(&s, IMP_GOAL_AGREEMENT, IMP_VERDICT_HOLDS);
    expect(&s, IMP_GOAL_BINDING, IMP_VERDICT_HOLDS);
}

Test(g4, two_runs_may_be_committed_to_twice)
{
    struct story s = story();
    honest_run(&s);
    say(&s, DEVICE, RUNNING("s1", "data"));
    say(&s, SERVER, COMMIT("alice", "s1", "data"));
    judge(&s);
    expect(&s, IMP_GOAL_INJECTIVE, IMP_VERDICT_HOLDS);
}

/* A message of an event leaves while its claim still waits for the processor: the order counts. */
Test(g4, running_said_first_and_dated_later)
{
    struct story s = story();
    honest_run(&s);
    for (size_t i = 0; i < s.count; i++)
        if (s.records[i].claim.kind != IMP_CLAIM_COMMIT && s.records[i].party == SERVER)
            s.records[i].at += S(100);
    judge(&s);
    expect(&s, IMP_GOAL_AGREEMENT, IMP_VERDICT_HOLDS);
    expect(&s, IMP_GOAL_INJECTIVE, IMP_VERDICT_HOLDS);
}

Test(g4, running_said_afterwards)
{
    struct story s = disturbed();
    say(&s, DEVICE, COMMIT("", "s1", "data"));
    say(&s, SERVER, RUNNING("s1", "data"));
    s.records[s.count - 1].at = 0;
    judge(&s);
    expect(&s, IMP_GOAL_AGREEMENT, IMP_VERDICT_BROKEN);
    expect(&s, IMP_GOAL_INJECTIVE, IMP_VERDICT_BROKEN);
}

/* ---- G5: what the user meant
 * ----------------------------------------------------------------------- */
Test(g5, the_device_on_which_the_user_acted)
{
    static const struct imp_intent intents[] = {{.device = 0, .party = SERVER, .at = 0}};
    struct story s = story();
    s.c.intents = intents;
    s.c.intent_count = 1;
    honest_run(&s);
    judge(&s);
    expect(&s, IMP_GOAL_BINDING, IMP_VERDICT_HOLDS);
}

/* The compromised device shows the honest one's message: keys are secret, the ends agree, and the
 * user has bound a device that she never touched (NOOB-01). */
Test(g5, misbinding_breaks_binding_and_leaves_secrecy_and_agreement)
{
    static const struct imp_intent intents[] = {{.device = 1, .party = SERVER, .at = 0}};
    struct story s = disturbed();
    s.parties[OTHER_DEVICE].honest = false;
    s.parties[OTHER_DEVICE].corrupt = true;
    s.c.intents = intents;
    s.c.intent_count = 1;
    honest_run(&s);
    judge(&s);
    expect(&s, IMP_GOAL_BINDING, IMP_VERDICT_BROKEN);
    expect(&s, IMP_GOAL_SECRECY, IMP_VERDICT_HOLDS);
    expect(&s, IMP_GOAL_AGREEMENT, IMP_VERDICT_HOLDS);
    expect(&s, IMP_GOAL_CONSISTENCY, IMP_VERDICT_HOLDS);
}

Test(g5, an_act_after_the_commitment_is_too_late)
{
    static const struct imp_intent intents[] = {{.device = 1, .party = SERVER, .at = 0},
                                                {.device = 0, .party = SERVER, .at = S(100)}};
    struct story s = disturbed();
    s.c.intents = intents;
    s.c.intent_count = 2;
    honest_run(&s);
    judge(&s);
    expect(&s, IMP_GOAL_BINDING, IMP_VERDICT_BROKEN);
}

/* A party that knows the corrupt one for what it is has nothing to hide from it. */
Test(g5, a_corrupt_party_under_its_own_name_is_no_violation)
{
    struct story s = disturbed();
    s.parties[DEVICE].honest = false;
    s.parties[DEVICE].corrupt = true;
    honest_run(&s);
    learn(&s, KEY);
    judge(&s);
    expect(&s, IMP_GOAL_SECRECY, IMP_VERDICT_HOLDS);
    expect(&s, IMP_GOAL_BINDING, IMP_VERDICT_HOLDS);
    expect(&s, IMP_GOAL_AGREEMENT, IMP_VERDICT_HOLDS);
}

Test(g5, a_corrupt_party_under_another_name_is_one)
{
    struct story s = disturbed();
    s.parties[DEVICE].honest = false;
    s.parties[DEVICE].corrupt = true;
    honest_run(&s);
    s.records[6].claim.peer = (const uint8_t *)"carol";
    learn(&s, KEY);
    judge(&s);
    expect(&s, IMP_GOAL_BINDING, IMP_VERDICT_BROKEN);
    expect(&s, IMP_GOAL_SECRECY, IMP_VERDICT_BROKEN);
}

/* ---- G8
 * ------------------------------------------------------------------------------------------ */
Test(g8, fresh_values_in_each_context)
{
    struct story s = disturbed();
    honest_run(&s);
    say(&s, SERVER, ACCEPTED("s1", "1"));
    say(&s, SERVER, ACCEPTED("s1", "2"));
    say(&s, SERVER, ACCEPTED("s2", "1"));
    say(&s, DEVICE, ACCEPTED("s1", "1"));
    judge(&s);
    expect(&s, IMP_GOAL_REPLAY, IMP_VERDICT_HOLDS);
}

Test(g8, the_same_counter_twice)
{
    struct story s = disturbed();
    honest_run(&s);
    say(&s, SERVER, ACCEPTED("s1", "1"));
    say(&s, SERVER, ACCEPTED("s1", "2"));
    say(&s, SERVER, ACCEPTED("s1", "1"));
    judge(&s);
    expect(&s, IMP_GOAL_REPLAY, IMP_VERDICT_BROKEN);
    expect(&s, IMP_GOAL_INJECTIVE, IMP_VERDICT_HOLDS);
}

/* ---- G9
 * ------------------------------------------------------------------------------------------ */
Test(g9, as_without_the_adversary)
{
    struct story s = disturbed();
    honest_run(&s);
    say(&s, DEVICE, NEGOTIATED("strong"));
    say_undisturbed(&s, DEVICE, NEGOTIATED("strong"));
    judge(&s);
    expect(&s, IMP_GOAL_DOWNGRADE, IMP_VERDICT_HOLDS);
}

Test(g9, a_weaker_suite_than_without_it)
{
    struct story s = disturbed();
    honest_run(&s);
    say(&s, DEVICE, NEGOTIATED("weak"));
    say_undisturbed(&s, DEVICE, NEGOTIATED("strong"));
    judge(&s);
    expect(&s, IMP_GOAL_DOWNGRADE, IMP_VERDICT_BROKEN);
    expect(&s, IMP_GOAL_AGREEMENT, IMP_VERDICT_HOLDS);
}

Test(g9, there_is_nothing_to_compare_without_an_adversary)
{
    struct story s = story();
    honest_run(&s);
    say(&s, DEVICE, NEGOTIATED("weak"));
    judge(&s);
    expect(&s, IMP_GOAL_DOWNGRADE, IMP_VERDICT_NA);
}
