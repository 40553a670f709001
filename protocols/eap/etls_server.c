/* SPDX-License-Identifier: GPL-2.0-only */
/* etls_server.c - the EAP-TLS server, RFC 5216 section 2.1, RFC 9190 section 2.1. */
#include <string.h>

#include "../crypto/crypto.h"
#include "etls.h"

void etls_server_start(void *shared, struct imp_env *env, imp_time now)
{
    uint8_t der[IMP_X509_MAX];
    char own[IMP_X509_NAME];
    int n = env->ops->cell_get(env, ETLS_CELL_CERTIFICATE, der, sizeof der);
    (void)shared;
    (void)now;
    if (n > 0 && etls_identity(own, der, (size_t)n))
        imp_eap_claim_identity(env, own);
    etls_ticket_key(env);
}

enum imp_eap_server_verdict etls_server_begin(void *session, void *shared, struct imp_eap_io *io)
{
    struct etls_server *s = session;
    (void)shared;
    if (!etls_open(&s->end, io->env, &etls_eap_tls, true, io->now)) {
        imp_eap_claim_reject(io->env, "no certificate");
        return IMP_EAP_SERVER_FAILURE;
    }
    io->out[IMP_EAP_HEADER] = ETLS_FLAG_START;
    imp_eap_length(io, IMP_EAP_HEADER + 1);
    return IMP_EAP_SERVER_REQUEST;
}

static enum imp_eap_server_verdict request(struct etls_server *s, struct imp_eap_io *io)
{
    etls_say(&s->end, io);
    return IMP_EAP_SERVER_REQUEST;
}

static enum imp_eap_server_verdict succeed(struct etls_server *s)
{
    s->succeeded = etls_export(&s->end, &s->keys);
    etls_claim_commit(&s->end);
    return s->succeeded ? IMP_EAP_SERVER_SUCCESS : IMP_EAP_SERVER_FAILURE;
}

/* The alert goes out; its answer, or its absence, changes nothing (RFC 5216 section 2.1.3). */
static enum imp_eap_server_verdict fail(struct etls_server *s, struct imp_eap_io *io)
{
    imp_eap_claim_reject(io->env, "TLS");
    if (s->end.out.n == 0)
        return IMP_EAP_SERVER_FAILURE;
    s->state = ETLS_SERVER_AWAIT_ALERTED;
    return request(s, io);
}

static enum imp_eap_server_verdict message(struct etls_server *s, struct imp_eap_io *io)
{
    static const uint8_t commitment = 0;
    enum imp_dtls_state state = etls_feed(&s->end, io->now);
    if (state == IMP_DTLS_FAILED || state == IMP_DTLS_CLOSED)
        return fail(s, io);
    if (state == IMP_DTLS_OPEN) {
        etls_claim_running(&s->end); /* what is sent now lets the peer commit */
        if (!imp_tls_is_1_3(s->end.tls) && etls_resumed(&s->end))
            return succeed(s); /* the peer's Finished was the last */
        if (imp_tls_is_1_3(s->end.tls) && !imp_eap_opt(io->env, "commitment", 1))
            return succeed(s);
        if (imp_tls_is_1_3(s->end.tls) && imp_tls_write(s->end.tls, &commitment, 1, io->now) != 0)
            return fail(s, io);
        s->state = ETLS_SERVER_AWAIT_LAST;
    } else if (etls_resumed(&s->end) && !imp_tls_is_1_3(s->end.tls)) {
        etls_claim_running(&s->end); /* our Finished comes first and lets the peer commit */
    }
    return request(s, io);
}

enum imp_eap_server_verdict etls_server_process(void *session, void *shared, struct imp_eap_io *io)
{
    struct etls_server *s = session;
    struct etls_packet in;
    (void)shared;
    if (etls_parse(&in, io->in, io->in_n) != 0)
        return IMP_EAP_SERVER_DISCARD;
    if (s->state == ETLS_SERVER_AWAIT_ALERTED)
        return IMP_EAP_SERVER_FAILURE;
    switch (etls_turn(&s->end, &in, io)) {
    case ETLS_TURN_ANSWERED:
        return IMP_EAP_SERVER_REQUEST;
    case ETLS_TURN_MESSAGE:
        if (s->end.in.n)
            return message(s, io);
        if (s->state == ETLS_SERVER_AWAIT_LAST)
            return succeed(s);
        break; /* nothing was said where something is due */
    default:
        break;
    }
    return IMP_EAP_SERVER_DISCARD;
}

bool etls_server_export(const void *session, struct imp_eap_export *out)
{
    const struct etls_server *s = session;
    *out = s->keys;
    return s->succeeded;
}

void etls_server_free(void *session)
{
    struct etls_server *s = session;
    etls_close(&s->end);
}

/* Tickets given before a reset are worth nothing after it. */
void etls_server_event(void *shared, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    (void)shared;
    if (e->kind == IMP_EVENT_RESET)
        env->ops->cell_erase(env, ETLS_CELL_TICKET_KEY);
    else if (e->kind == IMP_EVENT_CONTROL)
        etls_revocation_event(env, e, now);
}

void etls_server_end(void *session, void *shared, struct imp_env *env, bool success, imp_time now)
{
    (void)shared;
    (void)env;
    (void)success;
    (void)now;
    etls_server_free(session);
}
