/* SPDX-License-Identifier: GPL-2.0-only */
/* dot1x_authenticator.c - role "authenticator": 802.1X port state for each station, EAP passed
 * through to the server, and the authenticator of the 4-way handshake. */
#include "dot1x_authenticator.h"

#include <string.h>

#include "../crypto/crypto.h"
#include "eap_packet.h"
#include "eapol.h"

enum { TIMER = 0 }; /* the earliest deadline of all stations; AUTH_TLS_TIMER is another */

_Static_assert(sizeof(struct imp_dot1x_authenticator) <= IMP_DOT1X_AUTHENTICATOR_SIZE, "context");

static imp_time seconds(const struct imp_env *env, unsigned option)
{
    return imp_opt(env, option) * IMP_S;
}

void imp_dot1x_authenticator_init(void *ctx, struct imp_env *env,
                                  const struct imp_eap_method *method)
{
    struct imp_dot1x_authenticator *a = ctx;
    (void)env;
    a->method = method;
    a->group.due = IMP_NEVER;
}

int imp_dot1x_authenticator_state(const void *ctx)
{
    const struct imp_dot1x_authenticator *a = ctx;
    return a->stations[a->heard].state;
}

/* ---- stations
 * -------------------------------------------------------------------------------------- */

static void station_reset(struct station *s, enum imp_dot1x_authenticator_state state,
                          imp_time deadline)
{
    s->state = state;
    s->deadline = deadline;
    s->radius.exchange.outstanding = false;
    s->fourway.state = IMP_FOURWAY_IDLE;
}

/* The record of an address; a new one takes a free place or that of the station unused longest. */
static struct station *station_of(struct imp_dot1x_authenticator *a, const struct imp_addr *addr)
{
    struct station *s = &a->stations[0];
    for (size_t i = 0; i < a->count; i++) {
        if (imp_addr_equal(&a->stations[i].addr, addr))
            return &a->stations[i];
        if (a->stations[i].touched < s->touched)
            s = &a->stations[i];
    }
    if (a->count < IMP_DOT1X_STATIONS)
        s = &a->stations[a->count++];
    *s = (struct station){.addr = *addr};
    station_reset(s, IMP_DOT1X_AUTHENTICATOR_IDLE, IMP_NEVER);
    return s;
}

static bool handshaking(const struct station *s)
{
    return s->fourway.state == IMP_FOURWAY_AWAIT_2 || s->fourway.state == IMP_FOURWAY_AWAIT_4 ||
           s->fourway.state == IMP_FOURWAY_AWAIT_GROUP;
}

static imp_time earliest(const struct station *s)
{
    imp_time t = s->deadline;
    const struct imp_radius_exchange *x = &s->radius.exchange;
    if (x->outstanding && x->deadline < t)
        t = x->deadline;
    if (handshaking(s) && s->fourway.deadline < t)
        t = s->fourway.deadline;
    return t;
}

static void set_timer(const struct auth_call *c)
{
    imp_time t = c->a->group.due;
    for (size_t i = 0; i < c->a->count; i++)
        if (earliest(&c->a->stations[i]) < t)
            t = earliest(&c->a->stations[i]);
    imp_timer(c->env, TIMER, t);
}

/* ---- EAP towards the station
 * ------------------------------------------------------------------------ */

void auth_frame(const struct auth_call *c, uint8_t type, const uint8_t *body, size_t n)
{
    uint8_t frame[IMP_EAPOL_HEADER + IMP_EAP_MTU];
    size_t size = imp_eapol_write(
        frame, sizeof frame, (uint8_t)imp_opt(c->env, IMP_DOT1X_OPT_EAPOL_VERSION), type, body, n);
    if (size)
        imp_send(c->env, IMP_DOT1X_ACCESS, &c->s->addr,
                 imp_dot1x_label_frame(c->a->method, frame, size), frame, size);
}

/* Uniform in -RTOmin/2 .. RTOmin/2, RFC 3748 section 4.3 a). */
static imp_time jitter(const struct auth_call *c)
{
    uint8_t b[4];
    imp_random(c->env, "eap-rto-jitter", b, sizeof b);
    imp_time r = (imp_time)b[0] << 24 | (imp_time)b[1] << 16 | (imp_time)b[2] << 8 | b[3];
    return r % RTO_MIN - RTO_MIN / 2;
}

static void transmit(const struct auth_call *c)
{
    auth_frame(c, IMP_EAPOL_EAP, c->s->request, c->s->request_n);
    c->s->deadline = c->now + c->s->rto + jitter(c);
}

