/* SPDX-License-Identifier: GPL-2.0-only */
/* device.c - the LwM2M client: accounts of its own or from a card, bootstrap, registration. */
#include <stdio.h>
#include <string.h>

#include "lwm2m.h"
#include "protocols/crypto/crypto.h"

const struct imp_legal lwm_device_legal[] = {
    {LWM_BS_HANDSHAKE, LWM_MSG_BS_VERIFY},
    {LWM_BS_HANDSHAKE, LWM_MSG_BS_SERVER_FLIGHT},
    {LWM_BS_HANDSHAKE, LWM_MSG_BS_FINISHED},
    {LWM_BS_HANDSHAKE, LWM_MSG_BS_ALERT},
    {LWM_REQUESTING, LWM_MSG_BS_ANSWER},
    {LWM_REQUESTING, LWM_MSG_PACK},
    {LWM_REQUESTING, LWM_MSG_BS_REFUSAL},
    {LWM_REQUESTING, LWM_MSG_BS_ALERT},
    {LWM_CONFIGURING, LWM_MSG_DISCOVER},
    {LWM_CONFIGURING, LWM_MSG_READ},
    {LWM_CONFIGURING, LWM_MSG_DELETE},
    {LWM_CONFIGURING, LWM_MSG_WRITE_SECURITY},
    {LWM_CONFIGURING, LWM_MSG_WRITE_SERVER},
    {LWM_CONFIGURING, LWM_MSG_WRITE_ACCESS},
    {LWM_CONFIGURING, LWM_MSG_FINISH},
    {LWM_CONFIGURING, LWM_MSG_BS_ALERT},
    {LWM_SERVER_HANDSHAKE, LWM_MSG_S_VERIFY},
    {LWM_SERVER_HANDSHAKE, LWM_MSG_S_SERVER_FLIGHT},
    {LWM_SERVER_HANDSHAKE, LWM_MSG_S_FINISHED},
    {LWM_SERVER_HANDSHAKE, LWM_MSG_S_ALERT},
    {LWM_SERVER_HANDSHAKE, LWM_MSG_BS_ALERT},
    {LWM_REGISTERING, LWM_MSG_REGISTERED},
    {LWM_REGISTERING, LWM_MSG_S_REFUSAL},
    {LWM_REGISTERING, LWM_MSG_S_ALERT},
    {LWM_REGISTERED, LWM_MSG_TRIGGER},
    {LWM_REGISTERED, LWM_MSG_S_ANSWER},
    {LWM_REGISTERED, LWM_MSG_S_REFUSAL},
    {LWM_REGISTERED, LWM_MSG_S_ALERT},
    {-1, -1},
};

enum { TIMER_STEP, TIMER_BS, TIMER_SERVER, TIMER_ACCOUNT };
#define FINISH_WAIT (247 * IMP_S) /* EXCHANGE_LIFETIME, RFC 7252 section 4.8.2 */
#define BACK_OFF_MAX (3600 * IMP_S)

/* ---- what comes next */
static void key_of(struct lwm_device *d, struct lwm_link *l, const struct lwm_security *s)
{
    const char *host = strstr(s->uri, "//"); /* that all can be read was checked */
    bool pair = s->mode == LWM_MODE_RPK || s->mode == LWM_MODE_CERTIFICATE;
    if (s->mode == LWM_MODE_PSK)
        memcpy(d->identity, s->identity, s->identity_n);
    d->identity[s->mode == LWM_MODE_PSK ? s->identity_n : 0] = '\0';
    l->secure = s->mode != LWM_MODE_NOSEC;
    if (pair)
        imp_p256_pkcs8_read(l->scalar, s->key, s->key_n);
    snprintf(l->host, sizeof l->host, "%.*s", host ? (int)strcspn(host + 2, ":/") : 0,
             host ? host + 2 : "");
    l->own = IMP_PIECE(s->identity, s->identity_n);
    l->coaps.dtls.auth = s->mode == LWM_MODE_RPK           ? IMP_DTLS_RPK
                         : s->mode == LWM_MODE_CERTIFICATE ? IMP_DTLS_X509
                                                           : IMP_DTLS_PSK;
    l->coaps.dtls.secret = l->scalar;
    l->coaps.dtls.x509.chain = &l->own;
    l->coaps.dtls.x509.count = 1;
    l->coaps.dtls.x509.secret = l->scalar;
    l->coaps.dtls.x509.server_name = l->host;
    l->coaps.dtls.psk_identity = d->identity;
    l->coaps.dtls.psk = s->key;
    l->coaps.dtls.psk_n = s->key_n;
}

