/* SPDX-License-Identifier: GPL-2.0-only */
/* tofu.h - SSH with trust on first use (RFC 4251 section 4.1): who is the client keeps the first
 * host key that it meets; who is the server keeps the client's key in the same way. The device is
 * the client of a server that hands out configurations, or the server of an administrator who
 * brings one. */
#ifndef IMPRINT_TOFU_H
#define IMPRINT_TOFU_H

#include "protocols/contract/mechanism.h"
#include "protocols/ssh/ssh.h"

enum { TOFU_DEVICE, TOFU_SERVER };
enum { TOFU_STREAM };
enum tofu_act { TOFU_ACT_SERVER_KEY, TOFU_ACT_DEVICE_KEY, TOFU_ACT_DELETE_LINE };

#define TOFU_MESSAGES(X)                                                                           \
    X(IDENTIFICATION, "identification", DISCOVERY)                                                 \
    X(KEXINIT, "KEXINIT", BOOTSTRAPPING)                                                           \
    X(ECDH_INIT, "KEX_ECDH_INIT", BOOTSTRAPPING)                                                   \
    X(ECDH_REPLY, "KEX_ECDH_REPLY", BOOTSTRAPPING)                                                 \
    X(NEWKEYS, "NEWKEYS", BOOTSTRAPPING)                                                           \
    X(SERVICE_REQUEST, "SERVICE_REQUEST", BOOTSTRAPPING)                                           \
    X(SERVICE_ACCEPT, "SERVICE_ACCEPT", BOOTSTRAPPING)                                             \
    X(AUTH_REQUEST, "USERAUTH_REQUEST", BOOTSTRAPPING)                                             \
    X(AUTH_SUCCESS, "USERAUTH_SUCCESS", BOOTSTRAPPING)                                             \
    X(AUTH_FAILURE, "USERAUTH_FAILURE", BOOTSTRAPPING)                                             \
    X(CHANNEL_OPEN, "CHANNEL_OPEN", PROVISIONING)                                                  \
    X(CHANNEL_CONFIRM, "CHANNEL_OPEN_CONFIRMATION", PROVISIONING)                                  \
    X(CHANNEL_REQUEST, "CHANNEL_REQUEST exec", PROVISIONING)                                       \
    X(CHANNEL_DATA, "CHANNEL_DATA", PROVISIONING)                                                  \
    X(CHANNEL_CLOSE, "CHANNEL_CLOSE", REGISTRATION)                                                \
    X(DISCONNECT, "DISCONNECT", BOOTSTRAPPING)                                                     \
    X(CHANNEL_SUCCESS, "CHANNEL_SUCCESS", PROVISIONING)                                            \
    X(CHANNEL_EOF, "CHANNEL_EOF", PROVISIONING)                                                    \
    X(EXIT_STATUS, "CHANNEL_REQUEST exit-status", REGISTRATION)                                    \
    X(HOST_KEYS, "GLOBAL_REQUEST hostkeys-00", PROVISIONING)                                       \
    X(HOST_KEYS_PROVE, "GLOBAL_REQUEST hostkeys-prove-00", PROVISIONING)                           \
    X(REQUEST_SUCCESS, "REQUEST_SUCCESS", PROVISIONING)                                            \
    X(REQUEST_FAILURE, "REQUEST_FAILURE", PROVISIONING)                                            \
    X(AUTH_PK_OK, "USERAUTH_PK_OK", BOOTSTRAPPING)                                                 \
    X(CHANNEL_OPEN_FAILURE, "CHANNEL_OPEN_FAILURE", PROVISIONING)                                  \
    X(CHANNEL_FAILURE, "CHANNEL_FAILURE", PROVISIONING)                                            \
    X(UNIMPLEMENTED, "UNIMPLEMENTED", BOOTSTRAPPING)
#define TOFU_ENUM_MESSAGE(id, text, phase) TOFU_MSG_##id,
enum tofu_message { TOFU_MESSAGES(TOFU_ENUM_MESSAGE) TOFU_MSG_COUNT };

enum { /* RFC 4254 section 9 */
       TOFU_GLOBAL_REQUEST = 80,
       TOFU_REQUEST_SUCCESS = 81,
       TOFU_REQUEST_FAILURE = 82,
       TOFU_CHANNEL_OPEN = 90,
       TOFU_CHANNEL_CONFIRM = 91,
       TOFU_CHANNEL_OPEN_FAILURE = 92,
       TOFU_CHANNEL_WINDOW_ADJUST = 93,
       TOFU_CHANNEL_DATA = 94,
       TOFU_CHANNEL_EXTENDED_DATA = 95,
       TOFU_CHANNEL_EOF = 96,
       TOFU_CHANNEL_CLOSE = 97,
       TOFU_CHANNEL_REQUEST = 98,
       TOFU_CHANNEL_SUCCESS = 99,
       TOFU_CHANNEL_FAILURE = 100,
};

