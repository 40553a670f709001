/* SPDX-License-Identifier: GPL-2.0-only */
/* ttls_peer.c - the EAP-TTLS peer, RFC 5281 sections 7, 9 and 11. */
#include <stdio.h>
#include <string.h>

#include "../crypto/crypto.h"
#include "eap_packet.h"
#include "ttls.h"

enum { MS_RESPONSE = 2 + MSCHAP_CHALLENGE + 8 + MSCHAP_RESPONSE }; /* RFC 2548 section 2.3.2 */

void ttls_peer_start(void *peer, struct imp_env *env, imp_time now)
{
    struct ttls_peer *p = peer;
    uint8_t der[IMP_X509_MAX];
    char own[IMP_X509_NAME];
    (void)now;
    etls_close(&p->end); /* a restart ends what was */
    p->inner = (enum ttls_inner)imp_eap_opt(env, "ttls-inner", TTLS_PAP);
    int n = env->ops->cell_get(env, ETLS_CELL_NAI, p->nai, sizeof p->nai - 1);
    p->nai[n < 0 ? 0 : n] = 0;
    n = env->ops->cell_get(env, TTLS_CELL_PASSWORD, p->password, sizeof p->password);
    p->password_n = n < 0 || n > MSCHAP_PASSWORD_MAX ? 0 : (size_t)n;
    imp_eap_claim_identity(env, p->nai);
    n = imp_eap_opt(env, "ttls-certificate", 0)
            ? env->ops->cell_get(env, ETLS_CELL_CERTIFICATE, der, sizeof der)
            : 0;
    if (n > 0 && etls_device_identity(env, own, der, (size_t)n))
        imp_eap_claim_identity(env, own);
}

void ttls_peer_begin(void *peer, struct imp_env *env, imp_time now)
{
    struct ttls_peer *p = peer;
    (void)env;
    (void)now;
    etls_close(&p->end);
    p->state = TTLS_PEER_AWAIT_START;
    p->succeeded = false;
    p->verdict = IMP_EAP_PEER_CONTINUE;
}

/* Section 7.3: the realm alone, for who must route by it. */
size_t ttls_peer_identity(void *peer, struct imp_env *env, char *out, size_t cap)
{
    const struct ttls_peer *p = peer;
    bool named = imp_eap_opt(env, "ttls-identity", TTLS_ANONYMOUS) == TTLS_NAI;
    const char *realm = strchr(p->nai, '@');
    int n = snprintf(out, cap, "%s%s", named ? "" : "anonymous",
                     named   ? p->nai
                     : realm ? realm
                             : "");
    return (size_t)n < cap ? (size_t)n : cap - 1;
}

static enum imp_eap_peer_verdict fail(struct ttls_peer *p, struct imp_eap_io *io, const char *why)
{
    imp_eap_claim_reject(io->env, why);
    p->state = TTLS_PEER_ENDED;
    if (p->end.out.n)
        etls_say(&p->end, io); /* the alert */
    return IMP_EAP_PEER_FAILED;
}

/* Section 9.2: hints may come with the Start; we know none. Section 9.2.1: 0 is the highest version
 * that we have, whatever is offered. */
static enum imp_eap_peer_verdict start(struct ttls_peer *p, struct imp_eap_io *io,
                                       const struct etls_packet *in)
{
    struct ttls_message hints;
    if (ttls_read(&hints, in->data, in->n) != 0)
        return fail(p, io, "AVPs of Start");
    if (p->password_n == 0 || !etls_open(&p->end, io->env, &etls_eap_ttls, false, io->now))
        return fail(p, io, "no password or certificate");
    p->state = TTLS_PEER_HANDSHAKE;
    etls_say(&p->end, io);
    return IMP_EAP_PEER_CONTINUE;
}

