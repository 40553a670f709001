/* SPDX-License-Identifier: GPL-2.0-only */
/* dot1x_server.c - role "server": RADIUS server (RFC 2865, 3579) with the EAP server. Conversations
 * are found by the State attribute, repeated requests by sender, identifier and authenticator. With
 * option proxy-hops a chain of proxies stands before it: what comes is the first proxy's, what is
 * worked on the home server's. */
#include <string.h>

#include "../crypto/crypto.h"
#include "dot1x_server_internal.h"
#include "eapol.h"
#include "options.h"

void imp_dot1x_server_init(void *ctx, struct imp_env *env, const struct imp_eap_method *method)
{
    struct dot1x__server *v = ctx;
    (void)env;
    v->method = method;
    v->stride = IMP_DOT1X_SESSION_FIXED + IMP_DOT1X_ALIGN(method->session_size);
    v->sessions = v->memory + IMP_DOT1X_ALIGN(method->shared_size);
}

int imp_dot1x_server_state(const void *ctx)
{
    const struct dot1x__server *v = ctx;
    return dot1x__session_at(v, v->heard)->state;
}

void *imp_dot1x_server_shared(void *ctx)
{
    return ((struct dot1x__server *)ctx)->memory;
}

void dot1x__reject(struct imp_env *env, const char *why)
{
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_REJECT, .layer = "radius", .name = why});
}

/* ---- replies
 * ----------------------------------------------------------------------------------------- */

static void put_proxy_states(struct imp_radius_writer *w, const struct imp_radius *request)
{
    size_t at = 0, n;
    const uint8_t *p;
    while ((p = imp_radius_next(request, &at, IMP_RADIUS_PROXY_STATE, &n)) != NULL)
        imp_radius_put(w, IMP_RADIUS_PROXY_STATE, p, n);
}

/* MS-MPPE-Recv-Key carries MSK[0..31], Send-Key MSK[32..63]; the salts differ. */
static void put_keys(struct imp_radius_writer *w, const struct dot1x__call *c,
                     const uint8_t msk[64])
{
    const struct dot1x__server *v = c->v;
    uint8_t salt[2];
    imp_random(c->env, "mppe-salt", salt, sizeof salt);
    imp_radius_put_mppe(w, c->env, IMP_MPPE_RECV_KEY, msk, 32, v->secret, v->secret_n,
                        c->request.authenticator, salt);
    salt[1] ^= 1;
    imp_radius_put_mppe(w, c->env, IMP_MPPE_SEND_KEY, msk + 32, 32, v->secret, v->secret_n,
                        c->request.authenticator, salt);
}

enum { PROXY_TIMER = 0 }; /* the next reply that is due at the access point */

static void set_proxy_timer(const struct dot1x__call *c)
{
    imp_time t = IMP_NEVER;
    for (size_t i = 0; i < c->v->count; i++) {
        const struct dot1x__session *s = dot1x__session_at(c->v, i);
        t = s->due && s->due < t ? s->due : t;
    }
    imp_timer(c->env, PROXY_TIMER, t);
}

static void send_due(struct dot1x__call *c)
{
    for (size_t i = 0; i < c->v->count; i++) {
        struct dot1x__session *s = dot1x__session_at(c->v, i);
        if (s->due == 0 || s->due > c->now)
            continue;
        s->due = 0;
        imp_behalf(c->env, c->v->backend, &s->from);
        imp_send(c->env, c->v->backend, &s->from, s->reply_message, s->reply, s->reply_n);
    }
    set_proxy_timer(c);
}

/* There and back through all proxies. */
static imp_time proxy_time(const struct dot1x__call *c)
{
    return 2 * (imp_time)c->v->chain.hops * imp_eap_opt(c->env, "proxy-delay", 0) * IMP_MS;
}

static void send_reply(const struct dot1x__call *c)
{
    struct dot1x__session *s = c->s;
    if (!c->tls && proxy_time(c) > 0) {
        s->due = s->due ? s->due : c->now + proxy_time(c); /* a repeated request changes nothing */
        set_proxy_timer(c);
    } else if (c->tls)
        dot1x_tls_send(c->tls, s->reply_message, s->reply, s->reply_n, c->now);
    else
        imp_send(c->env, c->v->backend, c->from, s->reply_message, s->reply, s->reply_n);
}

/* The authenticator asks for the EAP Session-Id, RFC 7268 section 2.2. */
static bool wants_key_name(const struct imp_radius *request)
{
    size_t n;
    const uint8_t *p = imp_radius_find(request, IMP_RADIUS_EAP_KEY_NAME, &n);
    return p && n == 1 && p[0] == 0;
}

