/* SPDX-License-Identifier: GPL-2.0-only */
/* What memnet's parties see of the world: links, streams, timers, users, cells, randomness. */
#include "memnet_internal.h"

#include <stdlib.h>
#include <string.h>

enum { ENDPOINT = 18, CONNECTION = 26 }; /* octets of an endpoint's and of a connection's name */

static struct memnet_party *party(struct imp_env *env)
{
    return (struct memnet_party *)env;
}

int memnet__other(const struct memnet *net, int role, int channel)
{
    const struct imp_channel *c = &net->m->channels[channel];
    return role == c->a ? c->b : c->a;
}

/* MAC 02:00:00:00:00:<role+1>; IPv6 fd00::<role+1>. End b of a channel answers on its number, end a
 * uses 49152 + channel. */
struct imp_addr memnet__address(const struct memnet *net, int role, int channel)
{
    const struct imp_channel *c = &net->m->channels[channel];
    struct imp_addr a = {0};
    switch (c->service) {
    case IMP_SERVICE_FRAME:
        a.n = 6;
        a.bytes[0] = 0x02;
        a.bytes[5] = (uint8_t)(role + 1);
        break;
    case IMP_SERVICE_DATAGRAM:
    case IMP_SERVICE_STREAM: {
        unsigned port = role == c->b ? c->number : 49152u + (unsigned)channel;
        a.n = ENDPOINT;
        a.bytes[0] = 0xfd;
        a.bytes[15] = (uint8_t)(role + 1);
        a.bytes[16] = (uint8_t)(port >> 8);
        a.bytes[17] = (uint8_t)port;
        break;
    }
    default:
        break;
    }
    return a;
}

/* The name by which `role` knows connection k: the endpoint at its other end and the number. */
static struct imp_addr connection_name(const struct memnet *net, int role, size_t k)
{
    const struct memnet_connection *c = &net->connections[k];
    int far = role == c->opener ? c->other : c->opener;
    struct imp_addr a = memnet__address(net, far, c->channel);
    a.n = CONNECTION;
    for (int i = 0; i < 8; i++)
        a.bytes[ENDPOINT + i] = (uint8_t)((uint64_t)(k + 1) >> (56 - 8 * i));
    return a;
}

/* The connection of `role` that `to` names (NULL: its latest open one), or -1. */
static long find_connection(const struct memnet *net, int role, int channel,
                            const struct imp_addr *to)
{
    for (size_t k = net->connection_count; k-- > 0;) {
        const struct memnet_connection *c = &net->connections[k];
        if (!c->open || c->channel != channel || (c->opener != role && c->other != role))
            continue;
        struct imp_addr name = connection_name(net, role, k);
        if (!to || imp_addr_equal(&name, to))
            return (long)k;
    }
    return -1;
}

static struct memnet_message *record(struct memnet *net, int from, int to, int channel, int message,
                                     const void *bytes, size_t n)
{
    struct memnet_message *m = memnet__alloc(sizeof *m);
    *m = (struct memnet_message){.at = net->now,
                                 .from = from,
                                 .to = to,
                                 .channel = channel,
                                 .message = message,
                                 .bytes = memnet__copy(bytes, n),
                                 .n = n};
    net->messages =
        memnet__append(net->messages, net->message_count, sizeof(struct memnet_message *));
    net->messages[net->message_count++] = m;
    return m;
}

/* Passes a recorded message through the filter and queues what is left of it for `role`. */
static void deliver(struct memnet *net, struct memnet_message *m, int role,
                    const struct imp_addr *from, imp_time at)
{
    size_t n = m->n, cap = n + MEMNET_FILTER_ROOM;
    uint8_t *bytes = memnet__alloc(cap);
    memcpy(bytes, m->bytes, n);
    if (net->filter && !net->filter(net->filter_arg, m, bytes, &n, cap))
        m->dropped = true;
    if (!m->dropped) {
        struct imp_event e = {.kind = IMP_EVENT_RECEIVE,
                              .channel = m->channel,
                              .from = *from,
                              .uplink = m->uplink,
                              .bytes = bytes,
                              .n = n};
        memnet__push(net, at, role, 0, &e);
    }
    free(bytes);
}

static void net_send(struct imp_env *env, int channel, const struct imp_addr *to, int message,
                     const void *bytes, size_t n)
{
    struct memnet *net = party(env)->net;
    const struct imp_channel *c = &net->m->channels[channel];
    if (c->service == IMP_SERVICE_OOB || (env->role != c->a && env->role != c->b))
        memnet__die("%s sends on channel %s, which is not its own", env->name, c->name);
    int far = memnet__other(net, env->role, channel);
    bool all = to && to->n == 0, known = true;
    struct imp_addr from = memnet__address(net, env->role, channel);
    if (c->service == IMP_SERVICE_STREAM) {
        long k = find_connection(net, env->role, channel, to);
        known = k >= 0;
        if (known)
            from = connection_name(net, far, (size_t)k);
    } else if (to && !all) {
        struct imp_addr there = memnet__address(net, far, channel);
        known = imp_addr_equal(&there, to);
    }
    struct memnet_message *m =
        record(net, env->role, all || !known ? -1 : far, channel, message, bytes, n);
    m->uplink = party(env)->settled ? party(env)->uplink : m->uplink;
    party(env)->settled = false;
    if (known)
        deliver(net, m, far, &from, net->now + net->delay);
    else
        m->dropped = true; /* nobody has that address */
}

