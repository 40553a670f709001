/* SPDX-License-Identifier: GPL-2.0-only */
/* pac.c - the PANA client: answers the agent's requests; its EAP responses travel in the answers.
 */
#include <string.h>

#include "pac.h"
#include "protocols/crypto/crypto.h"
#include "protocols/eap/eap_packet.h"

const struct imp_legal pana_pac_legal[] = {
    {PANA_PAC_START, PANA_MSG_PAR_S},
    {PANA_PAC_REQUEST, PANA_MSG_PAR_S},
    {PANA_PAC_REQUEST, PANA_MSG_PAR},
    {PANA_PAC_REQUEST, PANA_MSG_PAR_C},
    {PANA_PAC_REQUEST, PANA_MSG_PAN},
    {PANA_PAC_OPEN, PANA_MSG_PAR_C},
    {PANA_PAC_OPEN, PANA_MSG_PTR},
    {PANA_PAC_OPEN, PANA_MSG_PNR_P},
    {PANA_PAC_OPEN, PANA_MSG_PNA_P},
    {PANA_PAC_OPEN, PANA_MSG_PNA_A},
    {PANA_PAC_OPEN, PANA_MSG_PAR},
    {PANA_PAC_OPEN, PANA_MSG_PAN},
    {PANA_PAC_HELD, PANA_MSG_PAR_C},
    {PANA_PAC_HELD, PANA_MSG_PTR},
    {PANA_PAC_START, PANA_MSG_PTR},
    {PANA_PAC_START, PANA_MSG_PAR}, /* of an agent that keeps nothing of a PCI */
    {PANA_PAC_CLOSING, PANA_MSG_PTA},
    {0, -1},
};

enum {
    TIMER_STEP = 0,
    TIMER_PING = 3,
    TIMER_RENEW = 4
}; /* 1 and 2 belong to mechanisms made of this */
#define PCI_MRT (120 * IMP_S)

#define HELD_PERIOD (10 * IMP_S)

void pana_pac_send(struct pana_pac *p, int label, const uint8_t *bytes, size_t n)
{
    imp_send(p->env, PANA_CHANNEL, NULL, label, bytes, n);
}

/* An answer is kept for duplicates of its request (section 5.2). */
void pana_pac_answer(struct pana_pac *p, const struct pana_message *m, int label, size_t n)
{
    p->session = m->session;
    p->sequence = m->sequence;
    p->answer_n = n;
    p->answer_label = label;
    pana_pac_send(p, label, p->answer, n);
}

void pana_pac_wait(struct pana_pac *p, enum pana_pac_state state, imp_time at)
{
    p->state = state;
    p->retry.at = at;
    p->pinging = false;
    p->ping.at = p->renew = IMP_NEVER;
}

/* Ends an answer: from the first association on with AUTH. */
size_t pana_pac_finish(struct pana_pac *p, struct pana_writer *w)
{
    return p->renewing ? pana_protect(p->env, &p->sa, PANA_FROM_PAC, w) : pana_end(w);
}

/* Our requests count from anywhere, and go on through re-authentications. */
void pana_pac_draw_sequence(struct pana_pac *p)
{
    if (!p->own_drawn)
        imp_random(p->env, "pac-sequence", &p->own_sequence, sizeof p->own_sequence);
    p->own_drawn = true;
}

void pana_pac_request(struct pana_pac *p, int label, size_t n)
{
    p->request_n = n;
    p->own_label = label;
    p->pinging = true;
    pana_retry_begin(&p->ping, p->env, p->now);
    pana_pac_send(p, label, p->request, n);
}

static void send_pci(struct pana_pac *p)
{
    uint8_t bytes[PANA_MTU];
    struct pana_writer w;
    pana_begin(&w, bytes, 0, PANA_PCI, 0, 0);
    pana_pac_send(p, PANA_MSG_PCI, bytes, pana_end(&w));
}

/* Begins, or begins again. A method that wants no conversation now says by an event when it does.
 */
void pana_pac_attempt(struct pana_pac *p)
{
    if (p->method->peer_wants && !p->method->peer_wants(&p->context, p->env, p->now)) {
        pana_pac_wait(p, PANA_PAC_HELD, IMP_NEVER);
        return;
    }
    p->t = (struct pana_transcript){0};
    p->leaving = p->renewing = p->own_drawn = p->reconfigure = false;
    p->answer_n = 0;
    imp_eap_peer_begin(&p->eap, p->env, p->now);
    pana_pac_wait(p, PANA_PAC_START, IMP_NEVER);
    pana_retry_begin(&p->retry, p->env, p->now);
    send_pci(p);
}

void pana_pac_hold(struct pana_pac *p)
{
    p->renewing = false;
    imp_wipe(&p->sa, sizeof p->sa);
    pana_pac_wait(p, PANA_PAC_HELD, p->now + HELD_PERIOD);
}

