/* SPDX-License-Identifier: GPL-2.0-only */
/* dot1x_tls_client.c - the authenticator's connection to the server (RFC 6614): opened at start,
 * and opened again when it is lost. Requests that are outstanding go over the new one. */
#include "dot1x_authenticator.h"

static void set_timer(const struct auth_call *c)
{
    imp_time t = dot1x_tls_deadline(&c->a->tls);
    imp_timer(c->env, AUTH_TLS_TIMER, c->a->reopen < t ? c->a->reopen : t);
}

static void open_stream(struct auth_call *c)
{
    c->a->reopen = IMP_NEVER;
    c->env->ops->open(c->env, IMP_DOT1X_BACKEND_TLS, NULL);
}

void auth_tls_start(struct auth_call *c)
{
    dot1x_tls_drop(&c->a->tls, false, c->now);
    open_stream(c);
    set_timer(c);
}

static void reopen_later(struct auth_call *c, bool gone)
{
    dot1x_tls_drop(&c->a->tls, gone, c->now);
    c->a->reopen = c->now + TLS_REOPEN;
}

void auth_tls_lost(struct auth_call *c)
{
    reopen_later(c, false);
    set_timer(c);
}

/* The handshake is over: what waits goes out, by station. */
static void ready(struct auth_call *c)
{
    c->a->connection++;
    for (size_t i = 0; i < c->a->count; i++) {
        c->s = &c->a->stations[i];
        auth_radius_repeat(c);
    }
}

static void received(struct auth_call *c, const struct imp_event *e)
{
    struct dot1x_tls *tls = &c->a->tls;
    uint8_t packet[IMP_RADIUS_MAX];
    int n;
    bool before = dot1x_tls_is_open(tls);
    c->a->tls_heard = c->now;
    bool alive = dot1x_tls_feed(tls, e->bytes, e->n, c->now);
    if (!before && dot1x_tls_is_open(tls))
        ready(c);
    while ((n = dot1x_tls_packet(tls, packet)) > 0)
        auth_radius_reply(c, packet, (size_t)n);
    if (n < 0 || !alive)
        reopen_later(c, false);
}

void auth_tls_event(struct auth_call *c, const struct imp_event *e)
{
    struct dot1x_tls *tls = &c->a->tls;
    bool ours = imp_addr_equal(&tls->addr, &e->from);
    if (e->kind == IMP_EVENT_OPENED)
        dot1x_tls_opened(tls, c->env, &e->from, c->now);
    else if (e->kind == IMP_EVENT_RECEIVE && ours)
        received(c, e);
    else if (e->kind == IMP_EVENT_CLOSED && (ours || tls->addr.n == 0) && c->a->reopen == IMP_NEVER)
        reopen_later(c, true); /* or it never came about */
    else if (e->kind == IMP_EVENT_TIMER && c->a->reopen <= c->now)
        open_stream(c);
    else if (e->kind == IMP_EVENT_TIMER && dot1x_tls_deadline(tls) <= c->now)
        reopen_later(c, false);
    set_timer(c);
}
