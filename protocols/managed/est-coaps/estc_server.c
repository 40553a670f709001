/* SPDX-License-Identifier: GPL-2.0-only */
/* estc_server.c - registration authority and certificate authority in one. */
#include "estc.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

const struct imp_legal estc_server_legal[] = {
    {ESTC_BACK_OFF, ESTC_MSG_CLIENT_HELLO},   {ESTC_HANDSHAKE, ESTC_MSG_CLIENT_HELLO},
    {ESTC_HANDSHAKE, ESTC_MSG_CLIENT_FLIGHT}, {ESTC_HANDSHAKE, ESTC_MSG_ALERT},
    {ESTC_REQUEST, ESTC_MSG_CLIENT_HELLO},    {ESTC_REQUEST, ESTC_MSG_GET_CRTS},
    {ESTC_REQUEST, ESTC_MSG_GET_ATT},         {ESTC_REQUEST, ESTC_MSG_SEN},
    {ESTC_REQUEST, ESTC_MSG_ALERT},           {-1, -1},
};

enum { YEAR = 365 * 24 * 3600 };

static bool verify(void *arg, const struct imp_piece *chain, size_t count)
{
    struct estc_session *s = arg;
    struct estc_server *server = s->server;
    const struct imp_piece anchors[] = {{server->manufacturer.der, server->manufacturer.n},
                                        {server->ca_crt.der, server->ca_crt.n}};
    const struct imp_x509_policy policy = {
        .anchors = anchors, .anchor_count = 2, .purpose = IMP_X509_CLIENT};
    struct imp_x509_info info;
    bool any = server->env->adversary || imp_flawed(server->env, ESTC_FLAW_ANY_CLIENT);
    if (imp_x509_read(&info, chain[0].p, chain[0].n) != 0 ||
        (!any &&
         imp_x509_verify(server->env, chain, count, &policy, server->now) != IMP_X509_GOOD)) {
        est_claim(server->env, IMP_CLAIM_REJECT, "client-certificate");
        return false;
    }
    snprintf(s->asking, sizeof s->asking, "%s", info.common_name);
    return true;
}

static void opened(void *arg, imp_time now)
{
    struct estc_session *s = arg;
    (void)now;
    memcpy(s->client, s->asking, sizeof s->client);
    s->in.n = s->out_n = 0;
    s->state = ESTC_REQUEST;
}

static void data(void *arg, imp_time now)
{
    (void)arg, (void)now;
}

static void over(void *arg, enum imp_coaps_end end, const char *why, imp_time now)
{
    struct estc_session *s = arg;
    (void)why, (void)now;
    if (end == IMP_COAPS_HANDSHAKE_FAILED)
        est_claim(s->server->env, IMP_CLAIM_REJECT, "handshake-failed");
    if (!imp_coaps_is_open(&s->secure))
        s->state = ESTC_BACK_OFF;
}

/* ---- requests ----------------------------------------------------------------------------------
 */
static void refuse(struct estc_session *s, struct imp_coap_reply *reply, enum imp_coap_code code,
                   const char *why)
{
    est_claim(s->server->env, IMP_CLAIM_REJECT, why);
    reply->message.code = (uint8_t)code;
    reply->label = ESTC_MSG_REFUSAL;
}

/* The block of the representation that was asked for. `bytes` outlive the call. */
static void give(struct estc_session *s, const struct imp_coap_message *m,
                 struct imp_coap_reply *reply, const uint8_t *bytes, size_t n, unsigned format)
{
    struct imp_coap_block b = {.szx = estc_szx(s->server->env)};
    struct imp_coap_block asked;
    if (imp_coap_get_block(m, IMP_COAP_BLOCK2, &asked)) {
        b.num = asked.num;
        if (asked.szx < b.szx || asked.num > 0)
            b.szx = asked.szx;
    }
    imp_coap_add_uint(&reply->message, IMP_COAP_CONTENT_FORMAT, format);
    if (imp_block_put(&reply->message, IMP_COAP_BLOCK2, bytes, n, b.num, b.szx) != 0)
        refuse(s, reply, IMP_COAP_BAD_REQUEST, "no-such-block");
}

