/* SPDX-License-Identifier: GPL-2.0-only */
/* est_server.c - registration authority and certificate authority in one. */
#include "est.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

const struct imp_legal est_server_legal[] = {
    {EST_HANDSHAKE, EST_MSG_CLIENT_HELLO},
    {EST_HANDSHAKE, EST_MSG_CLIENT_FLIGHT},
    {EST_HANDSHAKE, EST_MSG_FINISHED},
    {EST_HANDSHAKE, EST_MSG_ALERT},
    {EST_REQUEST, EST_MSG_GET_CACERTS},
    {EST_REQUEST, EST_MSG_GET_CSRATTRS},
    {EST_REQUEST, EST_MSG_ENROLL},
    {EST_REQUEST, EST_MSG_REENROLL},
    {EST_REQUEST, EST_MSG_KEYGEN},
    {EST_REQUEST, EST_MSG_ALERT},
    {-1, -1},
};

static const struct imp_https_labels labels = {.hello = EST_MSG_SERVER_FLIGHT,
                                               .flight = EST_MSG_SERVER_FLIGHT,
                                               .certificate = EST_MSG_FINISHED,
                                               .finished = EST_MSG_FINISHED,
                                               .alert = EST_MSG_ALERT};

enum { YEAR = 365 * 24 * 3600 };

static void say(struct est_session *s, int message, const char *type, bool base64, const char *body,
                int n)
{
    char content[96];
    uint8_t out[EST_BODY + 256];
    const char *fields[] = {content, base64 ? "Content-Transfer-Encoding: base64" : NULL, NULL};
    snprintf(content, sizeof content, "Content-Type: %s", type);
    imp_https_send(
        &s->link, message, out,
        imp_http_response_write(out, sizeof out, 200, "OK", fields, body, n < 0 ? 0 : (size_t)n),
        s->server->now);
}

static void answer(struct est_session *s, int message, const char *type, const void *body, size_t n)
{
    char text[EST_BODY];
    say(s, message, type, true, text, imp_base64_encode(text, sizeof text, body, n));
}

/* RFC 7030 section 4.2.3: a person has to agree first. */
static void postpone(struct est_session *s, int64_t seconds)
{
    char after[32];
    uint8_t out[256];
    const char *fields[] = {after, NULL};
    snprintf(after, sizeof after, "Retry-After: %lld", (long long)seconds);
    imp_https_send(&s->link, EST_MSG_ACCEPTED, out,
                   imp_http_response_write(out, sizeof out, 202, "Accepted", fields, NULL, 0),
                   s->server->now);
}

static void refuse(struct est_session *s, int status, const char *why)
{
    static const char *const challenge[] = {"WWW-Authenticate: Basic realm=\"est\"", NULL};
    static const char *const plain[] = {"Content-Type: text/plain", NULL};
    uint8_t out[256];
    est_claim(s->server->env, IMP_CLAIM_REJECT, why);
    imp_https_send(&s->link, status == 401 ? EST_MSG_UNAUTHORIZED : EST_MSG_REFUSAL, out,
                   imp_http_response_write(out, sizeof out, status,
                                           status == 401 ? "Unauthorized" : "Refused",
                                           status == 401 ? challenge : plain, why, strlen(why)),
                   s->server->now);
}

/* ---- who the client is -------------------------------------------------------------------------
 */
static bool below(struct est_session *s, const struct imp_x509 *anchor,
                  const struct imp_piece *chain, size_t count)
{
    struct est_server *server = s->server;
    const struct imp_piece trusted = {anchor->der, anchor->n};
    const struct imp_x509_policy policy = {
        .anchors = &trusted, .anchor_count = 1, .purpose = IMP_X509_CLIENT};
    return imp_x509_verify(server->env, chain, count, &policy, server->now) == IMP_X509_GOOD;
}

/* A certificate of the operator's own authority, or of the manufacturer's. */
static bool verify(void *arg, const struct imp_piece *chain, size_t count)
{
    struct est_session *s = arg;
    struct est_server *server = s->server;
    struct imp_x509_info info;
    bool any = server->env->adversary || imp_flawed(server->env, EST_FLAW_ANY_CLIENT);
    bool good = imp_x509_read(&info, chain[0].p, chain[0].n) == 0;
    s->enrolled = good && below(s, &server->ca_crt, chain, count);
    if (!good || (!s->enrolled && !any && !below(s, &server->manufacturer, chain, count))) {
        est_claim(server->env, IMP_CLAIM_REJECT, "client-certificate");
        return false;
    }
    snprintf(s->client, sizeof s->client, "%s", info.common_name);
    return true;
}

