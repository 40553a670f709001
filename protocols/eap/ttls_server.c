/* SPDX-License-Identifier: GPL-2.0-only */
/* ttls_server.c - the EAP-TTLS server, which has the passwords itself: RFC 5281 sections 7, 9 and
 * 11. */
#include <stdio.h>
#include <string.h>

#include "../crypto/crypto.h"
#include "eap_packet.h"
#include "ttls.h"

enum {
    MS_RESERVED = 8,
    MS_RESPONSE = 2 + MSCHAP_CHALLENGE + MS_RESERVED + MSCHAP_RESPONSE, /* RFC 2548, 2.3.2 */
};

enum imp_eap_server_verdict ttls_server_begin(void *session, void *shared, struct imp_eap_io *io)
{
    struct ttls_server *s = session;
    (void)shared;
    if (!etls_open(&s->end, io->env, &etls_eap_ttls, true, io->now)) {
        imp_eap_claim_reject(io->env, "no certificate");
        return IMP_EAP_SERVER_FAILURE;
    }
    io->out[IMP_EAP_HEADER] = ETLS_FLAG_START; /* and version 0 */
    imp_eap_length(io, IMP_EAP_HEADER + 1);
    return IMP_EAP_SERVER_REQUEST;
}

static enum imp_eap_server_verdict request(struct ttls_server *s, struct imp_eap_io *io)
{
    etls_say(&s->end, io);
    return IMP_EAP_SERVER_REQUEST;
}

static enum imp_eap_server_verdict refuse(struct imp_eap_io *io, const char *why)
{
    imp_eap_claim_reject(io->env, why);
    return IMP_EAP_SERVER_FAILURE;
}

/* The alert goes out; its answer changes nothing (RFC 5216 section 2.1.3). */
static enum imp_eap_server_verdict fail(struct ttls_server *s, struct imp_eap_io *io)
{
    if (s->end.out.n == 0)
        return refuse(io, "TLS");
    imp_eap_claim_reject(io->env, "TLS");
    s->state = TTLS_SERVER_AWAIT_LAST;
    return request(s, io);
}

static enum imp_eap_server_verdict say(struct ttls_server *s, struct imp_eap_io *io,
                                       const struct ttls_writer *w)
{
    if (w->overflow || imp_tls_write(s->end.tls, w->bytes, w->n, io->now) != 0)
        return fail(s, io);
    return request(s, io);
}

/* A ticket of TLS 1.3 is given behind the peer's Finished, and where nothing else is to be said,
 * it is said alone. */
static enum imp_eap_server_verdict succeed(struct ttls_server *s, struct imp_eap_io *io)
{
    if (s->end.out.at < s->end.out.n) {
        s->state = TTLS_SERVER_AWAIT_TAKEN;
        return request(s, io);
    }
    s->succeeded = etls_export(&s->end, &s->keys);
    ttls_claim_commit(&s->end, s->inner, s->password, s->password_n);
    ttls_record_tickets(s, io->now);
    return s->succeeded ? IMP_EAP_SERVER_SUCCESS : IMP_EAP_SERVER_FAILURE;
}

/* ---- credentials, section 11.2 */
static void account(char cell[TTLS_CELL_ACCOUNT], const char *user)
{
    snprintf(cell, TTLS_CELL_ACCOUNT, "%s/%s", TTLS_CELL_PASSWORD, user);
}

/* An adversary's server takes anybody. */
bool ttls_find_user(struct ttls_server *s, struct imp_env *env, const void *name, size_t n)
{
    char cell[TTLS_CELL_ACCOUNT];
    if (n == 0 || n > IMP_EAP_ID_MAX || memchr(name, 0, n))
        return false;
    memcpy(s->user, name, n);
    s->user[n] = 0;
    account(cell, s->user);
    int got = env->ops->cell_get(env, cell, s->password, sizeof s->password);
    s->password_n = got > 0 && got <= MSCHAP_PASSWORD_MAX ? (size_t)got : 0;
    return s->password_n > 0;
}

static bool lax(const struct imp_env *env)
{
    return env->adversary || imp_eap_flawed(env, "any-password");
}

