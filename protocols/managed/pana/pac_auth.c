/* SPDX-License-Identifier: GPL-2.0-only */
/* pac_auth.c - the PANA client in the authentication and authorization phase: algorithms, EAP, the
 * result (RFC 5191 section 4.1). */
#include <string.h>

#include "pac.h"
#include "protocols/crypto/crypto.h"
#include "protocols/eap/eap_packet.h"

#define NOTICE_PATIENCE (10 * IMP_S)
/* Duplicate address detection: one probe and RetransTimer (RFC 4862 section 5.4, RFC 4861). */
#define RECONFIGURATION (1 * IMP_S)
enum { START_RESPONSE = 260 }; /* octets of an EAP response that go into PAN with the S bit */

/* A response that takes its time would make the agent repeat its request (section 4.1). */
static bool piggyback(const struct pana_pac *p)
{
    return imp_eap_opt(p->env, "piggyback", 1);
}

static void await_request(struct pana_pac *p, const struct pana_message *m)
{
    bool start = m->flags & PANA_S;
    size_t n;
    p->reconfigure = p->reconfigure || (m->flags & PANA_I);
    if (start && imp_eap_opt(p->env, "stateless-start", 0) && !pana_find(m, PANA_AVP_EAP, 0, &n))
        return; /* the PCI is repeated until the agent goes on: it may have kept nothing */
    pana_pac_wait(p, PANA_PAC_REQUEST, p->now + imp_eap_opt(p->env, "pac-timeout", 60) * IMP_S);
}

/* Within a session nothing counts without AUTH. The message as it was meant. */
static bool proven(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes, size_t n,
                   struct pana_view *v)
{
    return p->renewing ? pana_accept(p->env, &p->sa, PANA_FROM_PAA, bytes, n, v)
                       : pana_disclose(p->env, NULL, PANA_FROM_PAA, m, v);
}

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

void pana_pac_start_request(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes,
                            size_t n)
{
    struct pana_transcript *t = &p->t;
    struct pana_writer w;
    struct pana_view v;
    if (!pana_disclose(p->env, NULL, PANA_FROM_PAA, m, &v))
        return;
    if (n > sizeof t->par || !choose(p, m, PANA_AVP_PRF, pana_has_prf, &t->prf) ||
        !choose(p, m, PANA_AVP_INTEGRITY, pana_has_integrity, &t->integrity)) {
        pana_claim(p->env, IMP_CLAIM_REJECT, "no common algorithm");
        return;
    }
    uint32_t encryption;
    t->encryption = pana_wants_encryption(p->env) &&
                    pana_find_u32(m, PANA_AVP_ENCR_ALGORITHM, 0, &encryption) &&
                    encryption == PANA_ENCR_AES128_CTR;
    memcpy(t->par, bytes, n);
    t->par_n = n;
    size_t packet_n;
    const uint8_t *packet = pana_find(&v.m, PANA_AVP_EAP, 0, &packet_n);
    if (packet &&
        imp_eap_peer_receive(&p->eap, p->env, packet, packet_n, p->now) != IMP_EAP_PEER_RESPONSE)
        return;
    bool along = packet && piggyback(p) && p->eap.response_n <= START_RESPONSE;
    pana_begin(&w, p->answer, PANA_S, PANA_AUTH_EXCHANGE, m->session, m->sequence);
    pana_put_u32(&w, PANA_AVP_PRF, t->prf);
    pana_put_u32(&w, PANA_AVP_INTEGRITY, t->integrity);
    if (t->encryption)
        pana_put_u32(&w, PANA_AVP_ENCR_ALGORITHM, PANA_ENCR_AES128_CTR);
    if (along)
        pana_put_octets(&w, PANA_AVP_EAP, p->eap.response, p->eap.response_n);
    t->pan_n = pana_end(&w);
    memcpy(t->pan, p->answer, t->pan_n);
    pana_pac_answer(p, m, PANA_MSG_PAN_S, t->pan_n);
    await_request(p, m);
    if (packet && !along)
        pana_pac_respond(p);
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

void pana_pac_eap_request(struct pana_pac *p, const struct pana_message *m)
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
    if (piggyback(p))
        pana_put_octets(&w, PANA_AVP_EAP, p->eap.response, p->eap.response_n);
    pana_pac_answer(p, m, PANA_MSG_PAN, pana_pac_finish(p, &w));
    await_request(p, m);
    if (!piggyback(p))
        pana_pac_respond(p);
}

