/* SPDX-License-Identifier: GPL-2.0-only */
/* paa_auth.c - the PANA agent in the authentication and authorization phase: algorithms, EAP, the
 * result (RFC 5191 section 4.1). */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "paa.h"
#include "protocols/crypto/crypto.h"
#include "protocols/eap/eap_packet.h"

/* Longer than a PaC repeats a request: ten times, the last six 30 s apart (section 9). */
#define RESPONSE_PATIENCE (300 * IMP_S)

static uint32_t draw(struct pana_session *s, const char *purpose)
{
    uint8_t r[4];
    imp_random(pana_paa_env_of(s), purpose, r, sizeof r);
    return (uint32_t)r[0] << 24 | (uint32_t)r[1] << 16 | (uint32_t)r[2] << 8 | r[3];
}

/* A conversation of EAP from its beginning. */
static void converse(struct pana_session *s)
{
    s->unauthorized = false;
    imp_eap_server_abort(&s->eap, pana_paa_env_of(s), s->paa->now);
    memset(&s->context, 0, sizeof s->context);
    imp_eap_server_init(&s->eap, s->paa->method, &s->context, &s->paa->shared,
                        IMP_EAP_OFFER_METHOD);
    imp_radius_conversation_reset(&s->radius);
}

/* The I bit is of the authentication and authorization phase (section 6.2). */
static unsigned reconfigure(const struct pana_session *s)
{
    bool asked = !s->renewing && imp_eap_opt(pana_paa_env_of(s), "ip-reconfiguration", 0);
    return asked ? PANA_I : 0;
}

static bool eap_in_start(const struct pana_session *s)
{
    return imp_eap_opt(pana_paa_env_of(s), "eap-in-start", 0);
}

static size_t identity(struct pana_session *s, uint8_t *packet, size_t cap)
{
    uint8_t id;
    imp_random(pana_paa_env_of(s), "eap-id", &id, 1);
    return imp_eap_server_identity_request(&s->eap, id, packet, cap);
}

/* What algorithms there are, best first. */
void pana_paa_write_start(struct imp_env *env, struct pana_writer *w, uint8_t *p, uint32_t session,
                          uint32_t sequence)
{
    static const uint32_t prfs[] = {PANA_PRF_SHA256, PANA_PRF_SHA1},
                          integrities[] = {PANA_INTEGRITY_SHA256_128, PANA_INTEGRITY_SHA1_160};
    unsigned i_bit = imp_eap_opt(env, "ip-reconfiguration", 0) ? PANA_I : 0;
    pana_begin(w, p, PANA_R | PANA_S | i_bit, PANA_AUTH_EXCHANGE, session, sequence);
    for (size_t i = 0; i < 2; i++)
        if (pana_has_prf(env, prfs[i]))
            pana_put_u32(w, PANA_AVP_PRF, prfs[i]);
    for (size_t i = 0; i < 2; i++)
        if (pana_has_integrity(env, integrities[i]))
            pana_put_u32(w, PANA_AVP_INTEGRITY, integrities[i]);
    if (pana_wants_encryption(env))
        pana_put_u32(w, PANA_AVP_ENCR_ALGORITHM, PANA_ENCR_AES128_CTR);
}

void pana_paa_prepare(struct pana_session *s, uint32_t session, uint32_t sequence)
{
    struct pana_writer w;
    converse(s);
    s->renewing = s->pinging = s->handing = s->heard = false;
    s->ending = 0;
    s->answer_n = 0;
    s->t = (struct pana_transcript){0};
    s->session = session;
    s->sequence = sequence;
    pana_paa_write_start(pana_paa_env_of(s), &w, s->request, session, sequence);
    if (eap_in_start(s)) {
        uint8_t packet[IMP_EAP_MTU];
        pana_put_octets(&w, PANA_AVP_EAP, packet, identity(s, packet, sizeof packet));
    }
    s->t.par_n = pana_end(&w);
    memcpy(s->t.par, s->request, s->t.par_n);
    s->state = PANA_PAA_START;
    s->retry.at = IMP_NEVER;
}