/* ---- credentials, section 11.2 */
static void put_pap(struct ttls_peer *p, struct ttls_writer *w)
{
    uint8_t padded[MSCHAP_PASSWORD_MAX] = {0};
    size_t n = (p->password_n + TTLS_PASSWORD_PADDING - 1) / TTLS_PASSWORD_PADDING;
    memcpy(padded, p->password, p->password_n);
    ttls_put(w, TTLS_USER_NAME, p->nai, strlen(p->nai));
    ttls_put(w, TTLS_USER_PASSWORD, padded, n * TTLS_PASSWORD_PADDING);
    imp_wipe(padded, sizeof padded);
}

static void put_chap(struct ttls_peer *p, struct ttls_writer *w, const struct ttls_challenge *c)
{
    uint8_t answer[1 + TTLS_MD5] = {c->ident};
    ttls_chap(p->end.env, answer + 1, c->ident, p->password, p->password_n, c->challenge,
              sizeof c->challenge);
    ttls_put(w, TTLS_USER_NAME, p->nai, strlen(p->nai));
    ttls_put(w, TTLS_CHAP_CHALLENGE, c->challenge, sizeof c->challenge);
    ttls_put(w, TTLS_CHAP_PASSWORD, answer, sizeof answer);
}

static void put_mschap(struct ttls_peer *p, struct ttls_writer *w, const struct ttls_challenge *c)
{
    uint8_t answer[MS_RESPONSE] = {c->ident};
    uint8_t *challenge = answer + 2, *response = challenge + MSCHAP_CHALLENGE + 8;
    const struct mschap m = {c->challenge, challenge, p->nai, p->password, p->password_n};
    imp_random(p->end.env, "mschap-challenge", challenge, MSCHAP_CHALLENGE);
    mschap_response(p->end.env, response, &m);
    mschap_success(p->end.env, p->expected, &m, response);
    p->ident = c->ident;
    ttls_put(w, TTLS_USER_NAME, p->nai, strlen(p->nai));
    ttls_put_microsoft(w, TTLS_MS_CHAP_CHALLENGE, c->challenge, sizeof c->challenge);
    ttls_put_microsoft(w, TTLS_MS_CHAP2_RESPONSE, answer, sizeof answer);
}

static void put_identity(const struct ttls_peer *p, struct ttls_writer *w, uint8_t id)
{
    uint8_t packet[IMP_EAP_HEADER + IMP_EAP_ID_MAX];
    size_t n = imp_eap_write(packet, sizeof packet, IMP_EAP_RESPONSE, id, IMP_EAP_TYPE_IDENTITY,
                             p->nai, strlen(p->nai));
    ttls_put(w, TTLS_EAP_MESSAGE, packet, n);
}

static struct ttls_writer writer(const struct ttls_peer *p)
{
    return (struct ttls_writer){.mandatory = imp_eap_opt(p->end.env, "ttls-mandatory", 1)};
}

/* As long as fragments are left, the server cannot have decided. */
static enum imp_eap_peer_verdict verdict(const struct ttls_peer *p)
{
    return p->end.out.at < p->end.out.n ? IMP_EAP_PEER_CONTINUE : p->verdict;
}

static enum imp_eap_peer_verdict say(struct ttls_peer *p, struct imp_eap_io *io,
                                     struct ttls_writer *w, enum imp_eap_peer_verdict v)
{
    int r = w->overflow ? -1 : imp_tls_write(p->end.tls, w->bytes, w->n, io->now);
    imp_wipe(w, sizeof *w);
    if (r != 0)
        return fail(p, io, "TLS");
    etls_say(&p->end, io);
    p->verdict = v;
    return verdict(p);
}