/* "Basic" and name:password in base64. */
static bool password(struct est_session *s, const struct imp_http *m)
{
    const struct imp_http_field *f = imp_http_field(m, "Authorization");
    struct imp_env *env = s->server->env;
    char pair[EST_NAME + EST_PASSWORD + 2], cell[EST_NAME + 16], right[EST_PASSWORD];
    if (!f || f->value_n < 6 || memcmp(f->value, "Basic ", 6) != 0)
        return false;
    int n = imp_base64_decode(pair, sizeof pair - 1, f->value + 6, f->value_n - 6);
    if (n < 0)
        return false;
    pair[n] = 0;
    char *colon = strchr(pair, ':');
    if (!colon || strlen(colon + 1) != EST_PASSWORD || colon - pair >= EST_NAME)
        return false;
    *colon = 0;
    snprintf(cell, sizeof cell, "password-%s", pair);
    bool good = env->ops->cell_get(env, cell, right, sizeof right) == EST_PASSWORD &&
                imp_equal(right, colon + 1, EST_PASSWORD);
    if (good || env->adversary)
        snprintf(s->client, sizeof s->client, "%s", pair);
    imp_wipe(pair, sizeof pair);
    return good || env->adversary;
}

/* ---- requests ----------------------------------------------------------------------------------
 */
static void give_anchors(struct est_session *s)
{
    uint8_t der[2048];
    const struct imp_x509 *ca = &s->server->ca_crt;
    int n = imp_cms_certs_write(der, sizeof der, &IMP_PIECE(ca->der, ca->n), 1);
    answer(s, EST_MSG_CACERTS, "application/pkcs7-mime", der, n < 0 ? 0 : (size_t)n);
}

static void give_attributes(struct est_session *s)
{
    uint8_t der[EST_ATTRIBUTES_MAX];
    size_t n = est_attributes_write(der, imp_opt(s->server->env, EST_OPT_POP) != 0);
    answer(s, EST_MSG_CSRATTRS, "application/csrattrs", der, n);
}

/* Reads the request and checks it against who asks and in which session. */
static const char *check(struct est_session *s, struct imp_x509_asked *asked,
                         const struct imp_http *m)
{
    uint8_t der[2048];
    char pop[48], subject[EST_NAME + 3];
    struct imp_env *env = s->server->env;
    int n = est_body(der, sizeof der, m);
    if (n < 0 || !imp_http_is(m, "Content-Type", "application/pkcs10") ||
        imp_x509_read_request(env, asked, der, (size_t)n) != 0)
        return "bad-request";
    snprintf(subject, sizeof subject, "CN=%s", s->client);
    if (strcmp(asked->subject, subject) != 0)
        return "another-subject";
    if (imp_opt(env, EST_OPT_POP) && !env->adversary &&
        (!est_pop(s->link.tls, pop) || strcmp(pop, asked->challenge) != 0))
        return "another-session";
    return NULL;
}

static void record(struct est_session *s, const struct est_sid *sid, const struct imp_x509 *crt)
{
    char cell[EST_NAME + 16];
    struct imp_env *env = s->server->env;
    snprintf(cell, sizeof cell, "issued-%s", s->client);
    bool first = env->ops->cell_get(env, cell, NULL, 0) < 0;
    env->ops->cell_put(env, cell, crt->der, crt->n);
    est_claim_enrolled(env, "est", sid, s->client, &s->server->ca_crt, crt);
    if (first)
        est_claim(env, IMP_CLAIM_COMPLETE, NULL);
}

/* Seconds until the operator has looked at a device that he has not seen before; 0: he has. */
static int64_t pending(struct est_session *s)
{
    struct est_server *server = s->server;
    char cell[EST_NAME + 16];
    imp_time asked;
    int64_t period = imp_opt(server->env, EST_OPT_APPROVAL);
    snprintf(cell, sizeof cell, "asked-%s", s->client);
    if (period == 0 || server->env->adversary || s->enrolled)
        return 0;
    if (server->env->ops->cell_get(server->env, cell, &asked, sizeof asked) != sizeof asked) {
        asked = server->now;
        server->env->ops->cell_put(server->env, cell, &asked, sizeof asked);
    }
    imp_time due = asked + period * IMP_S;
    return due <= server->now ? 0 : (due - server->now + IMP_S - 1) / IMP_S;
}

/* Issues the certificate, for a new key with `made`; why not, or NULL. */
static const char *issue(struct est_session *s, const struct imp_http *m, struct est_key *made,
                         struct imp_x509 *crt)
{
    struct est_server *server = s->server;
    struct imp_x509_asked asked;
    const char *why = check(s, &asked, m);
    if (why)
        return why;
    if (made)
        imp_p256_keypair(server->env, "serverkeygen", made->pub, made->secret);
    const struct imp_x509_spec spec = {.subject = asked.subject,
                                       .pub = made ? made->pub : asked.pub,
                                       .purposes = IMP_X509_CLIENT,
                                       .not_before = server->now,
                                       .not_after = server->now + IMP_S * YEAR};
    return imp_x509_issue(server->env, crt, &spec, &server->ca_crt, server->ca.secret) == 0
               ? NULL
               : "not-issued";
}

