/* SPDX-License-Identifier: GPL-2.0-only */
/* Goals G6 and G7: what long-term keys give away, before and after. */
#include "story.h"

/* ---- G6
 * ------------------------------------------------------------------------------------------ */
static struct story recorded(void)
{
    struct story s = disturbed();
    s.c.recorded = true;
    honest_run(&s);
    learn(&s, "a recorded message");
    s.learnt = 1;
    return s;
}

Test(g6, ephemeral_keys_do_not_follow_from_long_term_keys)
{
    struct story s = recorded();
    learn(&s, "the long-term key");
    judge(&s);
    expect(&s, IMP_GOAL_FORWARD_SECRECY, IMP_VERDICT_HOLDS);
    expect(&s, IMP_GOAL_SECRECY, IMP_VERDICT_HOLDS);
}

Test(g6, a_key_computed_from_the_long_term_key_is_lost_with_it_alone)
{
    struct story s = recorded();
    const struct imp_piece in[] = {{"the long-term key", 17}};
    imp_knowledge_rule(&s.knowledge, "KDF", in, 1, KEY, 16);
    learn(&s, "the long-term key");
    judge(&s);
    expect(&s, IMP_GOAL_FORWARD_SECRECY, IMP_VERDICT_BROKEN);
    expect(&s, IMP_GOAL_SECRECY, IMP_VERDICT_HOLDS);
}

Test(g6, the_kept_copy_of_a_secret_does_not_count)
{
    struct story s = recorded();
    imp_knowledge_add(&s.knowledge, "key " KEY, 20, "cell bond kept by device-1");
    judge(&s);
    expect(&s, IMP_GOAL_FORWARD_SECRECY, IMP_VERDICT_HOLDS);
}

Test(g6, a_kept_secret_that_follows_from_another_kept_key_counts)
{
    struct story s = recorded();
    const struct imp_piece in[] = {{"the long-term key", 17}};
    imp_knowledge_rule(&s.knowledge, "KDF", in, 1, KEY, 16);
    imp_knowledge_add(&s.knowledge, "key " KEY, 20, "cell bond kept by device-1");
    imp_knowledge_add(&s.knowledge, "the long-term key", 17, "cell root kept by device-1");
    imp_knowledge_close(&s.knowledge);
    judge(&s);
    expect(&s, IMP_GOAL_FORWARD_SECRECY, IMP_VERDICT_BROKEN);
}

Test(g6, who_recorded_nothing_is_no_danger)
{
    struct story s = disturbed();
    honest_run(&s);
    judge(&s);
    expect(&s, IMP_GOAL_FORWARD_SECRECY, IMP_VERDICT_NA);
}

/* ---- G7
 * ------------------------------------------------------------------------------------------ */
Test(g7, whose_keys_are_known_still_meets_the_right_peer)
{
    struct story s = disturbed();
    s.parties[DEVICE].revealed = true;
    honest_run(&s);
    judge(&s);
    expect(&s, IMP_GOAL_KCI, IMP_VERDICT_HOLDS);
}

Test(g7, whose_keys_are_known_is_deceived)
{
    struct story s = disturbed();
    s.parties[DEVICE].revealed = true;
    say(&s, SERVER, IDENTITY("bob"));
    say(&s, ROGUE_SERVER, RUNNING("s1", "data"));
    say(&s, DEVICE, COMMIT("bob", "s1", "data"));
    judge(&s);
    expect(&s, IMP_GOAL_KCI, IMP_VERDICT_BROKEN);
}

Test(g7, deceiving_another_party_is_plain_impersonation)
{
    struct story s = disturbed();
    s.parties[DEVICE].revealed = true;
    say(&s, ROGUE_DEVICE, RUNNING("s1", "data"));
    say(&s, SERVER, COMMIT("alice", "s1", "data"));
    judge(&s);
    expect(&s, IMP_GOAL_KCI, IMP_VERDICT_HOLDS);
    expect(&s, IMP_GOAL_BINDING, IMP_VERDICT_BROKEN);
}

Test(g7, nobodys_keys_are_known)
{
    struct story s = disturbed();
    honest_run(&s);
    judge(&s);
    expect(&s, IMP_GOAL_KCI, IMP_VERDICT_NA);
}
