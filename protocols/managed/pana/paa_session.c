/* SPDX-License-Identifier: GPL-2.0-only */
/* paa_session.c - the PANA agent within a session: pings, re-authentication and the end (RFC 5191
 * sections 4.2 to 4.4). */
#include <stdio.h>
#include <string.h>

#include "paa.h"
#include "protocols/crypto/crypto.h"
#include "protocols/eap/eap_packet.h"

/* ---- the end (section 4.4)
 * ---------------------------------------------------------------------------- */
static void forget(struct pana_session *s)
{
    if (s->state == PANA_PAA_CLOSING)
        pana_paa_go_on(s);
    imp_wipe(&s->sa, sizeof s->sa);
    pana_paa_rest(s, PANA_PAA_IDLE);
}

static void end(struct pana_session *s, uint32_t cause)
{
    struct pana_writer w;
    pana_paa_open_request(s, &w, 0, PANA_TERMINATION);
    pana_put_u32(&w, PANA_AVP_CAUSE, cause);
    pana_claim_said(pana_paa_env_of(s), IMP_CLAIM_RUNNING, &s->sa, PANA_MSG_PTR, s->sequence);
    pana_paa_request(s, PANA_MSG_PTR, pana_protect(pana_paa_env_of(s), &s->sa, PANA_FROM_PAA, &w),
                     PANA_PAA_CLOSING);
}

void pana_paa_termination_answer(struct pana_session *s, const uint8_t *bytes, size_t n)
{
    struct pana_view v;
    if (!pana_accept(pana_paa_env_of(s), &s->sa, PANA_FROM_PAC, bytes, n, &v))
        return;
    forget(s);
}

/* ---- pings by the agent (section 4.3)
 * ----------------------------------------------------------------- */
void pana_paa_ping_later(struct pana_session *s)
{
    int64_t interval = imp_eap_opt(pana_paa_env_of(s), "ping-interval", 0);
    s->ping = interval ? s->paa->now + interval * IMP_S : IMP_NEVER;
    if (pana_paa_key_is_old(s))
        s->ping = s->paa->now;
}

static void ping(struct pana_session *s)
{
    struct pana_writer w;
    pana_paa_open_request(s, &w, PANA_P, PANA_NOTIFICATION);
    pana_paa_renew_key(s, &w);
    s->pinging = true;
    pana_claim_said(pana_paa_env_of(s), IMP_CLAIM_RUNNING, &s->sa, PANA_MSG_PNR_P, s->sequence);
    pana_paa_request(s, PANA_MSG_PNR_P, pana_protect(pana_paa_env_of(s), &s->sa, PANA_FROM_PAA, &w),
                     PANA_PAA_OPEN);
}

void pana_paa_ping_answer(struct pana_session *s, const uint8_t *bytes, size_t n)
{
    struct pana_view v;
    if (!s->pinging || !pana_accept(pana_paa_env_of(s), &s->sa, PANA_FROM_PAC, bytes, n, &v))
        return;
    if (!s->ending) /* else it is struck off already */
        pana_claim_said(pana_paa_env_of(s), IMP_CLAIM_COMMIT, &s->sa, PANA_MSG_PNA_P, s->sequence);
    s->pinging = false;
    s->retry.at = IMP_NEVER;
    pana_paa_key_taken(s);
    pana_paa_ping_later(s);
    if (s->ending)
        end(s, s->ending);
    else if (s->sa.encryption && pana_nearly_wrapped(s->sequence, s->first))
        pana_paa_renew(s); /* RFC 6786 section 4.1: another key */
}

/* A PaC that does not answer is gone: the enforcement point closes. */
static void ping_again(struct pana_session *s)
{
    if (s->retry.count >= PANA_MRC) {
        pana_claim(pana_paa_env_of(s), IMP_CLAIM_ALARM, "client is silent");
        forget(s);
        return;
    }
    pana_paa_transmit(s);
    pana_retry_again(&s->retry, pana_paa_env_of(s), PANA_REQUEST_MRT, s->paa->now);
}

/* A request of the PaC in its association: the same or the next sequence number of its requests,
 * which begin anywhere. */
static bool expected(struct pana_session *s, const struct pana_message *m, int label,
                     const uint8_t *bytes, size_t n)
{
    struct pana_view v;
    bool next =
        !s->heard || m->sequence == s->heard_sequence || m->sequence == s->heard_sequence + 1;
    if (m->session != s->sa.session || !next ||
        !pana_accept(pana_paa_env_of(s), &s->sa, PANA_FROM_PAC, bytes, n, &v))
        return false;
    if ((!s->heard || m->sequence != s->heard_sequence) && s->state == PANA_PAA_OPEN && !s->ending)
        pana_claim_said(pana_paa_env_of(s), IMP_CLAIM_COMMIT, &s->sa, label, m->sequence);
    s->heard = true;
    s->heard_sequence = m->sequence;
    return true;
}

struct pana_session *pana_paa_moved(struct pana_paa *p, const struct imp_addr *pac,
                                    const struct imp_addr *relay, const struct pana_message *m,
                                    const uint8_t *bytes, size_t n)
{
    struct pana_view v;
    bool request = m->flags & PANA_R,
         in_session = m->type == PANA_NOTIFICATION || m->type == PANA_TERMINATION;
    for (size_t i = 0; request && in_session && i < p->reached; i++) {
        struct pana_session *s = &p->sessions[i];
        if (!s->used || s->member || s->state != PANA_PAA_OPEN || s->session != m->session ||
            (s->heard && m->sequence != s->heard_sequence + 1) ||
            !pana_accept(p->env, &s->sa, PANA_FROM_PAC, bytes, n, &v))
            continue;
        s->addr = *pac;
        s->relay = *relay;
        return s;
    }
    return NULL;
}

