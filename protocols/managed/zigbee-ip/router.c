/* SPDX-License-Identifier: GPL-2.0-only */
/* router.c - the parent: a PANA relay that keeps nothing of a PaC, and the far end of its link. */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "zigbee_ip.h"

const struct imp_legal zip_router_legal[] = {
    {ZIP_ROUTER_IDLE, PANA_MSG_PCI},           {ZIP_ROUTER_IDLE, PANA_MSG_PAN_S},
    {ZIP_ROUTER_IDLE, PANA_MSG_PAN},           {ZIP_ROUTER_IDLE, PANA_MSG_PAN_C},
    {ZIP_ROUTER_IDLE, PANA_MSG_PTA},           {ZIP_ROUTER_IDLE, PANA_MSG_PNA_P},
    {ZIP_ROUTER_LINKED, PANA_MSG_PNA_P},       {ZIP_ROUTER_LINKED, PANA_MSG_PTA},
    {ZIP_ROUTER_LINKED, PANA_MSG_PNR_P},       {ZIP_ROUTER_LINKED, PANA_MSG_PNR_A},
    {ZIP_ROUTER_LINKED, PANA_MSG_PAN},         {ZIP_ROUTER_LINKED, PANA_MSG_PAN_C},
    {ZIP_ROUTER_LINKED, PANA_MSG_PTR},         {ZIP_ROUTER_IDLE, PANA_MSG_PAR},
    {ZIP_ROUTER_LINKED, PANA_MSG_PAR},         {ZIP_ROUTER_IDLE, ZIP_MSG_PRY},
    {ZIP_ROUTER_IDLE, ZIP_MSG_LINK_REQUEST},   {ZIP_ROUTER_ACCEPT, ZIP_MSG_LINK_ACCEPT},
    {ZIP_ROUTER_ACCEPT, ZIP_MSG_LINK_REQUEST}, {ZIP_ROUTER_LINKED, ZIP_MSG_LINK_REQUEST},
    {ZIP_ROUTER_LINKED, ZIP_MSG_LINK_ACCEPT},  {0, -1},
};

enum { TIMERS = 32 }; /* a neighbour's index modulo this is its timer */
#define ACCEPT_MRT (30 * IMP_S)

/* ---- links
 * ------------------------------------------------------------------------------------------ */
static struct zip_neighbour *neighbour_at(struct zip_router *r, const struct imp_addr *addr)
{
    for (size_t i = 0; i < r->reached; i++)
        if (imp_addr_equal(&r->neighbours[i].addr, addr))
            return &r->neighbours[i];
    if (r->reached == ZIP_NEIGHBOURS)
        return NULL;
    struct zip_neighbour *fresh = &r->neighbours[r->reached++];
    *fresh = (struct zip_neighbour){.addr = *addr, .retry = {.at = IMP_NEVER}};
    return fresh;
}

static void accept(struct zip_router *r, struct zip_neighbour *b)
{
    const struct mle_message m = {.command = MLE_LINK_ACCEPT_AND_REQUEST,
                                  .response = b->ends.node,
                                  .response_n = b->ends.node_n,
                                  .challenge = b->ends.router,
                                  .challenge_n = b->ends.router_n,
                                  .has_counter = true,
                                  .link_counter = r->counter.next};
    zip_send(r->env, &r->keys, &r->counter, &b->addr, ZIP_MSG_LINK_ACCEPT_AND_REQUEST, b->plain,
             &m);
}

static void requested(struct zip_router *r, struct zip_neighbour *b, const struct mle_message *m)
{
    struct imp_addr self;
    if (!m->challenge || !r->env->ops->self(r->env, ZIP_MLE, &self))
        return;
    b->ends = (struct zip_link){.node_n = m->challenge_n, .router_n = MLE_CHALLENGE};
    memcpy(b->ends.node, m->challenge, m->challenge_n);
    imp_random(r->env, "mle-challenge", b->ends.router, MLE_CHALLENGE);
    mle_eui64(b->ends.node_eui64, &b->addr);
    mle_eui64(b->ends.router_eui64, &self);
    b->state = ZIP_ROUTER_ACCEPT;
    pana_retry_begin(&b->retry, r->env, r->now);
    zip_claim_running(r->env, &r->keys, &b->ends);
    accept(r, b);
}

