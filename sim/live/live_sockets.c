/* SPDX-License-Identifier: GPL-2.0-only */
/* live_sockets.c - addresses, UDP, and the sockets that listen. */
#include "live_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { V4_MAPPED = 12, IP = 16, ENDPOINT = 18 };
static const uint8_t mapped[V4_MAPPED] = {[10] = 0xff, [11] = 0xff};

/* Parties see IPv4 as IPv4-mapped IPv6 (RFC 4291 section 2.5.5.2). */
struct imp_addr live_addr(const struct sockaddr_storage *from)
{
    struct imp_addr a = {.n = ENDPOINT};
    if (from->ss_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)from;
        memcpy(a.bytes, mapped, V4_MAPPED);
        memcpy(a.bytes + V4_MAPPED, &in->sin_addr, 4);
        memcpy(a.bytes + IP, &in->sin_port, 2);
    } else {
        const struct sockaddr_in6 *in = (const struct sockaddr_in6 *)(const void *)from;
        memcpy(a.bytes, &in->sin6_addr, IP);
        memcpy(a.bytes + IP, &in->sin6_port, 2);
    }
    return a;
}

socklen_t live_sockaddr(struct sockaddr_storage *out, const struct imp_addr *a)
{
    memset(out, 0, sizeof *out);
    if (memcmp(a->bytes, mapped, V4_MAPPED) == 0) {
        struct sockaddr_in *in = (struct sockaddr_in *)(void *)out;
        in->sin_family = AF_INET;
        memcpy(&in->sin_addr, a->bytes + V4_MAPPED, 4);
        memcpy(&in->sin_port, a->bytes + IP, 2);
        return sizeof *in;
    }
    struct sockaddr_in6 *in = (struct sockaddr_in6 *)(void *)out;
    in->sin6_family = AF_INET6;
    memcpy(&in->sin6_addr, a->bytes, IP);
    memcpy(&in->sin6_port, a->bytes + IP, 2);
    return sizeof *in;
}

uint16_t imp_live_port(const struct imp_live *l, const char *channel)
{
    for (size_t i = 0; i < l->channels; i++)
        if (strcmp(l->m->channels[i].name, channel) == 0 && l->sockets[i].fd >= 0) {
            struct imp_addr a = live_addr(&l->sockets[i].local);
            return (uint16_t)(a.bytes[IP] << 8 | a.bytes[IP + 1]);
        }
    return 0;
}

static int fail(char *error, size_t cap, const struct imp_channel *c, const char *what)
{
    snprintf(error, cap, "channel %s: %s", c->name, what);
    return -1;
}

/* Where nothing was said, a client may speak from anywhere of its peer's family. */
static void any_local(struct live_socket *s)
{
    struct imp_addr a = {.n = ENDPOINT};
    if (s->remote.ss_family == AF_INET)
        memcpy(a.bytes, mapped, V4_MAPPED);
    s->local_n = live_sockaddr(&s->local, &a);
}

static int open_socket(struct live_socket *s, int type)
{
    int yes = 1;
    s->fd = socket(s->local.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s->fd < 0)
        return -1;
    if (type == SOCK_STREAM)
        setsockopt(s->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(s->fd, (struct sockaddr *)&s->local, s->local_n) != 0)
        return -1;
    socklen_t n = sizeof s->local;
    getsockname(s->fd, (struct sockaddr *)&s->local, &n);
    return type == SOCK_STREAM ? listen(s->fd, 8) : 0;
}

/* Frames stay in memory; of other channels somebody must have said where they lead. */
static int check(const struct imp_live *l, int channel, char *error, size_t cap)
{
    const struct imp_channel *c = &l->m->channels[channel];
    const struct live_party *a = &l->parties[c->a], *b = &l->parties[c->b];
    const struct live_socket *s = &l->sockets[channel];
    bool bound = s->listens || s->connects;
    if (a->here == b->here)
        return bound ? fail(error, cap, c, a->here ? "both its ends run here" : "no end runs here")
                     : 0;
    if (c->service == IMP_SERVICE_FRAME) {
        snprintf(error, cap, "channel %s carries frames: %s and %s must both run here", c->name,
                 l->m->roles[c->a].name, l->m->roles[c->b].name);
        return -1;
    }
    if (bound && c->service == IMP_SERVICE_OOB)
        return fail(error, cap, c, "out of band it has no address");
    if (s->listens && s->connects && c->service == IMP_SERVICE_STREAM)
        return fail(error, cap, c, "a stream either listens or connects");
    return 0;
}

/* Which port it is, where any was asked for. */
static void tell_place(const struct imp_live *l, int channel)
{
    const struct live_socket *s = &l->sockets[channel];
    const char *name = l->m->channels[channel].name;
    char host[INET6_ADDRSTRLEN], port[8];
    if (getnameinfo((const struct sockaddr *)&s->local, s->local_n, host, sizeof host, port,
                    sizeof port, NI_NUMERICHOST | NI_NUMERICSERV) == 0)
        live_say(live_here(l, channel),
                 s->local.ss_family == AF_INET6 ? "listens on %s=[%s]:%s" : "listens on %s=%s:%s",
                 name, host, port);
}

int live_sockets_open(struct imp_live *l, char *error, size_t cap)
{
    for (size_t i = 0; i < l->channels; i++) {
        const struct imp_channel *c = &l->m->channels[i];
        struct live_socket *s = &l->sockets[i];
        bool stream = c->service == IMP_SERVICE_STREAM;
        if (check(l, (int)i, error, cap) != 0)
            return -1;
        if (!s->listens && (stream || !s->connects))
            continue;
        if (!s->listens)
            any_local(s);
        if (open_socket(s, stream ? SOCK_STREAM : SOCK_DGRAM) != 0)
            return fail(error, cap, c, strerror(errno));
        if (s->listens)
            tell_place(l, (int)i);
    }
    return 0;
}

void live_datagram_send(struct live_party *p, int channel, const struct imp_addr *to,
                        const void *bytes, size_t n)
{
    const struct live_socket *s = &p->live->sockets[channel];
    struct sockaddr_storage at = s->remote;
    socklen_t at_n = s->remote_n;
    const char *name = p->live->m->channels[channel].name;
    if (to && to->n >= ENDPOINT)
        at_n = live_sockaddr(&at, to);
    else if (to && to->n)
        at_n = 0; /* an address in memory: that party is not here */
    if (s->fd < 0 || at_n == 0)
        live_say(p, "channel %s leads nowhere: %zu octets are lost; --connect it", name, n);
    else if (sendto(s->fd, bytes, n, 0, (const struct sockaddr *)&at, at_n) < 0)
        live_say(p, "channel %s: %s", name, strerror(errno)); /* loss is the network's business */
}

void live_datagram_receive(struct imp_live *l, int channel)
{
    static uint8_t packet[LIVE_PACKET];
    struct sockaddr_storage from;
    socklen_t from_n = sizeof from;
    ssize_t n = recvfrom(l->sockets[channel].fd, packet, sizeof packet, 0, (struct sockaddr *)&from,
                         &from_n);
    if (n >= 0)
        live_event(live_here(l, channel), &(struct imp_event){.kind = IMP_EVENT_RECEIVE,
                                                              .channel = channel,
                                                              .from = live_addr(&from),
                                                              .bytes = packet,
                                                              .n = (size_t)n});
}