/* PAR with the S bit, and again until it is answered. */
static void begin(struct pana_session *s)
{
    uint32_t session = draw(s, "pana-session") | 1; /* never zero */
    uint32_t sequence = draw(s, "pana-sequence") + 1;
    pana_paa_prepare(s, session, sequence);
    pana_paa_request(s, PANA_MSG_PAR_S, s->t.par_n, PANA_PAA_START);
}

static void eap_request(struct pana_session *s, const uint8_t *packet, size_t n)
{
    struct pana_writer w;
    struct pana_transcript *t = &s->t;
    pana_paa_open_request(s, &w, reconfigure(s), PANA_AUTH_EXCHANGE);
    if (t->paa_nonce_n == 0) {
        t->paa_nonce_n = (size_t)imp_eap_opt(pana_paa_env_of(s), "nonce-size", 16);
        imp_random(pana_paa_env_of(s), "paa-nonce", t->paa_nonce, t->paa_nonce_n);
        pana_put_octets(&w, PANA_AVP_NONCE, t->paa_nonce, t->paa_nonce_n);
    }
    pana_put_octets(&w, PANA_AVP_EAP, packet, n);
    pana_paa_request(s, PANA_MSG_PAR, pana_paa_finish(s, &w), PANA_PAA_ANSWER);
}

static void identity_request(struct pana_session *s)
{
    uint8_t packet[IMP_EAP_MTU];
    eap_request(s, packet, identity(s, packet, sizeof packet));
}

/* EAP anew within the session (section 4.3): the first exchange stays, the nonces do not. */
void pana_paa_renew(struct pana_session *s)
{
    converse(s);
    s->renewing = true;
    s->renew = IMP_NEVER;
    s->t.paa_nonce_n = s->t.pac_nonce_n = 0;
    identity_request(s);
}

/* EAP has succeeded, so the last two messages are protected; the session ends with them. */
static void refuse(struct pana_session *s, const uint8_t *packet, size_t n)
{
    struct pana_writer w;
    s->unauthorized = true;
    pana_paa_open_request(s, &w, PANA_C, PANA_AUTH_EXCHANGE);
    pana_put_u32(&w, PANA_AVP_RESULT, PANA_UNAUTHORIZED);
    pana_put_octets(&w, PANA_AVP_EAP, packet, n);
    pana_put_u32(&w, PANA_AVP_KEY_ID, s->sa.key_id);
    pana_paa_request(s, PANA_MSG_PAR_C, pana_protect(pana_paa_env_of(s), &s->sa, PANA_FROM_PAA, &w),
                     PANA_PAA_FAILING);
}

static void grant(struct pana_session *s, const uint8_t *packet, size_t n,
                  const struct imp_eap_export *x)
{
    struct pana_writer w;
    pana_derive(pana_paa_env_of(s), &s->sa, x, &s->t, s->session, ++s->key_id);
    s->sa.lifetime = x->lifetime
                         ? x->lifetime
                         : (uint32_t)imp_eap_opt(pana_paa_env_of(s), "session-lifetime", 28800);
    snprintf(s->peer_id, sizeof s->peer_id, "%s", x->peer_id);
    if (!imp_eap_opt(pana_paa_env_of(s), "grant-access", 1)) {
        refuse(s, packet, n);
        return;
    }
    pana_paa_open_request(s, &w, PANA_C | reconfigure(s), PANA_AUTH_EXCHANGE);
    pana_put_u32(&w, PANA_AVP_RESULT, PANA_SUCCESS);
    pana_put_octets(&w, PANA_AVP_EAP, packet, n);
    pana_put_u32(&w, PANA_AVP_KEY_ID, s->sa.key_id);
    pana_put_u32(&w, PANA_AVP_LIFETIME, s->sa.lifetime);
    pana_paa_put_key(s, &w);
    pana_claim_running(pana_paa_env_of(s), &s->sa);
    pana_paa_request(s, PANA_MSG_PAR_C, pana_protect(pana_paa_env_of(s), &s->sa, PANA_FROM_PAA, &w),
                     PANA_PAA_RESULT);
}

