/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_pledge_proxies.c - the join proxies that a pledge has heard and whose turn it is, RFC 8995
 * sections 4.1 and 5.1. It makes as many attempts at once as `parallel` says, each through a proxy
 * of its own. */
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

/* ---- attempts ----------------------------------------------------------------------------------
 */
static bool is_open(const struct brski_attempt *a)
{
    return a->opening || a->connected;
}

static bool is_tried(const struct brski_pledge *d, const struct brski_offer *o)
{
    for (size_t i = 0; i < BRSKI_ATTEMPTS; i++)
        if (is_open(&d->attempt[i]) && d->attempt[i].by == o)
            return true;
    return false;
}

/* One that is not under way, if another may be; NULL: not now. The owner's registrar is alone. */
static struct brski_attempt *free_attempt(struct brski_pledge *d)
{
    int64_t room = d->trusting || d->enrolled ? 1 : imp_opt(d->env, BRSKI_OPT_PARALLEL);
    struct brski_attempt *free = NULL;
    for (size_t i = BRSKI_ATTEMPTS; i-- > 0;) {
        room -= is_open(&d->attempt[i]);
        if (!is_open(&d->attempt[i]))
            free = &d->attempt[i];
    }
    return room > 0 ? free : NULL;
}

/* One timer for all of them and for the next. */
static void arm(struct brski_pledge *d)
{
    imp_time at = d->wake;
    for (size_t i = 0; i < BRSKI_ATTEMPTS; i++)
        if (is_open(&d->attempt[i]) && d->attempt[i].deadline < at)
            at = d->attempt[i].deadline;
    imp_timer(d->env, BRSKI_TIMER_PLEDGE, at);
}

void brski_deadline(struct brski_pledge *d, imp_time at)
{
    d->a->deadline = at;
    arm(d);
}

static bool is_at(const struct brski_attempt *a, int channel, const struct imp_addr *connection)
{
    const struct imp_addr *at = &a->target;
    return a->opening && channel == a->by->channel &&
           (connection->n < at->n || memcmp(connection->bytes, at->bytes, at->n) == 0);
}

bool brski_select(struct brski_pledge *d, int channel, const struct imp_addr *connection)
{
    for (size_t i = 0; i < BRSKI_ATTEMPTS; i++) {
        struct brski_attempt *a = &d->attempt[i];
        if (a->connected ? a->link.channel == channel && imp_addr_equal(&a->link.at, connection)
                         : is_at(a, channel, connection)) {
            d->a = a;
            return true;
        }
    }
    return false;
}

void brski_leave_others(struct brski_pledge *d)
{
    struct brski_attempt *this = d->a;
    for (size_t i = 0; i < BRSKI_ATTEMPTS; i++) {
        d->a = &d->attempt[i];
        if (d->a != this && is_open(d->a)) {
            brski_leave(d);
            d->a->state = BRSKI_IDLE;
        }
    }
    d->a = this;
    d->wake = IMP_NEVER;
}

/* ---- whose turn it is --------------------------------------------------------------------------
 */
/* When an attempt through that proxy may begin; IMP_NEVER: it has said nothing that still holds. */
static imp_time due(const struct brski_pledge *d, const struct brski_offer *o)
{
    imp_time apart = d->latest && o != d->latest ? d->latest->last + BETWEEN * IMP_S : 0;
    return o->at.n && d->now < o->until ? later(later(o->next, apart), d->now) : IMP_NEVER;
}

/* The first that may be tried and is not, of several the one that was longest not tried. */
static struct brski_offer *choose(struct brski_pledge *d)
{
    struct brski_offer *best = NULL;
    for (size_t i = 0; i < BRSKI_OFFERS; i++) {
        struct brski_offer *o = &d->offer[i];
        imp_time at = due(d, o);
        if (is_tried(d, o) || at == IMP_NEVER)
            continue;
        if (!best || at < due(d, best) || (at == due(d, best) && o->last < best->last))
            best = o;
    }
    return best;
}

/* The one that began first, of those that are not put off; NULL: none. */
static struct brski_attempt *oldest(struct brski_pledge *d)
{
    struct brski_attempt *first = NULL;
    for (size_t i = 0; i < BRSKI_ATTEMPTS; i++) {
        struct brski_attempt *a = &d->attempt[i];
        if (is_open(a) && a->state != BRSKI_DEFERRED && (!first || a->begun < first->begun))
            first = a;
    }
    return first;
}

/* "If no connection is making progress after 5 seconds" the oldest goes, where another proxy waits
 * for room. Attempts that came to nothing make it more patient: else two slow networks would never
 * do. */
static void limit_oldest(struct brski_pledge *d)
{
    struct brski_attempt *a = oldest(d);
    bool alone = !a || d->trusting || d->enrolled || free_attempt(d);
    const struct brski_offer *other = alone ? NULL : choose(d);
    if (!other)
        return;
    imp_time few = (imp_time)IMPATIENCE << (a->by->failures < 4 ? a->by->failures : 4);
    imp_time at = d->now + few * IMP_S;
    if (due(d, other) <= at)
        a->deadline = at < a->limit ? at : a->limit;
}