static const struct lwm_security *server_of(const struct lwm_config *c)
{
    const struct lwm_security *s = NULL;
    for (size_t i = 0; i < LWM_SERVERS && !s; i++)
        if (c->server[i].used)
            s = lwm_config_security_of(c, &c->server[i]);
    return s;
}

static void ask_bootstrap(struct lwm_device *d, imp_time now)
{
    const struct lwm_security *s = lwm_config_bootstrap(&d->client.config);
    if (!s)
        return; /* nobody to ask: it waits for a reset */
    d->again = false;
    lwm_link_free(&d->bs);
    key_of(d, &d->bs, s);
    d->state = LWM_BS_HANDSHAKE;
    imp_timer(d->env, TIMER_STEP, IMP_NEVER);
    lwm_link_connect(&d->bs, now);
}

static void connect_server(struct lwm_device *d, const struct lwm_security *s, imp_time now)
{
    lwm_link_free(&d->server);
    key_of(d, &d->server, s);
    d->state = LWM_SERVER_HANDSHAKE;
    imp_timer(d->env, TIMER_STEP, IMP_NEVER);
    lwm_link_connect(&d->server, now);
}

/* A server first; without one, or when it has failed so often, the bootstrap server. */
static void proceed(struct lwm_device *d, imp_time now)
{
    const struct lwm_security *s = server_of(&d->client.config);
    bool tired = d->failures >= (unsigned)imp_opt(d->env, LWM_OPT_TRIES);
    if (s && !tired && !d->again)
        connect_server(d, s, now);
    else
        ask_bootstrap(d, now);
}

static void back_off(struct lwm_device *d, imp_time now)
{
    imp_time first = imp_opt(d->env, LWM_OPT_BACK_OFF) * IMP_S;
    d->wait = d->wait == 0 ? first : 2 * d->wait < BACK_OFF_MAX ? 2 * d->wait : BACK_OFF_MAX;
    d->state = LWM_BACK_OFF;
    imp_timer(d->env, TIMER_STEP, now + d->wait);
}

/* ---- the bootstrap server */
static void bs_send(void *arg, int label, const uint8_t *p, size_t n)
{
    struct lwm_device *d = arg;
    imp_send(d->env, d->bs.secure ? LWM_BS_COAPS : LWM_BS_COAP, NULL, lwm_message_of(label, true),
             p, n);
}

static void bs_failed(struct lwm_device *d, const char *why, imp_time now)
{
    lwm_claim(d->env, IMP_CLAIM_REJECT, why);
    lwm_client_abort(&d->client);
    lwm_link_close(&d->bs, now);
    back_off(d, now);
}

/* A session that DTLS has proven is believed at once, one in clear when it is answered. */
static void session(struct lwm_device *d, struct lwm_link *l, int server, const uint8_t *token)
{
    lwm_sid(l, d->endpoint, token, d->sid);
    lwm_claim_session(d->env, IMP_CLAIM_RUNNING, d->endpoint, server, l->secure, d->sid);
    if (l->secure)
        lwm_claim_session(d->env, IMP_CLAIM_COMMIT, d->endpoint, server, true, d->sid);
}

static void answered(struct lwm_device *d, const struct lwm_link *l, int server)
{
    if (!l->secure)
        lwm_claim_session(d->env, IMP_CLAIM_COMMIT, d->endpoint, server, false, d->sid);
}

static void request(struct lwm_device *d, bool pack, imp_time now)
{
    struct imp_coap_message m = {0};
    if (pack)
        lwm_client_pack_request(&m, d->query, d->endpoint);
    else
        lwm_client_request(&m, d->query, d->endpoint);
    lwm_link_request(&d->bs, &m, pack ? LWM_MSG_PACK_REQUEST : LWM_MSG_REQUEST, now);
    session(d, &d->bs, LWM_BOOTSTRAP, m.token);
}

