/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_pledge.c - the pledge: finds a proxy, asks for a voucher in a provisional session, and
 * enrols in the same session once the voucher has told it whose it is. */
#include "brski.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

const struct imp_legal brski_pledge_legal[] = {
    {BRSKI_DISCOVERY, BRSKI_MSG_FLOOD},
    {BRSKI_IDLE, BRSKI_MSG_FLOOD},
    {BRSKI_HANDSHAKE, BRSKI_MSG_SERVER_FLIGHT},
    {BRSKI_HANDSHAKE, BRSKI_MSG_FINISHED},
    {BRSKI_HANDSHAKE, BRSKI_MSG_SERVER_ALERT},
    {BRSKI_AWAIT_VOUCHER, BRSKI_MSG_VOUCHER},
    {BRSKI_AWAIT_VOUCHER, BRSKI_MSG_RETRY},
    {BRSKI_AWAIT_VOUCHER, BRSKI_MSG_REFUSAL},
    {BRSKI_AWAIT_STATUS, BRSKI_MSG_STATUS_TAKEN},
    {BRSKI_AWAIT_STATUS, BRSKI_MSG_REFUSAL},
    {BRSKI_AWAIT_ANCHORS, BRSKI_MSG_CACERTS},
    {BRSKI_AWAIT_ANCHORS, BRSKI_MSG_REFUSAL},
    {BRSKI_AWAIT_ATTRS, BRSKI_MSG_CSRATTRS},
    {BRSKI_AWAIT_ATTRS, BRSKI_MSG_REFUSAL},
    {BRSKI_AWAIT_CERT, BRSKI_MSG_CERTIFICATE},
    {BRSKI_AWAIT_CERT, BRSKI_MSG_REFUSAL},
    {BRSKI_AWAIT_END, BRSKI_MSG_STATUS_TAKEN},
    {BRSKI_AWAIT_END, BRSKI_MSG_REFUSAL},
    {-1, -1},
};

enum {
    TIMER, /* the next attempt, or the end of one that goes no further */
    PROGRESS = 60,
    LONGEST = 3600, /* between attempts through one proxy, RFC 8995 section 4.1 */
    RETRY_MAX = 60, /* s, of a Retry-After, RFC 8995 section 5.6 */
};

static const struct imp_https_labels labels = {BRSKI_MSG_CLIENT_HELLO, BRSKI_MSG_CLIENT_FLIGHT,
                                               BRSKI_MSG_CLIENT_FLIGHT, BRSKI_MSG_CLIENT_FLIGHT,
                                               BRSKI_MSG_CLIENT_ALERT};

static void limit(struct brski_pledge *d, imp_time seconds)
{
    imp_timer(d->env, TIMER, d->now + seconds * IMP_S);
}

static void leave(struct brski_pledge *d)
{
    if (!d->connected)
        return;
    struct imp_addr at = d->link.at;
    d->connected = d->trusting = false;
    imp_https_close(&d->link, d->now);
    d->env->ops->close(d->env, BRSKI_JOIN, &at);
}

/* Attempts through one proxy become rarer; what was learned of an attempt is forgotten. */
static void give_up(struct brski_pledge *d, const char *why)
{
    int64_t wait = imp_opt(d->env, BRSKI_OPT_BACK_OFF) << (d->failures < 12 ? d->failures : 12);
    brski_claim(d->env, IMP_CLAIM_REJECT, why);
    leave(d);
    d->failures++;
    d->state = BRSKI_IDLE;
    d->request_n = 0;
    limit(d, wait < LONGEST ? wait : LONGEST);
}

static void connect(struct brski_pledge *d)
{
    d->state = d->now < d->until ? BRSKI_IDLE : BRSKI_DISCOVERY;
    if (d->state == BRSKI_DISCOVERY) {
        imp_timer(d->env, TIMER, IMP_NEVER);
        return;
    }
    limit(d, PROGRESS);
    d->env->ops->open(d->env, BRSKI_JOIN, &d->proxy);
}

