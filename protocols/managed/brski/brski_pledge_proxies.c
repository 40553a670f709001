/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_pledge_proxies.c - the join proxies that a pledge has heard and whose turn it is, RFC 8995
 * sections 4.1 and 5.1. It has one connection at a time. */
#include "brski.h"

#include <string.h>

enum {
    LONGEST = 3600, /* s between attempts through one proxy, section 4.1 */
    BETWEEN = 3,    /* s from an attempt to one through another proxy, the same */
    PROGRESS = 60,  /* s without any, and of a handshake */
    IMPATIENCE = 5, /* s without any when another proxy is there, section 5.1 */
};

static imp_time later(imp_time a, imp_time b)
{
    return a > b ? a : b;
}

/* When an attempt through that proxy may begin; IMP_NEVER: it has said nothing that still holds. */
static imp_time due(const struct brski_pledge *d, const struct brski_offer *o)
{
    imp_time apart = d->by && o != d->by ? d->begun + BETWEEN * IMP_S : 0;
    return o->at.n && d->now < o->until ? later(later(o->next, apart), d->now) : IMP_NEVER;
}

/* The first that may be tried, of several the one that was longest not tried; but not `except`. */
static struct brski_offer *choose(struct brski_pledge *d, const struct brski_offer *except)
{
    struct brski_offer *best = NULL;
    for (size_t i = 0; i < BRSKI_OFFERS; i++) {
        struct brski_offer *o = &d->offer[i];
        imp_time at = due(d, o);
        if (o == except || at == IMP_NEVER)
            continue;
        if (!best || at < due(d, best) || (at == due(d, best) && o->last < best->last))
            best = o;
    }
    return best;
}

/* Attempts that came to nothing make it more patient: else two slow networks would never do. */
static imp_time patience(struct brski_pledge *d)
{
    const struct brski_offer *other = d->trusting || d->enrolled ? NULL : choose(d, d->by);
    imp_time few = (imp_time)IMPATIENCE << (d->by && d->by->failures < 4 ? d->by->failures : 4);
    bool soon = other && due(d, other) <= d->now + few * IMP_S;
    return soon && few < PROGRESS ? few : PROGRESS;
}

void brski_progress(struct brski_pledge *d)
{
    imp_time at = d->now + patience(d) * IMP_S, last = d->begun + PROGRESS * IMP_S;
    bool shaking = d->state == BRSKI_IDLE || d->state == BRSKI_HANDSHAKE;
    imp_timer(d->env, BRSKI_TIMER_PLEDGE, shaking && last < at ? last : at);
}

void brski_connect_again(struct brski_pledge *d)
{
    d->state = BRSKI_IDLE;
    d->opening = true;
    d->begun = d->by->last = d->now;
    brski_progress(d);
    d->env->ops->open(d->env, d->by->channel, &d->target);
}

static void connect_by(struct brski_pledge *d, struct brski_offer *by)
{
    d->by = by;
    d->target = by->at;
    d->path[0] = 0;
    d->moved = 0;
    brski_connect_again(d);
}

void brski_connect(struct brski_pledge *d)
{
    struct brski_offer *next = choose(d, NULL);
    imp_time at = next ? due(d, next) : IMP_NEVER;
    d->state = next ? BRSKI_IDLE : BRSKI_DISCOVERY;
    if (at <= d->now)
        connect_by(d, next);
    else
        imp_timer(d->env, BRSKI_TIMER_PLEDGE, at);
}

bool brski_is_at(const struct brski_pledge *d, int channel, const struct imp_addr *connection)
{
    const struct imp_addr *at = &d->target;
    return channel == d->by->channel &&
           (connection->n < at->n || memcmp(connection->bytes, at->bytes, at->n) == 0);
}

/* Attempts through one proxy become rarer, whatever happens through others. */
void brski_failed(struct brski_pledge *d)
{
    struct brski_offer *o = d->by;
    int64_t wait = imp_opt(d->env, BRSKI_OPT_BACK_OFF);
    if (o) {
        wait <<= o->failures < 12 ? o->failures : 12;
        o->next = d->now + (wait < LONGEST ? wait : LONGEST) * IMP_S;
        o->failures++;
        o->request_n = 0;
        o->deferred = 0;
    }
    brski_connect(d);
}

/* While it is put off another proxy may have its turn. */
static void make_way(struct brski_pledge *d)
{
    const struct brski_offer *other = choose(d, d->by);
    if (!other || due(d, other) >= d->by->next)
        return;
    brski_leave(d);
    brski_connect(d);
}

void brski_put_off(struct brski_pledge *d, int64_t seconds)
{
    d->by->next = d->now + seconds * IMP_S;
    d->state = BRSKI_DEFERRED;
    imp_timer(d->env, BRSKI_TIMER_PLEDGE, d->by->next);
    make_way(d);
}

/* ---- announcements -----------------------------------------------------------------------------
 */
/* The proxy's own place, else a free one, else that of whoever was heard longest ago. */
static struct brski_offer *place(struct brski_pledge *d, int channel, const struct imp_addr *at)
{
    struct brski_offer *best = NULL;
    for (size_t i = 0; i < BRSKI_OFFERS; i++) {
        struct brski_offer *o = &d->offer[i];
        if (o->channel == channel && imp_addr_equal(&o->at, at))
            return o;
        if (o != d->by && (!best || (best->at.n && (o->at.n == 0 || o->until < best->until))))
            best = o;
    }
    *best = (struct brski_offer){.channel = channel, .at = *at};
    return best;
}

void brski_heard(struct brski_pledge *d, int channel, const struct brski_flood *f)
{
    struct imp_addr at = {.n = 18};
    memcpy(at.bytes, f->ip, sizeof f->ip);
    at.bytes[16] = (uint8_t)(f->port >> 8);
    at.bytes[17] = (uint8_t)f->port;
    struct brski_offer *o = place(d, channel, &at);
    bool first = d->now >= o->until;
    o->until = d->now + f->ttl_ms * IMP_MS;
    bool waiting = !d->opening && !d->connected;
    if (waiting)
        brski_connect(d);
    else if (first && o != d->by && d->state == BRSKI_DEFERRED)
        make_way(d);
    else if (first && o != d->by && !d->trusting)
        brski_progress(d);
}