enum tofu_option {
    TOFU_OPT_POLICY,
    TOFU_OPT_REFRESH,
    TOFU_OPT_BACK_OFF,
    TOFU_OPT_DEVICE_IS,
    TOFU_OPT_KNOWN,
    TOFU_OPT_AUTHORIZED,
    TOFU_OPT_GRACE,
    TOFU_OPT_ROTATION,
    TOFU_OPT_UPDATE,
    TOFU_OPT_REKEY,
    TOFU_OPT_REKEY_TIME,
    TOFU_OPT_TRIES,
    TOFU_OPT_CONNECTION,
    TOFU_OPT_FILE,
    TOFU_OPT_HOST_NAME,
    TOFU_OPT_HASH_NAMES,
    TOFU_OPT_HOST_KEY,
    TOFU_OPT_CHANGED,
    TOFU_OPT_NAMES,
    TOFU_OPT_LEASE,
    TOFU_OPT_POOL,
};
enum { TOFU_ACCEPT_NEW, TOFU_STRICT, TOFU_ASK };
enum { TOFU_DEVICE_IS_CLIENT, TOFU_DEVICE_IS_SERVER };
enum { TOFU_EMPTY, TOFU_KNOWN, TOFU_FILE };
enum { TOFU_FIRST_USE, TOFU_INSTALLED };
enum { TOFU_EACH_VISIT, TOFU_KEPT };
enum { TOFU_CHANGED_REFUSE, TOFU_CHANGED_ASK };
enum { TOFU_SERIAL, TOFU_LEASED };
enum tofu_flaw {
    TOFU_FLAW_CHANGED_KEY,
    TOFU_FLAW_CHANGED_DEVICE,
    TOFU_FLAW_ANY_CLIENT,
    TOFU_FLAW_ANY_DEVICE,
};

/* Of both roles, named by what is awaited. */
enum tofu_state {
    TOFU_IDLE,    /* the next connection, or channel */
    TOFU_KEYS,    /* the end of the key exchange */
    TOFU_SERVICE, /* SERVICE_ACCEPT; SERVICE_REQUEST */
    TOFU_AUTH,    /* USERAUTH_SUCCESS; USERAUTH_REQUEST */
    TOFU_CHANNEL, /* CHANNEL_OPEN_CONFIRMATION; CHANNEL_OPEN */
    TOFU_COMMAND, /* CHANNEL_DATA, or CHANNEL_SUCCESS; CHANNEL_REQUEST */
    TOFU_CLOSING, /* CHANNEL_CLOSE */
    TOFU_READY,   /* nothing */
    TOFU_INPUT,   /* the device as server: CHANNEL_DATA */
    TOFU_END,     /* the same: CHANNEL_EOF */
    TOFU_STATUS,  /* the administrator: exit-status */
};

enum { /* RFC 4254 section 5.1: why no channel is opened */
       TOFU_OPEN_PROHIBITED = 1,
       TOFU_OPEN_UNKNOWN_TYPE = 3,
       TOFU_OPEN_SHORTAGE = 4,
};

enum { TOFU_CONFIG = 16, TOFU_SID = 32 };

static inline bool tofu_is_client(const struct imp_env *env)
{
    return (env->role == TOFU_DEVICE) ==
           (imp_opt(env, TOFU_OPT_DEVICE_IS) == TOFU_DEVICE_IS_CLIENT);
}

/* ---- keys and claims, tofu_claims.c ------------------------------------------------------------
 */
void tofu_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name);
void tofu_claim_identity(struct imp_env *env, const uint8_t key[32]);
/* RUNNING or COMMIT of a session between those two keys. `peer` NULL: not authenticated yet. */
void tofu_claim_session(struct imp_env *env, enum imp_claim_kind kind, const uint8_t sid[TOFU_SID],
                        const uint8_t device[32], const uint8_t server[32], const uint8_t *peer);
void tofu_claim_config(struct imp_env *env, const uint8_t sid[TOFU_SID],
                       const uint8_t config[TOFU_CONFIG], const uint8_t *device);
void tofu_provision(struct imp_env *const *parties, size_t count);
/* Of an option's text: is it a secret key, or none? */
bool tofu_key_check(const char *text, char *error, size_t cap);

/* ---- own keys, tofu_keys.c ---------------------------------------------------------------------
 */
