/* SPDX-License-Identifier: GPL-2.0-only */
/* estc_registrar.c - the HTTPS-CoAPS Registrar as the EST server's client: a connection for each
 * session with a device that asks something, and what it asks there (RFC 9148 section 5). */
#include "estc.h"

static const struct imp_https_labels labels = {
    .hello = ESTC_MSG_EST_CLIENT_HELLO,
    .flight = ESTC_MSG_EST_CLIENT_FLIGHT,
    .certificate = ESTC_MSG_EST_CLIENT_FLIGHT,
    .finished = ESTC_MSG_EST_CLIENT_FLIGHT,
    .alert = ESTC_MSG_EST_ALERT,
};

bool estc_relays(const struct imp_env *env)
{
    return imp_opt(env, ESTC_OPT_REGISTRAR) == ESTC_REGISTRAR_HTTPS;
}

static bool linked(const struct estc_upstream *u)
{
    return u->state == ESTC_UP_HANDSHAKE || u->state == ESTC_UP_OPEN;
}

void estc_relay_close(struct estc_session *s, imp_time now)
{
    struct estc_upstream *u = &s->up;
    struct imp_env *env = s->server->env;
    struct imp_addr at = u->link.at;
    bool there = linked(u);
    u->asking = false;
    u->state = ESTC_UP_CLOSED;
    if (s->state == ESTC_RELAYING)
        s->state = ESTC_REQUEST;
    if (!there)
        return;
    imp_https_close(&u->link, now);
    env->ops->close(env, ESTC_HTTPS, &at);
}

void estc_relay_end(struct estc_session *s, imp_time now)
{
    if (s->up.asking) /* its answer would be taken for the next one's */
        estc_relay_close(s, now);
}

/* ---- what is asked -----------------------------------------------------------------------------
 */
struct operation {
    int est, label; /* the message of EST, by which its path is found; ours */
};

static struct operation operation_of(int message)
{
    switch (message) {
    case ESTC_MSG_GET_CRTS:
        return (struct operation){EST_MSG_GET_CACERTS, ESTC_MSG_EST_GET_CACERTS};
    case ESTC_MSG_GET_ATT:
        return (struct operation){EST_MSG_GET_CSRATTRS, ESTC_MSG_EST_GET_CSRATTRS};
    case ESTC_MSG_SREN:
        return (struct operation){EST_MSG_REENROLL, ESTC_MSG_EST_REENROLL};
    case ESTC_MSG_SKG:
    case ESTC_MSG_SKC:
        return (struct operation){EST_MSG_KEYGEN, ESTC_MSG_EST_KEYGEN};
    default:
        return (struct operation){EST_MSG_ENROLL, ESTC_MSG_EST_ENROLL};
    }
}

static void ask(struct estc_upstream *u, imp_time now)
{
    struct estc_session *s = u->session;
    struct imp_env *env = s->server->env;
    const struct operation o = operation_of(s->message);
    bool get = s->message == ESTC_MSG_GET_CRTS || s->message == ESTC_MSG_GET_ATT;
    const struct imp_https_body body = {
        .type = "application/pkcs10", .bytes = s->in.bytes, .n = s->in.n, .base64 = true};
    char path[IMP_HTTP_PATH];
    est_path(path, imp_opt_str(env, ESTC_OPT_LABEL), o.est);
    imp_behalf(env, ESTC_COAPS, &s->at);
    imp_https_ask(&u->link, o.label, path, EST_NAME_OTHER, get ? NULL : &body, now);
}

void estc_relay(struct estc_session *s, imp_time now)
{
    struct estc_upstream *u = &s->up;
    struct imp_env *env = s->server->env;
    u->session = s;
    u->asking = true;
    s->state = ESTC_RELAYING;
    if (u->state == ESTC_UP_OPEN) {
        ask(u, now);
    } else if (u->state == ESTC_UP_CLOSED) {
        u->state = ESTC_UP_OPENING;
        env->ops->open(env, ESTC_HTTPS, NULL);
    }
}

