/* SPDX-License-Identifier: GPL-2.0-only */
/* bootstrap_server.c - answers Bootstrap-Requests and carries out its plan. */
#include <stdio.h>
#include <string.h>

#include "lwm2m.h"
#include "pack.h"
#include "protocols/codec/text.h"
#include "protocols/crypto/crypto.h"
#include "push.h"

enum { PACK_SZX = 6 }; /* blocks of 1024 octets */

const struct imp_legal lwm_bootstrap_legal[] = {
    {LWM_IDLE, LWM_MSG_BS_HELLO},
    {LWM_HANDSHAKE, LWM_MSG_BS_HELLO},
    {LWM_HANDSHAKE, LWM_MSG_BS_CLIENT_FLIGHT},
    {LWM_HANDSHAKE, LWM_MSG_BS_ALERT},
    {LWM_OPEN, LWM_MSG_BS_HELLO},
    {LWM_OPEN, LWM_MSG_BS_ALERT},
    {LWM_OPEN, LWM_MSG_REQUEST},
    {LWM_OPEN, LWM_MSG_PACK_REQUEST},
    {LWM_ASKING, LWM_MSG_BS_HELLO},
    {LWM_ASKING, LWM_MSG_BS_ALERT},
    {LWM_ASKING, LWM_MSG_REQUEST},
    {LWM_ASKING, LWM_MSG_BS_ANSWER},
    {LWM_ASKING, LWM_MSG_BS_REFUSAL},
    {LWM_DONE, LWM_MSG_BS_HELLO},
    {LWM_DONE, LWM_MSG_BS_ALERT},
    {LWM_ASKING, LWM_MSG_ENROL},
    {LWM_DONE, LWM_MSG_ENROL},
    {LWM_DONE, LWM_MSG_REQUEST},
    {LWM_DONE, LWM_MSG_PACK_REQUEST},
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

static bool name_of_key(struct imp_env *env, char out[LWM_ENDPOINT + 1], const char *key_name)
{
    char cell[LWM_CELL_MAX];
    lwm_cell_name(cell, "rk", key_name);
    memset(out, 0, LWM_ENDPOINT + 1);
    return env->ops->cell_get(env, cell, out, LWM_ENDPOINT) == LWM_ENDPOINT;
}

static bool knows(struct imp_env *env, const char *key_name)
{
    char name[LWM_ENDPOINT + 1];
    return name_of_key(env, name, key_name) || env->adversary;
}

/* A client's Sender ID is the serial number in its name. */
static bool oscore(struct lwm_session *s, struct lwm_oscore_object *out, const uint8_t *kid,
                   size_t n)
{
    struct lwm_entry entry;
    char serial[2 * LWM_KID + 1];
    if (n != LWM_KID)
        return false;
    imp_hex_encode(serial, sizeof serial, kid, n);
    snprintf(s->asked, sizeof s->asked, LWM_ENDPOINT_PREFIX "%s", serial);
    bool known = lwm_entry_find(s->host->env, s->asked, &entry) || s->host->env->adversary;
    lwm_bootstrap_oscore(s->host->env, out, s->asked, entry.key);
    imp_wipe(&entry, sizeof entry);
    return known;
}

/* The identity of a symmetric key is the client's name; a key pair is listed with it. */
static const char *endpoint(struct lwm_session *s)
{
    int64_t security = imp_opt(s->host->env, LWM_OPT_BS_SECURITY);
    if (security == LWM_OPT_PSK || security == LWM_OPT_OSCORE)
        return s->identity;
    name_of_key(s->host->env, s->endpoint, s->identity);
    return s->endpoint;
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
    return !s->guard || s->host->env->adversary || strcmp(out, s->endpoint) == 0;
}

/* Who asks is without DTLS known since now. */
static void asked(struct lwm_session *s, const struct imp_coap_message *m, const char *name)
{
    memcpy(s->endpoint, name, strlen(name) + 1);
    if (s->guard == LWM_BY_DTLS || (s->guard == LWM_IN_CLEAR && m->token_n != LWM_TOKEN))
        return;
    lwm_sid(&s->link, s->endpoint, m->token, s->sid);
    lwm_session_claim(s, IMP_CLAIM_RUNNING);
    lwm_session_claim(s, IMP_CLAIM_COMMIT);
}

/* The block that is asked for. What comes of it is seen at the client's server: the pack itself is
 * not confirmed. */
static void give_block(struct lwm_session *s, struct imp_coap_reply *reply,
                       const struct imp_coap_block *b)
{
    unsigned szx = b->szx < PACK_SZX ? b->szx : PACK_SZX;
    if (imp_block_put(&reply->message, IMP_COAP_BLOCK2, s->pack, s->pack_n, b->num, szx) != 0) {
        lwm_refuse(s, reply, IMP_COAP_BAD_REQUEST, "no-such-block");
        return;
    }
    imp_coap_add_uint(&reply->message, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_SENML_CBOR);
    reply->message.code = IMP_COAP_CONTENT;
    reply->label = LWM_MSG_PACK;
    if (((size_t)b->num + 1) * imp_block_size(szx) < s->pack_n)
        return;
    lwm_claim_config(s->host->env, &s->plan.config, s->endpoint, s->guard, s->sid);
    lwm_session_complete(s);
}

static void give_pack(struct lwm_session *s, struct imp_coap_reply *reply,
                      const struct imp_coap_block *b)
{
    s->pack_n = lwm_pack_write(s->pack, sizeof s->pack, s->host->env, &s->plan.config);
    if (s->pack_n == 0) /* the client asks for a bootstrap */
        lwm_refuse(s, reply, IMP_COAP_NOT_ACCEPTABLE, "pack-too-large");
    else
        give_block(s, reply, b);
}

static enum lwm_version version_of(const struct imp_env *env)
{
    return (enum lwm_version)imp_opt(env, LWM_OPT_VERSION);
}

/* What the client prefers, or else our own; -1: it is not supported (4.15). */
static int format_for(const struct imp_env *env, const struct imp_coap_message *m,
                      enum lwm_format *out)
{
    size_t n;
    const char *pct = imp_coap_query(m, "pct", &n);
    if (!lwm_has_senml(version_of(env))) {
        *out = LWM_TLV; /* and the parameter is unknown */
        return 0;
    }
    *out = (enum lwm_format)imp_opt(env, LWM_OPT_FORMAT);
    return !pct || lwm_format_named(out, pct, n) ? 0 : -1;
}

void lwm_session_plan(struct lwm_session *s, const struct lwm_entry *entry)
{
    const struct imp_env *env = s->host->env;
    memset(&s->plan, 0, sizeof s->plan);
    lwm_account(env, &s->plan.config, entry);
    s->plan.discover = imp_opt(env, LWM_OPT_DISCOVER) != 0;
    s->plan.delete_all = imp_opt(env, LWM_OPT_DELETE) != 0;
    s->plan.verify = imp_opt(env, LWM_OPT_VERIFY) != 0 && lwm_has_read(version_of(env));
}

static void give_plan(struct lwm_session *s, const struct imp_coap_message *m,
                      struct imp_coap_reply *reply)
{
    if (format_for(s->host->env, m, &s->plan.format) != 0) {
        lwm_refuse(s, reply, IMP_COAP_UNSUPPORTED_CONTENT_FORMAT, "other-format");
        return;
    }
    reply->message.code = IMP_COAP_CHANGED;
    reply->label = LWM_MSG_BS_ANSWER;
    s->go = true;
}

/* LWM_REQUEST, LWM_PACK if packs are given, or neither. */
static enum lwm_operation wanted(const struct imp_env *env, const struct imp_coap_message *m)
{
    if (m->code == IMP_COAP_POST && imp_coap_path_is(m, "bs"))
        return LWM_REQUEST;
    if (m->code == IMP_COAP_GET && imp_coap_path_is(m, "bspack") && imp_opt(env, LWM_OPT_PACK) &&
        lwm_has_pack(version_of(env)))
        return LWM_PACK;
    return LWM_UNKNOWN;
}

/* Security mode 4; in DTLS alone (RFC 9148 section 3). */
static void enrol(struct lwm_session *s, const struct imp_coap_message *m,
                  struct imp_coap_reply *reply)
{
    enum imp_coap_code code = s->guard == LWM_BY_DTLS
                                  ? lwm_enrol_serve(s->host->env, m, s->endpoint, reply)
                                  : IMP_COAP_FORBIDDEN;
    if (code != IMP_COAP_CHANGED) {
        lwm_refuse(s, reply, code, "bad-enrolment");
        return;
    }
    reply->message.code = (uint8_t)code;
    reply->label = LWM_MSG_ENROLLED;
}

static void serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                  imp_time now)
{
    struct lwm_session *s = arg;
    struct lwm_entry entry;
    char name[LWM_NAME_MAX + 1];
    enum lwm_operation operation = wanted(s->host->env, m);
    struct imp_coap_block b = {.szx = PACK_SZX};
    imp_coap_get_block(m, IMP_COAP_BLOCK2, &b);
    (void)now;
    if (lwm_enrol_is_asked(m)) {
        enrol(s, m, reply);
    } else if (operation == LWM_UNKNOWN) {
        lwm_refuse(s, reply, IMP_COAP_NOT_FOUND, "bad-request");
    } else if (!name_of(s, m, name)) {
        lwm_refuse(s, reply, s->guard ? IMP_COAP_FORBIDDEN : IMP_COAP_BAD_REQUEST, "other-name");
    } else if (!lwm_entry_find(s->host->env, name, &entry)) {
        lwm_refuse(s, reply, IMP_COAP_BAD_REQUEST, "unknown-endpoint");
    } else if (operation == LWM_PACK && b.num > 0) {
        give_block(s, reply, &b);
    } else {
        asked(s, m, name);
        lwm_session_plan(s, &entry);
        if (operation == LWM_PACK)
            give_pack(s, reply, &b);
        else
            give_plan(s, m, reply);
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
                                   [LWM_WRITE_OSCORE] = LWM_MSG_WRITE_OSCORE,
                                   [LWM_FINISH] = LWM_MSG_FINISH};
    return messages[operation];
}

