/* SPDX-License-Identifier: GPL-2.0-only */
/* tpsk_device.c - shows its secret, proves it, registers, and takes another key. */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "tpsk.h"

const struct imp_legal tpsk_device_legal[] = {
    {TPSK_HANDSHAKE, TPSK_MSG_VERIFY_REQUEST},
    {TPSK_HANDSHAKE, TPSK_MSG_SERVER_FLIGHT},
    {TPSK_HANDSHAKE, TPSK_MSG_FINISHED},
    {TPSK_HANDSHAKE, TPSK_MSG_ALERT},
    {TPSK_REGISTERING, TPSK_MSG_REGISTERED},
    {TPSK_REGISTERING, TPSK_MSG_REFUSAL},
    {TPSK_REGISTERING, TPSK_MSG_ALERT},
    {TPSK_REPLACING, TPSK_MSG_NEW_KEY},
    {TPSK_REPLACING, TPSK_MSG_ALERT},
    {TPSK_OPERATIONAL, TPSK_MSG_ALERT},
    {-1, -1},
};

enum { TIMER_STEP, TIMER_SECURE, TIMER_PIN };

static void connect(struct tpsk_device *d, imp_time now)
{
    d->state = TPSK_HANDSHAKE;
    d->secure.dtls.psk = d->key.octets;
    d->secure.dtls.psk_n = d->key.n;
    d->secure.dtls.psk_identity = d->serial;
    imp_timer(d->env, TIMER_STEP, IMP_NEVER);
    imp_coaps_connect(&d->secure, now);
}

static void show(struct tpsk_device *d)
{
    char label[TPSK_LABEL_MAX + 1];
    d->failures = 0;
    imp_oob(d->env, TPSK_LABEL, TPSK_MSG_LABEL, label,
            tpsk_label_write(label, d->serial, d->secret));
    imp_wipe(label, sizeof label);
}

/* Whoever has typed it sees that the device does not come, and looks at it again. */
static void failed(struct tpsk_device *d)
{
    int64_t again = imp_opt(d->env, TPSK_OPT_AGAIN);
    tpsk_claim(d->env, IMP_CLAIM_REJECT, "handshake-failed");
    d->failures++;
    if (again > 0 && d->failures >= again && *d->secret && !d->replaced)
        show(d);
}

static void back_off(struct tpsk_device *d, imp_time now)
{
    d->state = TPSK_BACK_OFF;
    imp_timer(d->env, TIMER_STEP, now + imp_opt(d->env, TPSK_OPT_BACK_OFF) * IMP_S);
}

static void over(void *arg, enum imp_coaps_end end, const char *why, imp_time now)
{
    struct tpsk_device *d = arg;
    (void)why;
    if (end == IMP_COAPS_HANDSHAKE_FAILED)
        failed(d);
    if (d->state != TPSK_OPERATIONAL)
        back_off(d, now);
}

static void operational(struct tpsk_device *d)
{
    d->state = TPSK_OPERATIONAL;
    imp_timer(d->env, TIMER_PIN, IMP_NEVER);
    imp_timer(d->env, TIMER_STEP, IMP_NEVER);
    if (!d->claimed)
        tpsk_claim(d->env, IMP_CLAIM_COMPLETE, NULL);
    d->claimed = true;
}

static void opened(void *arg, imp_time now)
{
    struct tpsk_device *d = arg;
    struct imp_coap_message m = {
        .code = IMP_COAP_POST, .payload = (const uint8_t *)d->serial, .payload_n = TPSK_SERIAL};
    imp_coaps_export(&d->secure, d->sid, sizeof d->sid);
    tpsk_claim_session(d->env, IMP_CLAIM_RUNNING, d->serial, d->sid);
    tpsk_claim_session(d->env, IMP_CLAIM_COMMIT, d->serial, d->sid);
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, "register");
    d->state = TPSK_REGISTERING;
    imp_coaps_request(&d->secure, &m, TPSK_MSG_REGISTER, now);
}

static void done(void *arg, int label, enum imp_coap_outcome outcome,
                 const struct imp_coap_message *response, imp_time now)
{
    struct tpsk_device *d = arg;
    (void)label;
    if (!tpsk_is_legal(tpsk_device_legal, (int)d->state, TPSK_MSG_REGISTERED))
        return;
    if (outcome != IMP_COAP_ANSWERED || response->code != IMP_COAP_CREATED) {
        tpsk_claim(d->env, IMP_CLAIM_REJECT, "refused");
        imp_coaps_close(&d->secure, now);
        back_off(d, now);
    } else if (imp_opt(d->env, TPSK_OPT_REPLACE) && !d->replaced) {
        d->state = TPSK_REPLACING;
    } else {
        operational(d);
    }
}

static void refuse(struct tpsk_device *d, struct imp_coap_reply *reply, enum imp_coap_code code)
{
    tpsk_claim(d->env, IMP_CLAIM_REJECT, "bad-request");
    reply->message.code = (uint8_t)code;
    reply->label = TPSK_MSG_REFUSAL;
}

/* PUT /psk: the session has proven that the server knows the label; from now on it is worth nothing
 * until a reset. */
