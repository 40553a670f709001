/* SPDX-License-Identifier: GPL-2.0-only */
/* adversary_acts.c - the acts that a strategy asks for, each checked against the rights. */
#include <string.h>

#include "adversary.h"
#include "crack.h"
#include "symbols.h"

/* ---- network
 * ------------------------------------------------------------------------------------- */
/* Whom it reaches, or NULL: a group, or nobody. Short addresses mean something in the sender's cell
 * only. */
static struct world_party *receiver(struct world *w, const struct imp_letter *l)
{
    bool device_link = world_channel_link(w, l->channel) == IMP_LINK_DEVICE;
    for (size_t i = 0; l->to.n && i < w->honest; i++) {
        struct world_party *p = &w->parties[i];
        if ((!device_link || p->cell == w->parties[l->as].cell) &&
            imp_addr_equal(&p->bindings[l->channel].self, &l->to))
            return p;
    }
    return NULL;
}

static int device_of(struct world *w, const struct imp_letter *l)
{
    struct world_party *victim = receiver(w, l);
    const struct world_party *as = &w->parties[l->as];
    if (l->device >= 0)
        return l->device;
    if (victim && victim->env.device >= 0)
        return victim->env.device;
    return as->env.device >= 0 ? as->env.device : 0;
}

static eng_addr link_address(const struct imp_addr *a)
{
    eng_addr v = 0;
    for (int i = 0; i < a->n; i++)
        v = v << 8 | a->bytes[i];
    return a->n ? v : ENG_ALL;
}

static void transmit(struct world *w, const struct imp_letter *l)
{
    const struct world_party *as = &w->parties[l->as];
    const struct imp_channel *c = &w->spec.mechanism->channels[l->channel];
    const struct imp_addr *self = l->from.n ? &l->from : &as->bindings[l->channel].self;
    int radio = world_channel_link(w, l->channel) == IMP_LINK_BACKEND ? w->backend_sniffer
                                                                      : w->cells[as->cell].sniffer;
    if (c->service == IMP_SERVICE_FRAME) {
        world_uplink_again(w, l->channel, l->bytes, l->n, radio);
        eng_inject_frame(radio, self->n ? link_address(self) : 0, link_address(&l->to), c->number,
                         l->bytes, l->n);
        return;
    }
    struct eng_endpoint src, dst;
    struct world_party *victim = receiver(w, l);
    world_endpoint(&src, self);
    if (l->to.n)
        world_endpoint(&dst, &l->to);
    else if (!world_group(&dst, c))
        return;
    eng_inject_datagram(radio, victim ? victim->bindings[l->channel].port : -1, &src, &dst,
                        l->bytes, l->n);
}

/* Sequential sessions: one device at a time. */
static bool engages(struct world_adversary *v, int device)
{
    if (v->adv.rights->parallel || v->engaged == device)
        return true;
    if (v->engaged >= 0)
        return false;
    v->engaged = device;
    return true;
}

/* Does it come from another cell? So it says, or its octets were sent there last; short messages
 * are equal everywhere. */
#define TELLING 40 /* octets */
static bool from_afar(const struct world *w, const struct imp_letter *l, int cell)
{
    int origin = l->n >= TELLING ? world_content_get(w, l->channel, l->bytes, l->n, NULL) : -1;
    return (l->device >= 0 && w->devices[l->device].cell != cell) ||
           (origin >= 0 && w->devices[origin].cell != cell);
}

static int act_inject(struct imp_adv *a, const struct imp_letter *l)
{
    struct world_adversary *v = adv_of(a);
    struct world *w = v->world;
    enum imp_link link = world_channel_link(w, l->channel);
    struct world_party *as = &w->parties[l->as];
    const char *label = l->message >= 0 ? a->mechanism->messages[l->message].name : "";
    if (!world_crosses(w, l->channel))
        return adv_refuse(v, "inject on %s: it is out of band",
                          a->mechanism->channels[l->channel].name);
    if (!adv_is_corrupt(v, as) && !adv_may(v, link, IMP_POWER_INJECT))
        return adv_refuse(v, "inject on the %s link: not among the rights at %.3f s",
                          imp_link_name(link), (double)eng_now() / (double)IMP_S);
    if (adv_shielded(v, link))
        return adv_refuse(v, "inject on the %s link: the device is shielded", imp_link_name(link));
    int device = device_of(w, l);
    if (link == IMP_LINK_DEVICE && !adv_may_place(v, IMP_PLACE_DISTANT) &&
        from_afar(w, l, as->cell))
        return adv_refuse(v, "carry a message from one cell to another: not among the rights");
    if (!engages(v, device))
        return adv_refuse(v,
                          "interfere with device-%d: sessions are sequential and device-%d's "
                          "is not over",
                          device + 1, v->engaged + 1);
    v->count.injected++;
    world_content_inject(w, l->channel, l->message, l->bytes, l->n, device);
    adv_trace(w, "inject", as->name, "", label, a->mechanism->channels[l->channel].name, l->n,
              device);
    world_crack_read(w, l->channel, l->bytes, l->n);
    world_symbols_launched(w, l->channel, l->bytes, l->n);
    if (a->mechanism->channels[l->channel].service == IMP_SERVICE_STREAM)
        world_stream_send(as, l->channel, &l->to, l->bytes, l->n);
    else
        transmit(w, l);
    return 0;
}

