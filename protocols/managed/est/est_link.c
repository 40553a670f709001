/* SPDX-License-Identifier: GPL-2.0-only */
/* est_link.c - HTTP over TLS over one connection. */
#include "est.h"

#include "protocols/crypto/crypto.h"

#include <string.h>

static int message_of(const struct est_link *l, const uint8_t *bytes, size_t n)
{
    static const int table[] = {[IMP_DTLS_CLIENT_HELLO] = EST_MSG_CLIENT_HELLO,
                                [IMP_DTLS_HELLO_VERIFY_REQUEST] = EST_MSG_ALERT,
                                [IMP_DTLS_SERVER_FLIGHT] = EST_MSG_SERVER_FLIGHT,
                                [IMP_DTLS_CLIENT_FLIGHT] = EST_MSG_CLIENT_FLIGHT,
                                [IMP_DTLS_FINISHED] = EST_MSG_FINISHED,
                                [IMP_DTLS_ALERT] = EST_MSG_ALERT,
                                [IMP_DTLS_OTHER] = EST_MSG_FINISHED};
    enum imp_dtls_kind kind = imp_tls_kind(bytes, n);
    if (kind == IMP_DTLS_OTHER && l->env->role == EST_DEVICE)
        return EST_MSG_CLIENT_FLIGHT; /* begins with Certificate */
    if (kind != IMP_DTLS_DATA)
        return table[kind];
    return l->label < 0 ? EST_MSG_FINISHED : l->label; /* TLS 1.3 hides what it is */
}

static void send(void *arg, const uint8_t *bytes, size_t n)
{
    struct est_link *l = *(struct est_link **)arg;
    imp_send(l->env, EST_STREAM, &l->at, message_of(l, bytes, n), bytes, n);
}

bool est_link_open(struct est_link *l, struct imp_env *env, const struct imp_addr *at, bool server,
                   const struct imp_dtls_x509 *x509, void *arg, imp_time now)
{
    const struct imp_tls_config config = {.server = server, .x509 = x509, .send = send, .arg = arg};
    imp_tls_free(l->tls);
    *l = (struct est_link){.env = env, .at = *at, .label = -1};
    l->tls = imp_tls_new(env, &config, now);
    if (l->tls && !server)
        imp_tls_start(l->tls, now);
    return l->tls != NULL;
}

bool est_link_feed(struct est_link *l, const uint8_t *bytes, size_t n, imp_time now)
{
    imp_tls_feed(l->tls, bytes, n, now);
    l->n += imp_tls_read(l->tls, l->in + l->n, sizeof l->in - l->n);
    return imp_tls_waiting(l->tls) == 0;
}

int est_link_message(struct est_link *l, struct imp_http *m, bool request)
{
    if (l->n == 0)
        return 0;
    int n =
        request ? imp_http_request_read(m, l->in, l->n) : imp_http_response_read(m, l->in, l->n);
    if (n > 0)
        imp_charge(l->env, IMP_OP_CODEC, (size_t)n);
    return n;
}

void est_link_taken(struct est_link *l, size_t n)
{
    memmove(l->in, l->in + n, l->n - n);
    l->n -= n;
}

void est_link_send(struct est_link *l, int message, const uint8_t *bytes, int n, imp_time now)
{
    if (n < 0)
        return;
    imp_charge(l->env, IMP_OP_CODEC, (size_t)n);
    l->label = message;
    imp_tls_write(l->tls, bytes, (size_t)n, now);
}

void est_link_close(struct est_link *l, imp_time now)
{
    if (!l->tls)
        return;
    imp_tls_close(l->tls, now);
    imp_tls_free(l->tls);
    imp_wipe(l, sizeof *l);
}

int est_body(uint8_t *out, size_t cap, const struct imp_http *m)
{
    return imp_base64_decode(out, cap, (const char *)m->body, m->body_n);
}
