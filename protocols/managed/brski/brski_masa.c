/* SPDX-License-Identifier: GPL-2.0-only */
/* brski_masa.c - the Manufacturer Authorized Signing Authority: a service on the Internet that any
 * registrar may ask. */
#include "brski.h"

#include "protocols/crypto/crypto.h"

#include <string.h>

const struct imp_legal brski_masa_legal[] = {
    {BRSKI_HANDSHAKE, BRSKI_MSG_MASA_CLIENT_HELLO},
    {BRSKI_HANDSHAKE, BRSKI_MSG_MASA_CLIENT_FLIGHT},
    {BRSKI_HANDSHAKE, BRSKI_MSG_MASA_ALERT},
    {BRSKI_REQUEST, BRSKI_MSG_MASA_REQUEST},
    {BRSKI_REQUEST, BRSKI_MSG_MASA_REQUEST_LOG},
    {BRSKI_REQUEST, BRSKI_MSG_MASA_ALERT},
    {-1, -1},
};

static const struct imp_https_labels labels = {
    BRSKI_MSG_MASA_SERVER_FLIGHT, BRSKI_MSG_MASA_SERVER_FLIGHT, BRSKI_MSG_MASA_FINISHED,
    BRSKI_MSG_MASA_FINISHED, BRSKI_MSG_MASA_ALERT};

static int open_cms(struct imp_env *env, struct brski_asked *a, const uint8_t *request, size_t n)
{
    static struct imp_cms_signed cms; /* filled and used within the call */
    int opened = brski_open(env, &a->v, &cms, request, n, true);
    a->signer = cms.signer;
    a->certs = cms.certs;
    return opened;
}

static int open_prior(struct imp_env *env, struct brski_asked *a)
{
    static struct imp_cms_signed cms; /* filled and used within the call */
    int opened = brski_open(env, &a->prior, &cms, a->v.prior, a->v.prior_n, true);
    a->prior_signer = cms.signer;
    return opened;
}

static bool is_near(const struct brski_asked *a)
{
    return brski_same_key(&a->prior.proximity, &a->signer);
}

static bool redirects(const struct imp_env *env)
{
    return imp_opt(env, BRSKI_OPT_MASA_REDIRECT) != 0;
}

const struct brski_masa_form brski_masa_cms = {
    .type = BRSKI_CMS_TYPE,
    .channel = BRSKI_MASA,
    .messages = BRSKI_MSG_MASA_CLIENT_HELLO,
    .labels = &labels,
    .policy = BRSKI_OPT_POLICY,
    .pin = BRSKI_OPT_PIN,
    .lifetime = BRSKI_OPT_LIFETIME,
    .no_ownership_check = BRSKI_FLAW_OWNERSHIP,
    .redirects = redirects,
    .redirection = BRSKI_MSG_MASA_REDIRECT,
    .open = open_cms,
    .open_prior = open_prior,
    .is_near = is_near,
    .sign = brski_sign,
};

static int message_in(const struct brski_masa *m, enum brski_message message)
{
    return m->form->messages + (int)(message - BRSKI_MSG_MASA_CLIENT_HELLO);
}

enum { SLOW = 60 /* s without a request */ };

/* In words for people, RFC 8995 section 5.6. */
static const char *explain(int status)
{
    switch (status) {
    case 400:
        return "no voucher can be made of this";
    case 403:
        return "not signed by a registrar and its pledge as it should be, or not the owner's";
    case 404:
        return "unknown device, or never this domain's";
    case 406:
        return "not a voucher-request that is understood";
    default:
        return "media type is not that of vouchers";
    }
}

static void refuse(struct brski_client *c, int status)
{
    const char *why = explain(status);
    const struct imp_https_body body = {
        .type = "text/plain; charset=utf-8", .bytes = why, .n = strlen(why)};
    brski_claim(c->masa->env, IMP_CLAIM_REJECT, status == 404 ? "unknown-device" : "request");
    imp_https_answer(&c->link, message_in(c->masa, BRSKI_MSG_MASA_REFUSAL), status, -1, &body,
                     c->masa->now);
}

static void give_voucher(struct brski_client *c, const struct imp_http *m)
{
    uint8_t der[BRSKI_CMS];
    int status;
    int n = brski_masa_issue(c->masa, der, sizeof der, m->body, m->body_n, &status);
    const struct imp_https_body body = {
        .type = c->masa->form->type, .bytes = der, .n = n < 0 ? 0 : (size_t)n};
    if (n < 0)
        refuse(c, status);
    else
        imp_https_answer(&c->link, message_in(c->masa, BRSKI_MSG_MASA_VOUCHER), 200, -1, &body,
                         c->masa->now);
}

static void give_log(struct brski_client *c, const struct imp_http *m)
{
    char json[4096];
    int status;
    int n = brski_masa_log(c->masa, json, sizeof json, m->body, m->body_n, &status);
    const struct imp_https_body body = {
        .type = BRSKI_JSON_TYPE, .bytes = json, .n = n < 0 ? 0 : (size_t)n};
    if (n < 0)
        refuse(c, status ? status : 400);
    else
        imp_https_answer(&c->link, message_in(c->masa, BRSKI_MSG_MASA_LOG), 200, -1, &body,
                         c->masa->now);
}

static bool redirect(struct brski_client *c)
{
    const struct brski_masa_form *form = c->masa->form;
    if (!form->redirects || !form->redirects(c->masa->env))
        return false;
    brski_send_elsewhere(&c->link, form->redirection,
                         "Location: " BRSKI_PATH_OTHER "requestvoucher", c->masa->now);
    return true;
}

