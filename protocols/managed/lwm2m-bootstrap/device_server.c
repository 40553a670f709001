/* SPDX-License-Identifier: GPL-2.0-only */
/* device_server.c - the client and one of the servers with which it registers. */
#include "access.h"
#include "device_internal.h"

#define DAY 86400 /* s, the default of resource 5 */

static void s_send(void *arg, int label, const uint8_t *p, size_t n)
{
    struct lwm_contact *c = arg;
    lwm__stay_awake(c);
    imp_send(c->device->env, c->link.channel, c->link.tcp ? &c->link.at : NULL,
             lwm_message_of(label, false), p, n);
}

const struct lwm_server_object *lwm__server_of(const struct lwm_contact *c)
{
    return &c->device->client.config.server[c->index];
}

const struct lwm_security *lwm__security_of(const struct lwm_contact *c)
{
    return lwm_config_security_of(&c->device->client.config, lwm__server_of(c));
}

void lwm__connect(struct lwm_contact *c, imp_time now)
{
    lwm_link_free(&c->link);
    lwm__key_of(&c->link, c->identity, &c->device->client.config, lwm__security_of(c), c->role);
    c->state = LWM_SERVER_HANDSHAKE;
    lwm__contact_timer(c, IMP_NEVER);
    lwm_link_connect(&c->link, now);
}

/* Core 1.2, 6.2.1. */
static void enrol(struct lwm_contact *c, struct imp_coap_message *m, imp_time now)
{
    struct lwm_device *d = c->device;
    c->state = LWM_REGISTERING;
    c->told = lwm__server_of(c)->lifetime;
    lwm_register_write(m, &c->registration, &d->client, d->endpoint, lwm__server_of(c),
                       lwm__queues(c));
    lwm_link_request(&c->link, m, LWM_MSG_REGISTER, now);
}

static void s_opened(void *arg, imp_time now)
{
    struct lwm_contact *c = arg;
    struct imp_coap_message m;
    lwm__before_asking(c->device, &c->link, c->role, c->sid);
    enrol(c, &m, now);
    lwm__asked(c->device, &c->link, c->role, m.token, c->sid);
}

/* The server knows the location no more: the session stays, in clear each registration is one. */
static void enrol_again(struct lwm_contact *c, imp_time now)
{
    struct imp_coap_message m;
    lwm__contact_timer(c, IMP_NEVER);
    enrol(c, &m, now);
    lwm__asked(c->device, &c->link, c->role, m.token, c->sid);
}

/* Away until the disable timeout is over, or for good. */
static void gone(struct lwm_contact *c, imp_time now)
{
    uint32_t timeout = lwm__server_of(c)->disable_timeout;
    lwm_link_close(&c->link, now);
    c->state = LWM_AWAY;
    lwm__contact_timer(c, c->device->leaves ? IMP_NEVER : now + (timeout ? timeout : DAY) * IMP_S);
}

/* Updates come in time for three repetitions of a lost one. */
static void next_update(struct lwm_contact *c, imp_time now)
{
    lwm__contact_timer(c, now + lwm__server_of(c)->lifetime * IMP_S / 10 * 7);
}

static void register_done(struct lwm_contact *c, const struct imp_coap_message *response,
                          imp_time now)
{
    if (!response || response->code != IMP_COAP_CREATED ||
        lwm_location_read(c->location, sizeof c->location, response) != 0) {
        bool refused = response && imp_coap_class(response->code) == 4;
        lwm__contact_failed(c, "registration-refused", refused, now);
        return;
    }
    lwm__answered(c->device, &c->link, c->role, c->sid);
    next_update(c, now);
    lwm__contact_good(c, now);
}

static void s_done(void *arg, int label, enum imp_coap_outcome outcome,
                   const struct imp_coap_message *response, imp_time now)
{
    struct lwm_contact *c = arg;
    bool here = outcome == IMP_COAP_ANSWERED;
    if (c->state == LWM_REGISTERING && label == LWM_MSG_REGISTER) {
        register_done(c, here ? response : NULL, now);
    } else if (c->state == LWM_REGISTERED && label == LWM_MSG_UPDATE) {
        if (here && response->code == IMP_COAP_CHANGED)
            next_update(c, now);
        else if (here && response->code == IMP_COAP_NOT_FOUND)
            enrol_again(c, now);
        else
            lwm__contact_failed(c, "update-refused", false, now);
    } else if (c->state == LWM_DEREGISTERING && label == LWM_MSG_DEREGISTER) {
        gone(c, now); /* whatever the answer is */
    }
}

