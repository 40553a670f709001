/* SPDX-License-Identifier: GPL-2.0-only */
/* peer.c - the EAP peer: a CoAP server whose next resource exists only after the present one was
 * used (RFC 9820). */
#include <stdio.h>
#include <string.h>

#include "peer_internal.h"
#include "protocols/crypto/crypto.h"
#include "protocols/eap/eap_packet.h"
#include "target.h"

const struct imp_legal ceap_peer_legal[] = {
    {CEAP_PEER_IDENTITY, CEAP_MSG_REQUEST_IDENTITY},
    {CEAP_PEER_IDENTITY, CEAP_MSG_FAILURE},
    {CEAP_PEER_IDENTITY, CEAP_MSG_TRIGGERED}, /* option no-response off */
    {CEAP_PEER_REQUEST, CEAP_MSG_TRIGGERED},
    {CEAP_PEER_REQUEST, CEAP_MSG_REQUEST},
    {CEAP_PEER_REQUEST, CEAP_MSG_SUCCESS},
    {CEAP_PEER_REQUEST, CEAP_MSG_FAILURE},
    {CEAP_PEER_OPERATIONAL, CEAP_MSG_DELETE},
    {CEAP_PEER_IDENTITY, CEAP_MSG_FORWARD_REQUEST},
    {CEAP_PEER_REQUEST, CEAP_MSG_FORWARD_REQUEST},
    {CEAP_PEER_OPERATIONAL, CEAP_MSG_FORWARD_REQUEST},
    {0, -1},
};

enum { NO_RESPONSE_AT_ALL = 2 | 8 | 16 }; /* RFC 7967 section 2.1: neither 2.xx, 4.xx nor 5.xx */

static bool lenient(const struct imp_env *env)
{
    return imp_flawed(env, CEAP_FLAW_BARE_SUCCESS);
}

/* Of our answers; what the controller sends has no RID-I. */
static int64_t rid_i_label(const struct imp_env *env)
{
    return imp_opt(env, CEAP_OPT_RID_I_LABEL);
}

static void resource(struct ceap_peer *p, unsigned step)
{
    p->step = step;
    ceap_resource(p->env, p->path, step);
}

/* ---- attempts
 * --------------------------------------------------------------------------------------- */
/* Where the first resource is: for a controller behind a proxy, whose own address stands on the
 * trigger, with ours. */
static int first_resource(struct ceap_peer *p, char out[CEAP_URI_MAX])
{
    struct imp_addr self;
    if (!ceap_has_proxy(p->env))
        return snprintf(out, CEAP_URI_MAX, "/%s", p->path);
    return p->env->ops->self(p->env, CEAP_PROXIED, &self)
               ? ceap_uri_write(out, CEAP_URI_MAX, &self, p->path)
               : -1;
}

static void send_trigger(struct ceap_peer *p)
{
    struct imp_coap_message m = {.code = IMP_COAP_POST};
    char payload[CEAP_URI_MAX];
    int n = first_resource(p, payload);
    if (n < 0)
        return;
    if (ceap_has_proxy(p->env)) {
        imp_coap_add(&m, IMP_COAP_URI_HOST, CEAP_CONTROLLER_NAME, strlen(CEAP_CONTROLLER_NAME));
        imp_coap_add(&m, IMP_COAP_PROXY_SCHEME, "coap", 4);
    }
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, ".well-known/coap-eap");
    if (imp_opt(p->env, CEAP_OPT_NO_RESPONSE))
        imp_coap_add_uint(&m, IMP_COAP_NO_RESPONSE, NO_RESPONSE_AT_ALL);
    m.payload = (const uint8_t *)payload;
    m.payload_n = (size_t)n;
    imp_coap_abandon(&p->coap); /* the last trigger, which waits for no answer */
    imp_coap_request(&p->coap, IMP_COAP_NON, &m, CEAP_MSG_TRIGGER, p->now);
    imp_coap_abandon(&p->coap);
}

static void hold_until(struct ceap_peer *p, imp_time at)
{
    p->state = CEAP_PEER_HELD;
    imp_timer(p->env, CEAP__TIMER_STEP, at);
}