static void bs_opened(void *arg, imp_time now)
{
    struct lwm_device *d = arg;
    d->state = LWM_REQUESTING;
    request(d, imp_opt(d->env, LWM_OPT_PACK) && !d->no_pack, now);
}

static void pack_done(struct lwm_device *d, bool good, const struct imp_coap_message *response,
                      imp_time now)
{
    if (!good && response && imp_coap_class(response->code) == 4) {
        d->no_pack = true;
        request(d, false, now);
    } else if (!good) {
        bs_failed(d, "bootstrap-refused", now);
    } else {
        answered(d, &d->bs, LWM_BOOTSTRAP);
        if (lwm_client_take_pack(&d->client, d->env, response->payload, response->payload_n) == 0)
            d->configured = true;
        else
            bs_failed(d, "bad-pack", now);
    }
}

static void bs_done(void *arg, int label, enum imp_coap_outcome outcome,
                    const struct imp_coap_message *response, imp_time now)
{
    struct lwm_device *d = arg;
    bool here = outcome == IMP_COAP_ANSWERED;
    if (d->state != LWM_REQUESTING)
        return;
    if (label == LWM_MSG_PACK_REQUEST) {
        pack_done(d, here && response->code == IMP_COAP_CONTENT, here ? response : NULL, now);
        return;
    }
    if (!here || response->code != IMP_COAP_CHANGED) {
        bs_failed(d, "bootstrap-refused", now);
        return;
    }
    answered(d, &d->bs, LWM_BOOTSTRAP);
    d->state = LWM_CONFIGURING;
    lwm_client_open(&d->client);
    imp_timer(d->env, TIMER_STEP, now + FINISH_WAIT);
}

static void bs_serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                     imp_time now)
{
    struct lwm_device *d = arg;
    enum lwm_operation operation = lwm_client_serve(&d->client, m, reply);
    bool good = imp_coap_class(reply->message.code) == 2;
    (void)now;
    reply->label = good ? LWM_MSG_BS_ANSWER : LWM_MSG_BS_REFUSAL;
    imp_charge(d->env, IMP_OP_CODEC, m->payload_n + reply->message.payload_n);
    if (!good)
        lwm_claim(d->env, IMP_CLAIM_REJECT, "bad-request");
    else if (operation == LWM_FINISH)
        d->configured = true;
}

static void bs_over(void *arg, enum imp_coaps_end end, const char *why, imp_time now)
{
    struct lwm_device *d = arg;
    (void)why;
    if (d->state == LWM_BS_HANDSHAKE || d->state == LWM_REQUESTING || d->state == LWM_CONFIGURING)
        bs_failed(d, end == IMP_COAPS_HANDSHAKE_FAILED ? "handshake-failed" : "closed", now);
}

static void account_timer(struct lwm_device *d, imp_time now)
{
    const struct lwm_security *s = lwm_config_bootstrap(&d->client.config);
    imp_timer(d->env, TIMER_ACCOUNT, s && s->timeout ? now + s->timeout * IMP_S : IMP_NEVER);
}

/* The account of the bootstrap server has served its time (Security, resource 12). */
static void give_up_account(struct lwm_device *d)
{
    struct lwm_config *c = &d->client.config;
    if (d->state == LWM_BS_HANDSHAKE || d->state == LWM_REQUESTING || d->state == LWM_CONFIGURING)
        return; /* in use: a new time begins when it has served */
    for (size_t i = 0; i < LWM_SECURITIES; i++)
        if (c->security[i].used && c->security[i].bootstrap)
            c->security[i] = (struct lwm_security){.used = false};
    lwm_link_free(&d->bs);
    lwm_config_store(d->env, c);
}

/* After the answer to Bootstrap-Finish has gone. The session stays for its repetition until the
 * server closes it. */
static void configured(struct lwm_device *d, imp_time now)
{
    d->configured = false;
    d->failures = 0;
    d->wait = 0;
    lwm_config_store(d->env, &d->client.config);
    account_timer(d, now);
    lwm_claim_config(d->env, &d->client.config, d->endpoint, d->bs.secure, d->sid);
    proceed(d, now);
}

