/* SPDX-License-Identifier: GPL-2.0-only */
/* adversary.c - life of the adversary in a run: opened with it, told of its moments, closed,
 * counted. */
#include "adversary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void adv_trace(struct world *w, const char *kind, const char *from, const char *to,
               const char *message, const char *channel, size_t n, int device)
{
    imp_trace_add(w->trace,
                  &(struct imp_trace_entry){.t = eng_now(),
                                            .kind = kind,
                                            .from = from,
                                            .to = to,
                                            .message = message,
                                            .phase = "",
                                            .channel = channel,
                                            .n = n,
                                            .device = device},
                  NULL);
}

void adv_hand_over(struct world_party *to, int channel, const struct imp_addr *from,
                   const uint8_t *bytes, size_t n)
{
    world_party_event(
        to,
        &(struct imp_event){.kind = IMP_EVENT_RECEIVE,
                            .channel = channel,
                            .from = *from,
                            .uplink = world_uplink_known(to->world, channel, bytes, n),
                            .bytes = bytes,
                            .n = n},
        to->env.device);
}

/* ---- faults of the strategy
 * ----------------------------------------------------------------------
 */
void adv_fail(struct imp_adv *a, const char *sentence)
{
    struct world_adversary *v = adv_of(a);
    if (!*v->failure)
        snprintf(v->failure, sizeof v->failure, "%s", sentence);
    eng_stop();
}

const char *world_adversary_failure(const struct world *w)
{
    return w->adversary && *w->adversary->failure ? w->adversary->failure : NULL;
}

/* ---- moments ------------------------------------------------------------------------------------
 */
void adv_moment(struct world_adversary *v, enum imp_moment m, int device)
{
    v->adv.now = eng_now();
    if (v->strategy->moment)
        v->strategy->moment(&v->adv, m, device);
}

void world_adversary_device_up(struct world *w, int device)
{
    if (!w->adversary)
        return;
    w->adversary->powered = true;
    adv_moment(w->adversary, IMP_MOMENT_DEVICE_UP, device);
}

void world_adversary_device_done(struct world *w, int device)
{
    if (!w->adversary)
        return;
    w->adversary->device_done = true;
    if (w->adversary->engaged == device)
        w->adversary->engaged = -1;
    adv_moment(w->adversary, IMP_MOMENT_DEVICE_DONE, device);
}

void world_adversary_all_done(struct world *w)
{
    if (!w->adversary)
        return;
    w->adversary->all_done = true;
    adv_moment(w->adversary, IMP_MOMENT_ALL_DONE, -1);
}

static void window_moved(void *arg)
{
    adv_moment(arg, IMP_MOMENT_WINDOW, -1);
}

static void schedule_window(struct world_adversary *v, const struct imp_window *w)
{
    if (w->when != IMP_WHEN_BETWEEN)
        return;
    eng_after(w->from, window_moved, v);
    eng_after(w->until, window_moved, v);
}

/* Calls `f` for every window of the rights. */
static void each_window(struct world_adversary *v,
                        void (*f)(struct world_adversary *, const struct imp_window *))
{
    const struct imp_adversary *a = v->adv.rights;
    for (int l = 0; l < IMP_LINK_COUNT; l++)
        for (int p = 0; p < IMP_POWER_COUNT; p++)
            f(v, &a->network[l][p]);
    for (const struct imp_oob_right *o = a->oob; o->channel; o++) {
        f(v, &o->read);
        f(v, &o->write);
    }
    for (const struct imp_key_right *k = a->keys; k->role; k++)
        f(v, &k->when);
    for (int p = 0; p < IMP_PLACE_COUNT; p++)
        f(v, &a->place[p]);
}

/* ---- opening
 * ------------------------------------------------------------------------------------- */
static void describe_parties(struct world_adversary *v)
{
    struct world *w = v->world;
    v->parties = calloc(w->party_count, sizeof *v->parties);
    v->corrupt = calloc(w->honest, sizeof *v->corrupt);
    if (!v->parties || !v->corrupt)
        abort();
    for (size_t i = 0; i < w->party_count; i++) {
        const struct world_party *p = &w->parties[i];
        v->parties[i] = (struct imp_adv_party){.name = p->name,
                                               .role = p->env.role,
                                               .kind = w->spec.mechanism->roles[p->env.role].kind,
                                               .device = p->env.device,
                                               .cell = p->cell};
    }
    v->adv.parties = v->parties;
    v->adv.honest = w->honest;
    v->adv.party_count = w->party_count;
}

