/* SPDX-License-Identifier: GPL-2.0-only */
/* est_server.c - connections of clients, and who they are. */
#include "est.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

static const struct imp_https_labels labels = {.hello = EST_MSG_SERVER_FLIGHT,
                                               .flight = EST_MSG_SERVER_FLIGHT,
                                               .certificate = EST_MSG_FINISHED,
                                               .finished = EST_MSG_FINISHED,
                                               .alert = EST_MSG_ALERT};

/* ---- who the client is -------------------------------------------------------------------------
 */
static bool below(struct est_session *s, const struct imp_x509 *anchor,
                  const struct imp_piece *chain, size_t count)
{
    struct est_server *server = s->server;
    const struct est_trusted by = {anchor,
                                   anchor == &server->manufacturer ? &server->issuing : NULL};
    return est_is_client(server->env, chain, count, &by, server->now);
}

/* A certificate of the operator's own authority, or of the manufacturer's. */
static bool verify(void *arg, const struct imp_piece *chain, size_t count)
{
    struct est_session *s = arg;
    struct est_server *server = s->server;
    struct imp_x509_info info;
    bool any = server->env->adversary || imp_flawed(server->env, EST_FLAW_ANY_CLIENT);
    bool good = imp_x509_read(&info, chain[0].p, chain[0].n) == 0;
    s->enrolled =
        good && (below(s, &server->ca_crt, chain, count) ||
                 (server->rollover.done && below(s, &server->rollover.old, chain, count)));
    if (!good || (!s->enrolled && !any && !below(s, &server->manufacturer, chain, count))) {
        est_claim(server->env, IMP_CLAIM_REJECT, "client-certificate");
        return false;
    }
    if (s->enrolled && est_is_struck_off(server->env, info.common_name)) {
        est_claim(server->env, IMP_CLAIM_REJECT, "revoked");
        imp_tls_refuse(s->link.tls, IMP_TLS_CERTIFICATE_REVOKED);
        return false;
    }
    snprintf(s->client, sizeof s->client, "%s", info.common_name);
    snprintf(s->dns, sizeof s->dns, "%s", info.dns);
    return true;
}

/* ---- connections -------------------------------------------------------------------------------
 */
static void clear(struct est_session *s)
{
    imp_https_close(&s->link, s->server->now);
    s->used = false;
    s->state = EST_IDLE;
}

static void drop(struct est_session *s, const char *why)
{
    struct est_server *server = s->server;
    struct imp_addr at = s->link.at;
    est_claim(server->env, IMP_CLAIM_REJECT, why);
    clear(s);
    server->env->ops->close(server->env, server->channel, &at);
}

static void received(struct est_session *s, const struct imp_event *e)
{
    static struct imp_http m; /* filled and used within the call */
    bool room = imp_https_feed(&s->link, e->bytes, e->n, s->server->now);
    enum imp_dtls_state state = imp_tls_state(s->link.tls);
    if (state == IMP_DTLS_FAILED) {
        drop(s, "handshake-failed");
        return;
    }
    if (s->state == EST_HANDSHAKE && state == IMP_DTLS_OPEN)
        s->state = EST_REQUEST;
    for (;;) {
        int n = imp_https_message(&s->link, &m, true);
        if (n == 0 && room)
            return;
        if (n <= 0) {
            drop(s, "bad-request");
            return;
        }
        est_serve(s, &m);
        imp_https_taken(&s->link, (size_t)n);
    }
}

static struct est_session *find(struct est_server *server, const struct imp_addr *at)
{
    for (size_t i = 0; i < EST_SESSIONS; i++)
        if (server->sessions[i].used && imp_addr_equal(&server->sessions[i].link.at, at))
            return &server->sessions[i];
    return NULL;
}

static bool shows_new(const struct est_server *server)
{
    return imp_opt(server->env, EST_OPT_ROLLED_CERTIFICATE) == EST_ROLLED_NEW;
}

/* To devices that know a public authority alone its certificate; else the operator's, with what
 * leads from root to root. */
