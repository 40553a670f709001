/* SPDX-License-Identifier: GPL-2.0-only */
/* Goals beyond completion, secrecy, agreement and binding: stories in which each holds, in which it
 * is broken, and in which it does not apply. */
#include "story.h"

#define ACCEPTED(s, d)                                                                             \
    ((struct imp_claim){.kind = IMP_CLAIM_ACCEPTED, .name = "nonce", TEXT(sid, s), TEXT(data, d)})
#define NEGOTIATED(d)                                                                              \
    ((struct imp_claim){.kind = IMP_CLAIM_NEGOTIATED, .name = "suite", TEXT(data, d)})
#define CONFIG(d) ((struct imp_claim){.kind = IMP_CLAIM_CONFIG, .layer = "config", TEXT(data, d)})
#define OWNER(p) ((struct imp_claim){.kind = IMP_CLAIM_OWNER, TEXT(peer, p)})
#define FREE ((struct imp_claim){.kind = IMP_CLAIM_OWNER})
#define ALARM(w) ((struct imp_claim){.kind = IMP_CLAIM_ALARM, .name = w})
#define REJECT(w) ((struct imp_claim){.kind = IMP_CLAIM_REJECT, .name = w})

static void learn(struct story *s, const char *octets)
{
    imp_knowledge_add(&s->knowledge, octets, strlen(octets), "read");
}

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
#define UNIT(text)                                                                                 \
    {                                                                                              \
        .bytes = (uint8_t *)(uintptr_t)(text), .n = sizeof(text) - 1                               \
    }

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
