/* SPDX-License-Identifier: GPL-2.0-only */
/* paa.c - the PANA authentication agent with its EAP server: one request outstanding with each PaC.
 */
#include <stdio.h>
#include <string.h>

#include "pana.h"
#include "relay.h"
#include "protocols/crypto/crypto.h"
#include "protocols/eap/eap_packet.h"

const struct imp_legal pana_paa_legal[] = {
    {PANA_PAA_IDLE, PANA_MSG_PCI},      {PANA_PAA_IDLE, PANA_MSG_PTR},
    {PANA_PAA_START, PANA_MSG_PCI},     {PANA_PAA_START, PANA_MSG_PAN_S},
    {PANA_PAA_ANSWER, PANA_MSG_PCI},    {PANA_PAA_ANSWER, PANA_MSG_PAN},
    {PANA_PAA_ANSWER, PANA_MSG_PAN_S},  {PANA_PAA_RESULT, PANA_MSG_PAN},
    {PANA_PAA_RESULT, PANA_MSG_PAN_C},  {PANA_PAA_RESULT, PANA_MSG_PCI},
    {PANA_PAA_FAILING, PANA_MSG_PAN_C}, {PANA_PAA_FAILING, PANA_MSG_PCI},
    {PANA_PAA_OPEN, PANA_MSG_PCI},      {PANA_PAA_OPEN, PANA_MSG_PNR_P},
    {PANA_PAA_OPEN, PANA_MSG_PAN_C},    {PANA_PAA_OPEN, PANA_MSG_PTR},
    {PANA_PAA_OPEN, PANA_MSG_PNR_A},    {PANA_PAA_ANSWER, PANA_MSG_PNR_A},
    {PANA_PAA_CLOSING, PANA_MSG_PTR},   {PANA_PAA_CLOSING, PANA_MSG_PTA},
    {PANA_PAA_CLOSING, PANA_MSG_PCI},   {0, -1},
};

enum { TIMERS = 32 }; /* a session's index modulo this is its timer */

static struct imp_env *env_of(const struct pana_session *s)
{
    return s->paa->env;
}

static void rest(struct pana_session *s, enum pana_paa_state state)
{
    imp_eap_server_abort(&s->eap, env_of(s), s->paa->now);
    s->state = state;
    s->retry.at = IMP_NEVER;
    s->renewing = false;
}

/* Ends a request: in the re-authentication phase with AUTH under the association that there is. */
static size_t finish(struct pana_session *s, struct pana_writer *w)
{
    return s->renewing ? pana_seal(env_of(s), &s->sa, w) : pana_end(w);
}

/* ---- requests
 * --------------------------------------------------------------------------------------- */
static void emit(struct pana_session *s, int label, const uint8_t *message, size_t n)
{
    uint8_t pry[PANA_MTU];
    if (s->relay.n)
        imp_send(env_of(s), imp_eap_channel(env_of(s), PANA_RELAY_CHANNEL), &s->relay,
                 imp_eap_message(env_of(s), PANA_RELAY_MESSAGE), pry,
                 pana_relay_wrap(pry, &s->addr, message, n));
    else
        imp_send(env_of(s), PANA_CHANNEL, &s->addr, label, message, n);
}

static void transmit(struct pana_session *s)
{
    emit(s, s->request_label, s->request, s->request_n);
}

static void request(struct pana_session *s, int label, size_t n, enum pana_paa_state await)
{
    if (n == 0) {
        rest(s, PANA_PAA_IDLE);
        return;
    }
    s->request_n = n;
    s->request_label = label;
    s->state = await;
    pana_retry_begin(&s->retry, env_of(s), s->paa->now);
    transmit(s);
}

static void open_request(struct pana_session *s, struct pana_writer *w, unsigned flags,
                         unsigned type)
{
    s->sequence++;
    pana_begin(w, s->request, PANA_R | flags, type, s->session, s->sequence);
}

static uint32_t draw(struct pana_session *s, const char *purpose)
{
    uint8_t r[4];
    imp_random(env_of(s), purpose, r, sizeof r);
    return (uint32_t)r[0] << 24 | (uint32_t)r[1] << 16 | (uint32_t)r[2] << 8 | r[3];
}

