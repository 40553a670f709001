/* SPDX-License-Identifier: GPL-2.0-only */
#include "link.h"

#include <string.h>

void lwm_link_init(struct lwm_link *l, struct imp_env *env, enum lwm_guard guard,
                   const struct imp_dtls_config *dtls, const struct imp_coaps_hooks *hooks,
                   void *arg)
{
    l->guard = guard;
    l->open = false;
    l->hooks = hooks;
    l->arg = arg;
    imp_coaps_init(&l->coaps, env, dtls, hooks, arg);
}

/* ---- under OSCORE */
static int refusal(int error) /* RFC 8613, section 8.2 */
{
    return error == IMP_OSCORE_EDECODE    ? IMP_COAP_BAD_OPTION
           : error == IMP_OSCORE_EDECRYPT ? IMP_COAP_BAD_REQUEST
                                          : IMP_COAP_UNAUTHORIZED;
}

static void refuse(struct lwm_link *l, struct imp_coap_reply *reply, int code, const char *why)
{
    imp_claim(l->coaps.env,
              &(struct imp_claim){.kind = IMP_CLAIM_REJECT, .layer = "oscore", .name = why});
    reply->message.code = (uint8_t)code;
    reply->label = IMP_COAP_LABEL_ERROR;
    if (code != IMP_COAP_BAD_OPTION)
        imp_coap_add_uint(&reply->message, IMP_COAP_MAX_AGE, 0);
}

/* With the context that there is, or, at a server, that of the identifier. It changes nothing until
 * it has proven the request. */
static int open_request(struct lwm_link *l, const struct imp_coap_message *outer,
                        struct imp_coap_message *m, uint8_t buffer[IMP_OSCORE_BUFFER])
{
    const struct imp_coap_option *value = imp_coap_find(outer, IMP_COAP_OSCORE, 0);
    struct imp_oscore_option o;
    struct lwm_context other;
    if (imp_oscore_option_read(&o, imp_coap_value(value), value->n) != 0 || !o.has_kid)
        return IMP_OSCORE_EDECODE;
    const struct imp_oscore *own = &l->context.oscore;
    if (l->context.there && own->recipient_n == o.kid_n &&
        (o.kid_n == 0 || memcmp(own->recipient, o.kid, o.kid_n) == 0))
        return lwm_context_open(l->coaps.env, &l->context, outer, m, buffer);
    if (!l->find || !l->find(l->arg, &other, o.kid, o.kid_n))
        return IMP_OSCORE_ECONTEXT;
    int error = lwm_context_open(l->coaps.env, &other, outer, m, buffer);
    if (error)
        return error;
    l->context = other;
    l->proven(l->arg);
    return 0;
}

static void guarded_serve(void *arg, const struct imp_coap_message *outer,
                          struct imp_coap_reply *reply, imp_time now)
{
    struct lwm_link *l = arg;
    struct imp_coap_message m;
    struct imp_coap_reply inner = *reply;
    uint8_t buffer[IMP_OSCORE_BUFFER];
    if (!imp_coap_find(outer, IMP_COAP_OSCORE, 0)) {
        refuse(l, reply, IMP_COAP_UNAUTHORIZED, "not-protected");
        return;
    }
    int error = open_request(l, outer, &m, buffer);
    if (error) {
        refuse(l, reply, refusal(error), "bad-oscore");
        return;
    }
    const struct imp_oscore_binding to = l->context.last;
    l->hooks->serve(l->arg, &m, &inner, now);
    reply->label = inner.label;
    if (lwm_context_answer(l->coaps.env, &l->context, &to, &inner.message, &reply->message) != 0)
        refuse(l, reply, IMP_COAP_INTERNAL_SERVER_ERROR, "too-large");
}

/* An answer that proves nothing ends the exchange as a Reset does. */
static void guarded_done(void *arg, int label, enum imp_coap_outcome outcome,
                         const struct imp_coap_message *outer, imp_time now)
{
    struct lwm_link *l = arg;
    struct imp_coap_message m;
    uint8_t buffer[IMP_OSCORE_BUFFER];
    if (outcome == IMP_COAP_ANSWERED &&
        (!imp_coap_find(outer, IMP_COAP_OSCORE, 0) ||
         imp_oscore_open_response(l->coaps.env, &l->context.oscore, &l->context.asked, outer, &m,
                                  buffer) != 0)) {
        imp_claim(
            l->coaps.env,
            &(struct imp_claim){.kind = IMP_CLAIM_REJECT, .layer = "oscore", .name = "bad-oscore"});
        outcome = IMP_COAP_RESET;
    }
    l->hooks->done(l->arg, label, outcome, outcome == IMP_COAP_ANSWERED ? &m : NULL, now);
}

static void guarded_send(void *arg, int label, const uint8_t *datagram, size_t n)
{
    struct lwm_link *l = arg;
    l->hooks->send(l->arg, label, datagram, n);
}

void lwm__link_serve(void *arg, const struct imp_coap_message *m, struct imp_coap_reply *reply,
                     imp_time now)
{
    struct lwm_link *l = arg;
    if (l->guard == LWM_BY_OSCORE)
        guarded_serve(l, m, reply, now);
    else
        l->hooks->serve(l->arg, m, reply, now);
}

