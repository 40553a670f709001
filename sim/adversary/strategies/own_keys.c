/* SPDX-License-Identifier: GPL-2.0-only */
/* own_keys.c - the man in the middle with keys of its own.
 *
 * A mirror of every honest party, with credentials that the adversary made itself. On the link
 * where it stands, what an honest party sends reaches the mirror of the addressee and is blocked
 * from the addressee; what a mirror sends is injected under the name of the party that it mirrors.
 * Channels elsewhere join the mirrors directly, in the adversary's memory. */
#include "strategies.h"

struct own_keys {
    bool engaged; /* its mirrors are up */
};

static bool has_power(struct imp_adv *a)
{
    enum imp_link at = imp_at(a);
    for (int p = 0; p < IMP_POWER_COUNT; p++)
        if (a->ops->may(a, at, (enum imp_power)p))
            return true;
    return false;
}

static void start_shared(struct imp_adv *a)
{
    for (size_t i = 0; i < a->honest; i++)
        if (a->parties[i].device < 0)
            a->ops->start(a, imp_adv_mirror(a, (int)i), -1);
}

static void start_device(struct imp_adv *a, int device)
{
    for (size_t i = 0; i < a->honest; i++)
        if (a->parties[i].device == device)
            a->ops->start(a, imp_adv_mirror(a, (int)i), device);
}

static void moment(struct imp_adv *a, enum imp_moment m, int device)
{
    struct own_keys *s = a->state;
    bool was = s->engaged;
    if (!has_power(a))
        return;
    s->engaged = true;
    if (!was)
        start_shared(a);
    if (m == IMP_MOMENT_DEVICE_UP)
        start_device(a, device);
    else if (!was && m != IMP_MOMENT_START)
        for (int d = 0; d < a->devices; d++)
            start_device(a, d);
}

/* Is the message meant for that party? Group messages reach everyone in the sender's cell. */
static bool meant_for(struct imp_adv *a, const struct imp_unit *u, int party)
{
    struct imp_addr self;
    if (party == u->from || !a->ops->address(a, party, u->channel, &self))
        return false;
    return u->group ? a->parties[party].cell == a->parties[u->from].cell
                    : imp_addr_equal(&self, &u->target);
}

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    if (u->link != imp_at(a))
        return IMP_PASS;
    if (a->mechanism->channels[u->channel].service == IMP_SERVICE_STREAM)
        return IMP_PASS; /* what is not taken over when it is opened stays honest */
    if (u->bytes && !u->transit && u->from >= 0)
        for (size_t i = 0; i < a->honest; i++)
            if (meant_for(a, u, (int)i))
                a->ops->feed(a, imp_adv_mirror(a, (int)i), u->channel, &u->source, u->bytes, u->n);
    return a->ops->may(a, u->link, IMP_POWER_BLOCK) ? IMP_BLOCK : IMP_PASS;
}

static enum imp_answer oob(struct imp_adv *a, const struct imp_unit *u)
{
    if (u->bytes && u->to >= 0)
        a->ops->feed(a, imp_adv_mirror(a, u->to), u->channel, &(struct imp_addr){0}, u->bytes,
                     u->n);
    return a->ops->may_oob(a, u->channel, IMP_POWER_INJECT) ? IMP_BLOCK : IMP_PASS;
}

static bool takes_stream(struct imp_adv *a, int party, int channel)
{
    (void)party;
    return imp_channel_link(a->mechanism, channel) == imp_at(a);
}

static void own_send(struct imp_adv *a, const struct imp_letter *l)
{
    if (imp_channel_link(a->mechanism, l->channel) == imp_at(a))
        a->ops->inject(a, l);
    else
        a->ops->between(a, l);
}

static void own_oob(struct imp_adv *a, int mirror, int channel, int device, const uint8_t *bytes,
                    size_t n)
{
    (void)mirror;
    if (a->ops->may_oob(a, channel, IMP_POWER_INJECT))
        a->ops->oob_write(a, channel, device, bytes, n);
}

static const struct imp_strategy_param params[] = {IMP_PARAM_AT, {0}};

const struct imp_strategy imp_strategy_own_keys = {
    .name = "own-keys",
    .summary = "Man in the middle with keys of its own: the honest state machines back to back.",
    .mirrors = true,
    .state_size = sizeof(struct own_keys),
    .params = params,
    .check = imp_at_check,
    .seen = seen,
    .oob = oob,
    .own_send = own_send,
    .takes_stream = takes_stream,
    .own_stream = takes_stream,
    .own_oob = own_oob,
    .moment = moment,
};
