/* SPDX-License-Identifier: GPL-2.0-only */
/* controller.c - the EAP authenticator with its EAP server: a CoAP client of each peer's resources.
 */
#include <stdio.h>
#include <string.h>

#include "coap_eap.h"
#include "protocols/crypto/crypto.h"
#include "protocols/eap/eap_packet.h"

const struct imp_legal ceap_controller_legal[] = {
    {CEAP_SESSION_IDLE, CEAP_MSG_TRIGGER},
    {CEAP_SESSION_IDENTITY, CEAP_MSG_RESPONSE_IDENTITY},
    {CEAP_SESSION_IDENTITY, CEAP_MSG_ERROR},
    {CEAP_SESSION_IDENTITY, CEAP_MSG_EMPTY},
    {CEAP_SESSION_IDENTITY, CEAP_MSG_TRIGGER},
    {CEAP_SESSION_RESPONSE, CEAP_MSG_RESPONSE},
    {CEAP_SESSION_RESPONSE, CEAP_MSG_ERROR},
    {CEAP_SESSION_RESPONSE, CEAP_MSG_EMPTY},
    {CEAP_SESSION_RESPONSE, CEAP_MSG_TRIGGER},
    {CEAP_SESSION_CHANGED, CEAP_MSG_CHANGED},
    {CEAP_SESSION_CHANGED, CEAP_MSG_ERROR},
    {CEAP_SESSION_CHANGED, CEAP_MSG_EMPTY},
    {CEAP_SESSION_CHANGED, CEAP_MSG_TRIGGER},
    {CEAP_SESSION_FAILING, CEAP_MSG_UNAUTHORIZED},
    {CEAP_SESSION_FAILING, CEAP_MSG_ERROR},
    {CEAP_SESSION_FAILING, CEAP_MSG_EMPTY},
    {CEAP_SESSION_FAILING, CEAP_MSG_TRIGGER},
    {CEAP_SESSION_OPEN, CEAP_MSG_TRIGGER},
    {CEAP_SESSION_DELETED, CEAP_MSG_DELETED},
    {CEAP_SESSION_DELETED, CEAP_MSG_ERROR},
    {CEAP_SESSION_DELETED, CEAP_MSG_EMPTY},
    {CEAP_SESSION_DELETED, CEAP_MSG_TRIGGER},
    {0, -1},
};

enum { TIMERS = 32 }; /* a session's index modulo this is its timer */

static int64_t rid_i_label(const struct ceap_session *s)
{
    return imp_opt(s->controller->env, CEAP_OPT_RID_I_LABEL);
}

static imp_time now_of(const struct ceap_session *s)
{
    return s->controller->now;
}

/* ---- requests
 * --------------------------------------------------------------------------------------- */
static void end(struct ceap_session *s, enum ceap_session_state state)
{
    imp_eap_server_abort(&s->eap, s->controller->env, now_of(s));
    s->state = state;
}

static void post(struct ceap_session *s, const uint8_t *payload, size_t n, int label,
                 enum ceap_session_state await)
{
    struct imp_coap_message m = {.code = IMP_COAP_POST, .payload = payload, .payload_n = n};
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, s->path);
    ceap_add_format(&m, s->controller->env);
    s->state = await;
    if (imp_coap_request(&s->coap, IMP_COAP_CON, &m, label, now_of(s)) != 0)
        end(s, CEAP_SESSION_IDLE);
}

static void protected_request(struct ceap_session *s, unsigned code, const uint8_t *payload,
                              size_t n, int label, enum ceap_session_state await)
{
    uint8_t sealed[IMP_OSCORE_BUFFER];
    struct imp_coap_message outer, m = {.code = (uint8_t)code, .payload = payload, .payload_n = n};
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, s->path);
    if (n)
        ceap_add_format(&m, s->controller->env);
    s->state = await;
    if (imp_oscore_protect_request(s->controller->env, &s->security.oscore, &m, &outer, sealed,
                                   &s->binding) != 0 ||
        imp_coap_request(&s->coap, IMP_COAP_CON, &outer, label, now_of(s)) != 0)
        end(s, CEAP_SESSION_IDLE);
}

