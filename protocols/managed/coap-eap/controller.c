/* SPDX-License-Identifier: GPL-2.0-only */
/* controller.c - the EAP authenticator, with its EAP server or an AAA server behind it: a CoAP
 * client of each peer's resources.
 */
#include <stdio.h>
#include <string.h>

#include "controller.h"
#include "protocols/crypto/crypto.h"
#include "protocols/eap/eap_packet.h"
#include "target.h"

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
    {CEAP_SESSION_AAA, CEAP_MSG_TRIGGER},
    {CEAP_SESSION_AAA, CEAP_MSG_ACCESS_CHALLENGE},
    {CEAP_SESSION_AAA, CEAP_MSG_ACCESS_ACCEPT},
    {CEAP_SESSION_AAA, CEAP_MSG_ACCESS_REJECT},
    {CEAP_SESSION_IDENTITY, CEAP_MSG_FORWARD_RESPONSE},
    {CEAP_SESSION_RESPONSE, CEAP_MSG_FORWARD_RESPONSE},
    {CEAP_SESSION_CHANGED, CEAP_MSG_FORWARD_RESPONSE},
    {CEAP_SESSION_FAILING, CEAP_MSG_FORWARD_RESPONSE},
    {CEAP_SESSION_DELETED, CEAP_MSG_FORWARD_RESPONSE},
    {0, -1},
};

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
void ceap_session_end(struct ceap_session *s)
{
    imp_eap_server_abort(&s->eap, s->controller->env, now_of(s));
    s->radius.exchange.outstanding = false;
    imp_wipe(&s->next, sizeof s->next);
    if (!s->open)
        imp_wipe(&s->security, sizeof s->security);
    s->state = s->open ? CEAP_SESSION_OPEN : CEAP_SESSION_IDLE;
    if (!s->open)
        ceap_start_again(s);
}

/* Through a proxy: whom it is for. Message IDs are then of one count for all sessions. */
static void address(struct ceap_session *s, struct imp_coap_message *m, char host[CEAP_HOST_MAX])
{
    if (!s->proxied)
        return;
    ceap_target_add(m, host, &s->target);
    s->coap.mid = s->controller->mid++;
}

static void post(struct ceap_session *s, const uint8_t *payload, size_t n, int label,
                 enum ceap_session_state await)
{
    struct imp_coap_message m = {.code = IMP_COAP_POST, .payload = payload, .payload_n = n};
    char host[CEAP_HOST_MAX];
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, s->path);
    ceap_add_format(&m, s->controller->env);
    address(s, &m, host);
    s->state = await;
    if (imp_coap_request(&s->coap, IMP_COAP_CON, &m, label, now_of(s)) != 0)
        ceap_session_end(s);
}

/* Under OSCORE. */
static void request(struct ceap_session *s, struct ceap_security *security,
                    struct imp_coap_message *m, int label, enum ceap_session_state await)
{
    uint8_t sealed[IMP_OSCORE_BUFFER];
    struct imp_coap_message outer;
    char host[CEAP_HOST_MAX];
    s->state = await;
    address(s, m, host);
    if (imp_oscore_protect_request(s->controller->env, &security->oscore, m, &outer, sealed,
                                   &s->binding) != 0 ||
        imp_coap_request(&s->coap, IMP_COAP_CON, &outer, label, now_of(s)) != 0)
        ceap_session_end(s);
}

void ceap_session_delete(struct ceap_session *s)
{
    struct imp_coap_message m = {.code = IMP_COAP_DELETE};
    imp_coap_abandon(&s->coap);
    s->ours = false; /* it is not wanted any more; the peer may ask */
    ceap_session_end(s);
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, s->resource);
    s->open = false;
    request(s, &s->security, &m, CEAP_MSG_DELETE, CEAP_SESSION_DELETED);
}

/* EAP-Request/Identity, and behind it what the controller offers. */
void ceap_session_begin(struct ceap_session *s)
{
    struct imp_env *env = s->controller->env;
    struct ceap_agreed *a = &s->agreed;
    uint8_t payload[CEAP_PAYLOAD_MAX], id;
    s->again = IMP_NEVER;
    imp_coap_abandon(&s->coap);
    imp_eap_server_abort(&s->eap, env, now_of(s));
    memset(&s->context, 0, sizeof s->context);
    imp_eap_server_init(&s->eap, s->controller->method, &s->context, &s->controller->shared,
                        IMP_EAP_OFFER_METHOD);
    imp_radius_conversation_reset(&s->radius);
    *a = (struct ceap_agreed){.rid_c_n = 1};
    imp_random(env, "rid-c", a->rid_c, 1);
    imp_random(env, "eap-id", &id, 1);
    struct ceap_info offer = {.has_suites = imp_opt(env, CEAP_OPT_SEND_SUITES) != 0,
                              .has_rid_c = true,
                              .rid_c = a->rid_c,
                              .rid_c_n = a->rid_c_n};
    offer.suite_count = ceap_suites_of(env, offer.suites);
    if (offer.has_suites)
        a->cs_c_n =
            ceap_suites_write(env, a->cs_c, sizeof a->cs_c, offer.suites, offer.suite_count);
    size_t n = imp_eap_server_identity_request(&s->eap, id, payload, IMP_EAP_MTU);
    n += ceap_info_write(env, payload + n, &offer, rid_i_label(s));
    post(s, payload, n, CEAP_MSG_REQUEST_IDENTITY, CEAP_SESSION_IDENTITY);
}