static bool in_a_cage(const struct world *w)
{
    int cage = imp_option_find(w->spec.mechanism, "cage");
    return cage >= 0 && w->devices[0].party->env.options[cage].i != 0;
}

int world_adversary_open(struct world *w, char *error, size_t cap)
{
    const struct imp_adversary *a = &w->spec.adversary;
    if (!imp_adversary_present(a))
        return 0;
    struct world_adversary *v = w->adversary = calloc(1, sizeof *v);
    if (!v)
        abort();
    v->world = w;
    v->strategy = w->spec.strategy;
    v->engaged = -1;
    v->caged = in_a_cage(w);
    v->adv = (struct imp_adv){.ops = &world_adv_ops,
                              .mechanism = w->spec.mechanism,
                              .rights = a,
                              .devices = w->spec.devices,
                              .now = eng_now(),
                              .state = calloc(1, v->strategy->state_size + 1)};
    if (!v->adv.state)
        abort();
    describe_parties(v);
    imp_rng_seed(&v->rng, w->spec.session, "adversary", "strategy");
    if (v->strategy->open && v->strategy->open(&v->adv, error, cap) != 0)
        return -1;
    adv_taps(w);
    each_window(v, schedule_window);
    adv_moment(v, IMP_MOMENT_START, -1);
    if (*v->failure)
        snprintf(error, cap, "%s", v->failure);
    return *v->failure ? -1 : 0;
}

/* ---- what it is told and asked from elsewhere
 * ---------------------------------------------------- */
void world_adversary_send(struct world_party *p, int channel, const struct imp_addr *to,
                          int message, const uint8_t *bytes, size_t n)
{
    struct world_adversary *v = p->world->adversary;
    struct imp_letter l = {.channel = channel,
                           .message = message,
                           .as = p->index,
                           .to = *to,
                           .device = -1,
                           .bytes = bytes,
                           .n = n};
    v->adv.now = eng_now();
    if (v->strategy->own_send)
        v->strategy->own_send(&v->adv, &l);
}

void world_adversary_emit(struct world_party *p, int channel, const uint8_t *bytes, size_t n,
                          int device)
{
    struct world_adversary *v = p->world->adversary;
    v->adv.now = eng_now();
    if (v->strategy->own_oob)
        v->strategy->own_oob(&v->adv, p->index, channel, device, bytes, n);
}

bool world_adversary_corrupts(const struct world *w, const struct world_party *p)
{
    return w->adversary && adv_is_corrupt(w->adversary, p);
}

bool world_adversary_acts_late(const struct world *w)
{
    const struct imp_adversary *a = &w->spec.adversary;
    if (!w->adversary)
        return false;
    for (int l = 0; l < IMP_LINK_COUNT; l++)
        for (int p = 0; p < IMP_POWER_COUNT; p++)
            if (a->network[l][p].when == IMP_WHEN_POST)
                return true;
    for (int p = 0; p < IMP_PLACE_COUNT; p++)
        if (a->place[p].when == IMP_WHEN_POST)
            return true;
    return false;
}

size_t world_adversary_acts(const struct world *w)
{
    const struct world_adversary *v = w->adversary;
    size_t sum = 0;
    if (!v)
        return 0;
#define ADD(name) sum += v->count.name;
    ADV_COUNTS(ADD)
#undef ADD
    return sum;
}

json_t *world_adversary_json(const struct world *w)
{
    const struct world_adversary *v = w->adversary;
    json_t *j = json_pack("{s:I}", "acts", (json_int_t)world_adversary_acts(w));
    if (!v)
        return j;
#define SET(name) json_object_set_new(j, #name, json_integer((json_int_t)v->count.name));
    ADV_COUNTS(SET)
#undef SET
    json_object_set_new(j, "refused", json_integer((json_int_t)v->refused));
    if (v->refused)
        json_object_set_new(j, "refusal", json_string(v->refusal));
    return j;
}

void world_adversary_free(struct world *w)
{
    struct world_adversary *v = w->adversary;
    if (!v)
        return;
    if (v->strategy->close)
        v->strategy->close(&v->adv);
    adv_oob_free(v);
    free(v->adv.state);
    free(v->parties);
    free(v->corrupt);
    free(v);
    w->adversary = NULL;
}
