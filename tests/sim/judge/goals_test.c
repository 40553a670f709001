/* SPDX-License-Identifier: GPL-2.0-only */
/* Goal G15, goals that do not apply, and that goals are independent. The other goals have files of
 * their own beside this one. */
#include "story.h"

/* ---- G15
 * ----------------------------------------------------------------------------------------- */
static struct story deceived(void)
{
    struct story s = disturbed();
    honest_run(&s);
    say(&s, SERVER, CONFIG("c1"));
    say(&s, DEVICE, CONFIG("c2"));
    return s;
}

Test(g15, an_alarm_in_time)
{
    struct story s = deceived();
    say(&s, DEVICE, ALARM("server-key-changed"));
    judge(&s);
    expect(&s, IMP_GOAL_CONFIG, IMP_VERDICT_BROKEN);
    expect(&s, IMP_GOAL_DETECTION, IMP_VERDICT_HOLDS);
}

Test(g15, nobody_notices)
{
    struct story s = deceived();
    judge(&s);
    expect(&s, IMP_GOAL_DETECTION, IMP_VERDICT_BROKEN);
}

Test(g15, an_alarm_that_comes_too_late)
{
    struct story s = deceived();
    s.now += IMP_ALARM_BOUND;
    say(&s, DEVICE, ALARM("server-key-changed"));
    judge(&s);
    expect(&s, IMP_GOAL_DETECTION, IMP_VERDICT_BROKEN);
}

Test(g15, what_is_said_undisturbed_too_is_no_alarm)
{
    struct story s = deceived();
    say(&s, SERVER, REJECT("not-yet"));
    say_undisturbed(&s, SERVER, REJECT("not-yet"));
    judge(&s);
    expect(&s, IMP_GOAL_DETECTION, IMP_VERDICT_BROKEN);
}

Test(g15, the_adversarys_own_alarm_does_not_count)
{
    struct story s = deceived();
    say(&s, ROGUE_SERVER, ALARM("ha"));
    judge(&s);
    expect(&s, IMP_GOAL_DETECTION, IMP_VERDICT_BROKEN);
}

Test(g15, nothing_was_violated)
{
    struct story s = disturbed();
    honest_run(&s);
    judge(&s);
    expect(&s, IMP_GOAL_DETECTION, IMP_VERDICT_NA);
}

/* ---- declarations
 * --------------------------------------------------------------------------------- */
Test(goals, what_a_mechanism_does_not_have_is_not_judged)
{
    static const struct imp_inapplicable none[] = {{"g1", "it has no secrets"}, {.goal = NULL}};
    static const struct imp_mechanism m = {.name = "open", .inapplicable = none};
    struct story s = disturbed();
    s.c.mechanism = &m;
    honest_run(&s);
    learn(&s, KEY);
    judge(&s);
    expect(&s, IMP_GOAL_SECRECY, IMP_VERDICT_NA);
    cr_expect_str_eq(s.verdicts[IMP_GOAL_SECRECY].why, "it has no secrets");
    cr_expect_str_neq(s.verdicts[IMP_GOAL_PRIVACY].why, "it has no secrets", "g1 is not g11");
}

/* A key read in clear leaves both ends in full agreement (BT-07, ZW-01). */
Test(goals, secrecy_breaks_and_agreement_holds)
{
    struct story s = disturbed();
    honest_run(&s);
    learn(&s, "PUT " KEY);
    judge(&s);
    expect(&s, IMP_GOAL_SECRECY, IMP_VERDICT_BROKEN);
    expect(&s, IMP_GOAL_AGREEMENT, IMP_VERDICT_HOLDS);
    expect(&s, IMP_GOAL_INJECTIVE, IMP_VERDICT_HOLDS);
    expect(&s, IMP_GOAL_BINDING, IMP_VERDICT_HOLDS);
}

/* A reflected confirmation authenticates nobody and gives nothing away (MESH-06). */
Test(goals, agreement_breaks_and_secrecy_holds)
{
    struct story s = disturbed();
    say(&s, DEVICE, RUNNING("s1", "data"));
    say(&s, DEVICE, COMMIT("bob", "s1", "data"));
    say(&s, DEVICE, SECRET("s1", KEY));
    learn(&s, "a reflected confirmation");
    judge(&s);
    expect(&s, IMP_GOAL_AGREEMENT, IMP_VERDICT_BROKEN);
    expect(&s, IMP_GOAL_SECRECY, IMP_VERDICT_HOLDS);
}