void lwm__link_done(void *arg, int label, enum imp_coap_outcome outcome,
                    const struct imp_coap_message *response, imp_time now)
{
    struct lwm_link *l = arg;
    if (l->guard == LWM_BY_OSCORE)
        guarded_done(l, label, outcome, response, now);
    else
        l->hooks->done(l->arg, label, outcome, response, now);
}

/* ---- without DTLS */
static void open_plain(struct lwm_link *l, imp_time now)
{
    const struct imp_coap_config plain = {.token_n = LWM_TOKEN,
                                          .send = l->hooks->send,
                                          .serve = l->hooks->serve,
                                          .done = l->hooks->done,
                                          .arg = l->arg},
                                 guarded = {.token_n = LWM_TOKEN,
                                            .oscore = true,
                                            .send = guarded_send,
                                            .serve = guarded_serve,
                                            .done = guarded_done,
                                            .arg = l};
    imp_coap_endpoint_init(&l->coaps.coap, l->coaps.env,
                           l->guard == LWM_BY_OSCORE ? &guarded : &plain);
    l->open = true;
    l->hooks->opened(l->arg, now);
}

void lwm_link_connect(struct lwm_link *l, imp_time now)
{
    if (l->tcp)
        lwm__tcp_connect(l);
    else if (l->guard == LWM_BY_DTLS)
        imp_coaps_connect(&l->coaps, now);
    else
        open_plain(l, now);
}

void lwm_link_feed(struct lwm_link *l, const uint8_t *datagram, size_t n, imp_time now)
{
    if (l->guard == LWM_BY_DTLS) {
        imp_coaps_feed(&l->coaps, datagram, n, now);
        return;
    }
    if (!l->open)
        open_plain(l, now);
    l->hooks->data(l->arg, now);
    imp_coap_feed(&l->coaps.coap, datagram, n, now);
}

imp_time lwm_link_deadline(const struct lwm_link *l)
{
    if (l->tcp)
        return lwm__tcp_deadline(l);
    if (l->guard == LWM_BY_DTLS)
        return imp_coaps_deadline(&l->coaps);
    return l->open ? imp_coap_deadline(&l->coaps.coap) : IMP_NEVER;
}

void lwm_link_expire(struct lwm_link *l, imp_time now)
{
    if (l->tcp)
        lwm__tcp_expire(l, now);
    else if (l->guard == LWM_BY_DTLS)
        imp_coaps_expire(&l->coaps, now);
    else if (l->open)
        imp_coap_expire(&l->coaps.coap, now);
}

bool lwm_link_is_open(const struct lwm_link *l)
{
    if (l->tcp)
        return l->joined == LWM_JOINED && imp_coaps_tcp_is_open(&l->stream);
    return l->guard == LWM_BY_DTLS ? imp_coaps_is_open(&l->coaps) : l->open;
}

bool lwm_link_has_begun(const struct lwm_link *l)
{
    return l->tcp ? l->stream.session != NULL : l->coaps.current != NULL;
}

bool lwm_link_idle(const struct lwm_link *l)
{
    if (l->tcp)
        return imp_coap_connection_idle(&l->stream.coap);
    for (size_t i = 0; i < IMP_COAP_OUTSTANDING; i++)
        if (l->coaps.coap.sent[i].used)
            return false;
    return true;
}

static int send(struct lwm_link *l, struct imp_coap_message *m, int label, imp_time now)
{
    return l->tcp ? lwm__tcp_request(l, m, label, now)
                  : imp_coap_request(&l->coaps.coap, IMP_COAP_CON, m, label, now);
}

int lwm_link_request(struct lwm_link *l, struct imp_coap_message *request, int label, imp_time now)
{
    struct imp_coap_message outer;
    if (l->guard == LWM_BY_DTLS)
        return l->tcp ? lwm__tcp_request(l, request, label, now)
                      : imp_coaps_request(&l->coaps, request, label, now);
    if (!lwm_link_is_open(l) || !lwm_link_idle(l))
        return -1;
    if (l->guard == LWM_IN_CLEAR)
        return send(l, request, label, now);
    if (!l->context.there || lwm_context_ask(l->coaps.env, &l->context, request, &outer) != 0)
        return -1;
    return send(l, &outer, label, now);
}

int lwm_link_export(struct lwm_link *l, uint8_t *out, size_t n)
{
    return l->tcp ? imp_coaps_tcp_export(&l->stream, out, n) : imp_coaps_export(&l->coaps, out, n);
}

void lwm_link_close(struct lwm_link *l, imp_time now)
{
    l->open = false;
    if (l->tcp)
        lwm__tcp_close(l, now);
    else if (l->guard == LWM_BY_DTLS)
        imp_coaps_close(&l->coaps, now);
}

void lwm_link_free(struct lwm_link *l)
{
    lwm__tcp_hang_up(l);
    lwm_link_fini(l);
}

void lwm_link_fini(struct lwm_link *l)
{
    l->open = false;
    l->joined = LWM_APART;
    imp_coaps_free(&l->coaps);
    imp_coaps_tcp_free(&l->stream);
}
