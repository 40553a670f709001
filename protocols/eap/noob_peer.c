/* SPDX-License-Identifier: GPL-2.0-only */
/* The EAP-NOOB peer: Initial, Waiting and Completion Exchange (RFC 9140 sections 3.2 and 3.6). */
#include <string.h>

#include "noob_method.h"

static enum noob_supp supp(const struct imp_env *env)
{
    return (enum noob_supp)imp_eap_opt(env, "supp-priv-info", 0);
}

/* The adversary's peer pretends to have received a message that it never got: the server must find
 * out by its own checks. Only where nothing is lost by it, when no other direction is possible. */
static enum noob_state reported_state(const struct noob_peer *p, const struct imp_env *env)
{
    if (env->adversary && p->state == NOOB_WAITING && p->e.dirp == NOOB_SERVER_TO_PEER)
        return NOOB_OOB_RECEIVED;
    return p->state;
}

/* ---- errors
 * -------------------------------------------------------------------------------------------- */
/* Section 3.6: after a failed Initial Exchange nothing is left; a persistent association never
 * goes by what comes over the network. */
static void fail_exchange(struct noob_peer *p, int error)
{
    p->error = error;
    if (p->exchange == NOOB_X_INITIAL && p->state <= NOOB_OOB_RECEIVED) {
        imp_wipe(&p->e, sizeof p->e);
        p->state = NOOB_UNREGISTERED;
    }
    if (p->state == NOOB_REGISTERED)
        p->state = NOOB_RECONNECTING;
}

static const char *current_peer_id(const struct noob_peer *p)
{
    return p->state >= NOOB_RECONNECTING ? p->association.peer_id : p->e.peer_id;
}

static enum imp_eap_peer_verdict write_error(struct noob_peer *p, struct imp_eap_io *io, int error)
{
    struct noob_writer w;
    const char *id = current_peer_id(p), *text = noob_error_text(error);

    noob_begin(&w, (char *)io->out + IMP_EAP_HEADER, io->cap - IMP_EAP_HEADER, NOOB_ERROR);
    if (id[0])
        noob_put_text(&w, NOOB_M_PEER_ID, id, strlen(id));
    noob_put_int(&w, NOOB_M_ERROR_CODE, error);
    if (imp_eap_opt(io->env, "error-info", 1))
        noob_put_text(&w, NOOB_M_ERROR_INFO, text, strlen(text));
    imp_eap_length(io, IMP_EAP_HEADER + noob_end(&w));
    return IMP_EAP_PEER_FAILED;
}

static enum imp_eap_peer_verdict refuse(struct noob_peer *p, struct imp_eap_io *io, int error)
{
    imp_eap_claim_reject(io->env, noob_error_name(error));
    write_error(p, io, error);
    fail_exchange(p, error);
    return IMP_EAP_PEER_FAILED;
}

/* EAP is lock-step: the notification is answered by one with the same code, and EAP-Failure
 * follows (figure 9 leaves the answer out). */
static enum imp_eap_peer_verdict error_received(struct noob_peer *p, struct imp_eap_io *io,
                                                const struct noob_message *m)
{
    noob_alarm(io->env, noob_error_name(m->error_code));
    write_error(p, io, m->error_code);
    fail_exchange(p, m->error_code);
    if (m->error_code == NOOB_E_NOOBID && p->state == NOOB_OOB_RECEIVED)
        p->state = NOOB_WAITING; /* OOB Reject, section 3.2.4 */
    return IMP_EAP_PEER_FAILED;
}

/* ---- common handshake
 * ------------------------------------------------------------------------------------ */
static int handshake(struct noob_peer *p, struct imp_eap_io *io, const struct noob_message *m,
                     struct noob_writer *w)
{
    (void)m;
    const char *id = current_peer_id(p);
    enum noob_state state = reported_state(p, io->env);

