/* SPDX-License-Identifier: GPL-2.0-only */
#include "https.h"

#include "../crypto/crypto.h"

#include <stdio.h>
#include <string.h>

static int message_of(const struct imp_https *l, const uint8_t *bytes, size_t n)
{
    switch (imp_tls_kind(bytes, n)) {
    case IMP_DTLS_CLIENT_HELLO:
        return l->labels->hello;
    case IMP_DTLS_SERVER_FLIGHT:
    case IMP_DTLS_CLIENT_FLIGHT:
        return l->labels->flight;
    case IMP_DTLS_OTHER: /* begins with Certificate */
        return l->labels->certificate;
    case IMP_DTLS_ALERT:
        return l->labels->alert;
    case IMP_DTLS_DATA:
        return l->label < 0 ? l->labels->finished : l->label; /* TLS 1.3 hides what it is */
    default:
        return l->labels->finished;
    }
}

static void send(void *arg, const uint8_t *bytes, size_t n)
{
    struct imp_https *l = *(struct imp_https **)arg;
    imp_send(l->env, l->channel, &l->at, message_of(l, bytes, n), bytes, n);
}

bool imp_https_open(struct imp_https *l, const struct imp_https_end *end, const struct imp_addr *at,
                    imp_time now)
{
    const struct imp_tls_config config = {
        .server = end->server, .x509 = end->x509, .send = send, .arg = end->arg};
    struct imp_addr to = *at;
    imp_tls_free(l->tls);
    *l = (struct imp_https){
        .env = end->env, .channel = end->channel, .at = to, .labels = end->labels, .label = -1};
    l->tls = imp_tls_new(end->env, &config, now);
    if (l->tls && !end->server)
        imp_tls_start(l->tls, now);
    return l->tls != NULL;
}

bool imp_https_feed(struct imp_https *l, const uint8_t *bytes, size_t n, imp_time now)
{
    imp_tls_feed(l->tls, bytes, n, now);
    l->n += imp_tls_read(l->tls, l->in + l->n, sizeof l->in - l->n);
    return imp_tls_waiting(l->tls) == 0;
}

int imp_https_message(struct imp_https *l, struct imp_http *m, bool request)
{
    if (l->n == 0)
        return 0;
    int n =
        request ? imp_http_request_read(m, l->in, l->n) : imp_http_response_read(m, l->in, l->n);
    if (n > 0)
        imp_charge(l->env, IMP_OP_CODEC, (size_t)n);
    return n;
}

void imp_https_taken(struct imp_https *l, size_t n)
{
    memmove(l->in, l->in + n, l->n - n);
    l->n -= n;
}

void imp_https_send(struct imp_https *l, int message, const uint8_t *bytes, int n, imp_time now)
{
    if (n < 0)
        return;
    imp_charge(l->env, IMP_OP_CODEC, (size_t)n);
    l->label = message;
    imp_tls_write(l->tls, bytes, (size_t)n, now);
}

const char *imp_https_client_feed(struct imp_https *l, const struct imp_https_client *c,
                                  const uint8_t *bytes, size_t n, imp_time now)
{
    static struct imp_http m; /* filled and used within the call */
    bool room = imp_https_feed(l, bytes, n, now);
    enum imp_dtls_state state = imp_tls_state(l->tls);
    if (state == IMP_DTLS_FAILED)
        return "handshake-failed";
    if (c->handshaking && state == IMP_DTLS_OPEN)
        c->opened(c->arg);
    if (!l->tls)
        return NULL;
    int used = imp_https_message(l, &m, false);
    bool good = used > 0 && c->answer(c->arg, &m);
    if (!l->tls)
        return NULL;
    if (!room || used < 0 || (used > 0 && !good))
        return "refused";
    if (used > 0)
        imp_https_taken(l, (size_t)used);
    return NULL;
}

/* The header fields of a body, and the body as it goes out. */
struct dressed {
    char type[80], accept[80], retry[32];
    const char *fields[6];
    const void *bytes;
    size_t n;
    char text[IMP_HTTPS_MAX];
};

static void dress(struct dressed *d, const struct imp_https_body *body)
{
    size_t at = 0;
    memset(d->fields, 0, sizeof d->fields);
    d->bytes = body ? body->bytes : NULL;
    d->n = body ? body->n : 0;
    if (!body || !body->type)
        return;
    snprintf(d->type, sizeof d->type, "Content-Type: %s", body->type);
    d->fields[at++] = d->type;
    if (body->accept) {
        snprintf(d->accept, sizeof d->accept, "Accept: %s", body->accept);
        d->fields[at++] = d->accept;
    }
    if (!body->base64)
        return;
    d->fields[at] = "Content-Transfer-Encoding: base64";
    int n = imp_base64_encode(d->text, sizeof d->text, body->bytes, body->n);
    d->bytes = d->text;
    d->n = n < 0 ? 0 : (size_t)n;
}

void imp_https_ask(struct imp_https *l, int message, const char *path, const char *host,
                   const struct imp_https_body *body, imp_time now)
{
    static struct dressed d; /* filled and used within the call */
    static uint8_t out[IMP_HTTPS_MAX + 512];
    dress(&d, body);
    imp_https_send(l, message, out,
                   imp_http_request_write(out, sizeof out, body ? "POST" : "GET", path, host,
                                          d.fields, d.bytes, d.n),
                   now);
}

static const char *reason_of(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 202:
        return "Accepted";
    case 503:
        return "Service Unavailable";
    default:
        return "Refused";
    }
}

void imp_https_answer(struct imp_https *l, int message, int status, int retry,
                      const struct imp_https_body *body, imp_time now)
{
    static struct dressed d; /* filled and used within the call */
    static uint8_t out[IMP_HTTPS_MAX + 512];
    size_t at = 0;
    dress(&d, body);
    while (d.fields[at])
        at++;
    if (retry >= 0) {
        snprintf(d.retry, sizeof d.retry, "Retry-After: %d", retry);
        d.fields[at] = d.retry;
    }
    imp_https_send(
        l, message, out,
        imp_http_response_write(out, sizeof out, status, reason_of(status), d.fields, d.bytes, d.n),
        now);
}

void imp_https_close(struct imp_https *l, imp_time now)
{
    if (!l->tls)
        return;
    imp_tls_close(l->tls, now);
    imp_tls_free(l->tls);
    imp_wipe(l, sizeof *l);
}
