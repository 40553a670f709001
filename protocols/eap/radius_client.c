/* SPDX-License-Identifier: GPL-2.0-only */
/* radius_client.c - requests and replies of the RADIUS client (RFC 2865, 3579). */
#include "radius_client.h"

#include <string.h>

#include "../crypto/crypto.h"
#include "dot1x_radius.h"
#include "options.h"

/* Waits double up to 120 s; 10 tries. Both are hostapd's. */
#define WAIT_MAX (120 * IMP_S)
#define TRIES 10

/* RADIUS over TLS: a connection on which a request waits is given up when nothing came for 2 Tw;
 * Tw = 30 s, RFC 3539 section 3.4.1, but without that section's watchdog requests. */
#define TLS_SILENT (60 * IMP_S)

static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff}; /* ::ffff:0:0/96 */

void imp_radius_client_start(struct imp_radius_client *c, struct imp_env *env,
                             const struct imp_radius_authenticator *ops, void *arg, unsigned timer,
                             imp_time now)
{
    c->env = env;
    c->timer = timer;
    c->ops = ops;
    c->arg = arg;
    c->backend = imp_eap_channel(env, IMP_RADIUS_CHANNEL);
    c->backend_tls = imp_eap_channel(env, IMP_RADIUS_TLS_CHANNEL);
    int n = env->ops->cell_get(env, IMP_RADIUS_SECRET_CELL, c->secret, sizeof c->secret);
    c->secret_n = n < 0 ? 0 : (size_t)n;
    if (!dot1x_tls_chosen(env))
        return;
    c->secret_n = dot1x_tls_secret(c->secret, sizeof c->secret);
    radius__client_tls_start(c, now);
}

void imp_radius_client_free(struct imp_radius_client *c)
{
    dot1x_tls_free(&c->tls);
}

void imp_radius_conversation_reset(struct imp_radius_conversation *x)
{
    x->exchange.outstanding = false;
    x->server_state_n = 0;
    x->requests = x->replies = 0;
}

/* ---- requests
 * ----------------------------------------------------------------------------------------- */
void imp_radius_client_put_nas(const struct imp_radius_client *c, struct imp_radius_writer *w)
{
    struct imp_addr self;
    if (c->env->ops->self(c->env, c->backend, &self) && self.n == 18) {
        if (memcmp(self.bytes, mapped, sizeof mapped) == 0)
            imp_radius_put(w, IMP_RADIUS_NAS_IP_ADDRESS, self.bytes + 12, 4);
        else
            imp_radius_put(w, IMP_RADIUS_NAS_IPV6_ADDRESS, self.bytes, 16);
    }
    imp_radius_put_text(w, IMP_RADIUS_NAS_IDENTIFIER,
                        imp_eap_opt_str(c->env, "nas-identifier", ""));
}

/* Identifiers of outstanding requests differ: one source port, 256 identifiers. */
static uint8_t free_id(struct imp_radius_client *c)
{
    bool taken[256] = {false};
    struct imp_radius_conversation *x;
    for (size_t i = 0; (x = c->ops->conversation(c->arg, i)); i++)
        if (x->exchange.outstanding)
            taken[x->exchange.id] = true;
    for (unsigned i = 0; i < 256 && taken[c->next_id]; i++)
        c->next_id++;
    return c->next_id++;
}

/* TCP repeats by itself: the same connection never carries a request twice (RFC 6613 section
 * 2.6.1). Without a connection the request waits for one. */
static void transmit_tls(struct imp_radius_client *c, struct imp_radius_exchange *x, imp_time now)
{
    if (!dot1x_tls_is_open(&c->tls) || x->connection == c->connection)
        return;
    x->connection = c->connection;
    dot1x_tls_send(&c->tls, imp_radius_message(c->env, IMP_RADIUS_REQUEST), x->packet, x->n, now);
}

static void transmit(struct imp_radius_client *c, struct imp_radius_exchange *x, imp_time now)
{
    if (dot1x_tls_chosen(c->env))
        transmit_tls(c, x, now);
    else
        imp_send(c->env, c->backend, NULL, imp_radius_message(c->env, IMP_RADIUS_REQUEST),
                 x->packet, x->n);
    x->deadline = now + x->wait;
    x->tries++;
}