static void receive(struct pana_pac *p, const uint8_t *bytes, size_t n)
{
    struct pana_message m;
    pana_pac_forge(p, bytes, n);
    if (pana_parse(&m, bytes, n) != 0)
        return;
    if (!(m.flags & PANA_R)) {
        if (m.type == PANA_NOTIFICATION)
            pana_pac_notified(p, &m, bytes, n);
        else if (m.type == PANA_TERMINATION)
            pana_pac_left_answer(p, &m, bytes, n);
        else if (m.type == PANA_AUTH_EXCHANGE)
            pana_pac_acknowledged(p, &m, bytes, n);
        return;
    }
    bool ours = p->answer_n && m.session == p->session;
    if (ours && m.sequence == p->sequence) {
        pana_pac_send(p, p->answer_label, p->answer, p->answer_n);
        return;
    }
    bool next = ours && m.sequence == p->sequence + 1;
    bool start = m.flags & PANA_S, complete = m.flags & PANA_C;
    if (m.type == PANA_AUTH_EXCHANGE && start && p->state == PANA_PAC_START)
        pana_pac_start_request(p, &m, bytes, n);
    else if (m.type == PANA_AUTH_EXCHANGE && !start && next &&
             (p->state == PANA_PAC_REQUEST || (p->state == PANA_PAC_START && !complete)))
        complete ? pana_pac_result(p, &m, bytes, n) : pana_pac_next_request(p, &m, bytes, n);
    else if (m.type == PANA_AUTH_EXCHANGE && !start && !complete && next &&
             p->state == PANA_PAC_OPEN)
        pana_pac_renewed_by_agent(p, bytes, n);
    else if (m.type == PANA_NOTIFICATION && (m.flags & PANA_P) && next && p->state == PANA_PAC_OPEN)
        pana_pac_pinged(p, bytes, n);
    else if (m.type == PANA_TERMINATION && next && p->state == PANA_PAC_OPEN)
        pana_pac_termination(p, bytes, n);
}

static void start(struct pana_pac *p)
{
    imp_eap_peer_init(&p->eap, p->method, &p->context);
    p->eap.lenient = imp_eap_flawed(p->env, "no-auth-check");
    p->method->peer_start(&p->context, p->env, p->now);
    imp_wipe(&p->sa, sizeof p->sa);
    pana_pac_attempt(p);
}

static void timeout(struct pana_pac *p)
{
    if (p->state == PANA_PAC_START) {
        send_pci(p);
        pana_retry_again(&p->retry, p->env, PCI_MRT, p->now);
    } else if (p->state == PANA_PAC_CLOSING) {
        pana_pac_leave_timeout(p);
    } else {
        pana_pac_attempt(p);
    }
}

void pana_pac_init(void *ctx, struct imp_env *env)
{
    struct pana_pac *p = ctx;
    p->env = env;
    p->retry.at = p->ping.at = p->renew = IMP_NEVER;
    p->method = imp_eap_chosen(env);
}

/* "leave": the device ends its session. */
static void method_event(struct pana_pac *p, const struct imp_event *e)
{
    static const char verb[] = "leave";
    if (e->kind == IMP_EVENT_CONTROL && e->n == sizeof verb - 1 &&
        memcmp(e->bytes, verb, e->n) == 0) {
        pana_pac_leave(p);
        return;
    }
    imp_time next = imp_eap_peer_event(p->method, &p->context, p->env, e, p->now);
    if (e->kind == IMP_EVENT_RESET) { /* what the factory put there stays */
        p->env->ops->cell_erase(p->env, PANA_CELL_NETWORK_KEY);
        start(p);
    } else if (next != IMP_EAP_HELD && next <= p->now) {
        pana_pac_attempt(p);
    } else if (next != IMP_EAP_HELD) {
        pana_pac_wait(p, PANA_PAC_HELD, next);
    }
}

void pana_pac_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct pana_pac *p = ctx;
    p->now = now;
    if (imp_eap_event_is_methods(e, PANA_CHANNEL))
        method_event(p, e);
    else if (e->kind == IMP_EVENT_START)
        start(p);
    else if (e->kind == IMP_EVENT_RECEIVE)
        receive(p, e->bytes, e->n);
    else if (e->kind == IMP_EVENT_TIMER && e->id == TIMER_PING)
        pana_pac_ping_timeout(p);
    else if (e->kind == IMP_EVENT_TIMER && e->id == TIMER_RENEW)
        pana_pac_ask_renewal(p);
    else if (e->kind == IMP_EVENT_TIMER)
        timeout(p);
    imp_timer(env, TIMER_STEP, p->retry.at);
    imp_timer(env, TIMER_PING, p->ping.at);
    imp_timer(env, TIMER_RENEW, p->renew);
}

void pana_pac_fini(void *ctx, struct imp_env *env)
{
    struct pana_pac *p = ctx;
    (void)env;
    if (p->method->peer_free)
        p->method->peer_free(&p->context);
    imp_wipe(&p->sa, sizeof p->sa);
    imp_wipe(&p->context, sizeof p->context);
}

int pana_pac_state_of(const void *ctx)
{
    const struct pana_pac *p = ctx;
    return (int)p->state;
}