/* The first opportunity is the peer's, section 7.6. */
static enum imp_eap_peer_verdict begin_tunnel(struct ttls_peer *p, struct imp_eap_io *io)
{
    struct ttls_writer w = writer(p);
    struct ttls_challenge c = {0};
    if (!ttls_challenge(&p->end, &c))
        return fail(p, io, "TLS");
    p->state = TTLS_PEER_TUNNEL;
    if (p->inner == TTLS_PAP)
        put_pap(p, &w);
    else if (p->inner == TTLS_CHAP)
        put_chap(p, &w, &c);
    else if (p->inner == TTLS_MSCHAPV2)
        put_mschap(p, &w, &c);
    else
        put_identity(p, &w, 0);
    if (p->inner != TTLS_EAP_MD5)
        ttls_claim_running(&p->end, p->inner); /* what is sent now lets the server commit */
    bool last = p->inner == TTLS_PAP || p->inner == TTLS_CHAP;
    return say(p, io, &w, last ? IMP_EAP_PEER_MAY_END : IMP_EAP_PEER_CONTINUE);
}

/* ---- the server's answers */
static enum imp_eap_peer_verdict mschap_answer(struct ttls_peer *p, struct imp_eap_io *io,
                                               const struct ttls_message *m)
{
    const uint8_t *s = m->ms_success.p;
    bool right = s && m->ms_success.n >= 1 + MSCHAP_SUCCESS && s[0] == p->ident &&
                 imp_equal(s + 1, p->expected, MSCHAP_SUCCESS);
    if (!right && !(s && io->env->adversary))
        return fail(p, io, m->ms_error.p ? "MS-CHAP-Error" : "MS-CHAP2-Success");
    etls_say(&p->end, io); /* empty: section 11.2.4 */
    return IMP_EAP_PEER_DONE;
}

static enum imp_eap_peer_verdict md5_answer(struct ttls_peer *p, struct imp_eap_io *io,
                                            const struct imp_eap_packet *e)
{
    struct ttls_writer w = writer(p);
    uint8_t value[1 + TTLS_MD5] = {TTLS_MD5}, packet[IMP_EAP_HEADER + sizeof value];
    if (e->data_n < 2 || e->data[0] == 0 || e->data[0] > e->data_n - 1)
        return fail(p, io, "EAP-MD5");
    ttls_chap(io->env, value + 1, e->id, p->password, p->password_n, e->data + 1, e->data[0]);
    ttls_claim_running(&p->end, p->inner); /* what is sent now lets the server commit */
    size_t n = imp_eap_write(packet, sizeof packet, IMP_EAP_RESPONSE, e->id, IMP_EAP_TYPE_MD5,
                             value, sizeof value);
    ttls_put(&w, TTLS_EAP_MESSAGE, packet, n);
    return say(p, io, &w, IMP_EAP_PEER_MAY_END);
}

/* What would be discarded outside is an error in the tunnel, section 11.2.1. */
static enum imp_eap_peer_verdict eap_answer(struct ttls_peer *p, struct imp_eap_io *io,
                                            const struct imp_piece *packet)
{
    static const struct imp_eap_type md5 = {.type = IMP_EAP_TYPE_MD5};
    struct ttls_writer w = writer(p);
    struct imp_eap_packet e;
    uint8_t out[IMP_EAP_EXPANDED_HEADER + 8];
    if (imp_eap_parse(&e, packet->p, packet->n) != 0 || e.code != IMP_EAP_REQUEST)
        return fail(p, io, "inner EAP");
    if (e.type == IMP_EAP_TYPE_MD5)
        return md5_answer(p, io, &e);
    if (e.type == IMP_EAP_TYPE_IDENTITY)
        put_identity(p, &w, e.id);
    else
        ttls_put(&w, TTLS_EAP_MESSAGE, out,
                 e.type == IMP_EAP_TYPE_NOTIFICATION
                     ? imp_eap_write(out, sizeof out, IMP_EAP_RESPONSE, e.id, e.type, NULL, 0)
                     : imp_eap_write_nak(out, sizeof out, &e, &md5));
    return say(p, io, &w, IMP_EAP_PEER_CONTINUE);
}