void lwm__update(struct lwm_contact *c, imp_time now)
{
    struct imp_coap_message m;
    uint32_t lifetime = lwm__server_of(c)->lifetime;
    lwm_update_write(&m, &c->registration, c->location, lifetime, c->told);
    c->told = lifetime;
    if (lwm_link_request(&c->link, &m, LWM_MSG_UPDATE, now) != 0)
        lwm__contact_failed(c, "closed", false, now);
}

/* Core 1.2, 6.2.3: DELETE of the location. */
void lwm__deregister(struct lwm_contact *c, imp_time now)
{
    struct imp_coap_message m = {.code = IMP_COAP_DELETE};
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, c->location);
    c->state = LWM_DEREGISTERING;
    lwm__contact_timer(c, IMP_NEVER);
    if (lwm_link_request(&c->link, &m, LWM_MSG_DEREGISTER, now) != 0)
        gone(c, now);
}

void lwm__obey(struct lwm_contact *c, imp_time now)
{
    int order = c->ordered;
    c->ordered = 0;
    if (c->state != LWM_REGISTERED)
        return;
    if (order == LWM_MSG_DISABLE)
        lwm__deregister(c, now);
    else if (order == LWM_MSG_UPDATE_TRIGGER)
        lwm__update(c, now);
    else if (order == LWM_MSG_TRIGGER)
        c->device->again = true;
    else if (order == LWM_MSG_FACTORY_RESET)
        c->device->resets = true;
}

/* The executable resources that are known here, or 0: of a Server instance, and of Device. */
static int order_of(const struct lwm_resource *at)
{
    static const struct {
        uint16_t object, resource;
        int message;
    } known[] = {{LWM_SERVER, 4, LWM_MSG_DISABLE},
                 {LWM_SERVER, 8, LWM_MSG_UPDATE_TRIGGER},
                 {LWM_SERVER, 9, LWM_MSG_TRIGGER},
                 {LWM_DEVICE_OBJECT, 5, LWM_MSG_FACTORY_RESET}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].object == at->object && known[i].resource == at->resource)
            return known[i].message;
    return 0;
}

static bool may(const struct lwm_contact *c, enum lwm_right right, const struct lwm_resource *at)
{
    return lwm_access_may(&c->device->client.config, lwm__server_of(c)->short_id, right,
                          (uint16_t)at->object, (uint16_t)at->instance);
}

/* Whose registration an order is about: that of the Server instance, or the server's own. NULL:
 * there is no such instance. */
static struct lwm_contact *meant(struct lwm_contact *c, const struct lwm_resource *at)
{
    struct lwm_device *d = c->device;
    if (at->object == LWM_DEVICE_OBJECT)
        return at->instance == 0 ? c : NULL;
    for (size_t i = 0; i < LWM_SERVERS && at->object == LWM_SERVER; i++)
        if (d->contact[i].used && lwm__server_of(&d->contact[i])->instance == at->instance)
            return &d->contact[i];
    return NULL;
}

static enum imp_coap_code execute(struct lwm_contact *c, const struct lwm_resource *at)
{
    int order = order_of(at);
    struct lwm_contact *target = meant(c, at);
    if (!order || !target)
        return IMP_COAP_NOT_FOUND;
    if (!may(c, LWM_MAY_EXECUTE, at))
        return IMP_COAP_UNAUTHORIZED;
    if (!lwm_is_legal(lwm_device_legal, (int)target->state, order) ||
        (order == LWM_MSG_TRIGGER && !lwm_config_bootstrap(&c->device->client.config)))
        return IMP_COAP_METHOD_NOT_ALLOWED;
    target->ordered = order; /* after the answer has gone */
    return IMP_COAP_CHANGED;
}