/* ---- the server */
static void s_send(void *arg, int label, const uint8_t *p, size_t n)
{
    struct lwm_device *d = arg;
    imp_send(d->env, d->server.secure ? LWM_S_COAPS : LWM_S_COAP, NULL,
             lwm_message_of(label, false), p, n);
}

static const struct lwm_server_object *own_server(const struct lwm_device *d)
{
    for (size_t i = 0; i < LWM_SERVERS; i++)
        if (d->client.config.server[i].used)
            return &d->client.config.server[i];
    return NULL;
}

static void s_failed(struct lwm_device *d, const char *why, imp_time now)
{
    lwm_claim(d->env, IMP_CLAIM_REJECT, why);
    d->failures++;
    lwm_link_close(&d->server, now);
    back_off(d, now);
}

static void s_opened(void *arg, imp_time now)
{
    struct lwm_device *d = arg;
    struct imp_coap_message m;
    d->state = LWM_REGISTERING;
    lwm_register_write(&m, &d->registration, &d->client.config, d->endpoint, own_server(d));
    lwm_link_request(&d->server, &m, LWM_MSG_REGISTER, now);
    session(d, &d->server, LWM_MANAGEMENT, m.token);
}

/* Updates come in time for three repetitions of a lost one. */
static void next_update(struct lwm_device *d, imp_time now)
{
    imp_timer(d->env, TIMER_STEP, now + own_server(d)->lifetime * IMP_S / 10 * 7);
}

static void registered(struct lwm_device *d, imp_time now)
{
    d->state = LWM_REGISTERED;
    d->failures = 0;
    d->wait = 0;
    if (!d->claimed && imp_opt(d->env, LWM_OPT_MODE) != LWM_SERVER_INITIATED)
        lwm_claim(d->env, IMP_CLAIM_COMPLETE, NULL);
    if (imp_opt(d->env, LWM_OPT_MODE) != LWM_SERVER_INITIATED)
        d->claimed = true;
    next_update(d, now);
}

/* In the mode Server Initiated the end is the second registration. */
static void registered_again(struct lwm_device *d)
{
    uint8_t done;
    if (imp_opt(d->env, LWM_OPT_MODE) != LWM_SERVER_INITIATED || d->claimed ||
        d->env->ops->cell_get(d->env, "bootstrapped", &done, 1) != 1)
        return;
    lwm_claim(d->env, IMP_CLAIM_COMPLETE, NULL);
    d->claimed = true;
}

static void s_done(void *arg, int label, enum imp_coap_outcome outcome,
                   const struct imp_coap_message *response, imp_time now)
{
    struct lwm_device *d = arg;
    bool here = outcome == IMP_COAP_ANSWERED;
    if (d->state == LWM_REGISTERING && label == LWM_MSG_REGISTER) {
        if (!here || response->code != IMP_COAP_CREATED ||
            lwm_location_read(d->location, sizeof d->location, response) != 0) {
            s_failed(d, "registration-refused", now);
            return;
        }
        answered(d, &d->server, LWM_MANAGEMENT);
        registered(d, now);
        registered_again(d);
    } else if (d->state == LWM_REGISTERED && label == LWM_MSG_UPDATE) {
        if (here && response->code == IMP_COAP_CHANGED)
            next_update(d, now);
        else
            s_failed(d, "update-refused", now);
    }
}

static void update(struct lwm_device *d, imp_time now)
{
    struct imp_coap_message m = {.code = IMP_COAP_POST};
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, d->location);
    if (lwm_link_request(&d->server, &m, LWM_MSG_UPDATE, now) != 0)
        s_failed(d, "closed", now);
}

/* POST /1/x/9, Bootstrap-Request Trigger, of the server that is registered with. */
static void s_serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                    imp_time now)
{
    struct lwm_device *d = arg;
    (void)now;
    reply->label = LWM_MSG_S_REFUSAL;
    if (m->code != IMP_COAP_POST || !imp_coap_path_is(m, "1/1/9")) {
        reply->message.code = IMP_COAP_NOT_FOUND;
    } else if (!lwm_is_legal(lwm_device_legal, (int)d->state, LWM_MSG_TRIGGER) ||
               !lwm_config_bootstrap(&d->client.config)) {
        reply->message.code = IMP_COAP_METHOD_NOT_ALLOWED;
    } else {
        reply->label = LWM_MSG_S_ANSWER;
        d->again = true; /* after the answer has gone */
    }
}

