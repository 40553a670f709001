/* SPDX-License-Identifier: GPL-2.0-only */
/* pac.c - the PANA client: answers the agent's requests; its EAP responses travel in the answers.
 */
#include <string.h>

#include "pana.h"
#include "protocols/crypto/crypto.h"
#include "protocols/eap/eap_packet.h"

const struct imp_legal pana_pac_legal[] = {
    {PANA_PAC_START, PANA_MSG_PAR_S},
    {PANA_PAC_REQUEST, PANA_MSG_PAR_S},
    {PANA_PAC_REQUEST, PANA_MSG_PAR},
    {PANA_PAC_REQUEST, PANA_MSG_PAR_C},
    {PANA_PAC_OPEN, PANA_MSG_PAR_C},
    {PANA_PAC_OPEN, PANA_MSG_PTR},
    {PANA_PAC_OPEN, PANA_MSG_PNA_P},
    {PANA_PAC_OPEN, PANA_MSG_PNA_A},
    {PANA_PAC_OPEN, PANA_MSG_PAR},
    {PANA_PAC_HELD, PANA_MSG_PAR_C},
    {PANA_PAC_HELD, PANA_MSG_PTR},
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

static void send(struct pana_pac *p, int label, const uint8_t *bytes, size_t n)
{
    imp_send(p->env, PANA_CHANNEL, NULL, label, bytes, n);
}

/* An answer is kept for duplicates of its request (section 5.2). */
static void answer(struct pana_pac *p, const struct pana_message *m, int label, size_t n)
{
    p->session = m->session;
    p->sequence = m->sequence;
    p->answer_n = n;
    p->answer_label = label;
    send(p, label, p->answer, n);
}

static void wait(struct pana_pac *p, enum pana_pac_state state, imp_time at)
{
    p->state = state;
    p->retry.at = at;
    p->pinging = false;
    p->ping.at = p->renew = IMP_NEVER;
}

/* Ends an answer: from the first association on with AUTH. */
static size_t finish(struct pana_pac *p, struct pana_writer *w)
{
    return p->renewing ? pana_seal(p->env, &p->sa, w) : pana_end(w);
}

/* Our requests count from anywhere, and go on through re-authentications. */
static void draw_sequence(struct pana_pac *p)
{
    if (!p->own_drawn)
        imp_random(p->env, "pac-sequence", &p->own_sequence, sizeof p->own_sequence);
    p->own_drawn = true;
}

/* ---- attempts
 * --------------------------------------------------------------------------------------- */
static void send_pci(struct pana_pac *p)
{
    uint8_t bytes[PANA_MTU];
    struct pana_writer w;
    pana_begin(&w, bytes, 0, PANA_PCI, 0, 0);
    send(p, PANA_MSG_PCI, bytes, pana_end(&w));
}

/* Begins, or begins again. A method that wants no conversation now says by an event when it does.
 */
static void attempt(struct pana_pac *p)
{
    if (p->method->peer_wants && !p->method->peer_wants(&p->context, p->env, p->now)) {
        wait(p, PANA_PAC_HELD, IMP_NEVER);
        return;
    }
    p->t = (struct pana_transcript){0};
    p->leaving = p->renewing = p->own_drawn = false;
    p->answer_n = 0;
    imp_eap_peer_begin(&p->eap, p->env, p->now);
    wait(p, PANA_PAC_START, IMP_NEVER);
    pana_retry_begin(&p->retry, p->env, p->now);
    send_pci(p);
}

static void hold(struct pana_pac *p)
{
    p->renewing = false;
    imp_wipe(&p->sa, sizeof p->sa);
    wait(p, PANA_PAC_HELD, p->now + HELD_PERIOD);
}

/* ---- requests
 * --------------------------------------------------------------------------------------- */

/* The first algorithm of the agent's list that we have. */
static bool choose(const struct pana_pac *p, const struct pana_message *m, unsigned code,
                   bool (*has)(const struct imp_env *env, uint32_t v), uint32_t *chosen)
{
    uint32_t v;
    for (size_t k = 0; pana_find_u32(m, code, k, &v); k++)
        if (has(p->env, v)) {
            *chosen = v;
            return true;
        }
    return false;
}

static void start_request(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes,
                          size_t n)
{
    struct pana_transcript *t = &p->t;
    struct pana_writer w;
    if (n > sizeof t->par || !choose(p, m, PANA_AVP_PRF, pana_has_prf, &t->prf) ||
        !choose(p, m, PANA_AVP_INTEGRITY, pana_has_integrity, &t->integrity)) {
        pana_claim(p->env, IMP_CLAIM_REJECT, "no common algorithm");
        return;
    }
    uint32_t encryption;
    t->encryption = imp_eap_opt(p->env, "network-key", 1) &&
                    pana_find_u32(m, PANA_AVP_ENCR_ALGORITHM, 0, &encryption) &&
                    encryption == PANA_ENCR_AES128_CTR;
    memcpy(t->par, bytes, n);
    t->par_n = n;
    pana_begin(&w, p->answer, PANA_S, PANA_AUTH_EXCHANGE, m->session, m->sequence);
    pana_put_u32(&w, PANA_AVP_PRF, t->prf);
    pana_put_u32(&w, PANA_AVP_INTEGRITY, t->integrity);
    if (t->encryption)
        pana_put_u32(&w, PANA_AVP_ENCR_ALGORITHM, PANA_ENCR_AES128_CTR);
    t->pan_n = pana_end(&w);
    memcpy(t->pan, p->answer, t->pan_n);
    answer(p, m, PANA_MSG_PAN_S, t->pan_n);
    wait(p, PANA_PAC_REQUEST, p->now + imp_eap_opt(p->env, "pac-timeout", 60) * IMP_S);
}

/* The agent's nonce comes in its first request with an EAP packet, ours in the answer to it. */
static bool nonces(struct pana_pac *p, const struct pana_message *m)
{
    struct pana_transcript *t = &p->t;
    size_t n;
    const uint8_t *nonce = pana_find(m, PANA_AVP_NONCE, 0, &n);
    if (t->paa_nonce_n)
        return true;
    if (!nonce || n < PANA_NONCE_MIN || n > PANA_NONCE_MAX)
        return false;
    memcpy(t->paa_nonce, nonce, n);
    t->paa_nonce_n = n;
    t->pac_nonce_n = (size_t)imp_eap_opt(p->env, "nonce-size", 16);
    imp_random(p->env, "pac-nonce", t->pac_nonce, t->pac_nonce_n);
    return true;
}

static void eap_request(struct pana_pac *p, const struct pana_message *m)
{
    struct pana_writer w;
    size_t n;
    bool first = p->t.paa_nonce_n == 0;
    const uint8_t *packet = pana_find(m, PANA_AVP_EAP, 0, &n);
    if (!packet || !nonces(p, m) ||
        imp_eap_peer_receive(&p->eap, p->env, packet, n, p->now) != IMP_EAP_PEER_RESPONSE)
        return; /* discarded by EAP: the agent sends it again, or gives up */
    pana_begin(&w, p->answer, 0, PANA_AUTH_EXCHANGE, m->session, m->sequence);
    if (first)
        pana_put_octets(&w, PANA_AVP_NONCE, p->t.pac_nonce, p->t.pac_nonce_n);
    pana_put_octets(&w, PANA_AVP_EAP, p->eap.response, p->eap.response_n);
    answer(p, m, PANA_MSG_PAN, finish(p, &w));
    wait(p, PANA_PAC_REQUEST, p->now + imp_eap_opt(p->env, "pac-timeout", 60) * IMP_S);
}

/* ---- notifications: ping and re-authentication (section 4.3)
 * ---------------------------------------------- */
static void ping_later(struct pana_pac *p)
{
    imp_time interval = imp_eap_opt(p->env, "ping-interval", 0) * IMP_S;
    p->pinging = false;
    p->ping.at = interval ? p->now + interval : IMP_NEVER;
}

static void notify(struct pana_pac *p, unsigned flag, int label)
{
    uint8_t whole[PANA_MTU];
    struct pana_writer w;
    draw_sequence(p);
    pana_begin(&w, whole, PANA_R | flag, PANA_NOTIFICATION, p->sa.session, ++p->own_sequence);
    p->request_n = pana_seal(p->env, &p->sa, &w);
    if (p->request_n == 0 || p->request_n > sizeof p->request) {
        p->ping.at = IMP_NEVER; /* no association to speak of */
        return;
    }
    memcpy(p->request, whole, p->request_n);
    p->pinging = true;
    p->own_label = label;
    pana_retry_begin(&p->ping, p->env, p->now);
    send(p, label, p->request, p->request_n);
}

/* ---- the end that the PaC wants (section 4.4)
 * ------------------------------------------------------------- */
static void left(struct pana_pac *p)
{
    p->leaving = false;
    imp_wipe(&p->sa, sizeof p->sa);
    p->env->ops->cell_erase(p->env, PANA_CELL_NETWORK_KEY);
    wait(p, PANA_PAC_OFF, IMP_NEVER);
}

/* One request is outstanding at a time: a ping under way is answered first. */
static void leave(struct pana_pac *p)
{
    uint8_t whole[PANA_MTU];
    struct pana_writer w;
    p->leaving = p->pinging;
    if (p->state != PANA_PAC_OPEN || p->pinging)
        return;
    draw_sequence(p);
    pana_begin(&w, whole, PANA_R, PANA_TERMINATION, p->sa.session, ++p->own_sequence);
    pana_put_u32(&w, PANA_AVP_CAUSE, PANA_CAUSE_LOGOUT);
    p->request_n = pana_seal(p->env, &p->sa, &w);
    if (p->request_n == 0 || p->request_n > sizeof p->request) {
        left(p); /* no association to speak of */
        return;
    }
    memcpy(p->request, whole, p->request_n);
    wait(p, PANA_PAC_CLOSING, IMP_NEVER);
    pana_retry_begin(&p->retry, p->env, p->now);
    send(p, PANA_MSG_PTR, p->request, p->request_n);
}

static void leave_timeout(struct pana_pac *p)
{
    if (p->retry.count >= PANA_MRC) {
        left(p);
    } else {
        send(p, PANA_MSG_PTR, p->request, p->request_n);
        pana_retry_again(&p->retry, p->env, PANA_REQUEST_MRT, p->now);
    }
}

static void left_answer(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes,
                        size_t n)
{
    if (p->state == PANA_PAC_CLOSING && m->session == p->sa.session &&
        m->sequence == p->own_sequence && pana_verify(p->env, &p->sa, bytes, n))
        left(p);
}

/* An agent that does not answer has lost the session: another one is made. */
static void ping_timeout(struct pana_pac *p)
{
    if (!p->pinging) {
        notify(p, PANA_P, PANA_MSG_PNR_P);
    } else if (p->ping.count >= PANA_MRC) {
        pana_claim(p->env, IMP_CLAIM_ALARM, "agent is silent");
        p->leaving ? left(p) : attempt(p);
    } else {
        send(p, p->own_label, p->request, p->request_n);
        pana_retry_again(&p->ping, p->env, PANA_REQUEST_MRT, p->now);
    }
}

/* EAP anew within the session: the first exchange and what was negotiated in it stay. */
static void renewal(struct pana_pac *p)
{
    p->renewing = true;
    p->t.paa_nonce_n = p->t.pac_nonce_n = 0;
    imp_eap_peer_begin(&p->eap, p->env, p->now);
    wait(p, PANA_PAC_REQUEST, p->now + imp_eap_opt(p->env, "pac-timeout", 60) * IMP_S);
}

/* A ping under way is answered first. */
static void ask_renewal(struct pana_pac *p)
{
    p->renew = p->pinging ? p->now + IMP_S : IMP_NEVER;
    if (p->state == PANA_PAC_OPEN && !p->pinging)
        notify(p, PANA_A, PANA_MSG_PNR_A);
}

static void notified(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes,
                     size_t n)
{
    bool asked = p->own_label == PANA_MSG_PNR_A;
    if (!p->pinging || m->sequence != p->own_sequence || m->session != p->sa.session ||
        !(m->flags & (asked ? PANA_A : PANA_P)) || !pana_verify(p->env, &p->sa, bytes, n))
        return;
    if (p->leaving) {
        ping_later(p);
        leave(p);
    } else if (asked) {
        renewal(p);
    } else {
        ping_later(p);
    }
}

/* The agent begins by itself. While ours is outstanding, its requests are discarded. */
static bool renewed_by_agent(struct pana_pac *p, const uint8_t *bytes, size_t n)
{
    bool asked = p->pinging && p->own_label == PANA_MSG_PNR_A;
    if (asked || !pana_verify(p->env, &p->sa, bytes, n))
        return false;
    renewal(p);
    return true;
}

/* ---- the result
 * ------------------------------------------------------------------------------------- */
static void open_session(struct pana_pac *p, const struct pana_message *m)
{
    const struct imp_eap_export *x = &p->sa.eap;
    struct pana_writer w;
    pana_claim_sequence(p->env, &p->sa, m->sequence);
    pana_claim_running(p->env, &p->sa);
    pana_begin(&w, p->answer, PANA_C, PANA_AUTH_EXCHANGE, m->session, m->sequence);
    pana_put_u32(&w, PANA_AVP_KEY_ID, p->sa.key_id);
    answer(p, m, PANA_MSG_PAN_C, pana_seal(p->env, &p->sa, &w));
    pana_claim_commit(p->env, &p->sa, x->server_id[0] ? x->server_id : NULL);
    p->renewing = false;
    if (!p->claimed)
        imp_claim(p->env, &(struct imp_claim){.kind = IMP_CLAIM_COMPLETE});
    p->claimed = true;
    wait(p, PANA_PAC_OPEN, p->sa.lifetime ? p->now + p->sa.lifetime * IMP_S : IMP_NEVER);
    p->renew = pana_renewal(p->env, p->sa.lifetime, p->now);
    ping_later(p);
    if (p->ping.at != IMP_NEVER)
        draw_sequence(p);
}

/* The association of this conversation, if the message proves it. */
static bool associate(struct pana_pac *p, struct pana_sa *sa, const struct pana_message *m,
                      const uint8_t *bytes, size_t n)
{
    struct imp_eap_export x;
    uint32_t key_id, lifetime = 0;
    if (!pana_find_u32(m, PANA_AVP_KEY_ID, 0, &key_id) || !imp_eap_peer_export(&p->eap, &x) ||
        !x.has_key)
        return false;
    pana_derive(p->env, sa, &x, &p->t, m->session, key_id);
    if (pana_find_u32(m, PANA_AVP_LIFETIME, 0, &lifetime))
        sa->lifetime = lifetime;
    return pana_verify(p->env, sa, bytes, n);
}

/* Only after AUTH was verified. */
static void take_network_key(struct pana_pac *p, struct pana_sa *sa, const struct pana_message *m)
{
    struct pana_message inner;
    uint8_t text[PANA_ENCAP];
    size_t n;
    const uint8_t *sealed = pana_find(m, PANA_AVP_ENCR_ENCAP, 0, &n), *key;
    if (!sa->encryption || !sealed || n != sizeof text)
        return;
    pana_crypt(p->env, text, sa, m->sequence, sealed, n);
    if (pana_parse_avps(&inner, text, n) == 0 &&
        (key = pana_find_vendor(&inner, PANA_AVP_NETWORK_KEY, PANA_VENDOR_ZIGBEE, &n)) &&
        n == PANA_NETWORK_KEY) {
        sa->has_network_key = true;
        memcpy(sa->network_key, key, PANA_NETWORK_KEY);
        p->env->ops->cell_put(p->env, PANA_CELL_NETWORK_KEY, key, PANA_NETWORK_KEY);
    }
    imp_wipe(text, sizeof text);
}

static void success(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes,
                    size_t n, const uint8_t *packet, size_t packet_n)
{
    struct pana_sa sa = {0};
    if (!associate(p, &sa, m, bytes, n) && !imp_eap_flawed(p->env, "no-auth-check")) {
        pana_claim(p->env, IMP_CLAIM_REJECT, "AUTH");
    } else if (imp_eap_peer_receive(&p->eap, p->env, packet, packet_n, p->now) ==
               IMP_EAP_PEER_SUCCESS) {
        if (!sa.there) /* only the flaw gets here */
            sa = (struct pana_sa){
                .there = true, .session = m->session, .prf = p->t.prf, .integrity = p->t.integrity};
        take_network_key(p, &sa, m);
        p->sa = sa;
        open_session(p, m);
    }
    imp_wipe(&sa, sizeof sa);
}

static void failure(struct pana_pac *p, const struct pana_message *m)
{
    struct pana_writer w;
    pana_begin(&w, p->answer, PANA_C, PANA_AUTH_EXCHANGE, m->session, m->sequence);
    answer(p, m, PANA_MSG_PAN_C, finish(p, &w));
    if (p->eap.next == IMP_EAP_HELD)
        pana_claim(p->env, IMP_CLAIM_REJECT, "authentication rejected");
    hold(p);
    if (p->eap.next != IMP_EAP_HELD) /* EAP-NOOB ends its first exchanges like this */
        p->retry.at = p->eap.next > p->now ? p->eap.next : p->now;
}

/* Within a session nothing counts without AUTH. */
static bool proven(struct pana_pac *p, const uint8_t *bytes, size_t n)
{
    return !p->renewing || pana_verify(p->env, &p->sa, bytes, n);
}

static void result(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes, size_t n)
{
    uint32_t code;
    size_t packet_n;
    const uint8_t *packet = pana_find(m, PANA_AVP_EAP, 0, &packet_n);
    if (!packet || !pana_find_u32(m, PANA_AVP_RESULT, 0, &code))
        return;
    if (code == PANA_SUCCESS)
        success(p, m, bytes, n, packet, packet_n);
    else if (proven(p, bytes, n) && imp_eap_peer_receive(&p->eap, p->env, packet, packet_n,
                                                         p->now) == IMP_EAP_PEER_FAILURE)
        failure(p, m);
}

static void termination(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes,
                        size_t n)
{
    struct pana_writer w;
    if (!pana_verify(p->env, &p->sa, bytes, n)) {
        pana_claim(p->env, IMP_CLAIM_REJECT, "termination without AUTH");
        return;
    }
    pana_claim_sequence(p->env, &p->sa, m->sequence);
    pana_begin(&w, p->answer, 0, PANA_TERMINATION, m->session, m->sequence);
    answer(p, m, PANA_MSG_PTA, pana_seal(p->env, &p->sa, &w));
    hold(p);
}

static void next_request(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes,
                         size_t n)
{
    if (proven(p, bytes, n))
        eap_request(p, m);
}

static void receive(struct pana_pac *p, const uint8_t *bytes, size_t n)
{
    struct pana_message m;
    if (pana_parse(&m, bytes, n) != 0)
        return;
    if (!(m.flags & PANA_R)) {
        if (m.type == PANA_NOTIFICATION)
            notified(p, &m, bytes, n);
        else if (m.type == PANA_TERMINATION)
            left_answer(p, &m, bytes, n);
        return;
    }
    bool ours = p->answer_n && m.session == p->session;
    if (ours && m.sequence == p->sequence) {
        send(p, p->answer_label, p->answer, p->answer_n);
        return;
    }
    bool next = ours && m.sequence == p->sequence + 1;
    bool start = m.flags & PANA_S, complete = m.flags & PANA_C;
    if (m.type == PANA_AUTH_EXCHANGE && start && p->state == PANA_PAC_START)
        start_request(p, &m, bytes, n);
    else if (m.type == PANA_AUTH_EXCHANGE && !start && next && p->state == PANA_PAC_REQUEST)
        complete ? result(p, &m, bytes, n) : next_request(p, &m, bytes, n);
    else if (m.type == PANA_AUTH_EXCHANGE && !start && !complete && next &&
             p->state == PANA_PAC_OPEN && renewed_by_agent(p, bytes, n))
        eap_request(p, &m);
    else if (m.type == PANA_TERMINATION && next && p->state == PANA_PAC_OPEN)
        termination(p, &m, bytes, n);
}

/* ---- events
 * ----------------------------------------------------------------------------------------- */
static void start(struct pana_pac *p)
{
    imp_eap_peer_init(&p->eap, p->method, &p->context);
    p->eap.lenient = imp_eap_flawed(p->env, "no-auth-check");
    p->method->peer_start(&p->context, p->env, p->now);
    imp_wipe(&p->sa, sizeof p->sa);
    attempt(p);
}

static void timeout(struct pana_pac *p)
{
    if (p->state == PANA_PAC_START) {
        send_pci(p);
        pana_retry_again(&p->retry, p->env, PCI_MRT, p->now);
    } else if (p->state == PANA_PAC_CLOSING) {
        leave_timeout(p);
    } else {
        attempt(p);
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
        leave(p);
        return;
    }
    imp_time next = imp_eap_peer_event(p->method, &p->context, p->env, e, p->now);
    if (e->kind == IMP_EVENT_RESET) { /* what the factory put there stays */
        p->env->ops->cell_erase(p->env, PANA_CELL_NETWORK_KEY);
        start(p);
    } else if (next != IMP_EAP_HELD && next <= p->now) {
        attempt(p);
    } else if (next != IMP_EAP_HELD) {
        wait(p, PANA_PAC_HELD, next);
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
        ping_timeout(p);
    else if (e->kind == IMP_EVENT_TIMER && e->id == TIMER_RENEW)
        ask_renewal(p);
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
