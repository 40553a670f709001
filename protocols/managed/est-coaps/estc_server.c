/* SPDX-License-Identifier: GPL-2.0-only */
/* estc_server.c - sessions with clients, and who they are. */
#include "estc.h"

#include "protocols/crypto/crypto.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static bool below(struct estc_server *server, const struct imp_x509 *anchor,
                  const struct imp_piece *chain, size_t count)
{
    const struct est_trusted by = {anchor,
                                   anchor == &server->manufacturer ? &server->issuing : NULL};
    return est_is_client(server->env, chain, count, &by, server->now);
}

/* A certificate of the manufacturer's, or of the operator's own authority. */
static bool verify(void *arg, const struct imp_piece *chain, size_t count)
{
    struct estc_session *s = arg;
    struct estc_server *server = s->server;
    struct imp_x509_info info;
    bool any = server->env->adversary || imp_flawed(server->env, ESTC_FLAW_ANY_CLIENT);
    bool good = imp_x509_read(&info, chain[0].p, chain[0].n) == 0;
    bool known = good && below(server, &server->manufacturer, chain, count);
    s->enrolling = good && !known &&
                   (below(server, &server->ca_crt, chain, count) ||
                    (server->rollover.done && below(server, &server->rollover.old, chain, count)));
    if (!good || (!known && !s->enrolling && !any)) {
        est_claim(server->env, IMP_CLAIM_REJECT, "client-certificate");
        return false;
    }
    if (s->enrolling && est_is_struck_off(server->env, info.common_name)) {
        est_claim(server->env, IMP_CLAIM_REJECT, "revoked");
        return false;
    }
    snprintf(s->asking, sizeof s->asking, "%s", info.common_name);
    snprintf(s->dns_asking, sizeof s->dns_asking, "%s", info.dns);
    return true;
}

static void opened(void *arg, imp_time now)
{
    struct estc_session *s = arg;
    estc_relay_close(s, now);
    memcpy(s->client, s->asking, sizeof s->client);
    memcpy(s->dns, s->dns_asking, sizeof s->dns);
    s->enrolled = s->enrolling;
    s->in.n = s->out_n = 0;
    s->late.due = 0;
    s->state = ESTC_REQUEST;
}

static void data(void *arg, imp_time now)
{
    (void)arg, (void)now;
}

static void over(void *arg, enum imp_coaps_end end, const char *why, imp_time now)
{
    struct estc_session *s = arg;
    (void)why;
    if (end == IMP_COAPS_HANDSHAKE_FAILED)
        est_claim(s->server->env, IMP_CLAIM_REJECT, "handshake-failed");
    if (imp_coaps_is_open(&s->secure))
        return;
    estc_relay_close(s, now);
    s->state = ESTC_BACK_OFF;
    imp_wipe(s->out, sizeof s->out);
    s->out_n = 0;
    s->late.due = 0;
}

/* ---- sessions and events -----------------------------------------------------------------------
 */
static void send(void *arg, int label, const uint8_t *datagram, size_t n)
{
    struct estc_session *s = arg;
    imp_send(s->server->env, ESTC_COAPS, &s->at, estc_message_of(label), datagram, n);
}

static void session_init(struct estc_server *server, struct estc_session *s,
                         const struct imp_addr *at)
{
    static const struct imp_coaps_hooks hooks = {.send = send,
                                                 .serve = estc_serve,
                                                 .verify_chain = verify,
                                                 .opened = opened,
                                                 .data = data,
                                                 .over = over};
    const struct imp_dtls_config dtls = {
        .auth = IMP_DTLS_X509,
        .record_limit = (size_t)imp_opt(server->env, ESTC_OPT_RECORD),
        .retransmit = imp_opt(server->env, ESTC_OPT_TIMER) * IMP_S,
        .give_up = ESTC_DTLS_PATIENCE * imp_opt(server->env, ESTC_OPT_TIMER) * IMP_S,
        .server = true,
        .cookie = imp_opt(server->env, ESTC_OPT_COOKIE) != 0,
        .peer = *at,
        .x509 = {.chain = server->chain,
                 .count = server->chain_n,
                 .secret = server->key.secret,
                 .ask = IMP_DTLS_REQUIRE}};
    if (s->used)
        estc_relay_close(s, server->now);
    imp_coaps_free(&s->secure);
    *s = (struct estc_session){.used = true, .server = server, .at = *at};
    imp_coaps_init(&s->secure, server->env, &dtls, &hooks, s);
}

