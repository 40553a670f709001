/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_proxy.c - the circuit proxy of RFC 8995 section 4: says where it is, and forwards octets
 * between a pledge and the registrar without reading them. */
#include "brski.h"

#include "protocols/crypto/crypto.h"

#include <string.h>

const struct imp_legal brski_proxy_legal[] = {
    {BRSKI_IDLE, BRSKI_MSG_CLIENT_HELLO},
    {BRSKI_FORWARDING, BRSKI_MSG_CLIENT_HELLO},
    {BRSKI_FORWARDING, BRSKI_MSG_CLIENT_FLIGHT},
    {BRSKI_FORWARDING, BRSKI_MSG_CLIENT_ALERT},
    {BRSKI_FORWARDING, BRSKI_MSG_REQUEST_VOUCHER},
    {BRSKI_FORWARDING, BRSKI_MSG_VOUCHER_STATUS},
    {BRSKI_FORWARDING, BRSKI_MSG_GET_CACERTS},
    {BRSKI_FORWARDING, BRSKI_MSG_GET_CSRATTRS},
    {BRSKI_FORWARDING, BRSKI_MSG_ENROLL},
    {BRSKI_FORWARDING, BRSKI_MSG_ENROLL_STATUS},
    {BRSKI_FORWARDING, BRSKI_MSG_SERVER_FLIGHT},
    {BRSKI_FORWARDING, BRSKI_MSG_FINISHED},
    {BRSKI_FORWARDING, BRSKI_MSG_SERVER_ALERT},
    {BRSKI_FORWARDING, BRSKI_MSG_VOUCHER},
    {BRSKI_FORWARDING, BRSKI_MSG_RETRY},
    {BRSKI_FORWARDING, BRSKI_MSG_REFUSAL},
    {BRSKI_FORWARDING, BRSKI_MSG_REDIRECT}, /* which it does not read */
    {BRSKI_FORWARDING, BRSKI_MSG_STATUS_TAKEN},
    {BRSKI_FORWARDING, BRSKI_MSG_CACERTS},
    {BRSKI_FORWARDING, BRSKI_MSG_CSRATTRS},
    {BRSKI_FORWARDING, BRSKI_MSG_CERTIFICATE},
    {-1, -1},
};

static void flood(struct brski_proxy *p, imp_time now)
{
    imp_timer(p->env, 0, now + imp_opt(p->env, BRSKI_OPT_FLOOD) * IMP_S);
    brski_announce(p->env, BRSKI_GRASP, BRSKI_JOIN);
}

/* Connections are asked for one after the other: an answer does not say to which request. */
static void open_next(struct brski_proxy *p)
{
    int first = -1;
    if (p->opening >= 0)
        return;
    for (int i = 0; i < BRSKI_CIRCUITS; i++) {
        const struct brski_circuit *c = &p->circuit[i];
        if (c->used && c->registrar.n == 0 && (first < 0 || c->order < p->circuit[first].order))
            first = i;
    }
    if (first < 0)
        return;
    p->opening = first;
    imp_behalf(p->env, BRSKI_JOIN, &p->circuit[first].pledge);
    p->env->ops->open(p->env, BRSKI_ACP, NULL);
}

static struct brski_circuit *find(struct brski_proxy *p, const struct imp_event *e)
{
    for (size_t i = 0; i < BRSKI_CIRCUITS; i++) {
        struct brski_circuit *c = &p->circuit[i];
        const struct imp_addr *at = e->channel == BRSKI_JOIN ? &c->pledge : &c->registrar;
        if (c->used && at->n && imp_addr_equal(at, &e->from))
            return c;
    }
    return NULL;
}

static void registrar_answered(struct brski_proxy *p, const struct imp_addr *from)
{
    struct brski_circuit *c = p->opening >= 0 ? &p->circuit[p->opening] : NULL;
    p->opening = -1;
    if (c && c->used) {
        c->registrar = *from;
        if (c->n)
            imp_send(p->env, BRSKI_ACP, from, BRSKI_MSG_TO_REGISTRAR, c->pending, c->n);
        c->n = 0;
    } else {
        p->env->ops->close(p->env, BRSKI_ACP, from); /* the pledge has gone */
    }
    open_next(p);
}