    if (state != NOOB_UNREGISTERED)
        noob_put_text(w, NOOB_M_PEER_ID, id, strlen(id));
    noob_put_int(w, NOOB_M_PEER_STATE, state);
    return NOOB_OK;
}

/* ---- Initial Exchange
 * -------------------------------------------------------------------------------------- */
int noob_choose_suite(const struct imp_env *env, const int *offered, size_t count)
{
    const struct noob_suites *own = &noob_suites[imp_eap_opt(env, "suite", 0)];
    for (size_t i = 0; i < own->n; i++)
        for (size_t k = 0; k < count; k++)
            if (offered[k] == own->suites[i])
                return offered[k];
    return 0;
}

bool noob_offers_version(const struct noob_message *m)
{
    for (size_t i = 0; i < m->vers_n; i++)
        if (m->vers[i] == NOOB_VERSION)
            return true;
    return false;
}

/* The URL to which the OOB message is appended must name an authenticated server (appendix D). */
static int take_server_info(struct noob_peer *p, const struct noob_span *info)
{
    char url[NOOB_INFO_MAX + 1];
    int n = noob_info_text(url, sizeof url, (const char *)info->p, info->n, "ServerURL");

    p->server_url[0] = '\0';
    if (n < 0)
        return NOOB_OK;
    if (n > NOOB_URL_MAX || strncmp(url, "https://", 8) != 0)
        return NOOB_E_SERVER_URL;
    memcpy(p->server_url, url, (size_t)n + 1);
    return NOOB_OK;
}

/* Elements 2 to 12 of the array, and the response. */
static void agree_parameters(struct noob_peer *p, struct imp_eap_io *io,
                             const struct noob_message *m, struct noob_writer *w)
{
    struct noob_ephemeral *e = &p->e;
    struct noob_transcript *t = &e->transcript;
    char info[NOOB_INFO_MAX + 1];

    noob_peer_info(io->env, info);
    noob_transcript_span(t, &m->raw[NOOB_M_VERS]);
    noob_transcript_int(t, e->verp);
    noob_transcript_span(t, &m->raw[NOOB_M_PEER_ID]);
    noob_transcript_span(t, &m->raw[NOOB_M_CRYPTOSUITES]);
    noob_transcript_span(t, &m->raw[NOOB_M_DIRS]);
    noob_transcript_span(t, &m->raw[NOOB_M_SERVER_INFO]);
    noob_transcript_int(t, e->suite);
    noob_transcript_int(t, e->dirp);
    if (noob_has(m, NOOB_M_NEW_NAI))
        noob_transcript_span(t, &m->raw[NOOB_M_NEW_NAI]);
    else
        noob_transcript_text(t, e->nai, strlen(e->nai));
    noob_transcript_add(t, info, strlen(info));
    noob_transcript_int(t, 0); /* KeyingMode */

    noob_put_int(w, NOOB_M_VERP, e->verp);
    noob_put_text(w, NOOB_M_PEER_ID, e->peer_id, m->peer_id_n);
    noob_put_int(w, NOOB_M_CRYPTOSUITEP, e->suite);
    noob_put_int(w, NOOB_M_DIRP, e->dirp);
    noob_put_raw(w, NOOB_M_PEER_INFO, info, strlen(info));
}