/* ---- keys and places
 * ------------------------------------------------------------------------------ */
static int act_reveal(struct imp_adv *a, int party, enum imp_reveal what)
{
    struct world_adversary *v = adv_of(a);
    struct world_party *p = &v->world->parties[party];
    if (!imp_adv_honest(a, party) || !adv_may_reveal(v, party, what))
        return adv_refuse(v, "reveal %s of %s: not among the rights at %.3f s",
                          imp_reveal_name(what), p->name, (double)eng_now() / (double)IMP_S);
    v->count.revealed++;
    adv_trace(v->world, "reveal", "adversary", p->name, imp_reveal_name(what), "", 0,
              p->env.device);
    world_reveal(v->world, p, what);
    return 0;
}

static int act_corrupt(struct imp_adv *a, int party)
{
    struct world_adversary *v = adv_of(a);
    if (act_reveal(a, party, IMP_REVEAL_CORRUPT) != 0)
        return -1;
    v->corrupt[party] = true;
    return 0;
}

static int act_adopt(struct imp_adv *a)
{
    return world_adopt(adv_of(a)->world);
}

static int act_touch(struct imp_adv *a, int device, enum imp_event_kind event, const char *word)
{
    struct world_adversary *v = adv_of(a);
    struct world_happening h = {.verb = event == IMP_EVENT_RESET     ? WORLD_RESET
                                        : event == IMP_EVENT_CONTROL ? WORLD_CONTROL
                                                                     : WORLD_POWER_OFF,
                                .word = word ? word : "reset"};
    struct world_party *p = v->world->devices[device].party;
    if (!adv_may_place(v, IMP_PLACE_TOUCH))
        return adv_refuse(v, "touch %s: not among the rights at %.3f s", p->name,
                          (double)eng_now() / (double)IMP_S);
    v->count.touched++;
    world_happen(v->world, p, &h);
    if (event == IMP_EVENT_START) {
        h = (struct world_happening){.verb = WORLD_POWER_ON, .word = "power-on"};
        world_happen(v->world, p, &h);
    }
    return 0;
}

static int act_memory(struct imp_adv *a, int device)
{
    struct world_adversary *v = adv_of(a);
    struct world_party *p = v->world->devices[device].party;
    if (!adv_may_place(v, IMP_PLACE_MEMORY))
        return adv_refuse(v, "read the memory of %s: not among the rights at %.3f s", p->name,
                          (double)eng_now() / (double)IMP_S);
    v->count.touched++;
    adv_trace(v->world, "reveal", "adversary", p->name, "memory", "", 0, device);
    world_reveal(v->world, p, IMP_REVEAL_LTK);
    return 0;
}

static int act_attempt(struct imp_adv *a)
{
    struct world_adversary *v = adv_of(a);
    if (a->rights->tries >= 0 && v->count.attempts >= (size_t)a->rights->tries)
        return adv_refuse(v, "guess once more: %d tries are used up", a->rights->tries);
    v->count.attempts++;
    return 0;
}

/* ---- its own head and hands
 * ----------------------------------------------------------------------- */
static size_t act_candidate(struct imp_adv *a, const struct imp_guess *g, int party, uint64_t i,
                            uint8_t out[IMP_GUESS_MAX])
{
    const struct imp_env *env = &adv_of(a)->world->parties[party].env;
    struct imp_observation before = imp_observe_hold(); /* listing is nobody's protocol run */
    unsigned bits = g->bits(env);
    size_t n = bits >= 64 || i < UINT64_C(1) << bits ? g->candidate(env, i, out) : 0;
    imp_observe_resume(before);
    return n;
}

static void act_start(struct imp_adv *a, int mirror, int device)
{
    world_party_start(&adv_of(a)->world->parties[mirror], device);
}

static void act_control(struct imp_adv *a, int mirror, const char *word)
{
    struct world_party *p = &adv_of(a)->world->parties[mirror];
    world_party_event(p,
                      &(struct imp_event){.kind = IMP_EVENT_CONTROL,
                                          .bytes = (const uint8_t *)word,
                                          .n = strlen(word)},
                      p->env.device);
}

static void act_feed(struct imp_adv *a, int mirror, int channel, const struct imp_addr *from,
                     const uint8_t *bytes, size_t n)
{
    adv_hand_over(&adv_of(a)->world->parties[mirror], channel, from, bytes, n);
}

