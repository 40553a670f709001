/* SPDX-License-Identifier: GPL-2.0-only */
#include "coaps_tcp.h"

#include <string.h>

/* RFC 8323, section 9.1; mandatory on other ports than 5684. */
static const char alpn[] = "coap";

/* ---- calls into the hooks may ask for the end; it waits until we are back */
static void enter(struct imp_coaps_tcp *c, imp_time now)
{
    c->busy++;
    c->now = now;
}

static void leave(struct imp_coaps_tcp *c)
{
    if (--c->busy > 0 || !c->closing)
        return;
    c->closing = false;
    if (c->open)
        imp_coap_connection_release(&c->coap);
    if (c->session)
        imp_tls_close(c->session, c->now);
    imp_coaps_tcp_free(c);
}

void imp_coaps_tcp_close(struct imp_coaps_tcp *c, imp_time now)
{
    enter(c, now);
    c->closing = true;
    leave(c);
}

void imp_coaps_tcp_free(struct imp_coaps_tcp *c)
{
    imp_tls_free(c->session);
    c->session = NULL;
    c->open = false;
}

static void end(struct imp_coaps_tcp *c, enum imp_coaps_end how, const char *why, imp_time now)
{
    bool was_closing = c->closing;
    char copy[128] = "";
    strncpy(copy, why, sizeof copy - 1);
    imp_coaps_tcp_free(c);
    if (!was_closing)
        c->hooks->over(c->arg, how, copy, now);
}

/* ---- between the session and the messages */
static void session_send(void *arg, const uint8_t *bytes, size_t n)
{
    struct imp_coaps_tcp *c = arg;
    enum imp_dtls_kind kind = imp_tls_kind(bytes, n);
    c->hooks->send(c->arg, kind == IMP_DTLS_DATA ? c->label : IMP_COAPS_LABEL_DTLS - (int)kind,
                   bytes, n);
}

static bool session_verify(void *arg, const uint8_t *spki, size_t n)
{
    struct imp_coaps_tcp *c = arg;
    return c->hooks->verify && c->hooks->verify(c->arg, spki, n);
}

static bool session_verify_chain(void *arg, const struct imp_piece *chain, size_t count)
{
    struct imp_coaps_tcp *c = arg;
    return c->hooks->verify_chain && c->hooks->verify_chain(c->arg, chain, count);
}

static int session_psk(void *arg, uint8_t key[32], const char *identity)
{
    struct imp_coaps_tcp *c = arg;
    return c->hooks->psk ? c->hooks->psk(c->arg, key, identity) : -1;
}

static void message_send(void *arg, int label, const uint8_t *bytes, size_t n)
{
    struct imp_coaps_tcp *c = arg;
    c->label = label;
    if (!c->secure)
        c->hooks->send(c->arg, label, bytes, n);
    else if (c->session)
        imp_tls_write(c->session, bytes, n, c->now);
}

static void message_serve(void *arg, const struct imp_coap_message *request,
                          struct imp_coap_reply *reply, imp_time now)
{
    struct imp_coaps_tcp *c = arg;
    c->hooks->serve(c->arg, request, reply, now);
}

static void message_done(void *arg, int label, enum imp_coap_outcome outcome,
                         const struct imp_coap_message *response, imp_time now)
{
    struct imp_coaps_tcp *c = arg;
    c->hooks->done(c->arg, label, outcome, response, now);
}

static void message_ended(void *arg, enum imp_coap_ending ending, imp_time now)
{
    static const char *const words[] = {[IMP_COAP_RELEASED] = "released",
                                        [IMP_COAP_ABORTED] = "aborted",
                                        [IMP_COAP_UNREADABLE] = "unreadable"};
    struct imp_coaps_tcp *c = arg;
    if (c->session)
        imp_tls_close(c->session, now);
    end(c, IMP_COAPS_CLOSED, words[ending], now);
}

void imp_coaps_tcp_init(struct imp_coaps_tcp *c, struct imp_env *env,
                        const struct imp_dtls_config *tls,
                        const struct imp_coap_connection_config *config,
                        const struct imp_coaps_hooks *hooks, void *arg)
{
    c->env = env;
    c->hooks = hooks;
    c->arg = arg;
    c->secure = tls != NULL;
    c->config = *config;
    c->config.send = message_send;
    c->config.serve = hooks->serve ? message_serve : NULL;
    c->config.done = hooks->done ? message_done : NULL;
    c->config.ended = message_ended;
    c->config.arg = c;
    c->session = NULL;
    c->open = c->closing = false;
    c->busy = 0;
    if (!tls)
        return;
    c->tls = *tls;
    c->tls.send = session_send;
    c->tls.verify = session_verify;
    c->tls.x509.verify = session_verify_chain;
    c->tls.psk_lookup = session_psk;
    c->tls.alpn = alpn;
    c->tls.arg = c;
}

