/* SPDX-License-Identifier: GPL-2.0-only */
/* stream.c - channels of service STREAM over the engine's TCP. A correspondent's address is that of
 * its endpoint followed by the connection's number, so that two connections never look alike.
 *
 * A connection that the adversary takes over ends, on the addressee's node, at the addressee's
 * mirror: the bytes cross the network as if the adversary sat right before the addressee. The
 * mirror of the opener connects from the node at the other end of the opener's link, or, on links
 * where the adversary does not stand, in its own memory. */
#include <stdlib.h>
#include <string.h>

#include "world.h"

struct world_connection {
    struct world_party *party;
    int channel, conn, device; /* conn < 0: in the adversary's memory */
    bool taken;                /* the other end is the adversary's */
    struct imp_addr peer;
    struct world_connection *pair; /* of a connection in memory */
    struct world_connection *next;
};

struct endpoint_arg { /* argument of the engine's callbacks: one for each listener or opener */
    struct world_party *party;
    int channel, device;
    bool taken, listener;
};

static struct endpoint_arg *arg_new(struct world_party *p, int channel)
{
    struct endpoint_arg *a = malloc(sizeof *a);
    if (!a)
        abort();
    *a = (struct endpoint_arg){.party = p, .channel = channel, .device = p->device};
    return a; /* lives as long as the process: one run */
}

static struct world_connection *find(struct world *w, int conn, const struct endpoint_arg *a)
{
    for (struct world_connection *c = w->connections; c; c = c->next)
        if (c->conn == conn && (c->party == a->party || c->party == world_mirror(a->party)))
            return c;
    return NULL;
}

static struct world_connection *find_peer(const struct world_party *p, int channel,
                                          const struct imp_addr *to)
{
    for (struct world_connection *c = p->world->connections; c; c = c->next)
        if (c->party == p && c->channel == channel && imp_addr_equal(&c->peer, to))
            return c;
    return NULL;
}

static void tell(struct world_connection *c, enum imp_event_kind kind)
{
    world_party_event(c->party,
                      &(struct imp_event){.kind = kind, .channel = c->channel, .from = c->peer},
                      c->device);
}

static void number_peer(struct imp_addr *peer, int conn)
{
    for (int i = 0; i < 8; i++)
        peer->bytes[peer->n++] = (uint8_t)((uint64_t)conn >> 8 * (7 - i));
}

static struct world_connection *add(struct world_party *p, int channel, int conn, int device)
{
    struct world_connection *c = calloc(1, sizeof *c);
    if (!c)
        abort();
    *c = (struct world_connection){.party = p,
                                   .channel = channel,
                                   .conn = conn,
                                   .device = device,
                                   .next = p->world->connections};
    p->world->connections = c;
    return c;
}

/* Did the honest opener behind that address lose its connection to the adversary? */
static bool opener_taken(const struct world_party *listener, int channel,
                         const struct eng_endpoint *peer)
{
    const struct world *w = listener->world;
    for (size_t i = 0; i < w->honest; i++) {
        const struct world_binding *b = &w->parties[i].bindings[channel];
        if (b->self.n && memcmp(b->self.bytes, peer->ip, sizeof peer->ip) == 0)
            return b->taken;
    }
    return false;
}

static void opened(void *arg, int conn, const struct eng_endpoint *peer)
{
    const struct endpoint_arg *a = arg;
    struct world_party *p = a->party;
    bool taken = a->listener ? opener_taken(p, a->channel, peer) : a->taken;
    if (a->listener && taken)
        p = world_mirror(p);
    struct world_connection *c = add(p, a->channel, conn, a->device);
    c->taken = taken;
    world_addr_ip(&c->peer, peer->ip, peer->port);
    number_peer(&c->peer, conn);
    tell(c, IMP_EVENT_OPENED);
}

static void data(void *arg, int conn, const uint8_t *p, size_t n)
{
    const struct endpoint_arg *a = arg;
    struct world_connection *c = find(a->party->world, conn, a);
    if (!c)
        return;
    if (world_honest(c->party))
        world_channel_received(c->party, a->channel, &c->peer, p, n);
    else
        world_party_event(c->party,
                          &(struct imp_event){.kind = IMP_EVENT_RECEIVE,
                                              .channel = c->channel,
                                              .from = c->peer,
                                              .bytes = p,
                                              .n = n},
                          c->device);
}

