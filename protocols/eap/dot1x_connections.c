/* SPDX-License-Identifier: GPL-2.0-only */
/* dot1x_connections.c - RADIUS over TLS at the server (radius-transport=tls, RFC 6614). */
#include "dot1x_server_internal.h"

enum { TLS_TIMER = 63 }; /* the earliest end of a handshake; the method's timers count from 0 */

static struct dot1x_tls *connection(struct dot1x__server *v, const struct imp_addr *addr)
{
    for (size_t i = 0; i < IMP_DOT1X_CONNECTIONS; i++)
        if (imp_addr_equal(&v->connections[i].addr, addr))
            return &v->connections[i];
    return NULL;
}

static void set_tls_timer(const struct dot1x__call *c)
{
    imp_time t = IMP_NEVER;
    for (size_t i = 0; i < IMP_DOT1X_CONNECTIONS; i++) {
        imp_time d = dot1x_tls_deadline(&c->v->connections[i]);
        t = d < t ? d : t;
    }
    imp_timer(c->env, TLS_TIMER, t);
}

static void connection_opened(struct dot1x__call *c, const struct imp_addr *addr)
{
    struct dot1x_tls *free_one = connection(c->v, &(struct imp_addr){0});
    if (free_one)
        dot1x_tls_opened(free_one, c->env, addr, c->now);
    else
        c->env->ops->close(c->env, c->v->backend_tls, addr);
}

static void stream_received(struct dot1x__call *c, const struct imp_event *e)
{
    uint8_t packet[IMP_RADIUS_MAX];
    int n;
    c->tls = connection(c->v, &e->from);
    if (!c->tls)
        return;
    bool alive = dot1x_tls_feed(c->tls, e->bytes, e->n, c->now);
    while ((n = dot1x_tls_packet(c->tls, packet)) > 0)
        dot1x__request_received(c, packet, (size_t)n);
    if (n < 0)
        dot1x__reject(c->env, "no RADIUS packet");
    if (n < 0 || !alive)
        dot1x_tls_drop(c->tls, false, c->now);
}

static void handshakes_timed_out(const struct dot1x__call *c)
{
    for (size_t i = 0; i < IMP_DOT1X_CONNECTIONS; i++)
        if (dot1x_tls_deadline(&c->v->connections[i]) <= c->now)
            dot1x_tls_drop(&c->v->connections[i], false, c->now);
}

/* True: the event is of a connection. */
bool dot1x__connection_event(struct dot1x__call *c, const struct imp_event *e)
{
    bool timer = e->kind == IMP_EVENT_TIMER && e->id == TLS_TIMER;
    if (!timer && (e->channel != c->v->backend_tls ||
                   (e->kind != IMP_EVENT_RECEIVE && e->kind != IMP_EVENT_OPENED &&
                    e->kind != IMP_EVENT_CLOSED)))
        return false;
    if (e->kind == IMP_EVENT_OPENED && !dot1x_tls_chosen(c->env)) {
        c->env->ops->close(c->env, c->v->backend_tls, &e->from);
        return true;
    }
    if (!dot1x_tls_chosen(c->env))
        return true;
    struct dot1x_tls *of = connection(c->v, &e->from);
    if (timer)
        handshakes_timed_out(c);
    else if (e->kind == IMP_EVENT_OPENED)
        connection_opened(c, &e->from);
    else if (e->kind == IMP_EVENT_RECEIVE)
        stream_received(c, e);
    else if (of && e->from.n)
        dot1x_tls_drop(of, true, c->now);
    set_tls_timer(c);
    return true;
}
