/* SPDX-License-Identifier: GPL-2.0-only */
/* The EAP-NOOB server: common handshake, choice of the exchange, Initial, Waiting and Completion
 * Exchange (RFC 9140 sections 3.2 and 3.6). */
#include <string.h>

#include "noob_server.h"
#include "../codec/text.h"

/* ---- requests, errors
 * ------------------------------------------------------------------------------------ */
void noob_request(struct noob_writer *w, struct imp_eap_io *io, enum noob_type type)
{
    noob_begin(w, (char *)io->out + IMP_EAP_HEADER, io->cap - IMP_EAP_HEADER, type);
}

enum imp_eap_server_verdict noob_send(struct noob_session *s, struct imp_eap_io *io,
                                      struct noob_writer *w, enum noob_type type)
{
    size_t n = noob_end(w);
    if (n == 0)
        return noob_refuse(s, io, NOOB_E_APPLICATION); /* our own options do not fit one packet */
    s->last = type;
    imp_charge(io->env, IMP_OP_CODEC, n);
    imp_eap_length(io, IMP_EAP_HEADER + n);
    return IMP_EAP_SERVER_REQUEST;
}

/* The notification is a request like any other: the peer answers it, then comes EAP-Failure. */
enum imp_eap_server_verdict noob_refuse(struct noob_session *s, struct imp_eap_io *io, int error)
{
    struct noob_writer w;
    const char *text = noob_error_text(error);

    imp_eap_claim_reject(io->env, noob_error_name(error));
    noob_request(&w, io, NOOB_ERROR);
    if (s->peer_id[0])
        noob_put_text(&w, NOOB_M_PEER_ID, s->peer_id, strlen(s->peer_id));
    noob_put_int(&w, NOOB_M_ERROR_CODE, error);
    if (imp_eap_opt(io->env, "error-info", 1))
        noob_put_text(&w, NOOB_M_ERROR_INFO, text, strlen(text));
    s->last = NOOB_ERROR;
    s->told_error = true;
    imp_eap_length(io, IMP_EAP_HEADER + noob_end(&w));
    return IMP_EAP_SERVER_REQUEST;
}

/* ---- common handshake
 * -------------------------------------------------------------------------------------- */
enum imp_eap_server_verdict noob_server_begin(void *session, void *shared, struct imp_eap_io *io)
{
    struct noob_session *s = session;
    struct noob_writer w;
    (void)shared;

    if (!noob_nai_valid(io->identity, strlen(io->identity)))
        return noob_refuse(s, io, NOOB_E_NAI);
    noob_request(&w, io, NOOB_HANDSHAKE);
    return noob_send(s, io, &w, NOOB_HANDSHAKE);
}

/* Table 14, by server state and peer state. */
static const enum noob_exchange choice[NOOB_STATES][NOOB_REGISTERED] = {
    [NOOB_UNREGISTERED] = {NOOB_X_INITIAL, NOOB_X_INITIAL, NOOB_X_INITIAL, NOOB_X_MISMATCH},
    [NOOB_WAITING] = {NOOB_X_INITIAL, NOOB_X_WAITING, NOOB_X_COMPLETION, NOOB_X_MISMATCH},
    [NOOB_OOB_RECEIVED] = {NOOB_X_INITIAL, NOOB_X_COMPLETION, NOOB_X_COMPLETION, NOOB_X_MISMATCH},
    [NOOB_RECONNECTING] = {NOOB_X_MISMATCH, NOOB_X_MISMATCH, NOOB_X_MISMATCH, NOOB_X_RECONNECT},
    [NOOB_REGISTERED] = {NOOB_X_MISMATCH, NOOB_X_MISMATCH, NOOB_X_MISMATCH, NOOB_X_RECONNECT},
};

enum noob_exchange noob_choose_exchange(enum noob_state server, enum noob_state peer)
{
    return choice[server][peer];
}

static enum noob_state state_of(struct noob_server *db, struct noob_session *s, struct imp_env *env,
                                struct noob_record **record)
{
    *record = s->peer_id[0] ? noob_db_find(db, s->peer_id) : NULL;
    if (*record)
        return (*record)->state;
    if (s->peer_id[0] && noob_db_load(env, &s->association, s->peer_id))
        return NOOB_REGISTERED;
    return NOOB_UNREGISTERED;
}

/* The adversary's server goes on where an honest one would have to stop or wait: it answers a
 * registered peer that it does not know with keys of its own, and after some Waiting Exchanges it
 * pretends to have received a message that it never got. */