static int initial_parameters(struct noob_peer *p, struct imp_eap_io *io,
                              const struct noob_message *m, struct noob_writer *w)
{
    struct imp_env *env = io->env;
    int suite = noob_choose_suite(env, m->suites, m->suites_n);
    int dirp = ((int)imp_eap_opt(env, "direction", 0) + 1) & m->dirs;

    imp_wipe(&p->e, sizeof p->e); /* whatever was before: the server starts anew */
    p->state = NOOB_UNREGISTERED;
    p->oob_shown = false;
    if (!noob_offers_version(m))
        return NOOB_E_VERSION;
    if (suite == 0)
        return NOOB_E_SUITE;
    if (dirp == 0)
        return NOOB_E_DIRECTION;
    int error = take_server_info(p, &m->raw[NOOB_M_SERVER_INFO]);
    if (error != NOOB_OK)
        return error;

    p->e.verp = NOOB_VERSION;
    p->e.suite = suite;
    p->e.dirp = dirp;
    p->sleep_time = -1;
    memcpy(p->e.peer_id, m->peer_id, sizeof p->e.peer_id);
    strcpy(p->e.nai, noob_has(m, NOOB_M_NEW_NAI) ? m->new_nai : p->used_nai);
    agree_parameters(p, io, m, w);
    imp_eap_claim_identity(env, p->e.peer_id);
    return NOOB_OK;
}

static int initial_keys(struct noob_peer *p, struct imp_eap_io *io, const struct noob_message *m,
                        struct noob_writer *w)
{
    struct noob_ephemeral *e = &p->e;
    enum noob_suite suite = (enum noob_suite)e->suite;
    struct noob_key_pair pair;
    uint8_t pks[64];
    char jwk[NOOB_JWK_MAX];

    if (noob_jwk_parse(pks, suite, &m->raw[NOOB_M_PKS]) < 0)
        return NOOB_E_KEY;
    noob_key_pair(io->env, &pair, suite);
    int failed = noob_shared(io->env, e->z, suite, &pair, pks);
    size_t n = noob_jwk_write(jwk, suite, pair.pub);
    imp_wipe(&pair, sizeof pair);
    if (failed)
        return NOOB_E_KEY;
    memcpy(e->ns, m->nonce, NOOB_NONCE);
    imp_random(io->env, "noob-nonce", e->np, NOOB_NONCE);

    noob_transcript_span(&e->transcript, &m->raw[NOOB_M_PKS]);
    noob_transcript_span(&e->transcript, &m->raw[NOOB_M_NS]);
    noob_transcript_add(&e->transcript, jwk, n);
    noob_transcript_base64(&e->transcript, e->np, NOOB_NONCE);
    if (e->transcript.overflow)
        return NOOB_E_DATA;

    noob_put_text(w, NOOB_M_PEER_ID, e->peer_id, m->peer_id_n);
    noob_put_raw(w, NOOB_M_PKP, jwk, n);
    noob_put_base64(w, NOOB_M_NP, e->np, NOOB_NONCE);
    if (noob_has(m, NOOB_M_SLEEP_TIME))
        p->sleep_time = m->sleep_time;
    p->state = NOOB_WAITING;
    return NOOB_OK;
}

/* ---- Waiting Exchange
 * ---------------------------------------------------------------------------------------- */
static int waiting(struct noob_peer *p, struct imp_eap_io *io, const struct noob_message *m,
                   struct noob_writer *w)
{
    (void)io;
    if (noob_has(m, NOOB_M_SLEEP_TIME))
        p->sleep_time = m->sleep_time;
    noob_put_text(w, NOOB_M_PEER_ID, p->e.peer_id, m->peer_id_n);
    return NOOB_OK;
}

/* ---- Completion Exchange
 * -------------------------------------------------------------------------------------- */
static int completion_noobid(struct noob_peer *p, struct imp_eap_io *io,
                             const struct noob_message *m, struct noob_writer *w)
{
    uint8_t id[NOOB_NOOB];
    noob_id(io->env, id, p->e.received);
    noob_put_text(w, NOOB_M_PEER_ID, p->e.peer_id, m->peer_id_n);
    noob_put_base64(w, NOOB_M_NOOB_ID, id, NOOB_NOOB);
    return NOOB_OK;
}

