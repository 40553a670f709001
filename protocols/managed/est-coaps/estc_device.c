/* SPDX-License-Identifier: GPL-2.0-only */
/* estc_device.c - the client. */
#include "estc.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

enum { TIMER_STEP, TIMER_COAPS };

const struct imp_legal estc_device_legal[] = {
    {ESTC_HANDSHAKE, ESTC_MSG_VERIFY_REQUEST},
    {ESTC_HANDSHAKE, ESTC_MSG_SERVER_FLIGHT},
    {ESTC_HANDSHAKE, ESTC_MSG_FINISHED},
    {ESTC_HANDSHAKE, ESTC_MSG_ALERT},
    {ESTC_ANCHORS, ESTC_MSG_CRTS},
    {ESTC_ANCHORS, ESTC_MSG_REFUSAL},
    {ESTC_ATTRIBUTES, ESTC_MSG_ATT},
    {ESTC_ATTRIBUTES, ESTC_MSG_REFUSAL},
    {ESTC_ENROLLING, ESTC_MSG_CONTINUE},
    {ESTC_ENROLLING, ESTC_MSG_CERTIFICATE},
    {ESTC_ENROLLING, ESTC_MSG_REFUSAL},
    {-1, -1},
};

static void back_off(struct estc_device *d, const char *why, imp_time now)
{
    est_claim(d->env, IMP_CLAIM_REJECT, why);
    imp_coaps_close(&d->secure, now);
    d->state = ESTC_BACK_OFF;
    imp_timer(d->env, TIMER_STEP, now + imp_opt(d->env, ESTC_OPT_BACK_OFF) * IMP_S);
}

static bool verify(void *arg, const struct imp_piece *chain, size_t count)
{
    struct estc_device *d = arg;
    struct imp_x509_info info;
    const struct imp_piece anchor = {d->anchor.der, d->anchor.n};
    const struct imp_x509_policy policy = {
        .anchors = &anchor, .anchor_count = 1, .purpose = IMP_X509_CMC_RA, .any_time = true};
    if (imp_x509_read(&info, chain[0].p, chain[0].n) != 0)
        return false;
    memcpy(d->server, info.pub, sizeof d->server);
    return d->env->adversary || imp_flawed(d->env, ESTC_FLAW_ANY_SERVER) ||
           imp_x509_verify(d->env, chain, count, &policy, 0) == IMP_X509_GOOD;
}

/* ---- requests: a first block, and those that follow --------------------------------------------
 */
static void get(struct estc_device *d, int label, imp_time now)
{
    unsigned szx = estc_szx(d->env);
    struct imp_coap_message m = {.code = IMP_COAP_GET};
    struct imp_coap_block b = {.num = imp_block_next(&d->in, szx), .szx = szx};
    imp_coap_add_path(&m, IMP_COAP_URI_PATH,
                      label == ESTC_MSG_GET_CRTS ? ESTC_ROOT "crts" : ESTC_ROOT "att");
    imp_coap_add_block(&m, IMP_COAP_BLOCK2, &b);
    imp_coaps_request(&d->secure, &m, label, now);
}

/* Block `num` of the request; once it has gone, the rest of the answer is asked for. */
static void post(struct estc_device *d, uint32_t num, bool rest, imp_time now)
{
    unsigned szx = estc_szx(d->env);
    struct imp_coap_message m = {.code = IMP_COAP_POST};
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, ESTC_ROOT "sen");
    imp_coap_add_uint(&m, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_PKCS10);
    if (rest) {
        struct imp_coap_block b = {.num = num, .szx = szx};
        imp_coap_add_block(&m, IMP_COAP_BLOCK2, &b);
    } else {
        imp_block_put(&m, IMP_COAP_BLOCK1, d->request.der, d->request.n, num, szx);
    }
    imp_coaps_request(&d->secure, &m, ESTC_MSG_SEN, now);
}

static void enrol(struct estc_device *d, imp_time now)
{
    char subject[EST_NAME + 3];
    const struct imp_x509_request say = {.subject = subject};
    snprintf(subject, sizeof subject, "CN=%s", d->name);
    imp_p256_keypair(d->env, "own-key", d->own.pub, d->own.secret);
    if (imp_x509_request(d->env, &d->request, &say, d->own.pub, d->own.secret) != 0) {
        back_off(d, "no-request", now);
        return;
    }
    est_claim_session(d->env, IMP_CLAIM_RUNNING, "est", &d->sid, d->name, d->server);
    d->state = ESTC_ENROLLING;
    d->in.n = 0;
    post(d, 0, false, now);
}