void ceap__peer_hold(struct ceap_peer *p)
{
    hold_until(p, p->now + p->interval);
}

/* A controller that begins is waited for, every other time: one that does not come is asked. */
static bool waits(struct ceap_peer *p)
{
    p->waits = imp_opt(p->env, CEAP_OPT_INITIATOR) == CEAP_BY_CONTROLLER && !p->waits;
    return p->waits;
}

/* Begins, or begins again: whatever was under way is forgotten. A method that wants no conversation
 * now says by an event when it does. */
static void attempt(struct ceap_peer *p)
{
    imp_time max = imp_opt(p->env, CEAP_OPT_TRIGGER_MAX) * IMP_S;
    if (p->method->peer_wants && !p->method->peer_wants(&p->context, p->env, p->now)) {
        hold_until(p, IMP_NEVER);
        return;
    }
    resource(p, 1);
    p->agreed = (struct ceap_agreed){0};
    p->refused = false;
    imp_eap_peer_begin(&p->eap, p->env, p->now);
    p->state = CEAP_PEER_IDENTITY;
    if (waits(p)) {
        imp_timer(p->env, CEAP__TIMER_STEP, p->now + max);
        return;
    }
    send_trigger(p);
    imp_timer(p->env, CEAP__TIMER_STEP, p->now + p->interval);
    p->interval = 2 * p->interval < max ? 2 * p->interval : max;
}

void ceap__peer_forget(struct ceap_peer *p)
{
    imp_wipe(&p->security, sizeof p->security);
    if (ceap__peer_renews(p))
        imp_timer(p->env, CEAP__TIMER_END, IMP_NEVER);
    p->waits = false;
    p->interval = imp_opt(p->env, CEAP_OPT_TRIGGER) * IMP_S;
}

/* ---- responses
 * -------------------------------------------------------------------------------------- */
void ceap__peer_refuse(struct ceap_peer *p, struct imp_coap_reply *reply, unsigned code,
                       const char *why)
{
    reply->message.code = (uint8_t)code;
    reply->label = CEAP_MSG_ERROR;
    ceap_claim(p->env, IMP_CLAIM_REJECT, why);
}

/* 2.01 with the EAP response, `info` behind it, and the next resource. */
static void respond(struct ceap_peer *p, struct imp_coap_reply *reply, const struct ceap_info *info)
{
    size_t n = p->eap.response_n;
    bool identity = p->state == CEAP_PEER_IDENTITY;
    memcpy(p->payload, p->eap.response, n);
    if (identity)
        n += ceap_info_write(p->env, p->payload + n, info, rid_i_label(p->env));
    resource(p, p->step + 1);
    reply->message.code = IMP_COAP_CREATED;
    reply->label = identity ? CEAP_MSG_RESPONSE_IDENTITY : CEAP_MSG_RESPONSE;
    imp_coap_add_path(&reply->message, IMP_COAP_LOCATION_PATH, p->path);
    ceap_add_format(&reply->message, p->env);
    reply->message.payload = p->payload;
    reply->message.payload_n = n;
    p->state = CEAP_PEER_REQUEST;
    imp_timer(p->env, CEAP__TIMER_STEP, p->now + imp_opt(p->env, CEAP_OPT_PATIENCE) * IMP_S);
}

/* The first request settles cipher suite and identifiers. 0, or -1: nothing in common. */
static int settle(struct ceap_peer *p, const struct ceap_info *offer, struct ceap_info *answer)
{
    struct ceap_agreed *a = &p->agreed;
    int64_t chosen;
    if (ceap_suite_choose(p->env, offer, &chosen) != 0 || !offer->has_rid_c)
        return -1;
    *a = (struct ceap_agreed){.suite = chosen, .rid_c_n = offer->rid_c_n, .rid_i_n = 1};
    memcpy(a->rid_c, offer->rid_c, offer->rid_c_n);
    if (offer->has_suites && offer->suites_cbor_n <= sizeof a->cs_c) {
        a->cs_c_n = offer->suites_cbor_n;
        memcpy(a->cs_c, offer->suites_cbor, a->cs_c_n);
    }
    do
        imp_random(p->env, "rid-i", a->rid_i, 1);
    while (a->rid_c_n == 1 && a->rid_i[0] == a->rid_c[0]);
    *answer = (struct ceap_info){.has_suites = imp_opt(p->env, CEAP_OPT_SEND_SUITES) != 0,
                                 .suites = {chosen},
                                 .suite_count = 1,
                                 .has_rid_i = true,
                                 .rid_i = a->rid_i,
                                 .rid_i_n = a->rid_i_n};
    if (answer->has_suites)
        a->cs_i_n = ceap_suites_write(p->env, a->cs_i, sizeof a->cs_i, &chosen, 1);
    return 0;
}

