/* SPDX-License-Identifier: GPL-2.0-only */
/* est_device.c - the client: trust anchor first, then a certificate. */
#include "est.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct imp_legal est_device_legal[] = {
    {EST_HANDSHAKE, EST_MSG_SERVER_FLIGHT}, {EST_HANDSHAKE, EST_MSG_FINISHED},
    {EST_HANDSHAKE, EST_MSG_ALERT},         {EST_ANCHORS, EST_MSG_CACERTS},
    {EST_ANCHORS, EST_MSG_REFUSAL},         {EST_ANCHORS, EST_MSG_ALERT},
    {EST_ATTRIBUTES, EST_MSG_CSRATTRS},     {EST_ATTRIBUTES, EST_MSG_REFUSAL},
    {EST_ATTRIBUTES, EST_MSG_ALERT},        {EST_ENROLLING, EST_MSG_CERTIFICATE},
    {EST_ENROLLING, EST_MSG_KEY},           {EST_ENROLLING, EST_MSG_ACCEPTED},
    {EST_ENROLLING, EST_MSG_UNAUTHORIZED},  {EST_ENROLLING, EST_MSG_REFUSAL},
    {EST_ENROLLING, EST_MSG_ALERT},         {-1, -1},
};

static const struct imp_https_labels labels = {.hello = EST_MSG_CLIENT_HELLO,
                                               .flight = EST_MSG_CLIENT_FLIGHT,
                                               .certificate = EST_MSG_CLIENT_FLIGHT,
                                               .finished = EST_MSG_FINISHED,
                                               .alert = EST_MSG_ALERT};

static void later(struct est_device *d)
{
    imp_timer(d->env, 0, d->now + imp_opt(d->env, EST_OPT_BACK_OFF) * IMP_S);
}

static void leave(struct est_device *d)
{
    if (!d->connected)
        return;
    struct imp_addr at = d->link.at;
    d->connected = false;
    imp_https_close(&d->link, d->now);
    d->env->ops->close(d->env, EST_STREAM, &at);
}

static void connect(struct est_device *d)
{
    d->state = EST_IDLE;
    later(d);
    d->env->ops->open(d->env, EST_STREAM, NULL);
}

static void give_up(struct est_device *d, const char *why)
{
    est_claim(d->env, IMP_CLAIM_REJECT, why);
    leave(d);
    d->state = EST_IDLE;
    later(d);
}

/* ---- who the server is -------------------------------------------------------------------------
 */
static bool trusted(struct est_device *d, const struct imp_piece *chain, size_t count)
{
    const struct imp_piece anchor = {d->anchor.der, d->anchor.n};
    const struct imp_x509_policy policy = {
        .anchors = &anchor, .anchor_count = 1, .purpose = IMP_X509_CMC_RA, .any_time = true};
    return imp_x509_verify(d->env, chain, count, &policy, d->now) == IMP_X509_GOOD;
}

/* Without a trust anchor the session is provisional: it serves for /cacerts only (RFC 7030 section
 * 4.1.1). */
static bool verify(void *arg, const struct imp_piece *chain, size_t count)
{
    struct est_device *d = arg;
    struct imp_x509_info info;
    if (imp_x509_read(&info, chain[0].p, chain[0].n) != 0)
        return false;
    memcpy(d->server, info.pub, sizeof d->server);
    return !d->trusting || d->env->adversary || imp_flawed(d->env, EST_FLAW_ANY_SERVER) ||
           trusted(d, chain, count);
}

static void connected(struct est_device *d, const struct imp_addr *at)
{
    static const enum imp_tls_versions versions[] = {IMP_TLS_1_2, IMP_TLS_1_3};
    const struct imp_x509 *crt = d->renewing ? &d->crt : &d->idevid_crt;
    const struct imp_piece own = {crt->der, crt->n};
    bool show =
        d->trusting && (d->renewing || imp_opt(d->env, EST_OPT_CLIENT_AUTH) == EST_AUTH_IDEVID);
    const struct imp_dtls_x509 x509 = {.chain = &own,
                                       .count = show ? 1 : 0,
                                       .secret = d->renewing ? d->held.secret : d->idevid.secret,
                                       .verify = verify,
                                       .versions = versions[imp_opt(d->env, EST_OPT_TLS)],
                                       .server_name = EST_HOST};
    if (d->state != EST_IDLE || d->connected)
        return;
    d->connected = true;
    d->challenged = d->bound = false;
    d->state = EST_HANDSHAKE;
    const struct imp_https_end end = {
        .env = d->env, .channel = EST_STREAM, .labels = &labels, .x509 = &x509, .arg = d};
    if (!imp_https_open(&d->link, &end, at, d->now))
        give_up(d, "tls");
}