enum { BLUFF_AFTER = 6 };
static enum noob_exchange lenient(struct noob_session *s, struct imp_env *env,
                                  const struct noob_record *record, enum noob_exchange exchange)
{
    if (exchange == NOOB_X_WAITING && record->e.waits >= BLUFF_AFTER)
        return NOOB_X_COMPLETION;
    if (exchange != NOOB_X_MISMATCH || s->peer_state != NOOB_RECONNECTING)
        return exchange;
    s->association =
        (struct noob_association){.verp = NOOB_VERSION, .suite = noob_own_suites(env)->suites[0]};
    memcpy(s->association.peer_id, s->peer_id, sizeof s->association.peer_id);
    return NOOB_X_RECONNECT;
}

static enum imp_eap_server_verdict begin_completion(struct noob_session *s, struct imp_eap_io *io,
                                                    struct noob_record *record);
static enum imp_eap_server_verdict begin_waiting(struct noob_session *s, struct imp_eap_io *io,
                                                 struct noob_record *record);
static enum imp_eap_server_verdict begin_initial(struct noob_session *s, struct imp_eap_io *io);

static enum imp_eap_server_verdict handshake(struct noob_session *s, struct noob_server *db,
                                             struct imp_eap_io *io, const struct noob_message *m)
{
    struct noob_record *record;

    s->peer_state = m->peer_state;
    if (noob_has(m, NOOB_M_PEER_ID))
        memcpy(s->peer_id, m->peer_id, sizeof s->peer_id);
    else if (m->peer_state != NOOB_UNREGISTERED)
        return noob_refuse(s, io, NOOB_E_STRUCTURE);
    enum noob_state state = state_of(db, s, io->env, &record);
    s->exchange = noob_choose_exchange(state, (enum noob_state)m->peer_state);
    if (io->env->adversary)
        s->exchange = lenient(s, io->env, record, s->exchange);
    switch (s->exchange) {
    case NOOB_X_INITIAL:
        return begin_initial(s, io);
    case NOOB_X_WAITING:
        return begin_waiting(s, io, record);
    case NOOB_X_COMPLETION:
        return begin_completion(s, io, record);
    case NOOB_X_RECONNECT:
        return noob_begin_reconnect(s, io);
    default:
        noob_alarm(io->env, noob_error_name(NOOB_E_STATE));
        return noob_refuse(s, io, NOOB_E_STATE);
    }
}

/* ---- Initial Exchange
 * ------------------------------------------------------------------------------------------ */
static void allocate_peer_id(struct noob_session *s, struct imp_env *env)
{
    uint8_t id[NOOB_NOOB];
    imp_random(env, "noob-peerid", id, sizeof id);
    imp_base64url_encode(s->peer_id, sizeof s->peer_id, id, sizeof id);
}

static enum imp_eap_server_verdict begin_initial(struct noob_session *s, struct imp_eap_io *io)
{
    struct imp_env *env = io->env;
    static const int versions[] = {NOOB_VERSION};
    const struct noob_suites *own = noob_own_suites(env);
    const char *nai = imp_eap_opt_str(env, "new-nai", "");
    const char *info = imp_eap_opt_str(env, "server-info", NOOB_SERVER_INFO);
    struct noob_writer w;

    allocate_peer_id(s, env);
    noob_request(&w, io, NOOB_INITIAL_PARAMETERS);
    noob_put_ints(&w, NOOB_M_VERS, versions, 1);
    noob_put_text(&w, NOOB_M_PEER_ID, s->peer_id, strlen(s->peer_id));
    if (nai[0])
        noob_put_text(&w, NOOB_M_NEW_NAI, nai, strlen(nai));
    noob_put_ints(&w, NOOB_M_CRYPTOSUITES, own->suites, own->n);
    noob_put_int(&w, NOOB_M_DIRS, (int)imp_eap_opt(env, "direction", 0) + 1);
    noob_put_raw(&w, NOOB_M_SERVER_INFO, info, strlen(info));
    return noob_send(s, io, &w, NOOB_INITIAL_PARAMETERS);
}

bool noob_offered(const struct imp_env *env, const struct noob_message *m)
{
    const struct noob_suites *own = noob_own_suites(env);
    for (size_t i = 0; i < own->n; i++)
        if (own->suites[i] == m->cryptosuitep)
            return m->verp == NOOB_VERSION;
    return false;
}

