/* SPDX-License-Identifier: GPL-2.0-only */
#include "mirrors.h"

static bool has_power(struct imp_adv *a)
{
    enum imp_link at = imp_at(a);
    for (int p = 0; p < IMP_POWER_COUNT; p++)
        if (a->ops->may(a, at, (enum imp_power)p))
            return true;
    return false;
}

static bool of_kind(const struct imp_adv *a, size_t party, unsigned kinds)
{
    return kinds >> a->parties[party].kind & 1;
}

static void start(struct imp_adv *a, unsigned kinds, int device)
{
    for (size_t i = 0; i < a->honest; i++)
        if (a->parties[i].device == device && of_kind(a, i, kinds))
            a->ops->start(a, imp_adv_mirror(a, (int)i), device);
}

void imp_mirrors_start(struct imp_adv *a, struct imp_mirrors *m, unsigned kinds)
{
    m->engaged = true;
    for (int d = -1; d < a->devices; d++)
        start(a, kinds, d);
}

void imp_mirrors_moment(struct imp_adv *a, struct imp_mirrors *m, unsigned kinds,
                        enum imp_moment moment, int device)
{
    bool was = m->engaged;
    if (m->held || !has_power(a))
        return;
    m->engaged = true;
    if (!was)
        start(a, kinds, -1);
    if (moment == IMP_MOMENT_DEVICE_UP)
        start(a, kinds, device);
    else if (!was && moment != IMP_MOMENT_START)
        for (int d = 0; d < a->devices; d++)
            start(a, kinds, d);
}

/* Is the message meant for that party? Group messages reach everyone in the sender's cell, and
 * short addresses mean something in their own cell only. */
static bool meant_for(struct imp_adv *a, const struct imp_unit *u, int party)
{
    struct imp_addr self;
    bool near = u->link == IMP_LINK_BACKEND || a->parties[party].cell == a->parties[u->from].cell;
    return party != u->from && near && a->ops->address(a, party, u->channel, &self) &&
           (u->group || imp_addr_equal(&self, &u->target));
}

/* What is not taken over when it is opened stays honest. */
static bool is_stream(const struct imp_adv *a, const struct imp_unit *u)
{
    return a->mechanism->channels[u->channel].service == IMP_SERVICE_STREAM;
}

void imp_mirrors_feed(struct imp_adv *a, unsigned kinds, const struct imp_unit *u)
{
    if (u->link != imp_at(a) || !u->bytes || u->transit || u->from < 0 || is_stream(a, u))
        return;
    for (size_t i = 0; i < a->honest; i++)
        if (of_kind(a, i, kinds) && meant_for(a, u, (int)i))
            a->ops->feed(a, imp_adv_mirror(a, (int)i), u->channel, &u->source, u->bytes, u->n);
}

void imp_mirrors_feed_oob(struct imp_adv *a, unsigned kinds, const struct imp_unit *u)
{
    if (u->bytes && u->to >= 0 && of_kind(a, (size_t)u->to, kinds))
        a->ops->feed(a, imp_adv_mirror(a, u->to), u->channel, &(struct imp_addr){0}, u->bytes,
                     u->n);
}

/* What own parties send on an out-of-band channel needs no person: it joins them in memory. */
void imp_mirrors_send(struct imp_adv *a, const struct imp_letter *l)
{
    bool air = a->mechanism->channels[l->channel].service != IMP_SERVICE_OOB;
    if (air && imp_channel_link(a->mechanism, l->channel) == imp_at(a))
        a->ops->inject(a, l);
    else
        a->ops->between(a, l);
}

void imp_mirrors_show(struct imp_adv *a, int mirror, int channel, int device, const uint8_t *bytes,
                      size_t n)
{
    (void)mirror;
    if (a->ops->may_oob(a, channel, IMP_POWER_INJECT))
        a->ops->oob_write(a, channel, device, bytes, n);
}

enum imp_answer imp_mirrors_block(struct imp_adv *a, const struct imp_unit *u)
{
    bool may = u->link == imp_at(a) && !is_stream(a, u) && a->ops->may(a, u->link, IMP_POWER_BLOCK);
    return may ? IMP_BLOCK : IMP_PASS;
}

bool imp_mirrors_stream(struct imp_adv *a, int party, int channel)
{
    (void)party;
    return imp_channel_link(a->mechanism, channel) == imp_at(a);
}

/* Whose keys it has it plays itself. */
static bool plays(struct imp_adv *a, int role)
{
    int honest = imp_adv_party_find(a, role, -1);
    for (const struct imp_key_right *k = a->rights->keys; honest >= 0 && k->role; k++)
        if (imp_key_right_names(a, k, honest))
            return true;
    return false;
}

bool imp_mirrors_connect(struct imp_adv *a, int party, int channel)
{
    int to = a->mechanism->channels[channel].b;
    return imp_mirrors_stream(a, party, channel) ||
           (a->mechanism->roles[to].third_party && !plays(a, to));
}

/* ---- everybody's
 * ---------------------------------------------------------------------------------- */
void imp_mirrors_all_moment(struct imp_adv *a, enum imp_moment m, int device)
{
    imp_mirrors_moment(a, a->state, IMP_MIRROR_ALL, m, device);
}

enum imp_answer imp_mirrors_all_seen(struct imp_adv *a, const struct imp_unit *u)
{
    imp_mirrors_feed(a, IMP_MIRROR_ALL, u);
    return imp_mirrors_block(a, u);
}

enum imp_answer imp_mirrors_all_oob(struct imp_adv *a, const struct imp_unit *u)
{
    imp_mirrors_feed_oob(a, IMP_MIRROR_ALL, u);
    return IMP_PASS;
}
