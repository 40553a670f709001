/* SPDX-License-Identifier: GPL-2.0-only */
/* paa.c - the PANA authentication agent, with its EAP server or an AAA server behind it: one
 * request outstanding with each PaC.
 */
#include <stdio.h>
#include <string.h>

#include "paa.h"
#include "relay.h"
#include "protocols/crypto/crypto.h"
#include "protocols/eap/eap_packet.h"

struct imp_env *pana_paa_env_of(const struct pana_session *s)
{
    return s->paa->env;
}

void pana_paa_rest(struct pana_session *s, enum pana_paa_state state)
{
    imp_eap_server_abort(&s->eap, pana_paa_env_of(s), s->paa->now);
    s->radius.exchange.outstanding = false;
    s->state = state;
    s->retry.at = IMP_NEVER;
    s->renewing = s->pinging = s->handing = false;
}

/* Ends a request: in the re-authentication phase with AUTH under the association that there is. */
size_t pana_paa_finish(struct pana_session *s, struct pana_writer *w)
{
    return s->renewing ? pana_protect(pana_paa_env_of(s), &s->sa, PANA_FROM_PAA, w) : pana_end(w);
}

void pana_paa_send(struct imp_env *env, const struct imp_addr *pac, const struct imp_addr *relay,
                   int label, const uint8_t *message, size_t n)
{
    uint8_t pry[PANA_MTU];
    if (relay->n)
        imp_send(env, imp_eap_channel(env, PANA_RELAY_CHANNEL), relay,
                 imp_eap_message(env, PANA_RELAY_MESSAGE), pry,
                 pana_relay_wrap(pry, pac, message, n));
    else
        imp_send(env, PANA_CHANNEL, pac, label, message, n);
}

void pana_paa_emit(struct pana_session *s, int label, const uint8_t *message, size_t n)
{
    struct imp_env *env = pana_paa_env_of(s);
    if (s->member)
        imp_send(env, imp_eap_channel(env, PANA_RELAY_CHANNEL), &s->addr,
                 imp_eap_message(env, PANA_MEMBER_REQUEST), message, n);
    else
        pana_paa_send(env, &s->addr, &s->relay, label, message, n);
}

void pana_paa_transmit(struct pana_session *s)
{
    pana_paa_emit(s, s->request_label, s->request, s->request_n);
}

void pana_paa_request(struct pana_session *s, int label, size_t n, enum pana_paa_state await)
{
    if (n == 0) {
        pana_paa_rest(s, PANA_PAA_IDLE);
        return;
    }
    s->request_n = n;
    s->request_label = label;
    s->state = await;
    pana_retry_begin(&s->retry, pana_paa_env_of(s), s->paa->now);
    pana_paa_transmit(s);
}

void pana_paa_open_request(struct pana_session *s, struct pana_writer *w, unsigned flags,
                           unsigned type)
{
    s->sequence++;
    pana_begin(w, s->request, PANA_R | flags, type, s->session, s->sequence);
}

static void auth_answer(struct pana_session *s, const struct pana_message *m, const uint8_t *bytes,
                        size_t n)
{
    bool start = m->flags & PANA_S, complete = m->flags & PANA_C;
    if (start && s->state == PANA_PAA_START)
        pana_paa_start_answer(s, m, bytes, n);
    else if (!start && !complete && s->state == PANA_PAA_ANSWER)
        pana_paa_eap_answer(s, m, bytes, n);
    else if (complete && s->state == PANA_PAA_RESULT)
        pana_paa_result_answer(s, bytes, n);
    else if (complete && s->state == PANA_PAA_FAILING)
        pana_paa_refusal_answer(s, bytes, n);
}

static void receive(struct pana_session *s, const uint8_t *bytes, size_t n)
{
    struct pana_message m;
    if (pana_parse(&m, bytes, n) != 0)
        return;
    if (m.flags & PANA_R) {
        if (m.type == PANA_NOTIFICATION && (m.flags & (PANA_P | PANA_A)))
            pana_paa_notification(s, &m, bytes, n);
        else if (m.type == PANA_TERMINATION)
            pana_paa_departure(s, &m, bytes, n);
        else if (m.type == PANA_AUTH_EXCHANGE && !(m.flags & (PANA_S | PANA_C)))
            pana_paa_response(s, &m, bytes, n);
        return;
    }
    if (m.type == PANA_PCI && m.session == 0 && m.sequence == 0) {
        pana_paa_initiation(s);
        return;
    }
    if (m.session != s->session || m.sequence != s->sequence)
        return;
    if (m.type == PANA_TERMINATION && s->state == PANA_PAA_CLOSING)
        pana_paa_termination_answer(s, bytes, n);
    else if (m.type == PANA_NOTIFICATION && (m.flags & PANA_P) && s->state == PANA_PAA_OPEN)
        pana_paa_ping_answer(s, bytes, n);
    else if (m.type == PANA_AUTH_EXCHANGE)
        auth_answer(s, &m, bytes, n);
}

