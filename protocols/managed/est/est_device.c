/* SPDX-License-Identifier: GPL-2.0-only */
/* est_device.c - the client: connections, one for the trust anchor, one for a certificate. */
#include "est.h"

#include "protocols/crypto/crypto.h"

#include <string.h>

static const struct imp_https_labels labels = {.hello = EST_MSG_CLIENT_HELLO,
                                               .flight = EST_MSG_CLIENT_FLIGHT,
                                               .certificate = EST_MSG_CLIENT_FLIGHT,
                                               .finished = EST_MSG_FINISHED,
                                               .alert = EST_MSG_ALERT};

static void later(struct est_device *d)
{
    imp_timer(d->env, 0, d->now + imp_opt(d->env, EST_OPT_BACK_OFF) * IMP_S);
}

void est_leave(struct est_device *d)
{
    if (!d->connected)
        return;
    struct imp_addr at = d->link.at;
    int channel = d->link.channel;
    d->connected = false;
    imp_https_close(&d->link, d->now);
    d->env->ops->close(d->env, channel, &at);
}

void est_connect_to(struct est_device *d, bool elsewhere)
{
    d->state = EST_IDLE;
    d->elsewhere = elsewhere;
    later(d);
    d->env->ops->open(d->env, elsewhere ? EST_ELSEWHERE : EST_STREAM, NULL);
}

/* To the server that is known; to the other one again if that has promised something. */
void est_connect(struct est_device *d)
{
    d->path[0] = 0;
    d->moved = 0;
    est_connect_to(d, d->elsewhere && d->has.promised);
}

void est_give_up(struct est_device *d, const char *why)
{
    est_claim(d->env, IMP_CLAIM_REJECT, why);
    est_leave(d);
    d->state = EST_IDLE;
    later(d);
}

/* ---- who the server is -------------------------------------------------------------------------
 */
/* By the explicit trust anchor a registration authority, by the implicit one a server of the name
 * where it was looked for (RFC 7030 section 3.6). */
static bool is_authorized(struct est_device *d, const struct imp_piece *chain, size_t count)
{
    const char *host = d->elsewhere ? EST_NAME_OTHER : EST_HOST;
    bool any_server = d->trusting && imp_flawed(d->env, EST_FLAW_ANY_SERVER);
    bool any_name = imp_flawed(d->env, EST_FLAW_ANY_NAME);
    return any_server || (d->trusting && est_is_server(d->env, chain, count, &d->has.anchor)) ||
           est_is_named(d->env, chain, count, &d->implicit, any_name ? NULL : host);
}

/* Without any trust anchor the session is provisional: it serves for /cacerts only (RFC 7030
 * section 4.1.1). */
static bool verify(void *arg, const struct imp_piece *chain, size_t count)
{
    struct est_device *d = arg;
    struct imp_x509_info info;
    if (imp_x509_read(&info, chain[0].p, chain[0].n) != 0)
        return false;
    memcpy(d->has.server, info.pub, sizeof d->has.server);
    bool provisional = !d->trusting && d->implicit.n == 0;
    return provisional || d->env->adversary || is_authorized(d, chain, count);
}

static void connected(struct est_device *d, const struct imp_addr *at)
{
    static const enum imp_tls_versions versions[] = {IMP_TLS_1_2, IMP_TLS_1_3};
    struct imp_piece own[2];
    size_t count = est_shown(&d->has, own);
    bool show = (d->trusting || d->implicit.n > 0) &&
                (d->has.renewing || imp_opt(d->env, EST_OPT_CLIENT_AUTH) == EST_AUTH_IDEVID);
    const struct imp_dtls_x509 x509 = {.chain = own,
                                       .count = show ? count : 0,
                                       .secret = d->has.renewing ? d->has.held.secret
                                                                 : d->has.idevid.secret,
                                       .verify = verify,
                                       .versions = versions[imp_opt(d->env, EST_OPT_TLS)],
                                       .server_name = d->elsewhere ? EST_NAME_OTHER : EST_HOST};
    if (d->state != EST_IDLE || d->connected)
        return;
    d->connected = true;
    d->challenged = false;
    d->keyed = d->keyed && d->path[0]; /* "the key pair need not be regenerated" */
    d->state = EST_HANDSHAKE;
    const struct imp_https_end end = {.env = d->env,
                                      .channel = d->elsewhere ? EST_ELSEWHERE : EST_STREAM,
                                      .labels = &labels,
                                      .x509 = &x509,
                                      .arg = d};
    if (!imp_https_open(&d->link, &end, at, d->now))
        est_give_up(d, "tls");
}

