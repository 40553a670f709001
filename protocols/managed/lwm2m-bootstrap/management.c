/* SPDX-License-Identifier: GPL-2.0-only */
/* management.c - the LwM2M server: registrations, updates, and the trigger of a bootstrap. */
#include <stdio.h>
#include <string.h>

#include "lwm2m.h"
#include "protocols/crypto/crypto.h"

const struct imp_legal lwm_management_legal[] = {
    {LWM_IDLE, LWM_MSG_S_HELLO},
    {LWM_HANDSHAKE, LWM_MSG_S_HELLO},
    {LWM_HANDSHAKE, LWM_MSG_S_CLIENT_FLIGHT},
    {LWM_HANDSHAKE, LWM_MSG_S_ALERT},
    {LWM_OPEN, LWM_MSG_S_HELLO},
    {LWM_OPEN, LWM_MSG_S_ALERT},
    {LWM_OPEN, LWM_MSG_REGISTER},
    {LWM_ASKING, LWM_MSG_S_HELLO},
    {LWM_ASKING, LWM_MSG_S_ALERT},
    {LWM_ASKING, LWM_MSG_S_ANSWER},
    {LWM_ASKING, LWM_MSG_S_REFUSAL},
    {LWM_DONE, LWM_MSG_S_HELLO},
    {LWM_DONE, LWM_MSG_S_ALERT},
    {LWM_DONE, LWM_MSG_REGISTER},
    {LWM_DONE, LWM_MSG_UPDATE},
    {-1, -1},
};

static int key(struct imp_env *env, uint8_t out[32], const char *identity)
{
    struct lwm_credential c;
    if (!lwm_credential_find(env, identity, &c))
        return -1;
    memcpy(out, c.key, LWM_PSK);
    imp_wipe(&c, sizeof c);
    return LWM_PSK;
}

static bool knows(struct imp_env *env, const char *key_name)
{
    struct lwm_credential c;
    bool known = lwm_credential_find(env, key_name, &c);
    imp_wipe(&c, sizeof c);
    return known;
}

static const char *endpoint(struct lwm_session *s)
{
    struct lwm_credential c;
    lwm_credential_find(s->host->env, s->identity, &c);
    snprintf(s->endpoint, sizeof s->endpoint, "%s", c.endpoint);
    imp_wipe(&c, sizeof c);
    return s->identity[0] ? s->endpoint : "";
}

static void create(struct lwm_session *s, const struct imp_coap_message *m,
                   const struct lwm_registration *r, struct imp_coap_reply *reply)
{
    struct lwm_credential c = {.trigger = false};
    char *location = (char *)reply->scratch;
    if (!s->secure) {
        snprintf(s->endpoint, sizeof s->endpoint, "%s", r->endpoint);
        if (m->token_n == LWM_TOKEN) {
            lwm_sid(&s->link, s->endpoint, m->token, s->sid);
            lwm_session_claim(s, IMP_CLAIM_RUNNING);
            lwm_session_claim(s, IMP_CLAIM_COMMIT);
        }
    } else {
        lwm_credential_find(s->host->env, s->identity, &c);
    }
    snprintf(location, 16, "rd/%04x", ++s->host->registered & 0xffff);
    imp_coap_add_path(&reply->message, IMP_COAP_LOCATION_PATH, location);
    reply->message.code = IMP_COAP_CREATED;
    reply->label = LWM_MSG_REGISTERED;
    s->go = c.trigger;
    if (!c.trigger)
        lwm_session_complete(s);
    imp_wipe(&c, sizeof c);
}

/* POST /rd, or POST and DELETE of a location: of the session's own, since it has one. */
static void serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                  imp_time now)
{
    struct lwm_session *s = arg;
    struct lwm_registration r;
    const struct imp_coap_option *first = imp_coap_find(m, IMP_COAP_URI_PATH, 0);
    bool rd = first && first->n == 2 && memcmp(imp_coap_value(first), "rd", 2) == 0;
    bool location = rd && imp_coap_find(m, IMP_COAP_URI_PATH, 1);
    (void)now;
    if (location && s->state == LWM_DONE &&
        (m->code == IMP_COAP_POST || m->code == IMP_COAP_DELETE)) {
        reply->message.code = m->code == IMP_COAP_POST ? IMP_COAP_CHANGED : IMP_COAP_DELETED;
        reply->label = LWM_MSG_S_ANSWER;
        return;
    }
    enum imp_coap_code code = lwm_register_read(&r, m);
    if (code != IMP_COAP_CREATED)
        lwm_refuse(s, reply, code, "bad-registration");
    else if (s->secure && strcmp(r.endpoint, s->endpoint) != 0 && !s->host->env->adversary)
        lwm_refuse(s, reply, IMP_COAP_FORBIDDEN, "other-name");
    else
        create(s, m, &r, reply);
}

static void trigger(struct lwm_session *s, imp_time now)
{
    struct imp_coap_message m = {.code = IMP_COAP_POST};
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, "1/1/9");
    s->state = LWM_ASKING;
    lwm_link_request(&s->link, &m, LWM_MSG_TRIGGER, now);
}

static void done(void *arg, int label, enum imp_coap_outcome outcome,
                 const struct imp_coap_message *response, imp_time now)
{
    struct lwm_session *s = arg;
    (void)label;
    (void)now;
    s->state = LWM_OPEN;
    if (outcome != IMP_COAP_ANSWERED || response->code != IMP_COAP_CHANGED)
        lwm_claim(s->host->env, IMP_CLAIM_REJECT, "client-refused");
}

void lwm_management_init(void *ctx, struct imp_env *env)
{
    static const struct lwm_service service = {.role = LWM_MANAGEMENT,
                                               .channel_secure = LWM_S_COAPS,
                                               .channel_plain = LWM_S_COAP,
                                               .security = LWM_OPT_S_SECURITY,
                                               .name = "lwm2m-server",
                                               .psk = key,
                                               .knows = knows,
                                               .endpoint = endpoint,
                                               .serve = serve,
                                               .done = done,
                                               .follow = trigger};
    lwm_host_init(ctx, env, &service);
}
