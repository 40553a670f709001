/* SPDX-License-Identifier: GPL-2.0-only */
/* cbrski_registrar.c - sessions of pledges, each known by the proxy's address and the header that
 * goes with its datagrams (constrained join proxy, section 4.4). */
#include "cbrski.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

const struct imp_legal cbrski_registrar_legal[] = {
    {BRSKI_IDLE, CBRSKI_MSG_CLIENT_HELLO},
    {BRSKI_HANDSHAKE, CBRSKI_MSG_CLIENT_HELLO},
    {BRSKI_HANDSHAKE, CBRSKI_MSG_CLIENT_FLIGHT},
    {BRSKI_HANDSHAKE, CBRSKI_MSG_CLIENT_ALERT},
    {BRSKI_REQUEST, CBRSKI_MSG_CLIENT_HELLO},
    {BRSKI_REQUEST, CBRSKI_MSG_RV},
    {BRSKI_REQUEST, CBRSKI_MSG_VS},
    {BRSKI_REQUEST, CBRSKI_MSG_GET_CRTS},
    {BRSKI_REQUEST, CBRSKI_MSG_SEN},
    {BRSKI_REQUEST, CBRSKI_MSG_ES},
    {BRSKI_REQUEST, CBRSKI_MSG_EMPTY},
    {BRSKI_REQUEST, CBRSKI_MSG_CLIENT_ALERT},
    {BRSKI_AWAIT_MASA, CBRSKI_MSG_EMPTY},
    {BRSKI_AWAIT_MASA, CBRSKI_MSG_MASA_VOUCHER},
    {BRSKI_AWAIT_MASA, CBRSKI_MSG_MASA_LOG},
    {BRSKI_AWAIT_MASA, CBRSKI_MSG_MASA_REFUSAL},
    {BRSKI_AWAIT_MASA, CBRSKI_MSG_MASA_SERVER_FLIGHT},
    {BRSKI_AWAIT_MASA, CBRSKI_MSG_MASA_FINISHED},
    {-1, -1},
};

/* ---- who the pledge is -------------------------------------------------------------------------
 */
static bool below(struct cbrski_registrar *r, const struct imp_x509 *anchor,
                  const struct imp_piece *chain, size_t count)
{
    const struct est_trusted by = {anchor, anchor == &r->manufacturer ? &r->issuing : NULL};
    return est_is_client(r->env, chain, count, &by, r->now);
}

static bool verify(void *arg, const struct imp_piece *chain, size_t count)
{
    struct cbrski_session *s = arg;
    struct cbrski_registrar *r = s->registrar;
    struct imp_x509_info info;
    bool any = r->env->adversary || imp_flawed(r->env, CBRSKI_FLAW_ANY_PLEDGE);
    bool good = imp_x509_read(&info, chain[0].p, chain[0].n) == 0 &&
                chain[0].n <= sizeof s->idevid.der && info.serial_number[0];
    if (!good || (!any && !below(r, &r->manufacturer, chain, count) &&
                  !below(r, &r->ca_crt, chain, count))) {
        brski_claim(r->env, IMP_CLAIM_REJECT, "unknown-pledge");
        return false;
    }
    memcpy(s->idevid.der, chain[0].p, chain[0].n);
    s->idevid.n = chain[0].n;
    s->above.n = count > 1 && chain[1].n <= sizeof s->above.der ? chain[1].n : 0;
    if (s->above.n)
        memcpy(s->above.der, chain[1].p, chain[1].n);
    snprintf(s->serial, sizeof s->serial, "%s", info.serial_number);
    return true;
}

/* ---- sessions ----------------------------------------------------------------------------------
 */
static void opened(void *arg, imp_time now)
{
    struct cbrski_session *s = arg;
    (void)now;
    brski_agent_forget(&s->registrar->agent, &s->wish,
                       s->registrar->now); /* of the session before */
    s->state = BRSKI_REQUEST;
    s->in.n = s->out_n = 0;
    s->message = -1;
    s->closing = false;
}

static void data(void *arg, imp_time now)
{
    (void)arg, (void)now;
}

static void over(void *arg, enum imp_coaps_end end, const char *why, imp_time now)
{
    struct cbrski_session *s = arg;
    (void)why, (void)now;
    if (end == IMP_COAPS_HANDSHAKE_FAILED)
        brski_claim(s->registrar->env, IMP_CLAIM_REJECT, "handshake-failed");
    if (imp_coaps_is_open(&s->secure))
        return;
    brski_agent_forget(&s->registrar->agent, &s->wish, s->registrar->now);
    s->state = BRSKI_IDLE;
}

