/* SPDX-License-Identifier: GPL-2.0-only */
#include "memnet_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool takes_part(const struct memnet *net, size_t r)
{
    return imp_role_takes_part(net->m, (int)r, net->parties[r].options);
}

static const struct imp_role *role_of(const struct memnet *net, size_t r)
{
    return &net->m->roles[r];
}

static void init_party(struct memnet *net, size_t r)
{
    struct memnet_party *p = &net->parties[r];
    p->env.ctx = memnet__alloc(role_of(net, r)->context_size);
    role_of(net, r)->init(p->env.ctx, &p->env);
}

static void fini_party(struct memnet *net, size_t r)
{
    struct memnet_party *p = &net->parties[r];
    if (role_of(net, r)->fini)
        role_of(net, r)->fini(p->env.ctx, &p->env);
    free(p->env.ctx);
    p->env.ctx = NULL;
}

static void provision(struct memnet *net)
{
    if (!net->m->provision)
        return;
    struct imp_env **all = memnet__alloc(net->role_count * sizeof *all);
    size_t count = 0;
    for (size_t r = 0; r < net->role_count; r++)
        if (takes_part(net, r))
            all[count++] = &net->parties[r].env;
    net->provisioning = true;
    net->m->provision(all, count);
    net->provisioning = false;
    free(all);
}

struct memnet *memnet_new(const struct imp_mechanism *m, uint64_t seed, const char *const *settings)
{
    imp_crypto_init();
    struct memnet *net = memnet__alloc(sizeof *net);
    net->m = m;
    net->seed = seed;
    net->role_count = imp_role_count(m);
    net->delay = 1 * IMP_MS;
    net->act_time = 1 * IMP_S;
    net->user_ok = true;
    net->parties = memnet__alloc(net->role_count * sizeof *net->parties);
    for (size_t r = 0; r < net->role_count; r++) {
        struct memnet_party *p = &net->parties[r];
        p->net = net;
        /* Role 0 is the device; a helper device (a mother, a phone) goes by its role. */
        snprintf(p->name, sizeof p->name, "%s", r == 0 ? "device-1" : m->roles[r].name);
        p->env = (struct imp_env){.ops = &memnet__ops,
                                  .mechanism = m,
                                  .role = (int)r,
                                  .device = m->roles[r].kind == IMP_ROLE_DEVICE ? 0 : -1,
                                  .name = p->name};
    }
    memnet__settings(net, settings);
    provision(net);
    for (size_t r = 0; r < net->role_count; r++)
        init_party(net, r);
    return net;
}

static void free_party(struct memnet *net, size_t r)
{
    struct memnet_party *p = &net->parties[r];
    fini_party(net, r);
    while (p->cells)
        memnet__ops.cell_erase(&p->env, p->cells->name);
    while (p->streams) {
        struct memnet_stream *s = p->streams;
        p->streams = s->next;
        free(s->purpose);
        free(s);
    }
    free(p->options);
}

static void free_records(struct memnet *net)
{
    for (size_t i = 0; i < net->message_count; i++) {
        free((void *)net->messages[i]->bytes);
        free(net->messages[i]);
    }
    free(net->messages);
    for (size_t i = 0; i < net->claim_count; i++) {
        struct imp_claim *c = &net->claims[i]->claim;
        free((void *)c->layer);
        free((void *)c->name);
        free((void *)c->self);
        free((void *)c->peer);
        free((void *)c->sid);
        free((void *)c->data);
        free(net->claims[i]);
    }
    free(net->claims);
}

void memnet_free(struct memnet *net)
{
    if (!net)
        return;
    for (size_t r = 0; r < net->role_count; r++)
        free_party(net, r);
    free_records(net);
    for (size_t i = 0; i < net->heap_n; i++)
        free(net->heap[i].owned);
    for (size_t i = 0; i < net->text_count; i++)
        free(net->texts[i]);
    free(net->texts);
    free(net->heap);
    free(net->connections);
    free(net->parties);
    free(net);
}

bool memnet_cut_last(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                     size_t cap)
{
    (void)bytes;
    (void)cap;
    if (m->message == *(int *)arg)
        --*n;
    return true;
}

