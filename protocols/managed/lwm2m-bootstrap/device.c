/* SPDX-License-Identifier: GPL-2.0-only */
/* device.c - the LwM2M client: accounts of its own or from a card, what comes next. */
#include <stdio.h>
#include <string.h>

#include "device_internal.h"
#include "protocols/crypto/crypto.h"

const struct imp_legal lwm_device_legal[] = {
    {LWM_BS_HANDSHAKE, LWM_MSG_BS_VERIFY},
    {LWM_BS_HANDSHAKE, LWM_MSG_BS_SERVER_FLIGHT},
    {LWM_BS_HANDSHAKE, LWM_MSG_BS_FINISHED},
    {LWM_BS_HANDSHAKE, LWM_MSG_BS_ALERT},
    {LWM_AWAITING, LWM_MSG_DISCOVER},
    {LWM_AWAITING, LWM_MSG_READ},
    {LWM_AWAITING, LWM_MSG_DELETE},
    {LWM_AWAITING, LWM_MSG_WRITE_SECURITY},
    {LWM_AWAITING, LWM_MSG_WRITE_SERVER},
    {LWM_AWAITING, LWM_MSG_WRITE_ACCESS},
    {LWM_AWAITING, LWM_MSG_WRITE_OSCORE},
    {LWM_AWAITING, LWM_MSG_BS_ALERT},
    {LWM_AWAITING, LWM_MSG_BS_FINISHED},
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
    {LWM_CONFIGURING, LWM_MSG_WRITE_OSCORE},
    {LWM_CONFIGURING, LWM_MSG_FINISH},
    {LWM_ENROLLING, LWM_MSG_ENROLLED},
    {LWM_ENROLLING, LWM_MSG_BS_REFUSAL},
    {LWM_ENROLLING, LWM_MSG_BS_ALERT},
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
    {LWM_REGISTERED, LWM_MSG_DISABLE},
    {LWM_REGISTERED, LWM_MSG_UPDATE_TRIGGER},
    {LWM_REGISTERED, LWM_MSG_S_ANSWER},
    {LWM_REGISTERED, LWM_MSG_S_WRITE},
    {LWM_REGISTERED, LWM_MSG_S_READ},
    {LWM_REGISTERED, LWM_MSG_FACTORY_RESET},
    {LWM_REGISTERED, LWM_MSG_S_REFUSAL},
    {LWM_REGISTERED, LWM_MSG_S_ALERT},
    {LWM_DEREGISTERING, LWM_MSG_S_ANSWER},
    {LWM_DEREGISTERING, LWM_MSG_S_REFUSAL},
    {LWM_DEREGISTERING, LWM_MSG_S_ALERT},
    {-1, -1},
};

#define BACK_OFF_MAX (3600 * IMP_S)

/* ---- what comes next */
void lwm__key_of(struct lwm_link *l, char identity[LWM_IDENTITY_MAX + 1],
                 const struct lwm_config *config, const struct lwm_security *s, int server)
{
    const struct lwm_oscore_object *oscore = lwm_config_oscore_of(config, s);
    struct imp_dtls_config *dtls = &l->coaps.dtls;
    bool certificate = lwm_is_certificate(s->mode);
    if (s->mode == LWM_MODE_PSK)
        memcpy(identity, s->identity, s->identity_n);
    identity[s->mode == LWM_MODE_PSK ? s->identity_n : 0] = '\0';
    l->guard = s->mode != LWM_MODE_NOSEC ? LWM_BY_DTLS : oscore ? LWM_BY_OSCORE : LWM_IN_CLEAR;
    l->tcp = lwm_peer_is_tcp(s);
    l->channel = lwm_channel_of(server, l->tcp, l->guard == LWM_BY_DTLS);
    if (oscore)
        lwm_context_make(l->coaps.env, &l->context, oscore, true);
    if (s->mode == LWM_MODE_RPK || certificate)
        imp_p256_pkcs8_read(l->scalar, s->key, s->key_n);
    lwm_peer_name(l->host, s);
    l->own = IMP_PIECE(s->identity, s->identity_n);
    dtls->auth = s->mode == LWM_MODE_RPK ? IMP_DTLS_RPK
                 : certificate           ? IMP_DTLS_X509
                                         : IMP_DTLS_PSK;
    dtls->secret = l->scalar;
    dtls->x509.chain = &l->own;
    dtls->x509.count = 1;
    dtls->x509.secret = l->scalar;
    /* With a certificate the address has a name that counts. */
    dtls->x509.server_name = l->host[0] && (s->sni[0] || certificate) ? l->host : NULL;
    lwm_peer_suites(&dtls->suites, s);
    dtls->psk_identity = identity;
    dtls->psk = s->key;
    dtls->psk_n = s->key_n;
}

