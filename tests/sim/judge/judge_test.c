/* SPDX-License-Identifier: GPL-2.0-only */
/* Each goal: one story in which it holds and one for each way in which it breaks. */
#include <criterion/criterion.h>
#include <string.h>

#include "sim/judge/judge.h"

enum { DEVICE, SERVER, ROGUE_DEVICE, ROGUE_SERVER, PARTIES };

static const struct imp_principal parties[PARTIES] = {
    [DEVICE] = {"device-1", true, 0},
    [SERVER] = {"server", true, -1},
    [ROGUE_DEVICE] = {"adversary/device-1", false, 0},
    [ROGUE_SERVER] = {"adversary/server", false, -1},
};

#define TEXT(member, value) .member = (const uint8_t *)(value), .member##_n = sizeof(value) - 1

struct story {
    struct imp_record records[32];
    size_t count;
    struct imp_knowledge knowledge;
    struct imp_verdict verdicts[IMP_GOAL_COUNT];
    bool adversary;
    size_t acts;
    bool incomplete;
};

static void say(struct story *s, int party, struct imp_claim claim)
{
    claim.layer = claim.layer ? claim.layer : "eap";
    s->records[s->count] = (struct imp_record){
        .party = party, .device = 0, .at = (imp_time)s->count, .order = s->count, .claim = claim};
    s->count++;
}

static void judge(struct story *s)
{
    struct imp_case c = {.parties = parties,
                         .party_count = PARTIES,
                         .records = s->records,
                         .record_count = s->count,
                         .knowledge = &s->knowledge,
                         .completed = !s->incomplete,
                         .adversary = s->adversary,
                         .adversary_acts = s->acts,
                         .learnt = s->knowledge.count};
    imp_knowledge_close(&s->knowledge);
    c.learnt = s->knowledge.count;
    imp_judge(s->verdicts, &c);
    imp_knowledge_free(&s->knowledge);
}

#define IDENTITY(name) ((struct imp_claim){.kind = IMP_CLAIM_IDENTITY, TEXT(self, name)})
#define RUNNING(s, d) ((struct imp_claim){.kind = IMP_CLAIM_RUNNING, TEXT(sid, s), TEXT(data, d)})
#define COMMIT(p, s, d)                                                                            \
    ((struct imp_claim){.kind = IMP_CLAIM_COMMIT, TEXT(peer, p), TEXT(sid, s), TEXT(data, d)})
#define SECRET(s, d)                                                                               \
    ((struct imp_claim){.kind = IMP_CLAIM_SECRET, .name = "MSK", TEXT(sid, s), TEXT(data, d)})

/* A run in which everything is as it should be. */
static void honest_run(struct story *s)
{
    say(s, DEVICE, IDENTITY("alice"));
    say(s, SERVER, IDENTITY("bob"));
    say(s, DEVICE, RUNNING("s1", "data"));
    say(s, SERVER, RUNNING("s1", "data"));
    say(s, DEVICE, COMMIT("bob", "s1", "data"));
    say(s, DEVICE, SECRET("s1", "0123456789abcdef"));
    say(s, SERVER, COMMIT("alice", "s1", "data"));
    say(s, SERVER, SECRET("s1", "0123456789abcdef"));
}

static void expect(const struct story *s, enum imp_goal goal, enum imp_verdict_value value)
{
    cr_expect_eq(s->verdicts[goal].value, value, "%s: %s (%s)", imp_goal_name(goal),
                 imp_verdict_name(s->verdicts[goal].value), s->verdicts[goal].why);
}

Test(judge, honest_run_holds_everywhere)
{
    struct story s = {0};
    honest_run(&s);
    judge(&s);
    for (int g = IMP_GOAL_COMPLETION; g <= IMP_GOAL_BINDING; g++)
        expect(&s, (enum imp_goal)g, IMP_VERDICT_HOLDS);
}

Test(judge, completion_breaks_when_somebody_did_not_complete)
{
    struct story s = {.incomplete = true};
    honest_run(&s);
    judge(&s);
    expect(&s, IMP_GOAL_COMPLETION, IMP_VERDICT_BROKEN);
    expect(&s, IMP_GOAL_SECRECY, IMP_VERDICT_HOLDS);
}

Test(judge, secrecy_breaks_when_a_read_message_contains_the_secret)
{
    struct story s = {.adversary = true, .acts = 1};
    honest_run(&s);
    imp_knowledge_add(&s.knowledge, "xx0123456789abcdefyy", 20, "read");
    judge(&s);
    expect(&s, IMP_GOAL_SECRECY, IMP_VERDICT_BROKEN);
    expect(&s, IMP_GOAL_AGREEMENT, IMP_VERDICT_HOLDS);
    expect(&s, IMP_GOAL_BINDING, IMP_VERDICT_HOLDS);
}

Test(judge, secrecy_holds_when_only_a_part_is_known)
{
    struct story s = {.adversary = true, .acts = 1};
    honest_run(&s);
    imp_knowledge_add(&s.knowledge, "0123456789abcde", 15, "read");
    judge(&s);
    expect(&s, IMP_GOAL_SECRECY, IMP_VERDICT_HOLDS);
}

Test(judge, secret_of_a_session_that_never_committed_does_not_count)
{
    struct story s = {.adversary = true, .acts = 1, .incomplete = true};
    say(&s, DEVICE, SECRET("s9", "0123456789abcdef"));
    imp_knowledge_add(&s.knowledge, "0123456789abcdef", 16, "secret of adversary/server");
    judge(&s);
    expect(&s, IMP_GOAL_SECRECY, IMP_VERDICT_HOLDS);
}

Test(judge, agreement_breaks_when_the_data_differ)
{
    struct story s = {0};
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
    struct story s = {0};
    say(&s, DEVICE, COMMIT("", "s1", "data"));
    say(&s, SERVER, RUNNING("s1", "data"));
    judge(&s);
    expect(&s, IMP_GOAL_AGREEMENT, IMP_VERDICT_BROKEN);
}

Test(judge, binding_breaks_when_the_other_end_is_the_adversary)
{
    struct story s = {.adversary = true, .acts = 3};
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
    struct story s = {.adversary = true, .acts = 1};
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
    struct story s = {0};
    struct imp_claim running = RUNNING("s1", "data");
    running.layer = "link";
    say(&s, SERVER, running);
    say(&s, DEVICE, COMMIT("", "s1", "data"));
    judge(&s);
    expect(&s, IMP_GOAL_AGREEMENT, IMP_VERDICT_BROKEN);
}

Test(judge, adversary_that_never_acted_is_a_failed_experiment)
{
    struct story s = {.adversary = true};
    honest_run(&s);
    judge(&s);
    for (int g = 0; g < IMP_GOAL_COUNT; g++)
        expect(&s, (enum imp_goal)g, IMP_VERDICT_NEVER_ACTED);
}