static size_t shown(const struct est_server *server, struct imp_piece out[2])
{
    if (server->public.n == 0)
        return est_chain(out, &server->rollover, &server->crt, shows_new(server));
    out[0] = IMP_PIECE(server->public.der, server->public.n);
    return 1;
}

static void connected(struct est_server *server, const struct imp_addr *at)
{
    struct imp_piece chain[2];
    size_t count = shown(server, chain);
    const struct imp_dtls_x509 x509 = {.chain = chain,
                                       .count = count,
                                       .secret = server->key.secret,
                                       .verify = verify,
                                       .ask = IMP_DTLS_ASK,
                                       .versions = IMP_TLS_1_2_AND_1_3};
    for (size_t i = 0; i < EST_SESSIONS; i++) {
        struct est_session *s = &server->sessions[i];
        if (s->used)
            continue;
        server->last = i;
        s->used = true;
        s->server = server;
        s->state = EST_HANDSHAKE;
        s->client[0] = s->nonce[0] = s->dns[0] = 0;
        s->enrolled = false;
        s->to = &s->link;
        const struct imp_https_end end = {.env = server->env,
                                          .channel = server->channel,
                                          .server = true,
                                          .labels = &labels,
                                          .x509 = &x509,
                                          .arg = s};
        if (!imp_https_open(&s->link, &end, at, server->now))
            drop(s, "tls");
        else
            imp_timer(server->env, (unsigned)i, server->now + 60 * IMP_S);
        return;
    }
    server->env->ops->close(server->env, server->channel, at); /* too many */
}

static void load(struct est_server *server)
{
    struct imp_env *env = server->env;
    est_key_load(env, "key", &server->key);
    est_key_load(env, "ca-key", &server->ca);
    est_cert_load(env, "certificate", &server->crt);
    est_cert_load(env, "ca-certificate", &server->ca_crt);
    est_cert_load(env, "manufacturer", &server->manufacturer);
    est_cert_load(env, EST_CELL_ISSUING, &server->issuing);
    est_cert_load(env, EST_CELL_PUBLIC, &server->public);
    est_rollover_load(env, &server->rollover);
}

/* When the authority's time has come; nobody notices it before he asks something. */
static void roll(struct est_server *server)
{
    int64_t after = imp_opt(server->env, EST_OPT_ROLLOVER);
    if (after && !server->rollover.done && server->now >= after * IMP_S &&
        est_roll(server->env, &server->rollover, shows_new(server)))
        load(server);
}

static void start(struct est_server *server)
{
    struct imp_env *env = server->env;
    load(server);
    est_claim_identity(env, server->key.pub, EST_PUB);
}

void est_server_init(void *ctx, struct imp_env *env)
{
    struct est_server *server = ctx;
    server->env = env;
    server->channel = env->role == EST_OTHER_SERVER ? EST_ELSEWHERE : EST_STREAM;
}

void est_server_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct est_server *server = ctx;
    struct est_session *s;
    (void)env;
    server->now = now;
    roll(server);
    switch (e->kind) {
    case IMP_EVENT_START:
        start(server);
        break;
    case IMP_EVENT_OPENED:
        connected(server, &e->from);
        break;
    case IMP_EVENT_RECEIVE:
        s = find(server, &e->from);
        if (s) {
            server->last = (size_t)(s - server->sessions);
            received(s, e);
        }
        break;
    case IMP_EVENT_CLOSED:
        s = find(server, &e->from);
        if (s)
            clear(s);
        break;
    case IMP_EVENT_CONTROL:
        est_strike_off(server->env, e);
        break;
    case IMP_EVENT_TIMER: /* who has not finished within a minute */
        s = &server->sessions[e->id];
        if (s->used)
            drop(s, "slow");
        break;
    default:
        break;
    }
}

void est_server_fini(void *ctx, struct imp_env *env)
{
    struct est_server *server = ctx;
    (void)env;
    for (size_t i = 0; i < EST_SESSIONS; i++)
        imp_tls_free(server->sessions[i].link.tls);
    imp_wipe(server, sizeof *server);
}

int est_server_state_of(const void *ctx)
{
    const struct est_server *server = ctx;
    return (int)server->sessions[server->last].state;
}