/* EAP-Request/Identity, and behind it what the controller offers. */
static void begin(struct ceap_session *s)
{
    struct imp_env *env = s->controller->env;
    static const int64_t suites[] = {CEAP_SUITE};
    struct ceap_agreed *a = &s->agreed;
    uint8_t payload[CEAP_PAYLOAD_MAX], id;
    imp_coap_abandon(&s->coap);
    imp_eap_server_abort(&s->eap, env, now_of(s));
    memset(&s->context, 0, sizeof s->context);
    imp_eap_server_init(&s->eap, s->controller->method, &s->context, &s->controller->shared,
                        IMP_EAP_OFFER_METHOD);
    *a = (struct ceap_agreed){.rid_c_n = 1};
    imp_random(env, "rid-c", a->rid_c, 1);
    imp_random(env, "eap-id", &id, 1);
    struct ceap_info offer = {.has_suites = imp_opt(env, CEAP_OPT_SEND_SUITES) != 0,
                              .suites = {CEAP_SUITE},
                              .suite_count = 1,
                              .has_rid_c = true,
                              .rid_c = a->rid_c,
                              .rid_c_n = a->rid_c_n};
    if (offer.has_suites)
        a->cs_c_n = ceap_suites_write(env, a->cs_c, sizeof a->cs_c, suites, 1);
    size_t n = imp_eap_server_identity_request(&s->eap, id, payload, IMP_EAP_MTU);
    n += ceap_info_write(env, payload + n, &offer, rid_i_label(s));
    post(s, payload, n, CEAP_MSG_REQUEST_IDENTITY, CEAP_SESSION_IDENTITY);
}

/* EAP-Success goes under OSCORE, with the session's lifetime. */
static void grant(struct ceap_session *s, uint8_t *payload, size_t n)
{
    struct imp_env *env = s->controller->env;
    struct imp_eap_export x;
    const struct ceap_info info = {.has_lifetime = true,
                                   .lifetime = (uint32_t)imp_opt(env, CEAP_OPT_LIFETIME)};
    if (!imp_eap_server_export(&s->eap, &x) || !x.has_key ||
        ceap_derive(env, &s->security, &x, &s->agreed, true) != 0) {
        end(s, CEAP_SESSION_IDLE);
        return;
    }
    s->security.lifetime = info.lifetime;
    snprintf(s->peer_id, sizeof s->peer_id, "%s", x.peer_id);
    n += ceap_info_write(env, payload + n, &info, rid_i_label(s));
    ceap_claim_running(env, &s->security);
    protected_request(s, IMP_COAP_POST, payload, n, CEAP_MSG_SUCCESS, CEAP_SESSION_CHANGED);
}

/* ---- responses
 * -------------------------------------------------------------------------------------- */

/* Location-Path as "a/b/c". 0, or -1: none, or longer than a resource of ours may be. */
static int read_location(struct ceap_session *s, const struct imp_coap_message *m)
{
    const struct imp_coap_option *o;
    char path[CEAP_PATH_MAX];
    size_t n = 0;
    for (size_t k = 0; (o = imp_coap_find(m, IMP_COAP_LOCATION_PATH, k)); k++) {
        if (n + o->n + 2 > sizeof path || (o->n && memchr(imp_coap_value(o), 0, o->n)))
            return -1;
        if (k)
            path[n++] = '/';
        memcpy(path + n, imp_coap_value(o), o->n);
        n += o->n;
    }
    if (n == 0)
        return -1;
    path[n] = 0;
    memcpy(s->path, path, sizeof path);
    return 0;
}

static int settle(struct ceap_session *s, const struct ceap_info *answer)
{
    struct ceap_agreed *a = &s->agreed;
    if (!answer->has_rid_i ||
        (answer->has_suites && (answer->suite_count != 1 || answer->suites[0] != CEAP_SUITE)))
        return -1;
    a->rid_i_n = answer->rid_i_n;
    memcpy(a->rid_i, answer->rid_i, answer->rid_i_n);
    if (answer->has_suites) {
        a->cs_i_n = answer->suites_cbor_n;
        memcpy(a->cs_i, answer->suites_cbor, a->cs_i_n);
    }
    return 0;
}

