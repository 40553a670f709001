/* SPDX-License-Identifier: GPL-2.0-only */
/* dot1x_peer.c - role "peer": 802.1X supplicant (IEEE 802.1X-2010 section 8), EAP peer and the
 * supplicant of the 4-way handshake. */
#include <stdalign.h>
#include <string.h>

#include "../crypto/crypto.h"
#include "dot1x.h"
#include "eap_packet.h"
#include "eap_peer.h"
#include "eapol.h"
#include "fourway.h"

enum {
    TIMER,       /* its meaning is the state's */
    TIMER_REPLY, /* an adversary's: its response is due */
};

struct imp_dot1x_peer {
    const struct imp_eap_method *method;
    enum imp_dot1x_peer_state state;
    unsigned starts; /* EAPOL-Starts sent in this try */
    bool left;       /* logged off: no more tries until the next START */
    char outer[IMP_EAP_ID_MAX + 1];
    struct imp_eap_peer eap;
    struct imp_fourway fourway;
    alignas(16) uint8_t memory[]; /* the method's context */
};
_Static_assert(sizeof(struct imp_dot1x_peer) <= IMP_DOT1X_PEER_FIXED, "room for the method");

struct call { /* the event being handled */
    struct imp_dot1x_peer *p;
    struct imp_env *env;
    imp_time now;
};

static imp_time seconds(const struct imp_env *env, unsigned option)
{
    return imp_opt(env, option) * IMP_S;
}

/* EAPOL-Key frames are taken whether or not EAP has succeeded. */
static bool keys_early(const struct imp_env *env)
{
    return imp_flawed(env, IMP_DOT1X_FLAW_KEY_MIC) || imp_flawed(env, IMP_DOT1X_FLAW_KEYS_EARLY);
}

void imp_dot1x_peer_init(void *ctx, struct imp_env *env, const struct imp_eap_method *method)
{
    struct imp_dot1x_peer *p = ctx;
    p->method = method;
    imp_eap_peer_init(&p->eap, method, p->memory);
    p->eap.nak = imp_opt(env, IMP_DOT1X_OPT_NAK);
    p->eap.lenient = imp_opt(env, IMP_DOT1X_OPT_SUCCESS_VALIDATION) == IMP_DOT1X_SUCCESS_LENIENT;
    p->fourway.unchecked = imp_flawed(env, IMP_DOT1X_FLAW_KEY_MIC);
}

int imp_dot1x_peer_state(const void *ctx)
{
    return ((const struct imp_dot1x_peer *)ctx)->state;
}

void imp_dot1x_peer_fini(void *ctx, struct imp_env *env)
{
    struct imp_dot1x_peer *p = ctx;
    (void)env;
    if (p->method->peer_free)
        p->method->peer_free(p->memory);
}

void *imp_dot1x_peer_method(void *ctx)
{
    return ((struct imp_dot1x_peer *)ctx)->memory;
}

static void enter(const struct call *c, enum imp_dot1x_peer_state state, imp_time until)
{
    c->p->state = state;
    imp_timer(c->env, TIMER, until);
}

static imp_time patience(const struct call *c)
{
    return c->now + seconds(c->env, IMP_DOT1X_OPT_AUTH_PERIOD);
}

static void send_frame(const struct call *c, uint8_t type, const void *body, size_t n, int message)
{
    uint8_t frame[IMP_EAPOL_HEADER + IMP_EAP_MTU];
    size_t size = imp_eapol_write(
        frame, sizeof frame, (uint8_t)imp_opt(c->env, IMP_DOT1X_OPT_EAPOL_VERSION), type, body, n);
    imp_send(c->env, IMP_DOT1X_ACCESS, NULL, message, frame, size);
}

/* "@realm" of the method's identity. */
static void set_outer(const struct call *c)
{
    char *outer = c->p->outer;
    c->p->eap.outer = NULL;
    if (!imp_opt(c->env, IMP_DOT1X_OPT_ANONYMOUS))
        return;
    char nai[IMP_EAP_ID_MAX + 1];
    size_t n = c->p->method->peer_identity(c->p->memory, c->env, nai, sizeof nai);
    const char *at = memchr(nai, '@', n);
    size_t size = at ? n - (size_t)(at - nai) : 0;
    memcpy(outer, at ? at : nai, size);
    outer[size] = 0;
    c->p->eap.outer = outer;
}

/* EAP and the handshake begin anew; nothing is sent. */
static void begin(const struct call *c)
{
    struct imp_addr self = {.n = 6};
    c->env->ops->self(c->env, IMP_DOT1X_ACCESS, &self);
    set_outer(c);
    imp_eap_peer_begin(&c->p->eap, c->env, c->now);
    imp_fourway_supplicant(&c->p->fourway, (uint8_t)imp_opt(c->env, IMP_DOT1X_OPT_EAPOL_VERSION),
                           &self);
}

