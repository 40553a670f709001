/* SPDX-License-Identifier: GPL-2.0-only */
/* etls_peer.c - the EAP-TLS peer, RFC 5216 section 2.1, RFC 9190 section 2.1. */
#include <string.h>

#include "../crypto/crypto.h"
#include "etls.h"

void etls_peer_start(void *peer, struct imp_env *env, imp_time now)
{
    struct etls_peer *p = peer;
    (void)now;
    etls_close(&p->end); /* a restart ends what was */
    int n = env->ops->cell_get(env, ETLS_CELL_NAI, p->nai, sizeof p->nai - 1);
    p->nai[n < 0 ? 0 : n] = 0;
    if (etls_by_key(env))
        imp_eap_claim_identity(env, p->nai);
    etls_claim_identities(env);
}

void etls_peer_begin(void *peer, struct imp_env *env, imp_time now)
{
    struct etls_peer *p = peer;
    (void)env;
    (void)now;
    etls_close(&p->end);
    p->state = ETLS_PEER_AWAIT_START;
    p->succeeded = false;
}

size_t etls_peer_identity(void *peer, struct imp_env *env, char *out, size_t cap)
{
    const struct etls_peer *p = peer;
    size_t n = strlen(p->nai);
    (void)env;
    if (n >= cap)
        n = cap - 1;
    memcpy(out, p->nai, n);
    out[n] = 0;
    return n;
}

static enum imp_eap_peer_verdict start(struct etls_peer *p, struct imp_eap_io *io)
{
    if (!etls_open(&p->end, io->env, &etls_eap_tls, false, io->now)) {
        imp_eap_claim_reject(io->env, "no certificate");
        p->state = ETLS_PEER_ENDED;
        return IMP_EAP_PEER_FAILED;
    }
    p->state = ETLS_PEER_TALKING;
    etls_say(&p->end, io);
    return IMP_EAP_PEER_CONTINUE;
}

/* After an alert only EAP-Failure may follow (RFC 5216 section 2.1.3). */
static enum imp_eap_peer_verdict fail(struct etls_peer *p, struct imp_eap_io *io)
{
    imp_eap_claim_reject(io->env, "TLS");
    etls_devid_refused(&p->end);
    p->state = ETLS_PEER_ENDED;
    etls_say(&p->end, io);
    return IMP_EAP_PEER_FAILED;
}

/* TLS 1.2: the server's Finished is the end. TLS 1.3: 0x00 is (RFC 9190 section 2.5). */
static bool committed(struct etls_peer *p)
{
    uint8_t word[2];
    return !imp_tls_is_1_3(p->end.tls) ||
           (imp_tls_read(p->end.tls, word, sizeof word) == 1 && word[0] == 0);
}

static enum imp_eap_peer_verdict message(struct etls_peer *p, struct imp_eap_io *io)
{
    enum imp_dtls_state s = etls_feed(&p->end, io->now);
    if (s == IMP_DTLS_FAILED || s == IMP_DTLS_CLOSED)
        return fail(p, io);
    if (p->end.out.n || s == IMP_DTLS_OPEN)
        etls_claim_running(&p->end); /* what is sent now lets the server commit */
    etls_say(&p->end, io);
    bool last = p->end.out.n == 0; /* or its Finished, in a resumed session of TLS 1.2 */
    if (s == IMP_DTLS_OPEN && !imp_tls_is_1_3(p->end.tls))
        last |= etls_resumed(&p->end);
    if (s != IMP_DTLS_OPEN || !last || !committed(p))
        return IMP_EAP_PEER_CONTINUE;
    p->state = ETLS_PEER_ENDED;
    p->succeeded = true;
    etls_keep_session(&p->end);
    etls_claim_commit(&p->end);
    return IMP_EAP_PEER_DONE;
}

enum imp_eap_peer_verdict etls_peer_process(void *peer, struct imp_eap_io *io)
{
    struct etls_peer *p = peer;
    struct etls_packet in;
    if (etls_parse(&in, io->in, io->in_n) != 0 || p->state == ETLS_PEER_ENDED)
        return IMP_EAP_PEER_IGNORE;
    if (p->state == ETLS_PEER_AWAIT_START)
        return in.start ? start(p, io) : IMP_EAP_PEER_IGNORE;
    switch (etls_turn(&p->end, &in, io)) {
    case ETLS_TURN_ANSWERED:
        return IMP_EAP_PEER_CONTINUE;
    case ETLS_TURN_MESSAGE:
        return message(p, io);
    default:
        return IMP_EAP_PEER_IGNORE;
    }
}

/* A ticket does not outlive a reset; key and certificate do, but for an LDevID beside an IDevID. */
imp_time etls_peer_event(void *peer, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    (void)peer;
    (void)now;
    if (e->kind == IMP_EVENT_RESET)
        env->ops->cell_erase(env, ETLS_CELL_SESSION);
    etls_devid_event(env, e);
    return IMP_EAP_HELD;
}

bool etls_peer_export(const void *peer, struct imp_eap_export *out)
{
    const struct etls_peer *p = peer;
    return p->succeeded && etls_export(&p->end, out);
}

void etls_peer_free(void *peer)
{
    struct etls_peer *p = peer;
    etls_close(&p->end);
}
