/* SPDX-License-Identifier: GPL-2.0-only */
/* etls_session.c - the TLS session of one end: own certificates, keys, what is claimed. */
#include <stdio.h>
#include <string.h>

#include "../crypto/crypto.h"
#include "etls.h"

enum {
    RECORD = 5,
    HELLO_RANDOM = RECORD + 4 + 2,
    HANDSHAKE = 22,
    CLIENT_HELLO = 1,
    SERVER_HELLO = 2
};

/* Session-Id of TLS 1.2 is made of the hellos' randoms. */
static void note_random(struct etls_end *e, const uint8_t *bytes, size_t n)
{
    if (n < HELLO_RANDOM + 32 || bytes[0] != HANDSHAKE)
        return;
    int which = bytes[RECORD] - CLIENT_HELLO;
    if (which < 0 || which > 1 || e->randoms[which])
        return;
    memcpy(e->random[which], bytes + HELLO_RANDOM, 32);
    e->randoms[which] = true;
}

static void say(void *arg, const uint8_t *bytes, size_t n)
{
    struct etls_end *e = arg;
    note_random(e, bytes, n);
    if (n > sizeof e->out.bytes - e->out.n) {
        e->out.overflow = true;
        return;
    }
    memcpy(e->out.bytes + e->out.n, bytes, n);
    e->out.n += n;
}

/* ---- resumption, RFC 9190 section 2.1.2 and 2.1.3
 * -----------------------------------------------------
 */
void etls_ticket_key(struct imp_env *env)
{
    uint8_t key[IMP_TLS_TICKET_KEY];
    if (!imp_eap_opt(env, "resumption", 0) ||
        env->ops->cell_get(env, ETLS_CELL_TICKET_KEY, key, sizeof key) == sizeof key)
        return;
    imp_random(env, ETLS_CELL_TICKET_KEY, key, sizeof key);
    env->ops->cell_put(env, ETLS_CELL_TICKET_KEY, key, sizeof key);
    imp_wipe(key, sizeof key);
}

static unsigned lifetime(const struct imp_env *env)
{
    return (unsigned)imp_eap_opt(env, "ticket-lifetime", 3600);
}

static void note_ticket(void *arg, const uint8_t *ticket, size_t n)
{
    struct etls_end *e = arg;
    if (e->given_n < ETLS_TICKETS)
        imp_sha256(e->env, e->given[e->given_n++], &IMP_PIECE(ticket, n), 1);
}

void etls_take_tickets(struct etls_end *e)
{
    uint8_t key[IMP_TLS_TICKET_KEY];
    if (e->env->ops->cell_get(e->env, ETLS_CELL_TICKET_KEY, key, sizeof key) == sizeof key)
        imp_tls_take_tickets(e->tls, key, lifetime(e->env));
    imp_wipe(key, sizeof key);
}

/* What the tickets of this conversation need. A peer uses a ticket once. NULL: no tickets. */
static const struct imp_tls_tickets *tickets(const struct etls_end *e, struct imp_tls_tickets *out,
                                             uint8_t room[ETLS_SESSION])
{
    struct imp_env *env = e->env;
    bool server = e->server;
    *out = (struct imp_tls_tickets){.lifetime = lifetime(env)};
    if (!imp_eap_opt(env, "resumption", 0))
        return NULL;
    if (server && e->profile->tunnel) {
        out->given = note_ticket;
        return out;
    }
    int n = env->ops->cell_get(env, server ? ETLS_CELL_TICKET_KEY : ETLS_CELL_SESSION, room,
                               ETLS_SESSION);
    if (server && n == IMP_TLS_TICKET_KEY)
        out->key = room;
    if (!server && n > 0 && n <= ETLS_SESSION) {
        out->session = room;
        out->session_n = (size_t)n;
        env->ops->cell_erase(env, ETLS_CELL_SESSION);
    }
    return out;
}

bool etls_resumed(const struct etls_end *e)
{
    return imp_tls_resumed(e->tls);
}