static void closed(void *arg, int conn)
{
    const struct endpoint_arg *a = arg;
    struct world_connection *c = find(a->party->world, conn, a);
    if (c)
        tell(c, IMP_EVENT_CLOSED);
    else
        world_party_event(a->party,
                          &(struct imp_event){.kind = IMP_EVENT_CLOSED, .channel = a->channel},
                          a->device);
}

static struct eng_tcp_ops ops_for(struct endpoint_arg *a)
{
    return (struct eng_tcp_ops){.opened = opened, .data = data, .closed = closed, .arg = a};
}

void world_stream_listen(struct world_party *p, int channel)
{
    struct endpoint_arg *a = arg_new(p, channel);
    struct eng_tcp_ops ops = ops_for(a);
    const struct imp_channel *c = &p->env.mechanism->channels[channel];
    a->listener = true;
    if (eng_tcp_listen(p->bindings[channel].port, c->number, &ops) < 0)
        abort();
}

/* ---- in the adversary's memory ------------------------------------------------------------------
 */
static void open_in_memory(struct world_party *p, int channel, const struct imp_addr *to)
{
    struct world *w = p->world;
    struct world_party *honest = world_party_at(w, channel, -1, to);
    struct world_party *q = honest ? world_mirror(honest) : NULL;
    if (!q)
        return;
    int number = -1;
    for (const struct world_connection *c = w->connections; c; c = c->next)
        number = c->conn <= number ? c->conn - 1 : number;
    struct world_connection *near = add(p, channel, number, p->device);
    struct world_connection *far = add(q, channel, number - 1, p->device);
    near->pair = far;
    far->pair = near;
    near->peer = *to;
    far->peer = p->bindings[channel].self;
    number_peer(&near->peer, near->conn);
    number_peer(&far->peer, far->conn);
    tell(far, IMP_EVENT_OPENED);
    tell(near, IMP_EVENT_OPENED);
}

/* From where the opener's mirror connects: not from the device's own radio. */
static int connecting_port(const struct world_party *p, int channel)
{
    const struct world *w = p->world;
    bool device = w->spec.mechanism->roles[p->env.role].kind == IMP_ROLE_DEVICE;
    return device && !world_honest(p) ? w->cells[p->cell].port : p->bindings[channel].port;
}

/* ---- the contract
 * --------------------------------------------------------------------------------- */
void world_channel_open(struct world_party *p, int channel, const struct imp_addr *to)
{
    struct world *w = p->world;
    const struct imp_addr *peer = to ? to : &p->bindings[channel].peer;
    struct eng_endpoint dst;
    if (!world_honest(p) && !world_adversary_connects(w, p, channel)) {
        open_in_memory(p, channel, peer);
        return;
    }
    struct endpoint_arg *a = arg_new(p, channel);
    struct eng_tcp_ops ops = ops_for(a);
    if (world_honest(p))
        a->taken = p->bindings[channel].taken = world_adversary_takes(w, p, channel);
    world_endpoint(&dst, peer);
    eng_tcp_connect(connecting_port(p, channel), &dst, &ops);
}

void world_channel_close(struct world_party *p, int channel, const struct imp_addr *to)
{
    struct world_connection *c = find_peer(p, channel, to);
    if (!c)
        return;
    if (c->conn >= 0)
        eng_tcp_close(c->conn);
    else
        tell(c->pair, IMP_EVENT_CLOSED);
}

void world_stream_send(struct world_party *p, int channel, const struct imp_addr *to,
                       const uint8_t *bytes, size_t n)
{
    struct world_connection *c = find_peer(p, channel, to);
    if (c && c->conn >= 0)
        eng_tcp_send(c->conn, bytes, n);
    else if (c)
        world_party_event(c->pair->party,
                          &(struct imp_event){.kind = IMP_EVENT_RECEIVE,
                                              .channel = channel,
                                              .from = c->pair->peer,
                                              .bytes = bytes,
                                              .n = n},
                          c->pair->device);
}

bool world_stream_taken(const struct world_party *p, int channel, const struct imp_addr *to)
{
    const struct world_connection *c = find_peer(p, channel, to);
    return c && c->taken;
}

void world_streams_free(struct world *w)
{
    while (w->connections) {
        struct world_connection *c = w->connections;
        w->connections = c->next;
        free(c);
    }
}
