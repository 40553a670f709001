/* SPDX-License-Identifier: GPL-2.0-only */
#include "coaps.h"

#include <string.h>

/* ---- between the session and the endpoint
 * --------------------------------------------------------- */
/* Certificate alone in a datagram, as of a long chain, may be either end's (imp_dtls_kind). */
static void session_send(void *arg, const uint8_t *datagram, size_t n)
{
    struct imp_coaps *c = arg;
    enum imp_dtls_kind kind = imp_dtls_kind(datagram, n);
    if (kind == IMP_DTLS_SERVER_FLIGHT && !c->dtls.server)
        kind = IMP_DTLS_CLIENT_FLIGHT;
    int label = kind == IMP_DTLS_DATA ? c->label : IMP_COAPS_LABEL_DTLS - (int)kind;
    c->hooks->send(c->arg, label, datagram, n);
}

static bool session_verify(void *arg, const uint8_t *spki, size_t n)
{
    struct imp_coaps *c = arg;
    return c->hooks->verify && c->hooks->verify(c->arg, spki, n);
}

static bool session_verify_chain(void *arg, const struct imp_piece *chain, size_t count)
{
    struct imp_coaps *c = arg;
    return c->hooks->verify_chain && c->hooks->verify_chain(c->arg, chain, count);
}

static int session_psk(void *arg, uint8_t key[32], const char *identity)
{
    struct imp_coaps *c = arg;
    return c->hooks->psk ? c->hooks->psk(c->arg, key, identity) : -1;
}

/* The endpoint has no clock in its send; a record's writing does not depend on the time of day. */
static void endpoint_send(void *arg, int label, const uint8_t *datagram, size_t n)
{
    struct imp_coaps *c = arg;
    if (!imp_coaps_is_open(c))
        return; /* the session has gone: lost, as on any link */
    c->label = label;
    imp_dtls_write(c->current, datagram, n, c->now);
}

static void endpoint_serve(void *arg, const struct imp_coap_message *request,
                           struct imp_coap_reply *reply, imp_time now)
{
    struct imp_coaps *c = arg;
    c->hooks->serve(c->arg, request, reply, now);
}

static void endpoint_done(void *arg, int label, enum imp_coap_outcome outcome,
                          const struct imp_coap_message *response, imp_time now)
{
    struct imp_coaps *c = arg;
    c->hooks->done(c->arg, label, outcome, response, now);
}

static void endpoint_reset(struct imp_coaps *c)
{
    const struct imp_coap_config config = {.token_n = 1,
                                           .send = endpoint_send,
                                           .serve = c->hooks->serve ? endpoint_serve : NULL,
                                           .done = c->hooks->done ? endpoint_done : NULL,
                                           .arg = c};
    imp_coap_endpoint_init(&c->coap, c->env, &config);
}

void imp_coaps_init(struct imp_coaps *c, struct imp_env *env, const struct imp_dtls_config *dtls,
                    const struct imp_coaps_hooks *hooks, void *arg)
{
    c->env = env;
    c->hooks = hooks;
    c->arg = arg;
    c->dtls = *dtls;
    c->dtls.send = session_send;
    c->dtls.verify = session_verify;
    c->dtls.x509.verify = session_verify_chain;
    c->dtls.psk_lookup = session_psk;
    c->dtls.arg = c;
    c->current = NULL;
    c->next = NULL;
    c->busy = 0;
    c->closing = false;
}

/* ---- calls into the hooks may ask for the end; it waits until we are back
 * -------------------------- */
static void drop(struct imp_dtls **d)
{
    if (*d)
        imp_dtls_free(*d);
    *d = NULL;
}

static void enter(struct imp_coaps *c, imp_time now)
{
    c->busy++;
    c->now = now;
}

static void leave(struct imp_coaps *c)
{
    if (--c->busy > 0 || !c->closing)
        return;
    c->closing = false;
    if (c->current)
        imp_dtls_close(c->current, c->now);
    imp_coaps_free(c);
}

void imp_coaps_close(struct imp_coaps *c, imp_time now)
{
    enter(c, now);
    c->closing = true;
    leave(c);
}

void imp_coaps_free(struct imp_coaps *c)
{
    drop(&c->current);
    drop(&c->next);
}

/* ---- events
 * ---------------------------------------------------------------------------------------- */
bool imp_coaps_is_open(const struct imp_coaps *c)
{
    return c->current && !c->closing && imp_dtls_state(c->current) == IMP_DTLS_OPEN;
}

/* An application record that waits is a CoAP message. */
static void drain(struct imp_coaps *c, imp_time now)
{
    uint8_t message[IMP_COAP_MTU];
    size_t n;
    while (imp_coaps_is_open(c) && (n = imp_dtls_read(c->current, message, sizeof message, now))) {
        c->hooks->data(c->arg, now);
        imp_coap_feed(&c->coap, message, n, now);
    }
}

static void opened(struct imp_coaps *c, imp_time now)
{
    endpoint_reset(c);
    c->hooks->opened(c->arg, now);
}

/* What the current session has become. */
static void settle_current(struct imp_coaps *c, enum imp_dtls_state before, imp_time now)
{
    enum imp_dtls_state after = imp_dtls_state(c->current);
    if (after == IMP_DTLS_OPEN) {
        if (before != IMP_DTLS_OPEN)
            opened(c, now);
        drain(c, now);
        after = c->current ? imp_dtls_state(c->current) : IMP_DTLS_CLOSED;
    }
    if (c->closing || !c->current || after == before)
        return;
    if (after == IMP_DTLS_FAILED || after == IMP_DTLS_CLOSED) {
        struct imp_dtls *old = c->current;
        c->current = NULL;
        c->hooks->over(c->arg,
                       before == IMP_DTLS_HANDSHAKE ? IMP_COAPS_HANDSHAKE_FAILED : IMP_COAPS_CLOSED,
                       imp_dtls_why(old), now);
        imp_dtls_free(old);
    }
}

