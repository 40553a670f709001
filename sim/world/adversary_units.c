/* SPDX-License-Identifier: GPL-2.0-only */
/* adversary_units.c - taps: what is under way on the media becomes units that the strategy sees.
 *
 * A unit is read when it is sent and blocked at each of its receivers. The strategy is asked once;
 * its answer waits for the receivers under the unit's hash. Who may block but not read is asked
 * when a receiver is reached, and sees the length alone. */
#include <stdio.h>
#include <string.h>

#include "adversary.h"
#include "crack.h"
#include "symbols.h"

static struct world_party *party_on(struct world *w, int channel, int port)
{
    for (size_t i = 0; i < w->honest; i++)
        if (w->parties[i].bindings[channel].port == port)
            return &w->parties[i];
    return NULL;
}

static enum imp_link unit_link(const struct world *w, const struct eng_unit *u)
{
    return u->medium == w->backend_medium ? IMP_LINK_BACKEND : IMP_LINK_DEVICE;
}

static int unit_channel(const struct world *w, const struct eng_unit *u)
{
    enum imp_link link = unit_link(w, u);
    int channel = world_channel_on(w, link, u->datagram, u->datagram ? u->to.port : u->ethertype);
    return channel < 0 && u->datagram ? world_channel_on(w, link, true, u->from.port) : channel;
}

static bool is_group(const struct eng_unit *u)
{
    return u->datagram ? u->to.ip[0] == 0xff : (u->dst == ENG_ALL || (u->dst >> 40 & 1));
}

static void wire_addresses(struct imp_unit *out, const struct eng_unit *u)
{
    if (u->datagram) {
        world_addr_ip(&out->source, u->from.ip, u->from.port);
        world_addr_ip(&out->target, u->to.ip, u->to.port);
    } else {
        world_addr_link(&out->source, u->src, false);
        world_addr_link(&out->target, u->dst, false);
    }
    if (out->group)
        out->target = (struct imp_addr){0};
}

/* Short addresses mean something in their own cell only; `cell` -1: not on a device's link. */
static int party_at(const struct world *w, int channel, const struct imp_addr *addr, int cell)
{
    for (size_t i = 0; i < w->honest; i++)
        if ((cell < 0 || w->parties[i].cell == cell) &&
            imp_addr_equal(&w->parties[i].bindings[channel].self, addr))
            return (int)i;
    return -1;
}

/* Of the medium on which it is under way; a party reached through a router is in no cell. */
static int cell_of(const struct world *w, int channel, const struct eng_unit *u)
{
    for (size_t c = 0; c < w->cell_count; c++)
        if (w->cells[c].medium == u->medium && world_channel_link(w, channel) == IMP_LINK_DEVICE)
            return (int)c;
    return -1;
}

/* What the strategy sees of it. `sender` may be NULL when only a receiver is known. */
static struct imp_unit describe(struct world *w, int channel, const struct eng_unit *u)
{
    struct imp_unit out = {.channel = channel, .link = unit_link(w, u), .group = is_group(u)};
    out.transit = world_channel_link(w, channel) != out.link;
    wire_addresses(&out, u);
    int cell = cell_of(w, channel, u);
    out.from = party_at(w, channel, &out.source, cell);
    out.to = out.group ? -1 : party_at(w, channel, &out.target, cell);
    out.device = world_content_get(w, channel, u->p, u->n, &out.message);
    out.bytes = u->p;
    out.n = u->n;
    return out;
}

/* The same when it is sent and at each receiver: a group's datagram has another link address there.
 */
static uint64_t unit_hash(const struct eng_unit *u)
{
    uint64_t to = u->datagram ? u->to.port : u->dst;
    uint64_t h = UINT64_C(14695981039346656037) ^ to; /* FNV-1a */
    for (size_t i = 0; i < sizeof u->to.ip; i++)
        h = (h ^ u->to.ip[i]) * UINT64_C(1099511628211);
    h = (h ^ (uint64_t)u->medium) * UINT64_C(1099511628211);
    for (size_t i = 0; i < u->n; i++)
        h = (h ^ u->p[i]) * UINT64_C(1099511628211);
    return h ? h : 1;
}