struct tofu_pair {
    uint8_t secret[32], public[32];
};
struct tofu_keys {
    struct tofu_pair own, next;
    bool has_next; /* a host that changes its key has both for a time */
};
/* Own key pair, made at the factory: in the cell "key". */
void tofu_key(struct imp_env *env, struct tofu_pair *own);
void tofu_keys_load(struct tofu_keys *k, struct imp_env *env);
/* The host's next step: another key beside the one in use, or that one alone. */
void tofu_keys_change(struct tofu_keys *k, struct imp_env *env);
imp_time tofu_keys_due(const struct imp_env *env, imp_time now); /* of that step */
void tofu_keys_erase(struct imp_env *env);

/* ---- who is known, tofu_known.c ----------------------------------------------------------------
 */
/* Host keys by the host's name; "": it has none. An end of the adversary's knows nobody. */
enum tofu_verdict { TOFU_REFUSED, TOFU_GOOD, TOFU_TO_ASK, TOFU_CHANGED /* refused, too */ };
enum tofu_verdict tofu_host_verdict(struct imp_env *env, const char *name, const uint8_t key[32]);
void tofu_host_said(struct imp_env *env, const char *name, const uint8_t key[32], bool good);
void tofu_host_install(struct imp_env *env, const char *name, const uint8_t key[32]);
/* The same beside others of that name, before the first power-on. */
void tofu_host_add(struct imp_env *env, const char *name, const uint8_t key[32]);
bool tofu_host_is_known(struct imp_env *env, const char *name, const uint8_t key[32]);
/* These keys in place of those that were known; where one is revoked, nothing changes. */
void tofu_host_update(struct imp_env *env, const char *name, const uint8_t (*keys)[32], size_t n);
/* As OpenSSH's client has the file, tofu_file.c: in a cell, as it stands on a disk. */
enum tofu_line { TOFU_ABSENT, TOFU_SAME, TOFU_OTHER, TOFU_STRUCK };
enum tofu_line tofu_file_find(struct imp_env *env, const char *name, const uint8_t key[32]);
void tofu_file_add(struct imp_env *env, const char *name, const uint8_t key[32]);
void tofu_file_update(struct imp_env *env, const char *name, const uint8_t (*keys)[32], size_t n);
void tofu_file_forget(struct imp_env *env, const char *name);
void tofu_file_revoke(struct imp_env *env);
void tofu_file_erase(struct imp_env *env);
/* Of the option's text: is it such a file? Of a name that may stand in it? */
bool tofu_file_check(const char *text, char *error, size_t cap);
bool tofu_name_check(const char *text, char *error, size_t cap);
void tofu_fingerprint_install(struct imp_env *env, const uint8_t key[32]);
/* Clients' keys; NULL when it may come in, else why not. */
const char *tofu_client_verdict(struct imp_env *env, const uint8_t key[32]);
/* The same of a key that is not proved yet: nothing is kept. */
const char *tofu_client_prospect(struct imp_env *env, const uint8_t key[32]);
void tofu_client_add(struct imp_env *env, const uint8_t key[32]);
void tofu_forget(struct imp_env *env, const char *name); /* a host */
/* A human has let the line of that host, whose key has changed, stand; until it is forgotten. */
bool tofu_change_is_settled(struct imp_env *env, const char *name);
void tofu_change_settle(struct imp_env *env, const char *name);
/* The operator's words: "revoke", whoever is known is struck off; "forget", or "forget NAME". */
void tofu_control(struct imp_env *env, const struct imp_event *e);

/* ---- one end of a connection, tofu_end.c, tofu_client.c, tofu_host.c ---------------------------
 */
enum { TOFU_NAME = 24, TOFU_HOST_KEYS = 4 /* of one host, that a client keeps */ };
enum { TOFU_LINES = 64 /* of one name: so many access nodes */ };
struct tofu_end;
typedef void tofu_done(struct tofu_end *e);
struct tofu_offer { /* host keys that were announced to a client */
    uint8_t keys[TOFU_HOST_KEYS][32];
    bool fresh[TOFU_HOST_KEYS]; /* not known before */
    size_t n;
    bool seen, awaited; /* the announcement; proofs of the fresh ones */
};
struct tofu_end {
    struct imp_env *env;
    struct imp_addr at;
    bool client;
    const struct tofu_keys *keys; /* links */
    tofu_done *done;              /* the configuration is where it belongs */
    const char *alias;            /* links: what a host calls itself, or NULL */
    struct tofu_pair own;         /* of this connection */
    struct tofu_offer offer;
    enum tofu_state state;
    uint8_t peer[32];          /* host key; client's key */
    bool authenticated, asked; /* the client; it has asked which methods there are */
    int64_t failures;          /* of authentication */
    unsigned timed;            /* exchange of keys whose time runs */
    bool over;                 /* the other end has closed the channel, too */
    bool changed;              /* a known host has shown another key */
    uint32_t channel; /* the number by which the other end knows the channel; our own is 0 */
    uint8_t config[TOFU_CONFIG];
    char version[16 + TOFU_NAME], name[TOFU_NAME]; /* own identification; the host's name, or "" */
    struct imp_ssh ssh;
};

