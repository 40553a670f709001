/* SPDX-License-Identifier: GPL-2.0-only */
/* Each goal: one story in which it holds and one for each way in which it breaks. */
#include "story.h"

Test(judge, honest_run_holds_everywhere)
{
    struct story s = story();
    honest_run(&s);
    judge(&s);
    for (int g = IMP_GOAL_COMPLETION; g <= IMP_GOAL_BINDING; g++)
        expect(&s, (enum imp_goal)g, IMP_VERDICT_HOLDS);
}

Test(judge, completion_breaks_when_somebody_did_not_complete)
{
    struct story s = story();
    s.incomplete = true;
    honest_run(&s);
    judge(&s);
    expect(&s, IMP_GOAL_COMPLETION, IMP_VERDICT_BROKEN);
    expect(&s, IMP_GOAL_SECRECY, IMP_VERDICT_HOLDS);
}

Test(judge, secrecy_breaks_when_a_read_message_contains_the_secret)
{
    struct story s = story();
    s.adversary = true;
    s.acts = 1;
    honest_run(&s);
    imp_knowledge_add(&s.knowledge, "xx0123456789abcdefyy", 20, "read");
    judge(&s);
    expect(&s, IMP_GOAL_SECRECY, IMP_VERDICT_BROKEN);
    expect(&s, IMP_GOAL_AGREEMENT, IMP_VERDICT_HOLDS);
    expect(&s, IMP_GOAL_BINDING, IMP_VERDICT_HOLDS);
}

Test(judge, secrecy_holds_when_only_a_part_is_known)
{
    struct story s = story();
    s.adversary = true;
    s.acts = 1;
    honest_run(&s);
    imp_knowledge_add(&s.knowledge, "0123456789abcde", 15, "read");
    judge(&s);
    expect(&s, IMP_GOAL_SECRECY, IMP_VERDICT_HOLDS);
}

Test(judge, secret_of_a_session_that_never_committed_does_not_count)
{
    struct story s = story();
    s.adversary = true;
    s.acts = 1;
    s.incomplete = true;
    say(&s, DEVICE, SECRET("s9", "0123456789abcdef"));
    imp_knowledge_add(&s.knowledge, "0123456789abcdef", 16, "secret of adversary/server");
    judge(&s);
    expect(&s, IMP_GOAL_SECRECY, IMP_VERDICT_HOLDS);
}

Test(judge, agreement_breaks_when_the_data_differ)
{
    struct story s = story();
    say(&s, DEVICE, IDENTITY("alice"));
    say(&s, SERVER, IDENTITY("bob"));
    say(&s, SERVER, RUNNING("s1", "weak suite"));
    say(&s, DEVICE, COMMIT("bob", "s1", "strong suite"));
    judge(&s);
    expect(&s, IMP_GOAL_AGREEMENT, IMP_VERDICT_BROKEN);
    expect(&s, IMP_GOAL_BINDING, IMP_VERDICT_HOLDS);
}

Test(judge, agreement_needs_a_running_claim_before_the_commit)
{
    struct story s = story();
    say(&s, DEVICE, COMMIT("", "s1", "data"));
    say(&s, SERVER, RUNNING("s1", "data"));
    judge(&s);
    expect(&s, IMP_GOAL_AGREEMENT, IMP_VERDICT_BROKEN);
}

Test(judge, binding_breaks_when_the_other_end_is_the_adversary)
{
    struct story s = story();
    s.adversary = true;
    s.acts = 3;
    say(&s, ROGUE_SERVER, RUNNING("s1", "data"));
    say(&s, DEVICE, COMMIT("", "s1", "data"));
    say(&s, DEVICE, SECRET("s1", "0123456789abcdef"));
    imp_knowledge_add(&s.knowledge, "0123456789abcdef", 16, "MSK of adversary/server");
    judge(&s);
    expect(&s, IMP_GOAL_BINDING, IMP_VERDICT_BROKEN);
    expect(&s, IMP_GOAL_AGREEMENT, IMP_VERDICT_BROKEN);
    expect(&s, IMP_GOAL_SECRECY, IMP_VERDICT_BROKEN);
}

/* Misbinding: keys are secret and agreed, but the server takes the device for another one. */
Test(judge, binding_breaks_alone_when_the_believed_identity_is_wrong)
{
    struct story s = story();
    s.adversary = true;
    s.acts = 1;
    say(&s, DEVICE, IDENTITY("alice"));
    say(&s, SERVER, IDENTITY("bob"));
    say(&s, DEVICE, RUNNING("s1", "data"));
    say(&s, SERVER, RUNNING("s1", "data"));
    say(&s, DEVICE, COMMIT("bob", "s1", "data"));
    say(&s, SERVER, COMMIT("mallory", "s1", "data"));
    judge(&s);
    expect(&s, IMP_GOAL_BINDING, IMP_VERDICT_BROKEN);
    expect(&s, IMP_GOAL_SECRECY, IMP_VERDICT_HOLDS);
    expect(&s, IMP_GOAL_AGREEMENT, IMP_VERDICT_HOLDS);
}

Test(judge, layers_do_not_vouch_for_each_other)
{
    struct story s = story();
    struct imp_claim running = RUNNING("s1", "data");
    running.layer = "link";
    say(&s, SERVER, running);
    say(&s, DEVICE, COMMIT("", "s1", "data"));
    judge(&s);
    expect(&s, IMP_GOAL_AGREEMENT, IMP_VERDICT_BROKEN);
}

Test(judge, adversary_that_never_acted_is_a_failed_experiment)
{
    struct story s = story();
    s.adversary = true;
    honest_run(&s);
    judge(&s);
    for (int g = 0; g < IMP_GOAL_COUNT; g++)
        expect(&s, (enum imp_goal)g, IMP_VERDICT_NEVER_ACTED);
}
