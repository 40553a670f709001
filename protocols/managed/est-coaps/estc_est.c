/* SPDX-License-Identifier: GPL-2.0-only */
/* estc_est.c - the EST server behind a registrar: its connections, and who is at the other end. */
#include "estc.h"

#include "protocols/crypto/crypto.h"

enum { SLOW = 60 /* s without a request */ };

static const struct imp_https_labels labels = {.hello = ESTC_MSG_EST_SERVER_FLIGHT,
                                               .flight = ESTC_MSG_EST_SERVER_FLIGHT,
                                               .certificate = ESTC_MSG_EST_FINISHED,
                                               .finished = ESTC_MSG_EST_FINISHED,
                                               .alert = ESTC_MSG_EST_ALERT};

/* A registration authority of the operator's, by id-kp-cmcRA (RFC 9148 section 5), that may be a
 * client. */
static bool verify(void *arg, const struct imp_piece *chain, size_t count)
{
    struct estc_est *server = ((struct estc_asking *)arg)->server;
    const struct est_trusted by = {&server->ca_crt, NULL};
    if (server->env->adversary || (est_is_server(server->env, chain, count, &server->ca_crt) &&
                                   est_is_client(server->env, chain, count, &by, server->now)))
        return true;
    est_claim(server->env, IMP_CLAIM_REJECT, "no-registrar");
    return false;
}

static void clear(struct estc_asking *c)
{
    imp_https_close(&c->link, c->server->now);
    imp_timer(c->server->env, (unsigned)(c - c->server->client), IMP_NEVER);
    c->used = false;
    c->state = ESTC_BACK_OFF;
}

static void drop(struct estc_asking *c)
{
    struct imp_env *env = c->server->env;
    struct imp_addr at = c->link.at;
    clear(c);
    env->ops->close(env, ESTC_HTTPS, &at);
}

static void progress(struct estc_asking *c)
{
    imp_timer(c->server->env, (unsigned)(c - c->server->client), c->server->now + SLOW * IMP_S);
}

static void received(struct estc_asking *c, const struct imp_event *e)
{
    static struct imp_http m; /* filled and used within the call */
    bool room = imp_https_feed(&c->link, e->bytes, e->n, c->server->now);
    enum imp_dtls_state state = imp_tls_state(c->link.tls);
    if (state == IMP_DTLS_FAILED || !room) {
        drop(c);
        return;
    }
    if (c->state == ESTC_HANDSHAKE && state == IMP_DTLS_OPEN)
        c->state = ESTC_REQUEST;
    for (int n; (n = imp_https_message(&c->link, &m, true)) != 0;) {
        if (n < 0) {
            drop(c);
            return;
        }
        progress(c);
        estc_est_serve(c, &m);
        imp_https_taken(&c->link, (size_t)n);
    }
}

static struct estc_asking *find(struct estc_est *server, const struct imp_addr *at)
{
    for (size_t i = 0; i < ESTC_EST_CONNECTIONS; i++)
        if (server->client[i].used && imp_addr_equal(&server->client[i].link.at, at))
            return &server->client[i];
    return NULL;
}

static void connected(struct estc_est *server, const struct imp_addr *at)
{
    const struct imp_piece chain = {server->crt.der, server->crt.n};
    const struct imp_dtls_x509 x509 = {.chain = &chain,
                                       .count = 1,
                                       .secret = server->key.secret,
                                       .verify = verify,
                                       .ask = IMP_DTLS_REQUIRE,
                                       .versions = IMP_TLS_1_2_AND_1_3};
    struct estc_asking *c = NULL;
    for (size_t i = 0; i < ESTC_EST_CONNECTIONS && !c; i++)
        c = server->client[i].used ? NULL : &server->client[i];
    if (!c) {
        server->env->ops->close(server->env, ESTC_HTTPS, at); /* too many */
        return;
    }
    const struct imp_https_end end = {.env = server->env,
                                      .channel = ESTC_HTTPS,
                                      .server = true,
                                      .labels = &labels,
                                      .x509 = &x509,
                                      .arg = c};
    server->last = (size_t)(c - server->client);
    c->to = &c->link;
    c->used = true;
    c->server = server;
    c->state = ESTC_HANDSHAKE;
    if (imp_https_open(&c->link, &end, at, server->now))
        progress(c);
    else
        drop(c);
}

static void start(struct estc_est *server)
{
    est_key_load(server->env, "key", &server->key);
    est_key_load(server->env, "ca-key", &server->ca);
    est_cert_load(server->env, "certificate", &server->crt);
    est_cert_load(server->env, "ca-certificate", &server->ca_crt);
    est_claim_identity(server->env, server->key.pub, EST_PUB);
}

void estc_est_init(void *ctx, struct imp_env *env)
{
    ((struct estc_est *)ctx)->env = env;
}

void estc_est_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct estc_est *server = ctx;
    struct estc_asking *c = find(server, &e->from);
    (void)env;
    server->now = now;
    switch (e->kind) {
    case IMP_EVENT_START:
        start(server);
        break;
    case IMP_EVENT_OPENED:
        connected(server, &e->from);
        break;
    case IMP_EVENT_RECEIVE:
        if (c) {
            server->last = (size_t)(c - server->client);
            received(c, e);
        }
        break;
    case IMP_EVENT_CLOSED:
        if (c)
            clear(c);
        break;
    case IMP_EVENT_TIMER:
        if (server->client[e->id].used)
            drop(&server->client[e->id]);
        break;
    default:
        break;
    }
}

void estc_est_fini(void *ctx, struct imp_env *env)
{
    struct estc_est *server = ctx;
    (void)env;
    for (size_t i = 0; i < ESTC_EST_CONNECTIONS; i++)
        imp_tls_free(server->client[i].link.tls);
    imp_wipe(server, sizeof *server);
}

int estc_est_state_of(const void *ctx)
{
    const struct estc_est *server = ctx;
    return (int)server->client[server->last].state;
}