/* A connection has come about. `e` keeps only keys, done and alias. */
void tofu_end_begin(struct tofu_end *e, struct imp_env *env, const struct imp_addr *at);
/* What a human says of the host key. */
void tofu_end_said(struct tofu_end *e, bool same);
bool tofu_end_is_legal(const struct tofu_end *e, int message);
void tofu_end_put(struct tofu_end *e, const struct imp_ssh_writer *w);
void tofu_end_session(struct tofu_end *e, enum imp_claim_kind kind);
/* COMMIT; from here on keys may wear out: OpenSSH's client takes no KEXINIT before, and asks for
 * none.
 */
void tofu_end_authenticated(struct tofu_end *e);
/* The time of an authenticated connection's keys begins: when it is over they are to be others;
 * IMP_NEVER: nothing begins, or there is no such time. */
imp_time tofu_end_keys_due(struct tofu_end *e, imp_time now);
void tofu_end_config(struct tofu_end *e);
/* The key by which others know the device of that connection. */
const uint8_t *tofu_end_device(const struct tofu_end *e);
void tofu_client_opened(struct tofu_end *e);
bool tofu_client_message(struct tofu_end *e, int m, const uint8_t *payload, size_t n);
/* Its client has failed too often. */
bool tofu_host_is_tired(const struct tofu_end *e);
bool tofu_host_message(struct tofu_end *e, int m, const uint8_t *payload, size_t n);
/* Global requests, tofu_update.c: a host says which keys it has, after authentication; a client has
 * it prove those that it does not know, and keeps them. */
void tofu_update_announce(struct tofu_end *e);
bool tofu_update_message(struct tofu_end *e, int m, const uint8_t *payload, size_t n);
/* What a client signs (RFC 4252 section 7). Returns its size. */
size_t tofu_signed(uint8_t out[256], const uint8_t sid[TOFU_SID], const uint8_t key[32]);
/* The request as far as the key: with a signature to follow, or the question without one. */
void tofu_auth_request(struct imp_ssh_writer *w, const uint8_t key[32], bool is_signed);

/* ---- the channel, tofu_channel.c ---------------------------------------------------------------
 */
void tofu_channel_open(struct tofu_end *e);
/* The other end wants one: confirmed, or refused with the reason. False: malformed. */
bool tofu_channel_wanted(struct tofu_end *e, const uint8_t *payload, size_t n);
bool tofu_channel_confirmed(struct tofu_end *e, const uint8_t *payload, size_t n);
/* Of a message to this end's channel: the number, read past. */
bool tofu_channel_is_own(struct imp_ssh_reader *r);
/* Begins a message to the other end's. */
void tofu_channel_begin(const struct tofu_end *e, struct imp_ssh_writer *w, uint8_t number);
void tofu_channel_mark(struct tofu_end *e, uint8_t number); /* the number alone */
void tofu_channel_data(struct tofu_end *e);
/* The configuration in CHANNEL_DATA, into e->config. */
bool tofu_channel_read(struct tofu_end *e, const uint8_t *payload, size_t n);

/* ---- the roles ---------------------------------------------------------------------------------
 */
extern const struct imp_legal tofu_device_legal[], tofu_server_legal[];
imp_party_init tofu_device_init, tofu_server_init;
imp_party_event tofu_device_event, tofu_server_event;
imp_party_fini tofu_device_fini, tofu_server_fini;
int tofu_device_state_of(const void *ctx);
int tofu_server_state_of(const void *ctx);

struct tofu_device {
    struct imp_env *env;
    struct tofu_keys keys;
    bool connected, claimed;
    bool resting;         /* the visit is over, and the connection stays */
    bool deleting;        /* a human looks at a warning */
    char name[TOFU_NAME]; /* as a host */
    unsigned leases;      /* of a name, so far */
    bool prompted, stale; /* a human looks at a key; which is that of a connection that is over */
    struct tofu_end end;
};

enum { TOFU_SESSIONS = 63 }; /* each has a timer; one is left for the key */
struct tofu_session {
    struct tofu_end end;
    bool used;
    unsigned waits; /* its turn for the human; 0: asks nothing */
};
struct tofu_server {
    struct imp_env *env;
    struct tofu_keys keys;
    size_t last;
    unsigned turns;
    struct tofu_session *asked; /* whose key the human looks at */
    unsigned asked_for;         /* its turn then: it may be another's since */
    struct tofu_session sessions[TOFU_SESSIONS];
};

#endif
