/* SPDX-License-Identifier: GPL-2.0-only */
/* script_options.c - what could be done at a decision point beside letting things happen. */
#include <stdlib.h>
#include <string.h>

#include "script_internal.h"

void script__offer(struct options *o, enum imp_deviation d, unsigned number)
{
    if (o->count < IMP_SCRIPT_OPTIONS && number < 256)
        o->list[o->count++] =
            (struct imp_option_taken){.deviation = (uint8_t)d, .number = (uint8_t)number};
}

static bool may(struct imp_adv *a, enum imp_link link, enum imp_power power)
{
    return a->ops->may(a, link, power);
}

/* Is that message legal for that role in any state? */
static bool legal_for(const struct imp_adv *a, int party, int message)
{
    const struct imp_legal *l = a->mechanism->roles[a->parties[party].role].legal;
    for (; l && l->message >= 0; l++)
        if (l->message == message)
            return true;
    return false;
}

/* The number-th (from 1) honest party beside `party` that plays its role, or -1. */
int script__colleague(const struct imp_adv *a, int party, unsigned number)
{
    for (int i = 0; imp_adv_honest(a, party) && (size_t)i < a->honest; i++)
        if (i != party && a->parties[i].role == a->parties[party].role && --number == 0)
            return i;
    return -1;
}

/* u: the message seen, or NULL. Both halves of a man in the middle go on by themselves. He is
 * offered to stop in the midst of the sessions that he broke into; what begins afterwards, and
 * where in it he might stop, is met by stepping in at a beginning. What a receiver does not wait
 * for may as well be let go later. */
void script__offer_macros(struct imp_adv *a, struct script *s, const struct imp_unit *u,
                          struct options *o)
{
    if (s->macro != NO_MACRO) {
        if (!u ||
            (!s->settled && (!imp_adv_honest(a, u->to) || a->ops->expects(a, u->to, u->message))))
            script__offer(o, IMP_DEVIATE_STOP, 0);
        return;
    }
    if (s->own_state)
        return; /* its parties have lost the thread */
    if (may(a, IMP_LINK_DEVICE, IMP_POWER_INJECT))
        script__offer(o, IMP_DEVIATE_OWN_DEVICE, 0);
    if (may(a, IMP_LINK_BACKEND, IMP_POWER_INJECT))
        for (int c = 0; a->mechanism->channels[c].name; c++)
            if (a->mechanism->channels[c].service != IMP_SERVICE_OOB &&
                imp_channel_link(a->mechanism, c) == IMP_LINK_BACKEND) {
                script__offer(o, IMP_DEVIATE_OWN_BACKEND, 0);
                return;
            }
}

bool script__reflectable(const struct imp_adv *a, const struct imp_unit *u)
{
    return u->bytes && imp_adv_honest(a, u->from) && imp_adv_honest(a, u->to) &&
           legal_for(a, u->from, u->message);
}

static void offer_changes(struct imp_adv *a, struct script *s, const struct imp_unit *u,
                          struct options *o)
{
    for (unsigned i = 1; script__older(s, u, i); i++)
        script__offer(o, IMP_DEVIATE_REPLAY, i);
    if (script__reflectable(a, u)) {
        script__offer(o, IMP_DEVIATE_REFLECT, 0);
        script__offer(o, IMP_DEVIATE_REFLECT_ALL, 0);
    }
    for (unsigned i = 1; u->bytes && u->to >= 0 && script__colleague(a, u->to, i) >= 0; i++)
        script__offer(o, IMP_DEVIATE_REDIRECT, i);
}

void script__options_for(struct imp_adv *a, struct script *s, const struct imp_unit *u,
                         struct options *o)
{
    bool block = may(a, u->link, IMP_POWER_BLOCK);
    bool inject = may(a, u->link, IMP_POWER_INJECT) && !u->transit && imp_adv_honest(a, u->from);
    if (block && s->macro == NO_MACRO)
        script__offer(o, IMP_DEVIATE_DROP, 0);
    if (s->macro == NO_MACRO && inject)
        offer_changes(a, s, u, o);
    script__offer_macros(a, s, u, o);
}

bool script__resendable(struct imp_adv *a, const struct script *s, int label)
{
    const struct imp_kept *k = s->memory[label].unit[0];
    return k && imp_adv_honest(a, k->unit.from) && !k->unit.transit &&
           (k->unit.group ||
            (imp_adv_honest(a, k->unit.to) && a->ops->expects(a, k->unit.to, label))) &&
           may(a, k->unit.link, IMP_POWER_INJECT);
}
