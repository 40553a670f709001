/* SPDX-License-Identifier: GPL-2.0-only */
/* proxy.c - a forward proxy of CoAP (RFC 7252, section 5.7.2). What it does not know of a message
 * it passes on, OSCORE with it (RFC 8613, section 10): the option is safe to forward. */
#include <string.h>

#include "coap_eap.h"
#include "protocols/crypto/crypto.h"
#include "target.h"

enum { TIMERS = 32 }; /* a leg's index modulo this is its timer */

const struct imp_legal ceap_proxy_legal[] = {
    {CEAP_PROXY_IDLE, CEAP_MSG_TRIGGER},
    {CEAP_PROXY_IDLE, CEAP_MSG_FORWARD_REQUEST},
    {CEAP_PROXY_IDLE, CEAP_MSG_EMPTY},
    {CEAP_PROXY_IDLE, CEAP_MSG_REQUEST_IDENTITY},
    {CEAP_PROXY_IDLE, CEAP_MSG_REQUEST},
    {CEAP_PROXY_IDLE, CEAP_MSG_SUCCESS},
    {CEAP_PROXY_IDLE, CEAP_MSG_FAILURE},
    {CEAP_PROXY_IDLE, CEAP_MSG_DELETE},
    {CEAP_PROXY_FORWARDING, CEAP_MSG_RESPONSE_IDENTITY},
    {CEAP_PROXY_FORWARDING, CEAP_MSG_RESPONSE},
    {CEAP_PROXY_FORWARDING, CEAP_MSG_CHANGED},
    {CEAP_PROXY_FORWARDING, CEAP_MSG_UNAUTHORIZED},
    {CEAP_PROXY_FORWARDING, CEAP_MSG_DELETED},
    {CEAP_PROXY_FORWARDING, CEAP_MSG_ERROR},
    {CEAP_PROXY_FORWARDING, CEAP_MSG_EMPTY},
    {CEAP_PROXY_FORWARDING, CEAP_MSG_TRIGGER},
    {0, -1},
};

/* ---- sending */
static void send_down(void *arg, int label, const uint8_t *datagram, size_t n)
{
    struct ceap_leg *l = arg;
    imp_send(l->proxy->env, CEAP_PROXIED, &l->peer, ceap_message_of(label), datagram, n);
}

static void send_up(void *arg, int label, const uint8_t *datagram, size_t n)
{
    struct ceap_leg *l = arg;
    imp_send(l->proxy->env, CEAP_UPSTREAM, l->controller.n ? &l->controller : NULL,
             ceap_message_of(label), datagram, n);
}

/* ---- from the controller to a peer */
static void serve_controller(void *arg, const struct imp_coap_message *m,
                             struct imp_coap_reply *reply, imp_time now)
{
    struct ceap_leg *l = arg;
    struct imp_coap_message out;
    if (!imp_coap_find(m, IMP_COAP_PROXY_SCHEME, 0)) {
        reply->message.code = IMP_COAP_PROXYING_NOT_SUPPORTED;
        return;
    }
    imp_coap_abandon(&l->down); /* of an exchange that the controller has given up */
    if (ceap_forward(&out, m) != 0 ||
        imp_coap_request(&l->down, IMP_COAP_CON, &out, CEAP_MSG_FORWARD_REQUEST, now) != 0) {
        reply->message.code = IMP_COAP_BAD_GATEWAY;
        return;
    }
    l->forwarding = true;
    l->token_n = m->token_n;
    memcpy(l->token, m->token, m->token_n);
    reply->later = true;
}

static void answer_controller(struct ceap_leg *l, struct imp_coap_message *m, imp_time now)
{
    m->token_n = l->token_n;
    memcpy(m->token, l->token, l->token_n);
    l->forwarding = false;
    l->up.mid = l->proxy->mid++;
    imp_coap_abandon(&l->up);
    imp_coap_respond(&l->up, IMP_COAP_CON, m, CEAP_MSG_FORWARD_RESPONSE, now);
}

static void peer_answered(void *arg, int label, enum imp_coap_outcome outcome,
                          const struct imp_coap_message *m, imp_time now)
{
    struct ceap_leg *l = arg;
    struct imp_coap_message out;
    (void)label;
    if (!l->forwarding)
        return;
    if (outcome != IMP_COAP_ANSWERED)
        out = (struct imp_coap_message){.code = IMP_COAP_GATEWAY_TIMEOUT};
    else if (ceap_forward(&out, m) != 0)
        out = (struct imp_coap_message){.code = IMP_COAP_BAD_GATEWAY};
    answer_controller(l, &out, now);
}

/* ---- from a peer to the controller: the trigger, which waits for no answer here */
static void serve_peer(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                       imp_time now)
{
    struct ceap_leg *l = arg;
    struct imp_coap_message out;
    if (!ceap_target_is(m, CEAP_CONTROLLER_NAME) || ceap_forward(&out, m) != 0) {
        reply->message.code = IMP_COAP_PROXYING_NOT_SUPPORTED;
        reply->label = CEAP_MSG_ERROR;
        return;
    }
    imp_coap_abandon(&l->up);
    l->up.mid = l->proxy->mid++;
    imp_coap_request(&l->up, IMP_COAP_NON, &out, CEAP_MSG_TRIGGER, now);
    imp_coap_abandon(&l->up);
    reply->label = CEAP_MSG_TRIGGERED;
    reply->later = imp_coap_find(m, IMP_COAP_NO_RESPONSE, 0) != NULL;
}

