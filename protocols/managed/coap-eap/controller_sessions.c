/* SPDX-License-Identifier: GPL-2.0-only */
/* controller_sessions.c - the controller's sessions with its peers: found, timed, deleted; its
 * events. */
#include <string.h>

#include "controller.h"
#include "protocols/crypto/crypto.h"
#include "target.h"

enum { TIMERS = 32 }; /* a session's index modulo this is its timer */

/* ---- sessions
 * --------------------------------------------------------------------------------------- */
static void coap_send(void *arg, int label, const uint8_t *datagram, size_t n)
{
    struct ceap_session *s = arg;
    imp_send(s->controller->env, s->proxied ? CEAP_UPSTREAM : CEAP_COAP, &s->addr,
             ceap_message_of(label), datagram, n);
}

static void session_init(struct ceap_controller *c, struct ceap_session *s,
                         const struct imp_addr *addr, const struct imp_addr *target)
{
    const unsigned token_n = target ? IMP_COAP_TOKEN_MAX /* it tells sessions apart */
                                    : (unsigned)imp_opt(c->env, CEAP_OPT_TOKEN);
    const struct imp_coap_config config = {.token_n = token_n,
                                           .send = coap_send,
                                           .serve = ceap_session_serve,
                                           .done = ceap_session_done,
                                           .oscore = true,
                                           .arg = s};
    *s = (struct ceap_session){
        .used = true, .controller = c, .addr = *addr, .expiry = IMP_NEVER, .again = IMP_NEVER};
    if (target) {
        s->proxied = true;
        s->target = *target;
    }
    imp_eap_server_init(&s->eap, c->method, &s->context, &c->shared, IMP_EAP_OFFER_METHOD);
    imp_coap_endpoint_init(&s->coap, c->env, &config);
}

static bool is_at(const struct ceap_session *s, const struct imp_addr *addr,
                  const struct imp_addr *target)
{
    return s->used && s->proxied == (target != NULL) && imp_addr_equal(&s->addr, addr) &&
           (!target || imp_addr_equal(&s->target, target));
}

/* The session of that address, or of that peer behind a proxy of that address; else a free one, or
 * one in which nothing is under way or open. */
struct ceap_session *ceap_session_at(struct ceap_controller *c, const struct imp_addr *addr,
                                     const struct imp_addr *target)
{
    struct ceap_session *found = NULL;
    for (size_t i = 0; i < c->reached; i++) {
        struct ceap_session *s = &c->sessions[i];
        if (is_at(s, addr, target))
            return s;
        if (!found && (!s->used || (s->state == CEAP_SESSION_IDLE && !s->ours)))
            found = s;
    }
    if (!found && c->reached < CEAP_SESSIONS)
        found = &c->sessions[c->reached++];
    if (found)
        session_init(c, found, addr, target);
    return found;
}

static imp_time deadline(const struct ceap_session *s)
{
    imp_time at = imp_coap_deadline(&s->coap), reply = imp_aaa_deadline(&s->radius);
    at = reply < at ? reply : at;
    at = s->again < at ? s->again : at;
    return s->open && s->expiry < at ? s->expiry : at;
}

static void expire(struct ceap_session *s, imp_time now)
{
    if (s->open && s->expiry <= now) {
        s->open = false;
        imp_wipe(&s->security, sizeof s->security);
        if (s->state == CEAP_SESSION_OPEN) {
            s->state = CEAP_SESSION_IDLE;
            ceap_start_again(s);
        }
    }
    imp_coap_expire(&s->coap, now);
    imp_aaa_expire(&s->controller->aaa, &s->radius, now);
    ceap_start_expire(s);
}

static void timeout(struct ceap_controller *c, unsigned id)
{
    c->last = id;
    for (size_t i = id; i < c->reached; i += TIMERS)
        if (c->sessions[i].used && deadline(&c->sessions[i]) <= c->now) {
            c->last = i;
            expire(&c->sessions[i], c->now);
        }
}

void ceap_session_timer(struct ceap_controller *c, size_t session)
{
    size_t id = session % TIMERS;
    imp_time at = IMP_NEVER;
    for (size_t i = id; i < c->reached; i += TIMERS)
        if (c->sessions[i].used && deadline(&c->sessions[i]) < at)
            at = deadline(&c->sessions[i]);
    imp_timer(c->env, (unsigned)id, at);
}

/* What is open with that peer, or with all, is deleted at the peer. */
static void delete_contexts(struct ceap_controller *c, const uint8_t *peer_id, size_t n)
{
    for (size_t i = 0; i < c->reached; i++) {
        struct ceap_session *s = &c->sessions[i];
        const char *whose = s->security.eap.peer_id;
        bool meant = n == 0 || (strlen(whose) == n && memcmp(whose, peer_id, n) == 0);
        if (!s->used || !s->open || !meant)
            continue;
        c->last = i;
        ceap_session_delete(s);
        ceap_session_timer(c, i);
    }
}

