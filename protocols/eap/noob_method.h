/* SPDX-License-Identifier: GPL-2.0-only */
/* noob_method.h - EAP-NOOB (RFC 9140) as a method for any lower layer: contexts of peer and server.
 * What may be set of it is in noob_options.h. */
#ifndef IMPRINT_NOOB_METHOD_H
#define IMPRINT_NOOB_METHOD_H

#include "noob_assoc.h"
#include "noob_options.h"

/* Exchanges, section 3.2. */
enum noob_exchange {
    NOOB_X_NONE, /* common handshake, or no conversation */
    NOOB_X_INITIAL,
    NOOB_X_WAITING,
    NOOB_X_COMPLETION,
    NOOB_X_RECONNECT,
    NOOB_X_MISMATCH, /* none possible: error 2002 */
};

/* What one end works on in a Reconnect Exchange, section 3.4.2. */
struct noob_reconnect {
    struct noob_transcript transcript;
    char nai[NOOB_NAI_MAX + 1]; /* that the association will have */
    int verp, suite, keying_mode;
    struct noob_key_pair pair;
    uint8_t z[NOOB_KEY], np[NOOB_NONCE], ns[NOOB_NONCE];
};

/* ---- peer
 * ------------------------------------------------------------------------------------------ */
struct noob_peer {
    enum noob_state state;
    struct noob_ephemeral e;             /* states 1 and 2; being made in an Initial Exchange */
    struct noob_association association; /* states 3 and 4 */
    char server_url[NOOB_URL_MAX + 1];   /* ServerURL of ServerInfo, or empty */
    char used_nai[NOOB_NAI_MAX + 1];     /* in this conversation's EAP-Response/Identity */
    int sleep_time;                      /* s; latest from the server, or -1 */
    imp_time sleep_until;                /* no conversation before that, states 0 and 1 */
    bool oob_shown;                      /* an OOB message of ours is out */
    /* This conversation. */
    enum noob_exchange exchange;
    enum noob_type last; /* request answered; NOOB_TYPES before the first */
    int error;           /* sent or received, or 0 */
    bool ended;          /* final response sent: state 4 reached in it */
    struct noob_reconnect r;
    struct noob_keys keys;
    bool has_keys;
};

void noob_peer_start(void *peer, struct imp_env *env, imp_time now);
bool noob_peer_wants(void *peer, struct imp_env *env, imp_time now);
void noob_peer_begin(void *peer, struct imp_env *env, imp_time now);
size_t noob_peer_identity(void *peer, struct imp_env *env, char *out, size_t cap);
enum imp_eap_peer_verdict noob_peer_process(void *peer, struct imp_eap_io *io);
imp_time noob_peer_end(void *peer, struct imp_env *env, bool success, imp_time now);
imp_time noob_peer_event(void *peer, struct imp_env *env, const struct imp_event *event,
                         imp_time now);
bool noob_peer_export(const void *peer, struct imp_eap_export *out);

/* What peer.c gives to peer_reconnect.c: each answers one request. */
typedef int noob_peer_step(struct noob_peer *p, struct imp_eap_io *io, const struct noob_message *m,
                           struct noob_writer *w);
noob_peer_step noob_peer_reconnect_parameters, noob_peer_reconnect_keys, noob_peer_reconnect_mac;
/* The suite that the peer chooses from an offer, by its own order of preference; 0: none. */
int noob_choose_suite(const struct imp_env *env, const int *offered, size_t count);
bool noob_offers_version(const struct noob_message *m);
/* Both ends: claims with the keys of this conversation. `transcript` is what was negotiated. */
void noob_export(struct imp_eap_export *out, const struct noob_keys *keys, const char *peer_id);
void noob_claim_running(struct imp_env *env, const struct noob_keys *keys, const char *peer_id,
                        const struct noob_transcript *t);
void noob_claim_commit(struct imp_env *env, const struct noob_keys *keys, const char *peer_id,
                       const struct noob_transcript *t, bool new_kz, bool peer_known);
/* What was settled, at the moment of commitment. */
void noob_claim_settled(struct imp_env *env, const struct noob_keys *keys, const char *peer_id,
                        int version, int suite);