void etls_keep_session(struct etls_end *e)
{
    uint8_t session[ETLS_SESSION];
    size_t n = imp_tls_session(e->tls, session, sizeof session);
    if (n > 0 && imp_eap_opt(e->env, "resumption", 0))
        e->env->ops->cell_put(e->env, ETLS_CELL_SESSION, session, n);
    imp_wipe(session, sizeof session);
}

/* What is asked of the peer's certificate. */
static enum imp_dtls_ask wanted(const struct etls_end *e)
{
    if (e->profile->tunnel)
        return imp_eap_opt(e->env, "ttls-certificate", 0) ? IMP_DTLS_REQUIRE : IMP_DTLS_ASK_NOT;
    return imp_eap_opt(e->env, "require-certificate", 1) ? IMP_DTLS_REQUIRE : IMP_DTLS_ASK;
}

/* The handshake of a resumed session shows no certificates: those of the first are looked at again,
 * since they may have expired (RFC 9190 section 5.7). */
static bool still_good(struct etls_end *e)
{
    struct imp_piece chain[IMP_X509_CHAIN];
    size_t count = imp_tls_peer(e->tls, chain, IMP_X509_CHAIN);
    return count > 0 ? etls_verify(e, chain, count) : e->server && wanted(e) != IMP_DTLS_REQUIRE;
}

/* ---- opening
 * ---------------------------------------------------------------------------------------------
 */
bool etls_by_key(const struct imp_env *env)
{
    return imp_eap_opt(env, "tls-suite", ETLS_SUITE_CCM) == ETLS_SUITE_PSK_CCM_8;
}

void etls_key_cell(char out[IMP_X509_NAME + 16], const char *nai)
{
    snprintf(out, IMP_X509_NAME + 16, "%s/%.*s", ETLS_CELL_PSK, IMP_X509_NAME - 1, nai);
}

/* Who knows the key that the server has for a name is known by that name. */
static int look_up(void *arg, uint8_t key[32], const char *identity)
{
    struct etls_end *e = arg;
    char cell[IMP_X509_NAME + 16];
    etls_key_cell(cell, identity);
    int n = e->env->ops->cell_get(e->env, cell, key, 32);
    if (n > 0)
        snprintf(e->other, sizeof e->other, "%s", identity);
    return n > 0 ? n : -1;
}

static bool open_by_key(struct etls_end *e, struct imp_tls_config *config)
{
    struct imp_env *env = e->env;
    uint8_t key[32];
    char nai[IMP_X509_NAME] = {0};
    int n = e->server ? 0 : env->ops->cell_get(env, ETLS_CELL_PSK, key, sizeof key);
    int named = e->server ? 0 : env->ops->cell_get(env, ETLS_CELL_NAI, nai, sizeof nai - 1);
    if (!e->server && (n <= 0 || named <= 0))
        return false;
    snprintf(e->own, sizeof e->own, "%s", e->server ? ETLS_SERVER : nai);
    if (!e->server) /* nobody else has the key */
        snprintf(e->other, sizeof e->other, "%s", ETLS_SERVER);
    config->psk_identity = nai;
    config->psk = key;
    config->psk_n = (size_t)n;
    config->psk_lookup = look_up;
    config->short_tag = true;
    e->tls = imp_tls_new(env, config, e->now);
    imp_wipe(key, sizeof key);
    return e->tls != NULL;
}

/* The own certificate, and at a peer that has one and sends it, its issuer's. How many. */
static size_t own_chain(const struct etls_end *e, const struct etls_cells *cells,
                        struct imp_piece out[2], uint8_t der[2][IMP_X509_MAX])
{
    struct imp_env *env = e->env;
    int n = env->ops->cell_get(env, cells->certificate, der[0], IMP_X509_MAX);
    if (n <= 0)
        return 0;
    out[0] = IMP_PIECE(der[0], (size_t)n);
    if (e->server || !cells->issuing || !imp_vendor_sends(env))
        return 1;
    n = env->ops->cell_get(env, cells->issuing, der[1], IMP_X509_MAX);
    if (n <= 0)
        return 1;
    out[1] = IMP_PIECE(der[1], (size_t)n);
    return 2;
}

