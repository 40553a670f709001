/* SPDX-License-Identifier: GPL-2.0-only */
/* device_server.c - the client and the server with which it registers. */
#include "device_internal.h"

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
    lwm__back_off(d, now);
}

static void s_opened(void *arg, imp_time now)
{
    struct lwm_device *d = arg;
    struct imp_coap_message m;
    d->state = LWM_REGISTERING;
    lwm_register_write(&m, &d->registration, &d->client.config, d->endpoint, own_server(d));
    lwm_link_request(&d->server, &m, LWM_MSG_REGISTER, now);
    lwm__session(d, &d->server, LWM_MANAGEMENT, m.token);
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
        lwm__answered(d, &d->server, LWM_MANAGEMENT);
        registered(d, now);
        registered_again(d);
    } else if (d->state == LWM_REGISTERED && label == LWM_MSG_UPDATE) {
        if (here && response->code == IMP_COAP_CHANGED)
            next_update(d, now);
        else
            s_failed(d, "update-refused", now);
    }
}

void lwm__update(struct lwm_device *d, imp_time now)
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

const struct imp_coaps_hooks lwm__server_hooks = {.send = s_send,
                                                  .serve = s_serve,
                                                  .verify = lwm__s_verify,
                                                  .verify_chain = lwm__s_verify_chain,
                                                  .done = s_done,
                                                  .opened = s_opened,
                                                  .data = lwm__no_data,
                                                  .over = s_over};
