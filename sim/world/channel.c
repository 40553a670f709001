/* SPDX-License-Identifier: GPL-2.0-only */
/* channel.c - binds a mechanism's channels to the engine's frames, datagrams and streams. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "symbols.h"
#include "world.h"

void world_addr_link(struct imp_addr *out, eng_addr a, bool extended)
{
    *out = (struct imp_addr){.n = extended ? 8 : 6};
    for (int i = 0; i < out->n; i++)
        out->bytes[i] = (uint8_t)(a >> 8 * (out->n - 1 - i));
}

static eng_addr link_of(const struct imp_addr *a)
{
    eng_addr v = 0;
    for (int i = 0; i < a->n; i++)
        v = v << 8 | a->bytes[i];
    return a->n ? v : ENG_ALL;
}

void world_addr_ip(struct imp_addr *out, const uint8_t ip[16], uint16_t port)
{
    *out = (struct imp_addr){.n = 18};
    memcpy(out->bytes, ip, 16);
    out->bytes[16] = (uint8_t)(port >> 8);
    out->bytes[17] = (uint8_t)port;
}

void world_endpoint(struct eng_endpoint *out, const struct imp_addr *a)
{
    memcpy(out->ip, a->bytes, 16);
    out->port = (uint16_t)(a->bytes[16] << 8 | a->bytes[17]);
}

bool world_group(struct eng_endpoint *out, const struct imp_channel *c)
{
    out->port = c->number;
    return c->group && inet_pton(AF_INET6, c->group, out->ip) == 1;
}

/* ---- which channel, which link
 * ---------------------------------------------------------------------- */
static const struct imp_channel *channel_at(const struct world *w, int channel)
{
    return &w->spec.mechanism->channels[channel];
}

static enum imp_role_kind kind_of(const struct world *w, int role)
{
    return w->spec.mechanism->roles[role].kind;
}

bool world_crosses(const struct world *w, int channel)
{
    return channel_at(w, channel)->service != IMP_SERVICE_OOB;
}

/* A channel that has the device at one end runs over the device's link. */
enum imp_link world_channel_link(const struct world *w, int channel)
{
    const struct imp_channel *c = channel_at(w, channel);
    return kind_of(w, c->a) == IMP_ROLE_DEVICE || kind_of(w, c->b) == IMP_ROLE_DEVICE
               ? IMP_LINK_DEVICE
               : IMP_LINK_BACKEND;
}

/* Two channels may have one number when only one of them is ever there. */
static bool is_there(const struct world *w, int channel)
{
    return imp_channel_is_there(w->spec.mechanism, channel, w->spec.options);
}

int world_channel_of(const struct world *w, bool datagram, uint16_t number)
{
    enum imp_service wanted = datagram ? IMP_SERVICE_DATAGRAM : IMP_SERVICE_FRAME;
    for (int c = 0; channel_at(w, c)->name; c++)
        if (channel_at(w, c)->service == wanted && channel_at(w, c)->number == number &&
            is_there(w, c))
            return c;
    return -1;
}

int world_channel_on(const struct world *w, enum imp_link link, bool datagram, uint16_t number)
{
    enum imp_service wanted = datagram ? IMP_SERVICE_DATAGRAM : IMP_SERVICE_FRAME;
    for (int c = 0; channel_at(w, c)->name; c++)
        if (channel_at(w, c)->service == wanted && channel_at(w, c)->number == number &&
            world_channel_link(w, c) == link && is_there(w, c))
            return c;
    return world_channel_of(w, datagram, number);
}

/* ---- whose message is it
 * ------------------------------------------------------------------------------ */
/* Was it an adversary who sent that content last? */
static bool injected(const struct world *w, int channel, const uint8_t *p, size_t n)
{
    const struct world_content *c = world_content_of(w, channel, p, n);
    return c && c->injected;
}

static bool party_plays(const struct world_party *p, int channel)
{
    const struct imp_channel *c = &p->env.mechanism->channels[channel];
    return c->a == p->env.role || c->b == p->env.role;
}

struct world_party *world_party_at(struct world *w, int channel, int role,
                                   const struct imp_addr *addr)
{
    for (size_t i = 0; i < w->honest; i++) {
        struct world_party *p = &w->parties[i];
        if ((role < 0 || p->env.role == role) && party_plays(p, channel) &&
            imp_addr_equal(&p->bindings[channel].self, addr))
            return p;
    }
    return NULL;
}

/* The device to which a message belongs that a shared party receives: by its sender's address on
 * the device's link, else by its content, which was noted when it was sent. Whose bootstrapping an
 * adversary interferes with is not told by the address that it uses. */
static int device_of(struct world_party *p, int channel, const struct imp_addr *from,
                     const uint8_t *bytes, size_t n)
{
    struct world *w = p->world;
    if (p->env.device >= 0)
        return p->env.device;
    if (world_channel_link(w, channel) == IMP_LINK_DEVICE && !injected(w, channel, bytes, n)) {
        int first = p->cell * w->spec.cell, last = first + w->spec.cell;
        for (int d = first; d < last && d < w->spec.devices; d++)
            if (imp_addr_equal(&w->devices[d].party->bindings[channel].self, from))
                return d;
    }
    return world_content_get(w, channel, bytes, n, NULL);
}

