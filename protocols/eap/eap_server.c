/* SPDX-License-Identifier: GPL-2.0-only */
#include "eap_server.h"

#include <string.h>

#include "../crypto/crypto.h"
#include "eap_packet.h"

/* Where a reply is put together. */
struct reply {
    struct imp_env *env;
    imp_time now;
    uint8_t *out;
    size_t cap, n;
};

void imp_eap_server_init(struct imp_eap_server *s, const struct imp_eap_method *method,
                         void *session, void *shared, enum imp_eap_offer offer)
{
    *s = (struct imp_eap_server){
        .method = method, .session = session, .shared = shared, .offer = offer};
}

size_t imp_eap_server_identity_request(struct imp_eap_server *s, uint8_t id, uint8_t *out,
                                       size_t cap)
{
    s->id = id;
    s->type = IMP_EAP_TYPE_IDENTITY;
    return imp_eap_write(out, cap, IMP_EAP_REQUEST, id, IMP_EAP_TYPE_IDENTITY, NULL, 0);
}

static struct imp_eap_type own_type(const struct imp_eap_server *s)
{
    return (struct imp_eap_type){s->method->type, s->method->vendor, s->method->vendor_type};
}

static enum imp_eap_server_out finish(struct imp_eap_server *s, bool success, struct reply *r)
{
    s->state = IMP_EAP_ENDED;
    /* RFC 3748 section 4.2: the identifier of the response to which this is the reply. */
    r->n = imp_eap_write_result(r->out, r->cap, success ? IMP_EAP_SUCCESS : IMP_EAP_FAILURE, s->id);
    if (s->method->server_end)
        s->method->server_end(s->session, s->shared, r->env, success, r->now);
    return success ? IMP_EAP_SERVER_ACCEPT : IMP_EAP_SERVER_REJECT;
}

static enum imp_eap_server_out request(struct imp_eap_server *s, enum imp_eap_server_state await,
                                       struct reply *r)
{
    s->state = await;
    s->id = r->out[1];
    s->type = r->out[4];
    return IMP_EAP_SERVER_SEND;
}

/* Runs one of the method's two functions with a prepared io. */
static enum imp_eap_server_out run_method(struct imp_eap_server *s, const uint8_t *in, size_t in_n,
                                          struct reply *r)
{
    struct imp_eap_type own = own_type(s);
    imp_eap_write_header(r->out, IMP_EAP_REQUEST, (uint8_t)(s->id + 1), &own);
    struct imp_eap_io io = {.env = r->env,
                            .now = r->now,
                            .in = in,
                            .in_n = in_n,
                            .out = r->out,
                            .cap = r->cap,
                            .identity = s->identity};
    enum imp_eap_server_verdict v = in ? s->method->server_process(s->session, s->shared, &io)
                                       : s->method->server_begin(s->session, s->shared, &io);
    switch (v) {
    case IMP_EAP_SERVER_REQUEST:
        imp_eap_length(&io, io.out_n);
        r->n = io.out_n;
        return request(s, IMP_EAP_AWAIT_METHOD, r);
    case IMP_EAP_SERVER_SUCCESS:
    case IMP_EAP_SERVER_FAILURE:
        return finish(s, v == IMP_EAP_SERVER_SUCCESS, r);
    default:
        return IMP_EAP_SERVER_NOTHING;
    }
}

static enum imp_eap_server_out make_offer(struct imp_eap_server *s, struct reply *r)
{
    static const char notice[] = "Welcome";
    uint8_t body[17] = {16}; /* MD5-Challenge: Value-Size, Value (RFC 3748 section 5.4) */
    uint8_t id = (uint8_t)(s->id + 1);
    switch (s->offer) {
    case IMP_EAP_OFFER_MD5:
        imp_random(r->env, "eap-md5-challenge", body + 1, 16);
        r->n = imp_eap_write(r->out, r->cap, IMP_EAP_REQUEST, id, IMP_EAP_TYPE_MD5, body, 17);
        break;
    case IMP_EAP_OFFER_EXPANDED: /* vendor 0xfffffe is nobody's: reserved by its size only */
        memcpy(body, (uint8_t[]){0xff, 0xff, 0xfe, 0, 0, 0, 1}, 7);
        r->n = imp_eap_write(r->out, r->cap, IMP_EAP_REQUEST, id, IMP_EAP_TYPE_EXPANDED, body, 7);
        break;
    case IMP_EAP_OFFER_NOTIFICATION:
        r->n = imp_eap_write(r->out, r->cap, IMP_EAP_REQUEST, id, IMP_EAP_TYPE_NOTIFICATION, notice,
                             sizeof notice - 1);
        break;
    default:
        return run_method(s, NULL, 0, r);
    }
    return request(s, IMP_EAP_AWAIT_OFFER, r);
}