static void timeout(struct pana_paa *p, unsigned id)
{
    p->last = id;
    for (size_t i = id; i < p->reached; i += PANA_PAA_TIMERS)
        if (p->sessions[i].used && pana_paa_deadline(&p->sessions[i]) <= p->now) {
            p->last = i;
            pana_paa_expire(&p->sessions[i]);
        }
}

void pana_paa_session_timer(struct pana_paa *p, size_t id)
{
    imp_time at = IMP_NEVER;
    for (size_t i = id; i < p->reached; i += PANA_PAA_TIMERS)
        if (p->sessions[i].used && pana_paa_deadline(&p->sessions[i]) < at)
            at = pana_paa_deadline(&p->sessions[i]);
    imp_timer(p->env, (unsigned)id, at);
}

/* Whether there is something to lose: nobody but who has proved himself puts another in its place.
 */
static bool established(const struct pana_session *s)
{
    return s->state == PANA_PAA_OPEN || s->state == PANA_PAA_CLOSING || s->renewing;
}

/* Session 0 is none yet: it goes where the PaC has no session established. */
static bool meant(const struct pana_session *s, const struct imp_addr *addr,
                  const struct imp_addr *relay, uint32_t session)
{
    return s->used && !s->member && imp_addr_equal(&s->addr, addr) &&
           imp_addr_equal(&s->relay, relay) && (session ? s->session == session : !established(s));
}

/* The session of that PaC, behind that relay (n = 0: none), of that identifier; for one that
 * begins, a free one, or one in which nothing is under way or open. */
static struct pana_session *session_at(struct pana_paa *p, const struct imp_addr *addr,
                                       const struct imp_addr *relay, uint32_t session)
{
    struct pana_session *found = NULL;
    for (size_t i = 0; i < p->reached; i++) {
        struct pana_session *s = &p->sessions[i];
        if (meant(s, addr, relay, session))
            return s;
        if (!found && (!s->used || s->state == PANA_PAA_IDLE))
            found = s;
    }
    if (session)
        return NULL;
    if (!found && p->reached < PANA_SESSIONS)
        found = &p->sessions[p->reached++];
    if (!found)
        return NULL;
    *found = (struct pana_session){.used = true,
                                   .paa = p,
                                   .addr = *addr,
                                   .relay = *relay,
                                   .expiry = IMP_NEVER,
                                   .renew = IMP_NEVER,
                                   .ping = IMP_NEVER,
                                   .retry = {.at = IMP_NEVER}};
    imp_eap_server_init(&found->eap, p->method, &found->context, &p->shared, IMP_EAP_OFFER_METHOD);
    return found;
}

void pana_paa_supersede(const struct pana_session *by)
{
    struct pana_paa *p = by->paa;
    for (size_t i = 0; i < p->reached; i++) {
        struct pana_session *s = &p->sessions[i];
        if (s == by || !s->used || s->member || !imp_addr_equal(&s->addr, &by->addr) ||
            !imp_addr_equal(&s->relay, &by->relay))
            continue;
        imp_wipe(&s->sa, sizeof s->sa);
        pana_paa_rest(s, PANA_PAA_IDLE);
        pana_paa_session_timer(p, i % PANA_PAA_TIMERS);
    }
}

/* "revoke NAI", or a reset: the method has closed the account, or all of them. */
static void method_event(struct pana_paa *p, const struct imp_event *e)
{
    static const char verb[] = "revoke ";
    size_t skip = sizeof verb - 1;
    if (!imp_aaa_on(&p->aaa))
        imp_eap_server_event(p->method, &p->shared, p->env, e, p->now);
    if (e->kind == IMP_EVENT_CONTROL && e->n > skip && memcmp(e->bytes, verb, skip) == 0)
        pana_paa_terminate(p, e->bytes + skip, e->n - skip);
    else if (e->kind == IMP_EVENT_RESET)
        pana_paa_terminate(p, e->bytes, e->n);
}

/* The answer to an offer of which nothing is kept: the session begins. One that chooses what was
 * not offered begins none. */
