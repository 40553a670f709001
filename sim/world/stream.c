/* SPDX-License-Identifier: GPL-2.0-only */
/* stream.c - channels of service STREAM over the engine's TCP. A correspondent's address is that of
 * its endpoint followed by the connection's number, so that two connections never look alike. */
#include <stdlib.h>
#include <string.h>

#include "world.h"

struct world_connection {
    struct world_party *party;
    int channel, conn, device;
    struct imp_addr peer;
    struct world_connection *next;
};

struct endpoint_arg { /* argument of the engine's callbacks: one for each listener or opener */
    struct world_party *party;
    int channel, device;
};

static struct endpoint_arg *arg_new(struct world_party *p, int channel)
{
    struct endpoint_arg *a = malloc(sizeof *a);
    if (!a)
        abort();
    *a = (struct endpoint_arg){p, channel, p->device};
    return a; /* lives as long as the process: one run */
}

static struct world_connection *find(struct world *w, int conn, const struct world_party *p)
{
    for (struct world_connection *c = w->connections; c; c = c->next)
        if (c->conn == conn && c->party == p)
            return c;
    return NULL;
}

static struct world_connection *find_peer(struct world_party *p, int channel,
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

static void opened(void *arg, int conn, const struct eng_endpoint *peer)
{
    const struct endpoint_arg *a = arg;
    struct world *w = a->party->world;
    struct world_connection *c = calloc(1, sizeof *c);
    if (!c)
        abort();
    *c = (struct world_connection){.party = a->party,
                                   .channel = a->channel,
                                   .conn = conn,
                                   .device = a->device,
                                   .next = w->connections};
    world_addr_ip(&c->peer, peer->ip, peer->port);
    for (int i = 0; i < 8; i++)
        c->peer.bytes[c->peer.n++] = (uint8_t)((uint64_t)conn >> 8 * (7 - i));
    w->connections = c;
    tell(c, IMP_EVENT_OPENED);
}

static void data(void *arg, int conn, const uint8_t *p, size_t n)
{
    const struct endpoint_arg *a = arg;
    struct world_connection *c = find(a->party->world, conn, a->party);
    if (c)
        world_channel_received(a->party, a->channel, &c->peer, p, n);
}

static void closed(void *arg, int conn)
{
    const struct endpoint_arg *a = arg;
    struct world_connection *c = find(a->party->world, conn, a->party);
    if (c)
        tell(c, IMP_EVENT_CLOSED);
    else
        world_party_event(a->party,
                          &(struct imp_event){.kind = IMP_EVENT_CLOSED, .channel = a->channel},
                          a->device);
}

static struct eng_tcp_ops ops_for(struct world_party *p, int channel)
{
    return (struct eng_tcp_ops){
        .opened = opened, .data = data, .closed = closed, .arg = arg_new(p, channel)};
}

void world_stream_listen(struct world_party *p, int channel)
{
    struct eng_tcp_ops ops = ops_for(p, channel);
    const struct imp_channel *c = &p->env.mechanism->channels[channel];
    if (eng_tcp_listen(p->bindings[channel].port, c->number, &ops) < 0)
        abort();
}

void world_channel_open(struct world_party *p, int channel, const struct imp_addr *to)
{
    struct eng_tcp_ops ops = ops_for(p, channel);
    struct eng_endpoint dst;
    world_endpoint(&dst, to ? to : &p->bindings[channel].peer);
    eng_tcp_connect(p->bindings[channel].port, &dst, &ops);
}

void world_channel_close(struct world_party *p, int channel, const struct imp_addr *to)
{
    struct world_connection *c = find_peer(p, channel, to);
    if (c)
        eng_tcp_close(c->conn);
}

void world_stream_send(struct world_party *p, int channel, const struct imp_addr *to,
                       const uint8_t *bytes, size_t n)
{
    struct world_connection *c = find_peer(p, channel, to);
    if (c)
        eng_tcp_send(c->conn, bytes, n);
}

void world_streams_free(struct world *w)
{
    while (w->connections) {
        struct world_connection *c = w->connections;
        w->connections = c->next;
        free(c);
    }
}
