/* SPDX-License-Identifier: GPL-2.0-only */
/* device_order.c - with which of its servers a client registers when, and what follows a failure
 * (Core 1.2, 6.2.1.1; Server, 13 to 20). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device_internal.h"

static const char over_cell[] = "delay-over"; /* bit i: of the server of that instance */

/* ---- whom an address means */
static int role_of(const struct lwm_security *s)
{
    static const struct {
        unsigned port;
        int role;
    } ports[] = {{5704, LWM_SECOND}, {5703, LWM_SECOND}};
    const char *colon = strrchr(s->uri, ':');
    unsigned port = colon ? (unsigned)strtoul(colon + 1, NULL, 10) : 0;
    for (size_t i = 0; i < sizeof ports / sizeof *ports; i++)
        if (ports[i].port == port)
            return ports[i].role;
    return LWM_MANAGEMENT;
}

bool lwm__has_server(const struct lwm_config *c)
{
    for (size_t i = 0; i < LWM_SERVERS; i++)
        if (c->server[i].used && lwm_config_security_of(c, &c->server[i]))
            return true;
    return false;
}

/* ---- the order */
static bool is_ordered(const struct lwm_contact *c)
{
    return lwm_server_has(lwm__server_of(c), LWM_PRIORITY_ORDER);
}

/* Whether `a` comes before `b`; of equals the first instance. */
static bool is_before(const struct lwm_contact *a, const struct lwm_contact *b)
{
    uint32_t x = lwm_server_get(lwm__server_of(a), LWM_PRIORITY_ORDER, 0);
    uint32_t y = lwm_server_get(lwm__server_of(b), LWM_PRIORITY_ORDER, 0);
    return x < y || (x == y && a->index < b->index);
}

/* One without a place waits for nobody; one with a place for those before it: for the end of their
 * turn, and where they block, for their registration. */
static bool has_turn(const struct lwm_device *d, const struct lwm_contact *c)
{
    for (size_t i = 0; i < LWM_SERVERS && is_ordered(c); i++) {
        const struct lwm_contact *other = &d->contact[i];
        if (!other->used || other == c || !is_ordered(other) || !is_before(other, c))
            continue;
        bool blocks = lwm_server_get(lwm__server_of(other), LWM_FAILURE_BLOCK, 0);
        if (!other->tried || (other->failed && blocks))
            return false;
    }
    return true;
}

/* Resource 14: until it has registered once since its bootstrap. */
static imp_time delay_of(const struct lwm_contact *c)
{
    struct imp_env *env = c->device->env;
    uint8_t over = 0;
    env->ops->cell_get(env, over_cell, &over, 1);
    return over >> c->index & 1 ? 0
                                : lwm_server_get(lwm__server_of(c), LWM_INITIAL_DELAY, 0) * IMP_S;
}

static void delay_is_over(const struct lwm_contact *c)
{
    struct imp_env *env = c->device->env;
    uint8_t over = 0;
    if (!delay_of(c))
        return;
    env->ops->cell_get(env, over_cell, &over, 1);
    over |= (uint8_t)(1u << c->index);
    env->ops->cell_put(env, over_cell, &over, 1);
}

void lwm__delays_begin(struct lwm_device *d)
{
    d->env->ops->cell_erase(d->env, over_cell);
}

void lwm__contact_timer(struct lwm_contact *c, imp_time at)
{
    imp_timer(c->device->env, TIMER_CONTACT + TIMERS_OF_CONTACT * (unsigned)c->index, at);
}

void lwm__turn(struct lwm_device *d, imp_time now)
{
    for (size_t i = 0; i < LWM_SERVERS; i++) {
        struct lwm_contact *c = &d->contact[i];
        imp_time delay;
        if (!c->used || c->state != LWM_WAITING || c->called || !has_turn(d, c))
            continue;
        c->called = true;
        if ((delay = delay_of(c)) > 0)
            lwm__contact_timer(c, now + delay);
        else
            lwm__connect(c, now);
    }
}

