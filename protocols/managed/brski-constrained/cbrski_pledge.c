/* SPDX-License-Identifier: GPL-2.0-only */
/* cbrski_pledge.c - the pledge: it finds a join proxy, and through it has a session that is
 * provisional until a voucher says whose the pledge is. */
#include "cbrski.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

const struct imp_legal cbrski_pledge_legal[] = {
    {BRSKI_DISCOVERY, CBRSKI_MSG_CORE},
    {BRSKI_HANDSHAKE, CBRSKI_MSG_VERIFY_REQUEST},
    {BRSKI_HANDSHAKE, CBRSKI_MSG_SERVER_FLIGHT},
    {BRSKI_HANDSHAKE, CBRSKI_MSG_FINISHED},
    {BRSKI_HANDSHAKE, CBRSKI_MSG_SERVER_ALERT},
    {BRSKI_AWAIT_VOUCHER, CBRSKI_MSG_CONTINUE},
    {BRSKI_AWAIT_VOUCHER, CBRSKI_MSG_VOUCHER},
    {BRSKI_AWAIT_VOUCHER, CBRSKI_MSG_LATER},
    {BRSKI_AWAIT_VOUCHER, CBRSKI_MSG_REFUSAL},
    {BRSKI_AWAIT_VOUCHER, CBRSKI_MSG_SERVER_EMPTY},
    {BRSKI_AWAIT_STATUS, CBRSKI_MSG_STATUS_TAKEN},
    {BRSKI_AWAIT_STATUS, CBRSKI_MSG_REFUSAL},
    {BRSKI_AWAIT_CERT, CBRSKI_MSG_CONTINUE},
    {BRSKI_AWAIT_CERT, CBRSKI_MSG_CERTIFICATE},
    {BRSKI_AWAIT_CERT, CBRSKI_MSG_REFUSAL},
    {BRSKI_AWAIT_ANCHORS, CBRSKI_MSG_CRTS},
    {BRSKI_AWAIT_ANCHORS, CBRSKI_MSG_REFUSAL},
    {BRSKI_AWAIT_END, CBRSKI_MSG_STATUS_TAKEN},
    {BRSKI_AWAIT_END, CBRSKI_MSG_REFUSAL},
    {-1, -1},
};

enum {
    SEARCH = 2,          /* s: for so long answers to a search are awaited */
    SEARCH_MAX = 32,     /* s between two searches without any */
    BACK_OFF_MAX = 3600, /* s, RFC 8995 section 4.1 */
};

/* ---- finding a proxy ---------------------------------------------------------------------------
 */
static void step(struct cbrski_pledge *d, int64_t seconds)
{
    imp_timer(d->env, CBRSKI_TIMER_STEP, d->now + seconds * IMP_S);
}

static void search(struct cbrski_pledge *d)
{
    uint8_t out[CBRSKI_DISCOVERY_MAX];
    int64_t wait = SEARCH << (d->searches < 4 ? d->searches : 4);
    d->state = BRSKI_DISCOVERY;
    d->other.n = 0;
    d->searches++;
    imp_random(d->env, "search", d->token, sizeof d->token);
    size_t n = cbrski_search_write(out, ++d->mid, d->token);
    imp_send(d->env, CBRSKI_SEARCH, &imp_to_all, CBRSKI_MSG_GET_CORE, out, n);
    step(d, wait < SEARCH_MAX ? wait : SEARCH_MAX);
}

static void join(struct cbrski_pledge *d, const struct imp_addr *proxy)
{
    d->proxy = *proxy;
    d->searches = 0;
    d->state = BRSKI_HANDSHAKE;
    d->why = NULL;
    imp_timer(d->env, CBRSKI_TIMER_STEP, IMP_NEVER);
    imp_coaps_connect(&d->secure, d->now);
}

/* The first proxy that answers, but rather another one than that which has just failed. */
static void found(struct cbrski_pledge *d, const struct imp_event *e)
{
    struct imp_addr proxy = e->from;
    uint16_t port;
    if (d->state != BRSKI_DISCOVERY || proxy.n != 18 ||
        !cbrski_search_read(&port, e->bytes, e->n, d->token))
        return;
    proxy.bytes[16] = (uint8_t)(port >> 8);
    proxy.bytes[17] = (uint8_t)port;
    if (d->failed.n && imp_addr_equal(&proxy, &d->failed))
        d->other = proxy;
    else
        join(d, &proxy);
}