static void attributes(struct estc_device *d, imp_time now)
{
    if (!imp_opt(d->env, ESTC_OPT_ATT)) {
        enrol(d, now);
        return;
    }
    d->state = ESTC_ATTRIBUTES;
    d->in.n = 0;
    get(d, ESTC_MSG_GET_ATT, now);
}

static void opened(void *arg, imp_time now)
{
    struct estc_device *d = arg;
    estc_sid(&d->sid, &d->secure);
    d->state = ESTC_ANCHORS;
    d->in.n = 0;
    get(d, ESTC_MSG_GET_CRTS, now);
}

/* ---- answers -----------------------------------------------------------------------------------
 */
/* The anchor that was there has authenticated the session: what it brings takes its place. */
static bool anchors(struct estc_device *d)
{
    struct imp_cms_certs certs;
    struct imp_x509_info info;
    if (imp_cms_certs_read(&certs, d->in.bytes, d->in.n) != 0)
        return false;
    for (size_t i = 0; i < certs.count; i++)
        if (imp_x509_read(&info, certs.crt[i].der, certs.crt[i].n) == 0 && info.self_issued &&
            (info.purposes & IMP_X509_CA)) {
            d->anchor = certs.crt[i];
            d->env->ops->cell_put(d->env, "anchor", d->anchor.der, d->anchor.n);
            return true;
        }
    return false;
}

static bool is_ours(struct estc_device *d, const struct imp_x509 *crt)
{
    const struct imp_piece chain = {crt->der, crt->n}, anchor = {d->anchor.der, d->anchor.n};
    const struct imp_x509_policy policy = {.anchors = &anchor, .anchor_count = 1, .any_time = true};
    struct imp_x509_info info;
    return imp_x509_read(&info, crt->der, crt->n) == 0 &&
           imp_equal(info.pub, d->own.pub, EST_PUB) &&
           imp_x509_verify(d->env, &chain, 1, &policy, 0) == IMP_X509_GOOD;
}

static bool certificate(struct estc_device *d, imp_time now)
{
    struct imp_cms_certs certs;
    if (imp_cms_certs_read(&certs, d->in.bytes, d->in.n) != 0)
        return false;
    for (size_t i = 0; i < certs.count; i++) {
        if (!is_ours(d, &certs.crt[i]))
            continue;
        d->crt = certs.crt[i];
        d->env->ops->cell_put(d->env, "certificate", d->crt.der, d->crt.n);
        d->env->ops->cell_put(d->env, "own-key", d->own.secret, sizeof d->own.secret);
        est_claim_session(d->env, IMP_CLAIM_COMMIT, "est", &d->sid, d->name, d->server);
        est_claim_enrolled(d->env, "est", &d->sid, d->name, &d->anchor, &d->crt);
        if (!d->claimed)
            est_claim(d->env, IMP_CLAIM_COMPLETE, NULL);
        d->claimed = true;
        d->state = ESTC_READY;
        imp_coaps_close(&d->secure, now);
        return true;
    }
    return false;
}

/* 2.31: the next block of the request (RFC 7959 section 2.5). */
static bool go_on(struct estc_device *d, const struct imp_coap_message *r, imp_time now)
{
    struct imp_coap_block b;
    if (!imp_coap_get_block(r, IMP_COAP_BLOCK1, &b) ||
        (b.num + 1) * imp_block_size(estc_szx(d->env)) >= d->request.n)
        return false;
    post(d, b.num + 1, false, now);
    return true;
}

static bool answer(struct estc_device *d, int label, const struct imp_coap_message *r, imp_time now)
{
    if (label == ESTC_MSG_SEN && r->code == IMP_COAP_CONTINUE)
        return go_on(d, r, now);
    if (label == ESTC_MSG_GET_ATT && r->code == IMP_COAP_NOT_FOUND) {
        enrol(d, now);
        return true;
    }
    if (r->code != (label == ESTC_MSG_SEN ? IMP_COAP_CHANGED : IMP_COAP_CONTENT))
        return false;
    int whole = imp_block_take(&d->in, r, IMP_COAP_BLOCK2);
    if (whole < 0)
        return false;
    if (whole == 0 && label == ESTC_MSG_SEN)
        post(d, imp_block_next(&d->in, estc_szx(d->env)), true, now);
    else if (whole == 0)
        get(d, label, now);
    else if (label == ESTC_MSG_SEN)
        return certificate(d, now);
    else if (label == ESTC_MSG_GET_ATT)
        enrol(d, now);
    else if (anchors(d))
        attributes(d, now);
    else
        return false;
    return true;
}

