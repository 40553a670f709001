/* SPDX-License-Identifier: GPL-2.0-only */
/* estc_device.c - the client. */
#include "estc.h"

#include "protocols/crypto/crypto.h"

#include <stdio.h>
#include <string.h>

static void back_off(struct estc_device *d, const char *why, imp_time now)
{
    est_claim(d->env, IMP_CLAIM_REJECT, why);
    imp_coaps_close(&d->secure, now);
    d->state = ESTC_BACK_OFF;
    imp_timer(d->env, ESTC_TIMER_STEP, now + imp_opt(d->env, ESTC_OPT_BACK_OFF) * IMP_S);
}

static bool verify(void *arg, const struct imp_piece *chain, size_t count)
{
    struct estc_device *d = arg;
    struct imp_x509_info info;
    if (imp_x509_read(&info, chain[0].p, chain[0].n) != 0)
        return false;
    memcpy(d->has.server, info.pub, sizeof d->has.server);
    return d->env->adversary || imp_flawed(d->env, ESTC_FLAW_ANY_SERVER) ||
           est_is_server(d->env, chain, count, &d->has.anchor);
}

void estc_try(struct estc_device *d, imp_time now)
{
    if (!estc_enrol(d, now))
        back_off(d, "no-request", now);
}

/* A second session after 5.03, or for the next certificate, asks for nothing else. */
static void opened(void *arg, imp_time now)
{
    struct estc_device *d = arg;
    estc_sid(&d->has.sid, &d->secure);
    bool refresh = !d->fresh && imp_opt(d->env, ESTC_OPT_REFRESH);
    if ((d->has.renewing && !refresh) || d->has.promised)
        estc_try(d, now);
    else if (imp_opt(d->env, ESTC_OPT_DISCOVERY) && !d->has.renewing)
        estc_get(d, ESTC_DISCOVERY, ESTC_MSG_GET_CORE, now);
    else
        estc_get(d, ESTC_ANCHORS, ESTC_MSG_GET_CRTS, now);
}

/* ---- the session -------------------------------------------------------------------------------
 */
static int awaited(const struct estc_device *d)
{
    switch (d->state) {
    case ESTC_DISCOVERY:
        return ESTC_MSG_GET_CORE;
    case ESTC_ANCHORS:
        return ESTC_MSG_GET_CRTS;
    case ESTC_ATTRIBUTES:
        return ESTC_MSG_GET_ATT;
    case ESTC_ENROLLING:
        return d->asking;
    default:
        return -1;
    }
}

static void done(void *arg, int label, enum imp_coap_outcome outcome,
                 const struct imp_coap_message *response, imp_time now)
{
    struct estc_device *d = arg;
    if (awaited(d) != label)
        return;
    if (outcome != IMP_COAP_ANSWERED || !estc_answer(d, label, response, now))
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

static void connect(struct estc_device *d, imp_time now)
{
    d->secure.dtls.x509.count = est_shown(&d->has, d->chain);
    d->secure.dtls.x509.secret = d->has.renewing ? d->has.held.secret : d->has.idevid.secret;
    d->state = ESTC_HANDSHAKE;
    imp_coaps_connect(&d->secure, now);
}

void estc_rest(struct estc_device *d, imp_time now)
{
    d->state = ESTC_READY;
    imp_timer(d->env, ESTC_TIMER_STEP,
              est_due(&d->has, imp_opt(d->env, ESTC_OPT_RENEW),
                      imp_opt(d->env, ESTC_OPT_RENEW_PART), now));
}

static void renew(struct estc_device *d, imp_time now)
{
    est_renewing(&d->has, now);
    d->fresh = false;
    connect(d, now);
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
    est_holder_start(env, &d->has);
    d->brought = est_cert_load(env, "anchor", &d->has.anchor);
    if (!d->brought)
        est_cert_load(env, "operator-anchor", &d->has.anchor);
    const struct imp_dtls_config dtls = {
        .auth = IMP_DTLS_X509,
        .record_limit = (size_t)imp_opt(env, ESTC_OPT_RECORD),
        .retransmit = imp_opt(env, ESTC_OPT_TIMER) * IMP_S,
        .give_up = ESTC_DTLS_PATIENCE * imp_opt(env, ESTC_OPT_TIMER) * IMP_S,
        .x509 = {.chain = d->chain, .count = 1, .secret = d->has.idevid.secret}};
    imp_coaps_init(&d->secure, env, &dtls, &hooks, d);
    snprintf(d->root, sizeof d->root, "%s", ESTC_ROOT);
    if (est_cert_load(env, "certificate", &d->has.crt) &&
        est_key_load(env, "own-key", &d->has.held))
        estc_rest(d, now);
    else
        connect(d, now);
}

/* Keeps what the factory gave. */
static void reset(struct estc_device *d, imp_time now)
{
    est_forget(d->env, &d->has);
    imp_coaps_free(&d->secure);
    start(d, now);
}

static void timer(struct estc_device *d, unsigned id, imp_time now)
{
    if (id == ESTC_TIMER_COAPS) {
        imp_coaps_expire(&d->secure, now);
    } else if (d->state == ESTC_BACK_OFF) {
        connect(d, now);
    } else if (d->state == ESTC_WAITING) {
        d->state = ESTC_ENROLLING;
        estc_post_anew(d, now);
    } else if (d->state == ESTC_READY) {
        renew(d, now);
    }
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
        timer(d, e->id, now);
        break;
    case IMP_EVENT_RESET:
        reset(d, now);
        break;
    case IMP_EVENT_CONTROL:
        if (e->n == 5 && memcmp(e->bytes, "renew", 5) == 0 && d->state == ESTC_READY)
            renew(d, now);
        break;
    default:
        break;
    }
    imp_timer(env, ESTC_TIMER_COAPS, imp_coaps_deadline(&d->secure));
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
