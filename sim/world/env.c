/* SPDX-License-Identifier: GPL-2.0-only */
/* env.c - what a party asks of its carrier: messages, timers, claims, cells, streams, charges. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history.h"
#include "symbols.h"
#include "world.h"

static struct world_party *party_of(struct imp_env *env)
{
    return (struct world_party *)env;
}
/* ---- what a party asks for leaves after the processor time charged so far
 * ------------------------ */
enum output_kind { OUT_SEND, OUT_PROMPT, OUT_OOB, OUT_CLAIM, OUT_OPEN, OUT_CLOSE };

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
    case OUT_OPEN:
        world_channel_open(p, o->channel, o->default_peer ? NULL : &o->to, o->device);
        break;
    case OUT_CLOSE:
        world_channel_close(p, o->channel, &o->to);
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
    /* A connection is never opened within the call that asks for it: at the very start, whoever may
     * answer it is there by then. */
    if (p->cost == 0 && o.kind != OUT_OPEN)
        output_emit(q);
    else
        eng_after(p->cost, output_emit, q);
}

static void env_send(struct imp_env *env, int channel, const struct imp_addr *to, int message,
                     const void *bytes, size_t n)
{
    world_symbols_sent(party_of(env), channel, message, bytes, n);
    output_queue(party_of(env), (struct output){.kind = OUT_SEND,
                                                .channel = channel,
                                                .message = message,
                                                .default_peer = to == NULL,
                                                .to = to ? *to : (struct imp_addr){0},
                                                .bytes = world_copy(bytes, n),
                                                .n = n});
}

static void env_prompt(struct imp_env *env, unsigned act)
{
    world_symbols_prompted(party_of(env), act);
    output_queue(party_of(env), (struct output){.kind = OUT_PROMPT, .act = act});
}

static void env_oob(struct imp_env *env, int channel, int message, const void *bytes, size_t n)
{
    world_symbols_sent(party_of(env), channel, message, bytes, n);
    output_queue(party_of(env), (struct output){.kind = OUT_OOB,
                                                .channel = channel,
                                                .message = message,
                                                .bytes = world_copy(bytes, n),
                                                .n = n});
}

static void env_open(struct imp_env *env, int channel, const struct imp_addr *to)
{
    output_queue(party_of(env), (struct output){.kind = OUT_OPEN,
                                                .channel = channel,
                                                .default_peer = to == NULL,
                                                .to = to ? *to : (struct imp_addr){0}});
}

static void env_close(struct imp_env *env, int channel, const struct imp_addr *to)
{
    output_queue(party_of(env), (struct output){.kind = OUT_CLOSE,
                                                .channel = channel,
                                                .to = to ? *to : (struct imp_addr){0}});
}

/* ---- timers
 * ---------------------------------------------------------------------------------------- */
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

/* ---- claims
 * ------------------------------------------------------------------------------------------ */
static const char *claim_name(const struct imp_claim *c)
{
    static const char *const kinds[IMP_CLAIM_COUNT] = {
        "identity", "running", "commit", "secret",     "config",  "owner",
        "complete", "alarm",   "reject", "negotiated", "accepted"};
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
    r->claim.self = world_copy(c->self, c->self_n);
    r->claim.peer = world_copy(c->peer, c->peer_n);
    r->claim.sid = world_copy(c->sid, c->sid_n);
    r->claim.data = world_copy(c->data, c->data_n);
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
    world_symbols_claimed(p, c);
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
    if (!env->adversary && c->kind == IMP_CLAIM_ALARM && p->device >= 0)
        w->devices[p->device].warned = true;
    if (!env->adversary && c->kind == IMP_CLAIM_COMPLETE && p->device >= 0) {
        struct output *o = calloc(1, sizeof *o);
        if (!o)
            abort();
        *o = (struct output){.kind = OUT_CLAIM, .party = p, .device = p->device};
        eng_after(p->cost, role_done_later, o);
    }
}

/* ---- cells, streams, addresses, meter
 * ------------------------------------------------------------------ */
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
    world_history_cell(party_of(env), name, bytes, n);
    world_cells_put(&party_of(env)->cells, name, bytes, n);
    world_symbols_cell(party_of(env), name, n, true);
}

static void env_cell_erase(struct imp_env *env, const char *name)
{
    world_history_cell(party_of(env), name, NULL, 0);
    world_cells_erase(&party_of(env)->cells, name);
    world_symbols_cell(party_of(env), name, 0, false);
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

static struct imp_rng *stream_of(struct world_party *p, const char *purpose)
{
    for (size_t i = 0; i < p->stream_count; i++)
        if (strcmp(p->streams[i].purpose, purpose) == 0)
            return &p->streams[i].rng;
    p->streams = realloc(p->streams, (p->stream_count + 1) * sizeof *p->streams);
    if (!p->streams)
        abort();
    struct world_stream *s = &p->streams[p->stream_count++];
    s->purpose = purpose;
    imp_rng_seed(&s->rng, p->free_of_charge ? p->world->spec.seed : p->world->spec.session, p->name,
                 purpose);
    return &s->rng;
}

static void env_random(struct imp_env *env, const char *purpose, void *out, size_t n)
{
    struct world_party *p = party_of(env);
    imp_rng_fill(stream_of(p, purpose), out, n);
    world_history_draw(p, purpose, out, n);
}

static void env_behalf(struct imp_env *env, int channel, const struct imp_addr *of)
{
    struct world_party *p = party_of(env);
    struct world *w = p->world;
    bool server = w->spec.mechanism->roles[env->role].kind == IMP_ROLE_SERVER; /* of every cell */
    for (int d = 0; d < w->spec.devices; d++) {
        const struct world_party *q = w->devices[d].party;
        if ((server || q->cell == p->cell) && imp_addr_equal(&q->bindings[channel].self, of))
            p->device = d;
    }
}

static void env_uplink(struct imp_env *env, int channel, struct imp_uplink *out)
{
    world_uplink_next(party_of(env), channel, out);
}

static void env_uplink_channels(struct imp_env *env, int channel, const uint32_t *hertz, size_t n)
{
    world_uplink_channels(party_of(env), channel, hertz, n);
}

const struct imp_env_ops world_env_ops = {
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
    .behalf = env_behalf,
    .uplink = env_uplink,
    .uplink_channels = env_uplink_channels,
};