/* ---- all of them */
void lwm__contacts_close(struct lwm_device *d, imp_time now)
{
    for (size_t i = 0; i < LWM_SERVERS; i++) {
        struct lwm_contact *c = &d->contact[i];
        lwm_link_close(&c->link, now);
        lwm__contact_timer(c, IMP_NEVER);
        c->state = LWM_WAITING;
        c->asleep = false;
        c->ordered = 0;
    }
    d->registers = false;
}

void lwm__contacts_start(struct lwm_device *d, imp_time now)
{
    const struct lwm_config *config = &d->client.config;
    d->registers = true;
    for (size_t i = 0; i < LWM_SERVERS; i++) {
        struct lwm_contact *c = &d->contact[i];
        const struct lwm_security *s =
            config->server[i].used ? lwm_config_security_of(config, &config->server[i]) : NULL;
        c->used = s != NULL;
        c->role = s ? role_of(s) : LWM_MANAGEMENT;
        c->state = LWM_WAITING;
        c->tried = c->failed = c->called = false;
        c->ordered = 0;
        c->attempts = (struct lwm_attempts){0};
    }
    lwm__turn(d, now);
}

/* ---- what came of a turn */
/* The client is done when each server had its turn and one at least has it registered. */
static void complete(struct lwm_device *d)
{
    uint8_t done;
    bool registered = false, waits = false;
    for (size_t i = 0; i < LWM_SERVERS; i++) {
        registered |= d->contact[i].used && d->contact[i].state == LWM_REGISTERED;
        waits |= d->contact[i].used && !d->contact[i].tried;
    }
    if (!registered || waits || d->claimed ||
        (imp_opt(d->env, LWM_OPT_MODE) == LWM_SERVER_INITIATED &&
         d->env->ops->cell_get(d->env, "bootstrapped", &done, 1) != 1))
        return; /* in the mode Server Initiated the end is the second registration */
    lwm_claim(d->env, IMP_CLAIM_COMPLETE, NULL);
    d->claimed = true;
}

void lwm__contact_good(struct lwm_contact *c, imp_time now)
{
    struct lwm_device *d = c->device;
    c->state = LWM_REGISTERED;
    c->tried = true;
    c->failed = false;
    c->attempts = (struct lwm_attempts){0};
    d->wait = 0;
    delay_is_over(c);
    complete(d);
    lwm__turn(d, now);
}

/* Resource 16, whose default is true. */
static bool bootstraps(const struct lwm_contact *c)
{
    return lwm_server_get(lwm__server_of(c), LWM_BOOTSTRAP_ON_FAILURE, 1) &&
           lwm_config_bootstrap(&c->device->client.config);
}

static void tire(struct lwm_contact *c, imp_time wait, imp_time now)
{
    struct lwm_device *d = c->device;
    imp_time hold_off = lwm_config_bootstrap(&d->client.config)->hold_off * IMP_S;
    lwm__contacts_close(d, now);
    d->tired = true;
    lwm__back_off(d, wait > hold_off ? wait : hold_off, now);
}

void lwm__contact_failed(struct lwm_contact *c, const char *why, bool refused, imp_time now)
{
    struct lwm_device *d = c->device;
    struct lwm_retry r;
    imp_time wait;
    lwm_claim(d->env, IMP_CLAIM_REJECT, why);
    lwm_link_close(&c->link, now);
    lwm_retry_of(&r, lwm__server_of(c), (uint32_t)imp_opt(d->env, LWM_OPT_TRIES),
                 (uint32_t)imp_opt(d->env, LWM_OPT_BACK_OFF));
    enum lwm_retry_next next = lwm_retry_next(&c->attempts, &r, &wait);
    if ((next == LWM_RETRY_FAILED || refused) && bootstraps(c)) {
        tire(c, wait, now);
        return;
    }
    c->state = next == LWM_RETRY_FAILED ? LWM_AWAY : LWM_BACK_OFF;
    c->failed = true;
    c->tried |= next != LWM_RETRY_AGAIN;
    lwm__contact_timer(c, next == LWM_RETRY_FAILED ? IMP_NEVER : now + wait);
    complete(d);
    lwm__turn(d, now);
}
