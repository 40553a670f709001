/* SPDX-License-Identifier: GPL-2.0-only */
/* party.c - carries parties: their events, processor, timers, streams, cells and claims. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

static struct world_party *party_of(struct imp_env *env)
{
    return (struct world_party *)env;
}

static void *copy(const void *p, size_t n)
{
    void *q = malloc(n ? n : 1);
    if (!q)
        abort();
    if (n)
        memcpy(q, p, n);
    return q;
}

/* ---- what a party asks for leaves after the processor time charged so far ------------------------ */
enum output_kind { OUT_SEND, OUT_PROMPT, OUT_OOB, OUT_CLAIM };

struct output {
    enum output_kind kind;
    struct world_party *party;
    int channel, message, device;
    unsigned act;
    bool default_peer;
    struct imp_addr to;
    uint8_t *bytes;
    size_t n;
};

static void output_emit(void *arg)
{
    struct output *o = arg;
    struct world_party *p = o->party;
    switch (o->kind) {
    case OUT_SEND:
        world_channel_send(p, o->channel, o->default_peer ? NULL : &o->to, o->message, o->bytes,
                           o->n, o->device);
        break;
    case OUT_PROMPT:
        world_user_prompt(p, o->act, o->device);
        break;
    case OUT_OOB:
    default:
        world_user_oob(p, o->channel, o->message, o->bytes, o->n, o->device);
        break;
    }
    free(o->bytes);
    free(o);
}

static void output_queue(struct world_party *p, struct output o)
{
    struct output *q = malloc(sizeof *q);
    if (!q)
        abort();
    *q = o;
    q->party = p;
    q->device = p->device;
    if (p->cost == 0)
        output_emit(q);
    else
        eng_after(p->cost, output_emit, q);
}

static void env_send(struct imp_env *env, int channel, const struct imp_addr *to, int message,
                     const void *bytes, size_t n)
{
    output_queue(party_of(env), (struct output){.kind = OUT_SEND,
                                                .channel = channel,
                                                .message = message,
                                                .default_peer = to == NULL,
                                                .to = to ? *to : (struct imp_addr){0},
                                                .bytes = copy(bytes, n),
                                                .n = n});
}

static void env_prompt(struct imp_env *env, unsigned act)
{
    output_queue(party_of(env), (struct output){.kind = OUT_PROMPT, .act = act});
}

static void env_oob(struct imp_env *env, int channel, int message, const void *bytes, size_t n)
{
    output_queue(party_of(env), (struct output){.kind = OUT_OOB,
                                                .channel = channel,
                                                .message = message,
                                                .bytes = copy(bytes, n),
                                                .n = n});
}

static void env_open(struct imp_env *env, int channel, const struct imp_addr *to)
{
    world_channel_open(party_of(env), channel, to);
}

static void env_close(struct imp_env *env, int channel, const struct imp_addr *to)
{
    world_channel_close(party_of(env), channel, to);
}

/* ---- timers ---------------------------------------------------------------------------------------- */
static void timer_fired(void *arg)
{
    struct world_timer *t = arg;
    t->handle = 0;
    world_party_event(t->party, &(struct imp_event){.kind = IMP_EVENT_TIMER, .id = t->id},
                      t->device);
}

static void env_timer(struct imp_env *env, unsigned id, imp_time at)
{
    struct world_party *p = party_of(env);
    if (id >= WORLD_MAX_TIMERS)
        abort(); /* contract: 0..63 */
    struct world_timer *t = &p->timers[id];
    if (t->handle)
        eng_cancel(t->handle);
    *t = (struct world_timer){.party = p, .id = id, .device = p->device};
    if (at != IMP_NEVER)
        t->handle = eng_after(at - eng_now(), timer_fired, t);
}

/* ---- claims ------------------------------------------------------------------------------------------ */
static const char *claim_name(const struct imp_claim *c)
{
    static const char *const kinds[] = {"identity", "running", "commit",   "secret", "config",
                                        "owner",    "complete", "alarm", "reject"};
    return c->name ? c->name : kinds[c->kind];
}

static void claim_record(struct world *w, struct world_party *p, const struct imp_claim *c)
{
    if (w->record_count == w->record_cap) {
        w->record_cap = w->record_cap ? 2 * w->record_cap : 256;
        w->records = realloc(w->records, w->record_cap * sizeof *w->records);
        if (!w->records)
            abort();
    }
    struct imp_record *r = &w->records[w->record_count];
    *r = (struct imp_record){.party = p->index,
                             .device = p->device,
                             .at = eng_now() + p->cost,
                             .order = w->record_count++,
                             .claim = *c};
    r->claim.self = copy(c->self, c->self_n);
    r->claim.peer = copy(c->peer, c->peer_n);
    r->claim.sid = copy(c->sid, c->sid_n);
    r->claim.data = copy(c->data, c->data_n);
}