/* "revoke NAI", or a reset: the method has closed the account, or all of them. */
static void method_event(struct ceap_controller *c, const struct imp_event *e)
{
    static const char verb[] = "revoke ";
    size_t skip = sizeof verb - 1;
    if (!imp_aaa_on(&c->aaa))
        imp_eap_server_event(c->method, &c->shared, c->env, e, c->now);
    if (e->kind == IMP_EVENT_CONTROL && e->n > skip && memcmp(e->bytes, verb, skip) == 0)
        delete_contexts(c, e->bytes + skip, e->n - skip);
    else if (e->kind == IMP_EVENT_RESET)
        delete_contexts(c, e->bytes, e->n);
}

/* What comes from a proxy: a trigger says of which peer it is, an answer to which request. */
static struct ceap_session *behind_proxy(struct ceap_controller *c, const struct imp_event *e)
{
    struct imp_coap_message m;
    struct imp_addr target;
    char path[CEAP_PATH_MAX];
    if (imp_coap_decode(&m, e->bytes, e->n) != 0)
        return NULL;
    if (imp_coap_is_request(m.code))
        return ceap_uri_read(&target, path, sizeof path, m.payload, m.payload_n) == 0
                   ? ceap_session_at(c, &e->from, &target)
                   : NULL;
    for (size_t i = 0; i < c->reached; i++)
        for (size_t k = 0; c->sessions[i].proxied && k < IMP_COAP_OUTSTANDING; k++) {
            const struct imp_coap_sent *sent = &c->sessions[i].coap.sent[k];
            bool same =
                imp_coap_is_response(m.code)
                    ? sent->token_n == m.token_n && memcmp(sent->token, m.token, m.token_n) == 0
                    : sent->mid == m.mid;
            if (sent->used && same)
                return &c->sessions[i];
        }
    return NULL;
}

static void datagram(struct ceap_controller *c, const struct imp_event *e)
{
    struct ceap_session *s =
        e->channel == CEAP_UPSTREAM ? behind_proxy(c, e) : ceap_session_at(c, &e->from, NULL);
    if (!s)
        return;
    c->last = (size_t)(s - c->sessions);
    imp_coap_feed(&s->coap, e->bytes, e->n, c->now);
}

void ceap_controller_init(void *ctx, struct imp_env *env)
{
    struct ceap_controller *c = ctx;
    c->env = env;
    c->method = imp_eap_chosen(env);
}

static void started(struct ceap_controller *c)
{
    if (imp_aaa_chosen(c->env))
        imp_aaa_start(&c->aaa, c->env, &ceap_controller_aaa, c, c->now);
    else
        c->method->server_start(&c->shared, c->env, c->now);
    if (ceap_has_proxy(c->env)) {
        uint8_t first[2];
        imp_random(c->env, "coap-mid", first, sizeof first);
        c->mid = (uint16_t)(first[0] << 8 | first[1]);
    }
    ceap_start(c);
}

static void event(struct ceap_controller *c, const struct imp_event *e)
{
    if (e->kind == IMP_EVENT_RECEIVE && e->channel == CEAP_UPSTREAM)
        datagram(c, e);
    else if (imp_eap_event_is_methods(e, CEAP_COAP))
        method_event(c, e);
    else if (e->kind == IMP_EVENT_START)
        started(c);
    else if (e->kind == IMP_EVENT_RECEIVE)
        datagram(c, e);
    else if (e->kind == IMP_EVENT_TIMER)
        timeout(c, e->id);
}

void ceap_controller_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct ceap_controller *c = ctx;
    (void)env;
    c->now = now;
    if (!imp_aaa_event(&c->aaa, e, now))
        event(c, e);
    ceap_session_timer(c, c->last);
}

void ceap_controller_fini(void *ctx, struct imp_env *env)
{
    struct ceap_controller *c = ctx;
    (void)env;
    imp_aaa_free(&c->aaa);
    for (size_t i = 0; i < c->reached; i++) {
        if (c->method->server_free)
            c->method->server_free(&c->sessions[i].context);
        imp_wipe(&c->sessions[i].security, sizeof c->sessions[i].security);
        imp_wipe(&c->sessions[i].next, sizeof c->sessions[i].next);
        imp_wipe(&c->sessions[i].context, sizeof c->sessions[i].context);
    }
}

int ceap_controller_state_of(const void *ctx)
{
    const struct ceap_controller *c = ctx;
    return (int)c->sessions[c->last].state;
}