void pana_pac_respond(struct pana_pac *p)
{
    struct pana_writer w;
    pana_pac_draw_sequence(p);
    pana_begin(&w, p->request, PANA_R, PANA_AUTH_EXCHANGE, p->session, ++p->own_sequence);
    pana_put_octets(&w, PANA_AVP_EAP, p->eap.response, p->eap.response_n);
    size_t n = pana_pac_finish(p, &w);
    if (n)
        pana_pac_request(p, PANA_MSG_PAR, n);
}

void pana_pac_acknowledged(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes,
                           size_t n)
{
    struct pana_view v;
    if (!p->pinging || p->own_label != PANA_MSG_PAR || p->state != PANA_PAC_REQUEST ||
        m->session != p->session || m->sequence != p->own_sequence ||
        (m->flags & (PANA_S | PANA_C)) || !proven(p, m, bytes, n, &v))
        return;
    p->pinging = false;
    p->ping.at = IMP_NEVER;
}

/* The agent's notice of it is waited for as long as the agent repeats it a few times. */
static imp_time end_of_session(const struct pana_pac *p)
{
    imp_time patience = imp_eap_opt(p->env, "timeout-notice", 0) ? NOTICE_PATIENCE : 0;
    return p->sa.lifetime ? p->now + p->sa.lifetime * IMP_S + patience : IMP_NEVER;
}

static void open_session(struct pana_pac *p, const struct pana_message *m)
{
    const struct imp_eap_export *x = &p->sa.eap;
    struct pana_writer w;
    pana_claim_sequence(p->env, &p->sa, m->sequence);
    pana_claim_running(p->env, &p->sa);
    pana_begin(&w, p->answer, PANA_C, PANA_AUTH_EXCHANGE, m->session, m->sequence);
    pana_put_u32(&w, PANA_AVP_KEY_ID, p->sa.key_id);
    pana_pac_answer(p, m, PANA_MSG_PAN_C, pana_protect(p->env, &p->sa, PANA_FROM_PAC, &w));
    pana_claim_commit(p->env, &p->sa, imp_aaa_agent(p->env, x));
    p->renewing = false;
    p->own_first = p->own_sequence;
    if (!p->claimed)
        imp_claim(p->env, &(struct imp_claim){.kind = IMP_CLAIM_COMPLETE});
    p->claimed = true;
    pana_pac_wait(p, PANA_PAC_OPEN, end_of_session(p));
    p->renew = pana_renewal(p->env, p->sa.lifetime, p->now);
    pana_pac_ping_later(p);
    if (p->reconfigure || (m->flags & PANA_I)) /* section 5.6: it is heard from its new address */
        p->ping.at = p->now + RECONFIGURATION;
    p->reconfigure = false;
    if (p->ping.at != IMP_NEVER)
        pana_pac_draw_sequence(p);
}

/* The association of this conversation, if the message proves it. */
static bool associate(struct pana_pac *p, struct pana_sa *sa, const struct pana_message *m,
                      const uint8_t *bytes, size_t n)
{
    struct imp_eap_export x;
    uint32_t key_id;
    if (!pana_find_u32(m, PANA_AVP_KEY_ID, 0, &key_id) || !imp_eap_peer_export(&p->eap, &x) ||
        !x.has_key)
        return false;
    pana_derive(p->env, sa, &x, &p->t, m->session, key_id);
    return pana_verify(p->env, sa, bytes, n);
}

bool pana_pac_take_network_key(struct pana_pac *p, struct pana_sa *sa, const struct pana_message *m)
{
    size_t n, group_n;
    const uint8_t *key = pana_find_vendor(m, PANA_AVP_NETWORK_KEY, PANA_VENDOR_ZIGBEE, &n),
                  *group = pana_find_vendor(m, PANA_AVP_GROUP_ID, PANA_VENDOR_OWN, &group_n);
    if (!imp_eap_opt(p->env, "network-key", 1) || !key || n != PANA_NETWORK_KEY)
        return false;
    sa->has_network_key = true;
    sa->group = group && group_n == 4 ? group[3] : 0;
    memcpy(sa->network_key, key, PANA_NETWORK_KEY);
    p->env->ops->cell_put(p->env, PANA_CELL_NETWORK_KEY, key, PANA_NETWORK_KEY);
    return true;
}

