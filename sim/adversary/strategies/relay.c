/* SPDX-License-Identifier: GPL-2.0-only */
/* relay.c - joins two places far apart (the Mafia fraud): the victim device talks with the access
 * side of another cell under the name of a device there, and takes that side's answers for those of
 * its own cell. No octet is changed. */
#include "kept.h"
#include "params.h"

#include <stdio.h>

struct relay {
    int victim, stand_in; /* devices: whose link is extended; under whose name it goes far away */
};

static int check(const struct imp_adversary *a, const struct imp_mechanism *m, char *error,
                 size_t cap)
{
    (void)m;
    return imp_param_number_check(a, "victim", 1, 1e6, error, cap);
}

static int open_(struct imp_adv *a, char *error, size_t cap)
{
    struct relay *s = a->state;
    s->victim = imp_param_number(a->rights, "victim", 1) - 1;
    s->stand_in = -1;
    int v = s->victim < a->devices ? imp_adv_party_find(a, 0, s->victim) : -1;
    for (size_t i = 0; v >= 0 && s->stand_in < 0 && i < a->honest; i++)
        if (a->parties[i].device >= 0 && a->parties[i].cell != a->parties[v].cell)
            s->stand_in = a->parties[i].device;
    if (s->victim < a->devices)
        return 0; /* in one cell there is nothing to join: it stays idle, which is no pass */
    snprintf(error, cap, "adversary.strategy.victim: there is no device %d", s->victim + 1);
    return -1;
}

/* The party of that role near a device: the device itself, or the access party of its cell. */
static int near(const struct imp_adv *a, int role, int device)
{
    int d = imp_adv_party_find(a, 0, device);
    if (a->parties[d].role == role)
        return d;
    for (size_t i = 0; i < a->honest; i++)
        if (a->parties[i].role == role &&
            (a->parties[i].kind == IMP_ROLE_SERVER || a->parties[i].cell == a->parties[d].cell))
            return (int)i;
    return -1;
}

static enum imp_answer carry(struct imp_adv *a, const struct imp_unit *u, int role, int device)
{
    const struct relay *s = a->state;
    int as = near(a, a->parties[u->from].role, device), to = near(a, role, device);
    if (as >= 0 && to >= 0)
        imp_send_as(a, u, as, to, s->victim);
    return IMP_BLOCK;
}

static enum imp_answer seen(struct imp_adv *a, const struct imp_unit *u)
{
    struct relay *s = a->state;
    if (s->stand_in < 0 || u->link != IMP_LINK_DEVICE || u->transit || !u->bytes ||
        !imp_adv_honest(a, u->from))
        return IMP_PASS;
    const struct imp_channel *c = &a->mechanism->channels[u->channel];
    int role = a->parties[u->from].role == c->a ? c->b : c->a;
    int device = a->parties[u->from].device;
    if (device == s->victim)
        return carry(a, u, role, s->stand_in);
    if (device == s->stand_in) /* the stand-in itself is silenced */
        return IMP_BLOCK;
    if (u->to == imp_adv_party_find(a, 0, s->stand_in))
        return carry(a, u, role, s->victim);
    return u->to == imp_adv_party_find(a, 0, s->victim) ? IMP_BLOCK : IMP_PASS;
}

static const struct imp_strategy_param params[] = {
    {"victim", "1", "number of the device whose link is extended"}, {0}};

const struct imp_strategy imp_strategy_relay = {
    .name = "relay",
    .summary = "Carries a device's messages to the access side of a distant cell and back.",
    .state_size = sizeof(struct relay),
    .params = params,
    .check = check,
    .open = open_,
    .seen = seen,
};