bool memnet_lose_each_once(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                           size_t cap)
{
    uint64_t *lost = arg, bit = UINT64_C(1) << m->message;
    (void)bytes, (void)n, (void)cap;
    bool first = !(*lost & bit);
    *lost |= bit;
    return !first;
}

bool memnet_lose_first(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                       size_t cap)
{
    int *which = arg;
    (void)bytes, (void)n, (void)cap;
    bool lost = m->message == *which;
    if (lost)
        *which = -1;
    return !lost;
}

bool memnet_spoil_last(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                       size_t cap)
{
    const int *which = arg;
    (void)cap;
    if (m->message == *which)
        bytes[*n - 1] ^= 1;
    return true;
}

bool memnet_same(const struct imp_claim *a, const struct imp_claim *b)
{
    return a && b && a->data_n == b->data_n && memcmp(a->data, b->data, a->data_n) == 0 &&
           a->sid_n == b->sid_n && a->sid_n > 0 && memcmp(a->sid, b->sid, a->sid_n) == 0;
}

bool memnet_agree(const struct memnet *net, int a, int b, const char *layer)
{
    return memnet_same(memnet_last(net, a, IMP_CLAIM_COMMIT, NULL, layer),
                       memnet_last(net, b, IMP_CLAIM_RUNNING, NULL, layer)) &&
           memnet_same(memnet_last(net, b, IMP_CLAIM_COMMIT, NULL, layer),
                       memnet_last(net, a, IMP_CLAIM_RUNNING, NULL, layer));
}

bool memnet_wrong_digit(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                        size_t cap)
{
    (void)cap;
    if (m->message == *(int *)arg)
        bytes[*n - 1] = bytes[*n - 1] == '9' ? '0' : (uint8_t)(bytes[*n - 1] + 1);
    return true;
}

bool memnet_lose_half(void *arg, const struct memnet_message *m, uint8_t *bytes, size_t *n,
                      size_t cap)
{
    struct memnet_loss *loss = arg;
    (void)bytes;
    (void)n;
    (void)cap;
    if (m->channel != loss->channel)
        return true;
    uint64_t z = loss->seed += 0x9e3779b97f4a7c15; /* SplitMix64 */
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return (z ^ z >> 31) >> 63;
}

void memnet_filter_set(struct memnet *net, memnet_filter *filter, void *arg)
{
    net->filter = filter;
    net->filter_arg = arg;
}

void memnet_mute(struct memnet *net, bool mute)
{
    net->mute = mute;
}

void memnet_delay(struct memnet *net, imp_time one_way)
{
    net->delay = one_way;
}

void memnet_user(struct memnet *net, imp_time act_time, bool ok)
{
    net->act_time = act_time;
    net->user_ok = ok;
}

void memnet_oob_blocked(struct memnet *net, bool blocked)
{
    net->oob_blocked = blocked;
}

void memnet_start(struct memnet *net)
{
    static const enum imp_role_kind order[] = {IMP_ROLE_SERVER, IMP_ROLE_ACCESS, IMP_ROLE_DEVICE};
    const struct imp_event start = {.kind = IMP_EVENT_START};
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        for (size_t r = 0; r < net->role_count; r++)
            if (role_of(net, r)->kind == order[k] && takes_part(net, r))
                memnet__push(net, net->now, (int)r, 0, &start);
}

static void handle(struct memnet *net, struct memnet_pending *e)
{
    struct memnet_party *p = &net->parties[e->role];
    net->now = e->at;
    bool stale = e->event.kind == IMP_EVENT_TIMER && p->timer[e->event.id] != e->generation;
    if (!stale)
        role_of(net, (size_t)e->role)->event(p->env.ctx, &p->env, &e->event, net->now);
    free(e->owned);
}

static imp_time run(struct memnet *net, imp_time until, bool past)
{
    struct memnet_pending e;
    while ((past || !memnet_complete(net)) && memnet__pop(net, until, &e))
        handle(net, &e);
    /* With events left beyond `until`, the time has passed all the same. */
    if (net->heap_n > 0 && until != IMP_NEVER && until > net->now &&
        (past || !memnet_complete(net)))
        net->now = until;
    return net->now;
}