/* What the operator's authority has said of the server's certificate. */
static struct imp_piece own_status(struct imp_env *env, struct imp_x509_ocsp *out)
{
    int n = env->ops->cell_get(env, ETLS_CELL_STATUS, out->der, sizeof out->der);
    return IMP_PIECE(out->der, n > 0 ? (size_t)n : 0);
}

/* Who has no certificate is known by its NAI. */
static bool own_name(struct etls_end *e, const struct imp_piece *chain, size_t count)
{
    char nai[IMP_X509_NAME] = {0};
    if (count > 0)
        return e->server ? etls_identity(e->own, chain->p, chain->n)
                         : etls_device_identity(e->env, e->own, chain->p, chain->n);
    e->env->ops->cell_get(e->env, ETLS_CELL_NAI, nai, sizeof nai - 1);
    memcpy(e->own, nai, sizeof nai);
    return e->profile->tunnel && !e->server;
}

static bool open_by_certificate(struct etls_end *e, struct imp_tls_config *config)
{
    static const enum imp_tls_versions versions[] = {IMP_TLS_1_2, IMP_TLS_1_3, IMP_TLS_1_2_AND_1_3};
    static const enum imp_tls_suite suites[] = {[ETLS_SUITE_CCM] = IMP_TLS_CCM,
                                                [ETLS_SUITE_CCM_8] = IMP_TLS_CCM_8,
                                                [ETLS_SUITE_GCM] = IMP_TLS_GCM,
                                                [ETLS_SUITE_PSK_CCM_8] = IMP_TLS_CCM_8};
    struct imp_env *env = e->env;
    uint8_t der[2][IMP_X509_MAX], known[2][IMP_X509_MAX], secret[IMP_KEY_SECRET],
        room[ETLS_SESSION];
    struct imp_x509_ocsp status;
    struct imp_piece chain[2], names[2];
    struct imp_tls_tickets t;
    bool bare = e->profile->tunnel && !e->server && wanted(e) == IMP_DTLS_ASK_NOT;
    const struct etls_cells *cells = etls_own_cells(env, e->server, e->now);
    size_t count = bare ? 0 : own_chain(e, cells, chain, der);
    int secret_n = count > 0 ? env->ops->cell_get(env, cells->key, secret, sizeof secret) : 0;
    enum imp_key own = imp_key_kind(secret_n > 0 ? (size_t)secret_n : 0);
    if (!own_name(e, chain, count) ||
        (count > 0 && own != IMP_KEY_P256 && own != etls_device_key(env)))
        return false;
    const struct imp_dtls_x509 x509 = {
        .chain = chain,
        .count = count,
        .secret = secret,
        .secret_n = count > 0 ? (size_t)secret_n : 0,
        .sign = etls_device_key(env),
        .verify = etls_verify,
        .ask = wanted(e),
        .status = e->server ? own_status(env, &status) : (struct imp_piece){0},
        .ask_status = imp_eap_opt(env, "status-request", ETLS_STATUS_NONE) != ETLS_STATUS_NONE,
        .names = names,
        .name_count = imp_eap_opt(env, "ca-names", 0) ? etls_anchors(env, names, known) : 0,
        .versions = versions[imp_eap_opt(env, "tls-version", ETLS_VERSION_1_3)],
        .suite = suites[imp_eap_opt(env, "tls-suite", ETLS_SUITE_CCM)]};
    e->ldevid = count > 0 && strcmp(cells->certificate, ETLS_CELL_LDEVID) == 0;
    config->x509 = &x509;
    config->tickets = tickets(e, &t, room);
    e->tls = imp_tls_new(env, config, e->now);
    imp_wipe(secret, sizeof secret);
    imp_wipe(room, sizeof room);
    return e->tls != NULL;
}

const struct etls_profile etls_eap_tls = {.type = ETLS_TYPE, .material = "client EAP encryption"};