void est_try(struct est_device *d)
{
    if (!est_enrol(d))
        est_give_up(d, "no-request");
}

void est_begin(struct est_device *d)
{
    bool asks = imp_opt(d->env, EST_OPT_CSRATTRS) || imp_opt(d->env, EST_OPT_REQUIRED);
    if (!d->fresh && imp_opt(d->env, EST_OPT_REFRESH))
        est_get(d, EST_ANCHORS, EST_MSG_GET_CACERTS);
    else if (asks && !d->has.promised && !d->has.renewing)
        est_get(d, EST_ATTRIBUTES, EST_MSG_GET_CSRATTRS);
    else
        est_try(d);
}

static void opened(void *arg)
{
    struct est_device *d = arg;
    if (d->path[0])
        est_arrive(d);
    else if (d->trusting)
        est_begin(d);
    else
        est_get(d, EST_ANCHORS, EST_MSG_GET_CACERTS);
}

static void received(struct est_device *d, const struct imp_event *e)
{
    const struct imp_https_client client = {
        .arg = d, .handshaking = d->state == EST_HANDSHAKE, .opened = opened, .answer = est_answer};
    const char *why = imp_https_client_feed(&d->link, &client, e->bytes, e->n, d->now);
    if (why)
        est_give_up(d, why);
}

/* ---- events ------------------------------------------------------------------------------------
 */
static void start(struct est_device *d)
{
    struct imp_env *env = d->env;
    est_holder_start(env, &d->has);
    d->fresh = false;
    d->implicit.n = 0;
    if (imp_opt(env, EST_OPT_BOOTSTRAP) == EST_BOOTSTRAP_IMPLICIT)
        est_cert_load(env, EST_CELL_IMPLICIT, &d->implicit);
    d->trusting = est_cert_load(env, "anchor", &d->has.anchor) ||
                  (imp_opt(env, EST_OPT_BOOTSTRAP) == EST_BOOTSTRAP_EXPLICIT &&
                   est_cert_load(env, "operator-anchor", &d->has.anchor));
    if (est_cert_load(env, "certificate", &d->has.crt) &&
        est_key_load(env, "own-key", &d->has.held))
        est_rest(d);
    else
        est_connect(d);
}

/* Keeps what the factory gave. */
static void reset(struct est_device *d)
{
    est_forget(d->env, &d->has);
    est_leave(d);
    start(d);
}

static void renew(struct est_device *d)
{
    est_renewing(&d->has, d->now);
    d->fresh = false;
    est_connect(d);
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
    bool mine =
        d->connected && e->channel == d->link.channel && imp_addr_equal(&e->from, &d->link.at);
    switch (e->kind) {
    case IMP_EVENT_START:
        start(d);
        break;
    case IMP_EVENT_OPENED:
        if (e->channel == (d->elsewhere ? EST_ELSEWHERE : EST_STREAM))
            connected(d, &e->from);
        break;
    case IMP_EVENT_RECEIVE:
        if (mine)
            received(d, e);
        break;
    case IMP_EVENT_CLOSED:
        if (mine)
            est_give_up(d, "closed");
        break;
    case IMP_EVENT_USER:
        if (e->id == EST_ACT_AGREE)
            est_agreed(d, e->ok);
        else
            est_human(d, e->ok);
        break;
    case IMP_EVENT_TIMER:
        est_leave(d);
        if (d->state == EST_READY)
            renew(d);
        else
            est_connect(d);
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
