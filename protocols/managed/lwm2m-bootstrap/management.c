/* SPDX-License-Identifier: GPL-2.0-only */
/* management.c - the LwM2M server: registrations, updates, and the trigger of a bootstrap. */
#include <stdio.h>
#include <string.h>

#include "lwm2m.h"
#include "protocols/codec/text.h"
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
    {LWM_DONE, LWM_MSG_DEREGISTER},
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

/* With EST the client has made its key, and the certificate says whose it is. */
static bool by_name(struct imp_env *env, const char *name)
{
    return imp_opt(env, LWM_OPT_S_SECURITY) == LWM_OPT_EST && name[0] && knows(env, name);
}

/* The operator finds a client by its Sender ID, and beside its key the Master Salt. */
static bool oscore(struct lwm_session *s, struct lwm_oscore_object *out, const uint8_t *kid,
                   size_t n)
{
    struct imp_env *env = s->host->env;
    struct lwm_credential c;
    char cell[LWM_CELL_MAX], identity[LWM_IDENTITY + 1] = "";
    if (n != LWM_KID)
        return false;
    imp_hex_encode(s->asked, sizeof s->asked, kid, n);
    bool known = lwm_credential_find(env, s->asked, &c);
    lwm_cell_name(cell, "salt", s->asked);
    env->ops->cell_get(env, cell, identity, LWM_IDENTITY);
    if (!identity[0]) /* an adversary's guess */
        snprintf(identity, sizeof identity, "%s0000", s->asked);
    lwm_server_oscore(env, out, identity, c.key);
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

static const char bootstrap_word[] = "bootstrap"; /* the operator's, for the trigger */

static void create(struct lwm_session *s, const struct imp_coap_message *m,
                   const struct lwm_registration *r, struct imp_coap_reply *reply, imp_time now)
{
    struct lwm_credential c = {.trigger = false};
    char *location = (char *)reply->scratch;
    if (!s->guard)
        snprintf(s->endpoint, sizeof s->endpoint, "%s", r->endpoint);
    else
        lwm_credential_find(s->host->env, s->identity, &c);
    if (s->guard == LWM_BY_OSCORE || (s->guard == LWM_IN_CLEAR && m->token_n == LWM_TOKEN)) {
        lwm_sid(&s->link, s->endpoint, m->token, s->sid);
        lwm_session_claim(s, IMP_CLAIM_RUNNING);
        lwm_session_claim(s, IMP_CLAIM_COMMIT);
    }
    snprintf(s->location, sizeof s->location, "rd/%04x", ++s->host->registered & 0xffff);
    memcpy(location, s->location, sizeof s->location);
    imp_coap_add_path(&reply->message, IMP_COAP_LOCATION_PATH, location);
    reply->message.code = IMP_COAP_CREATED;
    reply->label = LWM_MSG_REGISTERED;
    s->lifetime = r->lifetime;
    s->expires = now + r->lifetime * IMP_S;
    lwm_queue_begin(&s->queue, r->queue, now);
    if (c.trigger && r->queue)
        lwm_queue_put(&s->queue, true, bootstrap_word, strlen(bootstrap_word), now);
    s->go = c.trigger;
    if (!c.trigger)
        lwm_session_complete(s);
    imp_wipe(&c, sizeof c);
}

/* POST and DELETE of the session's own location (Core 1.2, 6.2.2 and 6.2.3). */
static void own_location(struct lwm_session *s, const struct imp_coap_message *m,
                         struct imp_coap_reply *reply, imp_time now)
{
    reply->label = LWM_MSG_S_ANSWER;
    reply->message.code = IMP_COAP_DELETED;
    if (m->code == IMP_COAP_DELETE) {
        s->location[0] = '\0';
        s->state = LWM_OPEN;
        return;
    }
    enum imp_coap_code code = lwm_update_read(&s->lifetime, m);
    reply->message.code = (uint8_t)code;
    if (code != IMP_COAP_CHANGED) {
        lwm_refuse(s, reply, code, "bad-update");
        return;
    }
    s->expires = now + s->lifetime * IMP_S;
    lwm_queue_heard(&s->queue, now);
    s->go = s->queue.n > 0; /* what waits follows the answer */
}

/* Core 1.2, 6.2.1: a registration ends with its lifetime. */
static bool is_registered(struct lwm_session *s, imp_time now)
{
    if (s->location[0] && now >= s->expires)
        s->location[0] = '\0';
    return s->location[0];
}

/* POST /rd, or a location; another one than the session's is not found. */
static void serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                  imp_time now)
{
    struct lwm_session *s = arg;
    struct lwm_registration r;
    if (is_registered(s, now) && imp_coap_path_is(m, s->location) &&
        (m->code == IMP_COAP_POST || m->code == IMP_COAP_DELETE)) {
        own_location(s, m, reply, now);
        return;
    }
    enum imp_coap_code code =
        lwm_register_read(&r, m, (enum lwm_version)imp_opt(s->host->env, LWM_OPT_VERSION));
    if (code != IMP_COAP_CREATED)
        lwm_refuse(s, reply, code, "bad-registration");
    else if (s->guard && strcmp(r.endpoint, s->endpoint) != 0 && !s->host->env->adversary)
        lwm_refuse(s, reply, IMP_COAP_FORBIDDEN, "other-name");
    else
        create(s, m, &r, reply, now);
}

