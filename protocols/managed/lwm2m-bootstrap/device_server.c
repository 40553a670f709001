/* SPDX-License-Identifier: GPL-2.0-only */
/* device_server.c - the client and the server with which it registers. */
#include "device_internal.h"

#include <stdio.h>

#define DAY 86400 /* s, the default of resource 5 */

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
    lwm_register_write(&m, &d->registration, &d->client, d->endpoint, own_server(d));
    lwm_link_request(&d->server, &m, LWM_MSG_REGISTER, now);
    lwm__session(d, &d->server, LWM_MANAGEMENT, m.token);
}

/* Away until the disable timeout is over, or for good. */
static void gone(struct lwm_device *d, imp_time now)
{
    uint32_t timeout = own_server(d)->disable_timeout;
    lwm_link_close(&d->server, now);
    d->state = LWM_AWAY;
    imp_timer(d->env, TIMER_STEP, d->leaves ? IMP_NEVER : now + (timeout ? timeout : DAY) * IMP_S);
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
    } else if (d->state == LWM_DEREGISTERING && label == LWM_MSG_DEREGISTER) {
        gone(d, now); /* whatever the answer is */
    }
}

void lwm__update(struct lwm_device *d, imp_time now)
{
    struct imp_coap_message m = {.code = IMP_COAP_POST};
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, d->location);
    if (lwm_link_request(&d->server, &m, LWM_MSG_UPDATE, now) != 0)
        s_failed(d, "closed", now);
}

/* Core 1.2, 6.2.3: DELETE of the location. */
void lwm__deregister(struct lwm_device *d, imp_time now)
{
    struct imp_coap_message m = {.code = IMP_COAP_DELETE};
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, d->location);
    d->state = LWM_DEREGISTERING;
    imp_timer(d->env, TIMER_STEP, IMP_NEVER);
    if (lwm_link_request(&d->server, &m, LWM_MSG_DEREGISTER, now) != 0)
        gone(d, now);
}

void lwm__obey(struct lwm_device *d, imp_time now)
{
    int order = d->ordered;
    d->ordered = 0;
    if (d->state != LWM_REGISTERED)
        return;
    if (order == LWM_MSG_DISABLE)
        lwm__deregister(d, now);
    else if (order == LWM_MSG_UPDATE_TRIGGER)
        lwm__update(d, now);
    else if (order == LWM_MSG_TRIGGER)
        d->again = true;
}

/* The executable resources of the Server instance that are known here, or 0. */
static int order_of(const struct lwm_device *d, const struct imp_coap_message *m)
{
    static const struct {
        int resource, message;
    } known[] = {{4, LWM_MSG_DISABLE}, {8, LWM_MSG_UPDATE_TRIGGER}, {9, LWM_MSG_TRIGGER}};
    const struct lwm_server_object *server = own_server(d);
    char path[24];
    for (size_t i = 0; i < sizeof known / sizeof *known && server; i++) {
        snprintf(path, sizeof path, "1/%u/%d", server->instance, known[i].resource);
        if (m->code == IMP_COAP_POST && imp_coap_path_is(m, path))
            return known[i].message;
    }
    return 0;
}

/* Execute, of the server that is registered with. */
static void s_serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                    imp_time now)
{
    struct lwm_device *d = arg;
    (void)now;
    reply->label = LWM_MSG_S_REFUSAL;
    int order = order_of(d, m);
    if (!order) {
        reply->message.code = IMP_COAP_NOT_FOUND;
    } else if (!lwm_is_legal(lwm_device_legal, (int)d->state, order) ||
               (order == LWM_MSG_TRIGGER && !lwm_config_bootstrap(&d->client.config))) {
        reply->message.code = IMP_COAP_METHOD_NOT_ALLOWED;
    } else {
        reply->label = LWM_MSG_S_ANSWER;
        d->ordered = order; /* after the answer has gone */
    }
}

static void s_over(void *arg, enum imp_coaps_end end, const char *why, imp_time now)
{
    struct lwm_device *d = arg;
    (void)why;
    if (d->state == LWM_SERVER_HANDSHAKE || d->state == LWM_REGISTERING ||
        (d->state == LWM_REGISTERED && !d->again))
        s_failed(d, end == IMP_COAPS_HANDSHAKE_FAILED ? "handshake-failed" : "closed", now);
    else if (d->state == LWM_DEREGISTERING)
        gone(d, now);
}

const struct imp_coaps_hooks lwm__server_hooks = {.send = s_send,
                                                  .serve = s_serve,
                                                  .verify = lwm__s_verify,
                                                  .verify_chain = lwm__s_verify_chain,
                                                  .done = s_done,
                                                  .opened = s_opened,
                                                  .data = lwm__no_data,
                                                  .over = s_over};