static void deny(struct pana_session *s, const uint8_t *packet, size_t n)
{
    struct pana_writer w;
    pana_paa_open_request(s, &w, PANA_C, PANA_AUTH_EXCHANGE);
    pana_put_u32(&w, PANA_AVP_RESULT, PANA_REJECTED);
    pana_put_octets(&w, PANA_AVP_EAP, packet, n);
    pana_paa_request(s, PANA_MSG_PAR_C, pana_paa_finish(s, &w), PANA_PAA_FAILING);
}

/* Keys of the EAP server that is here. */
static void accept_here(struct pana_session *s, const uint8_t *packet, size_t n)
{
    struct imp_eap_export x;
    if (imp_eap_server_export(&s->eap, &x) && x.has_key)
        grant(s, packet, n, &x);
    else
        pana_paa_rest(s, PANA_PAA_IDLE);
}

/* Within a session nothing counts without AUTH. The message as it was meant. */
static bool proven(struct pana_session *s, const struct pana_message *m, const uint8_t *bytes,
                   size_t n, struct pana_view *v)
{
    struct imp_env *env = pana_paa_env_of(s);
    return s->renewing ? pana_accept(env, &s->sa, PANA_FROM_PAC, bytes, n, v)
                       : pana_disclose(env, NULL, PANA_FROM_PAC, m, v);
}

/* The PaC's nonce comes in its first answer with an EAP packet. */
static bool take_nonce(struct pana_transcript *t, const struct pana_message *m)
{
    size_t n;
    const uint8_t *nonce = pana_find(m, PANA_AVP_NONCE, 0, &n);
    if (t->pac_nonce_n)
        return true;
    if (!nonce || n < PANA_NONCE_MIN || n > PANA_NONCE_MAX)
        return false;
    memcpy(t->pac_nonce, nonce, n);
    t->pac_nonce_n = n;
    return true;
}

/* ---- an AAA server behind the agent
 * ------------------------------------------------------------------------------ */
static void pass(struct pana_session *s, const uint8_t *packet, size_t n)
{
    if (!imp_aaa_pass(&s->paa->aaa, &s->radius, s->eap.id, packet, n, s->paa->now))
        return;
    s->state = PANA_PAA_AAA;
    s->retry.at = IMP_NEVER; /* the request is answered */
}

static struct pana_session *session_of(const struct imp_radius_conversation *x)
{
    return (struct pana_session *)(void *)((uint8_t *)x - offsetof(struct pana_session, radius));
}

static struct imp_radius_conversation *conversation(void *arg, size_t i)
{
    struct pana_paa *p = arg;
    return i < p->reached ? &p->sessions[i].radius : NULL;
}

static void behalf(void *arg, const struct imp_radius_conversation *x)
{
    (void)arg;
    struct pana_session *s = session_of(x);
    imp_behalf(pana_paa_env_of(s), PANA_CHANNEL, &s->addr);
}

static void replied(void *arg, struct imp_radius_conversation *x, enum imp_eap_server_out out,
                    const uint8_t *packet, size_t n, const struct imp_eap_export *export)
{
    struct pana_paa *p = arg;
    struct pana_session *s = session_of(x);
    p->last = (size_t)(s - p->sessions);
    switch (out) {
    case IMP_EAP_SERVER_SEND:
        s->eap.id = packet[1];
        eap_request(s, packet, n);
        break;
    case IMP_EAP_SERVER_ACCEPT:
        grant(s, packet, n, export);
        break;
    case IMP_EAP_SERVER_REJECT:
        deny(s, packet, n);
        break;
    default: /* discarded by the server: the request is outstanding again */
        s->state = PANA_PAA_ANSWER;
        pana_retry_begin(&s->retry, pana_paa_env_of(s), p->now);
        break;
    }
}

