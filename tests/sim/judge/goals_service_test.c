/* SPDX-License-Identifier: GPL-2.0-only */
/* Goals G10 and G11: is the service back, and is nobody followed. */
#include "story.h"

/* ---- G10
 * ----------------------------------------------------------------------------------------- */
static struct story denied(const struct imp_recovery *recovery)
{
    struct story s = disturbed();
    s.incomplete = true;
    s.c.recovery = *recovery;
    return s;
}

/* What was said after the adversary withdrew. */
static void later(struct story *s, struct story *then)
{
    honest_run(then);
    s->c.recovery_records = then->records;
    s->c.recovery_count = then->count;
}

Test(g10, transient)
{
    struct imp_recovery x = {
        .observed = true, .from = S(300), .bound = S(300), .completed = true, .at = S(360)};
    struct story s = denied(&x), then = story();
    later(&s, &then);
    judge(&s);
    expect(&s, IMP_GOAL_RECOVERY, IMP_VERDICT_HOLDS);
    cr_expect_not_null(strstr(s.verdicts[IMP_GOAL_RECOVERY].why, "transient"));
    expect(&s, IMP_GOAL_COMPLETION, IMP_VERDICT_BROKEN);
}

/* Nothing but service is lost (NOOB-03, NB-01). */
Test(g10, persistent_denial_breaks_recovery_alone)
{
    struct imp_recovery x = {.observed = true, .from = S(300), .bound = S(300)};
    struct story s = denied(&x);
    judge(&s);
    expect(&s, IMP_GOAL_RECOVERY, IMP_VERDICT_BROKEN);
    cr_expect_not_null(strstr(s.verdicts[IMP_GOAL_RECOVERY].why, "persistent"));
    for (int g = IMP_GOAL_SECRECY; g < IMP_GOAL_RECOVERY; g++)
        cr_expect_neq(s.verdicts[g].value, IMP_VERDICT_BROKEN, "%s",
                      imp_goal_name((enum imp_goal)g));
}

Test(g10, too_late)
{
    struct imp_recovery x = {
        .observed = true, .from = S(300), .bound = S(300), .completed = true, .at = S(601)};
    struct story s = denied(&x), then = story();
    later(&s, &then);
    judge(&s);
    expect(&s, IMP_GOAL_RECOVERY, IMP_VERDICT_BROKEN);
}

Test(g10, the_user_has_to_act_again)
{
    struct imp_recovery x = {.observed = true,
                             .from = S(300),
                             .bound = S(300),
                             .completed = true,
                             .at = S(360),
                             .acts = 2,
                             .acts_owed = 1};
    struct story s = denied(&x), then = story();
    later(&s, &then);
    judge(&s);
    expect(&s, IMP_GOAL_RECOVERY, IMP_VERDICT_BROKEN);
    x.acts_owed = 2;
    s = denied(&x);
    later(&s, &then);
    judge(&s);
    expect(&s, IMP_GOAL_RECOVERY, IMP_VERDICT_HOLDS);
}

Test(g10, bound_to_the_adversary_for_good)
{
    struct imp_recovery x = {
        .observed = true, .from = S(300), .bound = S(300), .completed = true, .at = S(300)};
    struct story s = denied(&x), then = story();
    say(&then, ROGUE_SERVER, RUNNING("s1", "data"));
    say(&then, DEVICE, COMMIT("", "s1", "data"));
    s.c.recovery_records = then.records;
    s.c.recovery_count = then.count;
    judge(&s);
    expect(&s, IMP_GOAL_RECOVERY, IMP_VERDICT_BROKEN);
}

Test(g10, nobody_denies_anything)
{
    struct story s = story();
    honest_run(&s);
    judge(&s);
    expect(&s, IMP_GOAL_RECOVERY, IMP_VERDICT_NA);
    s = disturbed();
    honest_run(&s);
    judge(&s);
    expect(&s, IMP_GOAL_RECOVERY, IMP_VERDICT_HOLDS);
}

/* ---- G11
 * ----------------------------------------------------------------------------------------- */
static void two_worlds(struct story *s, struct imp_fact *here, struct imp_fact *again,
                       struct imp_fact *other)
{
    static struct imp_view views[2];
    static struct imp_worlds worlds;
    views[0] = (struct imp_view){again, 1};
    views[1] = (struct imp_view){other, 1};
    worlds =
        (struct imp_worlds){.here = {here, 1}, .again = &views[0], .other = &views[1], .count = 1};
    s->c.worlds = &worlds;
    honest_run(s);
    judge(s);
}

Test(g11, nothing_recurs_but_what_all_devices_send)
{
    struct story s = disturbed();
    struct imp_fact here = UNIT("HELLO x7Kq2 HELLO"), again = UNIT("HELLO bb93Z HELLO"),
                    other = UNIT("HELLO 00aTr HELLO");
    two_worlds(&s, &here, &again, &other);
    expect(&s, IMP_GOAL_PRIVACY, IMP_VERDICT_HOLDS);
}

Test(g11, a_name_in_clear)
{
    struct story s = disturbed();
    struct imp_fact here = UNIT("HELLO I am alice@a, x7Kq2"),
                    again = UNIT("HELLO I am alice@a, bb9"),
                    other = UNIT("HELLO I am carol@c, 00aTr");
    two_worlds(&s, &here, &again, &other);
    expect(&s, IMP_GOAL_PRIVACY, IMP_VERDICT_BROKEN);
    cr_expect_not_null(strstr(s.verdicts[IMP_GOAL_PRIVACY].why, "alice@a"), "%s",
                       s.verdicts[IMP_GOAL_PRIVACY].why);
}

Test(g11, fewer_octets_than_the_window_are_no_identifier)
{
    struct story s = disturbed();
    struct imp_fact here = UNIT("alice"), again = UNIT("alice"), other = UNIT("carol");
    two_worlds(&s, &here, &again, &other);
    expect(&s, IMP_GOAL_PRIVACY, IMP_VERDICT_HOLDS);
}

Test(g11, who_does_not_read_sees_no_identifier)
{
    struct story s = disturbed();
    honest_run(&s);
    judge(&s);
    expect(&s, IMP_GOAL_PRIVACY, IMP_VERDICT_NA);
}