/* Nobody else has answered. */
static void search_ends(struct cbrski_pledge *d)
{
    const struct imp_addr only = d->other;
    if (only.n)
        join(d, &only);
    else
        search(d);
}

void cbrski_give_up(struct cbrski_pledge *d, const char *why)
{
    int64_t wait = imp_opt(d->env, CBRSKI_OPT_BACK_OFF) << (d->failures < 10 ? d->failures : 10);
    brski_claim(d->env, IMP_CLAIM_REJECT, why);
    d->failures++;
    d->failed = d->proxy;
    d->asked.n = 0;
    imp_coaps_close(&d->secure, d->now);
    d->state = BRSKI_IDLE;
    step(d, wait < BACK_OFF_MAX ? wait : BACK_OFF_MAX);
}

/* ---- the provisional session -------------------------------------------------------------------
 */
/* Whoever it is: its certificates are kept until a voucher says whether they are right. */
static bool verify(void *arg, const struct imp_piece *chain, size_t count)
{
    struct cbrski_pledge *d = arg;
    struct imp_x509_info info;
    if (imp_x509_read(&info, chain[0].p, chain[0].n) != 0)
        return false;
    memcpy(d->registrar, info.pub, sizeof d->registrar);
    d->chain_count = 0;
    for (size_t i = 0; i < count && i < BRSKI_CHAIN; i++) {
        struct imp_x509 *crt = &d->chain[d->chain_count];
        if (chain[i].n > sizeof crt->der)
            return false;
        memcpy(crt->der, chain[i].p, chain[i].n);
        crt->n = chain[i].n;
        d->chain_count++;
    }
    return true;
}

static void opened(void *arg, imp_time now)
{
    struct cbrski_pledge *d = arg;
    (void)now;
    estc_sid(&d->sid, &d->secure);
    if (!cbrski_request_voucher(d))
        cbrski_give_up(d, "no-request");
}

static bool waits(const struct cbrski_pledge *d)
{
    return d->state >= BRSKI_AWAIT_VOUCHER && d->state <= BRSKI_AWAIT_END &&
           d->state != BRSKI_DEFERRED;
}

/* An enrolment that fails is told in the same session (RFC 8995 section 5.9.4). */
static void fail(struct cbrski_pledge *d, const char *why)
{
    if (d->state == BRSKI_AWAIT_CERT || d->state == BRSKI_AWAIT_ANCHORS) {
        d->why = why;
        cbrski_tell(d, BRSKI_AWAIT_END, CBRSKI_MSG_ES, CBRSKI_PATH "es");
    } else {
        cbrski_give_up(d, why);
    }
}

static void done(void *arg, int label, enum imp_coap_outcome outcome,
                 const struct imp_coap_message *response, imp_time now)
{
    struct cbrski_pledge *d = arg;
    (void)now;
    if (!waits(d) || label != d->asked.label)
        return;
    if (outcome != IMP_COAP_ANSWERED)
        cbrski_give_up(d, d->why ? d->why : "no-answer");
    else if (!cbrski_answer(d, response))
        fail(d, "refused");
}

static void over(void *arg, enum imp_coaps_end end, const char *why, imp_time now)
{
    struct cbrski_pledge *d = arg;
    (void)why, (void)now;
    if (d->state == BRSKI_HANDSHAKE || waits(d) || d->state == BRSKI_DEFERRED)
        cbrski_give_up(d, end == IMP_COAPS_CLOSED ? "closed" : "handshake-failed");
}

static void data(void *arg, imp_time now)
{
    (void)arg, (void)now;
}

static void send(void *arg, int label, const uint8_t *datagram, size_t n)
{
    static const struct imp_coaps_messages table = {
        .dtls[IMP_DTLS_CLIENT_HELLO] = CBRSKI_MSG_CLIENT_HELLO,
        .dtls[IMP_DTLS_HELLO_VERIFY_REQUEST] = CBRSKI_MSG_CLIENT_ALERT,
        .dtls[IMP_DTLS_SERVER_FLIGHT] = CBRSKI_MSG_CLIENT_ALERT,
        .dtls[IMP_DTLS_CLIENT_FLIGHT] = CBRSKI_MSG_CLIENT_FLIGHT,
        .dtls[IMP_DTLS_FINISHED] = CBRSKI_MSG_CLIENT_FLIGHT,
        .dtls[IMP_DTLS_DATA] = CBRSKI_MSG_EMPTY,
        .dtls[IMP_DTLS_ALERT] = CBRSKI_MSG_CLIENT_ALERT,
        .dtls[IMP_DTLS_OTHER] = CBRSKI_MSG_CLIENT_ALERT,
        .empty = CBRSKI_MSG_EMPTY,
        .error = CBRSKI_MSG_EMPTY,
    };
    struct cbrski_pledge *d = arg;
    imp_send(d->env, CBRSKI_JOIN, &d->proxy, imp_coaps_message_of(&table, label), datagram, n);
}

