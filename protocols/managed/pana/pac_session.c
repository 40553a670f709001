/* SPDX-License-Identifier: GPL-2.0-only */
/* pac_session.c - the PANA client within a session: pings, re-authentication and the end (RFC 5191
 * sections 4.2 to 4.4). */
#include <string.h>

#include "pac.h"
#include "protocols/crypto/crypto.h"
#include "protocols/eap/eap_packet.h"

void pana_pac_ping_later(struct pana_pac *p)
{
    imp_time interval = imp_eap_opt(p->env, "ping-interval", 0) * IMP_S;
    p->pinging = false;
    p->ping.at = interval ? p->now + interval : IMP_NEVER;
}

static void notify(struct pana_pac *p, unsigned flag, int label)
{
    struct pana_writer w;
    pana_pac_draw_sequence(p);
    pana_begin(&w, p->request, PANA_R | flag, PANA_NOTIFICATION, p->sa.session, ++p->own_sequence);
    size_t n = pana_protect(p->env, &p->sa, PANA_FROM_PAC, &w);
    if (n == 0) {
        p->ping.at = IMP_NEVER; /* no association to speak of */
        return;
    }
    pana_claim_said(p->env, IMP_CLAIM_RUNNING, &p->sa, label, p->own_sequence);
    pana_pac_request(p, label, n);
}

static void left(struct pana_pac *p)
{
    p->leaving = false;
    imp_wipe(&p->sa, sizeof p->sa);
    p->env->ops->cell_erase(p->env, PANA_CELL_NETWORK_KEY);
    pana_pac_wait(p, PANA_PAC_OFF, IMP_NEVER);
}

/* One request is outstanding at a time: a ping under way is answered first. */
void pana_pac_leave(struct pana_pac *p)
{
    struct pana_writer w;
    p->leaving = p->pinging && p->state == PANA_PAC_OPEN;
    if (p->state != PANA_PAC_OPEN || p->pinging)
        return;
    pana_pac_draw_sequence(p);
    pana_begin(&w, p->request, PANA_R, PANA_TERMINATION, p->sa.session, ++p->own_sequence);
    pana_put_u32(&w, PANA_AVP_CAUSE, PANA_CAUSE_LOGOUT);
    p->request_n = pana_protect(p->env, &p->sa, PANA_FROM_PAC, &w);
    if (p->request_n == 0) {
        left(p); /* no association to speak of */
        return;
    }
    pana_claim_said(p->env, IMP_CLAIM_RUNNING, &p->sa, PANA_MSG_PTR, p->own_sequence);
    pana_pac_wait(p, PANA_PAC_CLOSING, IMP_NEVER);
    pana_retry_begin(&p->retry, p->env, p->now);
    pana_pac_send(p, PANA_MSG_PTR, p->request, p->request_n);
}

void pana_pac_leave_timeout(struct pana_pac *p)
{
    if (p->retry.count >= PANA_MRC) {
        left(p);
    } else {
        pana_pac_send(p, PANA_MSG_PTR, p->request, p->request_n);
        pana_retry_again(&p->retry, p->env, PANA_REQUEST_MRT, p->now);
    }
}

void pana_pac_left_answer(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes,
                          size_t n)
{
    struct pana_view v;
    if (p->state == PANA_PAC_CLOSING && m->session == p->sa.session &&
        m->sequence == p->own_sequence && pana_accept(p->env, &p->sa, PANA_FROM_PAA, bytes, n, &v))
        left(p);
}

/* An agent that does not answer has lost the session: another one is made. */
void pana_pac_ping_timeout(struct pana_pac *p)
{
    if (!p->pinging) {
        notify(p, PANA_P, PANA_MSG_PNR_P);
    } else if (p->ping.count >= PANA_MRC) {
        pana_claim(p->env, IMP_CLAIM_ALARM, "agent is silent");
        p->leaving ? left(p) : pana_pac_attempt(p);
    } else {
        pana_pac_send(p, p->own_label, p->request, p->request_n);
        pana_retry_again(&p->ping, p->env, PANA_REQUEST_MRT, p->now);
    }
}

/* EAP anew within the session: the first exchange and what was negotiated in it stay. */
static void renewal(struct pana_pac *p)
{
    p->renewing = true;
    p->t.paa_nonce_n = p->t.pac_nonce_n = 0;
    imp_eap_peer_begin(&p->eap, p->env, p->now);
    pana_pac_wait(p, PANA_PAC_REQUEST, p->now + imp_eap_opt(p->env, "pac-timeout", 60) * IMP_S);
}

