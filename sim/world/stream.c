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
    int channel, conn, device;     /* conn < 0: in the adversary's memory, or not yet asked for */
    bool taken;                    /* the other end is the adversary's */
    struct world_party *with;      /* the honest party that is meant at the other end, or NULL */
    bool over;                     /* in memory: closed */
    struct eng_endpoint own;       /* of who opened it over the network; port 0: of nobody */
    struct imp_addr asked;         /* by who opened it over the network */
    struct imp_addr peer;          /* n = 0: not open yet */
    struct world_connection *pair; /* of a connection in memory */
    uint64_t hash;                 /* of what has come of a message (world_content_reach) */
    struct world_connection *next; /* the latest comes first */
};

struct listener { /* argument of the engine's callbacks; lives as long as the process: one run */
    struct world_party *party;
    int channel;
    struct listener *next;
};

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

/* The engine's handles are unique in a run. */
static struct world_connection *find(struct world *w, int conn)
{
    for (struct world_connection *c = w->connections; c; c = c->next)
        if (c->conn == conn)
            return c;
    return NULL;
}

static struct world_connection *find_peer(const struct world_party *p, int channel,
                                          const struct imp_addr *to)
{
    for (struct world_connection *c = p->world->connections; c; c = c->next)
        if (c->party == p && c->channel == channel && c->peer.n && imp_addr_equal(&c->peer, to))
            return c;
    return NULL;
}

/* Who opened the connection that comes from there? */
static const struct world_connection *opener(const struct world *w, int channel,
                                             const struct eng_endpoint *from)
{
    for (const struct world_connection *c = w->connections; c; c = c->next)
        if (c->channel == channel && c->own.port == from->port &&
            memcmp(c->own.ip, from->ip, sizeof from->ip) == 0)
            return c;
    return NULL;
}

static void number_peer(struct imp_addr *peer, int conn)
{
    for (int i = 0; i < 8; i++)
        peer->bytes[peer->n++] = (uint8_t)((uint64_t)conn >> 8 * (7 - i));
}

/* One that never came about is known by what was asked for. */
static void tell(struct world_connection *c, enum imp_event_kind kind)
{
    struct imp_addr from = c->peer.n ? c->peer : c->asked;
    if (c->peer.n == 0 && from.n)
        number_peer(&from, c->conn);
    world_party_event(c->party,
                      &(struct imp_event){.kind = kind, .channel = c->channel, .from = from},
                      c->device);
}

static void is_open(struct world_connection *c, const struct eng_endpoint *peer)
{
    world_addr_ip(&c->peer, peer->ip, peer->port);
    number_peer(&c->peer, c->conn);
    tell(c, IMP_EVENT_OPENED);
}

static void opened(void *arg, int conn, const struct eng_endpoint *peer)
{
    struct world_connection *c = arg;
    (void)conn;
    is_open(c, peer);
}

/* A connection that was taken over ends at the mirror; one that a mirror opened, at the honest
 * party, who knows no better. */
static void accepted(void *arg, int conn, const struct eng_endpoint *peer)
{
    const struct listener *l = arg;
    struct world_party *p = l->party;
    const struct world_connection *from = opener(p->world, l->channel, peer);
    bool taken = from && from->taken, foreign = from && !world_honest(from->party);
    struct world_connection *c = add(taken ? world_mirror(p) : p, l->channel, conn, p->device);
    c->device = from ? from->device : -1;
    c->taken = foreign;
    if (from)
        c->with = foreign ? world_origin(from->party) : from->party;
    is_open(c, peer);
}

/* Messages are told apart, so that each is booked for the device that it belongs to. A piece of one
 * that has not come whole, which a proxy passes on, is booked for the connection's device. */
static void arrive(struct world_connection *c, const uint8_t *p, size_t n)
{
    while (n > 0) {
        int device;
        size_t take = world_content_reach(c->party->world, c->channel, &c->hash, p, n, &device);
        if (device < 0)
            device = c->device;
        if (world_honest(c->party))
            world_channel_arrived(c->party, c->channel, &c->peer, p, take, device);
        else
            world_party_event(c->party,
                              &(struct imp_event){.kind = IMP_EVENT_RECEIVE,
                                                  .channel = c->channel,
                                                  .from = c->peer,
                                                  .bytes = p,
                                                  .n = take},
                              device);
        p += take;
        n -= take;
    }
}

static void data(void *arg, int conn, const uint8_t *p, size_t n)
{
    (void)conn;
    arrive(arg, p, n);
}

static void data_accepted(void *arg, int conn, const uint8_t *p, size_t n)
{
    const struct listener *l = arg;
    struct world_connection *c = find(l->party->world, conn);
    if (c)
        arrive(c, p, n);
}

static void closed(void *arg, int conn)
{
    (void)conn;
    tell(arg, IMP_EVENT_CLOSED);
}