static void refused(struct ceap_session *s, const char *why)
{
    ceap_claim(s->controller->env, IMP_CLAIM_REJECT, why);
    end(s, CEAP_SESSION_IDLE);
}

static void eap_response(struct ceap_session *s, const struct imp_coap_message *m)
{
    struct imp_env *env = s->controller->env;
    uint8_t out[CEAP_PAYLOAD_MAX];
    struct ceap_info answer;
    size_t n, out_n;
    bool first = s->state == CEAP_SESSION_IDENTITY;
    if (m->code != IMP_COAP_CREATED || read_location(s, m) != 0 ||
        ceap_content_read(env, &answer, &n, m->payload, m->payload_n, rid_i_label(s)) != 0 ||
        (first && settle(s, &answer) != 0)) {
        refused(s, "bad response");
        return;
    }
    switch (
        imp_eap_server_receive(&s->eap, env, m->payload, n, out, IMP_EAP_MTU, &out_n, now_of(s))) {
    case IMP_EAP_SERVER_SEND:
        post(s, out, out_n, CEAP_MSG_REQUEST, CEAP_SESSION_RESPONSE);
        break;
    case IMP_EAP_SERVER_ACCEPT:
        grant(s, out, out_n);
        break;
    case IMP_EAP_SERVER_REJECT:
        post(s, out, out_n, CEAP_MSG_FAILURE, CEAP_SESSION_FAILING);
        break;
    default: /* discarded by EAP, but its exchange is over: so is the conversation */
        refused(s, "EAP response discarded");
    }
}

static void open_session(struct ceap_session *s)
{
    imp_time lifetime = s->security.lifetime * IMP_S;
    s->state = CEAP_SESSION_OPEN;
    s->expiry = lifetime ? now_of(s) + lifetime : IMP_NEVER;
    ceap_claim_commit(s->controller->env, &s->security, s->peer_id);
    imp_claim(s->controller->env, &(struct imp_claim){.kind = IMP_CLAIM_COMPLETE});
}

static bool verified(struct ceap_session *s, const struct imp_coap_message *m, unsigned code)
{
    uint8_t buffer[IMP_OSCORE_BUFFER];
    struct imp_coap_message inner;
    return imp_oscore_open_response(s->controller->env, &s->security.oscore, &s->binding, m, &inner,
                                    buffer) == 0 &&
           inner.code == code;
}

/* The adversary's controller says EAP-Success in clear when its last request was refused: with the
 * identifier of the one before, which is the last that the peer answered. */
static void bluff(struct ceap_session *s)
{
    uint8_t success[4];
    size_t n =
        imp_eap_write_result(success, sizeof success, IMP_EAP_SUCCESS, (uint8_t)(s->eap.id - 1));
    end(s, CEAP_SESSION_IDLE);
    post(s, success, n, CEAP_MSG_SUCCESS, CEAP_SESSION_FAILING);
}

static void done(void *arg, int label, enum imp_coap_outcome outcome,
                 const struct imp_coap_message *m, imp_time now)
{
    struct ceap_session *s = arg;
    (void)now;
    (void)label;
    if (outcome != IMP_COAP_ANSWERED) {
        refused(s, outcome == IMP_COAP_TIMEOUT ? "no answer" : "reset");
        return;
    }
    if (s->controller->env->adversary && s->state == CEAP_SESSION_RESPONSE &&
        m->code != IMP_COAP_CREATED) {
        bluff(s);
        return;
    }
    switch (s->state) {
    case CEAP_SESSION_IDENTITY:
    case CEAP_SESSION_RESPONSE:
        eap_response(s, m);
        break;
    case CEAP_SESSION_CHANGED:
        if (verified(s, m, IMP_COAP_CHANGED) || imp_flawed(s->controller->env, CEAP_FLAW_PEER_AUTH))
            open_session(s);
        else
            refused(s, "OSCORE does not verify");
        break;
    case CEAP_SESSION_DELETED:
        verified(s, m, IMP_COAP_DELETED);
        imp_wipe(&s->security, sizeof s->security);
        s->state = CEAP_SESSION_IDLE;
        break;
    default:
        s->state = CEAP_SESSION_IDLE;
    }
}

