/* SPDX-License-Identifier: GPL-2.0-only */
/* device.c - the LwM2M client: accounts of its own or from a card, what comes next. */
#include <stdio.h>
#include <string.h>

#include "device_internal.h"
#include "protocols/crypto/crypto.h"

const struct imp_legal lwm_device_legal[] = {
    {LWM_BS_HANDSHAKE, LWM_MSG_BS_VERIFY},      {LWM_BS_HANDSHAKE, LWM_MSG_BS_SERVER_FLIGHT},
    {LWM_BS_HANDSHAKE, LWM_MSG_BS_FINISHED},    {LWM_BS_HANDSHAKE, LWM_MSG_BS_ALERT},
    {LWM_REQUESTING, LWM_MSG_BS_ANSWER},        {LWM_REQUESTING, LWM_MSG_PACK},
    {LWM_REQUESTING, LWM_MSG_BS_REFUSAL},       {LWM_REQUESTING, LWM_MSG_BS_ALERT},
    {LWM_CONFIGURING, LWM_MSG_DISCOVER},        {LWM_CONFIGURING, LWM_MSG_READ},
    {LWM_CONFIGURING, LWM_MSG_DELETE},          {LWM_CONFIGURING, LWM_MSG_WRITE_SECURITY},
    {LWM_CONFIGURING, LWM_MSG_WRITE_SERVER},    {LWM_CONFIGURING, LWM_MSG_WRITE_ACCESS},
    {LWM_CONFIGURING, LWM_MSG_FINISH},          {LWM_CONFIGURING, LWM_MSG_BS_ALERT},
    {LWM_SERVER_HANDSHAKE, LWM_MSG_S_VERIFY},   {LWM_SERVER_HANDSHAKE, LWM_MSG_S_SERVER_FLIGHT},
    {LWM_SERVER_HANDSHAKE, LWM_MSG_S_FINISHED}, {LWM_SERVER_HANDSHAKE, LWM_MSG_S_ALERT},
    {LWM_SERVER_HANDSHAKE, LWM_MSG_BS_ALERT},   {LWM_REGISTERING, LWM_MSG_REGISTERED},
    {LWM_REGISTERING, LWM_MSG_S_REFUSAL},       {LWM_REGISTERING, LWM_MSG_S_ALERT},
    {LWM_REGISTERED, LWM_MSG_TRIGGER},          {LWM_REGISTERED, LWM_MSG_DISABLE},
    {LWM_REGISTERED, LWM_MSG_UPDATE_TRIGGER},   {LWM_REGISTERED, LWM_MSG_S_ANSWER},
    {LWM_REGISTERED, LWM_MSG_S_REFUSAL},        {LWM_REGISTERED, LWM_MSG_S_ALERT},
    {LWM_DEREGISTERING, LWM_MSG_S_ANSWER},      {LWM_DEREGISTERING, LWM_MSG_S_REFUSAL},
    {LWM_DEREGISTERING, LWM_MSG_S_ALERT},       {-1, -1},
};

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

const struct lwm_security *lwm__server_of(const struct lwm_config *c)
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

void lwm__proceed(struct lwm_device *d, imp_time now)
{
    const struct lwm_security *s = lwm__server_of(&d->client.config);
    bool tired = d->failures >= (unsigned)imp_opt(d->env, LWM_OPT_TRIES);
    if (s && !tired && !d->again)
        connect_server(d, s, now);
    else
        ask_bootstrap(d, now);
}

void lwm__back_off(struct lwm_device *d, imp_time now)
{
    imp_time first = imp_opt(d->env, LWM_OPT_BACK_OFF) * IMP_S;
    d->wait = d->wait == 0 ? first : 2 * d->wait < BACK_OFF_MAX ? 2 * d->wait : BACK_OFF_MAX;
    d->state = LWM_BACK_OFF;
    imp_timer(d->env, TIMER_STEP, now + d->wait);
}

void lwm__session(struct lwm_device *d, struct lwm_link *l, int server, const uint8_t *token)
{
    lwm_sid(l, d->endpoint, token, d->sid);
    lwm_claim_session(d->env, IMP_CLAIM_RUNNING, d->endpoint, server, l->secure, d->sid);
    if (l->secure)
        lwm_claim_session(d->env, IMP_CLAIM_COMMIT, d->endpoint, server, true, d->sid);
}

