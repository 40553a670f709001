/* SPDX-License-Identifier: GPL-2.0-only */
#include "eap_peer.h"

#include <string.h>

#include "eap_packet.h"

void imp_eap_peer_init(struct imp_eap_peer *p, const struct imp_eap_method *method, void *context)
{
    *p = (struct imp_eap_peer){.method = method, .context = context, .nak = true, .last_id = -1};
}

void imp_eap_peer_begin(struct imp_eap_peer *p, struct imp_env *env, imp_time now)
{
    p->active = true;
    p->responded = false;
    p->verdict = IMP_EAP_PEER_CONTINUE;
    p->last_id = -1;
    p->response_n = 0;
    if (p->method->peer_begin)
        p->method->peer_begin(p->context, env, now);
}

static struct imp_eap_type own_type(const struct imp_eap_peer *p)
{
    return (struct imp_eap_type){p->method->type, p->method->vendor, p->method->vendor_type};
}

static enum imp_eap_peer_out end(struct imp_eap_peer *p, struct imp_env *env, bool success,
                                 imp_time now)
{
    p->active = false;
    p->next =
        p->method->peer_end ? p->method->peer_end(p->context, env, success, now) : IMP_EAP_HELD;
    return success ? IMP_EAP_PEER_SUCCESS : IMP_EAP_PEER_FAILURE;
}

static enum imp_eap_peer_out answer(struct imp_eap_peer *p, const struct imp_eap_packet *request,
                                    size_t n)
{
    if (n == 0)
        return IMP_EAP_PEER_NOTHING;
    p->response_n = n;
    p->last_id = request->id;
    p->last_type = request->type;
    return IMP_EAP_PEER_RESPONSE;
}

static enum imp_eap_peer_out identity(struct imp_eap_peer *p, struct imp_env *env,
                                      const struct imp_eap_packet *request)
{
    char nai[IMP_EAP_ID_MAX + 1];
    size_t n =
        p->outer ? strlen(p->outer) : p->method->peer_identity(p->context, env, nai, sizeof nai);
    return answer(p, request,
                  imp_eap_write(p->response, sizeof p->response, IMP_EAP_RESPONSE, request->id,
                                IMP_EAP_TYPE_IDENTITY, p->outer ? p->outer : nai, n));
}

static enum imp_eap_peer_out method(struct imp_eap_peer *p, struct imp_env *env,
                                    const struct imp_eap_packet *request, const uint8_t *packet,
                                    imp_time now)
{
    uint8_t out[IMP_EAP_MTU];
    struct imp_eap_type own = own_type(p);
    imp_eap_write_header(out, IMP_EAP_RESPONSE, request->id, &own);
    struct imp_eap_io io = {
        .env = env, .now = now, .in = packet, .in_n = request->n, .out = out, .cap = sizeof out};
    enum imp_eap_peer_verdict v = p->method->peer_process(p->context, &io);
    if (v == IMP_EAP_PEER_IGNORE)
        return IMP_EAP_PEER_NOTHING;
    p->verdict = v;
    p->responded = true;
    if (io.out_n == 0) /* RFC 4137: methodState DONE with decision FAIL leads to FAILURE at once */
        return v == IMP_EAP_PEER_FAILED ? end(p, env, false, now) : IMP_EAP_PEER_NOTHING;
    imp_eap_length(&io, io.out_n);
    memcpy(p->response, out, io.out_n);
    return answer(p, request, io.out_n);
}

/* A request of another method: Nak, but only before the method has answered once. */
static enum imp_eap_peer_out other_method(struct imp_eap_peer *p,
                                          const struct imp_eap_packet *request)
{
    struct imp_eap_type own = own_type(p);
    if (p->responded || !p->nak)
        return IMP_EAP_PEER_NOTHING;
    return answer(p, request, imp_eap_write_nak(p->response, sizeof p->response, request, &own));
}

static enum imp_eap_peer_out request_received(struct imp_eap_peer *p, struct imp_env *env,
                                              const struct imp_eap_packet *request,
                                              const uint8_t *packet, imp_time now)
{
    struct imp_eap_type own = own_type(p);
    if (request->id == p->last_id && request->type == p->last_type && p->response_n)
        return IMP_EAP_PEER_RESPONSE; /* duplicate: the same response again, unprocessed */
    if (imp_eap_is(request, &own))
        return method(p, env, request, packet, now);
    if (p->verdict == IMP_EAP_PEER_DONE || p->verdict == IMP_EAP_PEER_FAILED)
        return IMP_EAP_PEER_NOTHING;
    switch (request->type) {
    case IMP_EAP_TYPE_IDENTITY:
        return p->responded ? IMP_EAP_PEER_NOTHING : identity(p, env, request);
    case IMP_EAP_TYPE_NOTIFICATION: /* nobody to display it to: acknowledged only */
        return answer(p, request,
                      imp_eap_write(p->response, sizeof p->response, IMP_EAP_RESPONSE, request->id,
                                    IMP_EAP_TYPE_NOTIFICATION, NULL, 0));
    case IMP_EAP_TYPE_NAK: /* only ever a response */
        return IMP_EAP_PEER_NOTHING;
    default:
        return other_method(p, request);
    }
}

enum imp_eap_peer_out imp_eap_peer_receive(struct imp_eap_peer *p, struct imp_env *env,
                                           const uint8_t *packet, size_t n, imp_time now)
{
    struct imp_eap_packet e;
    if (!p->active || imp_eap_parse(&e, packet, n) != 0)
        return IMP_EAP_PEER_NOTHING;
    switch (e.code) {
    case IMP_EAP_REQUEST:
        return request_received(p, env, &e, packet, now);
    case IMP_EAP_SUCCESS:
        /* RFC 4137: lastId must match, and the method's policy must be satisfied. */
        if (p->last_id < 0 || e.id != p->last_id)
            return IMP_EAP_PEER_NOTHING;
        return p->lenient ? end(p, env, true, now) : imp_eap_peer_alternate(p, env, true, now);
    case IMP_EAP_FAILURE:
        /* A method with a protected success indication does not believe a bare Failure. */
        if (p->last_id < 0 || e.id != p->last_id || p->verdict == IMP_EAP_PEER_DONE)
            return IMP_EAP_PEER_NOTHING;
        return end(p, env, false, now);
    default:
        return IMP_EAP_PEER_NOTHING;
    }
}

enum imp_eap_peer_out imp_eap_peer_alternate(struct imp_eap_peer *p, struct imp_env *env,
                                             bool success, imp_time now)
{
    if (!p->active)
        return IMP_EAP_PEER_NOTHING;
    if (!success)
        return end(p, env, false, now);
    if (p->verdict != IMP_EAP_PEER_DONE && p->verdict != IMP_EAP_PEER_MAY_END)
        return IMP_EAP_PEER_NOTHING;
    return end(p, env, true, now);
}

bool imp_eap_peer_export(const struct imp_eap_peer *p, struct imp_eap_export *out)
{
    return p->method->peer_export && p->method->peer_export(p->context, out);
}