/* A Confirmable response may fail; the pledge has given up then. */
static void done(void *arg, int label, enum imp_coap_outcome outcome,
                 const struct imp_coap_message *response, imp_time now)
{
    (void)arg, (void)label, (void)outcome, (void)response, (void)now;
}

static void send(void *arg, int label, const uint8_t *datagram, size_t n)
{
    static const struct imp_coaps_messages table = {
        .dtls[IMP_DTLS_CLIENT_HELLO] = CBRSKI_MSG_SERVER_ALERT,
        .dtls[IMP_DTLS_HELLO_VERIFY_REQUEST] = CBRSKI_MSG_VERIFY_REQUEST,
        .dtls[IMP_DTLS_SERVER_FLIGHT] = CBRSKI_MSG_SERVER_FLIGHT,
        .dtls[IMP_DTLS_CLIENT_FLIGHT] = CBRSKI_MSG_SERVER_FLIGHT,
        .dtls[IMP_DTLS_FINISHED] = CBRSKI_MSG_FINISHED,
        .dtls[IMP_DTLS_DATA] = CBRSKI_MSG_SERVER_EMPTY,
        .dtls[IMP_DTLS_ALERT] = CBRSKI_MSG_SERVER_ALERT,
        .dtls[IMP_DTLS_OTHER] = CBRSKI_MSG_SERVER_ALERT,
        .empty = CBRSKI_MSG_SERVER_EMPTY,
        .error = CBRSKI_MSG_REFUSAL,
    };
    struct cbrski_session *s = arg;
    struct imp_env *env = s->registrar->env;
    uint8_t out[CBRSKI_JPY_MAX];
    const struct cbrski_jpy m = {{s->header, s->header_n}, {datagram, n}};
    size_t size = cbrski_jpy_write(env, out, sizeof out, &m);
    if (size)
        imp_send(env, CBRSKI_JPY, &s->at, imp_coaps_message_of(&table, label), out, size);
}

/* The cookie is for whom proxy and header name; of either as much as there is room for. */
static struct imp_addr peer_of(const struct imp_addr *at, const struct cbrski_jpy *m)
{
    struct imp_addr peer = *at;
    const uint8_t *header = m->header.p;
    for (size_t i = 0; i < m->header.n; i++)
        peer.bytes[i % at->n] ^= header[i];
    return peer;
}

static void begin(struct cbrski_registrar *r, struct cbrski_session *s, const struct imp_addr *at,
                  const struct cbrski_jpy *m)
{
    static const struct imp_coaps_hooks hooks = {.send = send,
                                                 .serve = cbrski_serve,
                                                 .done = done,
                                                 .verify_chain = verify,
                                                 .opened = opened,
                                                 .data = data,
                                                 .over = over};
    const struct imp_dtls_config dtls = {
        .auth = IMP_DTLS_X509,
        .server = true,
        .cookie = imp_opt(r->env, CBRSKI_OPT_COOKIE) != 0,
        .mtu = CBRSKI_MTU,
        .retransmit = imp_opt(r->env, CBRSKI_OPT_TIMER) * IMP_S,
        .give_up = ESTC_DTLS_PATIENCE * imp_opt(r->env, CBRSKI_OPT_TIMER) * IMP_S,
        .peer = peer_of(at, m),
        .x509 = {.chain = &r->chain, .count = 1, .secret = r->key.secret, .ask = IMP_DTLS_REQUIRE}};
    if (s->used) {
        brski_agent_forget(&s->registrar->agent, &s->wish, s->registrar->now);
        imp_coaps_free(&s->secure);
    }
    memset(s, 0, sizeof *s);
    s->used = true;
    s->registrar = r;
    s->state = BRSKI_IDLE;
    s->message = -1;
    s->at = *at;
    s->header_n = m->header.n;
    memcpy(s->header, m->header.p, m->header.n);
    imp_coaps_init(&s->secure, r->env, &dtls, &hooks, s);
}

/* The one that nobody has used for longest, those that have ended first. */
static bool rather(const struct cbrski_session *a, const struct cbrski_session *b)
{
    if ((a->state == BRSKI_IDLE) != (b->state == BRSKI_IDLE))
        return a->state == BRSKI_IDLE;
    return a->last < b->last;
}