static void send_start(const struct call *c)
{
    c->p->starts++;
    send_frame(c, IMP_EAPOL_START, NULL, 0, IMP_DOT1X_MSG_START);
    enter(c, IMP_DOT1X_PEER_REQUEST, c->now + seconds(c->env, IMP_DOT1X_OPT_START_PERIOD));
}

static void connect(const struct call *c)
{
    if (c->p->left ||
        (c->p->method->peer_wants && !c->p->method->peer_wants(c->p->memory, c->env, c->now))) {
        enter(c, IMP_DOT1X_PEER_HELD, IMP_NEVER);
        return;
    }
    begin(c);
    c->p->starts = 0;
    if (c->env->adversary)
        enter(c, IMP_DOT1X_PEER_REQUEST,
              c->now + IMP_DOT1X_ADVERSARY_WAIT + c->p->method->computing); /* then EAPOL-Start */
    else
        send_start(c);
}

/* The method says when the next conversation shall be. */
static void wait_until(const struct call *c, imp_time next)
{
    if (next == IMP_EAP_HELD)
        next = c->now + seconds(c->env, IMP_DOT1X_OPT_HELD_PERIOD);
    if (next <= c->now)
        connect(c);
    else
        enter(c, IMP_DOT1X_PEER_HELD, next);
}

static void operational(const struct call *c)
{
    enter(c, IMP_DOT1X_PEER_OPERATIONAL, IMP_NEVER);
    imp_claim(c->env, &(struct imp_claim){.kind = IMP_CLAIM_COMPLETE});
}

/* EAP has succeeded: the PMK is there, and the link's own handshake follows. A lenient peer may
 * have been told so by anybody: it commits to whoever that is, and its PMK is zeros. */
static void succeeded(const struct call *c)
{
    struct imp_eap_export x = {0};
    if (!imp_eap_peer_export(&c->p->eap, &x) && c->p->eap.lenient)
        imp_claim(c->env, &(struct imp_claim){.kind = IMP_CLAIM_COMMIT, .layer = "eap"});
    if (!imp_opt(c->env, IMP_DOT1X_OPT_FOUR_WAY)) {
        operational(c);
    } else {
        imp_fourway_pmk(&c->p->fourway, x.msk); /* PMK = MSK[0..31], 802.11-2016 section 12.7.1.3 */
        enter(c, IMP_DOT1X_PEER_KEY_1, patience(c));
    }
    imp_wipe(&x, sizeof x);
}

static void send_response(const struct call *c)
{
    const struct imp_dot1x_peer *p = c->p;
    send_frame(c, IMP_EAPOL_EAP, p->eap.response, p->eap.response_n,
               imp_dot1x_label_eap(p->method, p->eap.response, p->eap.response_n));
}

static void eap_out(const struct call *c, enum imp_eap_peer_out out)
{
    struct imp_dot1x_peer *p = c->p;
    switch (out) {
    case IMP_EAP_PEER_NOTHING:
        break;
    case IMP_EAP_PEER_RESPONSE:
        if (c->env->adversary)
            imp_timer(c->env, TIMER_REPLY,
                      c->now + IMP_DOT1X_ADVERSARY_WAIT + c->p->method->computing);
        else
            send_response(c);
        enter(c,
              p->eap.verdict == IMP_EAP_PEER_DONE ? IMP_DOT1X_PEER_RESULT : IMP_DOT1X_PEER_METHOD,
              patience(c));
        break;
    case IMP_EAP_PEER_SUCCESS:
        succeeded(c);
        break;
    case IMP_EAP_PEER_FAILURE:
        wait_until(c, p->eap.next);
        break;
    }
}

static int answer_to(int message)
{
    if (message == IMP_DOT1X_MSG_GROUP_1)
        return IMP_DOT1X_MSG_GROUP_2;
    return message == IMP_DOT1X_MSG_KEY_1 ? IMP_DOT1X_MSG_KEY_2 : IMP_DOT1X_MSG_KEY_4;
}

static void key_received(const struct call *c, const struct imp_event *e, int message)
{
    struct imp_dot1x_peer *p = c->p;
    /* EAPOL-Key is the lower layer's indication that EAP succeeded (RFC 3748 section 7.12). */
    if (p->state == IMP_DOT1X_PEER_RESULT && p->eap.active)
        eap_out(c, imp_eap_peer_alternate(&p->eap, c->env, true, c->now));
    enum imp_fourway_out out =
        imp_fourway_supplicant_receive(&p->fourway, c->env, &e->from, e->bytes, e->n);
    if (out == IMP_FOURWAY_NOTHING)
        return;
    bool third = p->fourway.state == IMP_FOURWAY_INSTALLED;
    imp_send(c->env, IMP_DOT1X_ACCESS, NULL, answer_to(message), p->fourway.frame,
             p->fourway.frame_n);
    if (out == IMP_FOURWAY_DONE)
        operational(c);
    else if (!third && !(keys_early(c->env) && p->eap.active))
        enter(c, IMP_DOT1X_PEER_KEY_3, patience(c));
}