static void role_done_later(void *arg)
{
    struct output *o = arg;
    world_meter_role_done(o->party->world, o->device, o->party->env.role);
    free(o);
}

static void env_claim(struct imp_env *env, const struct imp_claim *c)
{
    struct world_party *p = party_of(env);
    struct world *w = p->world;
    claim_record(w, p, c);
    imp_trace_add(w->trace,
                  &(struct imp_trace_entry){.t = eng_now() + p->cost,
                                            .kind = "claim",
                                            .from = p->name,
                                            .to = "",
                                            .message = claim_name(c),
                                            .phase = "",
                                            .channel = c->layer ? c->layer : "",
                                            .n = c->data_n,
                                            .device = p->device},
                  c->data);
    if (env->adversary && c->kind == IMP_CLAIM_SECRET) {
        char source[96];
        snprintf(source, sizeof source, "%s of %s", claim_name(c), p->name);
        imp_knowledge_add(&w->knowledge, c->data, c->data_n, source);
    }
    if (!env->adversary && c->kind == IMP_CLAIM_COMPLETE && p->device >= 0) {
        struct output *o = calloc(1, sizeof *o);
        if (!o)
            abort();
        *o = (struct output){.kind = OUT_CLAIM, .party = p, .device = p->device};
        eng_after(p->cost, role_done_later, o);
    }
}

/* ---- cells, streams, addresses, meter ------------------------------------------------------------------ */
static int env_cell_get(struct imp_env *env, const char *name, void *out, size_t cap)
{
    const struct world_cell *c = world_cells_get(&party_of(env)->cells, name);
    if (!c)
        return -1;
    if (c->n && cap)
        memcpy(out, c->bytes, c->n < cap ? c->n : cap);
    return (int)c->n;
}

static void env_cell_put(struct imp_env *env, const char *name, const void *bytes, size_t n)
{
    world_cells_put(&party_of(env)->cells, name, bytes, n);
}

static void env_cell_erase(struct imp_env *env, const char *name)
{
    world_cells_erase(&party_of(env)->cells, name);
}

static bool env_self(struct imp_env *env, int channel, struct imp_addr *out)
{
    *out = party_of(env)->bindings[channel].self;
    return out->n != 0;
}

static bool env_peer(struct imp_env *env, int channel, struct imp_addr *out)
{
    *out = party_of(env)->bindings[channel].peer;
    return out->n != 0;
}

static void env_charge(struct imp_env *env, enum imp_op op, size_t quantity)
{
    struct world_party *p = party_of(env);
    if (p->free_of_charge)
        return;
    p->ops[op] += quantity ? quantity : 1;
    if (p->platform)
        p->cost += imp_platform_cost(p->platform, op, quantity);
}

static void env_random(struct imp_env *env, const char *purpose, void *out, size_t n)
{
    struct world_party *p = party_of(env);
    for (size_t i = 0; i < p->stream_count; i++)
        if (strcmp(p->streams[i].purpose, purpose) == 0) {
            imp_rng_fill(&p->streams[i].rng, out, n);
            return;
        }
    p->streams = realloc(p->streams, (p->stream_count + 1) * sizeof *p->streams);
    if (!p->streams)
        abort();
    struct world_stream *s = &p->streams[p->stream_count++];
    s->purpose = purpose;
    imp_rng_seed(&s->rng, p->world->spec.seed, p->name, purpose);
    imp_rng_fill(&s->rng, out, n);
}

static const struct imp_env_ops ops = {
    .send = env_send,
    .open = env_open,
    .close = env_close,
    .timer = env_timer,
    .prompt = env_prompt,
    .oob = env_oob,
    .claim = env_claim,
    .cell_get = env_cell_get,
    .cell_put = env_cell_put,
    .cell_erase = env_cell_erase,
    .self = env_self,
    .peer = env_peer,
    .charge = env_charge,
    .random = env_random,
};

/* ---- the processor -------------------------------------------------------------------------------------- */
static void party_next(void *arg);

static void cpu_over(void *arg)
{
    struct output *o = arg;
    world_meter_activity(o->party->world, o->device, WORLD_CPU, -1);
    free(o);
}

/* The called party's processor time, charged to the device on whose behalf it worked. */
static void account(struct world_party *p, int device)
{
    if (p->cost == 0 || !world_honest(p) || device < 0)
        return;
    struct output *o = calloc(1, sizeof *o);
    if (!o)
        abort();
    *o = (struct output){.kind = OUT_CLAIM, .party = p, .device = device};
    world_meter_activity(p->world, device, WORLD_CPU, +1);
    if (p->env.device >= 0)
        p->world->devices[p->env.device].own_cpu += p->cost;
    eng_after(p->cost, cpu_over, o);
}