static struct cbrski_session *session_of(struct cbrski_registrar *r, const struct imp_addr *at,
                                         const struct cbrski_jpy *m)
{
    struct cbrski_session *found = NULL;
    for (size_t i = 0; i < BRSKI_SESSIONS; i++) {
        struct cbrski_session *s = &r->session[i];
        if (s->used && imp_addr_equal(&s->at, at) && s->header_n == m->header.n &&
            memcmp(s->header, m->header.p, m->header.n) == 0)
            return s;
        if (!found || (found->used && (!s->used || rather(s, found))))
            found = s;
    }
    begin(r, found, at, m);
    return found;
}

/* ---- events ------------------------------------------------------------------------------------
 */
static void received(struct cbrski_registrar *r, const struct imp_event *e)
{
    struct cbrski_jpy m;
    if (e->from.n == 0 || cbrski_jpy_read(r->env, &m, e->bytes, e->n) != 0)
        return;
    struct cbrski_session *s = session_of(r, &e->from, &m);
    r->last = (size_t)(s - r->session);
    s->last = r->now;
    imp_coaps_feed(&s->secure, m.content.p, m.content.n, r->now);
    if (s->state == BRSKI_IDLE && s->secure.current)
        s->state = BRSKI_HANDSHAKE;
    if (s->closing) {
        s->closing = false;
        s->state = BRSKI_IDLE;
        imp_coaps_close(&s->secure, r->now);
    }
}

static void expire(struct cbrski_registrar *r)
{
    for (size_t i = 0; i < BRSKI_SESSIONS; i++) {
        struct cbrski_session *s = &r->session[i];
        if (!s->used || imp_coaps_deadline(&s->secure) > r->now)
            continue;
        r->last = i;
        imp_behalf(r->env, CBRSKI_JPY, &s->at);
        imp_coaps_expire(&s->secure, r->now);
    }
}

static void arm(struct cbrski_registrar *r)
{
    imp_time at = IMP_NEVER;
    for (size_t i = 0; i < BRSKI_SESSIONS; i++) {
        const struct cbrski_session *s = &r->session[i];
        imp_time deadline = s->used ? imp_coaps_deadline(&s->secure) : IMP_NEVER;
        if (deadline < at)
            at = deadline;
    }
    imp_timer(r->env, CBRSKI_TIMER_SESSIONS, at);
}

static void start(struct cbrski_registrar *r)
{
    struct imp_env *env = r->env;
    est_key_load(env, "key", &r->key);
    est_key_load(env, "ca-key", &r->ca);
    est_cert_load(env, "certificate", &r->crt);
    est_cert_load(env, "ca-certificate", &r->ca_crt);
    est_cert_load(env, "manufacturer", &r->manufacturer);
    est_cert_load(env, EST_CELL_ISSUING, &r->issuing);
    est_cert_load(env, "masa-anchor", &r->masa_anchor);
    brski_agent_init(&r->agent, env, &cbrski_agent_form, r, &r->masa_anchor);
    r->chain = IMP_PIECE(r->crt.der, r->crt.n);
    brski_claim_identity(env, r->key.pub, BRSKI_PUB);
}

void cbrski_registrar_init(void *ctx, struct imp_env *env)
{
    ((struct cbrski_registrar *)ctx)->env = env;
}

void cbrski_registrar_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct cbrski_registrar *r = ctx;
    (void)env;
    r->now = now;
    if (e->kind == IMP_EVENT_START)
        start(r);
    else if (e->kind == IMP_EVENT_RECEIVE && e->channel == CBRSKI_JPY)
        received(r, e);
    else if (e->kind == IMP_EVENT_TIMER && e->id == CBRSKI_TIMER_SESSIONS)
        expire(r);
    else if (e->kind == IMP_EVENT_CONTROL)
        brski_decline(r->env, e);
    else
        brski_agent_event(&r->agent, e, r->now);
    arm(r);
}

void cbrski_registrar_fini(void *ctx, struct imp_env *env)
{
    struct cbrski_registrar *r = ctx;
    (void)env;
    for (size_t i = 0; i < BRSKI_SESSIONS; i++)
        if (r->session[i].used)
            imp_coaps_free(&r->session[i].secure);
    imp_tls_free(r->agent.link.tls);
    imp_wipe(r, sizeof *r);
}

int cbrski_registrar_state_of(const void *ctx)
{
    const struct cbrski_registrar *r = ctx;
    return (int)r->session[r->last].state;
}