static void hand_over(struct est_session *s, const struct est_key *made, const uint8_t *certs,
                      size_t n)
{
    char body[EST_BODY];
    const char *type;
    if (!made) {
        answer(s, EST_MSG_CERTIFICATE, "application/pkcs7-mime; smime-type=certs-only", certs, n);
        return;
    }
    int size = est_keygen_write(body, sizeof body, &type, made, certs, n);
    say(s, EST_MSG_KEY, type, false, body, size);
    imp_wipe(body, sizeof body);
}

static void enrol(struct est_session *s, const struct imp_http *m, int message)
{
    struct est_server *server = s->server;
    struct est_sid sid;
    struct imp_x509 crt;
    struct est_key key, *made = message == EST_MSG_KEYGEN ? &key : NULL;
    uint8_t der[2048];
    if (!s->client[0] && !password(s, m)) {
        refuse(s, 401, "who-are-you");
        return;
    }
    if (message == EST_MSG_REENROLL && !s->enrolled && !server->env->adversary) {
        refuse(s, 400, "not-enrolled"); /* RFC 7030 section 3.3.2: with the certificate it has */
        return;
    }
    int64_t seconds = pending(s);
    if (seconds) {
        postpone(s, seconds);
        return;
    }
    const char *why = issue(s, m, made, &crt);
    int n = why ? -1 : imp_cms_certs_write(der, sizeof der, &IMP_PIECE(crt.der, crt.n), 1);
    if (n < 0) {
        refuse(s, 400, why ? why : "not-issued");
        return;
    }
    est_sid(&sid, s->link.tls);
    est_claim_session(server->env, IMP_CLAIM_COMMIT, "est", &sid, s->client, server->key.pub);
    est_claim_session(server->env, IMP_CLAIM_RUNNING, "est", &sid, s->client, server->key.pub);
    record(s, &sid, &crt);
    if (made)
        est_claim_key(server->env, &sid, made->secret);
    hand_over(s, made, der, (size_t)n);
    imp_wipe(&key, sizeof key);
}

static int message_of(const struct imp_http *m)
{
    static const struct {
        const char *method, *path;
        int message;
    } table[] = {{"GET", EST_PATH "cacerts", EST_MSG_GET_CACERTS},
                 {"GET", EST_PATH "csrattrs", EST_MSG_GET_CSRATTRS},
                 {"POST", EST_PATH "simpleenroll", EST_MSG_ENROLL},
                 {"POST", EST_PATH "simplereenroll", EST_MSG_REENROLL},
                 {"POST", EST_PATH "serverkeygen", EST_MSG_KEYGEN}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (strcmp(m->method, table[i].method) == 0 && strcmp(m->path, table[i].path) == 0)
            return table[i].message;
    return -1;
}

static void serve(struct est_session *s, const struct imp_http *m)
{
    int message = message_of(m);
    if (message < 0 || !est_is_legal(est_server_legal, (int)s->state, message))
        refuse(s, 404, "no-such-operation");
    else if (message == EST_MSG_GET_CACERTS)
        give_anchors(s);
    else if (message == EST_MSG_GET_CSRATTRS)
        give_attributes(s);
    else
        enrol(s, m, message);
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
    server->env->ops->close(server->env, EST_STREAM, &at);
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
        serve(s, &m);
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

static void connected(struct est_server *server, const struct imp_addr *at)
{
    const struct imp_piece chain = {server->crt.der, server->crt.n};
    const struct imp_dtls_x509 x509 = {.chain = &chain,
                                       .count = 1,
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
        s->client[0] = 0;
        s->enrolled = false;
        s->to = &s->link;
        const struct imp_https_end end = {.env = server->env,
                                          .channel = EST_STREAM,
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
    server->env->ops->close(server->env, EST_STREAM, at); /* too many */
}

static void start(struct est_server *server)
{
    struct imp_env *env = server->env;
    est_key_load(env, "key", &server->key);
    est_key_load(env, "ca-key", &server->ca);
    est_cert_load(env, "certificate", &server->crt);
    est_cert_load(env, "ca-certificate", &server->ca_crt);
    est_cert_load(env, "manufacturer", &server->manufacturer);
    est_claim_identity(env, server->key.pub, EST_PUB);
}

void est_server_init(void *ctx, struct imp_env *env)
{
    ((struct est_server *)ctx)->env = env;
}

void est_server_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct est_server *server = ctx;
    struct est_session *s;
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