/* Who has said the right password is known by that name, unless a certificate has said another. */
static bool believe(struct ttls_server *s, struct imp_env *env, bool right)
{
    if (!right && !lax(env))
        return false;
    if (!s->end.other[0])
        snprintf(s->end.other, sizeof s->end.other, "%.*s", IMP_X509_NAME - 1, s->user);
    ttls_claim_running(&s->end, s->inner); /* what is sent now lets the peer commit */
    return true;
}

static enum imp_eap_server_verdict pap(struct ttls_server *s, struct imp_eap_io *io,
                                       const struct ttls_message *m)
{
    bool known = ttls_find_user(s, io->env, m->user_name.p, m->user_name.n);
    const uint8_t *p = m->user_password.p;
    size_t n = m->user_password.n;
    while (n && p[n - 1] == 0)
        n--;
    s->inner = TTLS_PAP;
    bool right = known && n == s->password_n && imp_equal(p, s->password, n);
    return believe(s, io->env, right) ? succeed(s, io) : refuse(io, "password");
}

static enum imp_eap_server_verdict chap(struct ttls_server *s, struct imp_eap_io *io,
                                        const struct ttls_message *m)
{
    bool known = ttls_find_user(s, io->env, m->user_name.p, m->user_name.n);
    const uint8_t *answer = m->chap_password.p;
    struct ttls_challenge c;
    uint8_t md5[TTLS_MD5];
    s->inner = TTLS_CHAP;
    if (!ttls_challenge(&s->end, &c) || m->chap_password.n != 1 + TTLS_MD5 ||
        m->chap_challenge.n != sizeof c.challenge || answer[0] != c.ident ||
        memcmp(m->chap_challenge.p, c.challenge, sizeof c.challenge) != 0)
        return refuse(io, "CHAP-Challenge");
    ttls_chap(io->env, md5, c.ident, s->password, s->password_n, c.challenge, sizeof c.challenge);
    bool right = known && imp_equal(md5, answer + 1, sizeof md5);
    return believe(s, io->env, right) ? succeed(s, io) : refuse(io, "password");
}

/* RFC 2759 section 6: no second try. */
static enum imp_eap_server_verdict mschap_error(struct ttls_server *s, struct imp_eap_io *io,
                                                const struct ttls_challenge *c)
{
    struct ttls_writer w = {.mandatory = true};
    char text[64];
    int n = snprintf(text, sizeof text, "%cE=691 R=0 C=%032d V=3", c->ident, 0);
    text[0] = (char)c->ident; /* which may be NUL */
    ttls_put_microsoft(&w, TTLS_MS_CHAP_ERROR, text, (size_t)n);
    imp_eap_claim_reject(io->env, "password");
    enum imp_eap_server_verdict v = say(s, io, &w);
    s->state = TTLS_SERVER_AWAIT_LAST;
    return v;
}

static enum imp_eap_server_verdict mschap(struct ttls_server *s, struct imp_eap_io *io,
                                          const struct ttls_message *m)
{
    bool known = ttls_find_user(s, io->env, m->user_name.p, m->user_name.n);
    const uint8_t *answer = m->ms_response.p;
    struct ttls_writer w = {.mandatory = true};
    struct ttls_challenge c;
    uint8_t want[MSCHAP_RESPONSE];
    char success[1 + MSCHAP_SUCCESS];
    s->inner = TTLS_MSCHAPV2;
    if (!ttls_challenge(&s->end, &c) || m->ms_response.n != MS_RESPONSE ||
        m->ms_challenge.n != sizeof c.challenge || answer[0] != c.ident ||
        memcmp(m->ms_challenge.p, c.challenge, sizeof c.challenge) != 0)
        return refuse(io, "MS-CHAP-Challenge");
    const uint8_t *response = answer + MS_RESPONSE - MSCHAP_RESPONSE;
    const struct mschap x = {c.challenge, answer + 2, s->user, s->password, s->password_n};
    mschap_response(io->env, want, &x);
    if (!believe(s, io->env, known && imp_equal(want, response, sizeof want)))
        return mschap_error(s, io, &c);
    success[0] = (char)c.ident;
    mschap_success(io->env, success + 1, &x, response);
    ttls_put_microsoft(&w, TTLS_MS_CHAP2_SUCCESS, success, sizeof success);
    s->state = TTLS_SERVER_AWAIT_EMPTY;
    return say(s, io, &w);
}