/* A conversation of EAP from its beginning. */
static void converse(struct pana_session *s)
{
    imp_eap_server_abort(&s->eap, env_of(s), s->paa->now);
    memset(&s->context, 0, sizeof s->context);
    imp_eap_server_init(&s->eap, s->paa->method, &s->context, &s->paa->shared,
                        IMP_EAP_OFFER_METHOD);
}

/* PAR with the S bit: what algorithms there are, best first. */
static void begin(struct pana_session *s)
{
    static const uint32_t prfs[] = {PANA_PRF_SHA256, PANA_PRF_SHA1},
                          integrities[] = {PANA_INTEGRITY_SHA256_128, PANA_INTEGRITY_SHA1_160};
    struct pana_writer w;
    converse(s);
    s->renewing = false;
    s->t = (struct pana_transcript){0};
    s->session = draw(s, "pana-session") | 1; /* never zero */
    s->sequence = draw(s, "pana-sequence");
    open_request(s, &w, PANA_S, PANA_AUTH_EXCHANGE);
    for (size_t i = 0; i < 2; i++)
        if (pana_has_prf(env_of(s), prfs[i]))
            pana_put_u32(&w, PANA_AVP_PRF, prfs[i]);
    for (size_t i = 0; i < 2; i++)
        if (pana_has_integrity(env_of(s), integrities[i]))
            pana_put_u32(&w, PANA_AVP_INTEGRITY, integrities[i]);
    if (imp_eap_opt(env_of(s), "network-key", 1))
        pana_put_u32(&w, PANA_AVP_ENCR_ALGORITHM, PANA_ENCR_AES128_CTR);
    s->t.par_n = pana_end(&w);
    memcpy(s->t.par, s->request, s->t.par_n);
    request(s, PANA_MSG_PAR_S, s->t.par_n, PANA_PAA_START);
}

static void eap_request(struct pana_session *s, const uint8_t *packet, size_t n)
{
    struct pana_writer w;
    struct pana_transcript *t = &s->t;
    open_request(s, &w, 0, PANA_AUTH_EXCHANGE);
    if (t->paa_nonce_n == 0) {
        t->paa_nonce_n = (size_t)imp_eap_opt(env_of(s), "nonce-size", 16);
        imp_random(env_of(s), "paa-nonce", t->paa_nonce, t->paa_nonce_n);
        pana_put_octets(&w, PANA_AVP_NONCE, t->paa_nonce, t->paa_nonce_n);
    }
    pana_put_octets(&w, PANA_AVP_EAP, packet, n);
    request(s, PANA_MSG_PAR, finish(s, &w), PANA_PAA_ANSWER);
}

static void identity_request(struct pana_session *s)
{
    uint8_t packet[IMP_EAP_MTU], id;
    imp_random(env_of(s), "eap-id", &id, 1);
    eap_request(s, packet, imp_eap_server_identity_request(&s->eap, id, packet, sizeof packet));
}

/* EAP anew within the session (section 4.3): the first exchange stays, the nonces do not. */
static void renew(struct pana_session *s)
{
    converse(s);
    s->renewing = true;
    s->renew = IMP_NEVER;
    s->t.paa_nonce_n = s->t.pac_nonce_n = 0;
    identity_request(s);
}

/* The network key in Encryption-Encap, for a PaC that can open it. */
static void put_network_key(struct pana_session *s, struct pana_writer *w)
{
    struct pana_sa *sa = &s->sa;
    uint8_t whole[PANA_MTU];
    struct pana_writer inner;
    if (!sa->encryption ||
        env_of(s)->ops->cell_get(env_of(s), PANA_CELL_NETWORK_KEY, sa->network_key,
                                 PANA_NETWORK_KEY) != PANA_NETWORK_KEY)
        return;
    pana_begin(&inner, whole, 0, 0, 0, 0); /* of which the AVP alone is taken */
    uint8_t *value =
        pana_put_vendor(&inner, PANA_AVP_NETWORK_KEY, PANA_VENDOR_ZIGBEE, PANA_NETWORK_KEY);
    memcpy(value, sa->network_key, PANA_NETWORK_KEY);
    uint8_t *sealed = pana_put(w, PANA_AVP_ENCR_ENCAP, PANA_ENCAP);
    if (!sealed)
        return;
    sa->has_network_key = true;
    pana_crypt(env_of(s), sealed, sa, s->sequence, whole + PANA_HEADER, PANA_ENCAP);
    imp_wipe(whole, sizeof whole);
}

