/* SPDX-License-Identifier: GPL-2.0-only */
/* processor.c - a party's events wait for its processor, which is busy for what they cost. */
#include <stdlib.h>
#include <string.h>

#include "symbols.h"
#include "world.h"

struct busy {
    struct world_party *party;
    int device;
};

static void party_next(void *arg);

static void cpu_over(void *arg)
{
    struct busy *o = arg;
    world_meter_activity(o->party->world, o->device, WORLD_CPU, -1);
    free(o);
}

/* The called party's processor time, charged to the device on whose behalf it worked. */
static void account(struct world_party *p, int device)
{
    if (p->cost == 0 || !world_honest(p) || device < 0)
        return;
    struct busy *o = malloc(sizeof *o);
    if (!o)
        abort();
    *o = (struct busy){p, device};
    world_meter_activity(p->world, device, WORLD_CPU, +1);
    if (p->env.device >= 0 && !p->world->devices[p->env.device].measured) {
        p->world->devices[p->env.device].own_cpu += p->cost;
        world_power_busy(p->world, p->env.device, eng_now(), eng_now() + p->cost);
    }
    eng_after(p->cost, cpu_over, o);
}

static void wake_at(struct world_party *p, imp_time at)
{
    if (p->wake)
        return;
    p->wake = true;
    eng_after(at - eng_now(), party_next, p);
}

/* Runs the head of the queue; the processor is busy for what it cost. A party that has not been
 * started hears nothing. */
static void party_run(struct world_party *p)
{
    struct world_event *e = p->head;
    p->head = e->next;
    if (!p->head)
        p->tail = NULL;
    p->cost = 0;
    p->device = e->device;
    p->running = true;
    if (p->started || e->event.kind == IMP_EVENT_START) {
        p->started = true;
        world_symbols_begin(p, &e->event);
        p->env.mechanism->roles[p->env.role].event(p->env.ctx, &p->env, &e->event, eng_now());
        world_symbols_end(p);
    }
    p->running = false;
    p->busy_until = eng_now() + p->cost;
    account(p, e->device);
    p->cost = 0;
    free((void *)e->event.bytes);
    free(e);
    if (p->head)
        wake_at(p, p->busy_until);
}

static void party_next(void *arg)
{
    struct world_party *p = arg;
    p->wake = false;
    if (!p->head)
        return;
    if (eng_now() < p->busy_until)
        wake_at(p, p->busy_until);
    else
        party_run(p);
}

void world_party_event(struct world_party *p, const struct imp_event *event, int device)
{
    struct world_event *e = calloc(1, sizeof *e);
    if (!e)
        abort();
    e->event = *event;
    e->event.bytes = world_copy(event->bytes, event->n);
    e->device = p->env.device >= 0 ? p->env.device : device;
    if (p->tail)
        p->tail->next = e;
    else
        p->head = e;
    p->tail = e;
    if (p->running || p->wake)
        return; /* party_run or the pending wake-up takes it from here */
    if (eng_now() >= p->busy_until)
        party_run(p);
    else
        wake_at(p, p->busy_until);
}

void world_party_start(struct world_party *p, int device)
{
    if (p->started)
        return;
    world_party_event(p, &(struct imp_event){.kind = IMP_EVENT_START}, device);
}

void world_party_drop_events(struct world_party *p)
{
    while (p->head) {
        struct world_event *e = p->head;
        p->head = e->next;
        free((void *)e->event.bytes);
        free(e);
    }
    p->tail = NULL;
}

void world_party_power_off(struct world_party *p)
{
    const struct imp_role *role = &p->env.mechanism->roles[p->env.role];
    for (int i = 0; i < WORLD_MAX_TIMERS; i++) {
        if (p->timers[i].handle)
            eng_cancel(p->timers[i].handle);
        p->timers[i].handle = 0;
    }
    world_party_drop_events(p);
    if (role->fini)
        role->fini(p->env.ctx, &p->env);
    memset(p->env.ctx, 0, role->context_size);
    p->running = true;
    role->init(p->env.ctx, &p->env);
    p->running = false;
    p->cost = 0;
    p->started = false;
    world_symbols_restarted(p);
}
