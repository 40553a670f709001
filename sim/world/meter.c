/* SPDX-License-Identifier: GPL-2.0-only */
/* meter.c - what a device's bootstrapping cost, from power-on until every honest party committed.
 */
#include "world.h"

#define TAIL (100 * IMP_MS)     /* lets the last acknowledgements reach the capture */
#define LATE_TAIL (120 * IMP_S) /* how long a late-comer may try */

static void split(struct world_device *d)
{
    imp_time now = eng_now(), passed = now - d->since;
    d->since = now;
    if (!d->powered || d->end != IMP_NEVER)
        return;
    if (d->active[WORLD_USER] > 0)
        d->user += passed;
    else if (d->active[WORLD_CPU] > 0)
        d->cpu += passed;
    else
        d->network += passed;
}

void world_meter_start(struct world *w, int device)
{
    struct world_device *d = &w->devices[device];
    d->start = d->since = eng_now();
    d->powered = true;
    eng_radio_time(d->port, d->radio);
    eng_count(d->port, &d->count);
    world_power_start(w, device);
}

void world_meter_activity(struct world *w, int device, enum world_activity a, int change)
{
    struct world_device *d = &w->devices[device];
    split(d);
    d->active[a] += change;
}

static struct eng_count since(const struct eng_count *now, const struct eng_count *then)
{
    return (struct eng_count){.tx_frames = now->tx_frames - then->tx_frames,
                              .tx_octets = now->tx_octets - then->tx_octets,
                              .rx_frames = now->rx_frames - then->rx_frames,
                              .rx_octets = now->rx_octets - then->rx_octets,
                              .message_octets = now->message_octets - then->message_octets,
                              .network_octets = now->network_octets - then->network_octets,
                              .repeated_octets = now->repeated_octets - then->repeated_octets};
}

/* What the device's processor has still to do is after the end. */
static void cut_processor(struct world *w, int device)
{
    for (size_t i = 0; i < w->honest; i++) {
        const struct world_party *p = &w->parties[i];
        if (p->env.device == device && p->busy_until > eng_now())
            w->devices[device].own_cpu -= p->busy_until - eng_now();
    }
}

void world_meter_end(struct world *w, int device)
{
    struct world_device *d = &w->devices[device];
    eng_time radio[ENG_RADIO_COUNT];
    struct eng_count count;
    if (d->measured || !d->powered)
        return;
    split(d);
    cut_processor(w, device);
    eng_radio_time(d->port, radio);
    world_power_end(w, device);
    eng_count(d->port, &count);
    for (int i = 0; i < ENG_RADIO_COUNT; i++)
        d->radio[i] = radio[i] - d->radio[i];
    d->count = since(&count, &d->count);
    d->measured = true;
}

static void stop(void *arg)
{
    (void)arg;
    eng_stop();
}

static void all_done(struct world *w)
{
    bool late = world_adversary_acts_late(w);
    w->finished = true;
    w->finished_at = eng_now();
    world_adversary_all_done(w);
    imp_time tail = late ? LATE_TAIL : TAIL, rest = w->spec.timeline_end - eng_now();
    eng_after(rest > tail ? rest : tail, stop, NULL);
}

void world_meter_role_done(struct world *w, int device, int role)
{
    struct world_device *d = &w->devices[device];
    const struct imp_role *roles = w->spec.mechanism->roles;
    if (d->role_done[role] || d->end != IMP_NEVER)
        return;
    d->role_done[role] = true;
    if (roles[role].kind == IMP_ROLE_DEVICE)
        world_adversary_device_done(w, device);
    for (int i = 0; roles[i].name; i++)
        if (!roles[i].optional && !d->role_done[i] &&
            imp_role_takes_part(w->spec.mechanism, i, w->spec.options[i]))
            return;
    world_meter_end(w, device);
    d->end = eng_now();
    if (++w->done == w->spec.devices - world_is_session(w))
        all_done(w);
}