static void controller_answered(void *arg, int label, enum imp_coap_outcome outcome,
                                const struct imp_coap_message *m, imp_time now)
{
    (void)arg;
    (void)label;
    (void)outcome;
    (void)m;
    (void)now;
}

/* ---- legs */
static void leg_init(struct ceap_proxy *p, struct ceap_leg *l, const struct imp_addr *peer)
{
    const struct imp_coap_config down = {.token_n = 1,
                                         .oscore = true,
                                         .send = send_down,
                                         .serve = serve_peer,
                                         .done = peer_answered,
                                         .arg = l},
                                 up = {.oscore = true,
                                       .send = send_up,
                                       .serve = serve_controller,
                                       .done = controller_answered,
                                       .arg = l};
    *l = (struct ceap_leg){.used = true, .proxy = p, .peer = *peer};
    imp_coap_endpoint_init(&l->down, p->env, &down);
    imp_coap_endpoint_init(&l->up, p->env, &up);
}

/* That of the peer; else a new one, or the one that has been still for the longest time. */
static struct ceap_leg *leg_of(struct ceap_proxy *p, const struct imp_addr *peer, imp_time now)
{
    struct ceap_leg *oldest = &p->legs[0], *found = NULL;
    for (size_t i = 0; i < p->reached && !found; i++) {
        if (imp_addr_equal(&p->legs[i].peer, peer))
            found = &p->legs[i];
        else if (p->legs[i].used_at < oldest->used_at)
            oldest = &p->legs[i];
    }
    if (!found) {
        found = p->reached < CEAP_LEGS ? &p->legs[p->reached++] : oldest;
        leg_init(p, found, peer);
    }
    found->used_at = now;
    return found;
}

static bool waits_for(const struct imp_coap_endpoint *e, const struct imp_coap_message *m)
{
    for (size_t i = 0; i < IMP_COAP_OUTSTANDING; i++)
        if (e->sent[i].used && e->sent[i].mid == m->mid)
            return true;
    return false;
}

/* Requests name the peer, acknowledgements the message of ours. */
static struct ceap_leg *leg_for(struct ceap_proxy *p, const struct imp_coap_message *m,
                                imp_time now)
{
    struct imp_addr peer;
    if (imp_coap_is_request(m->code))
        return ceap_target_of(&peer, m) ? leg_of(p, &peer, now) : NULL;
    for (size_t i = 0; i < p->reached; i++)
        if (waits_for(&p->legs[i].up, m))
            return &p->legs[i];
    return NULL;
}

static void from_controller(struct ceap_proxy *p, const struct imp_event *e, imp_time now)
{
    struct imp_coap_message m;
    if (imp_coap_decode(&m, e->bytes, e->n) != 0)
        return;
    struct ceap_leg *l = leg_for(p, &m, now);
    if (!l)
        return;
    p->last = (size_t)(l - p->legs);
    l->controller = e->from;
    imp_behalf(p->env, CEAP_PROXIED, &l->peer);
    imp_coap_feed(&l->up, e->bytes, e->n, now);
}

static void from_peer(struct ceap_proxy *p, const struct imp_event *e, imp_time now)
{
    struct ceap_leg *l = leg_of(p, &e->from, now);
    p->last = (size_t)(l - p->legs);
    imp_coap_feed(&l->down, e->bytes, e->n, now);
}

/* ---- events */
static imp_time deadline(const struct ceap_leg *l)
{
    imp_time down = imp_coap_deadline(&l->down), up = imp_coap_deadline(&l->up);
    return down < up ? down : up;
}

static void timeout(struct ceap_proxy *p, unsigned id, imp_time now)
{
    p->last = id;
    for (size_t i = id; i < p->reached; i += TIMERS) {
        struct ceap_leg *l = &p->legs[i];
        if (deadline(l) > now)
            continue;
        p->last = i;
        imp_behalf(p->env, CEAP_PROXIED, &l->peer);
        imp_coap_expire(&l->down, now);
        imp_coap_expire(&l->up, now);
    }
}

static void arm(struct ceap_proxy *p)
{
    size_t id = p->last % TIMERS;
    imp_time at = IMP_NEVER;
    for (size_t i = id; i < p->reached; i += TIMERS)
        at = deadline(&p->legs[i]) < at ? deadline(&p->legs[i]) : at;
    imp_timer(p->env, (unsigned)id, at);
}

void ceap_proxy_init(void *ctx, struct imp_env *env)
{
    struct ceap_proxy *p = ctx;
    p->env = env;
}

void ceap_proxy_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct ceap_proxy *p = ctx;
    uint8_t first[2];
    if (e->kind == IMP_EVENT_START) {
        imp_random(env, "coap-mid", first, sizeof first);
        p->mid = (uint16_t)(first[0] << 8 | first[1]);
    } else if (e->kind == IMP_EVENT_RECEIVE && e->channel == CEAP_PROXIED) {
        from_peer(p, e, now);
    } else if (e->kind == IMP_EVENT_RECEIVE && e->channel == CEAP_UPSTREAM) {
        from_controller(p, e, now);
    } else if (e->kind == IMP_EVENT_TIMER) {
        timeout(p, e->id, now);
    }
    arm(p);
}

int ceap_proxy_state_of(const void *ctx)
{
    const struct ceap_proxy *p = ctx;
    return p->legs[p->last].forwarding ? CEAP_PROXY_FORWARDING : CEAP_PROXY_IDLE;
}