static bool issue(struct estc_session *s, imp_time now)
{
    struct estc_server *server = s->server;
    struct imp_x509_asked asked;
    struct imp_x509 crt;
    struct est_sid sid;
    char subject[EST_NAME + 3], cell[EST_NAME + 16];
    snprintf(subject, sizeof subject, "CN=%s", s->client);
    if (imp_x509_read_request(server->env, &asked, s->in.bytes, s->in.n) != 0 ||
        strcmp(asked.subject, subject) != 0)
        return false;
    const struct imp_x509_spec spec = {.subject = asked.subject,
                                       .pub = asked.pub,
                                       .purposes = IMP_X509_CLIENT,
                                       .not_before = now,
                                       .not_after = now + IMP_S * YEAR};
    if (imp_x509_issue(server->env, &crt, &spec, &server->ca_crt, server->ca.secret) != 0)
        return false;
    int n = imp_cms_certs_write(s->out, sizeof s->out, &IMP_PIECE(crt.der, crt.n), 1);
    if (n < 0)
        return false;
    s->out_n = (size_t)n;
    estc_sid(&sid, &s->secure);
    est_claim_session(server->env, IMP_CLAIM_COMMIT, "est", &sid, s->client, server->key.pub);
    est_claim_session(server->env, IMP_CLAIM_RUNNING, "est", &sid, s->client, server->key.pub);
    snprintf(cell, sizeof cell, "issued-%s", s->client);
    bool first = server->env->ops->cell_get(server->env, cell, NULL, 0) < 0;
    server->env->ops->cell_put(server->env, cell, crt.der, crt.n);
    est_claim_enrolled(server->env, "est", &sid, s->client, &server->ca_crt, &crt);
    if (first)
        est_claim(server->env, IMP_CLAIM_COMPLETE, NULL);
    return true;
}

/* A request block by block, then the rest of its answer (RFC 7959 section 3.3). */
static void enrol(struct estc_session *s, const struct imp_coap_message *m,
                  struct imp_coap_reply *reply, imp_time now)
{
    struct imp_coap_block b = {0};
    bool cut = imp_coap_get_block(m, IMP_COAP_BLOCK1, &b);
    bool rest = imp_coap_get_block(m, IMP_COAP_BLOCK2, &(struct imp_coap_block){0}) && !cut &&
                m->payload_n == 0;
    int whole = rest ? 1 : imp_block_take(&s->in, m, IMP_COAP_BLOCK1);
    if (cut)
        imp_coap_add_block(&reply->message, IMP_COAP_BLOCK1, &b);
    if (rest && s->out_n == 0)
        refuse(s, reply, IMP_COAP_REQUEST_ENTITY_INCOMPLETE, "nothing-issued");
    else if (whole < 0)
        refuse(s, reply,
               whole == -1 ? IMP_COAP_REQUEST_ENTITY_INCOMPLETE : IMP_COAP_REQUEST_ENTITY_TOO_LARGE,
               "bad-block");
    else if (whole == 0) {
        reply->message.code = IMP_COAP_CONTINUE;
        reply->label = ESTC_MSG_CONTINUE;
    } else if (!rest && !issue(s, now)) {
        refuse(s, reply, IMP_COAP_BAD_REQUEST, "bad-request");
    } else {
        reply->label = ESTC_MSG_CERTIFICATE;
        give(s, m, reply, s->out, s->out_n, IMP_COAP_FORMAT_PKCS7_CERTS_ONLY);
    }
}