/* ---- triggers
 * --------------------------------------------------------------------------------------- */
static bool read_trigger(char path[CEAP_PATH_MAX], const struct imp_coap_message *m)
{
    size_t n = m->payload_n;
    if (n < 2 || n > CEAP_PATH_MAX || m->payload[0] != '/' || memchr(m->payload, 0, n))
        return false;
    memcpy(path, m->payload + 1, n - 1);
    path[n - 1] = 0;
    return true;
}

static bool busy(const struct ceap_session *s)
{
    return s->state != CEAP_SESSION_IDLE && s->state != CEAP_SESSION_OPEN;
}

static void serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                  imp_time now)
{
    struct ceap_session *s = arg;
    char path[CEAP_PATH_MAX];
    (void)now;
    if (!imp_coap_path_is(m, ".well-known/coap-eap")) {
        reply->message.code = IMP_COAP_NOT_FOUND;
    } else if (m->code != IMP_COAP_POST) {
        reply->message.code = IMP_COAP_METHOD_NOT_ALLOWED;
    } else if (!read_trigger(path, m)) {
        reply->message.code = IMP_COAP_BAD_REQUEST;
    } else {
        reply->label = CEAP_MSG_TRIGGERED;
        reply->later = imp_coap_find(m, IMP_COAP_NO_RESPONSE, 0) != NULL;
        /* What asks again while the identity is awaited has not received the request: CoAP sends
         * that again. Later than that the peer has begun anew. */
        if (busy(s) && s->state == CEAP_SESSION_IDENTITY && strcmp(s->path, path) == 0)
            return;
        memcpy(s->path, path, sizeof path);
        begin(s);
    }
}

/* ---- sessions
 * --------------------------------------------------------------------------------------- */
static void coap_send(void *arg, int label, const uint8_t *datagram, size_t n)
{
    struct ceap_session *s = arg;
    imp_send(s->controller->env, CEAP_COAP, &s->addr, ceap_message_of(label), datagram, n);
}

static void session_init(struct ceap_controller *c, struct ceap_session *s,
                         const struct imp_addr *addr)
{
    const struct imp_coap_config config = {.token_n = (unsigned)imp_opt(c->env, CEAP_OPT_TOKEN),
                                           .send = coap_send,
                                           .serve = serve,
                                           .done = done,
                                           .oscore = true,
                                           .arg = s};
    *s = (struct ceap_session){.used = true, .controller = c, .addr = *addr, .expiry = IMP_NEVER};
    imp_eap_server_init(&s->eap, c->method, &s->context, &c->shared, IMP_EAP_OFFER_METHOD);
    imp_coap_endpoint_init(&s->coap, c->env, &config);
}

/* The session of that address; else a free one, or one in which nothing is under way or open. */
static struct ceap_session *session_at(struct ceap_controller *c, const struct imp_addr *addr)
{
    struct ceap_session *found = NULL;
    for (size_t i = 0; i < c->reached; i++) {
        struct ceap_session *s = &c->sessions[i];
        if (s->used && imp_addr_equal(&s->addr, addr))
            return s;
        if (!found && (!s->used || s->state == CEAP_SESSION_IDLE))
            found = s;
    }
    if (!found && c->reached < CEAP_SESSIONS)
        found = &c->sessions[c->reached++];
    if (found)
        session_init(c, found, addr);
    return found;
}

static imp_time deadline(const struct ceap_session *s)
{
    imp_time at = imp_coap_deadline(&s->coap);
    return s->state == CEAP_SESSION_OPEN && s->expiry < at ? s->expiry : at;
}

