/* SPDX-License-Identifier: GPL-2.0-only */
/* lwm2m.h - numbers and memory of the mechanism "lwm2m-bootstrap" (OMA LwM2M Core 1.2). */
#ifndef IMPRINT_LWM2M_BOOTSTRAP_H
#define IMPRINT_LWM2M_BOOTSTRAP_H

#include "enrol.h"
#include "link.h"
#include "peer.h"
#include "plan.h"
#include "protocols/coap/block.h"
#include "protocols/contract/mechanism.h"
#include "protocols/tls/psk_evidence.h"
#include "protocols/x509/x509.h"
#include "queue.h"
#include "rawkey.h"
#include "registration.h"
#include "retry.h"

enum { LWM_CLIENT, LWM_BOOTSTRAP, LWM_MANAGEMENT, LWM_SECOND }; /* roles */
enum {                                                          /* channels */
       LWM_BS_COAPS,
       LWM_BS_COAP,
       LWM_S_COAPS,
       LWM_S_COAP,
       LWM_S2_COAPS,
       LWM_S2_COAP,
       LWM_BS_TLS, /* streams, in the order of the datagrams */
       LWM_BS_TCP,
       LWM_S_TLS,
       LWM_S_TCP,
       LWM_S2_TLS,
       LWM_S2_TCP,
};
static inline bool lwm_is_stream(int channel)
{
    return channel >= LWM_BS_TLS;
}
/* With that server (a role). */
static inline int lwm_channel_of(int server, bool tcp, bool secure)
{
    return (tcp ? LWM_BS_TLS : LWM_BS_COAPS) + 2 * (server - LWM_BOOTSTRAP) + !secure;
}
enum {
    LWM_OPT_MODE,
    LWM_OPT_BS_SECURITY,
    LWM_OPT_S_SECURITY,
    LWM_OPT_HOLD_OFF,
    LWM_OPT_LIFETIME,
    LWM_OPT_DISCOVER,
    LWM_OPT_DELETE,
    LWM_OPT_VERIFY,
    LWM_OPT_BACK_OFF,
    LWM_OPT_TRIES,
    LWM_OPT_PACK,
    LWM_OPT_ENTROPY,
    LWM_OPT_USAGE,
    LWM_OPT_ACCOUNT_TIMEOUT,
    LWM_OPT_DISABLE_TIMEOUT,
    LWM_OPT_VERSION,
    LWM_OPT_FORMAT,
    LWM_OPT_SERVERS,
    LWM_OPT_ORDER,
    LWM_OPT_DELAY,
    LWM_OPT_BLOCK,
    LWM_OPT_BOOTSTRAP_ON_FAILURE,
    LWM_OPT_RETRY_COUNT,
    LWM_OPT_RETRY_TIMER,
    LWM_OPT_SEQUENCE_DELAY,
    LWM_OPT_SEQUENCE_COUNT,
    LWM_OPT_MATCHING,
    LWM_OPT_SERVER_NAME,
    LWM_OPT_CIPHERSUITE,
    LWM_OPT_PUSH,
    LWM_OPT_AEAD,
    LWM_OPT_BS_TRANSPORT,
    LWM_OPT_S_TRANSPORT,
    LWM_OPT_QUEUE,
    LWM_OPT_AWAKE,
    LWM_OPT_DTLS_TIMER,
    LWM_OPT_BS_AUTHORITY,
    LWM_OPT_S_AUTHORITY,
};
enum { LWM_OPT_UDP, LWM_OPT_TCP };
enum { LWM_FACTORY, LWM_SMARTCARD, LWM_CLIENT_INITIATED, LWM_SERVER_INITIATED };
enum { LWM_OPT_PSK, LWM_OPT_RPK, LWM_OPT_X509, LWM_OPT_NOSEC, LWM_OPT_OSCORE, LWM_OPT_EST };
enum { LWM_OPT_END_ENTITY, LWM_OPT_TRUST_ANCHOR };
enum { LWM_OPT_NO_SUITE, LWM_OPT_CCM_8, LWM_OPT_CCM };
enum { LWM_OPT_UNORDERED, LWM_OPT_ASCENDING, LWM_OPT_DESCENDING };
static inline imp_time lwm_dtls_timer(const struct imp_env *env)
{
    return imp_opt(env, LWM_OPT_DTLS_TIMER) * IMP_S;
}
enum { LWM_DTLS_PATIENCE = 60 }; /* such times, for a handshake */
/* How many servers a client has. */
static inline size_t lwm_server_count(const struct imp_env *env)
{
    return 1 + (size_t)imp_opt(env, LWM_OPT_SERVERS);
}
static inline bool lwm_has_key_pair(int64_t security)
{
    return security == LWM_OPT_RPK || security == LWM_OPT_X509 || security == LWM_OPT_EST;
}
static inline bool lwm_has_certificate(int64_t security)
{
    return security == LWM_OPT_X509 || security == LWM_OPT_EST;
}
enum lwm_flaw { LWM_FLAW_MODEL_KEY, LWM_FLAW_ANY_SERVER_KEY, LWM_FLAW_UNASKED_WRITES };