bool etls_open(struct etls_end *e, struct imp_env *env, const struct etls_profile *profile,
               bool server, imp_time now)
{
    struct imp_tls_config config = {
        .server = server, .give_up = IMP_NEVER / 2, .send = say, .arg = e};
    etls_close(e);
    e->env = env;
    e->profile = profile;
    e->server = server;
    e->now = now;
    if (!(etls_by_key(env) && !profile->tunnel ? open_by_key(e, &config)
                                               : open_by_certificate(e, &config)))
        return false;
    if (!server)
        imp_tls_start(e->tls, now);
    return true;
}

enum imp_dtls_state etls_feed(struct etls_end *e, imp_time now)
{
    e->now = now;
    e->out.n = e->out.at = 0;
    note_random(e, e->in.bytes, e->in.n);
    enum imp_dtls_state s = imp_tls_feed(e->tls, e->in.bytes, e->in.n, now);
    e->in.n = e->in.total = 0;
    /* In TLS 1.2 a server's Finished comes before the peer's. */
    bool goes_on = s == IMP_DTLS_OPEN || (s == IMP_DTLS_HANDSHAKE && !imp_tls_is_1_3(e->tls));
    if (goes_on && !e->running && etls_resumed(e) && !e->other[0] && !still_good(e)) {
        e->out.n = 0; /* no Finished of ours */
        return IMP_DTLS_FAILED;
    }
    return e->out.overflow ? IMP_DTLS_FAILED : s;
}

/* Everything of the last conversation. */
void etls_close(struct etls_end *e)
{
    imp_tls_free(e->tls);
    imp_wipe(e, sizeof *e);
}

/* RFC 5216 section 2.3; RFC 9190 section 2.3; RFC 9427 section 2.1. */
bool etls_export(const struct etls_end *e, struct imp_eap_export *out)
{
    const uint8_t type = e->profile->type;
    uint8_t material[2 * IMP_EAP_KEY_SIZE];
    bool new = imp_tls_is_1_3(e->tls);
    *out = (struct imp_eap_export){.has_key = true, .session_id_n = IMP_EAP_SESSION_ID_MAX};
    out->session_id[0] = type;
    if (imp_tls_export(e->tls, material, sizeof material,
                       new ? "EXPORTER_EAP_TLS_Key_Material" : e->profile->material,
                       new ? &type : NULL, new ? 1 : 0) != 0)
        return false;
    if (new &&imp_tls_export(e->tls, out->session_id + 1, 64, "EXPORTER_EAP_TLS_Method-Id", &type,
                             1) != 0)
        return false;
    if (!new) {
        memcpy(out->session_id + 1, e->random[0], 32);
        memcpy(out->session_id + 33, e->random[1], 32);
    }
    memcpy(out->msk, material, sizeof out->msk);
    memcpy(out->emsk, material + sizeof out->msk, sizeof out->emsk);
    imp_wipe(material, sizeof material);
    memcpy(e->server ? out->server_id : out->peer_id, e->own, sizeof e->own);
    memcpy(e->server ? out->peer_id : out->server_id, e->other, sizeof e->other);
    return true;
}

/* What was negotiated beside keys and identities. */
static uint8_t version(const struct etls_end *e)
{
    return imp_tls_is_1_3(e->tls) ? 4 : 3;
}

void etls_claim_running(struct etls_end *e)
{
    struct imp_eap_export x;
    uint8_t v = version(e);
    if (e->running || !etls_export(e, &x))
        return;
    e->running = true;
    imp_eap_claim_running(e->env, e->profile->type, &x, &v, 1);
}

void etls_claim_commit(struct etls_end *e)
{
    struct imp_eap_export x;
    uint8_t v = version(e);
    if (!etls_export(e, &x))
        return;
    imp_eap_claim_commit(e->env, e->profile->type, &x, &v, 1, e->other[0] ? e->other : NULL);
    imp_eap_claim_secrets(e->env, &x);
}