static void grant(struct pana_session *s, const uint8_t *packet, size_t n)
{
    struct imp_eap_export x;
    struct pana_writer w;
    if (!imp_eap_server_export(&s->eap, &x) || !x.has_key) {
        rest(s, PANA_PAA_IDLE);
        return;
    }
    pana_derive(env_of(s), &s->sa, &x, &s->t, s->session, ++s->key_id);
    s->sa.lifetime = (uint32_t)imp_eap_opt(env_of(s), "session-lifetime", 28800);
    snprintf(s->peer_id, sizeof s->peer_id, "%s", x.peer_id);
    open_request(s, &w, PANA_C, PANA_AUTH_EXCHANGE);
    pana_put_u32(&w, PANA_AVP_RESULT, PANA_SUCCESS);
    pana_put_octets(&w, PANA_AVP_EAP, packet, n);
    pana_put_u32(&w, PANA_AVP_KEY_ID, s->sa.key_id);
    pana_put_u32(&w, PANA_AVP_LIFETIME, s->sa.lifetime);
    put_network_key(s, &w);
    pana_claim_running(env_of(s), &s->sa);
    request(s, PANA_MSG_PAR_C, pana_seal(env_of(s), &s->sa, &w), PANA_PAA_RESULT);
}

static void deny(struct pana_session *s, const uint8_t *packet, size_t n)
{
    struct pana_writer w;
    open_request(s, &w, PANA_C, PANA_AUTH_EXCHANGE);
    pana_put_u32(&w, PANA_AVP_RESULT, PANA_REJECTED);
    pana_put_octets(&w, PANA_AVP_EAP, packet, n);
    request(s, PANA_MSG_PAR_C, finish(s, &w), PANA_PAA_FAILING);
}

/* ---- answers
 * ---------------------------------------------------------------------------------------- */
static void start_answer(struct pana_session *s, const struct pana_message *m, const uint8_t *bytes,
                         size_t n)
{
    struct pana_transcript *t = &s->t;
    if (n > sizeof t->pan || !pana_find_u32(m, PANA_AVP_PRF, 0, &t->prf) ||
        !pana_find_u32(m, PANA_AVP_INTEGRITY, 0, &t->integrity) ||
        !pana_has_prf(env_of(s), t->prf) || !pana_has_integrity(env_of(s), t->integrity)) {
        pana_claim(env_of(s), IMP_CLAIM_REJECT, "algorithm not offered");
        return;
    }
    uint32_t encryption;
    t->encryption = imp_eap_opt(env_of(s), "network-key", 1) &&
                    pana_find_u32(m, PANA_AVP_ENCR_ALGORITHM, 0, &encryption) &&
                    encryption == PANA_ENCR_AES128_CTR;
    memcpy(t->pan, bytes, n);
    t->pan_n = n;
    identity_request(s);
}

static void eap_answer(struct pana_session *s, const struct pana_message *m)
{
    uint8_t out[IMP_EAP_MTU];
    struct pana_transcript *t = &s->t;
    size_t n, nonce_n, out_n;
    const uint8_t *packet = pana_find(m, PANA_AVP_EAP, 0, &n),
                  *nonce = pana_find(m, PANA_AVP_NONCE, 0, &nonce_n);
    if (t->pac_nonce_n == 0) {
        if (!nonce || nonce_n < PANA_NONCE_MIN || nonce_n > PANA_NONCE_MAX)
            return;
        memcpy(t->pac_nonce, nonce, nonce_n);
        t->pac_nonce_n = nonce_n;
    }
    if (!packet)
        return;
    switch (imp_eap_server_receive(&s->eap, env_of(s), packet, n, out, sizeof out, &out_n,
                                   s->paa->now)) {
    case IMP_EAP_SERVER_SEND:
        eap_request(s, out, out_n);
        break;
    case IMP_EAP_SERVER_ACCEPT:
        grant(s, out, out_n);
        break;
    case IMP_EAP_SERVER_REJECT:
        deny(s, out, out_n);
        break;
    default: /* discarded by EAP: the request stays outstanding */
        break;
    }
}