void brski_progress(struct brski_pledge *d)
{
    struct brski_attempt *a = d->a;
    imp_time at = d->now + PROGRESS * IMP_S, last = a->begun + PROGRESS * IMP_S;
    bool shaking = a->state == BRSKI_IDLE || a->state == BRSKI_HANDSHAKE;
    a->deadline = a->limit = shaking && last < at ? last : at;
    limit_oldest(d);
    arm(d);
}

void brski_connect_again(struct brski_pledge *d)
{
    struct brski_attempt *a = d->a;
    a->state = BRSKI_IDLE;
    a->opening = true;
    a->begun = a->by->last = d->now;
    d->latest = a->by;
    brski_progress(d);
    d->env->ops->open(d->env, a->by->channel, &a->target);
}

static void connect_by(struct brski_pledge *d, struct brski_attempt *a, struct brski_offer *by)
{
    d->a = a;
    a->by = by;
    a->target = by->at;
    a->path[0] = 0;
    a->moved = 0;
    brski_connect_again(d);
}

void brski_connect(struct brski_pledge *d)
{
    struct brski_attempt *a;
    struct brski_offer *next = NULL;
    imp_time at = IMP_NEVER;
    d->wake = IMP_NEVER;
    while ((a = free_attempt(d)) && (next = choose(d)) && (at = due(d, next)) <= d->now)
        connect_by(d, a, next);
    if (a)
        d->wake = next ? at : IMP_NEVER;
    if (!is_open(d->a))
        d->a->state = next ? BRSKI_IDLE : BRSKI_DISCOVERY;
    arm(d);
}

/* Attempts through one proxy become rarer, whatever happens through others. */
void brski_failed(struct brski_pledge *d)
{
    struct brski_offer *o = d->a->by;
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
    const struct brski_offer *other = choose(d);
    if (free_attempt(d) || !other || due(d, other) >= d->a->by->next)
        return;
    brski_leave(d);
    d->a->state = BRSKI_IDLE;
    brski_connect(d);
}

void brski_put_off(struct brski_pledge *d, int64_t seconds)
{
    d->a->by->next = d->now + seconds * IMP_S;
    d->a->state = BRSKI_DEFERRED;
    brski_deadline(d, d->a->by->next);
    make_way(d);
}

/* Whoever is told of may find room that was not there before. */
void brski_expire(struct brski_pledge *d, void (*expired)(struct brski_pledge *))
{
    for (size_t i = 0; i < BRSKI_ATTEMPTS; i++)
        if (is_open(&d->attempt[i]) && d->attempt[i].deadline <= d->now) {
            d->a = &d->attempt[i];
            d->a->deadline = IMP_NEVER;
            expired(d);
        }
    if (d->wake <= d->now)
        brski_connect(d);
}

/* ---- announcements -----------------------------------------------------------------------------
 */
/* The proxy's own place, else a free one, else that of whoever was heard longest ago and is not
 * tried; NULL: there is none. */
static struct brski_offer *place(struct brski_pledge *d, int channel, const struct imp_addr *at)
{
    struct brski_offer *best = NULL;
    for (size_t i = 0; i < BRSKI_OFFERS; i++) {
        struct brski_offer *o = &d->offer[i];
        if (o->channel == channel && imp_addr_equal(&o->at, at))
            return o;
        if (o != d->latest && !is_tried(d, o) &&
            (!best || (best->at.n && (o->at.n == 0 || o->until < best->until))))
            best = o;
    }
    if (best)
        *best = (struct brski_offer){.channel = channel, .at = *at};
    return best;
}

/* All attempts are under way, and there is another proxy now: who is put off makes way for it, or
 * the oldest has to hurry. */
static void hurry(struct brski_pledge *d)
{
    struct brski_attempt *this = d->a;
    for (size_t i = 0; i < BRSKI_ATTEMPTS; i++) {
        d->a = &d->attempt[i];
        if (is_open(d->a) && d->a->state == BRSKI_DEFERRED)
            make_way(d);
    }
    d->a = this;
    limit_oldest(d);
    arm(d);
}

void brski_heard(struct brski_pledge *d, int channel, const struct brski_flood *f)
{
    struct imp_addr at = {.n = 18};
    memcpy(at.bytes, f->ip, sizeof f->ip);
    at.bytes[16] = (uint8_t)(f->port >> 8);
    at.bytes[17] = (uint8_t)f->port;
    struct brski_offer *o = place(d, channel, &at);
    if (!o)
        return;
    bool first = d->now >= o->until;
    o->until = d->now + f->ttl_ms * IMP_MS;
    if (free_attempt(d))
        brski_connect(d);
    else if (first && !is_tried(d, o) && !d->trusting)
        hurry(d);
}
