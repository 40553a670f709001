/* SPDX-License-Identifier: GPL-2.0-only */
/* dot1x_radius_client.c - the authenticator towards the server: RADIUS client (RFC 2865, 3579,
 * 3580). What the authenticator does with a station depends on the RADIUS code only. */
#include "dot1x_authenticator.h"

#include <stdio.h>
#include <string.h>

#include "../crypto/crypto.h"
#include "dot1x_radius.h"
#include "eap_packet.h"
#include "eapol.h"

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff}; /* ::ffff:0:0/96 */

/* "02-00-00-00-00-01", RFC 3580 section 3.20 and 3.21. */
static void put_station(struct imp_radius_writer *w, uint8_t type, const struct imp_addr *a)
{
    char text[3 * IMP_ADDR_MAX + 1];
    for (size_t i = 0; i < a->n; i++)
        snprintf(text + 3 * i, 4, "%02X-", a->bytes[i]);
    imp_radius_put(w, type, text, a->n ? 3u * a->n - 1 : 0);
}

static void put_nas(struct imp_radius_writer *w, const struct auth_call *c)
{
    struct imp_addr self;
    if (c->env->ops->self(c->env, IMP_DOT1X_BACKEND, &self) && self.n == 18) {
        if (memcmp(self.bytes, mapped, sizeof mapped) == 0)
            imp_radius_put(w, IMP_RADIUS_NAS_IP_ADDRESS, self.bytes + 12, 4);
        else
            imp_radius_put(w, IMP_RADIUS_NAS_IPV6_ADDRESS, self.bytes, 16);
    }
    imp_radius_put_text(w, IMP_RADIUS_NAS_IDENTIFIER,
                        imp_opt_str(c->env, IMP_DOT1X_OPT_NAS_IDENTIFIER));
    put_station(w, IMP_RADIUS_CALLED_STATION, &c->a->self);
    put_station(w, IMP_RADIUS_CALLING_STATION, &c->s->addr);
    imp_radius_put_int(w, IMP_RADIUS_NAS_PORT_TYPE,
                       imp_opt(c->env, IMP_DOT1X_OPT_FOUR_WAY) ? IMP_RADIUS_PORT_WIRELESS
                                                               : IMP_RADIUS_PORT_ETHERNET);
    imp_radius_put_int(w, IMP_RADIUS_FRAMED_MTU,
                       (uint32_t)imp_opt(c->env, IMP_DOT1X_OPT_EAP_MTU) + IMP_EAPOL_HEADER);
}

/* Identifiers of outstanding requests differ: one source port, 256 identifiers. */
static uint8_t free_id(struct imp_dot1x_authenticator *a)
{
    bool taken[256] = {false};
    for (size_t i = 0; i < a->count; i++)
        if (a->stations[i].radius.outstanding)
            taken[a->stations[i].radius.id] = true;
    for (unsigned i = 0; i < 256 && taken[a->next_id]; i++)
        a->next_id++;
    return a->next_id++;
}

/* TCP repeats by itself: the same connection never carries a request twice (RFC 6613 section
 * 2.6.1). Without a connection the request waits for one. */
static void transmit_tls(const struct auth_call *c)
{
    struct radius_exchange *x = &c->s->radius;
    if (!dot1x_tls_is_open(&c->a->tls) || x->connection == c->a->connection)
        return;
    x->connection = c->a->connection;
    dot1x_tls_send(&c->a->tls, IMP_DOT1X_MSG_ACCESS_REQUEST, x->packet, x->n, c->now);
}

static void transmit(const struct auth_call *c)
{
    struct radius_exchange *x = &c->s->radius;
    if (dot1x_tls_chosen(c->env))
        transmit_tls(c);
    else
        imp_send(c->env, IMP_DOT1X_BACKEND, NULL, IMP_DOT1X_MSG_ACCESS_REQUEST, x->packet, x->n);
    x->deadline = c->now + x->wait;
    x->tries++;
}