static enum imp_eap_server_verdict md5_request(struct ttls_server *s, struct imp_eap_io *io,
                                               const struct imp_eap_packet *e)
{
    struct ttls_writer w = {.mandatory = true};
    uint8_t value[1 + TTLS_MD5] = {TTLS_MD5}, packet[IMP_EAP_HEADER + sizeof value];
    s->inner = TTLS_EAP_MD5;
    if (!ttls_find_user(s, io->env, e->data, e->data_n) && !lax(io->env))
        return refuse(io, "unknown user");
    s->md5_id = (uint8_t)(e->id + 1);
    imp_random(io->env, "eap-md5-challenge", s->md5_challenge, sizeof s->md5_challenge);
    memcpy(value + 1, s->md5_challenge, sizeof s->md5_challenge);
    size_t n = imp_eap_write(packet, sizeof packet, IMP_EAP_REQUEST, s->md5_id, IMP_EAP_TYPE_MD5,
                             value, sizeof value);
    ttls_put(&w, TTLS_EAP_MESSAGE, packet, n);
    s->state = TTLS_SERVER_AWAIT_MD5;
    return say(s, io, &w);
}

static enum imp_eap_server_verdict md5_answered(struct ttls_server *s, struct imp_eap_io *io,
                                                const struct imp_eap_packet *e)
{
    uint8_t want[TTLS_MD5];
    if (e->type != IMP_EAP_TYPE_MD5 || e->id != s->md5_id || e->data_n < 1 + TTLS_MD5 ||
        e->data[0] != TTLS_MD5)
        return refuse(io, e->type == IMP_EAP_TYPE_NAK ? "inner method refused by Nak" : "EAP-MD5");
    ttls_chap(io->env, want, e->id, s->password, s->password_n, s->md5_challenge,
              sizeof s->md5_challenge);
    bool right = s->password_n && imp_equal(want, e->data + 1, sizeof want);
    return believe(s, io->env, right) ? succeed(s, io) : refuse(io, "password");
}

static enum imp_eap_server_verdict eap(struct ttls_server *s, struct imp_eap_io *io,
                                       const struct imp_piece *packet)
{
    struct imp_eap_packet e;
    if (imp_eap_parse(&e, packet->p, packet->n) != 0 || e.code != IMP_EAP_RESPONSE)
        return refuse(io, "inner EAP");
    if (s->state == TTLS_SERVER_AWAIT_MD5)
        return md5_answered(s, io, &e);
    return e.type == IMP_EAP_TYPE_IDENTITY ? md5_request(s, io, &e) : refuse(io, "inner EAP");
}

/* The peer chooses the protocol by what it sends. */
static enum imp_eap_server_verdict credentials(struct ttls_server *s, struct imp_eap_io *io,
                                               const struct ttls_message *m)
{
    if (m->eap.p)
        return eap(s, io, &m->eap);
    if (s->state != TTLS_SERVER_AWAIT_AVPS || !m->user_name.p)
        return refuse(io, "AVPs");
    if (m->user_password.p)
        return pap(s, io, m);
    if (m->chap_password.p && m->chap_challenge.p)
        return chap(s, io, m);
    if (m->ms_response.p && m->ms_challenge.p)
        return mschap(s, io, m);
    return refuse(io, "AVPs");
}

/* ---- messages */
/* Section 7.5: who resumes has been authenticated then; what it says beside is of other things. */
static enum imp_eap_server_verdict resumed(struct ttls_server *s, struct imp_eap_io *io)
{
    uint8_t avps[TTLS_AVPS];
    struct ttls_message m;
    size_t n = imp_tls_read(s->end.tls, avps, sizeof avps);
    if (!s->named || imp_tls_waiting(s->end.tls) || ttls_read(&m, avps, n) != 0)
        return refuse(io, "resumption");
    return believe(s, io->env, true) ? succeed(s, io) : refuse(io, "resumption");
}