/* What the session beside has become: it takes over, or it is forgotten. */
static void settle_next(struct imp_coaps *c, imp_time now)
{
    enum imp_dtls_state state = imp_dtls_state(c->next);
    if (state == IMP_DTLS_HANDSHAKE)
        return;
    struct imp_dtls *next = c->next;
    c->next = NULL;
    if (state == IMP_DTLS_OPEN) {
        drop(&c->current);
        c->current = next;
        opened(c, now);
        drain(c, now);
    } else {
        c->hooks->over(c->arg, IMP_COAPS_HANDSHAKE_FAILED, imp_dtls_why(next), now);
        imp_dtls_free(next);
    }
}

static void feed_current(struct imp_coaps *c, const uint8_t *datagram, size_t n, imp_time now)
{
    enum imp_dtls_state before = imp_dtls_state(c->current);
    imp_dtls_feed(c->current, datagram, n, now);
    settle_current(c, before, now);
}

static void feed_next(struct imp_coaps *c, const uint8_t *datagram, size_t n, imp_time now)
{
    imp_dtls_feed(c->next, datagram, n, now);
    settle_next(c, now);
}

/* Epoch of the first record: 0 until ChangeCipherSpec (RFC 6347 section 4.1). */
static unsigned epoch(const uint8_t *datagram, size_t n)
{
    return n < 13 ? 0 : (unsigned)datagram[3] << 8 | datagram[4];
}

void imp_coaps_feed(struct imp_coaps *c, const uint8_t *datagram, size_t n, imp_time now)
{
    bool hello = c->dtls.server && imp_dtls_kind(datagram, n) == IMP_DTLS_CLIENT_HELLO;
    enter(c, now);
    if (hello && !c->current)
        c->current = imp_dtls_new(c->env, &c->dtls, now);
    else if (hello && !c->next && imp_coaps_is_open(c))
        c->next = imp_dtls_new(c->env, &c->dtls, now);
    if (c->next && epoch(datagram, n) == 0) {
        feed_next(c, datagram, n, now);
    } else {
        if (c->current)
            feed_current(c, datagram, n, now);
        if (c->next && !c->closing)
            feed_next(c, datagram, n, now); /* its Finished, if the current one cannot read it */
    }
    leave(c);
}

void imp_coaps_connect(struct imp_coaps *c, imp_time now)
{
    imp_coaps_free(c);
    c->closing = false;
    enter(c, now);
    c->current = imp_dtls_new(c->env, &c->dtls, now);
    if (c->current)
        imp_dtls_start(c->current, now);
    leave(c);
}

imp_time imp_coaps_deadline(const struct imp_coaps *c)
{
    imp_time at = IMP_NEVER, other;
    if (c->current && (other = imp_dtls_deadline(c->current)) < at)
        at = other;
    if (c->next && (other = imp_dtls_deadline(c->next)) < at)
        at = other;
    if (imp_coaps_is_open(c) && (other = imp_coap_deadline(&c->coap)) < at)
        at = other;
    return at;
}

void imp_coaps_expire(struct imp_coaps *c, imp_time now)
{
    enter(c, now);
    if (c->next && imp_dtls_deadline(c->next) <= now) {
        imp_dtls_expire(c->next, now);
        settle_next(c, now);
    }
    if (c->current && imp_dtls_deadline(c->current) <= now) {
        enum imp_dtls_state before = imp_dtls_state(c->current);
        imp_dtls_expire(c->current, now);
        settle_current(c, before, now);
    }
    if (imp_coaps_is_open(c) && imp_coap_deadline(&c->coap) <= now)
        imp_coap_expire(&c->coap, now);
    leave(c);
}

int imp_coaps_request(struct imp_coaps *c, struct imp_coap_message *request, int label,
                      imp_time now)
{
    if (!imp_coaps_is_open(c))
        return -1;
    enter(c, now);
    int status = imp_coap_request(&c->coap, IMP_COAP_CON, request, label, now);
    leave(c);
    return status;
}

int imp_coaps_respond(struct imp_coaps *c, struct imp_coap_message *response, int label,
                      imp_time now)
{
    if (!imp_coaps_is_open(c))
        return -1;
    enter(c, now);
    int status = imp_coap_respond(&c->coap, IMP_COAP_CON, response, label, now);
    leave(c);
    return status;
}

int imp_coaps_export(struct imp_coaps *c, uint8_t *out, size_t n)
{
    return imp_coaps_is_open(c) ? imp_dtls_export(c->current, "EXPERIMENTAL-imprint", out, n) : -1;
}

size_t imp_coaps_binding(struct imp_coaps *c, uint8_t out[32])
{
    return imp_coaps_is_open(c) ? imp_dtls_binding(c->current, out) : 0;
}

size_t imp_coaps_record_limit(const struct imp_coaps *c)
{
    return imp_coaps_is_open(c) ? imp_dtls_record_limit(c->current) : 0;
}

int imp_coaps_message_of(const struct imp_coaps_messages *messages, int label)
{
    if (label >= 0)
        return label;
    if (label <= IMP_COAPS_LABEL_DTLS)
        return messages->dtls[IMP_COAPS_LABEL_DTLS - label];
    return label == IMP_COAP_LABEL_ERROR ? messages->error : messages->empty;
}
