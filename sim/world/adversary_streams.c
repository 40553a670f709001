/* SPDX-License-Identifier: GPL-2.0-only */
/* adversary_streams.c - the adversary on a path of streams: takes connections over when they are
 * opened, reads and keeps back what is sent on the others. */
#include <stdio.h>

#include "adversary.h"
#include "crack.h"

bool world_adversary_takes(struct world *w, const struct world_party *p, int channel)
{
    struct world_adversary *v = w->adversary;
    enum imp_link link = world_channel_link(w, channel);
    if (!v || !v->strategy->takes_stream || !v->strategy->mirrors ||
        !v->strategy->takes_stream(&v->adv, p->index, channel))
        return false;
    if (!adv_may(v, link, IMP_POWER_BLOCK) || !adv_may(v, link, IMP_POWER_INJECT))
        return false;
    if (adv_shielded(v, link))
        return false;
    v->count.blocked++;
    adv_trace(w, "block", "adversary", p->name, "connection",
              w->spec.mechanism->channels[channel].name, 0, p->env.device);
    return true;
}

bool world_adversary_connects(struct world *w, const struct world_party *p, int channel)
{
    struct world_adversary *v = w->adversary;
    return v->strategy->own_stream && v->strategy->own_stream(&v->adv, p->index, channel);
}

bool world_adversary_stream(struct world_party *p, int channel, const struct imp_addr *to,
                            int message, const uint8_t *bytes, size_t n, int device)
{
    struct world *w = p->world;
    struct world_adversary *v = w->adversary;
    enum imp_link link = world_channel_link(w, channel);
    char source[96];
    if (!v || v->withdrawn)
        return false;
    bool corrupt = adv_is_corrupt(v, p);
    if (!corrupt && (!adv_may(v, link, IMP_POWER_READ) || adv_shielded(v, link)))
        return false;
    snprintf(source, sizeof source, "read on the %s link at %.6f s from %s", imp_link_name(link),
             (double)eng_now() / (double)IMP_S, p->name);
    imp_knowledge_add(&w->knowledge, bytes, n, source);
    world_crack_read(w, channel, bytes, n);
    v->count.read++;
    world_ledger_read(w, device, bytes, n);
    struct imp_unit u = {.channel = channel,
                         .link = link,
                         .message = message,
                         .from = p->index,
                         .to = -1,
                         .source = p->bindings[channel].self,
                         .target = *to,
                         .device = device,
                         .bytes = bytes,
                         .n = n,
                         .number = v->units++};
    v->adv.now = eng_now();
    if (world_stream_taken(p, channel, to))
        return false; /* one of its own parties is at the other end, and gets it from there */
    if (!v->strategy->seen || v->strategy->seen(&v->adv, &u) == IMP_PASS)
        return false;
    if (!corrupt && !adv_may(v, link, IMP_POWER_BLOCK)) {
        adv_refuse(v, "block on the %s link: not among the rights at %.3f s", imp_link_name(link),
                   (double)eng_now() / (double)IMP_S);
        return false;
    }
    v->count.blocked++;
    adv_trace(w, "block", "adversary", "", w->spec.mechanism->messages[message].name,
              w->spec.mechanism->channels[channel].name, n, device);
    return true;
}