/* EAP-Failure: also the ordinary end of a conversation after which the method says when to come
 * again (EAP-NOOB's Initial and Waiting Exchange). */
static void failed(struct ceap_peer *p)
{
    if (p->eap.next == IMP_EAP_HELD) {
        ceap_claim(p->env, IMP_CLAIM_REJECT, "EAP-Failure");
        ceap__peer_hold(p);
        return;
    }
    p->interval = imp_opt(p->env, CEAP_OPT_TRIGGER) * IMP_S;
    hold_until(p, p->eap.next > p->now ? p->eap.next : p->now);
}

/* An EAP packet that came in clear: requests, and the result Failure. */
static void clear_post(struct ceap_peer *p, const struct imp_coap_message *m,
                       struct imp_coap_reply *reply)
{
    struct ceap_info offer, answer = {0};
    size_t n;
    if (ceap_content_read(p->env, &offer, &n, m->payload, m->payload_n, CEAP_LABEL_RID_I) != 0) {
        ceap__peer_refuse(p, reply, IMP_COAP_BAD_REQUEST, "bad payload");
        return;
    }
    if (m->payload[0] == IMP_EAP_SUCCESS && !lenient(p->env)) {
        ceap__peer_refuse(p, reply, IMP_COAP_BAD_REQUEST, "EAP-Success outside OSCORE");
        return;
    }
    if (p->state == CEAP_PEER_IDENTITY && m->payload[0] == IMP_EAP_REQUEST &&
        settle(p, &offer, &answer) != 0) {
        ceap__peer_refuse(p, reply, IMP_COAP_BAD_REQUEST, "no common cipher suite");
        p->refused = true;
        return;
    }
    if (p->refused && m->payload[0] == IMP_EAP_FAILURE) { /* of what EAP has not seen */
        ceap__peer_refuse(p, reply, IMP_COAP_UNAUTHORIZED, "EAP-Failure");
        reply->label = CEAP_MSG_UNAUTHORIZED;
        ceap__peer_hold(p);
        return;
    }
    switch (imp_eap_peer_receive(&p->eap, p->env, m->payload, n, p->now)) {
    case IMP_EAP_PEER_RESPONSE:
        respond(p, reply, &answer);
        break;
    case IMP_EAP_PEER_SUCCESS: /* only the flaw gets here */
        if (!p->security.there)
            p->security = (struct ceap_security){.there = true};
        reply->label = CEAP_MSG_CHANGED;
        ceap__peer_operational(p);
        break;
    case IMP_EAP_PEER_FAILURE:
        reply->message.code = IMP_COAP_UNAUTHORIZED;
        reply->label = CEAP_MSG_UNAUTHORIZED;
        failed(p);
        break;
    default: /* silently discarded by EAP: the resource stays */
        reply->message.code = IMP_COAP_BAD_REQUEST;
        reply->label = CEAP_MSG_ERROR;
    }
}

/* What the reply says goes apart, when the acknowledgement has gone. */
static void put_off(struct ceap_peer *p, const struct imp_coap_message *m,
                    struct imp_coap_reply *reply)
{
    p->separate.due = reply->later = true;
    p->separate.label = reply->label;
    p->separate.message = reply->message;
    p->separate.message.token_n = m->token_n;
    memcpy(p->separate.message.token, m->token, m->token_n);
}

/* The response before it has arrived, or there would be no other request. */
static void send_separate(struct ceap_peer *p)
{
    if (!p->separate.due)
        return;
    p->separate.due = false;
    imp_coap_abandon(&p->coap);
    imp_coap_respond(&p->coap, IMP_COAP_CON, &p->separate.message, p->separate.label, p->now);
}