static void serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                  imp_time now)
{
    static const struct imp_coap_route routes[] = {{IMP_COAP_PUT, "psk", TPSK_MSG_NEW_KEY},
                                                   {.path = NULL}};
    struct tpsk_device *d = arg;
    int message = imp_coap_message_of(routes, m);
    (void)now;
    if (message < 0) {
        refuse(d, reply, IMP_COAP_NOT_FOUND);
    } else if (!tpsk_is_legal(tpsk_device_legal, (int)d->state, message)) {
        refuse(d, reply, IMP_COAP_CONFLICT);
    } else if (m->payload_n != TPSK_KEY) {
        refuse(d, reply, IMP_COAP_BAD_REQUEST);
    } else {
        memcpy(d->key.octets, m->payload, TPSK_KEY);
        d->key.n = TPSK_KEY;
        tpsk_psk_store(d->env, &d->key, "psk");
        d->replaced = true;
        tpsk_claim_key(d->env, d->serial, d->sid, d->key.octets);
        reply->message.code = IMP_COAP_CHANGED;
        reply->label = TPSK_MSG_CHANGED;
        operational(d);
    }
}

static void data(void *arg, imp_time now)
{
    (void)arg;
    (void)now;
}

static void secure_send(void *arg, int label, const uint8_t *datagram, size_t n)
{
    struct tpsk_device *d = arg;
    imp_send(d->env, TPSK_COAPS, NULL, tpsk_message_of(label), datagram, n);
}

/* ---- the secret
 * ---------------------------------------------------------------------------- */
/* A PIN is good for one introduction, and for so long. */
static void new_pin(struct tpsk_device *d, imp_time now)
{
    tpsk_pin_draw(d->env, d->secret);
    tpsk_from_text(d->env, &d->key, d->serial, d->secret,
                   imp_opt(d->env, TPSK_OPT_STRETCHING) != 0);
    tpsk_psk_store(d->env, &d->key, "first-key");
    show(d);
    imp_timer(d->env, TIMER_PIN, now + imp_opt(d->env, TPSK_OPT_LIFETIME) * IMP_S);
}

static void printed(struct tpsk_device *d)
{
    tpsk_psk_load(d->env, &d->key, "label");
    tpsk_to_text(d->secret, &d->key);
    tpsk_psk_store(d->env, &d->key, "first-key");
    show(d);
}

static void start(struct tpsk_device *d, imp_time now)
{
    struct imp_env *env = d->env;
    env->ops->cell_get(env, "serial", d->serial, TPSK_SERIAL);
    imp_claim(env, &(struct imp_claim){.kind = IMP_CLAIM_IDENTITY,
                                       .layer = "dtls",
                                       .self = (const uint8_t *)d->serial,
                                       .self_n = TPSK_SERIAL});
    d->replaced = tpsk_psk_load(env, &d->key, "psk");
    bool known = d->replaced || (env->adversary && /* cracked, or photographed */
                                 tpsk_psk_load(env, &d->key, "first-key"));
    bool pin = imp_opt(env, TPSK_OPT_SECRET) == TPSK_SECRET_PIN &&
               !imp_flawed(env, TPSK_FLAW_DEFAULT_SECRET);
    if (!known && pin)
        new_pin(d, now);
    else if (!known)
        printed(d);
    connect(d, now);
}

static void reset(struct tpsk_device *d, imp_time now)
{
    struct imp_env *env = d->env;
    env->ops->cell_erase(env, "psk");
    imp_coaps_free(&d->secure);
    d->replaced = d->claimed = false;
    start(d, now);
}

void tpsk_device_init(void *ctx, struct imp_env *env)
{
    static const struct imp_coaps_hooks hooks = {.send = secure_send,
                                                 .serve = serve,
                                                 .done = done,
                                                 .opened = opened,
                                                 .data = data,
                                                 .over = over};
    struct tpsk_device *d = ctx;
    const struct imp_dtls_config dtls = {
        .auth = IMP_DTLS_PSK, .psk_ecdhe = imp_opt(env, TPSK_OPT_EXCHANGE) == TPSK_EXCHANGE_ECDHE};
    d->env = env;
    imp_coaps_init(&d->secure, env, &dtls, &hooks, d);
}

static void timer(struct tpsk_device *d, unsigned id, imp_time now)
{
    if (id == TIMER_SECURE)
        imp_coaps_expire(&d->secure, now);
    else if (id == TIMER_STEP && d->state == TPSK_BACK_OFF)
        connect(d, now);
    else if (id == TIMER_PIN && (d->state == TPSK_BACK_OFF || d->state == TPSK_HANDSHAKE)) {
        new_pin(d, now);
        connect(d, now);
    }
}

void tpsk_device_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct tpsk_device *d = ctx;
    switch (e->kind) {
    case IMP_EVENT_START:
        start(d, now);
        break;
    case IMP_EVENT_RECEIVE:
        if (e->channel == TPSK_COAPS)
            imp_coaps_feed(&d->secure, e->bytes, e->n, now);
        break;
    case IMP_EVENT_TIMER:
        timer(d, e->id, now);
        break;
    case IMP_EVENT_RESET:
        reset(d, now);
        break;
    case IMP_EVENT_CONTROL:
        if (e->n == strlen("reconnect") && memcmp(e->bytes, "reconnect", e->n) == 0)
            connect(d, now);
        break;
    default:
        break;
    }
    imp_timer(env, TIMER_SECURE, imp_coaps_deadline(&d->secure));
}

void tpsk_device_fini(void *ctx, struct imp_env *env)
{
    struct tpsk_device *d = ctx;
    (void)env;
    imp_coaps_free(&d->secure);
    imp_wipe(d, sizeof *d);
}

int tpsk_device_state_of(const void *ctx)
{
    return (int)((const struct tpsk_device *)ctx)->state;
}