static void stream_event(struct memnet *net, enum imp_event_kind kind, int role, size_t k,
                         imp_time at)
{
    struct imp_event e = {.kind = kind,
                          .channel = net->connections[k].channel,
                          .from = connection_name(net, role, k)};
    memnet__push(net, at, role, 0, &e);
}

/* Three-way handshake: the opener may send after one round trip, and its first data cannot come
 * before the other end has the connection. */
static void net_open(struct imp_env *env, int channel, const struct imp_addr *to)
{
    struct memnet *net = party(env)->net;
    int far = memnet__other(net, env->role, channel);
    struct imp_addr there = memnet__address(net, far, channel);
    bool known = !to || imp_addr_equal(to, &there);
    net->connections =
        memnet__append(net->connections, net->connection_count, sizeof *net->connections);
    size_t k = net->connection_count++;
    net->connections[k] = (struct memnet_connection){channel, env->role, far, known};
    if (known) {
        stream_event(net, IMP_EVENT_OPENED, far, k, net->now + 2 * net->delay);
        stream_event(net, IMP_EVENT_OPENED, env->role, k, net->now + 2 * net->delay);
    } else if (!net->mute) {
        struct imp_event e = {.kind = IMP_EVENT_CLOSED,
                              .channel = channel,
                              .from = connection_name(net, env->role, k)};
        memcpy(e.from.bytes, to->bytes, to->n < ENDPOINT ? to->n : ENDPOINT);
        memnet__push(net, net->now + 2 * net->delay, env->role, 0,
                     &e); /* nobody has that address */
    }
}

/* The end that closes knows it; the other one is told. */
static void close_connection(struct memnet *net, int role, size_t k)
{
    struct memnet_connection *c = &net->connections[k];
    c->open = false;
    stream_event(net, IMP_EVENT_CLOSED, role == c->opener ? c->other : c->opener, k,
                 net->now + net->delay);
}

static void net_close(struct imp_env *env, int channel, const struct imp_addr *to)
{
    struct memnet *net = party(env)->net;
    long k = find_connection(net, env->role, channel, to);
    if (k >= 0)
        close_connection(net, env->role, (size_t)k);
}

void memnet__drop_connections(struct memnet *net, int role)
{
    for (size_t k = 0; k < net->connection_count; k++) {
        const struct memnet_connection *c = &net->connections[k];
        if (c->open && (c->opener == role || c->other == role))
            close_connection(net, role, k);
    }
}

static void net_timer(struct imp_env *env, unsigned id, imp_time at)
{
    struct memnet_party *p = party(env);
    if (id >= MEMNET_TIMERS)
        memnet__die("%s sets timer %u of %d", env->name, id, MEMNET_TIMERS);
    p->timer[id] = ++p->net->generation;
    if (at == IMP_NEVER)
        return;
    struct imp_event e = {.kind = IMP_EVENT_TIMER, .id = id};
    memnet__push(p->net, at, env->role, p->timer[id], &e);
}

static void net_prompt(struct imp_env *env, unsigned act)
{
    struct memnet *net = party(env)->net;
    struct imp_event e = {.kind = IMP_EVENT_USER, .id = act, .ok = net->user_ok};
    if (act >= MEMNET_ACTS)
        memnet__die("%s prompts for act %u of %d", env->name, act, MEMNET_ACTS);
    net->prompts[act]++;
    memnet__push(net, net->now + net->act_time, env->role, 0, &e);
}

static void net_oob(struct imp_env *env, int channel, int message, const void *bytes, size_t n)
{
    struct memnet *net = party(env)->net;
    const struct imp_channel *c = &net->m->channels[channel];
    if (c->service != IMP_SERVICE_OOB || env->role != c->a)
        memnet__die("%s emits on channel %s, which is not its own", env->name, c->name);
    if (n * 8 > c->bits)
        memnet__die("%zu octets on channel %s of %u bits", n, c->name, c->bits);
    struct memnet_message *m = record(net, env->role, c->b, channel, message, bytes, n);
    m->dropped = net->oob_blocked || !net->user_ok;
    if (!m->dropped)
        deliver(net, m, c->b, &imp_to_all, net->now + net->act_time);
}