static void serve(struct brski_client *c, const struct imp_http *m)
{
    bool post = strcmp(m->method, "POST") == 0;
    bool usual = strcmp(m->path, BRSKI_PATH "requestvoucher") == 0;
    bool voucher = usual || strcmp(m->path, BRSKI_PATH_OTHER "requestvoucher") == 0;
    const char *type = c->masa->form->type;
    if (post && (!imp_http_is(m, "Content-Type", type) || (voucher && !brski_accepts(m, type))))
        refuse(c, 415);
    else if (post && usual && redirect(c))
        return;
    else if (post && voucher)
        give_voucher(c, m);
    else if (post && strcmp(m->path, BRSKI_PATH "requestauditlog") == 0)
        give_log(c, m);
    else
        refuse(c, 404);
}

/* ---- connections -------------------------------------------------------------------------------
 */
static void clear(struct brski_client *c)
{
    imp_https_close(&c->link, c->masa->now);
    c->used = false;
    c->state = BRSKI_IDLE;
}

static void drop(struct brski_client *c)
{
    struct imp_env *env = c->masa->env;
    struct imp_addr at = c->link.at;
    clear(c);
    env->ops->close(env, c->masa->form->channel, &at);
}

static void progress(struct brski_client *c)
{
    struct brski_masa *m = c->masa;
    imp_timer(m->env, (unsigned)(c - m->client), m->now + SLOW * IMP_S);
}

static void received(struct brski_client *c, const struct imp_event *e)
{
    static struct imp_http m; /* filled and used within the call */
    bool room = imp_https_feed(&c->link, e->bytes, e->n, c->masa->now);
    enum imp_dtls_state state = imp_tls_state(c->link.tls);
    if (c->state == BRSKI_HANDSHAKE && state == IMP_DTLS_OPEN)
        c->state = BRSKI_REQUEST;
    if (state == IMP_DTLS_FAILED || !room) {
        drop(c);
        return;
    }
    for (int n; (n = imp_https_message(&c->link, &m, true)) != 0;) {
        if (n < 0) {
            drop(c);
            return;
        }
        progress(c);
        serve(c, &m);
        imp_https_taken(&c->link, (size_t)n);
    }
}

static struct brski_client *find(struct brski_masa *m, const struct imp_addr *at)
{
    for (size_t i = 0; i < BRSKI_SESSIONS; i++)
        if (m->client[i].used && imp_addr_equal(&m->client[i].link.at, at))
            return &m->client[i];
    return NULL;
}

static void connected(struct brski_masa *m, const struct imp_addr *at)
{
    const struct imp_piece chain = {m->crt.der, m->crt.n};
    const struct imp_dtls_x509 x509 = {
        .chain = &chain, .count = 1, .secret = m->key.secret, .versions = IMP_TLS_1_2_AND_1_3};
    for (size_t i = 0; i < BRSKI_SESSIONS; i++) {
        struct brski_client *c = &m->client[i];
        const struct imp_https_end end = {.env = m->env,
                                          .channel = m->form->channel,
                                          .server = true,
                                          .labels = m->form->labels,
                                          .x509 = &x509,
                                          .arg = c};
        if (c->used)
            continue;
        m->last = i;
        memset(c, 0, sizeof *c);
        *c = (struct brski_client){
            .to = &c->link, .used = true, .masa = m, .state = BRSKI_HANDSHAKE};
        if (!imp_https_open(&c->link, &end, at, m->now))
            drop(c);
        else
            progress(c);
        return;
    }
    m->env->ops->close(m->env, m->form->channel, at); /* too many */
}

static void start(struct brski_masa *m)
{
    est_key_load(m->env, "key", &m->key);
    est_cert_load(m->env, "certificate", &m->crt);
    est_cert_load(m->env, "ca-certificate", &m->ca_crt);
    est_cert_load(m->env, "manufacturer", &m->manufacturer);
    est_cert_load(m->env, EST_CELL_ISSUING, &m->issuing);
    brski_claim_identity(m->env, m->key.pub, BRSKI_PUB);
}

void brski_masa_init(void *ctx, struct imp_env *env)
{
    struct brski_masa *m = ctx;
    m->env = env;
    m->form = &brski_masa_cms;
}

void brski_masa_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct brski_masa *m = ctx;
    struct brski_client *c = NULL;
    (void)env;
    m->now = now;
    if (e->kind == IMP_EVENT_RECEIVE || e->kind == IMP_EVENT_CLOSED)
        c = find(m, &e->from);
    else if (e->kind == IMP_EVENT_TIMER && m->client[e->id].used)
        c = &m->client[e->id];
    if (e->kind == IMP_EVENT_START) {
        start(m);
    } else if (e->kind == IMP_EVENT_OPENED) {
        connected(m, &e->from);
    } else if (c && e->kind == IMP_EVENT_RECEIVE) {
        m->last = (size_t)(c - m->client);
        received(c, e);
    } else if (c && e->kind == IMP_EVENT_CLOSED) {
        clear(c);
    } else if (c) {
        drop(c);
    }
}

void brski_masa_fini(void *ctx, struct imp_env *env)
{
    struct brski_masa *m = ctx;
    (void)env;
    for (size_t i = 0; i < BRSKI_SESSIONS; i++)
        imp_tls_free(m->client[i].link.tls);
    imp_wipe(m, sizeof *m);
}

int brski_masa_state_of(const void *ctx)
{
    const struct brski_masa *m = ctx;
    return (int)m->client[m->last].state;
}