static void result_answer(struct pana_session *s, const uint8_t *bytes, size_t n)
{
    if (!pana_verify(env_of(s), &s->sa, bytes, n) && !imp_eap_flawed(env_of(s), "no-peer-auth")) {
        pana_claim(env_of(s), IMP_CLAIM_REJECT, "AUTH");
        return;
    }
    s->state = PANA_PAA_OPEN;
    s->heard = s->heard && s->renewing; /* the PaC's numbers go on */
    s->renewing = false;
    s->renew = pana_renewal(env_of(s), s->sa.lifetime, s->paa->now);
    s->farewell_n = 0;
    s->retry.at = IMP_NEVER;
    s->expiry = s->sa.lifetime ? s->paa->now + s->sa.lifetime * IMP_S : IMP_NEVER;
    pana_claim_commit(env_of(s), &s->sa, s->peer_id);
    imp_claim(env_of(s), &(struct imp_claim){.kind = IMP_CLAIM_COMPLETE});
}

static void termination_answer(struct pana_session *s, const uint8_t *bytes, size_t n)
{
    if (!pana_verify(env_of(s), &s->sa, bytes, n))
        return;
    imp_wipe(&s->sa, sizeof s->sa);
    rest(s, PANA_PAA_IDLE);
}

/* A PaC that asks while its start is outstanding has not received it; one that asks later begins
 * anew. What is open stays until another authentication has succeeded. */
static void initiation(struct pana_session *s)
{
    if (s->state == PANA_PAA_START)
        transmit(s);
    else
        begin(s);
}

/* A request of the PaC in its association: the same or the next sequence number of its requests,
 * which begin anywhere. */
static bool expected(struct pana_session *s, const struct pana_message *m, const uint8_t *bytes,
                     size_t n)
{
    bool next =
        !s->heard || m->sequence == s->heard_sequence || m->sequence == s->heard_sequence + 1;
    if (m->session != s->sa.session || !next || !pana_verify(env_of(s), &s->sa, bytes, n))
        return false;
    s->heard = true;
    s->heard_sequence = m->sequence;
    return true;
}

/* PNR: a ping, or the wish for re-authentication, which begins when it is answered. */
static void notification(struct pana_session *s, const struct pana_message *m, const uint8_t *bytes,
                         size_t n)
{
    uint8_t answer[PANA_MTU];
    struct pana_writer w;
    bool wish = m->flags & PANA_A;
    bool again = wish && s->renewing && s->heard && m->sequence == s->heard_sequence;
    if ((s->state != PANA_PAA_OPEN && !again) || !expected(s, m, bytes, n))
        return;
    pana_begin(&w, answer, wish ? PANA_A : PANA_P, PANA_NOTIFICATION, m->session, m->sequence);
    emit(s, wish ? PANA_MSG_PNA_A : PANA_MSG_PNA_P, answer, pana_seal(env_of(s), &s->sa, &w));
    if (wish && s->state == PANA_PAA_OPEN)
        renew(s);
}

/* The PaC leaves (section 4.4). The association is gone when the answer is sent, so the answer is
 * kept for a duplicate. */
static void departure(struct pana_session *s, const struct pana_message *m, const uint8_t *bytes,
                      size_t n)
{
    uint8_t answer[PANA_MTU];
    struct pana_writer w;
    bool there = s->state == PANA_PAA_OPEN || s->state == PANA_PAA_CLOSING;
    if (there && expected(s, m, bytes, n)) {
        pana_begin(&w, answer, 0, PANA_TERMINATION, m->session, m->sequence);
        size_t size = pana_seal(env_of(s), &s->sa, &w);
        s->farewell_n = size <= sizeof s->farewell ? size : 0;
        memcpy(s->farewell, answer, s->farewell_n);
        imp_wipe(&s->sa, sizeof s->sa);
        rest(s, PANA_PAA_IDLE);
    } else if (s->state != PANA_PAA_IDLE || m->session != s->session ||
               m->sequence != s->heard_sequence) {
        return;
    }
    if (s->farewell_n)
        emit(s, PANA_MSG_PTA, s->farewell, s->farewell_n);
}