static void enrol(struct est_device *d)
{
    if (!est_enrol(d))
        give_up(d, "no-request");
}

static void opened(struct est_device *d)
{
    if (!d->trusting)
        est_get(d, EST_ANCHORS, EST_MSG_GET_CACERTS, EST_PATH "cacerts");
    else if (imp_opt(d->env, EST_OPT_CSRATTRS) && !d->promised && !d->renewing)
        est_get(d, EST_ATTRIBUTES, EST_MSG_GET_CSRATTRS, EST_PATH "csrattrs");
    else
        enrol(d);
}

/* ---- answers -----------------------------------------------------------------------------------
 */
static void install(struct est_device *d)
{
    d->env->ops->cell_put(d->env, "anchor", d->anchor.der, d->anchor.n);
    d->trusting = true;
    connect(d); /* a new session, authenticated by the new anchor */
}

/* Refused: what came is erased, and nothing goes on without the user (RFC 7030 section 4.1.1). */
static void abort_bootstrap(struct est_device *d)
{
    memset(&d->anchor, 0, sizeof d->anchor);
    est_claim(d->env, IMP_CLAIM_REJECT, "fingerprint-refused");
    d->state = EST_ABORTED;
    imp_timer(d->env, 0, IMP_NEVER);
}

/* The human sees the fingerprint of what came and has the operator's. A difference is in his face:
 * what he makes of it he says. A device that was given the fingerprint needs no human. */
static void compare(struct est_device *d)
{
    uint8_t shown[32], right[32] = {0};
    if (d->env->adversary || imp_flawed(d->env, EST_FLAW_FINGERPRINT) ||
        imp_opt(d->env, EST_OPT_BOOTSTRAP) == EST_BOOTSTRAP_TOFU) {
        install(d);
        return;
    }
    imp_x509_fingerprint(d->env, shown, d->anchor.der, d->anchor.n);
    d->env->ops->cell_get(d->env, "operator-fingerprint", right, sizeof right);
    bool same = imp_equal(shown, right, sizeof shown);
    if (!same)
        est_claim(d->env, IMP_CLAIM_ALARM, "fingerprint-differs");
    if (imp_opt(d->env, EST_OPT_BOOTSTRAP) == EST_BOOTSTRAP_FINGERPRINT) {
        if (same)
            install(d);
        else
            give_up(d, "fingerprint-differs");
        return;
    }
    d->state = EST_HUMAN;
    imp_timer(d->env, 0, IMP_NEVER);
    imp_prompt(d->env, EST_ACT_COMPARE);
}

static void human(struct est_device *d, bool same)
{
    if (d->state != EST_HUMAN)
        return;
    if (same)
        install(d);
    else
        abort_bootstrap(d);
}

static bool anchors(struct est_device *d, const struct imp_http *m)
{
    uint8_t der[EST_BODY];
    struct imp_cms_certs certs;
    struct imp_x509_info info;
    int n = est_body(der, sizeof der, m);
    if (n < 0 || imp_cms_certs_read(&certs, der, (size_t)n) != 0)
        return false;
    for (size_t i = 0; i < certs.count; i++)
        if (imp_x509_read(&info, certs.crt[i].der, certs.crt[i].n) == 0 && info.self_issued &&
            (info.purposes & IMP_X509_CA)) {
            d->anchor = certs.crt[i];
            leave(d);
            compare(d);
            return true;
        }
    return false;
}

/* No attributes, by 204 or 404, ask for nothing (RFC 7030 section 4.5.2). */
static bool attributes(struct est_device *d, const struct imp_http *m)
{
    uint8_t der[EST_BODY];
    if (m->status == 200) {
        int n = est_body(der, sizeof der, m);
        int bound = n < 0 ? -1 : est_attributes_bound(der, (size_t)n);
        if (bound < 0)
            return false;
        d->bound = bound;
    }
    enrol(d);
    return true;
}