static void net_claim(struct imp_env *env, const struct imp_claim *claim)
{
    struct memnet *net = party(env)->net;
    struct memnet_claim *c = memnet__alloc(sizeof *c);
    *c = (struct memnet_claim){.at = net->now, .role = env->role, .claim = *claim};
    if (claim->layer)
        c->claim.layer = memnet__copy(claim->layer, strlen(claim->layer) + 1);
    if (claim->name)
        c->claim.name = memnet__copy(claim->name, strlen(claim->name) + 1);
    c->claim.self = memnet__copy(claim->self, claim->self_n);
    c->claim.peer = memnet__copy(claim->peer, claim->peer_n);
    c->claim.sid = memnet__copy(claim->sid, claim->sid_n);
    c->claim.data = memnet__copy(claim->data, claim->data_n);
    net->claims = memnet__append(net->claims, net->claim_count, sizeof *net->claims);
    net->claims[net->claim_count++] = c;
    if (claim->kind == IMP_CLAIM_COMPLETE)
        party(env)->completed = true;
}

static struct memnet_cell **find_cell(struct memnet_party *p, const char *name)
{
    struct memnet_cell **at = &p->cells;
    while (*at && strcmp((*at)->name, name) != 0)
        at = &(*at)->next;
    return at;
}

static int net_cell_get(struct imp_env *env, const char *name, void *out, size_t cap)
{
    const struct memnet_cell *c = *find_cell(party(env), name);
    if (!c)
        return -1;
    if (c->n && cap)
        memcpy(out, c->bytes, c->n < cap ? c->n : cap);
    return (int)c->n;
}

static void net_cell_put(struct imp_env *env, const char *name, const void *bytes, size_t n)
{
    struct memnet_cell **at = find_cell(party(env), name);
    uint8_t *copy = memnet__copy(bytes, n); /* before the old value goes: bytes may be it */
    if (!*at) {
        *at = memnet__alloc(sizeof **at);
        (*at)->name = memnet__copy(name, strlen(name) + 1);
    }
    free((*at)->bytes);
    (*at)->bytes = copy;
    (*at)->n = n;
}

static void net_cell_erase(struct imp_env *env, const char *name)
{
    struct memnet_cell **at = find_cell(party(env), name), *c = *at;
    if (!c)
        return;
    *at = c->next;
    free(c->name);
    free(c->bytes);
    free(c);
}

static bool net_self(struct imp_env *env, int channel, struct imp_addr *out)
{
    *out = memnet__address(party(env)->net, env->role, channel);
    return out->n > 0;
}

static bool net_peer(struct imp_env *env, int channel, struct imp_addr *out)
{
    const struct memnet *net = party(env)->net;
    *out = memnet__address(net, memnet__other(net, env->role, channel), channel);
    return out->n > 0;
}

static void net_charge(struct imp_env *env, enum imp_op op, size_t quantity)
{
    struct memnet_party *p = party(env);
    if (!p->net->provisioning)
        p->charged[op] += quantity;
}

static void net_random(struct imp_env *env, const char *purpose, void *out, size_t n)
{
    struct memnet_party *p = party(env);
    struct memnet_stream **at = &p->streams;
    while (*at && strcmp((*at)->purpose, purpose) != 0)
        at = &(*at)->next;
    if (!*at) {
        *at = memnet__alloc(sizeof **at);
        (*at)->purpose = memnet__copy(purpose, strlen(purpose) + 1);
        imp_rng_seed(&(*at)->rng, p->net->seed, p->name, purpose);
    }
    imp_rng_fill(&(*at)->rng, out, n);
}

static void net_uplink(struct imp_env *env, int channel, struct imp_uplink *out)
{
    struct memnet_party *p = party(env);
    (void)channel;
    if (!p->settled) /* another one than before, within DR0 to DR5 and eight channels */
        p->uplink = (struct imp_uplink){(uint8_t)((p->uplink.data_rate + 1) % 6),
                                        (uint8_t)((p->uplink.channel + 3) % 8)};
    p->settled = true;
    *out = p->uplink;
}

static void net_uplink_channels(struct imp_env *env, int channel, const uint32_t *hertz, size_t n)
{
    struct memnet_party *p = party(env);
    (void)channel;
    if (n)
        memcpy(p->channels, hertz, n * sizeof *hertz);
    p->channel_count = n;
}

size_t memnet_channels(const struct memnet *net, int role, const uint32_t **hertz)
{
    *hertz = net->parties[role].channels;
    return net->parties[role].channel_count;
}

const struct imp_env_ops memnet__ops = {
    .send = net_send,
    .open = net_open,
    .close = net_close,
    .timer = net_timer,
    .prompt = net_prompt,
    .oob = net_oob,
    .claim = net_claim,
    .cell_get = net_cell_get,
    .cell_put = net_cell_put,
    .cell_erase = net_cell_erase,
    .self = net_self,
    .peer = net_peer,
    .charge = net_charge,
    .random = net_random,
    .uplink = net_uplink,
    .uplink_channels = net_uplink_channels,
};