/* ---- events */
bool imp_coaps_tcp_is_open(const struct imp_coaps_tcp *c)
{
    return c->open && !c->closing;
}

static void opened(struct imp_coaps_tcp *c, imp_time now)
{
    c->open = true;
    imp_coap_connection_open(&c->coap, c->env, &c->config);
    c->hooks->opened(c->arg, now);
}

void imp_coaps_tcp_connected(struct imp_coaps_tcp *c, imp_time now)
{
    imp_coaps_tcp_free(c);
    enter(c, now);
    if (!c->secure) {
        opened(c, now);
    } else {
        c->session = imp_tls_alike(c->env, &c->tls, now);
        if (c->session && !c->tls.server)
            imp_tls_start(c->session, now);
    }
    leave(c);
}

static void take(struct imp_coaps_tcp *c, const uint8_t *bytes, size_t n, imp_time now)
{
    if (!imp_coaps_tcp_is_open(c))
        return;
    c->hooks->data(c->arg, now);
    if (imp_coaps_tcp_is_open(c))
        imp_coap_connection_feed(&c->coap, bytes, n, now);
}

/* What the session has become since `before`; what it holds is taken first. */
static void settle(struct imp_coaps_tcp *c, enum imp_dtls_state before, imp_time now)
{
    uint8_t plain[IMP_COAP_FRAME_MAX];
    size_t n;
    if (before == IMP_DTLS_HANDSHAKE && imp_tls_state(c->session) != IMP_DTLS_FAILED &&
        imp_tls_state(c->session) != before)
        opened(c, now);
    while (c->session && !c->closing && (n = imp_tls_read(c->session, plain, sizeof plain)) > 0)
        take(c, plain, n, now);
    if (!c->session || c->closing)
        return;
    enum imp_dtls_state after = imp_tls_state(c->session);
    if (after == IMP_DTLS_FAILED || after == IMP_DTLS_CLOSED)
        end(c, before == IMP_DTLS_HANDSHAKE ? IMP_COAPS_HANDSHAKE_FAILED : IMP_COAPS_CLOSED,
            imp_tls_why(c->session), now);
}

void imp_coaps_tcp_feed(struct imp_coaps_tcp *c, const uint8_t *bytes, size_t n, imp_time now)
{
    enter(c, now);
    if (!c->secure) {
        take(c, bytes, n, now);
    } else if (c->session) {
        enum imp_dtls_state before = imp_tls_state(c->session);
        imp_tls_feed(c->session, bytes, n, now);
        settle(c, before, now);
    }
    leave(c);
}

void imp_coaps_tcp_lost(struct imp_coaps_tcp *c, imp_time now)
{
    enter(c, now);
    if (c->open || c->session)
        end(c, c->open ? IMP_COAPS_CLOSED : IMP_COAPS_HANDSHAKE_FAILED, "the stream is closed",
            now);
    leave(c);
}

imp_time imp_coaps_tcp_deadline(const struct imp_coaps_tcp *c)
{
    imp_time at = c->session ? imp_tls_deadline(c->session) : IMP_NEVER;
    imp_time other = c->open ? imp_coap_connection_deadline(&c->coap) : IMP_NEVER;
    return other < at ? other : at;
}

void imp_coaps_tcp_expire(struct imp_coaps_tcp *c, imp_time now)
{
    enter(c, now);
    if (c->session && imp_tls_deadline(c->session) <= now) {
        enum imp_dtls_state before = imp_tls_state(c->session);
        imp_tls_expire(c->session, now);
        settle(c, before, now);
    }
    if (imp_coaps_tcp_is_open(c))
        imp_coap_connection_expire(&c->coap, now);
    leave(c);
}

int imp_coaps_tcp_request(struct imp_coaps_tcp *c, struct imp_coap_message *request, int label,
                          imp_time now)
{
    if (!imp_coaps_tcp_is_open(c))
        return -1;
    enter(c, now);
    int status = imp_coap_connection_request(&c->coap, request, label, now);
    leave(c);
    return status;
}

int imp_coaps_tcp_export(struct imp_coaps_tcp *c, uint8_t *out, size_t n)
{
    static const char label[] = "EXPERIMENTAL-imprint";
    return c->session ? imp_tls_export(c->session, out, n, label, NULL, 0) : -1;
}
