/* SPDX-License-Identifier: GPL-2.0-only */
/* adversary_oob.c - the adversary out of band: sees what the user takes up, hands him something
 * else. */
#include <stdio.h>
#include <stdlib.h>

#include "adversary.h"

static struct world_party *target(struct world *w, int channel, int device)
{
    int role = w->spec.mechanism->channels[channel].b;
    enum imp_role_kind kind = w->spec.mechanism->roles[role].kind;
    for (size_t i = 0; i < w->honest; i++) {
        struct world_party *p = &w->parties[i];
        bool near = kind == IMP_ROLE_SERVER || p->cell == w->devices[device < 0 ? 0 : device].cell;
        if (p->env.role == role && near && (kind != IMP_ROLE_DEVICE || p->env.device == device))
            return p;
    }
    return NULL;
}

/* May it act on what that device shows or is shown? A corrupt party's own display is its own. */
static bool may(const struct world_adversary *v, int channel, int device, enum imp_power power)
{
    if (adv_may_oob(v, channel, power))
        return true;
    for (size_t i = 0; i < v->world->honest; i++)
        if (v->corrupt[i] && v->world->parties[i].env.device == device &&
            v->world->parties[i].env.role == v->adv.mechanism->channels[channel].a)
            return true;
    return false;
}

bool world_adversary_oob(struct world_party *from, int channel, int message, const uint8_t *bytes,
                         size_t n, int device)
{
    struct world *w = from->world;
    struct world_adversary *v = w->adversary;
    char source[96];
    if (!v)
        return false;
    bool reads = may(v, channel, device, IMP_POWER_READ);
    bool writes = may(v, channel, device, IMP_POWER_INJECT);
    if (!reads && !writes)
        return false;
    if (reads) {
        snprintf(source, sizeof source, "out-of-band message of %s", from->name);
        imp_knowledge_add(&w->knowledge, bytes, n, source);
        v->count.oob++;
    }
    struct world_party *to = target(w, channel, device);
    struct imp_unit u = {.channel = channel,
                         .message = message,
                         .from = from->index,
                         .to = to ? to->index : -1,
                         .device = device,
                         .bytes = reads ? bytes : NULL,
                         .n = n,
                         .number = v->units++};
    v->adv.now = eng_now();
    if (!v->strategy->oob || v->strategy->oob(&v->adv, &u) == IMP_PASS)
        return false;
    if (!writes)
        adv_refuse(v, "replace what is carried on %s: not among the rights",
                   v->adv.mechanism->channels[channel].name);
    return writes;
}

static struct adv_emission *emission(struct world_adversary *v, int channel, int device)
{
    for (struct adv_emission *e = v->emissions; e; e = e->next)
        if (e->channel == channel && e->device == device)
            return e;
    struct adv_emission *e = calloc(1, sizeof *e);
    if (!e)
        abort();
    *e = (struct adv_emission){.channel = channel, .device = device, .next = v->emissions};
    v->emissions = e;
    return e;
}

static void swap_in(struct world_adversary *v, struct adv_emission *e)
{
    struct world *w = v->world;
    struct world_party *to = target(w, e->channel, e->device);
    if (!to)
        return;
    e->awaited = false;
    if (e->with)
        world_ledger_intent(w, e->meant, e->with);
    v->count.oob++;
    adv_trace(w, "inject", "adversary", to->name, "out-of-band message",
              w->spec.mechanism->channels[e->channel].name, e->n, e->device);
    world_party_event(
        to,
        &(struct imp_event){
            .kind = IMP_EVENT_RECEIVE, .channel = e->channel, .bytes = e->bytes, .n = e->n},
        e->device);
}

void world_adversary_oob_deliver(struct world *w, int channel, int device, int meant,
                                 const struct world_party *with)
{
    struct adv_emission *e = emission(w->adversary, channel, device);
    e->meant = meant;
    e->with = with;
    if (e->bytes)
        swap_in(w->adversary, e);
    else
        e->awaited = true;
}

int adv_oob_write(struct imp_adv *a, int channel, int device, const void *bytes, size_t n)
{
    struct world_adversary *v = adv_of(a);
    device = device < 0 ? 0 : device;
    if (!may(v, channel, device, IMP_POWER_INJECT))
        return adv_refuse(v, "write out of band on %s: not among the rights",
                          a->mechanism->channels[channel].name);
    struct adv_emission *e = emission(v, channel, device);
    free(e->bytes);
    e->bytes = world_copy(bytes, n);
    e->n = n;
    if (e->awaited)
        swap_in(v, e);
    return 0;
}

void adv_oob_free(struct world_adversary *v)
{
    while (v->emissions) {
        struct adv_emission *e = v->emissions;
        v->emissions = e->next;
        free(e->bytes);
        free(e);
    }
}