static void next(struct lwm_session *s, imp_time now)
{
    struct imp_coap_message m;
    bool first = s->state != LWM_ASKING;
    s->operation = lwm_plan_next(&s->plan, &m);
    if (s->operation == LWM_UNKNOWN)
        return;
    imp_charge(s->host->env, IMP_OP_CODEC, m.payload_n);
    s->state = LWM_ASKING;
    if (s->operation == LWM_FINISH)
        lwm_claim_config(s->host->env, &s->plan.config, s->endpoint, s->guard, s->sid);
    lwm_link_request(&s->link, &m, message_of(s->operation), now);
    if (first)
        lwm_push_sent(s, m.token);
}

static void done(void *arg, int label, enum imp_coap_outcome outcome,
                 const struct imp_coap_message *response, imp_time now)
{
    struct lwm_session *s = arg;
    (void)label;
    if (s->state != LWM_ASKING)
        return;
    if (lwm_push_refused(s, outcome == IMP_COAP_ANSWERED ? response : NULL))
        return;
    if (outcome != IMP_COAP_ANSWERED || !lwm_plan_answer(&s->plan, s->operation, response)) {
        lwm_claim(s->host->env, IMP_CLAIM_REJECT, "client-refused");
        lwm_link_close(&s->link, now);
        s->state = LWM_IDLE;
        return;
    }
    lwm_push_answered(s);
    if (s->operation == LWM_FINISH) {
        lwm_session_complete(s);
        if (!lwm_enrol_is_due(&s->plan.config)) /* else the client closes */
            lwm_link_close(&s->link, now);
    } else {
        next(s, now);
    }
}

void lwm_bootstrap_init(void *ctx, struct imp_env *env)
{
    static const struct lwm_service service = {.role = LWM_BOOTSTRAP,
                                               .security = LWM_OPT_BS_SECURITY,
                                               .transport = LWM_OPT_BS_TRANSPORT,
                                               .name = "bootstrap-server",
                                               .psk = key,
                                               .knows = knows,
                                               .oscore = oscore,
                                               .endpoint = endpoint,
                                               .start = lwm_push_start,
                                               .opened = lwm_push_opened,
                                               .serve = serve,
                                               .done = done,
                                               .follow = next};
    lwm_host_init(ctx, env, &service);
}