void auth_request(const struct auth_call *c, const uint8_t *packet, size_t n,
                  enum imp_dot1x_authenticator_state state, imp_time wait)
{
    struct station *s = c->s;
    memcpy(s->request, packet, n);
    s->request_n = n;
    s->id = packet[1];
    s->state = state;
    s->tries = 0;
    s->sent = c->now;
    if (wait > 0)
        s->rto = wait;
    if (c->env->adversary && state == IMP_DOT1X_AUTHENTICATOR_IDENTITY)
        s->deadline = c->now + IMP_DOT1X_ADVERSARY_WAIT +
                      c->a->method->computing; /* then as if it were a repetition */
    else
        transmit(c);
}

/* SRTT, RTTVAR and RTO of RFC 2988 section 2, with Karn's algorithm: no sample of a repeat. */
static void round_trip(const struct auth_call *c)
{
    struct station *s = c->s;
    imp_time r = c->now - s->sent;
    if (s->tries > 0)
        return;
    if (s->srtt == 0) {
        s->srtt = r;
        s->rttvar = r / 2;
    } else {
        imp_time error = s->srtt > r ? s->srtt - r : r - s->srtt;
        s->rttvar = (3 * s->rttvar + error) / 4;
        s->srtt = (7 * s->srtt + r) / 8;
    }
    s->rto = s->srtt + 4 * s->rttvar;
    /* The next request may make a slow device compute for long: never below RTOinitial. */
    imp_time floor = imp_opt(c->env, IMP_DOT1X_OPT_EAP_RTO) * IMP_MS;
    s->rto = s->rto < floor ? floor : s->rto > RTO_MAX ? RTO_MAX : s->rto;
}

static void handshake_start(const struct auth_call *c)
{
    struct station *s = c->s;
    imp_fourway_start(&s->fourway, c->env, (uint8_t)imp_opt(c->env, IMP_DOT1X_OPT_EAPOL_VERSION),
                      s->pmk, c->a->group.gtk, &c->a->self, &s->addr, c->now);
    s->fourway.gtk_id = c->a->group.id;
    if (imp_flawed(c->env, IMP_DOT1X_FLAW_STATION_MIC))
        s->fourway.unchecked = true;
    imp_send(c->env, IMP_DOT1X_ACCESS, &s->addr, IMP_DOT1X_MSG_KEY_1, s->fourway.frame,
             s->fourway.frame_n);
}

/* An adversary's access point does not wait for a success that does not come: it says so itself and
 * begins the handshake with the PMK that it has. */
static void pretend_success(const struct auth_call *c, uint8_t id)
{
    struct station *s = c->s;
    uint8_t success[4];
    if (!c->env->adversary || handshaking(s))
        return;
    size_t n = imp_eap_write_result(success, sizeof success, IMP_EAP_SUCCESS, id);
    auth_frame(c, IMP_EAPOL_EAP, success, n);
    handshake_start(c);
}

static void eap_timeout(const struct auth_call *c)
{
    struct station *s = c->s;
    if (s->tries < (unsigned)imp_opt(c->env, IMP_DOT1X_OPT_EAP_RETRIES)) {
        s->tries++;
        s->rto = 2 * s->rto > RTO_MAX ? RTO_MAX : 2 * s->rto;
        transmit(c);
        if (s->state == IMP_DOT1X_AUTHENTICATOR_RESPONSE)
            pretend_success(c, (uint8_t)(s->id - 1)); /* that of the last response */
    } else {
        auth_group_left(c);
        station_reset(s, IMP_DOT1X_AUTHENTICATOR_IDLE, IMP_NEVER);
        imp_claim(c->env, &(struct imp_claim){
                              .kind = IMP_CLAIM_REJECT, .layer = "eapol", .name = "EAP timeout"});
    }
}

static void restart(const struct auth_call *c)
{
    struct station *s = c->s;
    uint8_t packet[IMP_EAP_HEADER], id = (uint8_t)(s->id + 1);
    if (s->request_n == 0) /* the first identifier is random, RFC 3748 section 4.1 */
        imp_random(c->env, "eap-identifier", &id, 1);
    station_reset(s, IMP_DOT1X_AUTHENTICATOR_IDENTITY, IMP_NEVER);
    imp_radius_conversation_reset(&s->radius);
    s->srtt = s->rttvar = 0;
    imp_wipe(s->pmk, sizeof s->pmk);
    size_t n =
        imp_eap_write(packet, sizeof packet, IMP_EAP_REQUEST, id, IMP_EAP_TYPE_IDENTITY, NULL, 0);
    auth_request(c, packet, n, IMP_DOT1X_AUTHENTICATOR_IDENTITY,
                 imp_opt(c->env, IMP_DOT1X_OPT_EAP_RTO) * IMP_MS);
}