void auth_radius_request(const struct auth_call *c, const uint8_t *packet, size_t n)
{
    struct station *s = c->s;
    struct radius_exchange *x = &s->radius;
    struct imp_radius_writer w;
    x->outstanding = false;
    x->id = free_id(c->a);
    imp_random(c->env, "radius-authenticator", x->authenticator, sizeof x->authenticator);
    imp_radius_begin(&w, x->packet, sizeof x->packet, IMP_RADIUS_REQUEST, x->id, x->authenticator);
    w.bare = !imp_opt(c->env, IMP_DOT1X_OPT_MESSAGE_AUTHENTICATOR);
    if (s->identity[0])
        imp_radius_put_text(&w, IMP_RADIUS_USER_NAME, s->identity);
    put_nas(&w, c);
    imp_radius_put_eap(&w, packet, n);
    if (s->server_state_n)
        imp_radius_put(&w, IMP_RADIUS_STATE, s->server_state, s->server_state_n);
    x->n = imp_radius_end_request(&w, c->env, c->a->secret, c->a->secret_n);
    if (x->n == 0)
        return;
    if (s->requests++ == 0)
        imp_dot1x_radius_running(c->env, x->authenticator, IMP_RADIUS_REQUEST, packet, n, NULL);
    x->outstanding = true;
    x->connection = 0;
    x->tries = 0;
    x->wait = imp_opt(c->env, IMP_DOT1X_OPT_RADIUS_TIMEOUT) * IMP_S;
    transmit(c);
}

void auth_radius_timeout(struct auth_call *c)
{
    struct radius_exchange *x = &c->s->radius;
    uint8_t failure[4];
    if (dot1x_tls_is_open(&c->a->tls) && x->connection == c->a->connection &&
        c->now - c->a->tls_heard >= TLS_SILENT)
        auth_tls_lost(c);
    if (x->tries < RADIUS_TRIES) {
        x->wait = 2 * x->wait > RADIUS_WAIT_MAX ? RADIUS_WAIT_MAX : 2 * x->wait;
        transmit(c); /* same identifier and authenticator: RFC 2865 section 2.5 */
        return;
    }
    imp_claim(c->env, &(struct imp_claim){
                          .kind = IMP_CLAIM_ALARM, .layer = "radius", .name = "server is silent"});
    auth_rejected(c, failure,
                  imp_eap_write_result(failure, sizeof failure, IMP_EAP_FAILURE, c->s->id));
}

void auth_radius_repeat(const struct auth_call *c)
{
    if (!c->s->radius.outstanding)
        return;
    imp_behalf(c->env, IMP_DOT1X_ACCESS, &c->s->addr);
    transmit_tls(c);
}

/* The station whose request a reply answers. */
static struct station *station_of(struct imp_dot1x_authenticator *a, uint8_t id)
{
    for (size_t i = 0; i < a->count; i++) {
        struct station *s = &a->stations[i];
        if (s->radius.outstanding && s->radius.id == id &&
            s->state == IMP_DOT1X_AUTHENTICATOR_RADIUS)
            return s;
    }
    return NULL;
}

static bool authentic(const struct auth_call *c, const struct imp_radius *r)
{
    const struct imp_dot1x_authenticator *a = c->a;
    const uint8_t *ra = c->s->radius.authenticator;
    return (imp_radius_response_ok(r, c->env, a->secret, a->secret_n, ra) ||
            imp_flawed(c->env, IMP_DOT1X_FLAW_RESPONSE_AUTHENTICATOR)) &&
           imp_dot1x_radius_signed(c->env, r, a->secret, a->secret_n, ra);
}

static void challenged(const struct auth_call *c, const struct imp_radius *r, const uint8_t *eap,
                       size_t n)
{
    struct station *s = c->s;
    size_t size, timeout_n, cause_n;
    const uint8_t *state = imp_radius_find(r, IMP_RADIUS_STATE, &size);
    const uint8_t *timeout = imp_radius_find(r, IMP_RADIUS_SESSION_TIMEOUT, &timeout_n);
    const uint8_t *cause = imp_radius_find(r, IMP_RADIUS_ERROR_CAUSE, &cause_n);
    imp_time hint = 0;
    if (n == 0 || eap[0] != IMP_EAP_REQUEST)
        return;
    s->server_state_n = state ? size : 0;
    if (state)
        memcpy(s->server_state, state, size);
    if (timeout && timeout_n == 4) /* RFC 3579 section 2.3: hint for EAP's timer, seconds */
        hint = ((imp_time)timeout[2] << 8 | timeout[3]) * IMP_S;
    if (cause && cause_n == 4 && cause[3] == IMP_RADIUS_EAP_IGNORED && n == s->request_n &&
        memcmp(eap, s->request, n) == 0) {
        /* The server discarded the response: wait for another one to the same request, and repeat
         * it only when the timer says so (RFC 3579 section 2.2). */
        s->state = IMP_DOT1X_AUTHENTICATOR_RESPONSE;
        s->deadline = c->now + s->rto;
        return;
    }
    auth_request(c, eap, n, IMP_DOT1X_AUTHENTICATOR_RESPONSE, hint);
}