static void s_over(void *arg, enum imp_coaps_end end, const char *why, imp_time now)
{
    struct lwm_device *d = arg;
    (void)why;
    if (d->state == LWM_SERVER_HANDSHAKE || d->state == LWM_REGISTERING ||
        (d->state == LWM_REGISTERED && !d->again))
        s_failed(d, end == IMP_COAPS_HANDSHAKE_FAILED ? "handshake-failed" : "closed", now);
}

static void data(void *arg, imp_time now)
{
    (void)arg;
    (void)now;
}

/* Is it the key of the account? */
static bool same_key(struct lwm_device *d, const struct lwm_security *s, const uint8_t *spki,
                     size_t n)
{
    bool same = s && s->peer_n == n && memcmp(s->peer, spki, n) == 0;
    if (!same)
        lwm_claim(d->env, IMP_CLAIM_REJECT, "other-server-key");
    return same || imp_flawed(d->env, LWM_FLAW_ANY_SERVER_KEY);
}

static bool bs_verify(void *arg, const uint8_t *spki, size_t n)
{
    struct lwm_device *d = arg;
    return same_key(d, lwm_config_bootstrap(&d->client.config), spki, n);
}

static bool s_verify(void *arg, const uint8_t *spki, size_t n)
{
    struct lwm_device *d = arg;
    return same_key(d, server_of(&d->client.config), spki, n);
}

/* The server's own certificate, or one issued by the anchor to the name in the address. */
static bool good_chain(struct lwm_device *d, const struct lwm_link *l, const struct lwm_security *s,
                       const struct imp_piece *chain, size_t count)
{
    bool good = false;
    if (s && s->mode == LWM_MODE_CERTIFICATE && s->usage == LWM_USAGE_DOMAIN_ISSUED) {
        good = count > 0 && chain[0].n == s->peer_n && memcmp(chain[0].p, s->peer, s->peer_n) == 0;
    } else if (s && s->mode == LWM_MODE_CERTIFICATE) {
        const struct imp_x509_policy policy = {.anchors = &IMP_PIECE(s->peer, s->peer_n),
                                               .anchor_count = 1,
                                               .purpose = IMP_X509_SERVER,
                                               .host = l->host};
        good = imp_x509_verify(d->env, chain, count, &policy, d->now) == IMP_X509_GOOD;
    }
    if (!good)
        lwm_claim(d->env, IMP_CLAIM_REJECT, "other-server-certificate");
    return good || imp_flawed(d->env, LWM_FLAW_ANY_SERVER_KEY);
}

static bool bs_verify_chain(void *arg, const struct imp_piece *chain, size_t count)
{
    struct lwm_device *d = arg;
    return good_chain(d, &d->bs, lwm_config_bootstrap(&d->client.config), chain, count);
}

static bool s_verify_chain(void *arg, const struct imp_piece *chain, size_t count)
{
    struct lwm_device *d = arg;
    return good_chain(d, &d->server, server_of(&d->client.config), chain, count);
}

/* ---- events */
static void start(struct lwm_device *d, imp_time now)
{
    struct lwm_config *c = &d->client.config;
    d->env->ops->cell_get(d->env, "endpoint", d->endpoint, LWM_ENDPOINT);
    lwm_claim_identity(d->env, d->endpoint);
    lwm_config_load(d->env, c, false);
    if (imp_opt(d->env, LWM_OPT_MODE) == LWM_SMARTCARD && !server_of(c)) {
        const struct lwm_security *bootstrap = lwm_config_bootstrap(c);
        struct lwm_security kept = bootstrap ? *bootstrap : (struct lwm_security){.used = false};
        lwm_config_load(d->env, c, true); /* the card comes before the factory */
        c->security[0] = kept;
        lwm_config_store(d->env, c);
    }
    const struct lwm_security *bootstrap = lwm_config_bootstrap(c);
    if (server_of(c)) {
        uint8_t done;
        if (d->env->ops->cell_get(d->env, "bootstrapped", &done, 1) == 1)
            account_timer(d, now); /* after a power cut */
        proceed(d, now);
    } else if (bootstrap) {
        d->state = LWM_HOLD_OFF;
        imp_timer(d->env, TIMER_STEP, now + bootstrap->hold_off * IMP_S);
    }
}