/* Elements 2 to 12 of the array: what we have sent is composed anew, what came is verbatim. */
static void agree_parameters(struct noob_session *s, struct imp_eap_io *io,
                             const struct noob_message *m)
{
    struct noob_transcript *t = &s->e.transcript;
    const char *info = imp_eap_opt_str(io->env, "server-info", NOOB_SERVER_INFO);

    noob_transcript_add(t, "[1]", 3); /* Vers */
    noob_transcript_span(t, &m->raw[NOOB_M_VERP]);
    noob_transcript_text(t, s->peer_id, strlen(s->peer_id));
    noob_transcript_add(t, noob_own_suites(io->env)->json, strlen(noob_own_suites(io->env)->json));
    noob_transcript_int(t, (int)imp_eap_opt(io->env, "direction", 0) + 1);
    noob_transcript_add(t, info, strlen(info));
    noob_transcript_span(t, &m->raw[NOOB_M_CRYPTOSUITEP]);
    noob_transcript_span(t, &m->raw[NOOB_M_DIRP]);
    noob_transcript_text(t, s->e.nai, strlen(s->e.nai));
    noob_transcript_span(t, &m->raw[NOOB_M_PEER_INFO]);
    noob_transcript_int(t, 0); /* KeyingMode */
}

static enum imp_eap_server_verdict initial_parameters(struct noob_session *s,
                                                      struct noob_server *db, struct imp_eap_io *io,
                                                      const struct noob_message *m)
{
    struct imp_env *env = io->env;
    struct noob_ephemeral *e = &s->e;
    int dirs = (int)imp_eap_opt(env, "direction", 0) + 1;
    const char *new_nai = imp_eap_opt_str(env, "new-nai", "");
    int64_t sleep = imp_eap_opt(env, "sleep-time", 5);
    char jwk[NOOB_JWK_MAX];
    struct noob_writer w;
    (void)db;

    if (!noob_offered(env, m) || (m->dirp & ~dirs))
        return noob_refuse(s, io, NOOB_E_DATA);
    *e = (struct noob_ephemeral){.verp = m->verp, .suite = m->cryptosuitep, .dirp = m->dirp};
    memcpy(e->peer_id, s->peer_id, sizeof e->peer_id);
    strncpy(e->nai, new_nai[0] ? new_nai : io->identity, NOOB_NAI_MAX);
    agree_parameters(s, io, m);

    noob_key_pair(env, &s->pair, (enum noob_suite)e->suite);
    imp_random(env, "noob-nonce", e->ns, NOOB_NONCE);
    size_t n = noob_jwk_write(jwk, (enum noob_suite)e->suite, s->pair.pub);
    noob_transcript_add(&e->transcript, jwk, n);
    noob_transcript_base64(&e->transcript, e->ns, NOOB_NONCE);

    noob_request(&w, io, NOOB_INITIAL_KEYS);
    noob_put_text(&w, NOOB_M_PEER_ID, s->peer_id, strlen(s->peer_id));
    noob_put_raw(&w, NOOB_M_PKS, jwk, n);
    noob_put_base64(&w, NOOB_M_NS, e->ns, NOOB_NONCE);
    if (sleep >= 0)
        noob_put_int(&w, NOOB_M_SLEEP_TIME, sleep);
    return noob_send(s, io, &w, NOOB_INITIAL_KEYS);
}

static enum imp_eap_server_verdict initial_keys(struct noob_session *s, struct noob_server *db,
                                                struct imp_eap_io *io, const struct noob_message *m)
{
    struct noob_ephemeral *e = &s->e;
    uint8_t pkp[64];

    if (noob_jwk_parse(pkp, (enum noob_suite)e->suite, &m->raw[NOOB_M_PKP]) < 0 ||
        noob_shared(io->env, e->z, (enum noob_suite)e->suite, &s->pair, pkp) < 0)
        return noob_refuse(s, io, NOOB_E_KEY);
    memcpy(e->np, m->nonce, NOOB_NONCE);
    noob_transcript_span(&e->transcript, &m->raw[NOOB_M_PKP]);
    noob_transcript_span(&e->transcript, &m->raw[NOOB_M_NP]);
    if (e->transcript.overflow)
        return noob_refuse(s, io, NOOB_E_DATA);

    struct noob_record *record = noob_db_new(db, s->peer_id);
    record->state = NOOB_WAITING;
    record->e = *e;
    if (e->dirp & NOOB_SERVER_TO_PEER)
        noob_show(record, io->env, io->now);
    return IMP_EAP_SERVER_FAILURE; /* the normal end of an Initial Exchange */
}

/* ---- Waiting Exchange
 * ---------------------------------------------------------------------------------------------- */