static void act_between(struct imp_adv *a, const struct imp_letter *l)
{
    struct world *w = adv_of(a)->world;
    struct world_party *as = &w->parties[l->as];
    if (a->mechanism->channels[l->channel].service == IMP_SERVICE_STREAM) {
        world_stream_send(as, l->channel, &l->to, l->bytes, l->n);
        return;
    }
    const struct imp_channel *c = &a->mechanism->channels[l->channel];
    bool oob = c->service == IMP_SERVICE_OOB; /* nobody has an address there */
    for (size_t i = w->honest; i < w->party_count; i++) {
        struct world_party *q = &w->parties[i];
        const struct imp_addr *self = &q->bindings[l->channel].self;
        bool meant = l->to.n == 0 ? q->cell == as->cell : imp_addr_equal(self, &l->to);
        if (q != as && (oob ? q->env.role == c->b : self->n != 0) && meant)
            adv_hand_over(q, l->channel, &as->bindings[l->channel].self, l->bytes, l->n);
    }
}

static bool act_address(struct imp_adv *a, int party, int channel, struct imp_addr *out)
{
    *out = adv_of(a)->world->parties[party].bindings[channel].self;
    return out->n != 0;
}

static void timer_fired(void *arg)
{
    struct adv_timer *t = arg;
    t->handle = 0;
    t->owner->adv.now = eng_now();
    if (t->owner->strategy->timer)
        t->owner->strategy->timer(&t->owner->adv, t->id);
}

static void act_timer(struct imp_adv *a, unsigned id, imp_time delay)
{
    struct world_adversary *v = adv_of(a);
    struct adv_timer *t = &v->timers[id % ADV_TIMERS];
    if (t->handle)
        eng_cancel(t->handle);
    *t = (struct adv_timer){.id = id, .owner = v};
    if (delay >= 0)
        t->handle = eng_after(delay, timer_fired, t);
}

static void act_random(struct imp_adv *a, void *out, size_t n)
{
    imp_rng_fill(&adv_of(a)->rng, out, n);
}

static int act_crack(struct imp_adv *a)
{
    if (a->rights->work_bits == 0)
        return adv_refuse(adv_of(a), "work off line: no budget");
    return (int)world_crack(adv_of(a)->world);
}

static bool act_knows(struct imp_adv *a, const void *bytes, size_t n)
{
    struct imp_knowledge *k = &adv_of(a)->world->knowledge;
    imp_knowledge_close(k);
    return n && imp_knowledge_find(k, bytes, n);
}

static void act_learn(struct imp_adv *a, const void *bytes, size_t n, const char *source)
{
    imp_knowledge_add(&adv_of(a)->world->knowledge, bytes, n, source);
}

static bool act_may(struct imp_adv *a, enum imp_link link, enum imp_power power)
{
    return adv_may(adv_of(a), link, power);
}

static bool act_may_oob(struct imp_adv *a, int channel, enum imp_power power)
{
    return adv_may_oob(adv_of(a), channel, power);
}

static uint64_t act_state(struct imp_adv *a, bool own, bool histories)
{
    return world_symbols_state(adv_of(a)->world, own, histories);
}

static uint64_t act_unit_name(struct imp_adv *a, int channel, const uint8_t *bytes, size_t n)
{
    return world_symbols_name(adv_of(a)->world, channel, bytes, n);
}

static bool act_expects(struct imp_adv *a, int party, int message)
{
    const struct world_party *p = &adv_of(a)->world->parties[party];
    const struct imp_role *role = &a->mechanism->roles[p->env.role];
    int state = role->state ? role->state(p->env.ctx) : 0;
    for (const struct imp_legal *l = role->legal; l && l->message >= 0; l++)
        if (l->message == message && l->state == state)
            return true;
    return !role->legal;
}

static void act_halt(struct imp_adv *a)
{
    (void)a;
    eng_stop();
}

static void act_note(struct imp_adv *a, const char *sentence)
{
    adv_trace(adv_of(a)->world, "note", "adversary", "", sentence, "", 0, -1);
}

const struct imp_adv_ops world_adv_ops = {
    .inject = act_inject,
    .oob_write = adv_oob_write,
    .reveal = act_reveal,
    .adopt = act_adopt,
    .corrupt = act_corrupt,
    .touch = act_touch,
    .memory = act_memory,
    .attempt = act_attempt,
    .crack = act_crack,
    .candidate = act_candidate,
    .start = act_start,
    .control = act_control,
    .feed = act_feed,
    .between = act_between,
    .address = act_address,
    .timer = act_timer,
    .random = act_random,
    .knows = act_knows,
    .learn = act_learn,
    .may = act_may,
    .may_oob = act_may_oob,
    .note = act_note,
    .expects = act_expects,
    .halt = act_halt,
    .state = act_state,
    .unit_name = act_unit_name,
    .fail = adv_fail,
};
