/* SPDX-License-Identifier: GPL-2.0-only */
/* memnet.h - a carrier in memory for unit tests of mechanisms: no ns-3, no radio.
 *
 * One device, its access parties and one server, joined by links with a fixed delay. Everything
 * that parties send, claim and prompt is recorded in order. Tests may drop, alter, inject and
 * answer prompts. */
#ifndef IMPRINT_MEMNET_H
#define IMPRINT_MEMNET_H

#include "protocols/contract/mechanism.h"

struct memnet;

/* A list of settings for memnet_new. */
#define SETTINGS(...) ((const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

struct memnet_message { /* one recorded send (or OOB emission) */
    imp_time at;
    int from, to; /* role; -1 for `to` = everyone */
    int channel, message;
    struct imp_uplink uplink; /* if the sender asked for it: DR and channel change each time */
    const uint8_t *bytes;     /* owned by memnet */
    size_t n;
    bool dropped;
};

struct memnet_claim { /* one recorded claim; strings are memnet's copies */
    imp_time at;
    int role;
    struct imp_claim claim;
};

/* Called for each message before delivery: return false to drop it. May change bytes[0..*n) within
 * cap (tests of parsers and checks; the simulator's adversary never alters in place). */
typedef bool memnet_filter(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                           size_t cap);

/* `settings`: "option=value" or "role.option=value" or "role!flaw" strings, NULL-terminated; NULL
 * for defaults. Aborts the test on an unknown name. */
struct memnet *memnet_new(const struct imp_mechanism *m, uint64_t seed,
                          const char *const *settings);
void memnet_free(struct memnet *net);
void memnet_filter_set(struct memnet *net, memnet_filter *filter, void *arg);
/* A filter that cuts the last octet off each message of the kind *(int *)arg. */
memnet_filter memnet_cut_last;
/* A filter that loses the first message of each kind; `arg`: a uint64_t, zero at the beginning. */
memnet_filter memnet_lose_each_once;
/* A filter that loses the first message of the kind *(int *)arg, and sets that to -1. */
memnet_filter memnet_lose_first;
/* A filter that turns a bit of the last octet of each message of the kind *(int *)arg. */
memnet_filter memnet_spoil_last;
/* A filter that puts another digit for the last one of each message of the kind *(int *)arg. */
memnet_filter memnet_wrong_digit;
/* A filter that loses half of a channel's messages, by chance from a seed: a struct memnet_loss. */
struct memnet_loss {
    int channel;
    uint64_t seed;
};
memnet_filter memnet_lose_half;
void memnet_delay(struct memnet *net, imp_time one_way);          /* default 1 ms */
void memnet_user(struct memnet *net, imp_time act_time, bool ok); /* default 1 s, true */
void memnet_oob_blocked(struct memnet *net, bool blocked);
/* A connection to an address of nobody's is not refused, but never made. */
void memnet_mute(struct memnet *net, bool mute);
void memnet_start(struct memnet *net); /* START to all, servers first */
/* Runs until nothing is left, every required role completed, or the time. Returns the time. */
imp_time memnet_run(struct memnet *net, imp_time until);
imp_time memnet_run_past(struct memnet *net, imp_time until); /* does not stop at completion */
void memnet_inject(struct memnet *net, int to_role, int channel, const struct imp_addr *from,
                   const void *bytes, size_t n); /* NULL from: the usual peer */
void memnet_event(struct memnet *net, int role, enum imp_event_kind kind, const char *word);
bool memnet_completed(const struct memnet *net, int role);
bool memnet_complete(const struct memnet *net); /* every required role */
const struct imp_env *memnet_env(const struct memnet *net, int role);
int memnet_state(const struct memnet *net, int role);
/* The frequencies that a party told its radio last. */
size_t memnet_channels(const struct memnet *net, int role, const uint32_t **hertz);
size_t memnet_message_count(const struct memnet *net);
const struct memnet_message *memnet_message(const struct memnet *net, size_t i);
/* How many were of that kind, and the latest of them or NULL. */
size_t memnet_count_messages(const struct memnet *net, int message);
const struct memnet_message *memnet_last_message(const struct memnet *net, int message);
size_t memnet_claim_count(const struct memnet *net);
const struct memnet_claim *memnet_claim(const struct memnet *net, size_t i);
/* Latest claim of that kind (and name, layer unless NULL) by a role, or NULL. */
const struct imp_claim *memnet_last(const struct memnet *net, int role, enum imp_claim_kind kind,
                                    const char *name, const char *layer);
/* Whether there are both, with the same data in the same session. */
bool memnet_same(const struct imp_claim *a, const struct imp_claim *b);
/* Whether two roles agree in a layer: what each commits to is what the other is running, with the
 * same session. */
bool memnet_agree(const struct memnet *net, int a, int b, const char *layer);
/* How many claims of that kind (and name unless NULL) a role made. */
size_t memnet_count_claims(const struct memnet *net, int role, enum imp_claim_kind kind,
                           const char *name);
/* How often a user was asked for that act. */
size_t memnet_count_prompts(const struct memnet *net, unsigned act);
size_t memnet_charged(const struct memnet *net, int role, enum imp_op op);
int memnet_cell(const struct memnet *net, int role, const char *name, void *out, size_t cap);

#endif