static bool is_key(int message)
{
    return message >= IMP_DOT1X_MSG_KEY_1 && message <= IMP_DOT1X_MSG_GROUP_2;
}

/* An EAPOL-Key that the table of states does not allow. An adversary's station leaves it at that
 * when its conversation has been ended. */
static bool taken_early(const struct call *c, int message)
{
    return is_key(message) && keys_early(c->env) && (!c->env->adversary || c->p->eap.active);
}

static void frame_received(const struct call *c, const struct imp_event *e)
{
    struct imp_dot1x_peer *p = c->p;
    int message = imp_dot1x_label_frame(p->method, e->bytes, e->n);
    struct imp_eapol eapol;
    if (message < 0 || imp_eapol_parse(&eapol, e->bytes, e->n) != 0)
        return;
    if (!imp_dot1x_legal(c->env, p->state, message) && !taken_early(c, message))
        return;
    if (is_key(message)) {
        key_received(c, e, message);
        return;
    }
    if (p->state == IMP_DOT1X_PEER_HELD || p->state == IMP_DOT1X_PEER_OPERATIONAL) {
        /* The authenticator asks (again): HELD -> RESTART on eapolEap, or re-authentication. */
        if (p->left || (p->method->peer_wants && !p->method->peer_wants(p->memory, c->env, c->now)))
            return;
        begin(c);
    }
    eap_out(c, imp_eap_peer_receive(&p->eap, c->env, eapol.body, eapol.body_n, c->now));
}

static void timed_out(const struct call *c)
{
    struct imp_dot1x_peer *p = c->p;
    switch (p->state) {
    case IMP_DOT1X_PEER_REQUEST:
        if (p->starts < (unsigned)imp_opt(c->env, IMP_DOT1X_OPT_MAX_START)) {
            send_start(c);
        } else {
            imp_claim(c->env, &(struct imp_claim){.kind = IMP_CLAIM_ALARM,
                                                  .layer = "eapol",
                                                  .name = "no authenticator answers"});
            wait_until(c, IMP_EAP_HELD);
        }
        break;
    case IMP_DOT1X_PEER_METHOD:
        eap_out(c, imp_eap_peer_alternate(&p->eap, c->env, false, c->now));
        break;
    case IMP_DOT1X_PEER_RESULT: /* idleWhile = 0 with an unconditional success (RFC 4137) */
        eap_out(c, imp_eap_peer_alternate(&p->eap, c->env, true, c->now));
        break;
    case IMP_DOT1X_PEER_HELD:
    case IMP_DOT1X_PEER_KEY_1:
    case IMP_DOT1X_PEER_KEY_3:
        connect(c);
        break;
    case IMP_DOT1X_PEER_OPERATIONAL:
        break;
    }
}

static void started(const struct call *c)
{
    struct imp_addr self;
    c->p->left = false;
    if (c->env->ops->self(c->env, IMP_DOT1X_ACCESS, &self))
        imp_claim(c->env, &(struct imp_claim){.kind = IMP_CLAIM_IDENTITY,
                                              .layer = "link",
                                              .self = self.bytes,
                                              .self_n = self.n});
    if (c->p->method->peer_start)
        c->p->method->peer_start(c->p->memory, c->env, c->now);
    connect(c);
}

static void controlled(const struct call *c, const struct imp_event *e)
{
    if (e->n == 5 && memcmp(e->bytes, "leave", 5) == 0) {
        send_frame(c, IMP_EAPOL_LOGOFF, NULL, 0, IMP_DOT1X_MSG_LOGOFF);
        c->p->left = true;
        enter(c, IMP_DOT1X_PEER_HELD, IMP_NEVER);
    } else if (e->n == 14 && memcmp(e->bytes, "reauthenticate", 14) == 0) {
        c->p->left = false;
        connect(c);
    }
}

static void method_event(const struct call *c, const struct imp_event *e)
{
    imp_time next = IMP_EAP_HELD;
    if (c->p->method->peer_event)
        next = c->p->method->peer_event(c->p->memory, c->env, e, c->now);
    if (e->kind == IMP_EVENT_RESET)
        started(c);
    else if (next != IMP_EAP_HELD)
        wait_until(c, next);
}

void imp_dot1x_peer_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct call c = {.p = ctx, .env = env, .now = now};
    switch (e->kind) {
    case IMP_EVENT_START:
        started(&c);
        return;
    case IMP_EVENT_RECEIVE:
        if (e->channel == IMP_DOT1X_ACCESS) {
            frame_received(&c, e);
            return;
        }
        break;
    case IMP_EVENT_TIMER:
        if (e->id == TIMER) {
            timed_out(&c);
            return;
        }
        if (e->id == TIMER_REPLY) {
            send_response(&c);
            return;
        }
        break;
    case IMP_EVENT_CONTROL:
        controlled(&c, e);
        break;
    default:
        break;
    }
    method_event(&c, e);
}