enum lwm_message_kind { /* DTLS with either server, in the order of LWM_DTLS_COUNT */
                        LWM_MSG_BS_HELLO,
                        LWM_MSG_BS_VERIFY,
                        LWM_MSG_BS_SERVER_FLIGHT,
                        LWM_MSG_BS_CLIENT_FLIGHT,
                        LWM_MSG_BS_FINISHED,
                        LWM_MSG_BS_ALERT,
                        LWM_MSG_S_HELLO,
                        LWM_MSG_S_VERIFY,
                        LWM_MSG_S_SERVER_FLIGHT,
                        LWM_MSG_S_CLIENT_FLIGHT,
                        LWM_MSG_S_FINISHED,
                        LWM_MSG_S_ALERT,
                        LWM_MSG_REQUEST, /* Bootstrap-Request, then the operations of a bootstrap
                                            server */
                        LWM_MSG_PACK_REQUEST,
                        LWM_MSG_PACK,
                        LWM_MSG_DISCOVER,
                        LWM_MSG_READ,
                        LWM_MSG_DELETE,
                        LWM_MSG_WRITE_SECURITY,
                        LWM_MSG_WRITE_SERVER,
                        LWM_MSG_WRITE_ACCESS,
                        LWM_MSG_WRITE_OSCORE,
                        LWM_MSG_FINISH,
                        LWM_MSG_ENROL, /* POST /.well-known/est/sen */
                        LWM_MSG_ENROLLED,
                        LWM_MSG_BS_ANSWER,
                        LWM_MSG_BS_REFUSAL,
                        LWM_MSG_BS_EMPTY,
                        LWM_MSG_REGISTER,
                        LWM_MSG_REGISTERED,
                        LWM_MSG_UPDATE,
                        LWM_MSG_TRIGGER, /* POST /1/x/9 */
                        LWM_MSG_DEREGISTER,
                        LWM_MSG_DISABLE,        /* POST /1/x/4 */
                        LWM_MSG_UPDATE_TRIGGER, /* POST /1/x/8 */
                        LWM_MSG_S_READ,         /* GET /1/x, of object 1 or 2 */
                        LWM_MSG_S_WRITE,        /* POST /1/x */
                        LWM_MSG_FACTORY_RESET,  /* POST /3/0/5 */
                        LWM_MSG_S_ANSWER,
                        LWM_MSG_S_REFUSAL,
                        LWM_MSG_S_EMPTY,
                        LWM_MSG_BS_SIGNAL, /* 7.xx, over TCP */
                        LWM_MSG_S_SIGNAL,
};