static void expire(struct ceap_session *s, imp_time now)
{
    if (s->state == CEAP_SESSION_OPEN && s->expiry <= now) {
        imp_wipe(&s->security, sizeof s->security);
        s->state = CEAP_SESSION_IDLE;
    }
    imp_coap_expire(&s->coap, now);
}

static void timeout(struct ceap_controller *c, unsigned id)
{
    c->last = id;
    for (size_t i = id; i < c->reached; i += TIMERS)
        if (c->sessions[i].used && deadline(&c->sessions[i]) <= c->now) {
            c->last = i;
            expire(&c->sessions[i], c->now);
        }
}

static void session_timer(struct ceap_controller *c, size_t id)
{
    imp_time at = IMP_NEVER;
    for (size_t i = id; i < c->reached; i += TIMERS)
        if (c->sessions[i].used && deadline(&c->sessions[i]) < at)
            at = deadline(&c->sessions[i]);
    imp_timer(c->env, (unsigned)id, at);
}

/* What is open with that peer, or with all, is deleted at the peer. */
static void delete_contexts(struct ceap_controller *c, const uint8_t *peer_id, size_t n)
{
    for (size_t i = 0; i < c->reached; i++) {
        struct ceap_session *s = &c->sessions[i];
        bool meant = n == 0 || (strlen(s->peer_id) == n && memcmp(s->peer_id, peer_id, n) == 0);
        if (!s->used || s->state != CEAP_SESSION_OPEN || !meant)
            continue;
        c->last = i;
        protected_request(s, IMP_COAP_DELETE, NULL, 0, CEAP_MSG_DELETE, CEAP_SESSION_DELETED);
        session_timer(c, i % TIMERS);
    }
}

/* "revoke NAI", or a reset: the method has closed the account, or all of them. */
static void method_event(struct ceap_controller *c, const struct imp_event *e)
{
    static const char verb[] = "revoke ";
    size_t skip = sizeof verb - 1;
    imp_eap_server_event(c->method, &c->shared, c->env, e, c->now);
    if (e->kind == IMP_EVENT_CONTROL && e->n > skip && memcmp(e->bytes, verb, skip) == 0)
        delete_contexts(c, e->bytes + skip, e->n - skip);
    else if (e->kind == IMP_EVENT_RESET)
        delete_contexts(c, e->bytes, e->n);
}

static void datagram(struct ceap_controller *c, const struct imp_event *e)
{
    struct ceap_session *s = session_at(c, &e->from);
    if (!s)
        return;
    c->last = (size_t)(s - c->sessions);
    imp_coap_feed(&s->coap, e->bytes, e->n, c->now);
}

void ceap_controller_init(void *ctx, struct imp_env *env)
{
    struct ceap_controller *c = ctx;
    c->env = env;
    c->method = imp_eap_chosen(env);
}

void ceap_controller_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct ceap_controller *c = ctx;
    c->now = now;
    if (imp_eap_event_is_methods(e, CEAP_COAP))
        method_event(c, e);
    else if (e->kind == IMP_EVENT_START)
        c->method->server_start(&c->shared, env, now);
    else if (e->kind == IMP_EVENT_RECEIVE)
        datagram(c, e);
    else if (e->kind == IMP_EVENT_TIMER)
        timeout(c, e->id);
    session_timer(c, c->last % TIMERS);
}

void ceap_controller_fini(void *ctx, struct imp_env *env)
{
    struct ceap_controller *c = ctx;
    (void)env;
    for (size_t i = 0; i < c->reached; i++) {
        if (c->method->server_free)
            c->method->server_free(&c->sessions[i].context);
        imp_wipe(&c->sessions[i].security, sizeof c->sessions[i].security);
        imp_wipe(&c->sessions[i].context, sizeof c->sessions[i].context);
    }
}

int ceap_controller_state_of(const void *ctx)
{
    const struct ceap_controller *c = ctx;
    return (int)c->sessions[c->last].state;
}