static enum imp_answer ask(struct world_adversary *v, struct imp_unit *u)
{
    u->number = v->units++;
    v->adv.now = eng_now();
    return v->strategy->seen ? v->strategy->seen(&v->adv, u) : IMP_PASS;
}

static void remember(struct world_adversary *v, const struct eng_unit *u, enum imp_answer answer)
{
    uint64_t h = unit_hash(u);
    v->answers[h % ADV_ANSWERS] = (struct adv_answer){h, answer};
}

static void tap_read(void *arg, const struct eng_unit *u)
{
    struct world *w = arg;
    struct world_adversary *v = w->adversary;
    enum imp_link link = unit_link(w, u);
    int channel = unit_channel(w, u);
    char source[96];
    if (u->injected || channel < 0 || v->withdrawn)
        return;
    struct world_party *from = party_on(w, channel, u->port);
    if (!adv_is_corrupt(v, from) && (!adv_may(v, link, IMP_POWER_READ) || adv_shielded(v, link)))
        return;
    snprintf(source, sizeof source, "read on the %s link at %.6f s from %s", imp_link_name(link),
             (double)eng_now() / (double)IMP_S, from ? from->name : "?");
    imp_knowledge_add(&w->knowledge, u->p, u->n, source);
    world_crack_read(w, channel, u->p, u->n);
    world_uplink_read(w, channel, u);
    v->count.read++;
    struct imp_unit unit = describe(w, channel, u);
    if (from) {
        unit.from = from->index;
        unit.source = from->bindings[channel].self;
    }
    world_ledger_read(w, unit.device, u->p, u->n);
    remember(v, u, ask(v, &unit));
}

/* The strategy's answer, asked for now if it was not allowed to read. */
static enum imp_answer answer_for(struct world *w, int channel, const struct eng_unit *u)
{
    struct world_adversary *v = w->adversary;
    uint64_t h = unit_hash(u);
    const struct adv_answer *known = &v->answers[h % ADV_ANSWERS];
    if (known->hash == h)
        return known->answer;
    struct imp_unit unit = describe(w, channel, u);
    unit.bytes = NULL;
    unit.message = -1;
    return ask(v, &unit);
}

static enum eng_verdict tap_block(void *arg, const struct eng_unit *u)
{
    struct world *w = arg;
    struct world_adversary *v = w->adversary;
    enum imp_link link = unit_link(w, u);
    int channel = unit_channel(w, u);
    if (u->injected || channel < 0 || v->withdrawn)
        return ENG_PASS;
    struct world_party *to = party_on(w, channel, u->port);
    bool may = adv_may(v, link, IMP_POWER_BLOCK), own = adv_is_corrupt(v, to);
    if (!may && !own) {
        const struct adv_answer *known = &v->answers[unit_hash(u) % ADV_ANSWERS];
        if (known->hash == unit_hash(u) && known->answer == IMP_BLOCK)
            adv_refuse(v, "block on the %s link: not among the rights at %.3f s",
                       imp_link_name(link), (double)eng_now() / (double)IMP_S);
        return ENG_PASS;
    }
    if ((!own && adv_shielded(v, link)) || answer_for(w, channel, u) == IMP_PASS)
        return ENG_PASS;
    v->count.blocked++;
    world_symbols_landed(w, channel, u->p, u->n);
    adv_trace(w, "block", "adversary", to ? to->name : "", "",
              w->spec.mechanism->channels[channel].name, u->n, to ? to->env.device : -1);
    return ENG_BLOCK;
}

void adv_taps(struct world *w)
{
    struct eng_tap tap = {.read = tap_read, .block = tap_block, .arg = w};
    for (size_t c = 0; c < w->cell_count; c++)
        eng_tap(w->cells[c].medium, &tap);
    if (w->backend_medium >= 0)
        eng_tap(w->backend_medium, &tap);
}