/* PNR: a ping, or the wish for re-authentication, which begins when it is answered. */
void pana_paa_notification(struct pana_session *s, const struct pana_message *m,
                           const uint8_t *bytes, size_t n)
{
    uint8_t answer[PANA_MTU];
    struct pana_writer w;
    bool wish = m->flags & PANA_A;
    int asked = wish ? PANA_MSG_PNR_A : PANA_MSG_PNR_P,
        said = wish ? PANA_MSG_PNA_A : PANA_MSG_PNA_P;
    bool again = wish && s->renewing && s->heard && m->sequence == s->heard_sequence;
    if ((s->state != PANA_PAA_OPEN && !again) || (wish && s->pinging) ||
        !expected(s, m, asked, bytes, n))
        return; /* a ping of ours is answered before anything else begins */
    pana_begin(&w, answer, wish ? PANA_A : PANA_P, PANA_NOTIFICATION, m->session, m->sequence);
    pana_claim_said(pana_paa_env_of(s), IMP_CLAIM_RUNNING, &s->sa, said, m->sequence);
    pana_paa_emit(s, said, answer, pana_protect(pana_paa_env_of(s), &s->sa, PANA_FROM_PAA, &w));
    if (wish && s->state == PANA_PAA_OPEN)
        pana_paa_renew(s);
    else if (!s->pinging)
        pana_paa_ping_later(s); /* the PaC has been heard */
}

/* The PaC leaves (section 4.4). The association is gone when the answer is sent, so the answer is
 * kept for a duplicate. */
void pana_paa_departure(struct pana_session *s, const struct pana_message *m, const uint8_t *bytes,
                        size_t n)
{
    uint8_t answer[PANA_MTU];
    struct pana_writer w;
    bool there = s->state == PANA_PAA_OPEN || s->state == PANA_PAA_CLOSING;
    if (there && expected(s, m, PANA_MSG_PTR, bytes, n)) {
        pana_begin(&w, answer, 0, PANA_TERMINATION, m->session, m->sequence);
        size_t size = pana_protect(pana_paa_env_of(s), &s->sa, PANA_FROM_PAA, &w);
        s->answer_n = size <= sizeof s->answer ? size : 0;
        memcpy(s->answer, answer, s->answer_n);
        pana_paa_exclude(s->paa, s->peer_id);
        imp_wipe(&s->sa, sizeof s->sa);
        pana_paa_rest(s, PANA_PAA_IDLE);
    } else if (s->state != PANA_PAA_IDLE || m->session != s->session ||
               m->sequence != s->heard_sequence) {
        return;
    }
    if (s->answer_n)
        pana_paa_emit(s, PANA_MSG_PTA, s->answer, s->answer_n);
}

/* ---- time
 * ------------------------------------------------------------------------------------------- */
imp_time pana_paa_deadline(const struct pana_session *s)
{
    if (s->state == PANA_PAA_AAA)
        return imp_aaa_deadline(&s->radius);
    if (s->state != PANA_PAA_OPEN || s->pinging)
        return s->retry.at;
    imp_time at = s->renew < s->expiry ? s->renew : s->expiry;
    return s->ping < at ? s->ping : at;
}

/* What is due in an open session. */
static void proceed(struct pana_session *s)
{
    if (s->pinging)
        ping_again(s);
    else if (s->renew <= s->paa->now)
        pana_paa_renew(s);
    else if (s->expiry > s->paa->now)
        ping(s);
    else if (imp_eap_opt(pana_paa_env_of(s), "timeout-notice", 0))
        end(s, PANA_CAUSE_TIMEOUT);
    else
        forget(s);
}

void pana_paa_expire(struct pana_session *s)
{
    if (s->state == PANA_PAA_OPEN) {
        proceed(s);
    } else if (s->state == PANA_PAA_AAA) {
        imp_aaa_expire(&s->paa->aaa, &s->radius, s->paa->now);
    } else if (pana_paa_env_of(s)->adversary && s->state == PANA_PAA_ANSWER) {
        pana_paa_bluff(s);
    } else if (s->state == PANA_PAA_RESPONSE || s->retry.count >= PANA_MRC) {
        pana_claim(pana_paa_env_of(s), IMP_CLAIM_REJECT, "no answer");
        if (s->state == PANA_PAA_CLOSING)
            pana_paa_go_on(s);
        pana_paa_rest(s, PANA_PAA_IDLE);
    } else {
        pana_paa_transmit(s);
        pana_retry_again(&s->retry, pana_paa_env_of(s), PANA_REQUEST_MRT, s->paa->now);
    }
}

static void exclude(struct pana_paa *p, const uint8_t *peer_id, size_t n)
{
    char name[IMP_EAP_ID_MAX + 1];
    snprintf(name, sizeof name, "%.*s", (int)n, (const char *)peer_id);
    pana_paa_exclude(p, name);
}

/* What is open with that PaC, or with all, is terminated; a ping under way is answered first. */
void pana_paa_terminate(struct pana_paa *p, const uint8_t *peer_id, size_t n)
{
    for (size_t i = 0; i < p->reached; i++) {
        struct pana_session *s = &p->sessions[i];
        bool meant = n == 0 || (strlen(s->peer_id) == n && memcmp(s->peer_id, peer_id, n) == 0);
        if (!s->used || s->member || s->state != PANA_PAA_OPEN || !meant)
            continue;
        p->last = i;
        if (s->pinging)
            s->ending = PANA_CAUSE_ADMINISTRATIVE;
        else
            end(s, PANA_CAUSE_ADMINISTRATIVE);
        pana_paa_session_timer(p, i % PANA_PAA_TIMERS);
    }
    if (n > 0)
        exclude(p, peer_id, n);
}