/* Of what is opened, or of the request in the challenge: RFC 3579 section 2.3. */
static void put_lifetime(struct imp_radius_writer *w, const struct dot1x__call *c, uint8_t code)
{
    int64_t lifetime = code == IMP_RADIUS_ACCEPT      ? imp_eap_opt(c->env, "session-timeout", 0)
                       : code == IMP_RADIUS_CHALLENGE ? imp_eap_opt(c->env, "challenge-timeout", 0)
                                                      : 0;
    if (lifetime)
        imp_radius_put_int(w, IMP_RADIUS_SESSION_TIMEOUT, (uint32_t)lifetime);
}

/* For the authenticator, and for who reads on the way. */
static void put_name(struct imp_radius_writer *w, const struct dot1x__call *c, const char *peer_id)
{
    int64_t which = imp_eap_opt(c->env, "accepted-name", IMP_DOT1X_NAME_AUTHENTICATED);
    bool known = which == IMP_DOT1X_NAME_AUTHENTICATED && peer_id[0];
    if (which != IMP_DOT1X_NAME_NONE)
        imp_radius_put_text(w, IMP_RADIUS_USER_NAME, known ? peer_id : c->s->eap.identity);
}

static void reply(struct dot1x__call *c, uint8_t code, uint32_t error_cause)
{
    struct dot1x__session *s = c->s;
    struct imp_eap_export x = {0};
    struct imp_radius_writer w;
    bool accept = code == IMP_RADIUS_ACCEPT;
    bool keyed = accept && imp_eap_server_export(&s->eap, &x) && x.has_key;
    imp_radius_begin(&w, s->reply, sizeof s->reply, code, c->request.id, c->request.authenticator);
    w.bare = !imp_dot1x_radius_has_message_authenticator(&c->request);
    put_proxy_states(&w, &c->request);
    if (code == IMP_RADIUS_CHALLENGE)
        imp_radius_put(&w, IMP_RADIUS_STATE, s->name, sizeof s->name);
    if (accept)
        put_name(&w, c, x.peer_id);
    if (accept && x.session_id_n && wants_key_name(&c->request))
        imp_radius_put(&w, IMP_RADIUS_EAP_KEY_NAME, x.session_id, x.session_id_n);
    put_lifetime(&w, c, code);
    if (error_cause)
        imp_radius_put_int(&w, IMP_RADIUS_ERROR_CAUSE, error_cause);
    imp_radius_put_eap(&w, c->out, c->out_n);
    if (keyed)
        put_keys(&w, c, x.msk);
    if (s->replies++ == 0 || accept)
        imp_dot1x_radius_running(c->env, c->edge.authenticator, code, c->out, c->out_n,
                                 accept ? x.msk : NULL);
    s->reply_n = imp_radius_end_response(&w, c->env, c->v->secret, c->v->secret_n);
    if (c->v->chain.hops)
        s->reply_n = dot1x_chain_return(&c->v->chain, c->env, s->reply, s->reply_n, &c->path);
    s->reply_message = imp_radius_label(c->env, s->reply, s->reply_n);
    imp_wipe(&x, sizeof x);
    if (s->reply_n)
        send_reply(c);
    if (accept)
        imp_claim(c->env, &(struct imp_claim){.kind = IMP_CLAIM_COMPLETE});
}

static void give_up(struct dot1x__call *c, uint8_t id)
{
    imp_eap_server_abort(&c->s->eap, c->env, c->now);
    dot1x__finish(c, IMP_DOT1X_SERVER_REJECTED);
    c->out_n = imp_eap_write_result(c->out, sizeof c->out, IMP_EAP_FAILURE, id);
    reply(c, IMP_RADIUS_REJECT, 0);
}

/* The EAP layer discarded the response silently. RADIUS must answer nevertheless: Error-Cause 202
 * with the outstanding request (RFC 3579 section 2.2), but not without end. */
static void ignored(struct dot1x__call *c)
{
    struct dot1x__session *s = c->s;
    if (s->ignored++ < (unsigned)imp_eap_opt(c->env, "ignore-limit", 5) && s->request_n) {
        memcpy(c->out, s->request, s->request_n);
        c->out_n = s->request_n;
        reply(c, IMP_RADIUS_CHALLENGE, IMP_RADIUS_EAP_IGNORED);
        return;
    }
    give_up(c, s->eap.id);
}

/* Octets that an EAP packet to this station may have: Framed-MTU less EAPOL's header (RFC 3579
 * section 2.4); without the attribute what every lower layer offers. */
static size_t eap_mtu(const struct imp_radius *request)
{
    size_t n;
    const uint8_t *p = imp_radius_find(request, IMP_RADIUS_FRAMED_MTU, &n);
    if (!p || n != 4 || p[0] || p[1])
        return IMP_EAP_MTU;
    size_t mtu = (size_t)p[2] << 8 | p[3];
    return mtu < IMP_EAPOL_HEADER + IMP_DOT1X_EAP_MTU_MIN ? IMP_EAP_MTU : mtu - IMP_EAPOL_HEADER;
}