static void authorized(const struct auth_call *c)
{
    /* With either Termination-Action (RFC 3580 section 3.17) what is authorized ends then, and the
     * station is asked for its identity. */
    imp_time period = c->s->session ? c->s->session : seconds(c->env, IMP_DOT1X_OPT_REAUTH_PERIOD);
    c->s->state = IMP_DOT1X_AUTHENTICATOR_AUTHORIZED;
    c->s->deadline = period ? c->now + period : IMP_NEVER;
    imp_claim(c->env, &(struct imp_claim){.kind = IMP_CLAIM_COMPLETE});
}

void auth_accepted(const struct auth_call *c, const uint8_t *success, size_t n)
{
    if (n > 0) /* none is made up where the server gave none: RFC 3579 section 2.6.3 */
        auth_frame(c, IMP_EAPOL_EAP, success, n); /* once: never retransmitted */
    c->s->deadline = IMP_NEVER;
    if (!imp_opt(c->env, IMP_DOT1X_OPT_FOUR_WAY)) {
        authorized(c);
        return;
    }
    c->s->state = IMP_DOT1X_AUTHENTICATOR_KEY_2;
    handshake_start(c);
}

void auth_rejected(const struct auth_call *c, const uint8_t *failure, size_t n)
{
    imp_time quiet = seconds(c->env, IMP_DOT1X_OPT_QUIET_PERIOD);
    if (n > 1)
        pretend_success(c, failure[1]); /* its handshake outlives the conversation */
    if (n > 0)
        auth_frame(c, IMP_EAPOL_EAP, failure, n);
    auth_group_left(c);
    c->s->state = quiet ? IMP_DOT1X_AUTHENTICATOR_HELD : IMP_DOT1X_AUTHENTICATOR_IDLE;
    c->s->deadline = quiet ? c->now + quiet : IMP_NEVER;
    c->s->radius.exchange.outstanding = false;
}

/* An adversary's request that has not been sent yet: a response with its identifier is another's.
 */
static bool holds_back(const struct auth_call *c)
{
    return c->env->adversary && c->s->state == IMP_DOT1X_AUTHENTICATOR_IDENTITY && c->s->tries == 0;
}

static void response_received(const struct auth_call *c, const struct imp_eapol *eapol)
{
    struct station *s = c->s;
    struct imp_eap_packet e;
    if (holds_back(c))
        return;
    if (imp_eap_parse(&e, eapol->body, eapol->body_n) != 0 || e.code != IMP_EAP_RESPONSE ||
        e.id != s->id || e.n > IMP_EAP_MTU)
        return;
    if (e.type == IMP_EAP_TYPE_IDENTITY) {
        if (e.data_n > IMP_EAP_ID_MAX)
            return;
        memcpy(s->radius.identity, e.data, e.data_n);
        s->radius.identity[e.data_n] = 0;
    }
    round_trip(c);
    s->state = IMP_DOT1X_AUTHENTICATOR_RADIUS;
    s->deadline = IMP_NEVER;
    imp_radius_client_send(&c->a->radius, &s->radius, eapol->body, e.n, c->now);
}

/* ---- the 4-way handshake
 * ------------------------------------------------------------------------------ */

/* `group`: of the group key handshake, with which the port stays as it is. */
static void fourway_out(const struct auth_call *c, enum imp_fourway_out out, bool group)
{
    struct station *s = c->s;
    bool main_state =
        s->state == IMP_DOT1X_AUTHENTICATOR_KEY_2 || s->state == IMP_DOT1X_AUTHENTICATOR_KEY_4;
    bool third = s->fourway.state == IMP_FOURWAY_AWAIT_4;
    switch (out) {
    case IMP_FOURWAY_NOTHING:
        break;
    case IMP_FOURWAY_SEND:
        if (group) {
            auth_group_send(c);
            break;
        }
        imp_send(c->env, IMP_DOT1X_ACCESS, &s->addr,
                 third ? IMP_DOT1X_MSG_KEY_3 : IMP_DOT1X_MSG_KEY_1, s->fourway.frame,
                 s->fourway.frame_n);
        if (main_state && third)
            s->state = IMP_DOT1X_AUTHENTICATOR_KEY_4;
        break;
    case IMP_FOURWAY_DONE:
        s->member = true;
        if (!group)
            authorized(c);
        auth_group_give(c); /* it may have been renewed meanwhile */
        break;
    case IMP_FOURWAY_FAILED: /* deauthentication: the station must begin anew */
        if (group)
            auth_group_left(c);
        if (main_state || group)
            station_reset(s, IMP_DOT1X_AUTHENTICATOR_IDLE, IMP_NEVER);
        break;
    }
}

/* ---- events
 * ------------------------------------------------------------------------------------------- */

static void logged_off(const struct auth_call *c)
{
    auth_group_left(c);
    station_reset(c->s, IMP_DOT1X_AUTHENTICATOR_IDLE, IMP_NEVER);
}