/* The Noob that the server means, or NULL when it means none of ours. */
static const uint8_t *known_noob(const struct noob_peer *p, struct imp_env *env,
                                 const uint8_t id[NOOB_NOOB])
{
    uint8_t own[NOOB_NOOB];
    const uint8_t *noob = NULL;
    const struct noob_sent *newest = noob_sent_newest(&p->e);

    if (reported_state(p, env) == NOOB_OOB_RECEIVED) {
        noob_id(env, own, p->e.received);
        if (imp_equal(own, id, NOOB_NOOB))
            noob = p->e.received;
    } else {
        noob = noob_sent_find(env, &p->e, id);
    }
    if (!noob && imp_eap_flawed(env, "peer-no-completion-check"))
        noob = newest ? newest->noob : p->e.received;
    return noob;
}

static bool skips_macs(const struct noob_peer *p, const struct imp_env *env)
{
    return imp_eap_flawed(env, "peer-no-completion-check") ||
           (p->state == NOOB_OOB_RECEIVED && imp_eap_flawed(env, "peer-no-oob-check"));
}

static void register_association(struct noob_peer *p, struct imp_env *env)
{
    struct noob_association *a = &p->association;

    *a = (struct noob_association){.verp = p->e.verp, .suite = p->e.suite};
    memcpy(a->peer_id, p->e.peer_id, sizeof a->peer_id);
    memcpy(a->nai, p->e.nai, sizeof a->nai);
    memcpy(a->kz, p->keys.kz, NOOB_KEY);
    noob_store(env, NOOB_CELL, a);
    p->state = NOOB_REGISTERED;
    p->ended = true;
    imp_timer(env, NOOB_TIMER_REFRESH, IMP_NEVER);
}

static int completion_mac(struct noob_peer *p, struct imp_eap_io *io, const struct noob_message *m,
                          struct noob_writer *w)
{
    struct imp_env *env = io->env;
    const struct noob_transcript *t = &p->e.transcript;
    const uint8_t *noob = known_noob(p, env, m->noob_id);
    uint8_t mac[NOOB_MAC];

    if (!noob)
        return NOOB_E_NOOBID;
    noob_derive(env, &p->keys, 0, supp(env), p->e.z, p->e.np, p->e.ns, noob);
    noob_mac(env, mac, p->keys.kms, NOOB_FIRST_S, t, noob);
    if (!imp_equal(mac, m->mac, NOOB_MAC) && !skips_macs(p, env))
        return NOOB_E_HMAC;
    noob_mac(env, mac, p->keys.kmp, NOOB_FIRST_P, t, noob);
    noob_put_text(w, NOOB_M_PEER_ID, p->e.peer_id, m->peer_id_n);
    noob_put_base64(w, NOOB_M_MACP, mac, NOOB_MAC);

    /* Section 6.9: the peer commits when it sends its last response. */
    p->has_keys = true;
    noob_claim_running(env, &p->keys, p->e.peer_id, t);
    noob_claim_commit(env, &p->keys, p->e.peer_id, t, true, false);
    noob_claim_settled(env, &p->keys, p->e.peer_id, p->e.verp, p->e.suite);
    noob_claim_owner(env, &p->keys, p->e.peer_id);
    register_association(p, env);
    imp_wipe(&p->e, sizeof p->e);
    return NOOB_OK;
}

/* ---- one request
 * ------------------------------------------------------------------------------------------------
 */
#define S0 (1u << NOOB_UNREGISTERED)
#define S1 (1u << NOOB_WAITING)
#define S2 (1u << NOOB_OOB_RECEIVED)
#define S3 (1u << NOOB_RECONNECTING)

/* Request types by the request before and the peer's state (which is 0 inside an Initial
 * Exchange); error notifications are legal anywhere. */