void lwm__answered(struct lwm_device *d, const struct lwm_link *l, int server)
{
    if (!l->secure)
        lwm_claim_session(d->env, IMP_CLAIM_COMMIT, d->endpoint, server, false, d->sid);
}

void lwm__no_data(void *arg, imp_time now)
{
    (void)arg;
    (void)now;
}

/* ---- events */
static void start(struct lwm_device *d, imp_time now)
{
    struct lwm_config *c = &d->client.config;
    d->env->ops->cell_get(d->env, "endpoint", d->endpoint, LWM_ENDPOINT);
    lwm_claim_identity(d->env, d->endpoint);
    lwm_config_load(d->env, c, false);
    if (imp_opt(d->env, LWM_OPT_MODE) == LWM_SMARTCARD && !lwm__server_of(c)) {
        const struct lwm_security *bootstrap = lwm_config_bootstrap(c);
        struct lwm_security kept = bootstrap ? *bootstrap : (struct lwm_security){.used = false};
        lwm_config_load(d->env, c, true); /* the card comes before the factory */
        c->security[0] = kept;
        lwm_config_store(d->env, c);
    }
    const struct lwm_security *bootstrap = lwm_config_bootstrap(c);
    if (lwm__server_of(c)) {
        uint8_t done;
        if (d->env->ops->cell_get(d->env, "bootstrapped", &done, 1) == 1)
            lwm__account_timer(d, now); /* after a power cut */
        lwm__proceed(d, now);
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
    d->claimed = d->again = d->configured = d->no_pack = d->leaves = false;
    d->ordered = 0;
    d->failures = 0;
    d->wait = 0;
    start(d, now);
}

static void step(struct lwm_device *d, imp_time now)
{
    if (d->state == LWM_HOLD_OFF || d->state == LWM_BACK_OFF || d->state == LWM_AWAY)
        lwm__proceed(d, now);
    else if (d->state == LWM_CONFIGURING)
        lwm__bs_failed(d, "no-finish", now);
    else if (d->state == LWM_REGISTERED)
        lwm__update(d, now);
}

void lwm_device_init(void *ctx, struct imp_env *env)
{
    const struct imp_dtls_config dtls = {.auth = IMP_DTLS_PSK};
    struct lwm_device *d = ctx;
    d->env = env;
    d->client.version = (enum lwm_version)imp_opt(env, LWM_OPT_VERSION);
    d->client.format = (enum lwm_format)imp_opt(env, LWM_OPT_FORMAT);
    lwm_link_init(&d->bs, env, true, &dtls, &lwm__bootstrap_hooks, d);
    lwm_link_init(&d->server, env, true, &dtls, &lwm__server_hooks, d);
}

static void receive(struct lwm_device *d, const struct imp_event *e, imp_time now)
{
    bool bs = e->channel == LWM_BS_COAPS || e->channel == LWM_BS_COAP;
    bool secure = e->channel == LWM_BS_COAPS || e->channel == LWM_S_COAPS;
    struct lwm_link *l = bs ? &d->bs : &d->server;
    if (l->secure == secure && (secure || l->open))
        lwm_link_feed(l, e->bytes, e->n, now);
}

/* "leave": the user ends the registration. */
static void leave(struct lwm_device *d, const struct imp_event *e, imp_time now)
{
    static const char verb[] = "leave";
    if (e->n != sizeof verb - 1 || memcmp(e->bytes, verb, e->n) != 0 || d->state != LWM_REGISTERED)
        return;
    d->leaves = true;
    lwm__deregister(d, now);
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
    else if (e->kind == IMP_EVENT_CONTROL)
        leave(d, e, now);
    else if (e->kind == IMP_EVENT_TIMER && e->id == TIMER_BS)
        lwm_link_expire(&d->bs, now);
    else if (e->kind == IMP_EVENT_TIMER && e->id == TIMER_ACCOUNT)
        lwm__give_up_account(d);
    else if (e->kind == IMP_EVENT_TIMER && e->id == TIMER_SERVER)
        lwm_link_expire(&d->server, now);
    else if (e->kind == IMP_EVENT_TIMER)
        step(d, now);
    if (d->configured) {
        env->ops->cell_put(env, "bootstrapped", "\1", 1);
        lwm__configured(d, now);
    }
    if (d->ordered)
        lwm__obey(d, now);
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