static void frame_received(struct auth_call *c, const struct imp_event *e)
{
    int message = imp_dot1x_label_frame(c->a->method, e->bytes, e->n);
    struct imp_eapol eapol;
    if (message < 0 || imp_eapol_parse(&eapol, e->bytes, e->n) != 0)
        return;
    c->s = station_of(c->a, &e->from);
    c->s->touched = ++c->a->clock;
    c->a->heard = (size_t)(c->s - c->a->stations);
    bool group = message == IMP_DOT1X_MSG_GROUP_2;
    bool key = message == IMP_DOT1X_MSG_KEY_2 || message == IMP_DOT1X_MSG_KEY_4 || group;
    if (!imp_dot1x_legal(c->env, c->s->state, message) && !(c->env->adversary && key))
        return;
    if (message == IMP_DOT1X_MSG_START)
        restart(c);
    else if (message == IMP_DOT1X_MSG_LOGOFF)
        logged_off(c);
    else if (key)
        fourway_out(c, imp_fourway_receive(&c->s->fourway, c->env, e->bytes, e->n, c->now), group);
    else
        response_received(c, &eapol);
}

static void deadline_passed(const struct auth_call *c)
{
    switch (c->s->state) {
    case IMP_DOT1X_AUTHENTICATOR_IDENTITY:
    case IMP_DOT1X_AUTHENTICATOR_RESPONSE:
        eap_timeout(c);
        break;
    case IMP_DOT1X_AUTHENTICATOR_HELD:
        station_reset(c->s, IMP_DOT1X_AUTHENTICATOR_IDLE, IMP_NEVER);
        break;
    case IMP_DOT1X_AUTHENTICATOR_AUTHORIZED:
        restart(c);
        break;
    default:
        c->s->deadline = IMP_NEVER;
        break;
    }
}

static void handshake_timeout(const struct auth_call *c)
{
    bool group = c->s->fourway.state == IMP_FOURWAY_AWAIT_GROUP;
    fourway_out(c, imp_fourway_timeout(&c->s->fourway, c->env, c->now), group);
}

static void timed_out(struct auth_call *c)
{
    if (c->a->group.due <= c->now)
        auth_group_renew(c);
    for (size_t i = 0; i < c->a->count; i++) {
        c->s = &c->a->stations[i];
        const struct imp_radius_exchange *x = &c->s->radius.exchange;
        if (x->outstanding && x->deadline <= c->now)
            imp_radius_client_timeout(&c->a->radius, &c->s->radius, c->now);
        if (handshaking(c->s) && c->s->fourway.deadline <= c->now)
            handshake_timeout(c);
        if (c->s->deadline <= c->now)
            deadline_passed(c);
    }
}

static void started(struct auth_call *c)
{
    struct imp_dot1x_authenticator *a = c->a;
    const char *name = imp_opt_str(c->env, IMP_DOT1X_OPT_NAS_IDENTIFIER);
    a->self = (struct imp_addr){.n = 6};
    c->env->ops->self(c->env, IMP_DOT1X_ACCESS, &a->self);
    auth_group_begin(a, c->env, c->now);
    a->count = 0;
    imp_claim(c->env, &(struct imp_claim){.kind = IMP_CLAIM_IDENTITY,
                                          .layer = "radius",
                                          .self = (const uint8_t *)name,
                                          .self_n = strlen(name)});
    imp_claim(c->env, &(struct imp_claim){.kind = IMP_CLAIM_IDENTITY,
                                          .layer = "link",
                                          .self = a->self.bytes,
                                          .self_n = a->self.n});
    imp_radius_client_start(&a->radius, c->env, &auth_radius, a, AUTH_TLS_TIMER, c->now);
}

void imp_dot1x_authenticator_fini(void *ctx, struct imp_env *env)
{
    (void)env;
    imp_radius_client_free(&((struct imp_dot1x_authenticator *)ctx)->radius);
}

void imp_dot1x_authenticator_event(void *ctx, struct imp_env *env, const struct imp_event *e,
                                   imp_time now)
{
    struct auth_call c = {.a = ctx, .env = env, .now = now};
    c.a->now = now;
    bool servers = e->kind != IMP_EVENT_START && e->kind != IMP_EVENT_RESET &&
                   imp_radius_client_event(&c.a->radius, e, now);
    if (servers) {
        set_timer(&c);
        return;
    }
    switch (e->kind) {
    case IMP_EVENT_START:
    case IMP_EVENT_RESET:
        started(&c);
        break;
    case IMP_EVENT_RECEIVE:
        if (e->channel == IMP_DOT1X_ACCESS)
            frame_received(&c, e);
        break;
    case IMP_EVENT_TIMER:
        timed_out(&c);
        break;
    default:
        break;
    }
    set_timer(&c);
}