void lwm__connect_bootstrap(struct lwm_device *d, const struct lwm_security *s, imp_time now)
{
    lwm_link_free(&d->bs);
    lwm__key_of(&d->bs, d->identity, &d->client.config, s, LWM_BOOTSTRAP);
    d->state = LWM_BS_HANDSHAKE;
    imp_timer(d->env, TIMER_STEP, IMP_NEVER);
    lwm_link_connect(&d->bs, now);
}

static void ask_bootstrap(struct lwm_device *d, imp_time now)
{
    const struct lwm_security *s = lwm_config_bootstrap(&d->client.config);
    if (!s)
        return; /* nobody to ask: it waits for a reset */
    d->again = d->registers = d->awaits = false;
    lwm__connect_bootstrap(d, s, now);
}

void lwm__proceed(struct lwm_device *d, imp_time now)
{
    imp_timer(d->env, TIMER_STEP, IMP_NEVER);
    if (lwm__has_server(&d->client.config) && !lwm_enrol_is_due(&d->client.config) && !d->tired &&
        !d->again)
        lwm__contacts_start(d, now);
    else
        ask_bootstrap(d, now);
}

void lwm__back_off(struct lwm_device *d, imp_time least, imp_time now)
{
    imp_time twice = 2 * d->wait < BACK_OFF_MAX ? 2 * d->wait : BACK_OFF_MAX;
    d->wait = twice > least ? twice : least;
    d->state = LWM_BACK_OFF;
    imp_timer(d->env, TIMER_STEP, now + d->wait);
}

void lwm__session(struct lwm_device *d, struct lwm_link *l, int server, const uint8_t *token,
                  uint8_t sid[LWM_SID])
{
    lwm_sid(l, d->endpoint, token, sid);
    lwm_claim_session(d->env, IMP_CLAIM_RUNNING, d->endpoint, server, l->guard, sid);
    if (l->guard == LWM_BY_DTLS)
        lwm_claim_session(d->env, IMP_CLAIM_COMMIT, d->endpoint, server, l->guard, sid);
}

void lwm__before_asking(struct lwm_device *d, struct lwm_link *l, int server, uint8_t sid[LWM_SID])
{
    if (l->guard == LWM_BY_DTLS)
        lwm__session(d, l, server, NULL, sid);
}

void lwm__asked(struct lwm_device *d, struct lwm_link *l, int server, const uint8_t *token,
                uint8_t sid[LWM_SID])
{
    if (l->guard != LWM_BY_DTLS)
        lwm__session(d, l, server, token, sid);
}

void lwm__answered(struct lwm_device *d, const struct lwm_link *l, int server,
                   const uint8_t sid[LWM_SID])
{
    if (l->guard != LWM_BY_DTLS)
        lwm_claim_session(d->env, IMP_CLAIM_COMMIT, d->endpoint, server, l->guard, sid);
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
    if (imp_opt(d->env, LWM_OPT_MODE) == LWM_SMARTCARD && !lwm__has_server(c)) {
        const struct lwm_security *bootstrap = lwm_config_bootstrap(c);
        struct lwm_security kept = bootstrap ? *bootstrap : (struct lwm_security){.used = false};
        struct lwm_oscore_object oscore = c->oscore[0]; /* the bootstrap account's */
        lwm_config_load(d->env, c, true);               /* the card comes before the factory */
        c->security[0] = kept;
        c->oscore[0] = oscore;
        lwm_config_store(d->env, c);
    }
    const struct lwm_security *bootstrap = lwm_config_bootstrap(c);
    lwm__await(d, now);
    if (lwm__has_server(c)) {
        uint8_t done;
        if (d->env->ops->cell_get(d->env, "bootstrapped", &done, 1) == 1)
            lwm__account_timer(d, now); /* after a power cut */
        lwm__proceed(d, now);
    } else if (bootstrap && d->state == LWM_HOLD_OFF) {
        imp_timer(d->env, TIMER_STEP, now + bootstrap->hold_off * IMP_S);
    }
}

