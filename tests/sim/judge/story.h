/* SPDX-License-Identifier: GPL-2.0-only */
/* story.h - small runs told claim by claim, and what the judge makes of them. */
#ifndef IMPRINT_STORY_H
#define IMPRINT_STORY_H

#include <criterion/criterion.h>
#include <string.h>

#include "sim/judge/judge.h"

enum { DEVICE, SERVER, OTHER_DEVICE, OTHER_SERVER, ROGUE_DEVICE, ROGUE_SERVER, PARTIES };

#define TEXT(member, value) .member = (const uint8_t *)(value), .member##_n = sizeof(value) - 1
#define S(n) ((imp_time)(n)*IMP_S)

struct story {
    struct imp_principal parties[PARTIES];
    struct imp_record records[40], twin[10];
    size_t count, twin_count;
    imp_time now; /* of the next claim; a second goes by with each */
    struct imp_knowledge knowledge;
    size_t learnt;            /* 0: all of it */
    struct imp_case c;        /* what a story sets beyond its claims */
    struct imp_verdict verdicts[IMP_GOAL_COUNT];
    bool adversary, incomplete;
    size_t acts;
};

static inline struct story story(void)
{
    return (struct story){.parties = {
                              [DEVICE] = {.name = "device-1", .honest = true, .device = 0},
                              [SERVER] = {.name = "server", .honest = true, .device = -1},
                              [OTHER_DEVICE] = {.name = "device-2", .honest = true, .device = 1},
                              [OTHER_SERVER] = {.name = "server-2", .honest = true, .device = -1},
                              [ROGUE_DEVICE] = {.name = "adversary/device-1", .device = 0},
                              [ROGUE_SERVER] = {.name = "adversary/server", .device = -1},
                          }};
}

static inline void say(struct story *s, int party, struct imp_claim claim)
{
    claim.layer = claim.layer ? claim.layer : "eap";
    s->records[s->count] = (struct imp_record){
        .party = party, .device = 0, .at = s->now, .order = s->count, .claim = claim};
    s->count++;
    s->now += IMP_S;
}

static inline void say_undisturbed(struct story *s, int party, struct imp_claim claim)
{
    claim.layer = claim.layer ? claim.layer : "eap";
    s->twin[s->twin_count] = (struct imp_record){.party = party, .device = 0, .claim = claim};
    s->twin_count++;
}

static inline void judge(struct story *s)
{
    struct imp_case c = s->c;
    imp_knowledge_close(&s->knowledge);
    c.parties = s->parties;
    c.party_count = PARTIES;
    c.records = s->records;
    c.record_count = s->count;
    c.knowledge = &s->knowledge;
    c.learnt = s->learnt ? s->learnt : s->knowledge.count;
    c.completed = !s->incomplete;
    c.adversary = s->adversary;
    c.adversary_acts = s->acts;
    c.twin = s->adversary ? s->twin : NULL;
    c.twin_count = s->twin_count;
    imp_judge(s->verdicts, &c);
    imp_knowledge_free(&s->knowledge);
}

static inline void expect(const struct story *s, enum imp_goal goal, enum imp_verdict_value value)
{
    cr_expect_eq(s->verdicts[goal].value, value, "%s: %s (%s)", imp_goal_name(goal),
                 imp_verdict_name(s->verdicts[goal].value), s->verdicts[goal].why);
}

#define IDENTITY(name) ((struct imp_claim){.kind = IMP_CLAIM_IDENTITY, TEXT(self, name)})
#define RUNNING(s, d) ((struct imp_claim){.kind = IMP_CLAIM_RUNNING, TEXT(sid, s), TEXT(data, d)})
#define COMMIT(p, s, d)                                                                            \
    ((struct imp_claim){.kind = IMP_CLAIM_COMMIT, TEXT(peer, p), TEXT(sid, s), TEXT(data, d)})
#define SECRET(s, d)                                                                               \
    ((struct imp_claim){.kind = IMP_CLAIM_SECRET, .name = "MSK", TEXT(sid, s), TEXT(data, d)})
#define KEY "0123456789abcdef"

/* A run in which everything is as it should be. */
static inline void honest_run(struct story *s)
{
    say(s, DEVICE, IDENTITY("alice"));
    say(s, SERVER, IDENTITY("bob"));
    say(s, DEVICE, RUNNING("s1", "data"));
    say(s, SERVER, RUNNING("s1", "data"));
    say(s, DEVICE, COMMIT("bob", "s1", "data"));
    say(s, DEVICE, SECRET("s1", KEY));
    say(s, SERVER, COMMIT("alice", "s1", "data"));
    say(s, SERVER, SECRET("s1", KEY));
    say(s, DEVICE, (struct imp_claim){.kind = IMP_CLAIM_COMPLETE});
    say(s, SERVER, (struct imp_claim){.kind = IMP_CLAIM_COMPLETE});
}

/* An honest run with an adversary that acted. */
static inline struct story disturbed(void)
{
    struct story s = story();
    s.adversary = true;
    s.acts = 1;
    return s;
}

/* Claims of the goals from G6 on. */
#define ACCEPTED(s, d)                                                                             \
    ((struct imp_claim){.kind = IMP_CLAIM_ACCEPTED, .name = "nonce", TEXT(sid, s), TEXT(data, d)})
#define NEGOTIATED(d)                                                                              \
    ((struct imp_claim){.kind = IMP_CLAIM_NEGOTIATED, .name = "suite", TEXT(data, d)})
#define CONFIG(d) ((struct imp_claim){.kind = IMP_CLAIM_CONFIG, .layer = "config", TEXT(data, d)})
#define OWNER(p) ((struct imp_claim){.kind = IMP_CLAIM_OWNER, TEXT(peer, p)})
#define FREE ((struct imp_claim){.kind = IMP_CLAIM_OWNER})
#define ALARM(w) ((struct imp_claim){.kind = IMP_CLAIM_ALARM, .name = w})
#define REJECT(w) ((struct imp_claim){.kind = IMP_CLAIM_REJECT, .name = w})

#define UNIT(text)                                                                                 \
    {                                                                                              \
        .bytes = (uint8_t *)(uintptr_t)(text), .n = sizeof(text) - 1                               \
    }

static inline void learn(struct story *s, const char *octets)
{
    imp_knowledge_add(&s->knowledge, octets, strlen(octets), "read");
}

#endif