static void send(struct lwm_session *s, struct imp_coap_message *m, int label, imp_time now)
{
    s->state = LWM_ASKING;
    lwm_link_request(&s->link, m, label, now);
}

/* What this server asks of the client: of a path, or of what is behind its own Server instance, as
 * the bootstrap server wrote it, or behind the other server's. */
enum whose { NOBODY, OWN, OTHER };
static void ask(struct lwm_session *s, enum imp_coap_code method, enum whose whose,
                const char *behind, int label, imp_time now)
{
    struct imp_coap_message m = {.code = (uint8_t)method};
    unsigned own = s->host->service->instance;
    char path[16];
    if (whose == NOBODY)
        snprintf(path, sizeof path, "%s", behind);
    else
        snprintf(path, sizeof path, "1/%u%s", whose == OWN ? own : 3 - own, behind);
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, path);
    send(s, &m, label, now);
}

/* "lifetime 600": Write of resource 1 of the own instance. */
static bool write_lifetime(struct lwm_session *s, const char *word, size_t n, imp_time now)
{
    static const char verb[] = "lifetime ";
    struct imp_coap_message m = {.code = IMP_COAP_POST};
    uint8_t tlv[16];
    struct lwm_tlv_writer w = {.p = tlv, .cap = sizeof tlv};
    char path[16];
    int64_t seconds = 0;
    if (n < sizeof verb || memcmp(word, verb, sizeof verb - 1) != 0)
        return false;
    for (size_t i = sizeof verb - 1; i < n && seconds <= INT32_MAX; i++)
        seconds = 10 * seconds + (word[i] - '0');
    lwm_tlv_put_int(&w, LWM_TLV_RESOURCE, 1, seconds);
    snprintf(path, sizeof path, "1/%u", s->host->service->instance);
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, path);
    imp_coap_add_uint(&m, IMP_COAP_CONTENT_FORMAT, IMP_COAP_FORMAT_LWM2M_TLV);
    m.payload = tlv;
    m.payload_n = w.n;
    send(s, &m, LWM_MSG_S_WRITE, now);
    return true;
}