static void wake_at(struct world_party *p, imp_time at)
{
    if (p->wake)
        return;
    p->wake = true;
    eng_after(at - eng_now(), party_next, p);
}

/* Runs the head of the queue; the processor is busy for what it cost. A party that has not been
 * started hears nothing. */
static void party_run(struct world_party *p)
{
    struct world_event *e = p->head;
    p->head = e->next;
    if (!p->head)
        p->tail = NULL;
    p->cost = 0;
    p->device = e->device;
    p->running = true;
    if (p->started || e->event.kind == IMP_EVENT_START) {
        p->started = true;
        p->env.mechanism->roles[p->env.role].event(p->env.ctx, &p->env, &e->event, eng_now());
    }
    p->running = false;
    p->busy_until = eng_now() + p->cost;
    account(p, e->device);
    p->cost = 0;
    free((void *)e->event.bytes);
    free(e);
    if (p->head)
        wake_at(p, p->busy_until);
}

static void party_next(void *arg)
{
    struct world_party *p = arg;
    p->wake = false;
    if (!p->head)
        return;
    if (eng_now() < p->busy_until)
        wake_at(p, p->busy_until);
    else
        party_run(p);
}

void world_party_event(struct world_party *p, const struct imp_event *event, int device)
{
    struct world_event *e = calloc(1, sizeof *e);
    if (!e)
        abort();
    e->event = *event;
    e->event.bytes = copy(event->bytes, event->n);
    e->device = p->env.device >= 0 ? p->env.device : device;
    if (p->tail)
        p->tail->next = e;
    else
        p->head = e;
    p->tail = e;
    if (p->running || p->wake)
        return; /* party_run or the pending wake-up takes it from here */
    if (eng_now() >= p->busy_until)
        party_run(p);
    else
        wake_at(p, p->busy_until);
}

void world_party_start(struct world_party *p, int device)
{
    if (p->started)
        return;
    world_party_event(p, &(struct imp_event){.kind = IMP_EVENT_START}, device);
}

/* ---- making them ------------------------------------------------------------------------------------------ */
static void party_init(struct world *w, struct world_party *p, int role, int device, int cell,
                       bool adversary)
{
    const struct imp_mechanism *m = w->spec.mechanism;
    enum imp_role_kind kind = m->roles[role].kind;
    *p = (struct world_party){.world = w, .index = (int)(p - w->parties), .cell = cell,
                              .device = device};
    const char *prefix = adversary ? "adversary/" : "";
    if (kind == IMP_ROLE_DEVICE)
        snprintf(p->name, sizeof p->name, "%sdevice-%d", prefix, device + 1);
    else if (kind == IMP_ROLE_ACCESS && w->cell_count > 1)
        snprintf(p->name, sizeof p->name, "%s%s-%d", prefix, m->roles[role].name, cell + 1);
    else
        snprintf(p->name, sizeof p->name, "%s%s", prefix, m->roles[role].name);
    p->platform = adversary ? NULL : w->spec.platforms[kind];
    p->env = (struct imp_env){.ops = &ops,
                              .mechanism = m,
                              .role = role,
                              .device = device,
                              .name = p->name,
                              .options = w->spec.options[role],
                              .flaws = adversary ? ~UINT64_C(0) : w->spec.flaws[role],
                              .adversary = adversary,
                              .ctx = calloc(1, m->roles[role].context_size)};
    if (!p->env.ctx)
        abort();
    for (int c = 0; c < WORLD_MAX_CHANNELS; c++)
        p->bindings[c] = (struct world_binding){.port = -1, .sock = -1};
}

/* Honest parties in a fixed order: servers, access parties by cell, devices. */
static size_t make_universe(struct world *w, size_t at, bool adversary)
{
    const struct imp_mechanism *m = w->spec.mechanism;
    for (int role = 0; m->roles[role].name; role++) {
        if (m->roles[role].kind == IMP_ROLE_SERVER)
            party_init(w, &w->parties[at++], role, -1, 0, adversary);
        for (size_t c = 0; m->roles[role].kind == IMP_ROLE_ACCESS && c < w->cell_count; c++)
            party_init(w, &w->parties[at++], role, -1, (int)c, adversary);
        if (m->roles[role].kind == IMP_ROLE_DEVICE && !adversary)
            w->first_device = at;
        for (int d = 0; m->roles[role].kind == IMP_ROLE_DEVICE && d < w->spec.devices; d++)
            party_init(w, &w->parties[at++], role, d, d / w->spec.cell, adversary);
    }
    return at;
}