/* EAP-Success goes under OSCORE, with the session's lifetime. */
static void grant(struct ceap_session *s, const uint8_t *packet, size_t n,
                  const struct imp_eap_export *x)
{
    struct imp_env *env = s->controller->env;
    uint8_t payload[CEAP_PAYLOAD_MAX];
    struct imp_coap_message m = {.code = IMP_COAP_POST, .payload = payload};
    const struct ceap_info info = {
        .has_lifetime = true,
        .lifetime = x->lifetime ? x->lifetime : (uint32_t)imp_opt(env, CEAP_OPT_LIFETIME)};
    if (ceap_derive(env, &s->next, x, &s->agreed, true) != 0) {
        ceap_session_end(s);
        return;
    }
    s->next.lifetime = info.lifetime;
    memcpy(payload, packet, n);
    m.payload_n = n + ceap_info_write(env, payload + n, &info, rid_i_label(s));
    imp_coap_add_path(&m, IMP_COAP_URI_PATH, s->path);
    ceap_add_format(&m, env);
    ceap_claim_running(env, &s->next);
    request(s, &s->next, &m, CEAP_MSG_SUCCESS, CEAP_SESSION_CHANGED);
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
    if (!answer->has_rid_i || ceap_suite_chosen(s->controller->env, answer, &a->suite) != 0)
        return -1;
    a->rid_i_n = answer->rid_i_n;
    memcpy(a->rid_i, answer->rid_i, answer->rid_i_n);
    if (answer->has_suites) {
        a->cs_i_n = answer->suites_cbor_n;
        memcpy(a->cs_i, answer->suites_cbor, a->cs_i_n);
    }
    return 0;
}

void ceap_session_refused(struct ceap_session *s, const char *why)
{
    ceap_claim(s->controller->env, IMP_CLAIM_REJECT, why);
    ceap_session_end(s);
}

/* Keys of the EAP server that is here. */
static void accept_here(struct ceap_session *s, const uint8_t *packet, size_t n)
{
    struct imp_eap_export x;
    if (imp_eap_server_export(&s->eap, &x) && x.has_key)
        grant(s, packet, n, &x);
    else
        ceap_session_end(s);
}

/* ---- what EAP's server says, here or behind RADIUS
 * --------------------------------------------------------------- */
void ceap_session_proceed(struct ceap_session *s, enum imp_eap_server_out out,
                          const uint8_t *packet, size_t n, const struct imp_eap_export *export)
{
    switch (out) {
    case IMP_EAP_SERVER_SEND:
        s->eap.id = packet[1];
        post(s, packet, n, CEAP_MSG_REQUEST, CEAP_SESSION_RESPONSE);
        break;
    case IMP_EAP_SERVER_ACCEPT:
        if (export)
            grant(s, packet, n, export);
        else
            accept_here(s, packet, n);
        break;
    case IMP_EAP_SERVER_REJECT:
        post(s, packet, n, CEAP_MSG_FAILURE, CEAP_SESSION_FAILING);
        break;
    default: /* discarded by EAP, but its exchange is over: so is the conversation */
        ceap_session_refused(s, "EAP response discarded");
    }
}

static void eap_response(struct ceap_session *s, const struct imp_coap_message *m)
{
    struct imp_env *env = s->controller->env;
    uint8_t out[IMP_EAP_MTU];
    struct ceap_info answer;
    size_t n, out_n;
    bool first = s->state == CEAP_SESSION_IDENTITY;
    if (m->code != IMP_COAP_CREATED || read_location(s, m) != 0 ||
        ceap_content_read(env, &answer, &n, m->payload, m->payload_n, rid_i_label(s)) != 0 ||
        (first && settle(s, &answer) != 0)) {
        ceap_session_refused(s, "bad response");
        return;
    }
    if (imp_aaa_on(&s->controller->aaa)) {
        ceap_session_pass(s, m->payload, n);
        return;
    }
    enum imp_eap_server_out what =
        imp_eap_server_receive(&s->eap, env, m->payload, n, out, sizeof out, &out_n, now_of(s));
    ceap_session_proceed(s, what, out, out_n, NULL);
}