/* The octets of the request; 0: it does not fit. */
static size_t write_request(struct imp_radius_client *c, struct imp_radius_conversation *x,
                            const uint8_t *packet, size_t n)
{
    struct imp_radius_exchange *e = &x->exchange;
    struct imp_radius_writer w;
    imp_radius_begin(&w, e->packet, sizeof e->packet, IMP_RADIUS_REQUEST, e->id, e->authenticator);
    w.bare = !imp_eap_opt(c->env, "message-authenticator-required", 1);
    if (x->identity[0])
        imp_radius_put_text(&w, IMP_RADIUS_USER_NAME, x->identity);
    c->ops->describe(c->arg, x, &w);
    imp_radius_put_eap(&w, packet, n);
    if (x->server_state_n)
        imp_radius_put(&w, IMP_RADIUS_STATE, x->server_state, x->server_state_n);
    return imp_radius_end_request(&w, c->env, c->secret, c->secret_n);
}

void imp_radius_client_send(struct imp_radius_client *c, struct imp_radius_conversation *x,
                            const uint8_t *packet, size_t n, imp_time now)
{
    struct imp_radius_exchange *e = &x->exchange;
    x->response_id = packet[1];
    e->outstanding = false;
    e->id = free_id(c);
    imp_random(c->env, "radius-authenticator", e->authenticator, sizeof e->authenticator);
    e->n = write_request(c, x, packet, n);
    if (e->n == 0)
        return;
    if (x->requests++ == 0)
        imp_dot1x_radius_running(c->env, e->authenticator, IMP_RADIUS_REQUEST, packet, n, NULL);
    e->outstanding = true;
    e->connection = 0;
    e->tries = 0;
    e->wait = imp_eap_opt(c->env, "radius-timeout", 3) * IMP_S;
    transmit(c, e, now);
}

void imp_radius_client_timeout(struct imp_radius_client *c, struct imp_radius_conversation *x,
                               imp_time now)
{
    struct imp_radius_exchange *e = &x->exchange;
    if (dot1x_tls_is_open(&c->tls) && e->connection == c->connection &&
        now - c->heard >= TLS_SILENT)
        radius__client_tls_lost(c, now);
    if (e->tries < TRIES) {
        e->wait = 2 * e->wait > WAIT_MAX ? WAIT_MAX : 2 * e->wait;
        transmit(c, e, now); /* same identifier and authenticator: RFC 2865 section 2.5 */
        return;
    }
    imp_claim(c->env, &(struct imp_claim){
                          .kind = IMP_CLAIM_ALARM, .layer = "radius", .name = "server is silent"});
    c->ops->silent(c->arg, x);
}

void radius__client_repeat(struct imp_radius_client *c, struct imp_radius_conversation *x,
                           imp_time now)
{
    if (!x->exchange.outstanding)
        return;
    c->ops->behalf(c->arg, x);
    transmit_tls(c, &x->exchange, now);
}

/* ---- replies
 * ----------------------------------------------------------------------------------------- */

/* That whose request a reply answers. */
static struct imp_radius_conversation *answered(const struct imp_radius_client *c, uint8_t id)
{
    struct imp_radius_conversation *x;
    for (size_t i = 0; (x = c->ops->conversation(c->arg, i)); i++)
        if (x->exchange.outstanding && x->exchange.id == id)
            return x;
    return NULL;
}

static bool authentic(const struct imp_radius_client *c, const struct imp_radius_exchange *e,
                      const struct imp_radius *r)
{
    return (imp_radius_response_ok(r, c->env, c->secret, c->secret_n, e->authenticator) ||
            imp_eap_flawed(c->env, "no-response-authenticator-check")) &&
           imp_dot1x_radius_signed(c->env, r, c->secret, c->secret_n, e->authenticator);
}

bool imp_radius_client_gullible(const struct imp_env *env)
{
    return imp_eap_flawed(env, "no-radius-reply-check") ||
           imp_eap_flawed(env, "no-response-authenticator-check");
}

int imp_radius_client_key(const struct imp_radius_client *c,
                          const struct imp_radius_conversation *x, const struct imp_radius *r,
                          uint8_t vendor_type, uint8_t *key, size_t cap)
{
    return imp_radius_mppe(r, c->env, vendor_type, key, cap, c->secret, c->secret_n,
                           x->exchange.authenticator);
}