/* The certificate is for the key that was sent, and from the authority that is trusted. */
static bool is_ours(struct est_device *d, const struct imp_x509 *crt)
{
    const struct imp_piece chain = {crt->der, crt->n}, anchor = {d->anchor.der, d->anchor.n};
    const struct imp_x509_policy policy = {.anchors = &anchor, .anchor_count = 1, .any_time = true};
    struct imp_x509_info info;
    return imp_x509_read(&info, crt->der, crt->n) == 0 &&
           imp_equal(info.pub, d->own.pub, EST_PUB) &&
           (d->env->adversary || imp_flawed(d->env, EST_FLAW_ANY_SERVER) ||
            imp_x509_verify(d->env, &chain, 1, &policy, d->now) == IMP_X509_GOOD);
}

static void keep(struct est_device *d, const struct imp_x509 *crt)
{
    d->crt = *crt;
    d->held = d->own;
    d->promised = d->renewing = false;
    d->env->ops->cell_put(d->env, "certificate", d->crt.der, d->crt.n);
    d->env->ops->cell_put(d->env, "own-key", d->own.secret, sizeof d->own.secret);
    est_claim_session(d->env, IMP_CLAIM_COMMIT, "est", &d->sid, d->name, d->server);
    est_claim_enrolled(d->env, "est", &d->sid, d->name, &d->anchor, &d->crt);
    if (imp_opt(d->env, EST_OPT_KEY) == EST_KEY_SERVER)
        est_claim_key(d->env, &d->sid, d->own.secret);
    if (!d->claimed)
        est_claim(d->env, IMP_CLAIM_COMPLETE, NULL);
    d->claimed = true;
}

static void rest(struct est_device *d)
{
    int64_t period = imp_opt(d->env, EST_OPT_RENEW);
    d->state = EST_READY;
    imp_timer(d->env, 0, period ? d->now + period * IMP_S : IMP_NEVER);
}

static bool install_certificate(struct est_device *d, const struct imp_cms_certs *certs)
{
    for (size_t i = 0; i < certs->count; i++) {
        if (!is_ours(d, &certs->crt[i]))
            continue;
        keep(d, &certs->crt[i]);
        leave(d);
        rest(d);
        return true;
    }
    return false;
}

static bool certificate(struct est_device *d, const struct imp_http *m)
{
    uint8_t der[EST_BODY];
    struct imp_cms_certs certs;
    int n = est_body(der, sizeof der, m);
    return n >= 0 && imp_opt(d->env, EST_OPT_KEY) == EST_KEY_DEVICE &&
           imp_cms_certs_read(&certs, der, (size_t)n) == 0 && install_certificate(d, &certs);
}

/* The server has made the key (RFC 7030 section 4.4). */
static bool key_and_certificate(struct est_device *d, const struct imp_http *m)
{
    struct imp_cms_certs certs;
    return imp_opt(d->env, EST_OPT_KEY) == EST_KEY_SERVER &&
           est_keygen_read(d->own.secret, &certs, m) == 0 &&
           imp_p256_public(d->env, d->own.pub, d->own.secret) == 0 &&
           install_certificate(d, &certs);
}

/* Not yet: a person decides (RFC 7030 section 4.2.3). Without Retry-After it is no answer. */
static bool wait(struct est_device *d, const struct imp_http *m)
{
    const struct imp_http_field *f = imp_http_field(m, "Retry-After");
    char text[12] = "";
    if (!f || f->value_n == 0 || f->value_n >= sizeof text)
        return false;
    memcpy(text, f->value, f->value_n);
    char *end;
    long seconds = strtol(text, &end, 10);
    if (*end || seconds < 0)
        return false;
    leave(d);
    d->promised = true;
    d->state = EST_IDLE;
    imp_timer(d->env, 0, d->now + (imp_time)seconds * IMP_S);
    return true;
}

static bool unauthorized(struct est_device *d)
{
    if (d->challenged || !d->trusting || imp_opt(d->env, EST_OPT_CLIENT_AUTH) != EST_AUTH_PASSWORD)
        return false;
    d->challenged = true;
    enrol(d);
    return true;
}

static int message_of(const struct est_device *d, const struct imp_http *m)
{
    if (m->status == 401)
        return EST_MSG_UNAUTHORIZED;
    if (d->state == EST_ATTRIBUTES && (m->status == 200 || m->status == 204 || m->status == 404))
        return EST_MSG_CSRATTRS; /* none: RFC 7030 section 4.5.2 */
    if (m->status == 202)
        return EST_MSG_ACCEPTED;
    if (m->status == 200 && imp_http_is(m, "Content-Type", "multipart/mixed"))
        return EST_MSG_KEY;
    if (m->status != 200 || !imp_http_is(m, "Content-Type", "application/pkcs7-mime"))
        return EST_MSG_REFUSAL;
    return d->state == EST_ANCHORS ? EST_MSG_CACERTS : EST_MSG_CERTIFICATE;
}