static void receive(struct pana_session *s, const uint8_t *bytes, size_t n)
{
    struct pana_message m;
    if (pana_parse(&m, bytes, n) != 0)
        return;
    if (m.flags & PANA_R) {
        if (m.type == PANA_NOTIFICATION && (m.flags & (PANA_P | PANA_A)))
            notification(s, &m, bytes, n);
        else if (m.type == PANA_TERMINATION)
            departure(s, &m, bytes, n);
        return;
    }
    if (m.type == PANA_PCI && m.session == 0 && m.sequence == 0) {
        initiation(s);
        return;
    }
    if (m.session != s->session || m.sequence != s->sequence)
        return;
    bool start = m.flags & PANA_S, complete = m.flags & PANA_C;
    if (m.type == PANA_TERMINATION && s->state == PANA_PAA_CLOSING)
        termination_answer(s, bytes, n);
    else if (m.type != PANA_AUTH_EXCHANGE)
        return;
    else if (start && s->state == PANA_PAA_START)
        start_answer(s, &m, bytes, n);
    else if (!start && !complete && s->state == PANA_PAA_ANSWER &&
             (!s->renewing || pana_verify(env_of(s), &s->sa, bytes, n)))
        eap_answer(s, &m);
    else if (complete && s->state == PANA_PAA_RESULT)
        result_answer(s, bytes, n);
    else if (complete && s->state == PANA_PAA_FAILING)
        rest(s, PANA_PAA_IDLE);
}

/* ---- time
 * ------------------------------------------------------------------------------------------- */

/* The adversary's agent says success when its request gets no answer: in the place of that request,
 * with the EAP identifier of the one before, which is the last that the PaC answered. */
static void bluff(struct pana_session *s)
{
    uint8_t success[4];
    struct pana_writer w;
    size_t n =
        imp_eap_write_result(success, sizeof success, IMP_EAP_SUCCESS, (uint8_t)(s->eap.id - 1));
    s->sequence--;
    open_request(s, &w, PANA_C, PANA_AUTH_EXCHANGE);
    pana_put_u32(&w, PANA_AVP_RESULT, PANA_SUCCESS);
    pana_put_octets(&w, PANA_AVP_EAP, success, n);
    request(s, PANA_MSG_PAR_C, pana_end(&w), PANA_PAA_FAILING);
}

static imp_time deadline(const struct pana_session *s)
{
    bool open = s->state == PANA_PAA_OPEN;
    return !open ? s->retry.at : s->renew < s->expiry ? s->renew : s->expiry;
}

static void expire(struct pana_session *s)
{
    if (s->state == PANA_PAA_OPEN && s->renew <= s->paa->now) {
        renew(s);
    } else if (s->state == PANA_PAA_OPEN) {
        imp_wipe(&s->sa, sizeof s->sa);
        rest(s, PANA_PAA_IDLE);
    } else if (env_of(s)->adversary && s->state == PANA_PAA_ANSWER) {
        bluff(s);
    } else if (s->retry.count >= PANA_MRC) {
        pana_claim(env_of(s), IMP_CLAIM_REJECT, "no answer");
        rest(s, PANA_PAA_IDLE);
    } else {
        transmit(s);
        pana_retry_again(&s->retry, env_of(s), PANA_REQUEST_MRT, s->paa->now);
    }
}

static void timeout(struct pana_paa *p, unsigned id)
{
    p->last = id;
    for (size_t i = id; i < p->reached; i += TIMERS)
        if (p->sessions[i].used && deadline(&p->sessions[i]) <= p->now) {
            p->last = i;
            expire(&p->sessions[i]);
        }
}

static void session_timer(struct pana_paa *p, size_t id)
{
    imp_time at = IMP_NEVER;
    for (size_t i = id; i < p->reached; i += TIMERS)
        if (p->sessions[i].used && deadline(&p->sessions[i]) < at)
            at = deadline(&p->sessions[i]);
    imp_timer(p->env, (unsigned)id, at);
}

/* ---- sessions and events
 * ---------------------------------------------------------------------------- */

/* The session of that PaC, behind that relay (n = 0: none); else a free one, or one in which
 * nothing is under way or open. */
