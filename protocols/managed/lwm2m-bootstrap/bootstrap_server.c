/* SPDX-License-Identifier: GPL-2.0-only */
/* bootstrap_server.c - answers Bootstrap-Requests and carries out its plan. */
#include <stdio.h>
#include <string.h>

#include "lwm2m.h"
#include "protocols/crypto/crypto.h"

const struct imp_legal lwm_bootstrap_legal[] = {
    {LWM_IDLE, LWM_MSG_BS_HELLO},
    {LWM_HANDSHAKE, LWM_MSG_BS_HELLO},
    {LWM_HANDSHAKE, LWM_MSG_BS_CLIENT_FLIGHT},
    {LWM_HANDSHAKE, LWM_MSG_BS_ALERT},
    {LWM_OPEN, LWM_MSG_BS_HELLO},
    {LWM_OPEN, LWM_MSG_BS_ALERT},
    {LWM_OPEN, LWM_MSG_REQUEST},
    {LWM_ASKING, LWM_MSG_BS_HELLO},
    {LWM_ASKING, LWM_MSG_BS_ALERT},
    {LWM_ASKING, LWM_MSG_REQUEST},
    {LWM_ASKING, LWM_MSG_BS_ANSWER},
    {LWM_ASKING, LWM_MSG_BS_REFUSAL},
    {LWM_DONE, LWM_MSG_BS_HELLO},
    {LWM_DONE, LWM_MSG_BS_ALERT},
    {LWM_DONE, LWM_MSG_REQUEST},
    {-1, -1},
};

static int key(struct imp_env *env, uint8_t out[32], const char *identity)
{
    struct lwm_entry entry;
    if (!lwm_entry_find(env, identity, &entry))
        return -1;
    memcpy(out, entry.key, LWM_PSK);
    imp_wipe(&entry, sizeof entry);
    return LWM_PSK;
}

/* The identity of the key is the client's name. */
static const char *endpoint(struct lwm_session *s)
{
    return s->identity;
}

/* In clear the name is what the request says it is. */
static bool name_of(struct lwm_session *s, const struct imp_coap_message *m, char *out)
{
    size_t n;
    const char *name = imp_coap_query(m, "ep", &n);
    if (!name || n > LWM_NAME_MAX || memchr(name, 0, n))
        return false;
    memcpy(out, name, n);
    out[n] = '\0';
    return !s->secure || strcmp(out, s->endpoint) == 0;
}

static void serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                  imp_time now)
{
    struct lwm_session *s = arg;
    struct lwm_entry entry;
    char name[LWM_NAME_MAX + 1];
    (void)now;
    if (m->code != IMP_COAP_POST || !imp_coap_path_is(m, "bs")) {
        lwm_refuse(s, reply, IMP_COAP_NOT_FOUND, "bad-request");
    } else if (!name_of(s, m, name)) {
        lwm_refuse(s, reply, s->secure ? IMP_COAP_FORBIDDEN : IMP_COAP_BAD_REQUEST, "other-name");
    } else if (!lwm_entry_find(s->host->env, name, &entry)) {
        lwm_refuse(s, reply, IMP_COAP_BAD_REQUEST, "unknown-endpoint");
    } else {
        memcpy(s->endpoint, name, sizeof name);
        if (!s->secure && m->token_n == LWM_TOKEN) {
            lwm_sid(&s->link, s->endpoint, m->token, s->sid);
            lwm_session_claim(s, IMP_CLAIM_RUNNING);
            lwm_session_claim(s, IMP_CLAIM_COMMIT);
        }
        memset(&s->plan, 0, sizeof s->plan);
        lwm_account(s->host->env, &s->plan.config, &entry);
        s->plan.discover = imp_opt(s->host->env, LWM_OPT_DISCOVER) != 0;
        s->plan.delete_all = imp_opt(s->host->env, LWM_OPT_DELETE) != 0;
        s->plan.verify = imp_opt(s->host->env, LWM_OPT_VERIFY) != 0;
        reply->message.code = IMP_COAP_CHANGED;
        reply->label = LWM_MSG_BS_ANSWER;
        s->go = true;
        imp_wipe(&entry, sizeof entry);
    }
}

static int message_of(enum lwm_operation operation)
{
    static const int messages[] = {[LWM_DISCOVER] = LWM_MSG_DISCOVER,
                                   [LWM_READ] = LWM_MSG_READ,
                                   [LWM_DELETE] = LWM_MSG_DELETE,
                                   [LWM_WRITE_SECURITY] = LWM_MSG_WRITE_SECURITY,
                                   [LWM_WRITE_SERVER] = LWM_MSG_WRITE_SERVER,
                                   [LWM_WRITE_ACCESS] = LWM_MSG_WRITE_ACCESS,
                                   [LWM_FINISH] = LWM_MSG_FINISH};
    return messages[operation];
}

static void next(struct lwm_session *s, imp_time now)
{
    struct imp_coap_message m;
    s->operation = lwm_plan_next(&s->plan, &m);
    if (s->operation == LWM_UNKNOWN)
        return;
    imp_charge(s->host->env, IMP_OP_CODEC, m.payload_n);
    s->state = LWM_ASKING;
    if (s->operation == LWM_FINISH)
        lwm_claim_config(s->host->env, &s->plan.config, s->endpoint, s->secure, s->sid);
    lwm_link_request(&s->link, &m, message_of(s->operation), now);
}

static void done(void *arg, int label, enum imp_coap_outcome outcome,
                 const struct imp_coap_message *response, imp_time now)
{
    struct lwm_session *s = arg;
    (void)label;
    if (s->state != LWM_ASKING)
        return;
    if (outcome != IMP_COAP_ANSWERED || !lwm_plan_answer(&s->plan, s->operation, response)) {
        lwm_claim(s->host->env, IMP_CLAIM_REJECT, "client-refused");
        lwm_link_close(&s->link, now);
        s->state = LWM_IDLE;
    } else if (s->operation == LWM_FINISH) {
        lwm_session_complete(s);
        lwm_link_close(&s->link, now);
    } else {
        next(s, now);
    }
}

void lwm_bootstrap_init(void *ctx, struct imp_env *env)
{
    static const struct lwm_service service = {.role = LWM_BOOTSTRAP,
                                               .channel_secure = LWM_BS_COAPS,
                                               .channel_plain = LWM_BS_COAP,
                                               .security = LWM_OPT_BS_SECURITY,
                                               .name = "bootstrap-server",
                                               .psk = key,
                                               .endpoint = endpoint,
                                               .serve = serve,
                                               .done = done,
                                               .follow = next};
    lwm_host_init(ctx, env, &service);
}