imp_time memnet_run(struct memnet *net, imp_time until)
{
    return run(net, until, false);
}

imp_time memnet_run_past(struct memnet *net, imp_time until)
{
    return run(net, until, true);
}

void memnet_inject(struct memnet *net, int to_role, int channel, const struct imp_addr *from,
                   const void *bytes, size_t n)
{
    struct imp_event e = {.kind = IMP_EVENT_RECEIVE, .channel = channel, .bytes = bytes, .n = n};
    e.from = from ? *from : memnet__address(net, memnet__other(net, to_role, channel), channel);
    memnet__push(net, net->now, to_role, 0, &e);
}

/* A START after the first is a power cycle: the memory is lost, the cells stay. */
void memnet_event(struct memnet *net, int role, enum imp_event_kind kind, const char *word)
{
    struct imp_event e = {
        .kind = kind, .bytes = (const uint8_t *)word, .n = word ? strlen(word) : 0, .ok = true};
    if (kind == IMP_EVENT_START) {
        fini_party(net, (size_t)role);
        memnet__drop_connections(net, role);
        for (int i = 0; i < MEMNET_TIMERS; i++)
            net->parties[role].timer[i] = ++net->generation;
        init_party(net, (size_t)role);
    }
    memnet__push(net, net->now, role, 0, &e);
}

bool memnet_completed(const struct memnet *net, int role)
{
    return net->parties[role].completed;
}

bool memnet_complete(const struct memnet *net)
{
    for (size_t r = 0; r < net->role_count; r++)
        if (!role_of(net, r)->optional && takes_part(net, r) && !net->parties[r].completed)
            return false;
    return true;
}

const struct imp_env *memnet_env(const struct memnet *net, int role)
{
    return &net->parties[role].env;
}

int memnet_state(const struct memnet *net, int role)
{
    return role_of(net, (size_t)role)->state(net->parties[role].env.ctx);
}

size_t memnet_message_count(const struct memnet *net)
{
    return net->message_count;
}

const struct memnet_message *memnet_message(const struct memnet *net, size_t i)
{
    return net->messages[i];
}

size_t memnet_count_prompts(const struct memnet *net, unsigned act)
{
    return net->prompts[act];
}

size_t memnet_count_messages(const struct memnet *net, int message)
{
    size_t count = 0;
    for (size_t i = 0; i < net->message_count; i++)
        count += net->messages[i]->message == message;
    return count;
}

const struct memnet_message *memnet_last_message(const struct memnet *net, int message)
{
    for (size_t i = net->message_count; i-- > 0;)
        if (net->messages[i]->message == message)
            return net->messages[i];
    return NULL;
}

size_t memnet_claim_count(const struct memnet *net)
{
    return net->claim_count;
}

const struct memnet_claim *memnet_claim(const struct memnet *net, size_t i)
{
    return net->claims[i];
}

static bool same(const char *wanted, const char *text)
{
    return !wanted || (text && strcmp(wanted, text) == 0);
}

static bool is_claim(const struct memnet_claim *c, int role, enum imp_claim_kind kind,
                     const char *name)
{
    return c->role == role && c->claim.kind == kind && same(name, c->claim.name);
}

const struct imp_claim *memnet_last(const struct memnet *net, int role, enum imp_claim_kind kind,
                                    const char *name, const char *layer)
{
    for (size_t i = net->claim_count; i-- > 0;) {
        const struct memnet_claim *c = net->claims[i];
        if (is_claim(c, role, kind, name) && same(layer, c->claim.layer))
            return &c->claim;
    }
    return NULL;
}

size_t memnet_count_claims(const struct memnet *net, int role, enum imp_claim_kind kind,
                           const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < net->claim_count; i++)
        count += is_claim(net->claims[i], role, kind, name);
    return count;
}

size_t memnet_charged(const struct memnet *net, int role, enum imp_op op)
{
    return net->parties[role].charged[op];
}

int memnet_cell(const struct memnet *net, int role, const char *name, void *out, size_t cap)
{
    return memnet__ops.cell_get(&net->parties[role].env, name, out, cap);
}