uint32_t imp_radius_session_timeout(const struct imp_radius *r)
{
    size_t n;
    const uint8_t *p = imp_radius_find(r, IMP_RADIUS_SESSION_TIMEOUT, &n);
    return p && n == 4 ? (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]
                       : 0;
}

imp_time imp_radius_retransmission_hint(const struct imp_radius *r)
{
    return (imp_time)(imp_radius_session_timeout(r) & 0xffff) * IMP_S;
}

bool imp_radius_eap_ignored(const struct imp_radius *r)
{
    size_t n;
    const uint8_t *p = imp_radius_find(r, IMP_RADIUS_ERROR_CAUSE, &n);
    return p && n == 4 && p[3] == IMP_RADIUS_EAP_IGNORED;
}

static void keep_state(struct imp_radius_conversation *x, const struct imp_radius *r)
{
    size_t n;
    const uint8_t *state = imp_radius_find(r, IMP_RADIUS_STATE, &n);
    x->server_state_n = state ? n : 0;
    if (state)
        memcpy(x->server_state, state, n);
}

static void take(struct imp_radius_client *c, struct imp_radius_conversation *x,
                 const struct imp_radius *r, const uint8_t *eap, size_t n)
{
    x->exchange.outstanding = false;
    if (x->replies++ == 0 && r->code != IMP_RADIUS_ACCEPT)
        imp_dot1x_radius_commit(c->env, x->exchange.authenticator, r->code, eap, n, NULL,
                                IMP_DOT1X_RADIUS_SERVER);
    if (r->code == IMP_RADIUS_REJECT)
        imp_claim(c->env, &(struct imp_claim){.kind = IMP_CLAIM_REJECT,
                                              .layer = "radius",
                                              .name = "Access-Reject"});
    if (r->code == IMP_RADIUS_CHALLENGE && n > 0 && eap[0] != 1)
        n = 0; /* what nobody can answer: as a Reject, RFC 2865 section 4.4 */
    if (r->code == IMP_RADIUS_CHALLENGE)
        keep_state(x, r);
    c->ops->replied(c->arg, x, r, eap, n);
}

void radius__client_reply(struct imp_radius_client *c, const uint8_t *packet, size_t packet_n,
                          imp_time now)
{
    struct imp_radius r;
    uint8_t eap[IMP_EAP_MTU];
    (void)now;
    if (imp_radius_parse(&r, packet, packet_n) != 0 ||
        (r.code != IMP_RADIUS_CHALLENGE && r.code != IMP_RADIUS_ACCEPT &&
         r.code != IMP_RADIUS_REJECT))
        return;
    struct imp_radius_conversation *x = answered(c, r.id);
    if (!x)
        return;
    if (!authentic(c, &x->exchange, &r)) {
        imp_claim(c->env, &(struct imp_claim){.kind = IMP_CLAIM_REJECT,
                                              .layer = "radius",
                                              .name = "reply not authentic"});
        if (!imp_eap_flawed(c->env, "no-radius-reply-check"))
            return;
    }
    int n = imp_radius_eap(&r, eap, sizeof eap);
    if (n >= 0)
        take(c, x, &r, eap, (size_t)n);
}

/* ---- events
 * ------------------------------------------------------------------------------------------- */
static bool is_of_tls(const struct imp_radius_client *c, const struct imp_event *e)
{
    if (e->kind == IMP_EVENT_TIMER)
        return e->id == c->timer;
    return e->channel == c->backend_tls &&
           (e->kind == IMP_EVENT_RECEIVE || e->kind == IMP_EVENT_OPENED ||
            e->kind == IMP_EVENT_CLOSED);
}

bool imp_radius_client_event(struct imp_radius_client *c, const struct imp_event *e, imp_time now)
{
    bool tls = dot1x_tls_chosen(c->env);
    if (is_of_tls(c, e)) {
        if (tls)
            radius__client_tls_event(c, e, now);
        return true;
    }
    if (e->kind != IMP_EVENT_RECEIVE || e->channel != c->backend)
        return false;
    if (!tls)
        radius__client_reply(c, e->bytes, e->n, now);
    return true;
}