static enum imp_eap_server_verdict message(struct ttls_server *s, struct imp_eap_io *io)
{
    uint8_t avps[TTLS_AVPS];
    struct ttls_message m;
    if (!s->heard)
        ttls_admit_ticket(s, io->now);
    s->heard = true;
    enum imp_dtls_state state = etls_feed(&s->end, io->now);
    if (state == IMP_DTLS_FAILED || state == IMP_DTLS_CLOSED)
        return fail(s, io);
    if (state != IMP_DTLS_OPEN)
        return request(s, io);
    bool first = s->state == TTLS_SERVER_HANDSHAKE;
    if (first)
        s->state = TTLS_SERVER_AWAIT_AVPS;
    if (first && etls_resumed(&s->end))
        return resumed(s, io);
    size_t n = imp_tls_read(s->end.tls, avps, sizeof avps);
    if (n == 0 && first)
        return request(s, io); /* our Finished, or nothing: it is the peer's turn */
    if (n == 0 || imp_tls_waiting(s->end.tls) || s->state == TTLS_SERVER_AWAIT_EMPTY ||
        s->state == TTLS_SERVER_AWAIT_TAKEN || ttls_read(&m, avps, n) != 0)
        return refuse(io, "AVPs");
    enum imp_eap_server_verdict v = credentials(s, io, &m);
    if (v == IMP_EAP_SERVER_FAILURE && imp_eap_flawed(io->env, "any-ticket"))
        ttls_record_tickets(s, io->now);
    imp_wipe(avps, sizeof avps);
    return v;
}

/* A message without data: the peer has had its opportunity (section 7.6). */
static enum imp_eap_server_verdict nothing(struct ttls_server *s, struct imp_eap_io *io)
{
    if (s->state == TTLS_SERVER_AWAIT_EMPTY || s->state == TTLS_SERVER_AWAIT_TAKEN)
        return succeed(s, io);
    return s->state == TTLS_SERVER_HANDSHAKE ? IMP_EAP_SERVER_DISCARD
                                             : refuse(io, "no credentials");
}

enum imp_eap_server_verdict ttls_server_process(void *session, void *shared, struct imp_eap_io *io)
{
    struct ttls_server *s = session;
    struct etls_packet in;
    (void)shared;
    if (etls_parse(&in, io->in, io->in_n) != 0)
        return IMP_EAP_SERVER_DISCARD;
    if (!ttls_version_ok(io->in)) /* section 9.2.1 */
        return s->began ? IMP_EAP_SERVER_DISCARD : refuse(io, "version of EAP-TTLS");
    s->began = true;
    if (s->state == TTLS_SERVER_AWAIT_LAST)
        return IMP_EAP_SERVER_FAILURE;
    switch (etls_turn(&s->end, &in, io)) {
    case ETLS_TURN_ANSWERED:
        return IMP_EAP_SERVER_REQUEST;
    case ETLS_TURN_MESSAGE:
        return s->end.in.n ? message(s, io) : nothing(s, io);
    default:
        return IMP_EAP_SERVER_DISCARD;
    }
}

bool ttls_server_export(const void *session, struct imp_eap_export *out)
{
    const struct ttls_server *s = session;
    *out = s->keys;
    return s->succeeded;
}

void ttls_server_free(void *session)
{
    struct ttls_server *s = session;
    etls_close(&s->end);
    imp_wipe(s->password, sizeof s->password);
}

/* "revoke NAI": the account is closed, beside what EAP-TLS does with the word. */
void ttls_server_event(void *shared, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    static const char verb[] = "revoke ";
    char user[IMP_EAP_ID_MAX + 1], cell[TTLS_CELL_ACCOUNT];
    size_t skip = sizeof verb - 1;
    etls_server_event(shared, env, e, now);
    if (e->kind != IMP_EVENT_CONTROL || e->n <= skip || e->n - skip >= sizeof user ||
        memcmp(e->bytes, verb, skip) != 0)
        return;
    memcpy(user, e->bytes + skip, e->n - skip);
    user[e->n - skip] = 0;
    account(cell, user);
    env->ops->cell_erase(env, cell);
}

void ttls_server_end(void *session, void *shared, struct imp_env *env, bool success, imp_time now)
{
    (void)shared;
    (void)env;
    (void)success;
    (void)now;
    ttls_server_free(session);
}