static void done(void *arg, int label, enum imp_coap_outcome outcome,
                 const struct imp_coap_message *response, imp_time now)
{
    struct estc_device *d = arg;
    static const int awaited[] = {[ESTC_ANCHORS] = ESTC_MSG_GET_CRTS,
                                  [ESTC_ATTRIBUTES] = ESTC_MSG_GET_ATT,
                                  [ESTC_ENROLLING] = ESTC_MSG_SEN};
    if (d->state < ESTC_ANCHORS || d->state > ESTC_ENROLLING || awaited[d->state] != label)
        return;
    if (outcome != IMP_COAP_ANSWERED || !answer(d, label, response, now))
        back_off(d, outcome == IMP_COAP_ANSWERED ? "refused" : "no-answer", now);
}

static void over(void *arg, enum imp_coaps_end end, const char *why, imp_time now)
{
    (void)why;
    if (((struct estc_device *)arg)->state != ESTC_READY)
        back_off(arg, end == IMP_COAPS_CLOSED ? "closed" : "handshake-failed", now);
}

static void send(void *arg, int label, const uint8_t *datagram, size_t n)
{
    struct estc_device *d = arg;
    imp_send(d->env, ESTC_COAPS, NULL, estc_message_of(label), datagram, n);
}

static void data(void *arg, imp_time now)
{
    (void)arg, (void)now;
}

/* ---- events ------------------------------------------------------------------------------------
 */
static void start(struct estc_device *d, imp_time now)
{
    static const struct imp_coaps_hooks hooks = {.send = send,
                                                 .done = done,
                                                 .verify_chain = verify,
                                                 .opened = opened,
                                                 .data = data,
                                                 .over = over};
    struct imp_env *env = d->env;
    snprintf(d->name, sizeof d->name, "%s", env->name);
    est_key_load(env, "idevid-key", &d->idevid);
    est_cert_load(env, "idevid", &d->idevid_crt);
    est_claim_identity(env, d->name, strlen(d->name));
    if (!est_cert_load(env, "anchor", &d->anchor))
        est_cert_load(env, "operator-anchor", &d->anchor);
    d->chain = IMP_PIECE(d->idevid_crt.der, d->idevid_crt.n);
    const struct imp_dtls_config dtls = {
        .auth = IMP_DTLS_X509,
        .x509 = {.chain = &d->chain, .count = 1, .secret = d->idevid.secret}};
    imp_coaps_init(&d->secure, env, &dtls, &hooks, d);
    if (est_cert_load(env, "certificate", &d->crt)) {
        d->state = ESTC_READY;
        return;
    }
    d->state = ESTC_HANDSHAKE;
    imp_coaps_connect(&d->secure, now);
}

/* Keeps what the factory gave. */
static void reset(struct estc_device *d, imp_time now)
{
    static const char *const gone[] = {"anchor", "certificate", "own-key"};
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        d->env->ops->cell_erase(d->env, gone[i]);
    imp_coaps_free(&d->secure);
    imp_wipe(&d->own, sizeof d->own);
    d->claimed = false;
    start(d, now);
}

void estc_device_init(void *ctx, struct imp_env *env)
{
    ((struct estc_device *)ctx)->env = env;
}

void estc_device_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct estc_device *d = ctx;
    switch (e->kind) {
    case IMP_EVENT_START:
        start(d, now);
        break;
    case IMP_EVENT_RECEIVE:
        imp_coaps_feed(&d->secure, e->bytes, e->n, now);
        break;
    case IMP_EVENT_TIMER:
        if (e->id == TIMER_STEP && d->state == ESTC_BACK_OFF) {
            d->state = ESTC_HANDSHAKE;
            imp_coaps_connect(&d->secure, now);
        } else if (e->id == TIMER_COAPS) {
            imp_coaps_expire(&d->secure, now);
        }
        break;
    case IMP_EVENT_RESET:
        reset(d, now);
        break;
    default:
        break;
    }
    imp_timer(env, TIMER_COAPS, imp_coaps_deadline(&d->secure));
}

void estc_device_fini(void *ctx, struct imp_env *env)
{
    struct estc_device *d = ctx;
    (void)env;
    if (d->secure.env)
        imp_coaps_free(&d->secure);
    imp_wipe(d, sizeof *d);
}

int estc_device_state_of(const void *ctx)
{
    return (int)((const struct estc_device *)ctx)->state;
}
