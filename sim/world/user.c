/* SPDX-License-Identifier: GPL-2.0-only */
/* user.c - the people: they do what a party prompts for and carry out-of-band messages. The
 * adversary's own users take no time and never err. Errors of the people (axis U) are drawn from a
 * stream of their own, so that they do not change how long acts take. */
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
    int meant;       /* the device that the user means; he may act on another one */
    bool unlooked;   /* a check that is said to be done */
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

/* ---- errors
 * ----------------------------------------------------------------------------------------- */
static bool is_check(enum imp_act_kind act)
{
    return act == IMP_ACT_COMPARE || act == IMP_ACT_CONFIRM;
}

/* Does this user make that error now? Checks are skipped also as often as the people of
 * human.csv do. */
static bool errs(struct world *w, int device, enum imp_user_error e, enum imp_act_kind act)
{
    double p = w->spec.adversary.user[e];
    if (e == IMP_USER_SKIPS_CHECK)
        p = 1 - (1 - p) * (1 - imp_human_error(w->spec.user_profile, act));
    return p > 0 && imp_rng_unit(&w->devices[device].slip_rng) < p;
}

static void tell(struct world *w, const struct errand *e, const char *what)
{
    note(w, e, "note", what, "", "");
}

static int other_device(const struct world *w, int device)
{
    return (device + 1) % w->spec.devices;
}

/* Keeps what a device shows, for users who look at the wrong one. */
static void remember_shown(struct world *w, const struct errand *e)
{
    struct world_device *d = &w->devices[e->device];
    free(d->shown);
    d->shown = world_copy(e->bytes, e->n);
    d->shown_n = e->n;
    d->shown_channel = e->channel;
}

/* The user looks at another device: takes up what that one shows, or hands over to that one. */
static void wrong_device(struct world *w, struct errand *e)
{
    int other = other_device(w, e->device);
    const struct world_device *d = &w->devices[other];
    bool shows = e->from->env.device >= 0;
    if (shows && (!d->shown || d->shown_channel != e->channel))
        return; /* it shows nothing that could be taken for it */
    tell(w, e, "the user acts on another device than the one meant");
    if (shows) {
        free(e->bytes);
        e->bytes = world_copy(d->shown, d->shown_n);
        e->n = d->shown_n;
    } else {
        e->device = other;
    }
}

/* The message goes where that of another device belongs: to its party, or its place in the
 * server's account. */
static void elsewhere(struct world *w, struct errand *e)
{
    int other = other_device(w, e->device);
    tell(w, e, "the user carries the message to where another device's belongs");
    e->meant = other;
    if (w->spec.mechanism->roles[w->spec.mechanism->channels[e->channel].b].kind != IMP_ROLE_SERVER)
        e->device = other;
}

static void misled(struct world *w, struct errand *e, enum imp_act_kind act)
{
    if (w->spec.devices < 2)
        return;
    if (errs(w, e->device, IMP_USER_WRONG_DEVICE, act))
        wrong_device(w, e);
    if (errs(w, e->device, IMP_USER_COPIES_ELSEWHERE, act))
        elsewhere(w, e);
}

/* What the user answers to a prompt. Who checks sees a warning and gives up, unless he ignores it.
 */
static bool consents(struct world *w, const struct errand *e)
{
    enum imp_act_kind act = w->spec.mechanism->acts[e->act].kind;
    if (!world_honest(e->from) || !is_check(act) || !w->devices[e->device].warned || e->unlooked)
        return true;
    bool ignores = errs(w, e->device, IMP_USER_IGNORES_WARNING, act);
    tell(w, e, ignores ? "the user ignores a warning" : "the user heeds a warning and gives up");
    return ignores;
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

/* The party that learns by the errand on which device the user acts; NULL when no device is one
 * end. */
static const struct world_party *meets(const struct errand *e, const struct world_party *to)
{
    if (to && e->from->env.device >= 0)
        return to;
    return to && to->env.device >= 0 ? e->from : NULL;
}

static void deliver(struct errand *e)
{
    struct world *w = e->from->world;
    struct world_party *to = recipient(e);
    const struct world_party *with = meets(e, to);
    if (e->taken_over) {
        world_adversary_oob_deliver(w, e->channel, e->device, e->meant, with);
        return;
    }
    if (with)
        world_ledger_intent(w, e->meant, with);
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
        world_party_event(
            e->from,
            &(struct imp_event){.kind = IMP_EVENT_USER, .id = e->act, .ok = consents(w, e)},
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
        t = e.unlooked ? 0 : act_time(w, act, e.device);
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
    if (world_honest(p) && is_check(a->kind) &&
        errs(p->world, e.device, IMP_USER_SKIPS_CHECK, a->kind)) {
        tell(p->world, &e, "the user says that it is right without looking");
        e.unlooked = true;
    }
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
                       .meant = device < 0 ? 0 : device,
                       .n = n,
                       .bytes = malloc(n ? n : 1)};
    if (!e.bytes)
        abort();
    memcpy(e.bytes, bytes, n);
    note(p->world, &e, "oob", p->env.mechanism->messages[message].name, "", c->name);
    if (p->env.device >= 0)
        remember_shown(p->world, &e);
    misled(p->world, &e, c->act);
    e.taken_over = world_adversary_oob(p, channel, message, e.bytes, e.n, e.device);
    errand_begin(e, c->act);
}