void world_channel_received(struct world_party *p, int channel, const struct imp_addr *from,
                            const uint8_t *bytes, size_t n)
{
    world_channel_arrived(p, channel, from, bytes, n, device_of(p, channel, from, bytes, n));
}

void world_channel_arrived(struct world_party *p, int channel, const struct imp_addr *from,
                           const uint8_t *bytes, size_t n, int device)
{
    struct world *w = p->world;
    world_symbols_landed(w, channel, bytes, n);
    imp_trace_add(w->trace,
                  &(struct imp_trace_entry){.t = eng_now(),
                                            .kind = "receive",
                                            .from = "",
                                            .to = p->name,
                                            .message = "",
                                            .phase = "",
                                            .channel = channel_at(w, channel)->name,
                                            .n = n,
                                            .device = device},
                  bytes);
    world_party_event(p,
                      &(struct imp_event){.kind = IMP_EVENT_RECEIVE,
                                          .channel = channel,
                                          .from = *from,
                                          .uplink = world_uplink_now(p, channel),
                                          .bytes = bytes,
                                          .n = n},
                      device);
}

/* ---- engine callbacks
 * ------------------------------------------------------------------------------------ */
void world_frame_in(void *arg, int port, eng_addr src, eng_addr dst, uint16_t ethertype,
                    const uint8_t *p, size_t n)
{
    struct world_party *party = arg;
    struct imp_addr from;
    (void)port;
    (void)dst;
    int channel = party ? world_channel_of(party->world, false, ethertype) : -1;
    if (channel < 0 || !party_plays(party, channel))
        return;
    world_addr_link(&from, src, false);
    world_channel_received(party, channel, &from, p, n);
}

static void datagram_in(void *arg, int sock, const struct eng_endpoint *src,
                        const struct eng_endpoint *dst, const uint8_t *p, size_t n)
{
    struct world_party *party = arg;
    struct imp_addr from;
    (void)dst;
    for (int c = 0; channel_at(party->world, c)->name; c++)
        if (party->bindings[c].sock == sock) {
            world_addr_ip(&from, src->ip, src->port);
            world_channel_received(party, c, &from, p, n);
            return;
        }
}

/* ---- sending
 * -------------------------------------------------------------------------------------------- */
static void count_sent(struct world *w, int channel, size_t n, int device)
{
    if (device < 0 || w->devices[device].end != IMP_NEVER)
        return;
    struct world_device *d = &w->devices[device];
    d->messages_total++;
    d->bytes_total += n;
    if (world_channel_link(w, channel) == IMP_LINK_DEVICE) {
        d->messages_device++;
        d->bytes_device += n;
    }
}

static const char *addressee(struct world_party *p, int channel, const struct imp_addr *to,
                             int device)
{
    const struct imp_channel *c = channel_at(p->world, channel);
    if (to->n == 0)
        return "everyone";
    if (p->bindings[channel].peer_party && imp_addr_equal(to, &p->bindings[channel].peer))
        return p->bindings[channel].peer_party->name;
    if (device >= 0 && world_channel_link(p->world, channel) == IMP_LINK_DEVICE)
        return p->world->devices[device].party->name;
    struct world_party *q =
        c->service == IMP_SERVICE_STREAM
            ? world_stream_partner(p, channel, to)
            : world_party_at(p->world, channel, c->a == p->env.role ? c->b : c->a, to);
    return q ? q->name : "";
}

static void transmit(struct world_party *p, int channel, const struct imp_addr *to,
                     const uint8_t *bytes, size_t n)
{
    const struct imp_channel *c = channel_at(p->world, channel);
    const struct world_binding *b = &p->bindings[channel];
    struct eng_endpoint dst;
    if (c->service == IMP_SERVICE_FRAME) {
        eng_frame_send(b->port, link_of(to), c->number, bytes, n);
        return;
    }
    if (c->service == IMP_SERVICE_STREAM) {
        world_stream_send(p, channel, to, bytes, n);
        return;
    }
    if (to->n)
        world_endpoint(&dst, to);
    else if (!world_group(&dst, c))
        return;
    eng_udp_send(b->sock, &dst, bytes, n);
}