/* ---- its connections ---------------------------------------------------------------------------
 */
/* The registrar knows the operator's authority, and only a server of its registers for it. */
static bool verify(void *arg, const struct imp_piece *chain, size_t count)
{
    struct estc_server *server = ((struct estc_upstream *)arg)->session->server;
    if (server->env->adversary || est_is_server(server->env, chain, count, &server->ca_crt))
        return true;
    est_claim(server->env, IMP_CLAIM_REJECT, "unknown-est-server");
    return false;
}

/* The EST server is not to be had: the device may ask again after a while. */
static void failed(struct estc_session *s, imp_time now)
{
    static const struct estc_outcome none = {
        .code = IMP_COAP_SERVICE_UNAVAILABLE, .why = "no-est-server", .max_age = 30};
    bool waits = s->up.asking && s->late.due;
    estc_relay_close(s, now);
    if (waits)
        estc_relayed(s, &none, now);
}

static void opened(void *arg)
{
    struct estc_upstream *u = arg;
    u->state = ESTC_UP_OPEN;
    if (u->asking)
        ask(u, u->session->server->now);
}

static bool answered(void *arg, const struct imp_http *m)
{
    struct estc_upstream *u = arg;
    struct estc_session *s = u->session;
    if (!u->asking)
        return false;
    u->asking = false;
    imp_behalf(s->server->env, ESTC_COAPS, &s->at);
    const struct estc_outcome r = estc_translate(s, m);
    estc_relayed(s, &r, s->server->now);
    return true;
}

static void received(struct estc_session *s, const struct imp_event *e, imp_time now)
{
    const struct imp_https_client client = {.arg = &s->up,
                                            .handshaking = s->up.state == ESTC_UP_HANDSHAKE,
                                            .opened = opened,
                                            .answer = answered};
    if (imp_https_client_feed(&s->up.link, &client, e->bytes, e->n, now))
        failed(s, now);
}

static void connected(struct estc_session *s, const struct imp_addr *at, imp_time now)
{
    struct estc_server *server = s->server;
    const struct imp_dtls_x509 x509 = {.chain = server->chain,
                                       .count = server->chain_n,
                                       .secret = server->key.secret,
                                       .verify = verify,
                                       .versions = IMP_TLS_1_2,
                                       .server_name = EST_NAME_OTHER};
    const struct imp_https_end end = {
        .env = server->env, .channel = ESTC_HTTPS, .labels = &labels, .x509 = &x509, .arg = &s->up};
    s->up.to = &s->up.link;
    s->up.state = ESTC_UP_HANDSHAKE;
    if (!imp_https_open(&s->up.link, &end, at, now))
        failed(s, now);
}

/* The one whose connection that is, else the first that waits for one. */
static struct estc_session *session_of(struct estc_server *server, const struct imp_addr *at)
{
    struct estc_session *first = NULL;
    for (size_t i = 0; i < server->reached; i++) {
        struct estc_session *s = &server->sessions[i];
        if (s->used && linked(&s->up) && imp_addr_equal(&s->up.link.at, at))
            return s;
        if (s->used && s->up.state == ESTC_UP_OPENING && !first)
            first = s;
    }
    return first;
}

void estc_relay_event(struct estc_server *server, const struct imp_event *e, imp_time now)
{
    struct estc_session *s = session_of(server, &e->from);
    if (!s) {
        if (e->kind == IMP_EVENT_OPENED) /* it came too late */
            server->env->ops->close(server->env, ESTC_HTTPS, &e->from);
        return;
    }
    server->last = (size_t)(s - server->sessions);
    if (e->kind == IMP_EVENT_OPENED)
        connected(s, &e->from, now);
    else if (e->kind == IMP_EVENT_CLOSED)
        failed(s, now);
    else if (linked(&s->up))
        received(s, e, now);
}