static void accepted(struct zip_router *r, struct zip_neighbour *b, const struct mle_message *m)
{
    if (!m->response || m->response_n != b->ends.router_n ||
        memcmp(m->response, b->ends.router, b->ends.router_n) != 0) {
        zip_claim_reject(r->env, "response");
        return;
    }
    b->state = ZIP_ROUTER_LINKED;
    b->retry.at = IMP_NEVER;
    zip_claim_commit(r->env, &r->keys, &b->ends);
    imp_claim(r->env, &(struct imp_claim){.kind = IMP_CLAIM_COMPLETE});
}

static void link_received(struct zip_router *r, const struct imp_event *e)
{
    static const uint8_t unread[MLE_CHALLENGE];
    uint8_t text[MLE_MAX];
    struct mle_message m = {0};
    struct zip_neighbour *b = neighbour_at(r, &e->from);
    if (!b)
        return;
    r->last = (size_t)(b - r->neighbours);
    enum mle_opened opened = zip_received(r->env, &m, text, &r->keys, &b->heard, &b->heard_counter,
                                          "router-unsecured-mle", e);
    if (opened == MLE_UNVERIFIED && r->env->adversary) { /* answers what it cannot read */
        m = (struct mle_message){.challenge = unread, .challenge_n = sizeof unread};
        opened = MLE_PLAIN;
    }
    if (opened < MLE_PLAIN)
        return;
    b->plain = opened == MLE_PLAIN;
    if (m.command == MLE_LINK_REQUEST)
        requested(r, b, &m);
    else if (b->state == ZIP_ROUTER_ACCEPT && m.command == MLE_LINK_ACCEPT)
        accepted(r, b, &m);
}

static void expire(struct zip_router *r, struct zip_neighbour *b)
{
    if (b->retry.count >= PANA_MRC) {
        zip_claim_reject(r->env, "no answer");
        b->state = ZIP_ROUTER_IDLE;
        b->retry.at = IMP_NEVER;
        return;
    }
    accept(r, b);
    pana_retry_again(&b->retry, r->env, ACCEPT_MRT, r->now);
}

static void timeout(struct zip_router *r, unsigned id)
{
    for (size_t i = id; i < r->reached; i += TIMERS)
        if (r->neighbours[i].retry.at <= r->now) {
            r->last = i;
            expire(r, &r->neighbours[i]);
        }
}

static void set_timer(struct zip_router *r, size_t id)
{
    imp_time at = IMP_NEVER;
    for (size_t i = id; i < r->reached; i += TIMERS)
        if (r->neighbours[i].retry.at < at)
            at = r->neighbours[i].retry.at;
    imp_timer(r->env, (unsigned)id, at);
}

/* ---- events
 * ----------------------------------------------------------------------------------------- */
static void started(struct zip_router *r)
{
    uint8_t key[PANA_NETWORK_KEY];
    struct imp_addr self;
    struct imp_env *env = r->env;
    zip_counter_start(&r->counter, env);
    if (env->ops->cell_get(env, PANA_CELL_NETWORK_KEY, key, sizeof key) == (int)sizeof key)
        zip_keys_derive(env, &r->keys, key);
    imp_wipe(key, sizeof key);
    if (env->ops->self(env, ZIP_MLE, &self))
        zip_claim_identity(env, &self);
}

void zip_router_init(void *ctx, struct imp_env *env)
{
    struct zip_router *r = ctx;
    r->env = env;
}

void zip_router_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct zip_router *r = ctx;
    r->now = now;
    if (e->kind == IMP_EVENT_START)
        started(r);
    else if (e->kind == IMP_EVENT_TIMER)
        timeout(r, e->id);
    else if (e->kind == IMP_EVENT_RECEIVE && e->channel == ZIP_PANA)
        pana_relay_to_agent(env, e, ZIP_RELAY, ZIP_MSG_PRY);
    else if (e->kind == IMP_EVENT_RECEIVE && e->channel == ZIP_RELAY)
        pana_relay_to_client(env, e);
    else if (e->kind == IMP_EVENT_RECEIVE && e->channel == ZIP_MLE && r->keys.there)
        link_received(r, e);
    set_timer(r, e->kind == IMP_EVENT_TIMER ? e->id : r->last % TIMERS);
}

void zip_router_fini(void *ctx, struct imp_env *env)
{
    struct zip_router *r = ctx;
    (void)env;
    imp_wipe(&r->keys, sizeof r->keys);
}

int zip_router_state_of(const void *ctx)
{
    const struct zip_router *r = ctx;
    return (int)r->neighbours[r->last].state;
}