static void reset(struct lwm_device *d, imp_time now)
{
    lwm_config_forget(d->env);
    imp_timer(d->env, TIMER_ACCOUNT, IMP_NEVER);
    d->env->ops->cell_erase(d->env, "bootstrapped");
    lwm_link_free(&d->bs);
    for (size_t i = 0; i < LWM_SERVERS; i++) {
        lwm_link_free(&d->contact[i].link);
        lwm__contact_timer(&d->contact[i], IMP_NEVER);
    }
    lwm__delays_begin(d);
    lwm_client_abort(&d->client);
    d->claimed = d->again = d->configured = d->no_pack = d->leaves = d->tired = d->resets = false;
    d->registers = d->awaits = false;
    d->state = LWM_HOLD_OFF;
    d->wait = 0;
    start(d, now);
}

static void step(struct lwm_device *d, imp_time now)
{
    if (d->registers)
        return;
    if (d->state == LWM_HOLD_OFF || d->state == LWM_BACK_OFF)
        lwm__proceed(d, now);
    else if (d->state == LWM_AWAITING)
        lwm__bs_request(d, now);
    else if (d->state == LWM_CONFIGURING)
        lwm__bs_failed(d, "no-finish", now);
}

static void contact_step(struct lwm_contact *c, imp_time now)
{
    if (c->state == LWM_WAITING || c->state == LWM_BACK_OFF || c->state == LWM_AWAY)
        lwm__connect(c, now);
    else if (c->state == LWM_REGISTERED)
        lwm__update(c, now);
}

void lwm_device_init(void *ctx, struct imp_env *env)
{
    const struct imp_dtls_config dtls = {.auth = IMP_DTLS_PSK,
                                         .retransmit = lwm_dtls_timer(env),
                                         .give_up = LWM_DTLS_PATIENCE * lwm_dtls_timer(env)};
    struct lwm_device *d = ctx;
    d->env = env;
    d->client.version = (enum lwm_version)imp_opt(env, LWM_OPT_VERSION);
    d->client.format = (enum lwm_format)imp_opt(env, LWM_OPT_FORMAT);
    lwm_link_init(&d->bs, env, LWM_BY_DTLS, &dtls, &lwm__bootstrap_hooks, d);
    d->bs.blocks = imp_opt(env, LWM_OPT_PACK);
    for (size_t i = 0; i < LWM_SERVERS; i++) {
        d->contact[i].device = d;
        d->contact[i].index = i;
        lwm_link_init(&d->contact[i].link, env, LWM_BY_DTLS, &dtls, &lwm__server_hooks,
                      &d->contact[i]);
    }
}

/* The contact with the server of that role, or NULL. */
static struct lwm_contact *contact_with(struct lwm_device *d, int role)
{
    for (size_t i = 0; i < LWM_SERVERS; i++)
        if (d->contact[i].used && d->contact[i].role == role) {
            d->last = i;
            return &d->contact[i];
        }
    return NULL;
}

/* What comes on another channel than that of the account is for nobody; who sleeps hears nothing.
 */