static enum imp_eap_server_verdict begin_waiting(struct noob_session *s, struct imp_eap_io *io,
                                                 struct noob_record *record)
{
    struct imp_env *env = io->env;
    int64_t sleep = imp_eap_opt(env, "sleep-time", 5),
            patience = imp_eap_opt(env, "waiting-limit", 0);
    const struct noob_sent *newest = noob_sent_newest(&record->e);
    struct noob_writer w;

    if (patience > 0 && record->e.waits >= patience && !env->adversary)
        return noob_refuse(s, io, NOOB_E_UNWANTED);
    record->e.waits++;
    /* A waiting peer is a good moment to renew the message that the user is shown. */
    if ((record->e.dirp & NOOB_SERVER_TO_PEER) && newest &&
        io->now - newest->made >= noob_interval(env))
        noob_show(record, env, io->now);
    noob_request(&w, io, NOOB_WAIT);
    noob_put_text(&w, NOOB_M_PEER_ID, s->peer_id, strlen(s->peer_id));
    if (sleep >= 0)
        noob_put_int(&w, NOOB_M_SLEEP_TIME, sleep);
    return noob_send(s, io, &w, NOOB_WAIT);
}

static enum imp_eap_server_verdict waiting(struct noob_session *s, struct noob_server *db,
                                           struct imp_eap_io *io, const struct noob_message *m)
{
    (void)s;
    (void)db;
    (void)io;
    (void)m;
    return IMP_EAP_SERVER_FAILURE; /* the normal end of a Waiting Exchange */
}

/* ---- Completion Exchange
 * ---------------------------------------------------------------------------------------------- */
static enum imp_eap_server_verdict send_macs(struct noob_session *s, struct imp_eap_io *io,
                                             struct noob_record *record,
                                             const uint8_t noob[NOOB_NOOB],
                                             const uint8_t id[NOOB_NOOB])
{
    struct imp_env *env = io->env;
    const struct noob_ephemeral *e = &record->e;
    uint8_t macs[NOOB_MAC];
    struct noob_writer w;

    memcpy(s->noob, noob, NOOB_NOOB);
    noob_derive(env, &s->keys, 0, (enum noob_supp)imp_eap_opt(env, "supp-priv-info", 0), e->z,
                e->np, e->ns, noob);
    noob_mac(env, macs, s->keys.kms, NOOB_FIRST_S, &e->transcript, noob);
    noob_claim_running(env, &s->keys, s->peer_id, &e->transcript);
    noob_request(&w, io, NOOB_COMPLETION_MAC);
    noob_put_text(&w, NOOB_M_PEER_ID, s->peer_id, strlen(s->peer_id));
    noob_put_base64(&w, NOOB_M_NOOB_ID, id, NOOB_NOOB);
    noob_put_base64(&w, NOOB_M_MACS, macs, NOOB_MAC);
    return noob_send(s, io, &w, NOOB_COMPLETION_MAC);
}

/* With both ends in state 2 the server-to-peer message counts (section 3.2.4). */
static enum imp_eap_server_verdict begin_completion(struct noob_session *s, struct imp_eap_io *io,
                                                    struct noob_record *record)
{
    struct noob_writer w;
    uint8_t id[NOOB_NOOB];

    if (s->peer_state != NOOB_OOB_RECEIVED) {
        noob_id(io->env, id, record->e.received);
        return send_macs(s, io, record, record->e.received, id);
    }
    noob_request(&w, io, NOOB_COMPLETION_NOOBID);
    noob_put_text(&w, NOOB_M_PEER_ID, s->peer_id, strlen(s->peer_id));
    return noob_send(s, io, &w, NOOB_COMPLETION_NOOBID);
}

static enum imp_eap_server_verdict completion_noobid(struct noob_session *s, struct noob_server *db,
                                                     struct imp_eap_io *io,
                                                     const struct noob_message *m)
{
    struct noob_record *record = noob_db_find(db, s->peer_id);
    if (!record)
        return noob_refuse(s, io, NOOB_E_STATE); /* gone since the handshake */
    noob_sent_expire(&record->e, imp_eap_opt(io->env, "noob-timeout", 3600) * IMP_S, io->now);
    const uint8_t *noob = noob_sent_find(io->env, &record->e, m->noob_id);
    const struct noob_sent *newest = noob_sent_newest(&record->e);

    if (!noob && imp_eap_flawed(io->env, "server-no-completion-check") && newest)
        noob = newest->noob;
    if (!noob && io->env->adversary)
        noob = record->e.received;
    if (!noob)
        return noob_refuse(s, io, NOOB_E_NOOBID);
    return send_macs(s, io, record, noob, m->noob_id);
}