static enum imp_eap_server_out identity_received(struct imp_eap_server *s,
                                                 const struct imp_eap_packet *e, struct reply *r)
{
    if (e->type != IMP_EAP_TYPE_IDENTITY || e->data_n > IMP_EAP_ID_MAX ||
        memchr(e->data, 0, e->data_n))
        return IMP_EAP_SERVER_NOTHING;
    memcpy(s->identity, e->data, e->data_n);
    s->identity[e->data_n] = 0;
    s->id = e->id;
    return make_offer(s, r);
}

static int is_nak(const struct imp_eap_packet *e)
{
    return e->type == IMP_EAP_TYPE_NAK || (e->type == IMP_EAP_TYPE_EXPANDED && e->vendor == 0 &&
                                           e->vendor_type == IMP_EAP_TYPE_NAK);
}

static enum imp_eap_server_out offer_answered(struct imp_eap_server *s,
                                              const struct imp_eap_packet *e, struct reply *r)
{
    if (e->type == IMP_EAP_TYPE_NOTIFICATION && s->type == IMP_EAP_TYPE_NOTIFICATION)
        return run_method(s, NULL, 0, r);
    /* An Expanded Nak may answer only an expanded request (section 5.3.2). */
    if (!is_nak(e) || (e->type == IMP_EAP_TYPE_EXPANDED && s->type != IMP_EAP_TYPE_EXPANDED))
        return IMP_EAP_SERVER_NOTHING;
    struct imp_eap_type own = own_type(s);
    if (imp_eap_nak_wants(e, &own))
        return run_method(s, NULL, 0, r);
    imp_eap_claim_reject(r->env, "no common EAP method");
    return finish(s, false, r);
}

static enum imp_eap_server_out method_answered(struct imp_eap_server *s,
                                               const struct imp_eap_packet *e,
                                               const uint8_t *packet, struct reply *r)
{
    if (is_nak(e) && !s->responded) {
        imp_eap_claim_reject(r->env, "method refused by Nak");
        return finish(s, false, r);
    }
    struct imp_eap_type own = own_type(s);
    if (!imp_eap_is(e, &own))
        return IMP_EAP_SERVER_NOTHING;
    enum imp_eap_server_out out = run_method(s, packet, e->n, r);
    if (out != IMP_EAP_SERVER_NOTHING)
        s->responded = true;
    return out;
}

enum imp_eap_server_out imp_eap_server_receive(struct imp_eap_server *s, struct imp_env *env,
                                               const uint8_t *packet, size_t n, uint8_t *out,
                                               size_t cap, size_t *out_n, imp_time now)
{
    struct reply r = {.env = env, .now = now, .out = out, .cap = cap};
    enum imp_eap_server_out what = IMP_EAP_SERVER_NOTHING;
    struct imp_eap_packet e;
    *out_n = 0;
    if (cap < IMP_EAP_EXPANDED_HEADER || imp_eap_parse(&e, packet, n) != 0 ||
        e.code != IMP_EAP_RESPONSE)
        return IMP_EAP_SERVER_NOTHING;
    bool picked_up = s->state == IMP_EAP_AWAIT_IDENTITY && s->type != IMP_EAP_TYPE_IDENTITY;
    if (!picked_up && e.id != s->id)
        return IMP_EAP_SERVER_NOTHING;
    switch (s->state) {
    case IMP_EAP_AWAIT_IDENTITY:
        what = identity_received(s, &e, &r);
        break;
    case IMP_EAP_AWAIT_OFFER:
        what = offer_answered(s, &e, &r);
        break;
    case IMP_EAP_AWAIT_METHOD:
        what = method_answered(s, &e, packet, &r);
        break;
    case IMP_EAP_ENDED:
        break;
    }
    *out_n = r.n;
    return what;
}

void imp_eap_server_abort(struct imp_eap_server *s, struct imp_env *env, imp_time now)
{
    if (s->state == IMP_EAP_AWAIT_METHOD && s->method->server_end)
        s->method->server_end(s->session, s->shared, env, false, now);
    s->state = IMP_EAP_ENDED;
}

bool imp_eap_server_export(const struct imp_eap_server *s, struct imp_eap_export *out)
{
    return s->method->server_export && s->method->server_export(s->session, out);
}