const struct imp_aaa_layer pana_paa_aaa = {
    .conversation = conversation, .result = replied, .behalf = behalf};

static void consider(struct pana_session *s, const uint8_t *packet, size_t n)
{
    uint8_t out[IMP_EAP_MTU];
    size_t out_n;
    if (imp_aaa_on(&s->paa->aaa)) {
        pass(s, packet, n);
        return;
    }
    switch (imp_eap_server_receive(&s->eap, pana_paa_env_of(s), packet, n, out, sizeof out, &out_n,
                                   s->paa->now)) {
    case IMP_EAP_SERVER_SEND:
        eap_request(s, out, out_n);
        break;
    case IMP_EAP_SERVER_ACCEPT:
        accept_here(s, out, out_n);
        break;
    case IMP_EAP_SERVER_REJECT:
        deny(s, out, out_n);
        break;
    default: /* discarded by EAP: the request stays outstanding */
        break;
    }
}

/* An answer without EAP: the response comes in a request of the PaC, who repeats it. */
static void eap_answer(struct pana_session *s, const struct pana_message *m)
{
    size_t n;
    const uint8_t *packet = pana_find(m, PANA_AVP_EAP, 0, &n);
    if (packet) {
        consider(s, packet, n);
        return;
    }
    s->state = PANA_PAA_RESPONSE;
    s->retry.at = s->paa->now + RESPONSE_PATIENCE;
}

void pana_paa_start_answer(struct pana_session *s, const struct pana_message *m,
                           const uint8_t *bytes, size_t n)
{
    struct pana_transcript *t = &s->t;
    struct pana_view v;
    if (!pana_disclose(pana_paa_env_of(s), NULL, PANA_FROM_PAC, m, &v))
        return;
    if (n > sizeof t->pan || !pana_find_u32(m, PANA_AVP_PRF, 0, &t->prf) ||
        !pana_find_u32(m, PANA_AVP_INTEGRITY, 0, &t->integrity) ||
        !pana_has_prf(pana_paa_env_of(s), t->prf) ||
        !pana_has_integrity(pana_paa_env_of(s), t->integrity)) {
        pana_claim(pana_paa_env_of(s), IMP_CLAIM_REJECT, "algorithm not offered");
        return;
    }
    uint32_t encryption;
    t->encryption = pana_wants_encryption(pana_paa_env_of(s)) &&
                    pana_find_u32(m, PANA_AVP_ENCR_ALGORITHM, 0, &encryption) &&
                    encryption == PANA_ENCR_AES128_CTR;
    memcpy(t->pan, bytes, n);
    t->pan_n = n;
    if (eap_in_start(s))
        eap_answer(s, &v.m);
    else
        identity_request(s);
}

void pana_paa_eap_answer(struct pana_session *s, const struct pana_message *m, const uint8_t *bytes,
                         size_t n)
{
    struct pana_view v;
    if (proven(s, m, bytes, n, &v) && take_nonce(&s->t, &v.m))
        eap_answer(s, &v.m);
}

/* Acknowledges a PAR of the PaC. The answer is kept for duplicates (section 5.2). */
static void acknowledge(struct pana_session *s, const struct pana_message *m)
{
    uint8_t answer[PANA_MTU];
    struct pana_writer w;
    s->heard = true;
    s->heard_sequence = m->sequence;
    pana_begin(&w, answer, 0, PANA_AUTH_EXCHANGE, m->session, m->sequence);
    size_t n = pana_paa_finish(s, &w);
    s->answer_n = n <= sizeof s->answer ? n : 0;
    memcpy(s->answer, answer, s->answer_n);
    pana_paa_emit(s, PANA_MSG_PAN, s->answer, s->answer_n);
}