/* The settings that a mechanism declares for the adversary's own parties. */
static void adversary_options(struct world *w, struct world_party *p)
{
    const struct imp_mechanism *m = w->spec.mechanism;
    size_t count = imp_option_count(m);
    struct imp_value *values = calloc(count ? count : 1, sizeof *values);
    char why[160];
    if (!values)
        abort();
    memcpy(values, p->env.options, count * sizeof *values);
    for (const struct imp_setting *s = m->adversary; s && s->name; s++) {
        int o = imp_option_find(m, s->name);
        if (o < 0 || imp_option_parse(&values[o], &m->options[o], s->value, why, sizeof why) != 0)
            abort(); /* the mechanism's own table is wrong */
    }
    p->env.options = values;
}

void world_parties_make(struct world *w)
{
    const struct imp_mechanism *m = w->spec.mechanism;
    size_t honest = 0;
    for (int role = 0; m->roles[role].name; role++)
        honest += m->roles[role].kind == IMP_ROLE_DEVICE   ? (size_t)w->spec.devices
                  : m->roles[role].kind == IMP_ROLE_ACCESS ? w->cell_count
                                                           : 1;
    bool mirrors = w->spec.adversary.strategy == IMP_STRATEGY_OWN_KEYS;
    w->honest = honest;
    w->party_count = mirrors ? 2 * honest : honest;
    w->parties = calloc(w->party_count, sizeof *w->parties);
    if (!w->parties)
        abort();
    make_universe(w, 0, false);
    if (mirrors)
        make_universe(w, honest, true);
    for (size_t i = honest; i < w->party_count; i++)
        adversary_options(w, &w->parties[i]);
}

static void provision_universe(struct world *w, size_t from, size_t count)
{
    struct imp_env **envs = calloc(count, sizeof *envs);
    if (!envs)
        abort();
    for (size_t i = 0; i < count; i++) {
        w->parties[from + i].free_of_charge = true;
        envs[i] = &w->parties[from + i].env;
    }
    if (w->spec.mechanism->provision)
        w->spec.mechanism->provision(envs, count);
    for (size_t i = 0; i < count; i++)
        w->parties[from + i].free_of_charge = false;
    free(envs);
}

void world_parties_provision(struct world *w)
{
    provision_universe(w, 0, w->honest);
    if (w->party_count > w->honest)
        provision_universe(w, w->honest, w->honest);
    for (size_t i = 0; i < w->party_count; i++) {
        struct world_party *p = &w->parties[i];
        p->running = true;
        w->spec.mechanism->roles[p->env.role].init(p->env.ctx, &p->env);
        p->running = false;
        p->cost = 0;
    }
}

static void drop_events(struct world_party *p)
{
    while (p->head) {
        struct world_event *e = p->head;
        p->head = e->next;
        free((void *)e->event.bytes);
        free(e);
    }
    p->tail = NULL;
}

static void party_free(struct world *w, struct world_party *p)
{
    const struct imp_role *role = &w->spec.mechanism->roles[p->env.role];
    if (role->fini)
        role->fini(p->env.ctx, &p->env);
    if (p->env.adversary)
        free((void *)p->env.options);
    free(p->env.ctx);
    world_cells_free(&p->cells);
    free(p->streams);
    drop_events(p);
}

void world_parties_free(struct world *w)
{
    for (size_t i = 0; i < w->party_count; i++)
        party_free(w, &w->parties[i]);
    free(w->parties);
    for (size_t i = 0; i < w->record_count; i++) {
        free((void *)w->records[i].claim.self);
        free((void *)w->records[i].claim.peer);
        free((void *)w->records[i].claim.sid);
        free((void *)w->records[i].claim.data);
    }
    free(w->records);
}

void world_party_power_off(struct world_party *p)
{
    const struct imp_role *role = &p->env.mechanism->roles[p->env.role];
    for (int i = 0; i < WORLD_MAX_TIMERS; i++) {
        if (p->timers[i].handle)
            eng_cancel(p->timers[i].handle);
        p->timers[i].handle = 0;
    }
    drop_events(p);
    if (role->fini)
        role->fini(p->env.ctx, &p->env);
    memset(p->env.ctx, 0, role->context_size);
    p->running = true;
    role->init(p->env.ctx, &p->env);
    p->running = false;
    p->cost = 0;
    p->started = false;
}

struct world_party *world_mirror(struct world_party *p)
{
    struct world *w = p->world;
    return w->party_count > w->honest ? &w->parties[(size_t)p->index + w->honest] : NULL;
}

struct world_party *world_origin(struct world_party *p)
{
    return &p->world->parties[(size_t)p->index - p->world->honest];
}