static void drop(struct brski_proxy *p, struct brski_circuit *c, int gone)
{
    if (gone != BRSKI_JOIN)
        p->env->ops->close(p->env, BRSKI_JOIN, &c->pledge);
    if (gone != BRSKI_ACP && c->registrar.n)
        p->env->ops->close(p->env, BRSKI_ACP, &c->registrar);
    c->used = false;
}

/* A free place, or that of whoever has said nothing for long enough; NULL: there is none. */
static struct brski_circuit *room(struct brski_proxy *p, imp_time now)
{
    struct brski_circuit *oldest = &p->circuit[0];
    int64_t wait = imp_opt(p->env, BRSKI_OPT_MAKE_WAY);
    for (size_t i = 0; i < BRSKI_CIRCUITS; i++) {
        if (!p->circuit[i].used)
            return &p->circuit[i];
        if (p->circuit[i].heard < oldest->heard)
            oldest = &p->circuit[i];
    }
    if (wait == 0 || now - oldest->heard < wait * IMP_S)
        return NULL;
    drop(p, oldest, -1);
    return oldest;
}

static void pledge_came(struct brski_proxy *p, const struct imp_addr *from, imp_time now)
{
    struct brski_circuit *c = room(p, now);
    if (!c) {
        p->env->ops->close(p->env, BRSKI_JOIN, from); /* too many */
        return;
    }
    *c = (struct brski_circuit){.used = true, .order = p->orders++, .heard = now, .pledge = *from};
    open_next(p);
}

static void closed(struct brski_proxy *p, const struct imp_event *e)
{
    struct brski_circuit *c = find(p, e);
    if (c) {
        drop(p, c, e->channel);
    } else if (e->channel == BRSKI_ACP && p->opening >= 0) {
        c = &p->circuit[p->opening]; /* no registrar is there */
        p->opening = -1;
        if (c->used)
            drop(p, c, BRSKI_ACP);
    }
    open_next(p);
}

static void forward(struct brski_proxy *p, struct brski_circuit *c, const struct imp_event *e)
{
    if (e->channel == BRSKI_ACP) {
        imp_send(p->env, BRSKI_JOIN, &c->pledge, BRSKI_MSG_TO_PLEDGE, e->bytes, e->n);
    } else if (c->registrar.n) {
        imp_send(p->env, BRSKI_ACP, &c->registrar, BRSKI_MSG_TO_REGISTRAR, e->bytes, e->n);
    } else if (e->n <= sizeof c->pending - c->n) {
        memcpy(c->pending + c->n, e->bytes, e->n);
        c->n += e->n;
    } else {
        drop(p, c, -1);
    }
}

void brski_proxy_init(void *ctx, struct imp_env *env)
{
    struct brski_proxy *p = ctx;
    p->env = env;
    p->opening = -1;
}

void brski_proxy_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct brski_proxy *p = ctx;
    struct brski_circuit *c;
    (void)env;
    switch (e->kind) {
    case IMP_EVENT_START:
    case IMP_EVENT_TIMER:
        flood(p, now);
        break;
    case IMP_EVENT_OPENED:
        if (e->channel == BRSKI_JOIN)
            pledge_came(p, &e->from, now);
        else
            registrar_answered(p, &e->from);
        break;
    case IMP_EVENT_RECEIVE:
        c = find(p, e);
        if (c) {
            c->heard = now;
            forward(p, c, e);
        }
        break;
    case IMP_EVENT_CLOSED:
        closed(p, e);
        break;
    default:
        break;
    }
}

void brski_proxy_fini(void *ctx, struct imp_env *env)
{
    (void)env;
    imp_wipe(ctx, sizeof(struct brski_proxy));
}

int brski_proxy_state_of(const void *ctx)
{
    const struct brski_proxy *p = ctx;
    for (size_t i = 0; i < BRSKI_CIRCUITS; i++)
        if (p->circuit[i].used)
            return BRSKI_FORWARDING;
    return BRSKI_IDLE;
}
