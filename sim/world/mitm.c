/* SPDX-License-Identifier: GPL-2.0-only */
/* mitm.c - the adversary at work, within its rights.
 *
 * Own-keys man in the middle: the adversary runs a mirror of every honest party, with keys of its
 * own. On the link where it stands, what an honest party sends reaches the mirror of the addressee
 * and is blocked from the addressee itself; what a mirror sends is injected under the name of the
 * party that it mirrors. Channels elsewhere join the mirrors directly, in the adversary's memory.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

struct emission { /* what a mirror shows out of band, for one channel and device */
    int channel, device;
    uint8_t *bytes;
    size_t n;
    bool awaited; /* the user has been to the channel and found nothing */
    struct emission *next;
};

struct world_mitm {
    const struct imp_adversary *rights;
    bool open; /* the window */
    bool caged, device_done;
    size_t read, blocked, injected, refused, shielded, oob;
    struct emission *emissions;
};

static const char *const nobody = "adversary";

static void trace(struct world *w, const char *kind, const char *from, const char *to,
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

/* May the adversary touch that link now? Inside the Faraday cage it tries in vain. */
static bool reaches(struct world *w, enum imp_link link)
{
    struct world_mitm *m = w->mitm;
    if (!m->open)
        return false;
    if (link == IMP_LINK_DEVICE && m->caged && !m->device_done) {
        m->shielded++;
        return false;
    }
    return true;
}

static bool own_keys(const struct world *w)
{
    return w->mitm->rights->strategy == IMP_STRATEGY_OWN_KEYS;
}

/* ---- taps
 * -----------------------------------------------------------------------------------------------
 */
static struct world_party *sender_of(struct world *w, int channel, int port)
{
    for (size_t i = 0; i < w->honest; i++)
        if (w->parties[i].bindings[channel].port == port)
            return &w->parties[i];
    return NULL;
}

static int unit_channel(const struct world *w, const struct eng_unit *u)
{
    int channel = world_channel_of(w, u->datagram, u->datagram ? u->to.port : u->ethertype);
    return channel < 0 && u->datagram ? world_channel_of(w, true, u->from.port) : channel;
}

static enum imp_link unit_link(const struct world *w, const struct eng_unit *u)
{
    return u->medium == w->backend_medium ? IMP_LINK_BACKEND : IMP_LINK_DEVICE;
}

static void hand_over(struct world_party *to, int channel, const struct imp_addr *from,
                      const uint8_t *bytes, size_t n)
{
    world_party_event(
        to,
        &(struct imp_event){
            .kind = IMP_EVENT_RECEIVE, .channel = channel, .from = *from, .bytes = bytes, .n = n},
        to->env.device);
}

static bool is_group(const struct eng_unit *u)
{
    return u->datagram ? u->to.ip[0] == 0xff : (u->dst == ENG_ALL || (u->dst >> 40 & 1));
}

static void unit_target(struct imp_addr *out, const struct eng_unit *u)
{
    if (u->datagram)
        world_addr_ip(out, u->to.ip, u->to.port);
    else
        world_addr_link(out, u->dst, false);
}

/* Gives what an honest party sent to the mirrors of those to whom it was addressed. */
static void feed_mirrors(struct world *w, int channel, const struct eng_unit *u)
{
    struct world_party *from = sender_of(w, channel, u->port);
    struct imp_addr to;
    if (!from)
        return;
    unit_target(&to, u);
    for (size_t i = 0; i < w->honest; i++) {
        struct world_party *p = &w->parties[i];
        const struct imp_addr *self = &p->bindings[channel].self;
        bool meant = is_group(u) ? p->cell == from->cell : imp_addr_equal(self, &to);
        if (p != from && self->n && meant)
            hand_over(world_mirror(p), channel, &from->bindings[channel].self, u->p, u->n);
    }
}

static void tap_read(void *arg, const struct eng_unit *u)
{
    struct world *w = arg;
    struct world_mitm *m = w->mitm;
    enum imp_link link = unit_link(w, u);
    int channel = unit_channel(w, u);
    char source[96];
    if (u->injected || channel < 0 || !m->rights->read[link] || !reaches(w, link))
        return;
    struct world_party *from = sender_of(w, channel, u->port);
    snprintf(source, sizeof source, "read on the %s link at %.6f s from %s", imp_link_name(link),
             (double)eng_now() / (double)IMP_S, from ? from->name : "?");
    imp_knowledge_add(&w->knowledge, u->p, u->n, source);
    m->read++;
    if (own_keys(w) && link == m->rights->at && world_channel_link(w, channel) == link)
        feed_mirrors(w, channel, u);
}

static enum eng_verdict tap_block(void *arg, const struct eng_unit *u)
{
    struct world *w = arg;
    struct world_mitm *m = w->mitm;
    enum imp_link link = unit_link(w, u);
    int channel = unit_channel(w, u);
    if (u->injected || channel < 0 || !own_keys(w) || link != m->rights->at ||
        !m->rights->block[link] || !reaches(w, link))
        return ENG_PASS;
    m->blocked++;
    struct world_party *to = sender_of(w, channel, u->port);
    trace(w, "block", nobody, to ? to->name : "", "", w->spec.mechanism->channels[channel].name,
          u->n, to ? to->env.device : -1);
    return ENG_BLOCK;
}

/* ---- what mirrors send
 * ------------------------------------------------------------------------------------- */
static void inside(struct world_party *p, int channel, const struct imp_addr *to,
                   const uint8_t *bytes, size_t n)
{
    struct world *w = p->world;
    for (size_t i = w->honest; i < w->party_count; i++) {
        struct world_party *q = &w->parties[i];
        const struct imp_addr *self = &q->bindings[channel].self;
        bool meant = to->n == 0 ? q->cell == p->cell : imp_addr_equal(self, to);
        if (q != p && self->n && meant)
            hand_over(q, channel, &p->bindings[channel].self, bytes, n);
    }
}

static int device_at(struct world *w, int channel, const struct imp_addr *to, struct world_party *p)
{
    struct world_party *victim = to->n ? world_party_at(w, channel, -1, to) : NULL;
    if (victim && victim->env.device >= 0)
        return victim->env.device;
    return p->env.device >= 0 ? p->env.device : 0;
}

static void inject(struct world_party *p, int channel, const struct imp_addr *to,
                   const uint8_t *bytes, size_t n)
{
    struct world *w = p->world;
    const struct imp_channel *c = &w->spec.mechanism->channels[channel];
    const struct imp_addr *self = &p->bindings[channel].self;
    int radio = world_channel_link(w, channel) == IMP_LINK_BACKEND ? w->backend_sniffer
                                                                   : w->cells[p->cell].sniffer;
    if (c->service == IMP_SERVICE_FRAME) {
        eng_addr src = 0, dst = to->n ? 0 : ENG_ALL;
        for (int i = 0; i < self->n; i++)
            src = src << 8 | self->bytes[i];
        for (int i = 0; i < to->n; i++)
            dst = dst << 8 | to->bytes[i];
        eng_inject_frame(radio, src, dst, c->number, bytes, n);
        return;
    }
    struct eng_endpoint src, dst;
    struct world_party *victim = to->n ? world_party_at(w, channel, -1, to) : NULL;
    world_endpoint(&src, self);
    if (to->n)
        world_endpoint(&dst, to);
    else if (!world_group(&dst, c))
        return;
    eng_inject_datagram(radio, victim ? victim->bindings[channel].port : -1, &src, &dst, bytes, n);
}

void world_mitm_send(struct world_party *p, int channel, const struct imp_addr *to, int message,
                     const uint8_t *bytes, size_t n)
{
    struct world *w = p->world;
    struct world_mitm *m = w->mitm;
    enum imp_link link = world_channel_link(w, channel);
    const struct imp_message *label = &w->spec.mechanism->messages[message];
    if (link != m->rights->at) {
        inside(p, channel, to, bytes, n);
        return;
    }
    if (!m->rights->inject[link] || !reaches(w, link)) {
        m->refused++;
        return;
    }
    m->injected++;
    int device = device_at(w, channel, to, p);
    world_content_put(w, channel, bytes, n, device);
    trace(w, "inject", p->name, "", label->name, w->spec.mechanism->channels[channel].name, n,
          device);
    inject(p, channel, to, bytes, n);
}

/* ---- out of band
 * ---------------------------------------------------------------------------------------------- */
static struct world_party *oob_target(struct world *w, int channel, int device)
{
    int role = w->spec.mechanism->channels[channel].b;
    bool own = w->spec.mechanism->roles[role].kind == IMP_ROLE_DEVICE;
    for (size_t i = 0; i < w->honest; i++) {
        struct world_party *p = &w->parties[i];
        bool near = w->spec.mechanism->roles[role].kind == IMP_ROLE_SERVER ||
                    p->cell == w->devices[device < 0 ? 0 : device].cell;
        if (p->env.role == role && near && (!own || p->env.device == device))
            return p;
    }
    return NULL;
}

bool world_mitm_oob(struct world_party *from, int channel, const uint8_t *bytes, size_t n,
                    int device)
{
    struct world *w = from->world;
    struct world_mitm *m = w->mitm;
    char source[96];
    if (!m || !m->open)
        return false;
    if (m->rights->oob_read) {
        snprintf(source, sizeof source, "out-of-band message of %s", from->name);
        imp_knowledge_add(&w->knowledge, bytes, n, source);
        m->oob++;
        struct world_party *to = oob_target(w, channel, device);
        if (own_keys(w) && to)
            hand_over(world_mirror(to), channel, &(struct imp_addr){0}, bytes, n);
    }
    return m->rights->oob_write;
}

static struct emission *emission(struct world *w, int channel, int device)
{
    for (struct emission *e = w->mitm->emissions; e; e = e->next)
        if (e->channel == channel && e->device == device)
            return e;
    struct emission *e = calloc(1, sizeof *e);
    if (!e)
        abort();
    *e = (struct emission){.channel = channel, .device = device, .next = w->mitm->emissions};
    w->mitm->emissions = e;
    return e;
}

static void swap_in(struct world *w, struct emission *e)
{
    struct world_party *to = oob_target(w, e->channel, e->device);
    if (!to)
        return;
    e->awaited = false;
    w->mitm->oob++;
    trace(w, "inject", nobody, to->name, "out-of-band message",
          w->spec.mechanism->channels[e->channel].name, e->n, e->device);
    world_party_event(
        to,
        &(struct imp_event){
            .kind = IMP_EVENT_RECEIVE, .channel = e->channel, .bytes = e->bytes, .n = e->n},
        e->device);
}

void world_mitm_oob_deliver(struct world *w, int channel, int device)
{
    struct emission *e = emission(w, channel, device);
    if (e->bytes)
        swap_in(w, e);
    else
        e->awaited = true;
}

void world_mitm_emit(struct world_party *p, int channel, const uint8_t *bytes, size_t n, int device)
{
    struct world *w = p->world;
    struct emission *e = emission(w, channel, device < 0 ? 0 : device);
    free(e->bytes);
    e->bytes = malloc(n ? n : 1);
    if (!e->bytes)
        abort();
    memcpy(e->bytes, bytes, n);
    e->n = n;
    if (e->awaited && w->mitm->rights->oob_write)
        swap_in(w, e);
}

/* ---- window and life
 * ------------------------------------------------------------------------------------------- */
static void start_shared(struct world *w)
{
    for (size_t i = w->honest; i < w->party_count; i++)
        if (w->parties[i].env.device < 0)
            world_party_start(&w->parties[i], -1);
}

void world_mitm_open(struct world *w)
{
    const struct imp_adversary *a = &w->spec.adversary;
    if (a->strategy == IMP_STRATEGY_NONE)
        return;
    w->mitm = calloc(1, sizeof *w->mitm);
    if (!w->mitm)
        abort();
    int cage = imp_option_find(w->spec.mechanism, "cage");
    *w->mitm = (struct world_mitm){.rights = a, .open = a->window != IMP_WINDOW_POST};
    w->mitm->caged = cage >= 0 && w->devices[0].party->env.options[cage].i != 0;
    struct eng_tap tap = {.read = tap_read, .block = tap_block, .arg = w};
    for (size_t c = 0; c < w->cell_count; c++)
        eng_tap(w->cells[c].medium, &tap);
    if (w->backend_medium >= 0)
        eng_tap(w->backend_medium, &tap);
    if (w->mitm->open)
        start_shared(w);
}

void world_mitm_device_up(struct world *w, int device)
{
    if (w->mitm && w->mitm->open && own_keys(w))
        world_party_start(world_mirror(w->devices[device].party), device);
}

void world_mitm_device_done(struct world *w)
{
    if (!w->mitm)
        return;
    w->mitm->device_done = true;
    if (w->mitm->rights->window == IMP_WINDOW_FIRST)
        w->mitm->open = false;
}

void world_mitm_all_done(struct world *w)
{
    if (!w->mitm || w->mitm->rights->window != IMP_WINDOW_POST)
        return;
    w->mitm->open = true;
    start_shared(w);
    for (int d = 0; d < w->spec.devices; d++)
        world_mitm_device_up(w, d);
}

size_t world_mitm_acts(const struct world *w)
{
    const struct world_mitm *m = w->mitm;
    return m ? m->read + m->blocked + m->injected + m->oob + m->shielded : 0;
}

json_t *world_mitm_json(const struct world *w)
{
    const struct world_mitm *m = w->mitm;
    if (!m)
        return json_pack("{s:i}", "acts", 0);
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "acts", (json_int_t)world_mitm_acts(w),
                     "read", (json_int_t)m->read, "blocked", (json_int_t)m->blocked, "injected",
                     (json_int_t)m->injected, "refused", (json_int_t)m->refused, "shielded",
                     (json_int_t)m->shielded, "oob", (json_int_t)m->oob);
}

void world_mitm_free(struct world *w)
{
    if (!w->mitm)
        return;
    while (w->mitm->emissions) {
        struct emission *e = w->mitm->emissions;
        w->mitm->emissions = e->next;
        free(e->bytes);
        free(e);
    }
    free(w->mitm);
    w->mitm = NULL;
}
