/* SPDX-License-Identifier: GPL-2.0-only */
/* user.c - the people: they do what a party prompts for and carry out-of-band messages. The
 * adversary's own users take no time and never err. */
#include <stdlib.h>
#include <string.h>

#include "symbols.h"
#include "world.h"

#define MAX_REPEATS 3 /* an act that fails is repeated at most so often */

struct errand {
    struct world_party *from;
    bool carries; /* an out-of-band message, else a prompt */
    unsigned act;
    int channel, message, device;
    bool taken_over; /* the adversary delivers in its place */
    uint8_t *bytes;
    size_t n;
};

/* How long the act takes, repetitions after errors included. */
static imp_time act_time(struct world *w, enum imp_act_kind act, int device)
{
    struct imp_rng *rng = &w->devices[device < 0 ? 0 : device].user_rng;
    const char *profile = w->spec.user_profile;
    double fails = 1 - (1 - imp_human_retry(profile, act)) * (1 - w->spec.user_error);
    imp_time total = 0;
    for (int i = 0; i <= MAX_REPEATS; i++) {
        double u1 = imp_rng_unit(rng), u2 = imp_rng_unit(rng);
        total += imp_human_time(profile, act, u1, u2);
        if (imp_rng_unit(rng) >= fails)
            break;
    }
    return total;
}

static void note(struct world *w, const struct errand *e, const char *kind, const char *message,
                 const char *to, const char *channel)
{
    imp_trace_add(w->trace,
                  &(struct imp_trace_entry){.t = eng_now(),
                                            .kind = kind,
                                            .from = e->from->name,
                                            .to = to,
                                            .message = message,
                                            .phase = "",
                                            .channel = channel,
                                            .n = e->n,
                                            .device = e->device},
                  e->bytes);
}

static struct world_party *recipient(const struct errand *e)
{
    struct world *w = e->from->world;
    const struct imp_channel *c = &w->spec.mechanism->channels[e->channel];
    enum imp_role_kind kind = w->spec.mechanism->roles[c->b].kind;
    for (size_t i = 0; i < w->honest; i++) {
        struct world_party *p = &w->parties[i];
        if (p->env.role != c->b)
            continue;
        if (kind == IMP_ROLE_SERVER || (kind == IMP_ROLE_DEVICE && p->env.device == e->device) ||
            (kind == IMP_ROLE_ACCESS && p->cell == w->devices[e->device < 0 ? 0 : e->device].cell))
            return p;
    }
    return NULL;
}

static void deliver(struct errand *e)
{
    struct world *w = e->from->world;
    struct world_party *to = recipient(e);
    if (to && e->from->env.device >= 0)
        world_ledger_intent(w, e->from->env.device, to);
    else if (to && to->env.device >= 0)
        world_ledger_intent(w, to->env.device, e->from);
    if (e->taken_over) {
        world_adversary_oob_deliver(w, e->channel, e->device);
        return;
    }
    if (!to)
        return;
    note(w, e, "receive", w->spec.mechanism->messages[e->message].name, to->name,
         w->spec.mechanism->channels[e->channel].name);
    world_party_event(
        to,
        &(struct imp_event){
            .kind = IMP_EVENT_RECEIVE, .channel = e->channel, .bytes = e->bytes, .n = e->n},
        e->device);
}

/* Names the errand for the search. */
static uint64_t errand_name(const struct errand *e)
{
    return (uint64_t)e->from->index << 32 | (uint64_t)(e->device + 1) << 16 |
           (uint64_t)(e->carries ? 256 + e->message : (int)e->act);
}

static void errand_over(void *arg)
{
    struct errand *e = arg;
    struct world *w = e->from->world;
    world_symbols_act(w, errand_name(e), -1);
    if (world_honest(e->from) && e->device >= 0)
        world_meter_activity(w, e->device, WORLD_USER, -1);
    if (e->carries)
        deliver(e);
    else
        world_party_event(e->from,
                          &(struct imp_event){.kind = IMP_EVENT_USER, .id = e->act, .ok = true},
                          e->device);
    free(e->bytes);
    free(e);
}

static void errand_begin(struct errand e, enum imp_act_kind act)
{
    struct world *w = e.from->world;
    struct errand *q = malloc(sizeof *q);
    imp_time t = 0;
    if (!q)
        abort();
    *q = e;
    world_symbols_act(w, errand_name(q), +1);
    if (world_honest(e.from)) {
        t = act_time(w, act, e.device);
        if (e.device >= 0) {
            struct world_device *d = &w->devices[e.device];
            world_meter_activity(w, e.device, WORLD_USER, +1);
            if (d->act_count < WORLD_ACTS)
                d->act_at[d->act_count] = eng_now();
            d->act_count++;
            if (w->devices[e.device].end == IMP_NEVER)
                w->devices[e.device].user_acts++;
        }
    }
    eng_after(t, errand_over, q);
}

void world_user_prompt(struct world_party *p, unsigned act, int device)
{
    const struct imp_act *a = &p->env.mechanism->acts[act];
    /* An act that no device has caused (the mother's window) serves the first device. */
    struct errand e = {.from = p, .act = act, .device = device < 0 && world_honest(p) ? 0 : device};
    note(p->world, &e, "user", a->name, "", "");
    errand_begin(e, a->kind);
}

void world_user_oob(struct world_party *p, int channel, int message, const uint8_t *bytes, size_t n,
                    int device)
{
    const struct imp_channel *c = &p->env.mechanism->channels[channel];
    if (!world_honest(p)) {
        world_adversary_emit(p, channel, bytes, n, device);
        return;
    }
    struct errand e = {.from = p,
                       .carries = true,
                       .channel = channel,
                       .message = message,
                       .device = device < 0 ? 0 : device,
                       .n = n,
                       .bytes = malloc(n ? n : 1)};
    if (!e.bytes)
        abort();
    memcpy(e.bytes, bytes, n);
    note(p->world, &e, "oob", p->env.mechanism->messages[message].name, "", c->name);
    e.taken_over = world_adversary_oob(p, channel, message, bytes, n, e.device);
    errand_begin(e, c->act);
}