static struct pana_session *session_at(struct pana_paa *p, const struct imp_addr *addr,
                                       const struct imp_addr *relay)
{
    struct pana_session *found = NULL;
    for (size_t i = 0; i < p->reached; i++) {
        struct pana_session *s = &p->sessions[i];
        if (s->used && imp_addr_equal(&s->addr, addr) && imp_addr_equal(&s->relay, relay))
            return s;
        if (!found && (!s->used || s->state == PANA_PAA_IDLE))
            found = s;
    }
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
                                   .retry = {.at = IMP_NEVER}};
    imp_eap_server_init(&found->eap, p->method, &found->context, &p->shared, IMP_EAP_OFFER_METHOD);
    return found;
}

/* What is open with that PaC, or with all, is terminated. */
static void terminate(struct pana_paa *p, const uint8_t *peer_id, size_t n)
{
    struct pana_writer w;
    for (size_t i = 0; i < p->reached; i++) {
        struct pana_session *s = &p->sessions[i];
        bool meant = n == 0 || (strlen(s->peer_id) == n && memcmp(s->peer_id, peer_id, n) == 0);
        if (!s->used || s->state != PANA_PAA_OPEN || !meant)
            continue;
        p->last = i;
        open_request(s, &w, 0, PANA_TERMINATION);
        pana_put_u32(&w, PANA_AVP_CAUSE, PANA_CAUSE_ADMINISTRATIVE);
        request(s, PANA_MSG_PTR, pana_seal(p->env, &s->sa, &w), PANA_PAA_CLOSING);
        session_timer(p, i % TIMERS);
    }
}

/* "revoke NAI", or a reset: the method has closed the account, or all of them. */
static void method_event(struct pana_paa *p, const struct imp_event *e)
{
    static const char verb[] = "revoke ";
    size_t skip = sizeof verb - 1;
    imp_eap_server_event(p->method, &p->shared, p->env, e, p->now);
    if (e->kind == IMP_EVENT_CONTROL && e->n > skip && memcmp(e->bytes, verb, skip) == 0)
        terminate(p, e->bytes + skip, e->n - skip);
    else if (e->kind == IMP_EVENT_RESET)
        terminate(p, e->bytes, e->n);
}

/* One for the whole network, made once. */
static void make_network_key(struct imp_env *env)
{
    uint8_t key[PANA_NETWORK_KEY];
    if (!imp_eap_opt(env, "network-key", 1) ||
        env->ops->cell_get(env, PANA_CELL_NETWORK_KEY, key, sizeof key) == (int)sizeof key)
        return;
    imp_random(env, "network-key", key, 16);
    key[16] = 1; /* index */
    key[17] = 0; /* counter */
    env->ops->cell_put(env, PANA_CELL_NETWORK_KEY, key, sizeof key);
    imp_wipe(key, sizeof key);
}

static void message_received(struct pana_paa *p, const struct imp_addr *pac,
                             const struct imp_addr *relay, const uint8_t *bytes, size_t n)
{
    struct pana_session *s = session_at(p, pac, relay);
    if (!s)
        return;
    p->last = (size_t)(s - p->sessions);
    receive(s, bytes, n);
}

static void relayed(struct pana_paa *p, const struct imp_event *e)
{
    struct imp_addr pac;
    const uint8_t *inner;
    size_t n;
    if (pana_relay_open(&pac, &inner, &n, e->bytes, e->n) == 0)
        message_received(p, &pac, &e->from, inner, n);
}

void pana_paa_init(void *ctx, struct imp_env *env)
{
    struct pana_paa *p = ctx;
    p->env = env;
    p->method = imp_eap_chosen(env);
}

void pana_paa_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct pana_paa *p = ctx;
    const struct imp_addr direct = {.n = 0};
    p->now = now;
    if (e->kind == IMP_EVENT_RECEIVE && e->channel == imp_eap_channel(env, PANA_RELAY_CHANNEL)) {
        relayed(p, e);
    } else if (imp_eap_event_is_methods(e, PANA_CHANNEL)) {
        method_event(p, e);
    } else if (e->kind == IMP_EVENT_START) {
        make_network_key(env);
        p->method->server_start(&p->shared, env, now);
    } else if (e->kind == IMP_EVENT_RECEIVE) {
        message_received(p, &e->from, &direct, e->bytes, e->n);
    } else if (e->kind == IMP_EVENT_TIMER) {
        timeout(p, e->id);
    }
    session_timer(p, p->last % TIMERS);
}

void pana_paa_fini(void *ctx, struct imp_env *env)
{
    struct pana_paa *p = ctx;
    (void)env;
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