static void next_request(struct dot1x__call *c)
{
    struct dot1x__session *s = c->s;
    if (c->out_n > eap_mtu(&c->request)) {
        dot1x__reject(c->env, "EAP packet exceeds Framed-MTU");
        give_up(c, c->in[1]); /* the request was never sent: Failure answers the last response */
        return;
    }
    s->state = IMP_DOT1X_SERVER_METHOD;
    memcpy(s->request, c->out, c->out_n);
    s->request_n = c->out_n;
    reply(c, IMP_RADIUS_CHALLENGE, 0);
}

static void converse(struct dot1x__call *c)
{
    struct dot1x__session *s = c->s;
    switch (imp_eap_server_receive(&s->eap, c->env, c->in, c->in_n, c->out, sizeof c->out,
                                   &c->out_n, c->now)) {
    case IMP_EAP_SERVER_NOTHING:
        ignored(c);
        break;
    case IMP_EAP_SERVER_SEND:
        next_request(c);
        break;
    case IMP_EAP_SERVER_ACCEPT:
        dot1x__finish(c, IMP_DOT1X_SERVER_ACCEPTED);
        dot1x__place(c);
        reply(c, IMP_RADIUS_ACCEPT, 0);
        break;
    case IMP_EAP_SERVER_REJECT:
        dot1x__finish(c, IMP_DOT1X_SERVER_REJECTED);
        reply(c, IMP_RADIUS_REJECT, 0);
        break;
    }
}

/* ---- requests
 * ----------------------------------------------------------------------------------------- */

/* NAS-Identifier as text, for the claim of who asks. */
static void nas_name(char out[IMP_RADIUS_VALUE_MAX + 1], const struct imp_radius *r)
{
    size_t n = 0;
    const uint8_t *p = imp_radius_find(r, IMP_RADIUS_NAS_IDENTIFIER, &n);
    if (p)
        memcpy(out, p, n);
    out[p ? n : 0] = 0;
}

/* Finds or makes the session of a request that is not a repeat; false: nothing to do. */
static bool find_session(struct dot1x__call *c)
{
    size_t n;
    const uint8_t *state = imp_radius_find(&c->request, IMP_RADIUS_STATE, &n);
    if (state) {
        c->s = dot1x__continued(c->v, state, n);
        if (!c->s)
            dot1x__reject(c->env, "unknown State");
        return c->s != NULL;
    }
    char nas[IMP_RADIUS_VALUE_MAX + 1];
    nas_name(nas, &c->request);
    c->s = dot1x__begin(c);
    imp_dot1x_radius_commit(c->env, c->edge.authenticator, IMP_RADIUS_REQUEST, c->in, c->in_n, NULL,
                            nas);
    return true;
}

/* Message-Authenticator is compulsory with EAP, unless an option says otherwise; without it the
 * packet is silently discarded (RFC 3579 section 3.1). */
static bool authentic(const struct dot1x__call *c)
{
    const struct dot1x_chain *chain = &c->v->chain;
    const uint8_t *secret = chain->hops ? chain->secrets[0].p : c->v->secret;
    size_t secret_n = chain->hops ? chain->secrets[0].n : c->v->secret_n;
    if (imp_dot1x_radius_signed(c->env, &c->edge, secret, secret_n, c->edge.authenticator))
        return true;
    dot1x__reject(c->env, "request not authentic");
    return imp_eap_flawed(c->env, "no-radius-request-check");
}

/* No proxy knows the realm: the last one answers as a home server that is not there (RFC 7593
 * section 2.1). There is no conversation. */
static void no_route(struct dot1x__call *c)
{
    const struct dot1x_chain *chain = &c->v->chain;
    struct imp_radius_writer w;
    uint8_t packet[IMP_RADIUS_PACKET], failure[4];
    size_t n = imp_eap_write_result(failure, sizeof failure, IMP_EAP_FAILURE, c->in[1]);
    dot1x__reject(c->env, "no route to the realm");
    imp_radius_begin(&w, packet, sizeof packet, IMP_RADIUS_REJECT, c->request.id,
                     c->request.authenticator);
    put_proxy_states(&w, &c->request);
    imp_radius_put_eap(&w, failure, n);
    n = imp_radius_end_response(&w, c->env, chain->secrets[chain->hops].p,
                                chain->secrets[chain->hops].n);
    n = dot1x_chain_return(chain, c->env, packet, n, &c->path);
    if (n)
        imp_send(c->env, c->v->backend, c->from, imp_radius_message(c->env, IMP_RADIUS_REJECT),
                 packet, n);
}