static enum imp_eap_peer_verdict tunnelled(struct ttls_peer *p, struct imp_eap_io *io)
{
    uint8_t avps[TTLS_AVPS];
    struct ttls_message m;
    size_t n = imp_tls_read(p->end.tls, avps, sizeof avps);
    if (n == 0) { /* records of the handshake's end, or nothing */
        etls_say(&p->end, io);
        return verdict(p);
    }
    if (imp_tls_waiting(p->end.tls) || ttls_read(&m, avps, n) != 0)
        return fail(p, io, "AVPs");
    if (p->inner == TTLS_MSCHAPV2)
        return mschap_answer(p, io, &m);
    if (p->inner == TTLS_EAP_MD5 && m.eap.p)
        return eap_answer(p, io, &m.eap);
    return fail(p, io, "inner method"); /* a challenge of PAP (Reply-Message): we have no answer */
}

/* Section 7.5: nothing is said in the tunnel of a session that goes on. */
static enum imp_eap_peer_verdict resumed(struct ttls_peer *p, struct imp_eap_io *io)
{
    p->state = TTLS_PEER_TUNNEL;
    p->verdict = IMP_EAP_PEER_MAY_END;
    ttls_claim_running(&p->end, p->inner); /* what is sent now lets the server commit */
    etls_say(&p->end, io);
    return verdict(p);
}

static enum imp_eap_peer_verdict message(struct ttls_peer *p, struct imp_eap_io *io)
{
    enum imp_dtls_state s = etls_feed(&p->end, io->now);
    if (s == IMP_DTLS_FAILED || s == IMP_DTLS_CLOSED)
        return fail(p, io, "TLS");
    if (s != IMP_DTLS_OPEN) {
        etls_say(&p->end, io);
        return IMP_EAP_PEER_CONTINUE;
    }
    if (p->state == TTLS_PEER_TUNNEL)
        return tunnelled(p, io);
    if (etls_resumed(&p->end))
        return resumed(p, io);
    if (p->end.out.n && !imp_eap_opt(io->env, "ttls-piggyback", 1)) {
        etls_say(&p->end, io); /* Finished, alone */
        return IMP_EAP_PEER_CONTINUE;
    }
    return begin_tunnel(p, io);
}

enum imp_eap_peer_verdict ttls_peer_process(void *peer, struct imp_eap_io *io)
{
    struct ttls_peer *p = peer;
    struct etls_packet in;
    if (etls_parse(&in, io->in, io->in_n) != 0 || p->state == TTLS_PEER_ENDED)
        return IMP_EAP_PEER_IGNORE;
    if (p->state == TTLS_PEER_AWAIT_START)
        return in.start ? start(p, io, &in) : IMP_EAP_PEER_IGNORE;
    if (!ttls_version_ok(io->in))
        return IMP_EAP_PEER_IGNORE;
    switch (etls_turn(&p->end, &in, io)) {
    case ETLS_TURN_ANSWERED:
        return verdict(p);
    case ETLS_TURN_MESSAGE:
        return message(p, io);
    default:
        return IMP_EAP_PEER_IGNORE;
    }
}

/* Only MS-CHAP-V2 tells the peer of success under keys; else EAP-Success is all that there is. */
imp_time ttls_peer_end(void *peer, struct imp_env *env, bool success, imp_time now)
{
    struct ttls_peer *p = peer;
    (void)now;
    p->state = TTLS_PEER_ENDED;
    p->succeeded = success;
    if (p->end.tls && (success || env->adversary)) /* who tries a ticket of a refusal */
        etls_keep_session(&p->end);
    if (success)
        ttls_claim_commit(&p->end, p->inner, p->password, p->password_n);
    return IMP_EAP_HELD;
}

bool ttls_peer_export(const void *peer, struct imp_eap_export *out)
{
    const struct ttls_peer *p = peer;
    return p->end.tls && p->end.running && etls_export(&p->end, out);
}

void ttls_peer_free(void *peer)
{
    struct ttls_peer *p = peer;
    etls_close(&p->end);
}