static const struct {
    enum noob_type last, next;
    unsigned states;
    enum noob_exchange exchange;
    noob_peer_step *step;
} legal[] = {
    {NOOB_TYPES, NOOB_HANDSHAKE, S0 | S1 | S2 | S3, NOOB_X_NONE, handshake},
    {NOOB_HANDSHAKE, NOOB_INITIAL_PARAMETERS, S0 | S1 | S2, NOOB_X_INITIAL, initial_parameters},
    {NOOB_INITIAL_PARAMETERS, NOOB_INITIAL_KEYS, S0, NOOB_X_INITIAL, initial_keys},
    {NOOB_HANDSHAKE, NOOB_WAIT, S1, NOOB_X_WAITING, waiting},
    {NOOB_HANDSHAKE, NOOB_COMPLETION_NOOBID, S2, NOOB_X_COMPLETION, completion_noobid},
    {NOOB_COMPLETION_NOOBID, NOOB_COMPLETION_MAC, S2, NOOB_X_COMPLETION, completion_mac},
    {NOOB_HANDSHAKE, NOOB_COMPLETION_MAC, S1, NOOB_X_COMPLETION, completion_mac},
    {NOOB_HANDSHAKE, NOOB_RECONNECT_PARAMETERS, S3, NOOB_X_RECONNECT,
     noob_peer_reconnect_parameters},
    {NOOB_RECONNECT_PARAMETERS, NOOB_RECONNECT_KEYS, S3, NOOB_X_RECONNECT,
     noob_peer_reconnect_keys},
    {NOOB_RECONNECT_KEYS, NOOB_RECONNECT_MAC, S3, NOOB_X_RECONNECT, noob_peer_reconnect_mac},
};

/* Index into legal[], or -1. */
static int find_legal(const struct noob_peer *p, const struct imp_env *env, enum noob_type next)
{
    unsigned state = 1u << reported_state(p, env);
    for (size_t i = 0; i < sizeof legal / sizeof *legal; i++)
        if (legal[i].last == p->last && legal[i].next == next && (legal[i].states & state))
            return (int)i;
    return -1;
}

/* The PeerId of an Initial Exchange is new; all later ones are compared octet by octet. */
static bool names_us(const struct noob_peer *p, const struct noob_message *m)
{
    if (!noob_has(m, NOOB_M_PEER_ID) || m->type == NOOB_INITIAL_PARAMETERS)
        return true;
    return strcmp(m->peer_id, current_peer_id(p)) == 0;
}

enum imp_eap_peer_verdict noob_peer_process(void *peer, struct imp_eap_io *io)
{
    struct noob_peer *p = peer;
    struct noob_message m;
    struct noob_writer w;

    imp_charge(io->env, IMP_OP_CODEC, io->in_n - IMP_EAP_HEADER);
    int error = noob_parse(&m, false, io->in + IMP_EAP_HEADER, io->in_n - IMP_EAP_HEADER);
    if (m.type == NOOB_ERROR && error == NOOB_OK)
        return error_received(p, io, &m);
    if (p->ended)
        return IMP_EAP_PEER_IGNORE; /* only a result may follow */
    if (m.type == NOOB_TYPES)
        return refuse(p, io, error);
    int row = find_legal(p, io->env, m.type);
    if (row < 0)
        return refuse(p, io, NOOB_E_TYPE);
    p->exchange = legal[row].exchange;
    if (error == NOOB_OK && !names_us(p, &m))
        error = NOOB_E_PEER_ID;
    noob_begin(&w, (char *)io->out + IMP_EAP_HEADER, io->cap - IMP_EAP_HEADER, m.type);
    if (error == NOOB_OK)
        error = legal[row].step(p, io, &m, &w);
    size_t n = noob_end(&w);
    if (error == NOOB_OK && n == 0)
        error = NOOB_E_APPLICATION; /* our own options do not fit one packet */
    if (error != NOOB_OK)
        return refuse(p, io, error);
    p->last = m.type;
    imp_charge(io->env, IMP_OP_CODEC, n);
    imp_eap_length(io, IMP_EAP_HEADER + n);
    /* MACs and MACs2 are protected success indications (section 6.6). */
    return p->ended ? IMP_EAP_PEER_DONE : IMP_EAP_PEER_CONTINUE;
}