enum lwm_device_state {                       /* named by what the client waits for */
                        LWM_HOLD_OFF,         /* for the time before it asks */
                        LWM_BS_HANDSHAKE,     /* for a session with the bootstrap server */
                        LWM_AWAITING,         /* for writes, before it asks for any */
                        LWM_REQUESTING,       /* for the answer to its Bootstrap-Request */
                        LWM_CONFIGURING,      /* for Bootstrap-Finish */
                        LWM_SERVER_HANDSHAKE, /* for a session with its server */
                        LWM_REGISTERING,      /* for the answer to its registration */
                        LWM_REGISTERED,       /* for the time of its next update */
                        LWM_BACK_OFF,         /* for the next attempt */
                        LWM_DEREGISTERING,    /* for the answer to its De-register */
                        LWM_AWAY,             /* for the time to register again; or for a reset */
                        LWM_WAITING,          /* for its turn to register with that server */
                        LWM_ENROLLING,        /* for its certificate */
                        LWM_ASLEEP, /* for the time of its next update, with its ear shut */
};
enum lwm_session_state {                /* of either server with one client */
                         LWM_IDLE,      /* for a first message */
                         LWM_HANDSHAKE, /* for the session */
                         LWM_OPEN,      /* for a request */
                         LWM_ASKING,    /* for the answer to its own request */
                         LWM_DONE,      /* for nothing */
};

#define LWM_ENDPOINT_PREFIX "urn:dev:os:32473-" /* PEN for documentation */
enum {
    LWM_PSK = 16,
    LWM_ENDPOINT = 29, /* that and 12 hexadecimal digits */
    LWM_IDENTITY = 16, /* hexadecimal digits of a PSK identity at the server */
    LWM_SESSIONS = 256,
    LWM_TIMERS = 60,
    LWM_CELL_MAX = LWM_NAME_MAX + 16,
};

extern const struct imp_legal lwm_device_legal[], lwm_bootstrap_legal[], lwm_management_legal[];

extern const struct imp_option lwm_options[]; /* options.c */
extern const struct imp_guess lwm_guesses[];  /* guess.c */

/* ---- entries.c: what the servers know before the first power-on */
struct lwm_key_pair { /* of a client, and what it knows of the server */
    uint8_t scalar[LWM_SCALAR];
    uint16_t own_n, peer_n; /* SubjectPublicKeyInfo, or certificates */
    uint8_t own[LWM_CERT_MAX], peer[LWM_CERT_MAX];
};
struct lwm_share { /* what a client and one server have in common */
    char identity[LWM_IDENTITY + 1];
    uint8_t key[LWM_PSK];     /* under that identity */
    struct lwm_key_pair pair; /* instead */
};
struct lwm_entry {        /* a bootstrap server's, of one client */
    uint8_t key[LWM_PSK]; /* with the bootstrap server */
    struct lwm_share server[LWM_SERVERS];
};
struct lwm_credential { /* a server's, of one identity or name of a raw key */
    uint8_t key[LWM_PSK];
    bool trigger; /* a factory's: it is to bootstrap again */
    char endpoint[LWM_ENDPOINT + 1];
};
bool lwm_entry_find(struct imp_env *env, const char *endpoint, struct lwm_entry *out);
bool lwm_credential_find(struct imp_env *env, const char *identity, struct lwm_credential *out);
void lwm_provision(struct imp_env *const *parties, size_t count); /* factory.c */
/* ---- account.c: what a bootstrap server writes for that entry, and instances of object 21 */
enum { LWM_KID = 6 /* octets of a client's Sender ID */, LWM_SALT = LWM_IDENTITY / 2 };
/* With the bootstrap server: the serial number of the endpoint is the client's Sender ID. */
void lwm_bootstrap_oscore(const struct imp_env *env, struct lwm_oscore_object *out,
                          const char *endpoint, const uint8_t key[LWM_PSK]);
/* With a server: the octets of the identity are the Master Salt, the first of them the Sender ID.
 */
void lwm_server_oscore(const struct imp_env *env, struct lwm_oscore_object *out,
                       const char identity[LWM_IDENTITY + 1], const uint8_t key[LWM_PSK]);
void lwm_account(const struct imp_env *env, struct lwm_config *out, const struct lwm_entry *entry);