static struct estc_session *session_at(struct estc_server *server, const struct imp_addr *at)
{
    struct estc_session *found = NULL;
    for (size_t i = 0; i < server->reached; i++) {
        struct estc_session *s = &server->sessions[i];
        if (s->used && imp_addr_equal(&s->at, at))
            return s;
        if (!found && (!s->used || s->state == ESTC_BACK_OFF))
            found = s;
    }
    if (!found && server->reached < ESTC_SESSIONS)
        found = &server->sessions[server->reached++];
    if (found)
        session_init(server, found, at);
    return found;
}

static void datagram(struct estc_server *server, const struct imp_event *e, imp_time now)
{
    struct estc_session *s = session_at(server, &e->from);
    if (!s)
        return;
    server->last = (size_t)(s - server->sessions);
    imp_coaps_feed(&s->secure, e->bytes, e->n, now);
    if (s->state == ESTC_BACK_OFF && s->secure.current)
        s->state = ESTC_HANDSHAKE;
}

static imp_time deadline(const struct estc_session *s)
{
    imp_time at = imp_coaps_deadline(&s->secure);
    return s->late.due && s->late.due < at ? s->late.due : at;
}

static void timeout(struct estc_server *server, unsigned id, imp_time now)
{
    server->last = id;
    for (size_t i = id; i < server->reached; i += ESTC_TIMERS)
        if (server->sessions[i].used && deadline(&server->sessions[i]) <= now) {
            server->last = i;
            imp_coaps_expire(&server->sessions[i].secure, now);
            if (server->sessions[i].late.due && server->sessions[i].late.due <= now)
                estc_answer_late(&server->sessions[i], now);
        }
}

static void arm(struct estc_server *server, size_t id)
{
    imp_time at = IMP_NEVER, other;
    for (size_t i = id; i < server->reached; i += ESTC_TIMERS)
        if (server->sessions[i].used && (other = deadline(&server->sessions[i])) < at)
            at = other;
    imp_timer(server->env, (unsigned)id, at);
}

static bool shows_new(const struct estc_server *server)
{
    return imp_opt(server->env, ESTC_OPT_ROLLED_CERTIFICATE) == EST_ROLLED_NEW;
}

static void load(struct estc_server *server)
{
    struct imp_env *env = server->env;
    est_key_load(env, "key", &server->key);
    est_key_load(env, "ca-key", &server->ca);
    est_cert_load(env, "certificate", &server->crt);
    est_cert_load(env, "ca-certificate", &server->ca_crt);
    est_cert_load(env, "manufacturer", &server->manufacturer);
    est_cert_load(env, EST_CELL_ISSUING, &server->issuing);
    est_rollover_load(env, &server->rollover);
    server->chain_n = est_chain(server->chain, &server->rollover, &server->crt, shows_new(server));
}

/* When the authority's time has come; nobody notices it before he asks something. */
static void roll(struct estc_server *server)
{
    int64_t after = imp_opt(server->env, ESTC_OPT_ROLLOVER);
    if (after == 0 || server->rollover.done || server->now < after * IMP_S ||
        !est_roll(server->env, &server->rollover, shows_new(server)))
        return;
    load(server);
    for (size_t i = 0; i < server->reached; i++)
        server->sessions[i].secure.dtls.x509.count = server->chain_n;
}

static void start(struct estc_server *server)
{
    load(server);
    est_claim_identity(server->env, server->key.pub, EST_PUB);
}

void estc_server_init(void *ctx, struct imp_env *env)
{
    ((struct estc_server *)ctx)->env = env;
}

void estc_server_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct estc_server *server = ctx;
    (void)env;
    server->now = now;
    roll(server);
    switch (e->kind) {
    case IMP_EVENT_START:
        start(server);
        break;
    case IMP_EVENT_OPENED:
    case IMP_EVENT_CLOSED:
        estc_relay_event(server, e, now);
        break;
    case IMP_EVENT_RECEIVE:
        if (e->channel == ESTC_HTTPS)
            estc_relay_event(server, e, now);
        else
            datagram(server, e, now);
        break;
    case IMP_EVENT_CONTROL:
        est_strike_off(server->env, e);
        break;
    case IMP_EVENT_TIMER:
        timeout(server, e->id, now);
        break;
    default:
        break;
    }
    arm(server, server->last % ESTC_TIMERS);
}

void estc_server_fini(void *ctx, struct imp_env *env)
{
    struct estc_server *server = ctx;
    (void)env;
    for (size_t i = 0; i < server->reached; i++)
        if (server->sessions[i].used) {
            imp_coaps_free(&server->sessions[i].secure);
            imp_tls_free(server->sessions[i].up.link.tls);
        }
    /* The rest was never used: its pages stay untouched. */
    imp_wipe(server,
             offsetof(struct estc_server, sessions) + server->reached * sizeof *server->sessions);
}

int estc_server_state_of(const void *ctx)
{
    const struct estc_server *server = ctx;
    return (int)server->sessions[server->last].state;
}