static void flood(struct brski_pledge *d, const struct imp_event *e)
{
    struct brski_flood f;
    if (d->state == BRSKI_READY || brski_flood_read(d->env, &f, e->bytes, e->n) != 0)
        return;
    d->proxy = (struct imp_addr){.n = 18};
    memcpy(d->proxy.bytes, f.ip, sizeof f.ip);
    d->proxy.bytes[16] = (uint8_t)(f.port >> 8);
    d->proxy.bytes[17] = (uint8_t)f.port;
    d->until = d->now + f.ttl_ms * IMP_MS;
    if (d->state == BRSKI_DISCOVERY)
        connect(d);
}

/* ---- the provisional session -------------------------------------------------------------------
 */
/* Whoever it is: the chain is kept until a voucher says whether it is right (RFC 8995 section
 * 5.6.2). */
static bool verify(void *arg, const struct imp_piece *chain, size_t count)
{
    struct brski_pledge *d = arg;
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

static void connected(struct brski_pledge *d, const struct imp_addr *at)
{
    static const enum imp_tls_versions versions[] = {IMP_TLS_1_2, IMP_TLS_1_3};
    const struct imp_piece own = {d->idevid_crt.der, d->idevid_crt.n};
    const struct imp_dtls_x509 x509 = {.chain = &own,
                                       .count = 1,
                                       .secret = d->idevid.secret,
                                       .verify = verify,
                                       .versions = versions[imp_opt(d->env, BRSKI_OPT_TLS)]};
    const struct imp_https_end end = {
        .env = d->env, .channel = BRSKI_JOIN, .labels = &labels, .x509 = &x509, .arg = d};
    if (d->state != BRSKI_IDLE || d->connected)
        return;
    d->connected = true;
    d->state = BRSKI_HANDSHAKE;
    if (!imp_https_open(&d->link, &end, at, d->now))
        give_up(d, "tls");
}

static void ask(struct brski_pledge *d, enum brski_state then, int message, const char *path,
                const struct imp_https_body *body)
{
    d->state = then;
    limit(d, PROGRESS);
    imp_https_ask(&d->link, message, path, BRSKI_HOST, body, d->now);
}

/* A request with a nonce of its own for each attempt; after 202 the same one again. */
static bool make_request(struct brski_pledge *d)
{
    static struct brski_voucher v; /* filled and used within the call */
    v = (struct brski_voucher){
        .request = true, .assertion = BRSKI_PROXIMITY, .proximity = d->chain[0]};
    imp_random(d->env, "voucher-nonce", d->nonce, sizeof d->nonce);
    memcpy(v.nonce, d->nonce, sizeof d->nonce);
    v.nonce_n = sizeof d->nonce;
    snprintf(v.serial, sizeof v.serial, "%s", d->serial);
    if (imp_opt(d->env, BRSKI_OPT_CLOCK))
        brski_date_write(v.created_on, imp_x509_seconds(d->now));
    const struct brski_signer by = {.crt = &d->idevid_crt, .secret = d->idevid.secret};
    int n = brski_sign(d->env, d->request, sizeof d->request, &v, &by);
    d->request_n = n < 0 ? 0 : (size_t)n;
    return n > 0;
}

static void request_voucher(void *arg)
{
    struct brski_pledge *d = arg;
    if (d->request_n == 0 && !make_request(d)) {
        give_up(d, "no-request");
        return;
    }
    const struct imp_https_body body = {
        .type = BRSKI_CMS_TYPE, .bytes = d->request, .n = d->request_n};
    ask(d, BRSKI_AWAIT_VOUCHER, BRSKI_MSG_REQUEST_VOUCHER, BRSKI_PATH "requestvoucher", &body);
}

static void tell(struct brski_pledge *d, enum brski_state then, int message, const char *path,
                 const char *reason)
{
    char json[160];
    int n = brski_status_write(json, sizeof json, reason == NULL, reason);
    const struct imp_https_body body = {
        .type = BRSKI_JSON_TYPE, .bytes = json, .n = n < 0 ? 0 : (size_t)n};
    ask(d, then, message, path, &body);
}

/* ---- answers -----------------------------------------------------------------------------------
 */
/* From here on the session is with the owner's registrar. */
static void obey(struct brski_pledge *d, const struct imp_http *m)
{
    est_sid(&d->sid, d->link.tls);
    d->trusting = true;
    d->env->ops->cell_put(d->env, "pinned-domain-cert", d->pinned.der, d->pinned.n);
    brski_claim_accepted(d->env, m->body, m->body_n);
    brski_claim_session(d->env, IMP_CLAIM_RUNNING, &d->sid, d->serial, d->registrar);
    brski_claim_owner(d->env, &d->sid);
}

static bool voucher(struct brski_pledge *d, const struct imp_http *m)
{
    const char *wrong = imp_http_is(m, "Content-Type", BRSKI_CMS_TYPE)
                            ? brski_check_voucher(d, m->body, m->body_n)
                            : "malformed-voucher";
    d->request_n = 0;
    if (!wrong)
        obey(d, m);
    tell(d, BRSKI_AWAIT_STATUS, BRSKI_MSG_VOUCHER_STATUS, BRSKI_PATH "voucher_status", wrong);
    if (wrong)
        give_up(d, wrong);
    return true;
}

static bool retry(struct brski_pledge *d, const struct imp_http *m)
{
    const struct imp_http_field *f = imp_http_field(m, "Retry-After");
    int64_t seconds = 0;
    for (size_t i = 0; f && i < f->value_n && i < 6; i++) {
        if (f->value[i] < '0' || f->value[i] > '9')
            return false;
        seconds = seconds * 10 + (f->value[i] - '0');
    }
    if (!f || f->value_n == 0)
        return false;
    d->state = BRSKI_DEFERRED;
    limit(d, seconds < RETRY_MAX ? seconds : RETRY_MAX);
    return true;
}

static bool read_certs(struct imp_cms_certs *out, const struct imp_http *m)
{
    uint8_t der[IMP_HTTPS_MAX];
    int n = est_body(der, sizeof der, m);
    return n >= 0 && imp_http_is(m, "Content-Type", "application/pkcs7-mime") &&
           imp_cms_certs_read(out, der, (size_t)n) == 0;
}

static bool anchors(struct brski_pledge *d, const struct imp_http *m)
{
    struct imp_cms_certs certs;
    const struct imp_x509 *authority;
    if (!read_certs(&certs, m) || !(authority = est_authority_in(&certs)))
        return false;
    d->anchor = *authority;
    d->env->ops->cell_put(d->env, "anchor", d->anchor.der, d->anchor.n);
    ask(d, BRSKI_AWAIT_ATTRS, BRSKI_MSG_GET_CSRATTRS, BRSKI_EST_PATH "csrattrs", NULL);
    return true;
}

/* The request is bound to the session (RFC 7030 section 3.5). */
static bool enrol(struct brski_pledge *d)
{
    char subject[BRSKI_SERIAL + 3], pop[48];
    struct imp_x509 request;
    struct imp_x509_request say = {.subject = subject};
    snprintf(subject, sizeof subject, "CN=%s", d->serial);
    if (est_pop(d->link.tls, pop))
        say.challenge = pop;
    imp_p256_keypair(d->env, "own-key", d->own.pub, d->own.secret);
    if (imp_x509_request(d->env, &request, &say, d->own.pub, d->own.secret) != 0)
        return false;
    const struct imp_https_body body = {
        .type = "application/pkcs10", .bytes = request.der, .n = request.n, .base64 = true};
    ask(d, BRSKI_AWAIT_CERT, BRSKI_MSG_ENROLL, BRSKI_EST_PATH "simpleenroll", &body);
    return true;
}

/* It binds its request whether that is asked for or not; what else is asked for is passed over. */
static bool attributes(struct brski_pledge *d, const struct imp_http *m)
{
    uint8_t der[IMP_HTTPS_MAX];
    int n = m->status == 200 ? est_body(der, sizeof der, m) : 0;
    if (m->status == 200 && (n < 0 || est_attributes_bound(der, (size_t)n) < 0))
        return false;
    return enrol(d);
}

static bool certificate(struct brski_pledge *d, const struct imp_http *m)
{
    struct imp_cms_certs certs;
    const struct imp_x509 *own;
    if (!read_certs(&certs, m) ||
        !(own = est_own_in(d->env, &certs, d->own.pub, d->env->adversary ? NULL : &d->anchor)))
        return false;
    d->crt = *own;
    d->env->ops->cell_put(d->env, "certificate", d->crt.der, d->crt.n);
    d->env->ops->cell_put(d->env, "own-key", d->own.secret, sizeof d->own.secret);
    brski_claim_session(d->env, IMP_CLAIM_COMMIT, &d->sid, d->serial, d->registrar);
    brski_claim_enrolled(d->env, &d->sid, d->serial, &d->anchor, &d->crt);
    tell(d, BRSKI_AWAIT_END, BRSKI_MSG_ENROLL_STATUS, BRSKI_PATH "enrollstatus", NULL);
    return true;
}

static bool ready(struct brski_pledge *d)
{
    if (!d->claimed)
        brski_claim(d->env, IMP_CLAIM_COMPLETE, NULL);
    d->claimed = true;
    d->failures = 0;
    leave(d);
    d->state = BRSKI_READY;
    imp_timer(d->env, TIMER, IMP_NEVER);
    return true;
}

static int message_of(const struct brski_pledge *d, const struct imp_http *m)
{
    static const int wanted[] = {[BRSKI_AWAIT_VOUCHER] = BRSKI_MSG_VOUCHER,
                                 [BRSKI_AWAIT_STATUS] = BRSKI_MSG_STATUS_TAKEN,
                                 [BRSKI_AWAIT_ANCHORS] = BRSKI_MSG_CACERTS,
                                 [BRSKI_AWAIT_ATTRS] = BRSKI_MSG_CSRATTRS,
                                 [BRSKI_AWAIT_CERT] = BRSKI_MSG_CERTIFICATE,
                                 [BRSKI_AWAIT_END] = BRSKI_MSG_STATUS_TAKEN,
                                 [BRSKI_FORWARDING] = 0};
    if (m->status == 200)
        return wanted[d->state];
    if (m->status == 202)
        return BRSKI_MSG_RETRY;
    if (d->state == BRSKI_AWAIT_ATTRS && (m->status == 204 || m->status == 404))
        return BRSKI_MSG_CSRATTRS; /* none: RFC 7030 section 4.5.2 */
    return BRSKI_MSG_REFUSAL;
}

static void read_anchors(struct brski_pledge *d)
{
    ask(d, BRSKI_AWAIT_ANCHORS, BRSKI_MSG_GET_CACERTS, BRSKI_EST_PATH "cacerts", NULL);
}

/* A pledge of the adversary's does without a voucher. */
static bool refused(struct brski_pledge *d)
{
    if (!d->env->adversary || d->state != BRSKI_AWAIT_VOUCHER)
        return false;
    est_sid(&d->sid, d->link.tls);
    brski_claim_session(d->env, IMP_CLAIM_RUNNING, &d->sid, d->serial, d->registrar);
    read_anchors(d);
    return true;
}

static bool answer(void *arg, const struct imp_http *m)
{
    struct brski_pledge *d = arg;
    int message = message_of(d, m);
    if (!est_is_legal(brski_pledge_legal, (int)d->state, message))
        return false;
    switch (message) {
    case BRSKI_MSG_VOUCHER:
        return voucher(d, m);
    case BRSKI_MSG_RETRY:
        return retry(d, m);
    case BRSKI_MSG_STATUS_TAKEN:
        if (d->state == BRSKI_AWAIT_END)
            return ready(d);
        read_anchors(d);
        return true;
    case BRSKI_MSG_CACERTS:
        return anchors(d, m);
    case BRSKI_MSG_CSRATTRS:
        return attributes(d, m);
    case BRSKI_MSG_CERTIFICATE:
        return certificate(d, m);
    default:
        return refused(d);
    }
}

static void received(struct brski_pledge *d, const struct imp_event *e)
{
    const struct imp_https_client client = {.arg = d,
                                            .handshaking = d->state == BRSKI_HANDSHAKE,
                                            .opened = request_voucher,
                                            .answer = answer};
    const char *why = imp_https_client_feed(&d->link, &client, e->bytes, e->n, d->now);
    if (why)
        give_up(d, why);
}

/* ---- events ------------------------------------------------------------------------------------
 */
static void start(struct brski_pledge *d)
{
    struct imp_env *env = d->env;
    snprintf(d->serial, sizeof d->serial, "%s", env->name);
    est_key_load(env, "idevid-key", &d->idevid);
    est_cert_load(env, "idevid", &d->idevid_crt);
    est_cert_load(env, "manufacturer", &d->manufacturer);
    brski_claim_identity(env, d->serial, strlen(d->serial));
    if (est_cert_load(env, "certificate", &d->crt))
        d->state = BRSKI_READY;
    else
        connect(d);
}

/* Factory default: what the factory gave stays, all else goes (RFC 8995 section 2.1). */
static void reset(struct brski_pledge *d)
{
    static const char *const gone[] = {"pinned-domain-cert", "anchor", "certificate", "own-key"};
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        d->env->ops->cell_erase(d->env, gone[i]);
    leave(d);
    imp_wipe(&d->own, sizeof d->own);
    d->claimed = false;
    d->failures = 0;
    d->request_n = 0;
    d->until = 0; /* it listens for a proxy again */
    brski_claim_owner(d->env, NULL);
    start(d);
}

static void timer(struct brski_pledge *d)
{
    if (d->state == BRSKI_DEFERRED) {
        request_voucher(d);
    } else if (d->connected) {
        give_up(d, "slow");
    } else {
        connect(d);
    }
}

void brski_pledge_init(void *ctx, struct imp_env *env)
{
    struct brski_pledge *d = ctx;
    d->env = env;
    d->to = &d->link;
}

void brski_pledge_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct brski_pledge *d = ctx;
    (void)env;
    d->now = now;
    bool mine = d->connected && imp_addr_equal(&e->from, &d->link.at);
    switch (e->kind) {
    case IMP_EVENT_START:
        start(d);
        break;
    case IMP_EVENT_OPENED:
        connected(d, &e->from);
        break;
    case IMP_EVENT_RECEIVE:
        if (e->channel == BRSKI_GRASP)
            flood(d, e);
        else if (mine)
            received(d, e);
        break;
    case IMP_EVENT_CLOSED:
        if (mine || (d->state == BRSKI_IDLE && !d->connected && e->from.n == 0))
            give_up(d, "closed");
        break;
    case IMP_EVENT_TIMER:
        timer(d);
        break;
    case IMP_EVENT_RESET:
        reset(d);
        break;
    default:
        break;
    }
}

void brski_pledge_fini(void *ctx, struct imp_env *env)
{
    struct brski_pledge *d = ctx;
    (void)env;
    imp_tls_free(d->link.tls);
    imp_wipe(d, sizeof *d);
}

int brski_pledge_state_of(const void *ctx)
{
    return (int)((const struct brski_pledge *)ctx)->state;
}
