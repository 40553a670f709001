/* SPDX-License-Identifier: GPL-2.0-only */
/* lone_party.h - one role of a mechanism without a network: what it sends is kept for the test. */
#ifndef IMPRINT_LONE_PARTY_H
#define IMPRINT_LONE_PARTY_H

#include <stdlib.h>
#include <string.h>

#include "protocols/contract/mechanism.h"
#include "protocols/crypto/crypto.h"

struct lone_party {
    struct imp_env env; /* first */
    struct imp_value options[64];
    struct imp_rng rng;
    uint8_t secret[16]; /* the only cell: whatever name is asked for */
    int cell_size;      /* its size; -1: no cell */
    imp_time timer;     /* timer 0 */
    size_t sends, claims[IMP_CLAIM_COUNT];
    int message; /* of the last send */
    struct imp_addr to;
    uint8_t bytes[2048];
    size_t n;
};

static inline struct lone_party *lone(struct imp_env *env)
{
    return (struct lone_party *)env;
}

static inline void lone_send(struct imp_env *env, int channel, const struct imp_addr *to,
                             int message, const void *bytes, size_t n)
{
    struct lone_party *p = lone(env);
    (void)channel;
    if (n > sizeof p->bytes)
        abort();
    p->sends++;
    p->message = message;
    p->to = to ? *to : (struct imp_addr){0};
    memcpy(p->bytes, bytes, n);
    p->n = n;
}

static inline void lone_timer(struct imp_env *env, unsigned id, imp_time at)
{
    if (id == 0)
        lone(env)->timer = at;
}

static inline void lone_claim(struct imp_env *env, const struct imp_claim *claim)
{
    lone(env)->claims[claim->kind]++;
}

static inline int lone_get(struct imp_env *env, const char *name, void *out, size_t cap)
{
    struct lone_party *p = lone(env);
    (void)name;
    if (p->cell_size < 0)
        return -1;
    size_t n = (size_t)p->cell_size < sizeof p->secret ? (size_t)p->cell_size : sizeof p->secret;
    memset(out, 0, cap < (size_t)p->cell_size ? cap : (size_t)p->cell_size);
    memcpy(out, p->secret, n < cap ? n : cap);
    return p->cell_size;
}

static inline void lone_put(struct imp_env *env, const char *name, const void *bytes, size_t n)
{
    (void)env;
    (void)name;
    (void)bytes;
    (void)n;
}

static inline void lone_erase(struct imp_env *env, const char *name)
{
    (void)env;
    (void)name;
}

static inline bool lone_address(struct imp_env *env, int channel, struct imp_addr *out)
{
    const struct imp_channel *c = &env->mechanism->channels[channel];
    *out = (struct imp_addr){.n = c->service == IMP_SERVICE_FRAME ? 6 : 18, .bytes = {2}};
    return true;
}

static inline void lone_charge(struct imp_env *env, enum imp_op op, size_t quantity)
{
    (void)env;
    (void)op;
    (void)quantity;
}

static inline void lone_random(struct imp_env *env, const char *purpose, void *out, size_t n)
{
    (void)purpose;
    imp_rng_fill(&lone(env)->rng, out, n);
}

/* The context is allocated once for each role and never freed: START clears it. */
static inline struct lone_party *lone_party(struct lone_party *p, const struct imp_mechanism *m,
                                            int role)
{
    static const struct imp_env_ops ops = {.send = lone_send,
                                           .timer = lone_timer,
                                           .claim = lone_claim,
                                           .cell_get = lone_get,
                                           .cell_put = lone_put,
                                           .cell_erase = lone_erase,
                                           .self = lone_address,
                                           .peer = lone_address,
                                           .charge = lone_charge,
                                           .random = lone_random};
    char error[160];
    imp_crypto_init();
    *p = (struct lone_party){.env = {.ops = &ops,
                                     .mechanism = m,
                                     .role = role,
                                     .device = role == 0 ? 0 : -1,
                                     .name = m->roles[role].name,
                                     .ctx = calloc(1, m->roles[role].context_size)},
                             .cell_size = 16,
                             .timer = IMP_NEVER};
    for (int i = 0; m->options[i].name; i++)
        if (imp_option_parse(&p->options[i], &m->options[i], m->options[i].preset, error,
                             sizeof error) != 0)
            abort();
    p->env.options = p->options;
    imp_rng_seed(&p->rng, 1, m->roles[role].name, "lone");
    m->roles[role].init(p->env.ctx, &p->env);
    return p;
}

static inline void lone_event(struct lone_party *p, const struct imp_event *e, imp_time now)
{
    p->env.mechanism->roles[p->env.role].event(p->env.ctx, &p->env, e, now);
}

static inline void lone_start(struct lone_party *p)
{
    lone_event(p, &(struct imp_event){.kind = IMP_EVENT_START, .ok = true}, 0);
}

static inline void lone_receive(struct lone_party *p, int channel, const struct imp_addr *from,
                                const void *bytes, size_t n, imp_time now)
{
    struct imp_event e = {
        .kind = IMP_EVENT_RECEIVE, .channel = channel, .from = *from, .bytes = bytes, .n = n};
    lone_event(p, &e, now);
}

#endif