static void carry_out(struct lwm_session *s, const char *word, size_t n, imp_time now)
{
    static const struct {
        const char *word;
        enum whose whose;
        enum imp_coap_code method;
        const char *behind;
        int label;
    } commands[] = {{bootstrap_word, OWN, IMP_COAP_POST, "/9", LWM_MSG_TRIGGER},
                    {"disable", OWN, IMP_COAP_POST, "/4", LWM_MSG_DISABLE},
                    {"update", OWN, IMP_COAP_POST, "/8", LWM_MSG_UPDATE_TRIGGER},
                    {"read", OWN, IMP_COAP_GET, "", LWM_MSG_S_READ},
                    {"read-other", OTHER, IMP_COAP_GET, "", LWM_MSG_S_READ},
                    {"read-all", NOBODY, IMP_COAP_GET, "1", LWM_MSG_S_READ},
                    {"read-security", NOBODY, IMP_COAP_GET, "0", LWM_MSG_S_READ},
                    {"disable-other", OTHER, IMP_COAP_POST, "/4", LWM_MSG_DISABLE},
                    {"factory-reset", NOBODY, IMP_COAP_POST, "3/0/5", LWM_MSG_FACTORY_RESET}};
    if (write_lifetime(s, word, n, now))
        return;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strlen(commands[i].word) == n && memcmp(commands[i].word, word, n) == 0)
            ask(s, commands[i].method, commands[i].whose, commands[i].behind, commands[i].label,
                now);
}

static void next_waiting(struct lwm_session *s, imp_time now)
{
    struct lwm_waiting w;
    if (s->queue.n > 0 && is_registered(s, now) && lwm_queue_take(&s->queue, &w, now))
        carry_out(s, w.word, w.n, now);
}

/* After an answer: what waits, or at a registration with a key of the factory the trigger. */
static void follow(struct lwm_session *s, imp_time now)
{
    if (s->queue.on)
        next_waiting(s, now);
    else
        carry_out(s, bootstrap_word, strlen(bootstrap_word), now);
}

static void command(struct lwm_session *s, const char *word, size_t n, imp_time now)
{
    if (!is_registered(s, now))
        return;
    int waits = lwm_queue_put(&s->queue, !lwm_link_idle(&s->link), word, n, now);
    if (waits < 0)
        lwm_claim(s->host->env, IMP_CLAIM_REJECT, "queue-full");
    else if (waits == 0 && lwm_link_idle(&s->link))
        carry_out(s, word, n, now);
}

static void done(void *arg, int label, enum imp_coap_outcome outcome,
                 const struct imp_coap_message *response, imp_time now)
{
    struct lwm_session *s = arg;
    enum imp_coap_code wants = label == LWM_MSG_S_READ ? IMP_COAP_CONTENT : IMP_COAP_CHANGED;
    s->state = s->location[0] && label != LWM_MSG_TRIGGER ? LWM_DONE : LWM_OPEN;
    if (outcome != IMP_COAP_ANSWERED || response->code != wants)
        lwm_claim(s->host->env, IMP_CLAIM_REJECT, "client-refused");
    if (outcome == IMP_COAP_ANSWERED)
        lwm_queue_heard(&s->queue, now);
    next_waiting(s, now);
}

/* The two differ in where they are, and in the instance that is theirs. */
#define SERVICE(ROLE, INSTANCE, NAME)                                                              \
    {                                                                                              \
        .role = (ROLE), .security = LWM_OPT_S_SECURITY, .transport = LWM_OPT_S_TRANSPORT,          \
        .instance = (INSTANCE), .name = (NAME), .psk = key, .knows = knows, .by_name = by_name,    \
        .oscore = oscore, .endpoint = endpoint, .serve = serve, .done = done, .follow = follow,    \
        .command = command                                                                         \
    }

void lwm_management_init(void *ctx, struct imp_env *env)
{
    static const struct lwm_service service = SERVICE(LWM_MANAGEMENT, 1, "lwm2m-server");
    lwm_host_init(ctx, env, &service);
}

void lwm_second_init(void *ctx, struct imp_env *env)
{
    static const struct lwm_service service = SERVICE(LWM_SECOND, 2, "second-server");
    lwm_host_init(ctx, env, &service);
}