/* ---- events ------------------------------------------------------------------------------------
 */
static void start(struct cbrski_pledge *d)
{
    static const struct imp_coaps_hooks hooks = {.send = send,
                                                 .done = done,
                                                 .verify_chain = verify,
                                                 .opened = opened,
                                                 .data = data,
                                                 .over = over};
    struct imp_env *env = d->env;
    snprintf(d->serial, sizeof d->serial, "%s", env->name);
    est_key_load(env, "idevid-key", &d->idevid);
    est_cert_load(env, "idevid", &d->idevid_crt);
    est_cert_load(env, "manufacturer", &d->masa);
    brski_claim_identity(env, d->serial, strlen(d->serial));
    est_issuing_load(env, &d->issuing);
    d->shown[0] = IMP_PIECE(d->idevid_crt.der, d->idevid_crt.n);
    d->shown[1] = IMP_PIECE(d->issuing.der, d->issuing.n);
    const struct imp_dtls_config dtls = {
        .auth = IMP_DTLS_X509,
        .mtu = CBRSKI_MTU,
        .retransmit = imp_opt(env, CBRSKI_OPT_TIMER) * IMP_S,
        .give_up = ESTC_DTLS_PATIENCE * imp_opt(env, CBRSKI_OPT_TIMER) * IMP_S,
        .x509 = {.chain = d->shown, .count = d->issuing.n ? 2 : 1, .secret = d->idevid.secret}};
    imp_coaps_init(&d->secure, env, &dtls, &hooks, d);
    if (est_cert_load(env, "certificate", &d->crt))
        d->state = BRSKI_READY;
    else
        search(d);
}

/* Factory default: what the factory gave stays, all else goes (RFC 8995 section 2.1). */
static void reset(struct cbrski_pledge *d)
{
    static const char *const gone[] = {"pinned-domain-cert", "anchor", "certificate", "own-key"};
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        d->env->ops->cell_erase(d->env, gone[i]);
    imp_coaps_free(&d->secure);
    imp_wipe(&d->own, sizeof d->own);
    d->claimed = false;
    d->failures = d->searches = 0;
    d->failed.n = d->asked.n = 0;
    d->deferred = 0;
    brski_claim_owner(d->env, NULL);
    start(d);
}

static void timer(struct cbrski_pledge *d, unsigned id)
{
    if (id == CBRSKI_TIMER_COAPS)
        imp_coaps_expire(&d->secure, d->now);
    else if (d->state == BRSKI_DISCOVERY)
        search_ends(d);
    else if (d->state == BRSKI_DEFERRED)
        cbrski_again(d);
    else if (d->state == BRSKI_IDLE)
        search(d);
}

static void received(struct cbrski_pledge *d, const struct imp_event *e)
{
    if (e->channel == CBRSKI_SEARCH)
        found(d, e);
    else if (imp_addr_equal(&e->from, &d->proxy))
        imp_coaps_feed(&d->secure, e->bytes, e->n, d->now);
}

void cbrski_pledge_init(void *ctx, struct imp_env *env)
{
    ((struct cbrski_pledge *)ctx)->env = env;
}

void cbrski_pledge_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct cbrski_pledge *d = ctx;
    d->now = now;
    switch (e->kind) {
    case IMP_EVENT_START:
        start(d);
        break;
    case IMP_EVENT_RECEIVE:
        received(d, e);
        break;
    case IMP_EVENT_TIMER:
        timer(d, e->id);
        break;
    case IMP_EVENT_RESET:
        reset(d);
        break;
    default:
        break;
    }
    imp_timer(env, CBRSKI_TIMER_COAPS, imp_coaps_deadline(&d->secure));
}

void cbrski_pledge_fini(void *ctx, struct imp_env *env)
{
    struct cbrski_pledge *d = ctx;
    (void)env;
    if (d->secure.env)
        imp_coaps_free(&d->secure);
    imp_wipe(d, sizeof *d);
}

int cbrski_pledge_state_of(const void *ctx)
{
    return (int)((const struct cbrski_pledge *)ctx)->state;
}
