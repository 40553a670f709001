/* SPDX-License-Identifier: GPL-2.0-only */
/* lowpan_relay.c - a node of the network beside a new one: a PANA relay element (RFC 6345). All
 * that it lets through of a node that has not joined is PANA. */
#include "pana_lowpan.h"

const struct imp_legal lowpan_relay_legal[] = {
    {LOWPAN_RELAY_IDLE, PANA_MSG_PCI},   {LOWPAN_RELAY_IDLE, PANA_MSG_PAN_S},
    {LOWPAN_RELAY_IDLE, PANA_MSG_PAR},   {LOWPAN_RELAY_IDLE, PANA_MSG_PAN},
    {LOWPAN_RELAY_IDLE, PANA_MSG_PAN_C}, {LOWPAN_RELAY_IDLE, PANA_MSG_PTR},
    {LOWPAN_RELAY_IDLE, PANA_MSG_PTA},   {LOWPAN_RELAY_IDLE, PANA_MSG_PNR_P},
    {LOWPAN_RELAY_IDLE, PANA_MSG_PNA_P}, {LOWPAN_RELAY_IDLE, PANA_MSG_PNR_A},
    {LOWPAN_RELAY_IDLE, LOWPAN_MSG_PRY}, {0, -1},
};

void lowpan_relay_init(void *ctx, struct imp_env *env)
{
    struct lowpan_relay *r = ctx;
    r->env = env;
}

/* Its part is done with the answer to the result. */
static void to_agent(struct imp_env *env, const struct imp_event *e)
{
    pana_relay_to_agent(env, e, LOWPAN_PRY_CHANNEL, LOWPAN_MSG_PRY);
    if (pana_label_of(e->bytes, e->n) == PANA_MSG_PAN_C)
        imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_COMPLETE});
}

void lowpan_relay_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    (void)ctx, (void)now;
    if (e->kind == IMP_EVENT_RECEIVE && e->channel == PANA_CHANNEL)
        to_agent(env, e);
    else if (e->kind == IMP_EVENT_RECEIVE && e->channel == LOWPAN_PRY_CHANNEL)
        pana_relay_to_client(env, e);
}

void lowpan_relay_fini(void *ctx, struct imp_env *env)
{
    (void)ctx, (void)env;
}

int lowpan_relay_state_of(const void *ctx)
{
    (void)ctx;
    return LOWPAN_RELAY_IDLE;
}