static bool answer(struct est_device *d, const struct imp_http *m)
{
    int message = message_of(d, m);
    if (!est_is_legal(est_device_legal, (int)d->state, message))
        return false;
    switch (message) {
    case EST_MSG_CACERTS:
        return anchors(d, m);
    case EST_MSG_CSRATTRS:
        return attributes(d, m);
    case EST_MSG_CERTIFICATE:
        return certificate(d, m);
    case EST_MSG_KEY:
        return key_and_certificate(d, m);
    case EST_MSG_ACCEPTED:
        return wait(d, m);
    case EST_MSG_UNAUTHORIZED:
        return unauthorized(d);
    default:
        return false;
    }
}

static void received(struct est_device *d, const struct imp_event *e)
{
    static struct imp_http m; /* filled and used within the call */
    bool room = imp_https_feed(&d->link, e->bytes, e->n, d->now);
    enum imp_dtls_state state = imp_tls_state(d->link.tls);
    if (state == IMP_DTLS_FAILED) {
        give_up(d, "handshake-failed");
        return;
    }
    if (d->state == EST_HANDSHAKE && state == IMP_DTLS_OPEN)
        opened(d);
    if (!d->connected)
        return;
    int n = imp_https_message(&d->link, &m, false);
    bool good = n > 0 && answer(d, &m);
    if (!room || n < 0 || (n > 0 && !good)) {
        if (d->connected)
            give_up(d, "refused");
    } else if (n > 0 && d->connected) {
        imp_https_taken(&d->link, (size_t)n);
    }
}

/* ---- events ------------------------------------------------------------------------------------
 */
static void start(struct est_device *d)
{
    struct imp_env *env = d->env;
    snprintf(d->name, sizeof d->name, "%s", env->name);
    est_key_load(env, "idevid-key", &d->idevid);
    est_cert_load(env, "idevid", &d->idevid_crt);
    est_claim_identity(env, d->name, strlen(d->name));
    d->trusting = est_cert_load(env, "anchor", &d->anchor) ||
                  (imp_opt(env, EST_OPT_BOOTSTRAP) == EST_BOOTSTRAP_EXPLICIT &&
                   est_cert_load(env, "operator-anchor", &d->anchor));
    if (est_cert_load(env, "certificate", &d->crt) && est_key_load(env, "own-key", &d->held))
        rest(d);
    else
        connect(d);
}

/* Keeps what the factory gave. */
static void reset(struct est_device *d)
{
    static const char *const gone[] = {"anchor", "certificate", "own-key"};
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        d->env->ops->cell_erase(d->env, gone[i]);
    leave(d);
    imp_wipe(&d->own, sizeof d->own);
    imp_wipe(&d->held, sizeof d->held);
    d->claimed = d->promised = d->renewing = false;
    start(d);
}

static void renew(struct est_device *d)
{
    d->renewing = true;
    connect(d);
}

void est_device_init(void *ctx, struct imp_env *env)
{
    struct est_device *d = ctx;
    d->env = env;
    d->to = &d->link;
}

void est_device_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct est_device *d = ctx;
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
        if (mine)
            received(d, e);
        break;
    case IMP_EVENT_CLOSED:
        if (mine)
            give_up(d, "closed");
        break;
    case IMP_EVENT_USER:
        human(d, e->ok);
        break;
    case IMP_EVENT_TIMER:
        leave(d);
        if (d->state == EST_READY)
            renew(d);
        else
            connect(d);
        break;
    case IMP_EVENT_RESET:
        reset(d);
        break;
    case IMP_EVENT_CONTROL:
        if (e->n == 5 && memcmp(e->bytes, "renew", 5) == 0 && d->state == EST_READY)
            renew(d);
        break;
    default:
        break;
    }
}

void est_device_fini(void *ctx, struct imp_env *env)
{
    struct est_device *d = ctx;
    (void)env;
    imp_tls_free(d->link.tls);
    imp_wipe(d, sizeof *d);
}

int est_device_state_of(const void *ctx)
{
    return (int)((const struct est_device *)ctx)->state;
}