/* ---- storage.c */
void lwm_cell_name(char out[LWM_CELL_MAX], const char *kind, const char *name); /* "kind-name" */
void lwm_smartcard_store(struct imp_env *env, const struct lwm_config *c);
void lwm_config_store(struct imp_env *env, const struct lwm_config *c);
void lwm_config_load(struct imp_env *env, struct lwm_config *c, bool card);
/* What a reset brings back, where the account of the bootstrap server is given up in time. */
void lwm_factory_store(struct imp_env *env, const struct lwm_config *made);
void lwm_config_forget(struct imp_env *env); /* all but the bootstrap account */

/* ---- claims.c */
void lwm_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name);
void lwm_claim_identity(struct imp_env *env, const char *self);
/* RUNNING or COMMIT between a client and a server; in clear nobody is authenticated. */
void lwm_claim_session(struct imp_env *env, enum imp_claim_kind kind, const char *endpoint,
                       int server, enum lwm_guard guard, const uint8_t sid[LWM_SID]);
/* What was configured in that session: hash and keys. */
void lwm_claim_config(struct imp_env *env, const struct lwm_config *c, const char *endpoint,
                      enum lwm_guard guard, const uint8_t sid[LWM_SID]);
/* Its keys alone. */
void lwm_claim_keys(struct imp_env *env, const struct lwm_config *c, enum lwm_guard guard,
                    const uint8_t sid[LWM_SID]);
/* Name of a session: exporter; with OSCORE a hash of endpoint, Sender ID and Partial IV of the
 * first request, which is the last one when this is called; in clear of endpoint and its token. */
void lwm_sid(struct lwm_link *l, const char *endpoint, const uint8_t *token, uint8_t sid[LWM_SID]);
int lwm_message_of(int label, bool bootstrap); /* label of coaps.h to message */
bool lwm_is_legal(const struct imp_legal *table, int state, int message);

imp_party_init lwm_device_init, lwm_bootstrap_init, lwm_management_init, lwm_second_init;
imp_party_event lwm_device_event, lwm_host_event;
imp_party_fini lwm_device_fini, lwm_host_fini;
int lwm_device_state_of(const void *ctx);
int lwm_host_state_of(const void *ctx);

/* ---- memory */
struct lwm_contact { /* a client's, with the server of one Server instance */
    struct lwm_device *device;
    size_t index; /* of the instance in the configuration */
    int role;     /* whom its address means */
    enum lwm_device_state state;
    bool used;
    bool called; /* its turn has begun */
    bool tried;  /* its turn is over: registered, or a sequence of attempts has failed */
    bool failed; /* the last attempts have */
    struct lwm_link link;
    uint8_t sid[LWM_SID];
    char identity[LWM_IDENTITY_MAX + 1];
    struct lwm_registration registration;
    char location[32];
    uint32_t told; /* lifetime that the server knows, s */
    bool asleep;   /* in queue mode: registered, and hears nothing */
    int ordered;   /* message of the server that is followed once it is answered; 0 */
    struct lwm_attempts attempts;
};
struct lwm_device {
    struct imp_env *env;
    bool registers;              /* with its servers; else it is busy with the bootstrap server */
    enum lwm_device_state state; /* with the bootstrap server */
    char endpoint[LWM_ENDPOINT + 1];
    struct lwm_client client;
    struct lwm_link bs;
    uint8_t sid[LWM_SID];
    char identity[LWM_IDENTITY_MAX + 1];
    char query[LWM_QUERY_MAX];
    struct lwm_enrolment enrolment;
    struct lwm_contact contact[LWM_SERVERS];
    size_t last;              /* contact of the last event */
    bool leaves;              /* the user ends the registrations */
    bool tired;               /* of a server: the bootstrap server is asked until it answers */
    imp_time wait;            /* last back-off */
    bool again;               /* a server asked for a bootstrap */
    bool resets;              /* a server ordered a factory reset */
    bool configured;          /* Bootstrap-Finish was served, or a pack taken, in this event */
    bool awaits;              /* the link that is being made is for writes that come unasked */
    bool no_pack;             /* the bootstrap server has none to give */
    struct imp_block_in pack; /* what has come of it */
    bool claimed;
    imp_time now; /* of the event */
};