/* Through the proxies, if there are any. False: nothing arrives at the home server. */
static bool arrives(struct dot1x__call *c)
{
    const struct dot1x_chain *chain = &c->v->chain;
    c->request = c->edge;
    if (chain->hops == 0)
        return true;
    size_t n = dot1x_chain_forward(chain, c->env, c->forwarded, &c->path, &c->edge);
    if (n == 0 || imp_radius_parse(&c->request, c->forwarded, n) != 0) {
        dot1x__reject(c->env, "not passed on");
        return false;
    }
    if (dot1x_route_known(imp_eap_opt_str(c->env, "proxy-realms", "*"), &c->request))
        return true;
    no_route(c);
    return false;
}

void dot1x__request_received(struct dot1x__call *c, const uint8_t *packet, size_t packet_n)
{
    if (imp_radius_parse(&c->edge, packet, packet_n) != 0 || c->edge.code != IMP_RADIUS_REQUEST)
        return;
    int n = imp_radius_eap(&c->edge, c->in, sizeof c->in);
    if (n <= 0 || !authentic(c))
        return;
    c->in_n = (size_t)n;
    c->s = dot1x__repeated(c);
    if (c->s) {
        if (c->s->reply_n)
            send_reply(c);
        return;
    }
    if (!arrives(c) || !find_session(c))
        return;
    struct dot1x__entry *entry = &c->v->entries[c->s->index];
    entry->touched = ++c->v->clock;
    entry->key = dot1x__key_of(c->edge.authenticator);
    c->v->heard = c->s->index;
    c->s->from = *c->from;
    c->s->id = c->edge.id;
    memcpy(c->s->authenticator, c->edge.authenticator, sizeof c->s->authenticator);
    c->s->due = 0;
    converse(c);
}

void imp_dot1x_server_fini(void *ctx, struct imp_env *env)
{
    struct dot1x__server *v = ctx;
    (void)env;
    for (size_t i = 0; i < IMP_DOT1X_CONNECTIONS; i++)
        dot1x_tls_free(&v->connections[i]);
    dot1x__free_conversations(v);
}

/* ---- events
 * ------------------------------------------------------------------------------------------- */

static void started(struct dot1x__server *v, struct imp_env *env, imp_time now)
{
    v->backend = imp_eap_channel(env, IMP_RADIUS_CHANNEL);
    v->backend_tls = imp_eap_channel(env, IMP_RADIUS_TLS_CHANNEL);
    int n = env->ops->cell_get(env, IMP_RADIUS_SECRET_CELL, v->secret, sizeof v->secret);
    v->secret_n = n < 0 ? 0 : (size_t)n;
    v->chain = (struct dot1x_chain){.hops = 0};
    if (dot1x_tls_chosen(env)) {
        v->secret_n = dot1x_tls_secret(v->secret, sizeof v->secret);
    } else if (imp_eap_opt(env, "proxy-hops", 0)) {
        dot1x_chain_load(&v->chain, env, (unsigned)imp_eap_opt(env, "proxy-hops", 0));
        const struct dot1x_secret *home = &v->chain.secrets[v->chain.hops];
        memcpy(v->secret, home->p, home->n);
        v->secret_n = home->n;
    }
    dot1x__free_conversations(v);
    v->count = 0; /* neither conversations nor connections survive a restart */
    for (size_t i = 0; i < IMP_DOT1X_CONNECTIONS; i++)
        dot1x_tls_drop(&v->connections[i], false, now);
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_IDENTITY,
                                       .layer = "radius",
                                       .self = (const uint8_t *)IMP_DOT1X_RADIUS_SERVER,
                                       .self_n = strlen(IMP_DOT1X_RADIUS_SERVER)});
    if (v->method->server_start)
        v->method->server_start(v->memory, env, now);
}

void imp_dot1x_server_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct dot1x__server *v = ctx;
    struct dot1x__call c = {.v = v, .env = env, .now = now, .from = &e->from};
    if (e->kind == IMP_EVENT_START) {
        started(v, env, now);
    } else if (dot1x__connection_event(&c, e)) {
        return;
    } else if (e->kind == IMP_EVENT_RECEIVE && e->channel == v->backend) {
        if (!dot1x_tls_chosen(env))
            dot1x__request_received(&c, e->bytes, e->n);
    } else if (e->kind == IMP_EVENT_TIMER && e->id == PROXY_TIMER) {
        send_due(&c);
    } else {
        if (v->method->server_event)
            v->method->server_event(v->memory, env, e, now);
        if (e->kind == IMP_EVENT_RESET)
            started(v, env, now);
    }
}