static bool skips_macp(const struct noob_session *s, const struct imp_env *env)
{
    return imp_eap_flawed(env, "server-no-completion-check") ||
           (s->peer_state != NOOB_OOB_RECEIVED && imp_eap_flawed(env, "server-no-oob-check"));
}

static enum imp_eap_server_verdict completion_mac(struct noob_session *s, struct noob_server *db,
                                                  struct imp_eap_io *io,
                                                  const struct noob_message *m)
{
    struct imp_env *env = io->env;
    struct noob_record *record = noob_db_find(db, s->peer_id);
    struct noob_association *a = &s->association;
    uint8_t macp[NOOB_MAC];

    if (!record)
        return noob_refuse(s, io, NOOB_E_STATE);
    noob_mac(env, macp, s->keys.kmp, NOOB_FIRST_P, &record->e.transcript, s->noob);
    if (!imp_equal(macp, m->mac, NOOB_MAC) && !skips_macp(s, env))
        return noob_refuse(s, io, NOOB_E_HMAC);

    *a = (struct noob_association){.verp = record->e.verp, .suite = record->e.suite};
    memcpy(a->peer_id, s->peer_id, sizeof a->peer_id);
    memcpy(a->nai, record->e.nai, sizeof a->nai);
    memcpy(a->kz, s->keys.kz, NOOB_KEY);
    noob_db_save(db, env, a);
    s->has_keys = true;
    noob_claim_commit(env, &s->keys, s->peer_id, &record->e.transcript, true, true);
    noob_claim_settled(env, &s->keys, s->peer_id, record->e.verp, record->e.suite);
    noob_db_drop(db, record);
    return IMP_EAP_SERVER_SUCCESS;
}

/* ---- one response
 * --------------------------------------------------------------------------------------------------------
 */
static noob_server_step *const steps[NOOB_TYPES] = {
    [NOOB_HANDSHAKE] = handshake,
    [NOOB_INITIAL_PARAMETERS] = initial_parameters,
    [NOOB_INITIAL_KEYS] = initial_keys,
    [NOOB_WAIT] = waiting,
    [NOOB_COMPLETION_NOOBID] = completion_noobid,
    [NOOB_COMPLETION_MAC] = completion_mac,
    [NOOB_RECONNECT_PARAMETERS] = noob_reconnect_parameters,
    [NOOB_RECONNECT_KEYS] = noob_reconnect_keys,
    [NOOB_RECONNECT_MAC] = noob_reconnect_mac,
};

/* Section 3.6: an Initial Exchange leaves nothing (its association is only in the session), the
 * others change nothing but for code 2003. */
static enum imp_eap_server_verdict error_received(struct noob_session *s, struct noob_server *db,
                                                  struct imp_eap_io *io,
                                                  const struct noob_message *m)
{
    struct noob_record *record = s->peer_id[0] ? noob_db_find(db, s->peer_id) : NULL;

    noob_alarm(io->env, noob_error_name(m->error_code));
    if (m->error_code == NOOB_E_NOOBID && s->exchange == NOOB_X_COMPLETION && record &&
        record->state == NOOB_OOB_RECEIVED) {
        record->state = NOOB_WAITING; /* OOB Reject, section 3.2.4 */
    }
    /* The adversary pretends success: the layers below must find out. */
    s->has_keys = io->env->adversary && s->last == NOOB_COMPLETION_MAC;
    return s->has_keys ? IMP_EAP_SERVER_SUCCESS : IMP_EAP_SERVER_FAILURE;
}

enum imp_eap_server_verdict noob_server_process(void *session, void *shared, struct imp_eap_io *io)
{
    struct noob_session *s = session;
    struct noob_message m;

    if (s->told_error)
        return IMP_EAP_SERVER_FAILURE; /* whatever the answer is */
    imp_charge(io->env, IMP_OP_CODEC, io->in_n - IMP_EAP_HEADER);
    int error = noob_parse(&m, true, io->in + IMP_EAP_HEADER, io->in_n - IMP_EAP_HEADER);
    if (error == NOOB_OK && m.type == NOOB_ERROR)
        return error_received(s, shared, io, &m);
    if (m.type != NOOB_TYPES && m.type != s->last)
        return noob_refuse(s, io, NOOB_E_TYPE);
    if (error != NOOB_OK)
        return noob_refuse(s, io, error);
    if (m.type != NOOB_HANDSHAKE && strcmp(m.peer_id, s->peer_id) != 0)
        return noob_refuse(s, io, NOOB_E_PEER_ID);
    return steps[m.type](s, shared, io, &m);
}
