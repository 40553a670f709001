/* SPDX-License-Identifier: GPL-2.0-only */
/* radius_client_tls.c - the client's connection to the server (RFC 6614): opened at start, and
 * opened again when it is lost. Requests that are outstanding go over the new one. */
#include "radius_client.h"

/* A connection that was lost is opened again after Tw = 30 s, RFC 3539 section 3.4.1. */
#define REOPEN (30 * IMP_S)

static void set_timer(const struct imp_radius_client *c)
{
    imp_time t = dot1x_tls_deadline(&c->tls);
    imp_timer(c->env, c->timer, c->reopen < t ? c->reopen : t);
}

static void open_stream(struct imp_radius_client *c)
{
    c->reopen = IMP_NEVER;
    c->env->ops->open(c->env, c->backend_tls, NULL);
}

void radius__client_tls_start(struct imp_radius_client *c, imp_time now)
{
    dot1x_tls_drop(&c->tls, false, now);
    open_stream(c);
    set_timer(c);
}

static void reopen_later(struct imp_radius_client *c, bool gone, imp_time now)
{
    dot1x_tls_drop(&c->tls, gone, now);
    c->reopen = now + REOPEN;
}

void radius__client_tls_lost(struct imp_radius_client *c, imp_time now)
{
    reopen_later(c, false, now);
    set_timer(c);
}

/* The handshake is over: what waits goes out, by station. */
static void ready(struct imp_radius_client *c, imp_time now)
{
    struct imp_radius_conversation *x;
    c->connection++;
    for (size_t i = 0; (x = c->ops->conversation(c->arg, i)); i++)
        radius__client_repeat(c, x, now);
}

static void received(struct imp_radius_client *c, const struct imp_event *e, imp_time now)
{
    struct dot1x_tls *tls = &c->tls;
    uint8_t packet[IMP_RADIUS_MAX];
    int n;
    bool before = dot1x_tls_is_open(tls);
    c->heard = now;
    bool alive = dot1x_tls_feed(tls, e->bytes, e->n, now);
    if (!before && dot1x_tls_is_open(tls))
        ready(c, now);
    while ((n = dot1x_tls_packet(tls, packet)) > 0)
        radius__client_reply(c, packet, (size_t)n, now);
    if (n < 0 || !alive)
        reopen_later(c, false, now);
}

void radius__client_tls_event(struct imp_radius_client *c, const struct imp_event *e, imp_time now)
{
    struct dot1x_tls *tls = &c->tls;
    bool ours = imp_addr_equal(&tls->addr, &e->from);
    if (e->kind == IMP_EVENT_OPENED)
        dot1x_tls_opened(tls, c->env, &e->from, now);
    else if (e->kind == IMP_EVENT_RECEIVE && ours)
        received(c, e, now);
    else if (e->kind == IMP_EVENT_CLOSED && (ours || tls->addr.n == 0) && c->reopen == IMP_NEVER)
        reopen_later(c, true, now); /* or it never came about */
    else if (e->kind == IMP_EVENT_TIMER && c->reopen <= now)
        open_stream(c);
    else if (e->kind == IMP_EVENT_TIMER && dot1x_tls_deadline(tls) <= now)
        reopen_later(c, false, now);
    set_timer(c);
}
