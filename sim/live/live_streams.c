/* SPDX-License-Identifier: GPL-2.0-only */
/* live_streams.c - TCP connections, and streams between two roles in memory. Parties know one by
 * its peer's endpoint and a number, as in the simulator. */
#include "live_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct live_stream *add(struct live_party *p, int channel, int fd, struct imp_addr peer)
{
    struct live_stream *s = calloc(1, sizeof *s);
    uint64_t number = ++p->live->connections;
    if (!s)
        abort();
    *s = (struct live_stream){.next = p->live->streams, .fd = fd, .channel = channel, .party = p};
    for (int i = 0; i < 8; i++)
        peer.bytes[peer.n++] = (uint8_t)(number >> 8 * (7 - i));
    s->peer = peer;
    p->live->streams = s;
    return s;
}

static struct live_stream *find(const struct live_party *p, int channel, const struct imp_addr *to)
{
    for (struct live_stream *s = p->live->streams; s; s = s->next)
        if (s->party == p && s->channel == channel && !s->over && !s->connecting &&
            (!to || imp_addr_equal(&s->peer, to)))
            return s;
    return NULL;
}

static void tell(const struct live_stream *s, enum imp_event_kind kind)
{
    live_post(s->party, &(struct imp_event){.kind = kind, .channel = s->channel, .from = s->peer});
}

static void end(struct live_stream *s, bool told)
{
    if (s->over)
        return;
    s->over = true;
    if (told)
        tell(s, IMP_EVENT_CLOSED);
}

/* ---- in memory: both ends carry the same number, for it comes from the same opening
 * -------------------- */
static struct live_stream *twin(const struct live_stream *s)
{
    const struct live_party *other = live_other(s->party, s->channel);
    struct live_stream *t = s->party->live->streams;
    while (t && (t->fd >= 0 || t->party != other ||
                 memcmp(t->peer.bytes + 6, s->peer.bytes + 6, 8) != 0))
        t = t->next;
    return t;
}

static struct imp_addr of(const struct live_party *p)
{
    return (struct imp_addr){.n = 6, .bytes = {2, 0, 0, 0, 0, (uint8_t)(p->env.role + 1)}};
}

static void open_in_memory(struct live_party *p, int channel, struct live_party *other)
{
    struct live_stream *near = add(p, channel, -1, of(other));
    p->live->connections--;
    struct live_stream *far = add(other, channel, -1, of(p));
    tell(far, IMP_EVENT_OPENED);
    tell(near, IMP_EVENT_OPENED);
}

/* ---- TCP
 * ------------------------------------------------------------------------------------------- */
void live_stream_open(struct live_party *p, int channel, const struct imp_addr *to)
{
    struct live_party *other = live_other(p, channel);
    const struct live_socket *at = &p->live->sockets[channel];
    struct sockaddr_storage remote = at->remote;
    socklen_t n = at->remote_n;
    if (other->here) {
        open_in_memory(p, channel, other);
        return;
    }
    if (to && to->n >= 18)
        n = live_sockaddr(&remote, to);
    int fd = n ? socket(remote.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0) : -1;
    struct live_stream *s = add(p, channel, fd, n ? live_addr(&remote) : of(other));
    s->connecting = true;
    if (fd < 0 || (connect(fd, (struct sockaddr *)&remote, n) != 0 && errno != EINPROGRESS)) {
        live_say(p, "channel %s: %s", p->live->m->channels[channel].name,
                 n ? strerror(errno) : "leads nowhere; --connect it");
        end(s, true);
    }
}

void live_stream_accept(struct imp_live *l, int channel)
{
    struct sockaddr_storage from;
    socklen_t n = sizeof from;
    int fd =
        accept4(l->sockets[channel].fd, (struct sockaddr *)&from, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0)
        tell(add(live_here(l, channel), channel, fd, live_addr(&from)), IMP_EVENT_OPENED);
}

static void push(struct live_stream *s)
{
    ssize_t n = send(s->fd, s->out, s->out_n, MSG_NOSIGNAL);
    if (n < 0 && errno != EAGAIN && errno != EINTR)
        end(s, true);
    if (n <= 0)
        return;
    s->out_n -= (size_t)n;
    memmove(s->out, s->out + n, s->out_n);
}

void live_stream_send(struct live_party *p, int channel, const struct imp_addr *to,
                      const void *bytes, size_t n)
{
    struct live_stream *s = find(p, channel, to), *t = s && s->fd < 0 ? twin(s) : NULL;
    if (t && !t->over)
        live_post(t->party, &(struct imp_event){.kind = IMP_EVENT_RECEIVE,
                                                .channel = channel,
                                                .from = t->peer,
                                                .bytes = bytes,
                                                .n = n});
    if (!s || s->fd < 0)
        return;
    uint8_t *grown = realloc(s->out, s->out_n + n + 1);
    if (!grown)
        abort();
    memcpy(grown + s->out_n, bytes, n);
    s->out = grown;
    s->out_n += n;
    push(s);
}

void live_stream_close(struct live_party *p, int channel, const struct imp_addr *to)
{
    struct live_stream *s = find(p, channel, to), *t = s && s->fd < 0 ? twin(s) : NULL;
    if (s)
        end(s, false);
    if (t)
        end(t, true);
}

short live_stream_wants(const struct live_stream *s)
{
    return (short)(POLLIN | (s->connecting || s->out_n ? POLLOUT : 0));
}

static void connected(struct live_stream *s)
{
    int status = 0;
    socklen_t n = sizeof status;
    getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &status, &n);
    s->connecting = false;
    if (status == 0) {
        tell(s, IMP_EVENT_OPENED);
        return;
    }
    live_say(s->party, "channel %s: %s", s->party->live->m->channels[s->channel].name,
             strerror(status));
    end(s, true);
}

void live_stream_ready(struct live_stream *s, short events)
{
    static uint8_t bytes[LIVE_PACKET];
    if (s->over)
        return;
    if (s->connecting) {
        connected(s);
        return;
    }
    if (events & POLLOUT)
        push(s);
    if (s->over || !(events & (POLLIN | POLLHUP | POLLERR)))
        return;
    ssize_t n = recv(s->fd, bytes, sizeof bytes, 0);
    if (n > 0)
        live_post(s->party, &(struct imp_event){.kind = IMP_EVENT_RECEIVE,
                                                .channel = s->channel,
                                                .from = s->peer,
                                                .bytes = bytes,
                                                .n = (size_t)n});
    else if (n == 0 || (errno != EAGAIN && errno != EINTR))
        end(s, true);
}

/* Whoever closes says the rest first. */
void live_streams_sweep(struct imp_live *l)
{
    for (struct live_stream **at = &l->streams; *at;) {
        struct live_stream *s = *at;
        if (!s->over) {
            at = &s->next;
            continue;
        }
        *at = s->next;
        if (s->fd >= 0 && s->out_n)
            push(s);
        if (s->fd >= 0)
            close(s->fd);
        free(s->out);
        free(s);
    }
}
