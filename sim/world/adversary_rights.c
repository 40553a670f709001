/* SPDX-License-Identifier: GPL-2.0-only */
/* adversary_rights.c - what the adversary may do now. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "adversary.h"

bool adv_open(const struct world_adversary *v, const struct imp_window *w)
{
    return !v->withdrawn && imp_window_open(w, &(struct imp_progress){.now = eng_now(),
                                                                      .powered = v->powered,
                                                                      .device_done = v->device_done,
                                                                      .all_done = v->all_done});
}

bool adv_may(const struct world_adversary *v, enum imp_link link, enum imp_power power)
{
    return adv_open(v, &v->adv.rights->network[link][power]);
}

bool adv_may_oob(const struct world_adversary *v, int channel, enum imp_power power)
{
    const char *name = v->adv.mechanism->channels[channel].name;
    for (const struct imp_oob_right *o = v->adv.rights->oob; o->channel; o++)
        if ((strcmp(o->channel, "*") == 0 || strcmp(o->channel, name) == 0) &&
            adv_open(v, power == IMP_POWER_READ ? &o->read : &o->write))
            return true;
    return false;
}

bool adv_may_reveal(const struct world_adversary *v, int party, enum imp_reveal what)
{
    for (const struct imp_key_right *k = v->adv.rights->keys; k->role; k++)
        if ((k->reveal == what || k->reveal == IMP_REVEAL_CORRUPT) &&
            imp_key_right_names(&v->adv, k, party) && adv_open(v, &k->when))
            return true;
    return false;
}

bool adv_may_place(const struct world_adversary *v, enum imp_place place)
{
    return adv_open(v, &v->adv.rights->place[place]);
}

bool adv_is_corrupt(const struct world_adversary *v, const struct world_party *p)
{
    return p && world_honest(p) && v->corrupt[p->index];
}

bool adv_shielded(struct world_adversary *v, enum imp_link link)
{
    bool shielded = link == IMP_LINK_DEVICE && v->caged && !v->device_done;
    v->count.shielded += shielded;
    return shielded;
}

int adv_refuse(struct world_adversary *v, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (v->refused++ == 0)
        vsnprintf(v->refusal, sizeof v->refusal, format, args);
    va_end(args);
    return -1;
}