void world_channel_send(struct world_party *p, int channel, const struct imp_addr *to, int message,
                        const uint8_t *bytes, size_t n, int device)
{
    struct world *w = p->world;
    const struct imp_message *m = &w->spec.mechanism->messages[message];
    const struct imp_addr *dst = to ? to : &p->bindings[channel].peer;
    if (!world_honest(p)) {
        world_uplink_sent(p, channel, bytes, n);
        world_adversary_send(p, channel, dst, message, bytes, n);
        return;
    }
    world_content_put(w, channel, message, bytes, n, device);
    count_sent(w, channel, n, device);
    imp_trace_add(w->trace,
                  &(struct imp_trace_entry){.t = eng_now(),
                                            .kind = "send",
                                            .from = p->name,
                                            .to = addressee(p, channel, dst, device),
                                            .message = m->name,
                                            .phase = imp_phase_name(m->phase),
                                            .channel = channel_at(w, channel)->name,
                                            .n = n,
                                            .device = device},
                  bytes);
    if (channel_at(w, channel)->service == IMP_SERVICE_STREAM &&
        world_adversary_stream(p, channel, dst, message, bytes, n, device))
        return;
    if (to == NULL && dst->n == 0)
        return; /* nobody is configured there: the message is lost, as on a dead link */
    world_symbols_launched(w, channel, bytes, n);
    transmit(p, channel, dst, bytes, n);
}

/* ---- binding
 * ---------------------------------------------------------------------------------------------- */
/* The engine port by which a party meets a channel. */
static int port_of(struct world_party *p, int channel)
{
    struct world *w = p->world;
    const struct world_cell_net *cell = &w->cells[p->cell];
    switch (kind_of(w, p->env.role)) {
    case IMP_ROLE_DEVICE:
        return w->devices[p->env.device].port;
    case IMP_ROLE_ACCESS:
        if (world_channel_link(w, channel) == IMP_LINK_DEVICE || cell->backend_port < 0)
            return cell->port; /* without a server: between two parties of this node */
        return cell->backend_port;
    case IMP_ROLE_SERVER:
    default:
        return world_apart(w, p->env.role) ? w->apart_port : w->server_port;
    }
}

/* Roles of one kind are on one node, servers unless one is apart: of datagrams between two of them,
 * the second end has the next port. Of a stream only the second end has the port. */
static uint16_t port_number(const struct world_party *p, int channel)
{
    const struct imp_channel *c = channel_at(p->world, channel);
    bool together = c->service == IMP_SERVICE_DATAGRAM &&
                    kind_of(p->world, c->a) == kind_of(p->world, c->b) &&
                    !world_apart(p->world, c->a) && !world_apart(p->world, c->b);
    return (uint16_t)(c->number + (together && c->b == p->env.role));
}

static void bind_one(struct world_party *p, int channel)
{
    const struct imp_channel *c = channel_at(p->world, channel);
    struct world_binding *b = &p->bindings[channel];
    uint8_t ip[16];
    b->port = port_of(p, channel);
    if (c->service == IMP_SERVICE_FRAME) {
        eng_frames_on(b->port, c->number);
        world_addr_link(&b->self, eng_link_address(b->port), false);
        return;
    }
    if (world_channel_link(p->world, channel) == IMP_LINK_DEVICE && p->world->spec.hops == 1)
        eng_ip_linklocal(b->port, ip);
    else
        eng_ip_address(b->port, ip);
    world_addr_ip(&b->self, ip, port_number(p, channel));
    if (c->service == IMP_SERVICE_STREAM) {
        if (c->b == p->env.role)
            world_stream_listen(p, channel);
        return;
    }
    b->sock = eng_udp(b->port, port_number(p, channel), datagram_in, p);
    if (b->sock < 0)
        abort(); /* a harness failure, told by the pool */
    if (c->group && inet_pton(AF_INET6, c->group, ip) == 1)
        eng_ip_join(b->port, ip);
}

/* The configured peer: the party of the other role in the same cell, when there is just one. */
static void peer_one(struct world_party *p, int channel)
{
    struct world *w = p->world;
    const struct imp_channel *c = channel_at(w, channel);
    int other = c->a == p->env.role ? c->b : c->a;
    struct world_party *found = NULL;
    for (size_t i = 0; i < w->honest; i++) {
        struct world_party *q = &w->parties[i];
        bool near = kind_of(w, other) == IMP_ROLE_SERVER ||
                    kind_of(w, p->env.role) == IMP_ROLE_SERVER || q->cell == p->cell;
        if (q->env.role != other || q == p || !near)
            continue;
        if (found)
            return; /* several: no default */
        found = q;
    }
    if (found) {
        p->bindings[channel].peer = found->bindings[channel].self;
        p->bindings[channel].peer_party = found;
    }
}

void world_channels_open(struct world *w)
{
    for (int c = 0; channel_at(w, c)->name; c++) {
        if (!world_crosses(w, c) || !is_there(w, c))
            continue;
        for (size_t i = 0; i < w->honest; i++)
            if (party_plays(&w->parties[i], c))
                bind_one(&w->parties[i], c);
        for (size_t i = 0; i < w->honest; i++)
            if (party_plays(&w->parties[i], c))
                peer_one(&w->parties[i], c);
        for (size_t i = w->honest; i < w->party_count; i++) /* mirrors answer to the same names */
            w->parties[i].bindings[c] = w->parties[i - w->honest].bindings[c];
    }
}