static void reset(struct lwm_device *d, imp_time now)
{
    lwm_config_forget(d->env);
    imp_timer(d->env, TIMER_ACCOUNT, IMP_NEVER);
    d->env->ops->cell_erase(d->env, "bootstrapped");
    lwm_link_free(&d->bs);
    lwm_link_free(&d->server);
    lwm_client_abort(&d->client);
    d->claimed = d->again = d->configured = d->no_pack = false;
    d->failures = 0;
    d->wait = 0;
    start(d, now);
}

static void step(struct lwm_device *d, imp_time now)
{
    if (d->state == LWM_HOLD_OFF || d->state == LWM_BACK_OFF)
        proceed(d, now);
    else if (d->state == LWM_CONFIGURING)
        bs_failed(d, "no-finish", now);
    else if (d->state == LWM_REGISTERED)
        update(d, now);
}

void lwm_device_init(void *ctx, struct imp_env *env)
{
    static const struct imp_coaps_hooks bs = {.send = bs_send,
                                              .serve = bs_serve,
                                              .verify = bs_verify,
                                              .verify_chain = bs_verify_chain,
                                              .done = bs_done,
                                              .opened = bs_opened,
                                              .data = data,
                                              .over = bs_over},
                                        server = {.send = s_send,
                                                  .serve = s_serve,
                                                  .verify = s_verify,
                                                  .verify_chain = s_verify_chain,
                                                  .done = s_done,
                                                  .opened = s_opened,
                                                  .data = data,
                                                  .over = s_over};
    const struct imp_dtls_config dtls = {.auth = IMP_DTLS_PSK};
    struct lwm_device *d = ctx;
    d->env = env;
    lwm_link_init(&d->bs, env, true, &dtls, &bs, d);
    lwm_link_init(&d->server, env, true, &dtls, &server, d);
}

static void receive(struct lwm_device *d, const struct imp_event *e, imp_time now)
{
    bool bs = e->channel == LWM_BS_COAPS || e->channel == LWM_BS_COAP;
    bool secure = e->channel == LWM_BS_COAPS || e->channel == LWM_S_COAPS;
    struct lwm_link *l = bs ? &d->bs : &d->server;
    if (l->secure == secure && (secure || l->open))
        lwm_link_feed(l, e->bytes, e->n, now);
}

void lwm_device_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct lwm_device *d = ctx;
    d->now = now;
    if (e->kind == IMP_EVENT_START)
        start(d, now);
    else if (e->kind == IMP_EVENT_RECEIVE)
        receive(d, e, now);
    else if (e->kind == IMP_EVENT_RESET)
        reset(d, now);
    else if (e->kind == IMP_EVENT_TIMER && e->id == TIMER_BS)
        lwm_link_expire(&d->bs, now);
    else if (e->kind == IMP_EVENT_TIMER && e->id == TIMER_ACCOUNT)
        give_up_account(d);
    else if (e->kind == IMP_EVENT_TIMER && e->id == TIMER_SERVER)
        lwm_link_expire(&d->server, now);
    else if (e->kind == IMP_EVENT_TIMER)
        step(d, now);
    if (d->configured) {
        env->ops->cell_put(env, "bootstrapped", "\1", 1);
        configured(d, now);
    }
    if (d->again && d->state == LWM_REGISTERED) {
        lwm_link_close(&d->server, now);
        ask_bootstrap(d, now);
    }
    imp_timer(env, TIMER_BS, lwm_link_deadline(&d->bs));
    imp_timer(env, TIMER_SERVER, lwm_link_deadline(&d->server));
}

void lwm_device_fini(void *ctx, struct imp_env *env)
{
    struct lwm_device *d = ctx;
    (void)env;
    lwm_link_free(&d->bs);
    lwm_link_free(&d->server);
    imp_wipe(d, sizeof *d);
}

int lwm_device_state_of(const void *ctx)
{
    return (int)((const struct lwm_device *)ctx)->state;
}