static void open_session(struct ceap_session *s)
{
    imp_time lifetime = s->next.lifetime * IMP_S;
    s->security = s->next;
    imp_wipe(&s->next, sizeof s->next);
    memcpy(s->resource, s->path, sizeof s->resource);
    s->open = true;
    s->state = CEAP_SESSION_OPEN;
    s->again = IMP_NEVER;
    s->interval = imp_opt(s->controller->env, CEAP_OPT_TRIGGER) * IMP_S;
    s->expiry = lifetime ? now_of(s) + lifetime : IMP_NEVER;
    ceap_claim_commit(s->controller->env, &s->security, s->security.eap.peer_id);
    ceap_session_place(s);
    imp_claim(s->controller->env, &(struct imp_claim){.kind = IMP_CLAIM_COMPLETE});
}

static bool verified(struct ceap_session *s, struct ceap_security *security,
                     const struct imp_coap_message *m, unsigned code)
{
    uint8_t buffer[IMP_OSCORE_BUFFER];
    struct imp_coap_message inner;
    return imp_oscore_open_response(s->controller->env, &security->oscore, &s->binding, m, &inner,
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
    ceap_session_end(s);
    post(s, success, n, CEAP_MSG_SUCCESS, CEAP_SESSION_FAILING);
}

/* A peer with no suite in common, or that cannot read us: it is told, and waits its time. */
static void fail(struct ceap_session *s)
{
    uint8_t failure[4];
    size_t n = imp_eap_write_result(failure, sizeof failure, IMP_EAP_FAILURE, s->eap.id);
    ceap_claim(s->controller->env, IMP_CLAIM_REJECT, "bad response");
    imp_eap_server_abort(&s->eap, s->controller->env, now_of(s));
    post(s, failure, n, CEAP_MSG_FAILURE, CEAP_SESSION_FAILING);
}

void ceap_session_done(void *arg, int label, enum imp_coap_outcome outcome,
                       const struct imp_coap_message *m, imp_time now)
{
    struct ceap_session *s = arg;
    (void)now;
    (void)label;
    if (outcome != IMP_COAP_ANSWERED) {
        ceap_session_refused(s, outcome == IMP_COAP_TIMEOUT ? "no answer" : "reset");
        return;
    }
    if (s->controller->env->adversary && s->state == CEAP_SESSION_RESPONSE &&
        m->code != IMP_COAP_CREATED) {
        bluff(s);
        return;
    }
    if (s->state == CEAP_SESSION_IDENTITY && m->code == IMP_COAP_BAD_REQUEST) {
        fail(s);
        return;
    }
    switch (s->state) {
    case CEAP_SESSION_IDENTITY:
    case CEAP_SESSION_RESPONSE:
        eap_response(s, m);
        break;
    case CEAP_SESSION_CHANGED:
        if (verified(s, &s->next, m, IMP_COAP_CHANGED) ||
            imp_flawed(s->controller->env, CEAP_FLAW_PEER_AUTH))
            open_session(s);
        else
            ceap_session_refused(s, "OSCORE does not verify");
        break;
    case CEAP_SESSION_DELETED:
        verified(s, &s->security, m, IMP_COAP_DELETED);
        imp_wipe(&s->security, sizeof s->security);
        ceap_session_end(s);
        break;
    default:
        ceap_session_end(s);
    }
}

/* ---- triggers
 * --------------------------------------------------------------------------------------- */
static bool read_trigger(const struct ceap_session *s, char path[CEAP_PATH_MAX],
                         const struct imp_coap_message *m)
{
    size_t n = m->payload_n;
    struct imp_addr at;
    if (s->proxied) /* which peer was read before */
        return ceap_uri_read(&at, path, CEAP_PATH_MAX, m->payload, n) == 0;
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

void ceap_session_serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                        imp_time now)
{
    struct ceap_session *s = arg;
    char path[CEAP_PATH_MAX];
    (void)now;
    if (!imp_coap_path_is(m, ".well-known/coap-eap")) {
        reply->message.code = IMP_COAP_NOT_FOUND;
    } else if (m->code != IMP_COAP_POST) {
        reply->message.code = IMP_COAP_METHOD_NOT_ALLOWED;
    } else if (!read_trigger(s, path, m)) {
        reply->message.code = IMP_COAP_BAD_REQUEST;
    } else {
        reply->label = CEAP_MSG_TRIGGERED;
        reply->later = imp_coap_find(m, IMP_COAP_NO_RESPONSE, 0) != NULL;
        /* What asks again while the identity is awaited has not received the request: CoAP sends
         * that again. Later than that the peer has begun anew. */
        if (busy(s) && s->state == CEAP_SESSION_IDENTITY && strcmp(s->path, path) == 0)
            return;
        memcpy(s->path, path, sizeof path);
        ceap_session_begin(s);
    }
}