/* What the result grants, as it was meant. */
static void granted(struct pana_pac *p, struct pana_sa *sa, const struct pana_message *m)
{
    size_t n;
    const uint8_t *packet = pana_find(m, PANA_AVP_EAP, 0, &n);
    if (!packet || imp_eap_peer_receive(&p->eap, p->env, packet, n, p->now) != IMP_EAP_PEER_SUCCESS)
        return;
    if (!sa->there) /* only the flaw gets here */
        *sa = (struct pana_sa){
            .there = true, .session = m->session, .prf = p->t.prf, .integrity = p->t.integrity};
    pana_find_u32(m, PANA_AVP_LIFETIME, 0, &sa->lifetime);
    pana_pac_take_network_key(p, sa, m);
    p->sa = *sa;
    open_session(p, m);
}

static void success(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes,
                    size_t n)
{
    struct pana_sa sa = {0};
    struct pana_view v;
    if (!associate(p, &sa, m, bytes, n) && !imp_eap_flawed(p->env, "no-auth-check"))
        pana_claim(p->env, IMP_CLAIM_REJECT, "AUTH");
    else if (pana_disclose(p->env, &sa, PANA_FROM_PAA, m, &v))
        granted(p, &sa, &v.m);
    imp_wipe(&v.avps, sizeof v.avps);
    imp_wipe(&sa, sizeof sa);
}

static void failure(struct pana_pac *p, const struct pana_message *m)
{
    struct pana_writer w;
    pana_begin(&w, p->answer, PANA_C, PANA_AUTH_EXCHANGE, m->session, m->sequence);
    pana_pac_answer(p, m, PANA_MSG_PAN_C, pana_pac_finish(p, &w));
    if (p->eap.next == IMP_EAP_HELD)
        pana_claim(p->env, IMP_CLAIM_REJECT, "authentication rejected");
    pana_pac_hold(p);
    if (p->eap.next != IMP_EAP_HELD) /* EAP-NOOB ends its first exchanges like this */
        p->retry.at = p->eap.next > p->now ? p->eap.next : p->now;
}

/* EAP has succeeded, but the agent lets nobody in: both last messages are protected. */
static void unauthorized(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes,
                         size_t n)
{
    struct pana_sa sa = {0};
    struct pana_view v;
    struct pana_writer w;
    const uint8_t *packet;
    size_t packet_n;
    if (!associate(p, &sa, m, bytes, n)) {
        pana_claim(p->env, IMP_CLAIM_REJECT, "AUTH");
    } else if (pana_disclose(p->env, &sa, PANA_FROM_PAA, m, &v) &&
               (packet = pana_find(&v.m, PANA_AVP_EAP, 0, &packet_n)) &&
               imp_eap_peer_receive(&p->eap, p->env, packet, packet_n, p->now) ==
                   IMP_EAP_PEER_SUCCESS) {
        pana_begin(&w, p->answer, PANA_C, PANA_AUTH_EXCHANGE, m->session, m->sequence);
        pana_put_u32(&w, PANA_AVP_KEY_ID, sa.key_id);
        pana_pac_answer(p, m, PANA_MSG_PAN_C, pana_protect(p->env, &sa, PANA_FROM_PAC, &w));
        pana_claim(p->env, IMP_CLAIM_REJECT, "authorization rejected");
        pana_pac_hold(p);
    }
    imp_wipe(&sa, sizeof sa);
}

void pana_pac_result(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes,
                     size_t n)
{
    uint32_t code;
    size_t packet_n;
    const uint8_t *packet;
    struct pana_view v;
    if (!pana_find_u32(m, PANA_AVP_RESULT, 0, &code))
        return;
    if (code == PANA_SUCCESS)
        success(p, m, bytes, n);
    else if (code == PANA_UNAUTHORIZED && pana_find(m, PANA_AVP_KEY_ID, 0, &packet_n))
        unauthorized(p, m, bytes, n);
    else if (proven(p, m, bytes, n, &v) && (packet = pana_find(&v.m, PANA_AVP_EAP, 0, &packet_n)) &&
             imp_eap_peer_receive(&p->eap, p->env, packet, packet_n, p->now) ==
                 IMP_EAP_PEER_FAILURE)
        failure(p, m);
}

void pana_pac_next_request(struct pana_pac *p, const struct pana_message *m, const uint8_t *bytes,
                           size_t n)
{
    struct pana_view v;
    if (proven(p, m, bytes, n, &v))
        pana_pac_eap_request(p, &v.m);
}
