/* SPDX-License-Identifier: GPL-2.0-only */
/* router.c - the parent: a PANA relay that keeps nothing of a PaC, and the far end of its link. */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "zigbee_ip.h"

const struct imp_legal zip_router_legal[] = {
    {ZIP_ROUTER_IDLE, PANA_MSG_PCI},
    {ZIP_ROUTER_IDLE, PANA_MSG_PAN_S},
    {ZIP_ROUTER_IDLE, PANA_MSG_PAN},
    {ZIP_ROUTER_IDLE, PANA_MSG_PAN_C},
    {ZIP_ROUTER_IDLE, PANA_MSG_PTA},
    {ZIP_ROUTER_IDLE, PANA_MSG_PNA_P},
    {ZIP_ROUTER_LINKED, PANA_MSG_PNA_P},
    {ZIP_ROUTER_LINKED, PANA_MSG_PTA},
    {ZIP_ROUTER_LINKED, PANA_MSG_PNR_P},
    {ZIP_ROUTER_LINKED, PANA_MSG_PNR_A},
    {ZIP_ROUTER_LINKED, PANA_MSG_PAN},
    {ZIP_ROUTER_LINKED, PANA_MSG_PAN_C},
    {ZIP_ROUTER_LINKED, PANA_MSG_PTR},
    {ZIP_ROUTER_IDLE, PANA_MSG_PAR},
    {ZIP_ROUTER_LINKED, PANA_MSG_PAR},
    {ZIP_ROUTER_IDLE, ZIP_MSG_PRY},
    {ZIP_ROUTER_IDLE, ZIP_MSG_LINK_REQUEST},
    {ZIP_ROUTER_ACCEPT, ZIP_MSG_LINK_ACCEPT},
    {ZIP_ROUTER_ACCEPT, ZIP_MSG_LINK_REQUEST},
    {ZIP_ROUTER_LINKED, ZIP_MSG_LINK_REQUEST},
    {ZIP_ROUTER_LINKED, ZIP_MSG_LINK_ACCEPT},
    {ZIP_ROUTER_IDLE, ZIP_MSG_PNR_PARENT},
    {ZIP_ROUTER_ACCEPT, ZIP_MSG_PNR_PARENT},
    {ZIP_ROUTER_LINKED, ZIP_MSG_PNR_PARENT},
    {ZIP_ROUTER_IDLE, ZIP_MSG_MESH_ADVERTISEMENT},
    {ZIP_ROUTER_ACCEPT, ZIP_MSG_MESH_ADVERTISEMENT},
    {ZIP_ROUTER_LINKED, ZIP_MSG_MESH_ADVERTISEMENT},
    {0, -1},
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

static const struct zip_keys *keys_of(const struct zip_router *r, const struct zip_neighbour *b)
{
    return b->ahead ? &r->next : &r->keys;
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
    zip_send(r->env, ZIP_MLE, keys_of(r, b), &r->counter, &b->addr, ZIP_MSG_LINK_ACCEPT_AND_REQUEST,
             b->plain, &m);
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
    zip_claim_running(r->env, keys_of(r, b), &b->ends);
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
    zip_claim_commit(r->env, keys_of(r, b), &b->ends);
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
    const struct zip_keys *keys = zip_keys_named(&r->keys, &r->next, e);
    enum mle_opened opened = zip_received(r->env, &m, text, keys, &b->heard, &b->heard_counter,
                                          "router-unsecured-mle", e);
    if (opened == MLE_UNVERIFIED && r->env->adversary) { /* answers what it cannot read */
        m = (struct mle_message){.challenge = unread, .challenge_n = sizeof unread};
        opened = MLE_PLAIN;
    }
    if (opened < MLE_PLAIN)
        return;
    b->plain = opened == MLE_PLAIN;
    b->ahead = keys == &r->next;
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

/* Whether PANA goes on from there. MLE comes from the same address and another port. */
static bool admits(const struct zip_router *r, const struct imp_addr *from)
{
    if (imp_eap_opt(r->env, "allow-join", 1))
        return true;
    for (size_t i = 0; i < r->reached; i++)
        if (r->neighbours[i].state == ZIP_ROUTER_LINKED &&
            memcmp(r->neighbours[i].addr.bytes, from->bytes, 16) == 0)
            return true;
    return false;
}

/* ---- another network key
 * ---------------------------------------------------------------------------- */
/* It is kept, and taken from neighbours that have it, but not used before the coordinator does. */
static void next_key(struct zip_router *r, const struct imp_event *e)
{
    uint8_t key[PANA_NETWORK_KEY];
    if (!zip_member_received(&r->member, r->env, e, key))
        return;
    r->env->ops->cell_put(r->env, ZIP_CELL_NEXT, key, sizeof key);
    zip_keys_derive(r->env, &r->next, key);
    imp_wipe(key, sizeof key);
}

static void keep_next(struct zip_router *r)
{
    uint8_t key[PANA_NETWORK_KEY];
    struct imp_env *env = r->env;
    if (env->ops->cell_get(env, ZIP_CELL_NEXT, key, sizeof key) == (int)sizeof key)
        env->ops->cell_put(env, PANA_CELL_NETWORK_KEY, key, sizeof key);
    env->ops->cell_erase(env, ZIP_CELL_NEXT);
    imp_wipe(key, sizeof key);
}

/* The coordinator speaks under the key that comes next, and so does the parent from then on; each
 * repetition goes on to the neighbours. */
static void mesh_received(struct zip_router *r, const struct imp_event *e)
{
    uint8_t text[MLE_MAX];
    struct mle_message m = {0};
    const struct zip_keys *keys = zip_keys_named(&r->keys, &r->next, e);
    bool fresh = keys == &r->next;
    if (zip_received(r->env, &m, text, keys, &r->mesh_heard, &r->mesh_counter, "", e) !=
            MLE_VERIFIED ||
        m.command != MLE_ADVERTISEMENT)
        return;
    if (fresh) {
        zip_switch(r->env, &r->keys, &r->next, e, true);
        keep_next(r);
    }
    for (size_t i = 0; i < r->reached; i++) {
        struct zip_neighbour *b = &r->neighbours[i];
        b->ahead = false;
        if (b->state == ZIP_ROUTER_LINKED && !b->plain)
            zip_advertise(r->env, ZIP_MLE, &r->keys, &r->counter, &b->addr, ZIP_MSG_ADVERTISEMENT,
                          fresh);
    }
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
    if (env->ops->cell_get(env, ZIP_CELL_NEXT, key, sizeof key) == (int)sizeof key)
        zip_keys_derive(env, &r->next, key);
    zip_member_start(&r->member, env);
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
    else if (e->kind == IMP_EVENT_RECEIVE && e->channel == ZIP_PANA && admits(r, &e->from))
        pana_relay_to_agent(env, e, ZIP_RELAY, ZIP_MSG_PRY);
    else if (e->kind == IMP_EVENT_RECEIVE && e->channel == ZIP_RELAY) {
        pana_relay_to_client(env, e);
        next_key(r, e);
    } else if (e->kind == IMP_EVENT_RECEIVE && e->channel == ZIP_MLE && r->keys.there)
        link_received(r, e);
    else if (e->kind == IMP_EVENT_RECEIVE && e->channel == ZIP_MESH && r->keys.there)
        mesh_received(r, e);
    set_timer(r, e->kind == IMP_EVENT_TIMER ? e->id : r->last % TIMERS);
}

void zip_router_fini(void *ctx, struct imp_env *env)
{
    struct zip_router *r = ctx;
    (void)env;
    imp_wipe(&r->keys, sizeof r->keys);
    imp_wipe(&r->next, sizeof r->next);
    imp_wipe(&r->member, sizeof r->member);
}

int zip_router_state_of(const void *ctx)
{
    const struct zip_router *r = ctx;
    return (int)r->neighbours[r->last].state;
}