static void taken_up(struct pana_paa *p, const struct imp_addr *pac, const struct imp_addr *relay,
                     const struct pana_message *m, const uint8_t *bytes, size_t n)
{
    struct pana_session *s = session_at(p, pac, relay, 0);
    if (!s)
        return;
    p->last = (size_t)(s - p->sessions);
    pana_paa_prepare(s, m->session, m->sequence);
    receive(s, bytes, n);
    if (s->state == PANA_PAA_START)
        pana_paa_rest(s, PANA_PAA_IDLE);
}

static void message_received(struct pana_paa *p, const struct imp_addr *pac,
                             const struct imp_addr *relay, const uint8_t *bytes, size_t n)
{
    struct pana_message m;
    pana_paa_forge(p, pac, relay, bytes, n);
    if (pana_parse(&m, bytes, n) != 0 || (m.type == PANA_PCI) != (m.session == 0))
        return;
    if (m.type == PANA_PCI && pana_paa_is_stateless(p)) {
        pana_paa_offer(p, pac, relay);
        return;
    }
    if (pana_paa_is_stateless(p) && pana_paa_is_taken_up(p, pac, relay, &m)) {
        taken_up(p, pac, relay, &m, bytes, n);
        return;
    }
    struct pana_session *s = session_at(p, pac, relay, m.session);
    if (!s)
        s = pana_paa_moved(p, pac, relay, &m, bytes, n);
    if (!s)
        return;
    p->last = (size_t)(s - p->sessions);
    receive(s, bytes, n);
}

/* An answer of a relay in its own session. */
static void member_answered(struct pana_paa *p, const struct imp_event *e)
{
    struct pana_message m;
    if (pana_parse(&m, e->bytes, e->n) != 0 || m.type != PANA_NOTIFICATION || m.flags & PANA_R)
        return;
    for (size_t i = 0; i < p->reached; i++) {
        struct pana_session *s = &p->sessions[i];
        if (!s->used || !s->member || s->session != m.session ||
            !imp_addr_equal(&s->addr, &e->from))
            continue;
        p->last = i;
        receive(s, e->bytes, e->n);
        return;
    }
}

static void relayed(struct pana_paa *p, const struct imp_event *e)
{
    struct imp_addr pac;
    const uint8_t *inner;
    size_t n;
    if (pana_relay_open(&pac, &inner, &n, e->bytes, e->n) == 0)
        message_received(p, &pac, &e->from, inner, n);
    else
        member_answered(p, e);
}

void pana_paa_init(void *ctx, struct imp_env *env)
{
    struct pana_paa *p = ctx;
    p->env = env;
    p->method = imp_eap_chosen(env);
}

static void started(struct pana_paa *p, struct imp_env *env)
{
    pana_paa_make_keys(env);
    if (imp_aaa_chosen(env))
        imp_aaa_start(&p->aaa, env, &pana_paa_aaa, p, p->now);
    else
        p->method->server_start(&p->shared, env, p->now);
}

void pana_paa_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct pana_paa *p = ctx;
    const struct imp_addr direct = {.n = 0};
    p->now = now;
    if (e->kind == IMP_EVENT_RECEIVE && e->channel == imp_eap_channel(env, PANA_RELAY_CHANNEL)) {
        relayed(p, e);
    } else if (imp_aaa_event(&p->aaa, e, now)) {
        /* what came of it is done */
    } else if (imp_eap_event_is_methods(e, PANA_CHANNEL)) {
        method_event(p, e);
    } else if (e->kind == IMP_EVENT_START) {
        started(p, env);
    } else if (e->kind == IMP_EVENT_RECEIVE) {
        message_received(p, &e->from, &direct, e->bytes, e->n);
    } else if (e->kind == IMP_EVENT_TIMER) {
        timeout(p, e->id);
    }
    pana_paa_session_timer(p, p->last % PANA_PAA_TIMERS);
}

void pana_paa_fini(void *ctx, struct imp_env *env)
{
    struct pana_paa *p = ctx;
    (void)env;
    imp_aaa_free(&p->aaa);
    for (size_t i = 0; i < p->reached; i++) {
        if (p->method->server_free)
            p->method->server_free(&p->sessions[i].context);
        imp_wipe(&p->sessions[i].sa, sizeof p->sessions[i].sa);
        imp_wipe(&p->sessions[i].context, sizeof p->sessions[i].context);
    }
}

int pana_paa_state_of(const void *ctx)
{
    const struct pana_paa *p = ctx;
    return (int)p->sessions[p->last].state;
}