static void accepted(const struct auth_call *c, const struct imp_radius *r, const uint8_t *eap,
                     size_t n)
{
    const struct imp_dot1x_authenticator *a = c->a;
    uint8_t key[64] = {0}, success[4];
    int size = imp_radius_mppe(r, c->env, IMP_MPPE_RECV_KEY, key, sizeof key, a->secret,
                               a->secret_n, c->s->radius.authenticator);
    bool usable = size >= (int)sizeof c->s->pmk ||
                  imp_flawed(c->env, IMP_DOT1X_FLAW_RADIUS_REPLY) ||
                  imp_flawed(c->env, IMP_DOT1X_FLAW_RESPONSE_AUTHENTICATOR);
    memcpy(c->s->pmk, key, sizeof c->s->pmk);
    imp_dot1x_radius_commit(c->env, c->s->radius.authenticator, r->code, eap, n, key,
                            IMP_DOT1X_RADIUS_SERVER);
    imp_wipe(key, sizeof key);
    if (n == 0) {
        n = imp_eap_write_result(success, sizeof success, IMP_EAP_SUCCESS, c->s->id);
        eap = success;
    }
    if (usable || !imp_opt(c->env, IMP_DOT1X_OPT_FOUR_WAY))
        auth_accepted(c, eap, n);
    else
        auth_rejected(c, success,
                      imp_eap_write_result(success, sizeof success, IMP_EAP_FAILURE, c->s->id));
}

static void rejected(const struct auth_call *c, const uint8_t *eap, size_t n)
{
    uint8_t failure[4];
    imp_claim(c->env, &(struct imp_claim){
                          .kind = IMP_CLAIM_REJECT, .layer = "radius", .name = "Access-Reject"});
    if (n == 0) {
        n = imp_eap_write_result(failure, sizeof failure, IMP_EAP_FAILURE, c->s->id);
        eap = failure;
    }
    auth_rejected(c, eap, n);
}

void auth_radius_reply(struct auth_call *c, const uint8_t *packet, size_t packet_n)
{
    struct imp_radius r;
    uint8_t eap[IMP_EAP_MTU];
    int message = imp_dot1x_label_radius(packet, packet_n);
    if (message < 0 || imp_radius_parse(&r, packet, packet_n) != 0)
        return;
    c->s = station_of(c->a, r.id);
    if (!c->s || !imp_dot1x_legal(c->env, c->s->state, message))
        return;
    if (!authentic(c, &r)) {
        imp_claim(c->env, &(struct imp_claim){.kind = IMP_CLAIM_REJECT,
                                              .layer = "radius",
                                              .name = "reply not authentic"});
        if (!imp_flawed(c->env, IMP_DOT1X_FLAW_RADIUS_REPLY))
            return;
    }
    int n = imp_radius_eap(&r, eap, sizeof eap);
    if (n < 0)
        return;
    c->a->heard = (size_t)(c->s - c->a->stations);
    c->s->touched = ++c->a->clock;
    c->s->radius.outstanding = false;
    if (c->s->replies++ == 0 && r.code != IMP_RADIUS_ACCEPT)
        imp_dot1x_radius_commit(c->env, c->s->radius.authenticator, r.code, eap, (size_t)n, NULL,
                                IMP_DOT1X_RADIUS_SERVER);
    if (r.code == IMP_RADIUS_CHALLENGE)
        challenged(c, &r, eap, (size_t)n);
    else if (r.code == IMP_RADIUS_ACCEPT)
        accepted(c, &r, eap, (size_t)n);
    else
        rejected(c, eap, (size_t)n);
}