struct lwm_host;
struct lwm_session {
    bool used;
    enum lwm_guard guard;
    struct lwm_host *host;
    struct imp_addr addr;
    enum lwm_session_state state;
    struct lwm_link link;
    char asked[LWM_IDENTITY_MAX + 1], identity[LWM_IDENTITY_MAX + 1]; /* tried, proven */
    char endpoint[LWM_NAME_MAX + 1];
    char location[8]; /* of its registration, or empty */
    uint32_t lifetime;
    imp_time expires; /* the registration, if it is not updated */
    struct lwm_queue queue;
    uint8_t sid[LWM_SID];
    bool believed;
    bool go;                              /* a request of ours follows the answer */
    enum { LWM_ASKED, LWM_PUSHING } push; /* the client did not ask, and has not answered yet */
    enum lwm_operation operation;
    struct lwm_plan plan;
    uint8_t pack[LWM_PACK_MAX]; /* given block by block */
    size_t pack_n;
};

struct lwm_service { /* what tells the two servers apart */
    int role;
    unsigned instance; /* of object 1, in its clients: as the bootstrap server numbers them */
    int security;      /* option with its security mode */
    int transport;     /* option with that */
    const char *name;
    /* Key of an identity: length or -1. */
    int (*psk)(struct imp_env *env, uint8_t key[32], const char *identity);
    bool (*knows)(struct imp_env *env, const char *key_name); /* a raw key */
    /* Whoever has a certificate of that endpoint name, under whatever key; or NULL. */
    bool (*by_name)(struct imp_env *env, const char *endpoint);
    /* Object 21 of the client with that Sender ID, and its identity, into s->asked. */
    bool (*oscore)(struct lwm_session *s, struct lwm_oscore_object *out, const uint8_t *kid,
                   size_t n);
    const char *(*endpoint)(struct lwm_session *s);  /* whom the session proves, or NULL */
    void (*start)(struct lwm_host *h, imp_time now); /* may be NULL */
    void (*opened)(struct lwm_session *s);           /* may be NULL */
    imp_coap_serve *serve;
    imp_coap_done *done;
    void (*follow)(struct lwm_session *s, imp_time now); /* after an answer has gone */
    /* A word of the operator about all clients, some of which are just being asked; may be NULL. */
    void (*command)(struct lwm_session *s, const char *word, size_t n, imp_time now);
};

struct lwm_host {
    struct imp_env *env;
    const struct lwm_service *service;
    size_t reached, last;
    unsigned registered;        /* locations given */
    uint8_t scalar[LWM_SCALAR]; /* its key pair's */
    struct lwm_certificate {
        size_t n;
        uint8_t der[LWM_CERT_MAX];
    } certificate, issuer, /* its own, and of who has issued that, if it is not the root */
        anchor, below;     /* the root of clients' certificates, and likewise */
    struct imp_piece chain[2];
    imp_time now; /* of the event */
    struct lwm_session sessions[LWM_SESSIONS];
};
void lwm_host_init(struct lwm_host *h, struct imp_env *env, const struct lwm_service *service);
/* Opens a link in clear to a client that sent nothing, or NULL; and goes on with `go`. */
struct lwm_session *lwm_host_reach(struct lwm_host *h, const struct imp_addr *addr, imp_time now);
void lwm_host_follow(struct lwm_session *s, imp_time now);
void lwm_session_plan(struct lwm_session *s, const struct lwm_entry *entry); /* what is written */
void lwm_session_claim(struct lwm_session *s, enum imp_claim_kind kind);
/* COMPLETE, once for each client. */
void lwm_session_complete(struct lwm_session *s);
void lwm_refuse(struct lwm_session *s, struct imp_coap_reply *reply, enum imp_coap_code code,
                const char *why);

#endif