static void anchors(struct estc_session *s, const struct imp_coap_message *m,
                    struct imp_coap_reply *reply)
{
    const struct imp_x509 *ca = &s->server->ca_crt;
    int n = imp_cms_certs_write(reply->scratch, IMP_COAP_SCRATCH, &IMP_PIECE(ca->der, ca->n), 1);
    reply->message.code = IMP_COAP_CONTENT;
    reply->label = ESTC_MSG_CRTS;
    give(s, m, reply, reply->scratch, n < 0 ? 0 : (size_t)n, IMP_COAP_FORMAT_PKCS7_CERTS_ONLY);
}

static void serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                  imp_time now)
{
    static const struct imp_coap_route routes[] = {
        {IMP_COAP_GET, ESTC_ROOT "crts", ESTC_MSG_GET_CRTS},
        {IMP_COAP_GET, ESTC_ROOT "att", ESTC_MSG_GET_ATT},
        {IMP_COAP_POST, ESTC_ROOT "sen", ESTC_MSG_SEN},
        {IMP_COAP_POST, ESTC_ROOT "sren", ESTC_MSG_SEN},
        {.path = NULL}};
    struct estc_session *s = arg;
    int message = imp_coap_message_of(routes, m);
    if (message < 0 || !est_is_legal(estc_server_legal, (int)s->state, message)) {
        refuse(s, reply, IMP_COAP_NOT_FOUND, "no-such-resource");
    } else if (message == ESTC_MSG_GET_CRTS) {
        anchors(s, m, reply);
    } else if (message == ESTC_MSG_SEN) {
        enrol(s, m, reply, now);
    } else {
        reply->message.code = IMP_COAP_CONTENT;
        reply->label = ESTC_MSG_ATT;
        give(s, m, reply, reply->scratch, est_attributes_write(reply->scratch, false),
             IMP_COAP_FORMAT_CSRATTRS);
    }
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
                                                 .serve = serve,
                                                 .verify_chain = verify,
                                                 .opened = opened,
                                                 .data = data,
                                                 .over = over};
    const struct imp_dtls_config dtls = {.auth = IMP_DTLS_X509,
                                         .server = true,
                                         .cookie = imp_opt(server->env, ESTC_OPT_COOKIE) != 0,
                                         .peer = *at,
                                         .x509 = {.chain = &server->chain,
                                                  .count = 1,
                                                  .secret = server->key.secret,
                                                  .ask = IMP_DTLS_REQUIRE}};
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

static void timeout(struct estc_server *server, unsigned id, imp_time now)
{
    server->last = id;
    for (size_t i = id; i < server->reached; i += ESTC_TIMERS)
        if (server->sessions[i].used && imp_coaps_deadline(&server->sessions[i].secure) <= now) {
            server->last = i;
            imp_coaps_expire(&server->sessions[i].secure, now);
        }
}

static void arm(struct estc_server *server, size_t id)
{
    imp_time at = IMP_NEVER, other;
    for (size_t i = id; i < server->reached; i += ESTC_TIMERS)
        if (server->sessions[i].used &&
            (other = imp_coaps_deadline(&server->sessions[i].secure)) < at)
            at = other;
    imp_timer(server->env, (unsigned)id, at);
}

static void start(struct estc_server *server)
{
    struct imp_env *env = server->env;
    est_key_load(env, "key", &server->key);
    est_key_load(env, "ca-key", &server->ca);
    est_cert_load(env, "certificate", &server->crt);
    est_cert_load(env, "ca-certificate", &server->ca_crt);
    est_cert_load(env, "manufacturer", &server->manufacturer);
    server->chain = IMP_PIECE(server->crt.der, server->crt.n);
    est_claim_identity(env, server->key.pub, EST_PUB);
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
    switch (e->kind) {
    case IMP_EVENT_START:
        start(server);
        break;
    case IMP_EVENT_RECEIVE:
        datagram(server, e, now);
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
        if (server->sessions[i].used)
            imp_coaps_free(&server->sessions[i].secure);
    imp_wipe(server, sizeof *server);
}

int estc_server_state_of(const void *ctx)
{
    const struct estc_server *server = ctx;
    return (int)server->sessions[server->last].state;
}