/* A ping under way is answered first. */
void pana_pac_ask_renewal(struct pana_pac *p)
{
    p->renew = p->pinging ? p->now + IMP_S : IMP_NEVER;
    if (p->state == PANA_PAC_OPEN && !p->pinging)
        notify(p, PANA_A, PANA_MSG_PNR_A);
}

void pana_pac_notified(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes,
                       size_t n)
{
    struct pana_view v;
    bool asked = p->own_label == PANA_MSG_PNR_A;
    if (!p->pinging || p->state != PANA_PAC_OPEN || m->sequence != p->own_sequence ||
        m->session != p->sa.session || !(m->flags & (asked ? PANA_A : PANA_P)) ||
        !pana_accept(p->env, &p->sa, PANA_FROM_PAA, bytes, n, &v))
        return;
    pana_claim_said(p->env, IMP_CLAIM_COMMIT, &p->sa, asked ? PANA_MSG_PNA_A : PANA_MSG_PNA_P,
                    m->sequence);
    if (p->leaving) {
        pana_pac_ping_later(p);
        pana_pac_leave(p);
    } else if (asked) {
        renewal(p);
    } else {
        pana_pac_ping_later(p);
        if (p->sa.encryption && pana_nearly_wrapped(p->own_sequence, p->own_first))
            p->renew = p->now; /* RFC 6786 section 4.1: another key */
    }
}

/* The agent begins by itself. While ours is outstanding, its requests are discarded. */
void pana_pac_renewed_by_agent(struct pana_pac *p, const uint8_t *bytes, size_t n)
{
    struct pana_view v;
    bool asked = p->pinging && p->own_label == PANA_MSG_PNR_A;
    if (asked || !pana_accept(p->env, &p->sa, PANA_FROM_PAA, bytes, n, &v))
        return;
    renewal(p);
    pana_pac_eap_request(p, &v.m);
}

void pana_pac_pinged(struct pana_pac *p, const uint8_t *bytes, size_t n)
{
    struct pana_writer w;
    struct pana_view v;
    if (!pana_accept(p->env, &p->sa, PANA_FROM_PAA, bytes, n, &v)) {
        pana_claim(p->env, IMP_CLAIM_REJECT, "ping without AUTH");
        return;
    }
    pana_claim_sequence(p->env, &p->sa, v.m.sequence);
    bool key = pana_pac_take_network_key(p, &p->sa, &v.m);
    if (key)
        pana_claim_key(p->env, &p->sa, IMP_CLAIM_RUNNING, NULL);
    pana_claim_said(p->env, IMP_CLAIM_COMMIT, &p->sa, PANA_MSG_PNR_P, v.m.sequence);
    pana_claim_said(p->env, IMP_CLAIM_RUNNING, &p->sa, PANA_MSG_PNA_P, v.m.sequence);
    pana_begin(&w, p->answer, PANA_P, PANA_NOTIFICATION, v.m.session, v.m.sequence);
    pana_pac_answer(p, &v.m, PANA_MSG_PNA_P, pana_protect(p->env, &p->sa, PANA_FROM_PAC, &w));
    if (key)
        pana_claim_key(p->env, &p->sa, IMP_CLAIM_COMMIT,
                       *p->sa.eap.server_id ? p->sa.eap.server_id : NULL);
    imp_wipe(&v.avps, sizeof v.avps);
    if (!p->pinging)
        pana_pac_ping_later(p); /* the agent has been heard */
}

/* After the end of its time a session is made anew at once; after another end, later. */
void pana_pac_termination(struct pana_pac *p, const uint8_t *bytes, size_t n)
{
    struct pana_writer w;
    struct pana_view v;
    uint32_t cause = PANA_CAUSE_ADMINISTRATIVE;
    if (!pana_accept(p->env, &p->sa, PANA_FROM_PAA, bytes, n, &v)) {
        pana_claim(p->env, IMP_CLAIM_REJECT, "termination without AUTH");
        return;
    }
    pana_claim_sequence(p->env, &p->sa, v.m.sequence);
    pana_claim_said(p->env, IMP_CLAIM_COMMIT, &p->sa, PANA_MSG_PTR, v.m.sequence);
    pana_find_u32(&v.m, PANA_AVP_CAUSE, 0, &cause);
    pana_begin(&w, p->answer, 0, PANA_TERMINATION, v.m.session, v.m.sequence);
    pana_pac_answer(p, &v.m, PANA_MSG_PTA, pana_protect(p->env, &p->sa, PANA_FROM_PAC, &w));
    pana_pac_hold(p);
    if (cause == PANA_CAUSE_TIMEOUT)
        p->retry.at = p->now;
}