/* Of an object what this server may see of it. */
static enum imp_coap_code read(struct lwm_contact *c, const struct lwm_resource *at,
                               const struct imp_coap_message *m, struct imp_coap_reply *reply)
{
    const struct lwm_path path = {at->object, at->instance};
    struct lwm_config view;
    if (at->object > LWM_ACCESS)
        return IMP_COAP_NOT_FOUND;
    if (at->object == LWM_SECURITY ||
        (at->object == LWM_SERVER && meant(c, at) && !may(c, LWM_MAY_READ, at)))
        return IMP_COAP_UNAUTHORIZED;
    lwm_access_view(&view, &c->device->client.config, lwm__server_of(c)->short_id);
    return lwm_client_read(&c->device->client, &view, path, m, reply);
}

/* Write of resources of a Server instance. A lifetime that is another is told (Core 1.2, 6.2.2). */
static enum imp_coap_code write(struct lwm_contact *c, const struct lwm_resource *at,
                                const struct imp_coap_message *m)
{
    struct lwm_contact *target = meant(c, at);
    struct lwm_config *config = &c->device->client.config;
    uint32_t format;
    if (at->object != LWM_SERVER || !target)
        return at->object == LWM_SECURITY ? IMP_COAP_UNAUTHORIZED : IMP_COAP_NOT_FOUND;
    if (!may(c, LWM_MAY_WRITE, at))
        return IMP_COAP_UNAUTHORIZED;
    if (!imp_coap_get_uint(m, IMP_COAP_CONTENT_FORMAT, &format) ||
        format != IMP_COAP_FORMAT_LWM2M_TLV)
        return IMP_COAP_UNSUPPORTED_CONTENT_FORMAT;
    struct lwm_server_object *server = &config->server[target->index];
    uint32_t lifetime = server->lifetime;
    int result = lwm_server_update(server, m->payload, m->payload_n);
    if (result != 0)
        return result < 0 ? IMP_COAP_BAD_REQUEST : IMP_COAP_METHOD_NOT_ALLOWED;
    lwm_config_store(c->device->env, config);
    if (server->lifetime != lifetime)
        target->ordered = LWM_MSG_UPDATE_TRIGGER;
    return IMP_COAP_CHANGED;
}

/* Read, Write and Execute, of a server that is registered with (Core 1.2, 6.3). */
static void s_serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                    imp_time now)
{
    struct lwm_contact *c = arg;
    struct lwm_resource at;
    enum imp_coap_code code = IMP_COAP_NOT_FOUND;
    (void)now;
    bool readable = lwm_resource_read(&at, m) == 0 && at.object >= 0;
    if (readable && m->code == IMP_COAP_GET && at.resource < 0)
        code = read(c, &at, m, reply);
    else if (readable && m->code == IMP_COAP_POST && at.resource >= 0)
        code = execute(c, &at);
    else if (readable && m->code == IMP_COAP_POST)
        code = write(c, &at, m);
    reply->message.code = (uint8_t)code;
    reply->label = imp_coap_class((uint8_t)code) == 2 ? LWM_MSG_S_ANSWER : LWM_MSG_S_REFUSAL;
    if (code == IMP_COAP_UNAUTHORIZED)
        lwm_claim(c->device->env, IMP_CLAIM_REJECT, "no-right");
}

static void s_over(void *arg, enum imp_coaps_end end, const char *why, imp_time now)
{
    struct lwm_contact *c = arg;
    (void)why;
    if (c->state == LWM_SERVER_HANDSHAKE || c->state == LWM_REGISTERING ||
        (c->state == LWM_REGISTERED && !c->device->again))
        lwm__contact_failed(c, end == IMP_COAPS_HANDSHAKE_FAILED ? "handshake-failed" : "closed",
                            false, now);
    else if (c->state == LWM_DEREGISTERING)
        gone(c, now);
}

const struct imp_coaps_hooks lwm__server_hooks = {.send = s_send,
                                                  .serve = s_serve,
                                                  .verify = lwm__s_verify,
                                                  .verify_chain = lwm__s_verify_chain,
                                                  .done = s_done,
                                                  .opened = s_opened,
                                                  .data = lwm__no_data,
                                                  .over = s_over};