static void serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                  imp_time now)
{
    struct ceap_peer *p = arg;
    bool open = p->state == CEAP_PEER_IDENTITY || p->state == CEAP_PEER_REQUEST;
    (void)now;
    if (imp_coap_find(m, IMP_COAP_OSCORE, 0))
        ceap__peer_protected(p, m, reply);
    else if (!open || !imp_coap_path_is(m, p->path))
        ceap__peer_refuse(p, reply, IMP_COAP_NOT_FOUND, "no such resource");
    else if (m->code != IMP_COAP_POST)
        ceap__peer_refuse(p, reply, IMP_COAP_METHOD_NOT_ALLOWED, "not a POST");
    else
        clear_post(p, m, reply);
    if (imp_opt(p->env, CEAP_OPT_SEPARATE) && m->type == IMP_COAP_CON)
        put_off(p, m, reply);
}

/* ---- events
 * ----------------------------------------------------------------------------------------- */
static void coap_send(void *arg, int label, const uint8_t *datagram, size_t n)
{
    struct ceap_peer *p = arg;
    imp_send(p->env, ceap_has_proxy(p->env) ? CEAP_PROXIED : CEAP_COAP, NULL,
             ceap_message_of(label), datagram, n);
}

static void start(struct ceap_peer *p)
{
    const struct imp_coap_config config = {
        .send = coap_send, .serve = serve, .oscore = true, .arg = p};
    imp_coap_endpoint_init(&p->coap, p->env, &config);
    imp_eap_peer_init(&p->eap, p->method, &p->context);
    p->eap.lenient = lenient(p->env);
    p->method->peer_start(&p->context, p->env, p->now);
    ceap__peer_forget(p);
    attempt(p);
}

void ceap_peer_init(void *ctx, struct imp_env *env)
{
    struct ceap_peer *p = ctx;
    p->env = env;
    p->method = imp_eap_chosen(env);
}

static void method_event(struct ceap_peer *p, const struct imp_event *e)
{
    imp_time next = imp_eap_peer_event(p->method, &p->context, p->env, e, p->now);
    if (e->kind == IMP_EVENT_RESET)
        start(p);
    else if (next != IMP_EAP_HELD && next <= p->now)
        attempt(p);
    else if (next != IMP_EAP_HELD)
        hold_until(p, next);
}

void ceap_peer_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct ceap_peer *p = ctx;
    p->now = now;
    if (e->kind == IMP_EVENT_RECEIVE && e->channel == CEAP_PROXIED) {
        if (p->state != CEAP_PEER_OFF)
            imp_coap_feed(&p->coap, e->bytes, e->n, now);
    } else if (imp_eap_event_is_methods(e,
                                        CEAP_COAP)) { /* the factory's credential survives RESET */
        method_event(p, e);
    } else if (e->kind == IMP_EVENT_START) {
        start(p);
    } else if (e->kind == IMP_EVENT_RECEIVE && p->state != CEAP_PEER_OFF) {
        imp_coap_feed(&p->coap, e->bytes, e->n, now);
    } else if (e->kind == IMP_EVENT_TIMER && e->id == CEAP__TIMER_STEP) {
        attempt(p);
    } else if (e->kind == IMP_EVENT_TIMER && e->id == CEAP__TIMER_COAP) {
        imp_coap_expire(&p->coap, now);
    } else if (e->kind == IMP_EVENT_TIMER && e->id == CEAP__TIMER_END) {
        imp_wipe(&p->security, sizeof p->security);
    }
    send_separate(p);
    imp_timer(env, CEAP__TIMER_COAP, imp_coap_deadline(&p->coap));
}

void ceap_peer_fini(void *ctx, struct imp_env *env)
{
    struct ceap_peer *p = ctx;
    (void)env;
    if (p->method->peer_free)
        p->method->peer_free(&p->context);
    imp_wipe(&p->security, sizeof p->security);
    imp_wipe(&p->context, sizeof p->context);
}

int ceap_peer_state_of(const void *ctx)
{
    const struct ceap_peer *p = ctx;
    return (int)p->state;
}