static void closed_accepted(void *arg, int conn)
{
    const struct listener *l = arg;
    struct world_connection *c = find(l->party->world, conn);
    if (c)
        tell(c, IMP_EVENT_CLOSED);
}

void world_stream_listen(struct world_party *p, int channel)
{
    struct listener *l = malloc(sizeof *l);
    const struct imp_channel *c = &p->env.mechanism->channels[channel];
    if (!l)
        abort();
    *l = (struct listener){.party = p, .channel = channel, .next = p->world->listeners};
    p->world->listeners = l;
    int status = eng_tcp_listen(
        p->bindings[channel].port, c->number,
        &(struct eng_tcp_ops){
            .opened = accepted, .data = data_accepted, .closed = closed_accepted, .arg = l});
    if (status < 0 && status != ENG_ESUPPORT) /* without streams nobody will ask for one */
        abort();
}

/* Who listens there: two roles may live on one node and so at one address. */
static struct world_party *listener_at(struct world *w, int channel, const struct imp_addr *at)
{
    return world_party_at(w, channel, w->spec.mechanism->channels[channel].b, at);
}

/* ---- in the adversary's memory ------------------------------------------------------------------
 */
enum { ASKED_FOR = -1, IN_MEMORY = -2 }; /* in the place of the engine's handle */

static void open_in_memory(struct world_party *p, int channel, const struct imp_addr *to,
                           int device)
{
    struct world *w = p->world;
    struct world_party *honest = listener_at(w, channel, to);
    struct world_party *q = honest ? world_mirror(honest) : NULL;
    if (!q)
        return;
    int number = IN_MEMORY;
    for (const struct world_connection *c = w->connections; c; c = c->next)
        number = c->conn <= number ? c->conn - 1 : number;
    struct world_connection *near = add(p, channel, number, device);
    struct world_connection *far = add(q, channel, number - 1, device);
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
static void open_over_network(struct world_party *p, int channel, const struct imp_addr *peer,
                              int device)
{
    struct world_connection *c = add(p, channel, ASKED_FOR, device);
    struct eng_endpoint dst;
    c->asked = *peer;
    world_endpoint(&dst, peer);
    c->with = listener_at(p->world, channel, peer);
    c->taken = world_honest(p) && world_adversary_takes(p->world, p, channel);
    int conn =
        peer->n ? eng_tcp_connect(connecting_port(p, channel), &dst,
                                  &(struct eng_tcp_ops){
                                      .opened = opened, .data = data, .closed = closed, .arg = c})
                : -1;
    if (conn == ENG_ESUPPORT) { /* no verdict where a party cannot speak at all */
        world_fail(
            p->world,
            "%s: the ideal medium has no streams, and channel \"%s\" opens some; expected one "
            "of wifi, lr-wpan, ethernet",
            world_channel_link(p->world, channel) == IMP_LINK_BACKEND ? "backend" : "medium",
            p->env.mechanism->channels[channel].name);
        return;
    }
    if (conn < 0 || eng_tcp_name(conn, &c->own) < 0)
        tell(c, IMP_EVENT_CLOSED); /* there is no way there */
    else
        c->conn = conn;
}

void world_channel_open(struct world_party *p, int channel, const struct imp_addr *to, int device)
{
    struct world *w = p->world;
    const struct imp_addr *peer = to ? to : &p->bindings[channel].peer;
    if (!world_honest(p) && !world_adversary_connects(w, p, channel))
        open_in_memory(p, channel, peer, device);
    else
        open_over_network(p, channel, peer, device);
}

void world_channel_close(struct world_party *p, int channel, const struct imp_addr *to)
{
    struct world_connection *c = find_peer(p, channel, to);
    if (!c)
        return;
    if (c->conn >= 0) {
        eng_tcp_close(c->conn);
    } else if (!c->over) {
        c->over = c->pair->over = true;
        tell(c->pair, IMP_EVENT_CLOSED);
    }
}

void world_stream_send(struct world_party *p, int channel, const struct imp_addr *to,
                       const uint8_t *bytes, size_t n)
{
    struct world_connection *c = find_peer(p, channel, to);
    if (c && c->conn >= 0)
        eng_tcp_send(c->conn, bytes, n);
    else if (c && !c->over)
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

struct world_party *world_stream_partner(const struct world_party *p, int channel,
                                         const struct imp_addr *to)
{
    const struct world_connection *c = find_peer(p, channel, to);
    return c ? c->with : NULL;
}

void world_streams_free(struct world *w)
{
    while (w->listeners) {
        struct listener *l = w->listeners;
        w->listeners = l->next;
        free(l);
    }
    while (w->connections) {
        struct world_connection *c = w->connections;
        w->connections = c->next;
        free(c);
    }
}
