/* SPDX-License-Identifier: GPL-2.0-only */
/* dot1x_group.c - the authenticator's group key: stations get another one after a while, or when
 * one that has it is gone (IEEE 802.11-2016 section 12.7.7). */
#include "dot1x_authenticator.h"

static imp_time period(const struct imp_env *env)
{
    return imp_opt(env, IMP_DOT1X_OPT_GROUP_REKEY) * IMP_S;
}

void auth_group_begin(struct imp_dot1x_authenticator *a, struct imp_env *env, imp_time now)
{
    imp_group_key_begin(&a->group, period(env), now);
    imp_group_key_draw(&a->group, env);
}

void auth_group_send(const struct auth_call *c)
{
    const struct imp_fourway *f = &c->s->fourway;
    imp_send(c->env, IMP_DOT1X_ACCESS, &c->s->addr, IMP_DOT1X_MSG_GROUP_1, f->frame, f->frame_n);
}

void auth_group_give(const struct auth_call *c)
{
    if (c->s->state == IMP_DOT1X_AUTHENTICATOR_AUTHORIZED &&
        imp_group_key_give(&c->a->group, &c->s->fourway, c->env, c->now) == IMP_FOURWAY_SEND)
        auth_group_send(c);
}

/* A station in the midst of its 4-way handshake gets it when that is over. */
void auth_group_renew(struct auth_call *c)
{
    imp_group_key_renew(&c->a->group, c->env, period(c->env), c->now);
    for (size_t i = 0; i < c->a->count; i++) {
        c->s = &c->a->stations[i];
        auth_group_give(c);
    }
}

/* The others get another key at once: the timer does it. */
void auth_group_left(const struct auth_call *c)
{
    if (c->s->member && imp_opt(c->env, IMP_DOT1X_OPT_GROUP_LEAVE))
        c->a->group.due = c->now;
    c->s->member = false;
}