void pana_paa_response(struct pana_session *s, const struct pana_message *m, const uint8_t *bytes,
                       size_t n)
{
    size_t packet_n;
    struct pana_view v;
    const uint8_t *packet;
    if (s->heard && m->sequence == s->heard_sequence && s->answer_n) {
        pana_paa_emit(s, PANA_MSG_PAN, s->answer, s->answer_n);
        return;
    }
    bool next = !s->heard || m->sequence == s->heard_sequence + 1;
    if (s->state != PANA_PAA_RESPONSE || !next || !proven(s, m, bytes, n, &v) ||
        !(packet = pana_find(&v.m, PANA_AVP_EAP, 0, &packet_n)))
        return;
    acknowledge(s, m);
    consider(s, packet, packet_n);
}

void pana_paa_refusal_answer(struct pana_session *s, const uint8_t *bytes, size_t n)
{
    if (s->unauthorized && !pana_verify(pana_paa_env_of(s), &s->sa, bytes, n)) {
        pana_claim(pana_paa_env_of(s), IMP_CLAIM_REJECT, "AUTH");
        return;
    }
    if (s->unauthorized)
        imp_wipe(&s->sa, sizeof s->sa);
    pana_paa_rest(s, PANA_PAA_IDLE);
}

void pana_paa_result_answer(struct pana_session *s, const uint8_t *bytes, size_t n)
{
    if (!pana_verify(pana_paa_env_of(s), &s->sa, bytes, n) &&
        !imp_eap_flawed(pana_paa_env_of(s), "no-peer-auth")) {
        pana_claim(pana_paa_env_of(s), IMP_CLAIM_REJECT, "AUTH");
        return;
    }
    pana_paa_supersede(s);
    s->state = PANA_PAA_OPEN;
    s->renewing = false;
    s->first = s->sequence;
    pana_paa_ping_later(s);
    s->renew = pana_renewal(pana_paa_env_of(s), s->sa.lifetime, s->paa->now);
    s->answer_n = 0;
    s->retry.at = IMP_NEVER;
    s->expiry = s->sa.lifetime ? s->paa->now + s->sa.lifetime * IMP_S : IMP_NEVER;
    pana_claim_commit(pana_paa_env_of(s), &s->sa, s->peer_id);
    pana_paa_place(s);
    imp_claim(pana_paa_env_of(s), &(struct imp_claim){.kind = IMP_CLAIM_COMPLETE});
}

/* A PaC that asks while its start is outstanding has not received it. Once it has answered, its PCI
 * is unexpected (section 5.5): it may be a stranger's, or of a PaC that has lost its state. What is
 * open is another session, and stays until this one has succeeded. */
void pana_paa_initiation(struct pana_session *s)
{
    bool over = s->state == PANA_PAA_IDLE || s->state == PANA_PAA_FAILING;
    if (s->state == PANA_PAA_START)
        pana_paa_transmit(s);
    else if (over || imp_eap_opt(pana_paa_env_of(s), "restart-by-pci", 1))
        begin(s);
}

/* The adversary's agent says success when its request gets no answer: in the place of that request,
 * with the EAP identifier of the one before, which is the last that the PaC answered. */
void pana_paa_bluff(struct pana_session *s)
{
    uint8_t success[4];
    struct pana_writer w;
    size_t n =
        imp_eap_write_result(success, sizeof success, IMP_EAP_SUCCESS, (uint8_t)(s->eap.id - 1));
    s->sequence--;
    pana_paa_open_request(s, &w, PANA_C, PANA_AUTH_EXCHANGE);
    pana_put_u32(&w, PANA_AVP_RESULT, PANA_SUCCESS);
    pana_put_octets(&w, PANA_AVP_EAP, success, n);
    pana_paa_request(s, PANA_MSG_PAR_C, pana_end(&w), PANA_PAA_FAILING);
}