/* The peer belongs to whoever is at the session's other end; without keys to nobody. */
void noob_claim_owner(struct imp_env *env, const struct noob_keys *keys, const char *peer_id);
/* An out-of-band message counted: its Noob may not come again (section 3.2.3). */
void noob_claim_oob(struct imp_env *env, const uint8_t noob[NOOB_NOOB]);
void noob_alarm(struct imp_env *env, const char *why);
void noob_store(struct imp_env *env, const char *cell, const struct noob_association *a);

/* ---- server
 * ---------------------------------------------------------------------------------------- */
#define NOOB_RECORDS 2048   /* ephemeral associations; the oldest gives way (section 6.8) */
#define NOOB_INDEX_CHUNK 32 /* PeerIds in one index cell */

struct noob_record {
    enum noob_state state; /* NOOB_UNREGISTERED: free */
    uint64_t order;        /* of creation, from 1 */
    struct noob_ephemeral e;
};

struct noob_server {
    /* Apart from the records, so that a search stays in the cache. */
    char ids[NOOB_RECORDS][NOOB_PEER_ID_LEN + 2];
    struct noob_record records[NOOB_RECORDS];
    uint64_t orders;              /* last order given */
    uint64_t registered;          /* associations in the index */
    char self[NOOB_INFO_MAX + 1]; /* ServerName of ServerInfo, or the party's name */
};

/* noob_db.c */
struct noob_record *noob_db_find(struct noob_server *db, const char *peer_id);
struct noob_record *noob_db_new(struct noob_server *db, const char *peer_id);
void noob_db_drop(struct noob_server *db, struct noob_record *record);
/* The latest association in state 1, or NULL. */
struct noob_record *noob_db_latest_waiting(struct noob_server *db);
bool noob_db_load(struct imp_env *env, struct noob_association *out, const char *peer_id);
void noob_db_save(struct noob_server *db, struct imp_env *env, const struct noob_association *a);
void noob_db_erase(struct imp_env *env, const char *peer_id);    /* user reset of one */
void noob_db_clear(struct noob_server *db, struct imp_env *env); /* user reset of all */
void noob_db_open(struct noob_server *db, struct imp_env *env);
/* As noob_db_save, before the server has started. */
void noob_db_provision(struct imp_env *env, const struct noob_association *a);

struct noob_session {
    enum noob_exchange exchange;
    enum noob_type last; /* request outstanding */
    bool told_error;     /* an error request is outstanding */
    char peer_id[NOOB_PEER_ID_MAX + 1];
    int peer_state;
    union {
        struct noob_ephemeral e; /* being made in an Initial Exchange */
        struct noob_reconnect r; /* Reconnect Exchange */
    };
    struct noob_association association; /* Reconnect Exchange; made by a Completion Exchange */
    struct noob_key_pair pair;
    uint8_t noob[NOOB_NOOB];
    struct noob_keys keys;
    bool has_keys;
};

void noob_server_start(void *shared, struct imp_env *env, imp_time now);
enum imp_eap_server_verdict noob_server_begin(void *session, void *shared, struct imp_eap_io *io);
enum imp_eap_server_verdict noob_server_process(void *session, void *shared, struct imp_eap_io *io);
void noob_server_end(void *session, void *shared, struct imp_env *env, bool success, imp_time now);
void noob_server_event(void *shared, struct imp_env *env, const struct imp_event *event,
                       imp_time now);
bool noob_server_export(const void *session, struct imp_eap_export *out);

/* Associations of an earlier run and serial numbers, as the options of each party say. `peer` and
 * `server` are roles. */
void noob_provision(struct imp_env *const *parties, size_t count, int peer, int server);

/* The fields of a struct imp_eap_method but for its label, which is the mechanism's. */
#define NOOB_METHOD_FIELDS                                                                         \
    .type = NOOB_EAP_TYPE, .name = "EAP-NOOB", .peer_size = sizeof(struct noob_peer),              \
    .session_size = sizeof(struct noob_session), .shared_size = sizeof(struct noob_server),        \
    .peer_start = noob_peer_start, .peer_wants = noob_peer_wants, .peer_begin = noob_peer_begin,   \
    .peer_identity = noob_peer_identity, .peer_process = noob_peer_process,                        \
    .peer_end = noob_peer_end, .peer_event = noob_peer_event, .peer_export = noob_peer_export,     \
    .server_start = noob_server_start, .server_begin = noob_server_begin,                          \
    .server_process = noob_server_process, .server_end = noob_server_end,                          \
    .server_event = noob_server_event, .server_export = noob_server_export

#endif