static void arrived(struct lwm_device *d, const struct imp_event *e, imp_time now)
{
    int first = lwm_is_stream(e->channel) ? LWM_BS_TLS : LWM_BS_COAPS;
    int role = LWM_BOOTSTRAP + (e->channel - first) / 2;
    struct lwm_contact *c = role == LWM_BOOTSTRAP ? NULL : contact_with(d, role);
    struct lwm_link *l = role == LWM_BOOTSTRAP ? &d->bs : c ? &c->link : NULL;
    bool meant = l && l->channel == e->channel && !(c && c->asleep);
    if (meant && l->tcp)
        lwm_link_event(l, e, now);
    else if (e->kind == IMP_EVENT_OPENED)
        d->env->ops->close(d->env, e->channel, &e->from);
    else if (meant && e->kind == IMP_EVENT_RECEIVE && (l->guard == LWM_BY_DTLS || l->open))
        lwm_link_feed(l, e->bytes, e->n, now);
}

/* "leave": the user ends the registrations. */
static void leave(struct lwm_device *d, const struct imp_event *e, imp_time now)
{
    static const char verb[] = "leave";
    if (e->n != sizeof verb - 1 || memcmp(e->bytes, verb, e->n) != 0 || !d->registers)
        return;
    for (size_t i = 0; i < LWM_SERVERS; i++)
        if (d->contact[i].used && d->contact[i].state == LWM_REGISTERED) {
            d->leaves = true;
            lwm__deregister(&d->contact[i], now);
        }
}

static void timer(struct lwm_device *d, unsigned id, imp_time now)
{
    if (id == TIMER_STEP) {
        step(d, now);
    } else if (id == TIMER_BS) {
        lwm_link_expire(&d->bs, now);
    } else if (id == TIMER_ACCOUNT) {
        lwm__give_up_account(d);
    } else if (id >= TIMER_SLEEP) {
        d->last = id - TIMER_SLEEP;
        lwm__fall_asleep(&d->contact[d->last]);
    } else {
        d->last = (id - TIMER_CONTACT) / TIMERS_OF_CONTACT;
        if ((id - TIMER_CONTACT) % TIMERS_OF_CONTACT == 0)
            contact_step(&d->contact[d->last], now);
        else
            lwm_link_expire(&d->contact[d->last].link, now);
    }
}

/* What an event has brought about, once its answer has gone. */
static void follow(struct lwm_device *d, imp_time now)
{
    if (d->configured) {
        d->env->ops->cell_put(d->env, "bootstrapped", "\1", 1);
        lwm__configured(d, now);
    }
    for (size_t i = 0; i < LWM_SERVERS; i++)
        if (d->contact[i].ordered)
            lwm__obey(&d->contact[i], now);
    if (d->again && d->registers) {
        lwm__contacts_close(d, now);
        ask_bootstrap(d, now);
    }
    if (d->resets) { /* Device, resource 5 */
        lwm__contacts_close(d, now);
        reset(d, now);
    }
}

void lwm_device_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct lwm_device *d = ctx;
    d->now = now;
    if (e->kind == IMP_EVENT_START)
        start(d, now);
    else if (e->kind == IMP_EVENT_RECEIVE || e->kind == IMP_EVENT_OPENED ||
             e->kind == IMP_EVENT_CLOSED)
        arrived(d, e, now);
    else if (e->kind == IMP_EVENT_RESET)
        reset(d, now);
    else if (e->kind == IMP_EVENT_CONTROL)
        leave(d, e, now);
    else if (e->kind == IMP_EVENT_TIMER)
        timer(d, e->id, now);
    follow(d, now);
    imp_timer(env, TIMER_BS, lwm_link_deadline(&d->bs));
    for (unsigned i = 0; i < LWM_SERVERS; i++)
        imp_timer(env, TIMER_CONTACT_LINK + TIMERS_OF_CONTACT * i,
                  lwm_link_deadline(&d->contact[i].link));
}

void lwm_device_fini(void *ctx, struct imp_env *env)
{
    struct lwm_device *d = ctx;
    (void)env;
    lwm_link_fini(&d->bs);
    for (size_t i = 0; i < LWM_SERVERS; i++)
        lwm_link_fini(&d->contact[i].link);
    imp_wipe(d, sizeof *d);
}

int lwm_device_state_of(const void *ctx)
{
    const struct lwm_device *d = ctx;
    const struct lwm_contact *c = &d->contact[d->last];
    return (int)(!d->registers ? d->state : c->asleep ? LWM_ASLEEP : c->state);
}
