/* SPDX-License-Identifier: GPL-2.0-only */
/* uplink.c - data rate and channel of uplinks, which a MIC of LoRaWAN 1.1 covers: the radio settles
 * them before the party composes its message, and a gateway says them with what it heard.
 *
 * An adversary who hears an uplink hears also on which channel it is. So its mirrors are told, and
 * what it repeats it repeats there. */
#include "world.h"

static bool framed(const struct world_party *p, int channel)
{
    return p->env.mechanism->channels[channel].service == IMP_SERVICE_FRAME;
}

static struct imp_uplink of(const struct eng_uplink *u)
{
    return (struct imp_uplink){u->rate, u->channel};
}

void world_uplink_next(struct world_party *p, int channel, struct imp_uplink *out)
{
    struct eng_uplink u;
    int radio = world_honest(p) ? p->bindings[channel].port : p->world->cells[p->cell].sniffer;
    if (!framed(p, channel) || p->settled) {
        *out = p->settled ? p->uplink : (struct imp_uplink){0};
        return;
    }
    if (eng_uplink_next(radio, &u) != 0)
        return;
    *out = p->uplink = of(&u);
    p->settled = !world_honest(p); /* an honest party has a radio of its own, which remembers */
}

void world_uplink_channels(struct world_party *p, int channel, const uint32_t *hertz, size_t n)
{
    if (world_honest(p) && framed(p, channel))
        eng_uplink_channels(p->bindings[channel].port, hertz, n);
}

struct imp_uplink world_uplink_now(const struct world_party *p, int channel)
{
    struct eng_uplink u;
    bool heard = framed(p, channel) && eng_uplink_now(p->bindings[channel].port, &u) == 0;
    return heard ? of(&u) : (struct imp_uplink){0};
}

static void learn(struct world *w, int channel, const uint8_t *bytes, size_t n, struct imp_uplink u)
{
    struct world_content *c = world_content_of(w, channel, bytes, n);
    if (!c)
        return;
    c->uplink = u;
    c->aired = true;
}

void world_uplink_sent(struct world_party *mirror, int channel, const uint8_t *bytes, size_t n)
{
    if (!mirror->settled)
        return;
    mirror->settled = false;
    if (!world_content_of(mirror->world, channel, bytes, n))
        world_content_put(mirror->world, channel, -1, bytes, n, -1);
    learn(mirror->world, channel, bytes, n, mirror->uplink);
}

void world_uplink_read(struct world *w, int channel, const struct eng_unit *u)
{
    struct eng_uplink how;
    if (!u->datagram && eng_uplink_now(u->port, &how) == 0)
        learn(w, channel, u->p, u->n, of(&how));
}

struct imp_uplink world_uplink_known(const struct world *w, int channel, const uint8_t *bytes,
                                     size_t n)
{
    const struct world_content *c = world_content_of(w, channel, bytes, n);
    return c && c->aired ? c->uplink : (struct imp_uplink){0};
}

void world_uplink_again(const struct world *w, int channel, const uint8_t *bytes, size_t n,
                        int radio)
{
    const struct world_content *c = world_content_of(w, channel, bytes, n);
    if (c && c->aired)
        eng_uplink_as(radio, &(struct eng_uplink){c->uplink.data_rate, c->uplink.channel});
}
