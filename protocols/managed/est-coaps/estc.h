/* SPDX-License-Identifier: GPL-2.0-only */
/* estc.h - EST over CoAPS (RFC 9148): enrolment of EST for constrained devices. The device has an
 * implicit trust anchor from the beginning; there is no bootstrap distribution by a human. */
#ifndef IMPRINT_ESTC_H
#define IMPRINT_ESTC_H

#include "protocols/coap/block.h"
#include "protocols/coap/link_format.h"
#include "protocols/coaps/coaps.h"
#include "protocols/managed/est/est.h"

enum { ESTC_COAPS, ESTC_HTTPS }; /* channels */
enum { ESTC_EST = 2 };           /* role beside those of est.h: EST server behind a registrar */

#define ESTC_MESSAGES(X)                                                                           \
    X(CLIENT_HELLO, "ClientHello", BOOTSTRAPPING)                                                  \
    X(VERIFY_REQUEST, "HelloVerifyRequest", BOOTSTRAPPING)                                         \
    X(SERVER_FLIGHT, "ServerHello..ServerHelloDone", BOOTSTRAPPING)                                \
    X(CLIENT_FLIGHT, "Certificate..Finished", BOOTSTRAPPING)                                       \
    X(FINISHED, "ChangeCipherSpec, Finished", BOOTSTRAPPING)                                       \
    X(ALERT, "Alert", BOOTSTRAPPING)                                                               \
    X(GET_CORE, "GET /.well-known/core", DISCOVERY)                                                \
    X(CORE, "2.05 links", DISCOVERY)                                                               \
    X(GET_CRTS, "GET /crts", PROVISIONING)                                                         \
    X(CRTS, "2.05 CA certificates", PROVISIONING)                                                  \
    X(GET_ATT, "GET /att", PROVISIONING)                                                           \
    X(ATT, "2.05 CSR attributes", PROVISIONING)                                                    \
    X(SEN, "POST /sen", PROVISIONING)                                                              \
    X(CONTINUE, "2.31 Continue", PROVISIONING)                                                     \
    X(SREN, "POST /sren", REGISTRATION)                                                            \
    X(SKG, "POST /skg", PROVISIONING)                                                              \
    X(SKC, "POST /skc", PROVISIONING)                                                              \
    X(CERTIFICATE, "2.04 certificate", PROVISIONING)                                               \
    X(KEY, "2.04 key and certificate", PROVISIONING)                                               \
    X(LATER, "5.03 Max-Age", PROVISIONING)                                                         \
    X(REFUSAL, "4.xx", PROVISIONING)                                                               \
    X(EMPTY, "Empty", PROVISIONING)
/* Between a registrar and the EST server. */
#define ESTC_HTTPS_MESSAGES(X)                                                                     \
    X(EST_CLIENT_HELLO, "ClientHello to the EST server", PROVISIONING)                             \
    X(EST_SERVER_FLIGHT, "ServerHello..ServerHelloDone of the EST server", PROVISIONING)           \
    X(EST_CLIENT_FLIGHT, "Certificate..Finished to the EST server", PROVISIONING)                  \
    X(EST_FINISHED, "ChangeCipherSpec, Finished of the EST server", PROVISIONING)                  \
    X(EST_ALERT, "Alert beside the EST server", PROVISIONING)                                      \
    X(EST_GET_CACERTS, "GET /cacerts", PROVISIONING)                                               \
    X(EST_CACERTS, "200 CA certificates", PROVISIONING)                                            \
    X(EST_GET_CSRATTRS, "GET /csrattrs", PROVISIONING)                                             \
    X(EST_CSRATTRS, "200 CSR attributes", PROVISIONING)                                            \
    X(EST_ENROLL, "POST /simpleenroll", PROVISIONING)                                              \
    X(EST_REENROLL, "POST /simplereenroll", REGISTRATION)                                          \
    X(EST_KEYGEN, "POST /serverkeygen", PROVISIONING)                                              \
    X(EST_CERTIFICATE, "200 certificate", PROVISIONING)                                            \
    X(EST_KEY, "200 key and certificate", PROVISIONING)                                            \
    X(EST_ACCEPTED, "202 Accepted", PROVISIONING)                                                  \
    X(EST_REFUSAL, "4xx of the EST server", PROVISIONING)
#define ESTC_ENUM_MESSAGE(id, text, phase) ESTC_MSG_##id,
enum estc_message {
    ESTC_MESSAGES(ESTC_ENUM_MESSAGE) ESTC_HTTPS_MESSAGES(ESTC_ENUM_MESSAGE) ESTC_MSG_COUNT
};

enum estc_option {
    ESTC_OPT_BLOCK,
    ESTC_OPT_ATT,
    ESTC_OPT_COOKIE,
    ESTC_OPT_BACK_OFF,
    ESTC_OPT_DISCOVERY,
    ESTC_OPT_FORMAT,
    ESTC_OPT_KEY, /* values as EST_OPT_KEY */
    ESTC_OPT_POP,
    ESTC_OPT_RENEW,
    ESTC_OPT_APPROVAL,
    ESTC_OPT_ROOT,
    ESTC_OPT_SEALING, /* values as EST_OPT_SEALING */
    ESTC_OPT_LABEL,
    ESTC_OPT_REQUIRED,
    ESTC_OPT_ANSWER,
    ESTC_OPT_ROLLOVER,
    ESTC_OPT_ROLLED_CERTIFICATE, /* values as EST_OPT_ROLLED_CERTIFICATE */
    ESTC_OPT_REFRESH,
    ESTC_OPT_SEPARATE,
    ESTC_OPT_RECORD,
    ESTC_OPT_ADMITTED,
    ESTC_OPT_CHAIN,
    ESTC_OPT_SEND,
    ESTC_OPT_INTERMEDIATES,
    ESTC_OPT_RENEW_PART,
    ESTC_OPT_LIFETIME,
    ESTC_OPT_TIMER,
    ESTC_OPT_REGISTRAR,
};
enum { ESTC_REGISTRAR_NONE, ESTC_REGISTRAR_HTTPS };
enum { ESTC_FORMAT_PKCS7, ESTC_FORMAT_PKIX };
enum { ESTC_ANSWER_LIST, ESTC_ANSWER_EMPTY, ESTC_ANSWER_NOT_FOUND };
enum { ESTC_ROOT_WELL_KNOWN, ESTC_ROOT_SHORT };
enum estc_flaw { ESTC_FLAW_ANY_SERVER, ESTC_FLAW_ANY_CLIENT };

/* Of both roles, named by what is awaited. */
enum estc_state {
    ESTC_BACK_OFF,   /* device: the next attempt; server: a ClientHello */
    ESTC_HANDSHAKE,  /* the DTLS session */
    ESTC_DISCOVERY,  /* device: where the resources are */
    ESTC_ANCHORS,    /* device: CA certificates */
    ESTC_ATTRIBUTES, /* device: CSR attributes */
    ESTC_ENROLLING,  /* device: the certificate */
    ESTC_WAITING,    /* device: the time to ask again */
    ESTC_REQUEST,    /* server: a request */
    ESTC_READY,      /* device: nothing */
    ESTC_RELAYING,   /* registrar: what the EST server says */
};

/* RFC 9148 section 4.1: the root that every server has, and a shorter one that some have. */
#define ESTC_ROOT ".well-known/est/"
#define ESTC_ROOT_OTHER "est/"
#define ESTC_CORE ".well-known/core"
enum { ESTC_PATH = 64 /* characters of a root, its 0 included */ };
enum { ESTC_HEAD = 128 /* octets of a CoAP message beside its payload, at most */ };
enum { ESTC_PATH_MAX = ESTC_PATH + EST_LABEL + 8 };

/* ---- estc_links.c: resource discovery, RFC 9148 section 4.1 */
/* Links below `root` whose resource type is `rt`, or begins so if `rt` ends in '*'; n = 0: all.
 * Octets, or -1 when they do not fit. */
int estc_links_write(char *out, size_t cap, const char *root, const char *rt, size_t n);
/* The root below which /NAME of type ace.est.NAME is, "est/": false when there is none, or it is at
 * another server. */
bool estc_links_find(char root[ESTC_PATH], const char *links, size_t n, const char *name);

/* ---- estc_content.c: certificates and keys as payloads, RFC 9148 section 4.3 */
/* One certificate, as PKCS #7 (281) or alone (287): octets, or -1. */
int estc_certs_write(uint8_t *out, size_t cap, const struct imp_x509 *crt, unsigned format);
/* The first of several alone, or all of them. */
int estc_set_write(uint8_t *out, size_t cap, const struct imp_piece *certs, size_t count,
                   unsigned format);
int estc_certs_read(struct imp_cms_certs *out, const uint8_t *p, size_t n, unsigned format);
/* application/multipart-core (RFC 8710) of a private key (284, sealed 280) and a certificate (281
 * or 287). */
int estc_key_write(struct imp_env *env, uint8_t *out, size_t cap, const struct est_private *key,
                   const struct imp_x509 *crt, unsigned format);
/* In either order. 0, or -1: not these two, or malformed. */
int estc_key_read(struct imp_env *env, struct est_private *key, struct imp_cms_certs *certs,
                  const uint8_t *p, size_t n);

int estc_message_of(int label);
/* Of this end's blocks, that fit the records which the other end takes. */
unsigned estc_szx(const struct imp_env *env, const struct imp_coaps *secure);
enum { ESTC_DTLS_PATIENCE = 60 /* times dtls-timer: how long a handshake may take */ };
enum { ESTC_RESTARTS = 3 /* of a request whose blocks do not get there whole */ };
void estc_sid(struct est_sid *out, struct imp_coaps *secure);

extern const struct imp_legal estc_device_legal[], estc_server_legal[], estc_est_legal[];
imp_party_init estc_device_init, estc_server_init, estc_est_init;
imp_party_event estc_device_event, estc_server_event, estc_est_event;
imp_party_fini estc_device_fini, estc_server_fini, estc_est_fini;
int estc_device_state_of(const void *ctx);
int estc_server_state_of(const void *ctx);
int estc_est_state_of(const void *ctx);
void estc_provision(struct imp_env *const *parties, size_t count);

struct estc_device {
    struct imp_env *env;
    enum estc_state state;
    int asking; /* which of the requests for a certificate is under way */
    char root[ESTC_PATH];
    struct est_holder has;
    struct imp_x509 request;
    bool brought;              /* the anchor came by /crts: it takes NewWithOld to change it */
    bool fresh;                /* and has come lately */
    struct imp_piece chain[2]; /* what it shows */
    struct imp_block_in in;    /* the answer so far */
    unsigned szx;              /* of this exchange: the smaller of both ends' */
    unsigned restarts;         /* of this request */
    struct imp_coaps secure;
};
/* ---- estc_ask.c: what the device asks */
void estc_get(struct estc_device *d, enum estc_state then, int label, imp_time now);
/* The next block of what such a request is answered. */
void estc_get_on(struct estc_device *d, int label, imp_time now);
/* A request for a certificate, from its first block on; false: it cannot be made. */
bool estc_enrol(struct estc_device *d, imp_time now);
/* Its block `num`; or, once it has gone, block `num` of the answer. */
void estc_post(struct estc_device *d, uint32_t num, bool rest, imp_time now);
void estc_post_anew(struct estc_device *d, imp_time now); /* from block 0 on */
/* Of its answer: what is awaited in that format. */
unsigned estc_awaited_format(const struct estc_device *d);
/* ---- estc_answer.c: what answers come to. False: nothing that can be gone on with. */
bool estc_answer(struct estc_device *d, int label, const struct imp_coap_message *r, imp_time now);
/* ---- estc_device.c */
void estc_rest(struct estc_device *d,
               imp_time now);                       /* with its certificate, till the next is due */
void estc_try(struct estc_device *d, imp_time now); /* estc_enrol, or it backs off */
enum { ESTC_TIMER_STEP, ESTC_TIMER_COAPS };         /* of the device */

enum { ESTC_SESSIONS = 64, ESTC_TIMERS = 60 };
struct estc_server;
struct estc_late { /* an answer that is promised by an empty ACK */
    imp_time due;  /* 0: none */
    bool relayed;  /* it is the EST server's, at last when it is due */
    int message;
    unsigned format;
    bool cut, wants; /* whether these came with the request: */
    struct imp_coap_block block1, block2;
    uint8_t token_n, token[IMP_COAP_TOKEN_MAX];
};
struct estc_upstream {    /* a registrar's connection to the EST server */
    struct imp_https *to; /* first: the link below */
    struct estc_session *session;
    enum { ESTC_UP_CLOSED, ESTC_UP_OPENING, ESTC_UP_HANDSHAKE, ESTC_UP_OPEN } state;
    bool asking; /* something is asked, or to be asked once it is open */
    struct imp_https link;
};
struct estc_session {
    bool used;
    struct estc_server *server;
    struct imp_addr at;
    enum estc_state state;
    char client[EST_NAME], asking[EST_NAME];  /* authenticated; in the handshake in progress */
    char dns[EST_NAME], dns_asking[EST_NAME]; /* dNSName of that certificate; in the handshake */
    bool enrolled, enrolling; /* the certificate is the operator's own; in the handshake */
    struct imp_block_in in;   /* the request so far */
    struct estc_late late;
    int message; /* to which the answer below belongs */
    unsigned format;
    size_t out_n;
    uint8_t out[2048]; /* the certificate that was issued, with its key */
    struct imp_coaps secure;
    struct estc_upstream up;
};
struct estc_outcome { /* of a request: 2.04 or 2.05, or why not */
    enum imp_coap_code code;
    const char *why;
    uint32_t max_age;
    bool later; /* the EST server is asked */
};
/* ---- estc_serve.c */
imp_coap_serve estc_serve;
void estc_answer_late(struct estc_session *s, imp_time now); /* it is due */
/* What the EST server's answer comes to; with 2.04 and 2.05 s->out is what it holds. */
void estc_relayed(struct estc_session *s, const struct estc_outcome *r, imp_time now);
/* ---- estc_registrar.c: the HTTPS-CoAPS Registrar as the EST server's client (RFC 9148 section 5)
 */
bool estc_relays(const struct imp_env *env);
/* Asks what s->message says, with the request in s->in. */
void estc_relay(struct estc_session *s, imp_time now);
void estc_relay_end(struct estc_session *s, imp_time now);   /* nobody waits any more */
void estc_relay_close(struct estc_session *s, imp_time now); /* nor will */
struct estc_server;
void estc_relay_event(struct estc_server *server, const struct imp_event *e, imp_time now);
/* ---- estc_translate.c: from EST to EST over CoAPS (RFC 9148 sections 4.5 and 5) */
enum imp_coap_code estc_code_of(int status); /* RFC 8075 section 7 */
/* The answer to s->message, whose content goes to s->out. */
struct estc_outcome estc_translate(struct estc_session *s, const struct imp_http *m);
struct estc_server {
    struct imp_env *env;
    struct est_key key, ca;
    struct imp_x509 crt, ca_crt, manufacturer, issuing;
    struct est_rollover rollover;
    struct imp_piece chain[2];
    size_t chain_n;
    uint8_t crts[2048]; /* what answers /crts */
    size_t last, reached;
    imp_time now;
    struct estc_session sessions[ESTC_SESSIONS];
};

/* ---- estc_est.c, estc_est_serve.c: the EST server behind a registrar, which alone may ask it */
enum { ESTC_EST_CONNECTIONS = 60 };
struct estc_est;
struct estc_asking {
    struct imp_https *to; /* first: the link below */
    bool used;
    struct estc_est *server;
    enum estc_state state;
    struct imp_https link;
};
void estc_est_serve(struct estc_asking *c, const struct imp_http *m);
struct estc_est {
    struct imp_env *env;
    struct est_key key, ca;
    struct imp_x509 crt, ca_crt;
    size_t last;
    imp_time now;
    struct estc_asking client[ESTC_EST_CONNECTIONS];
};

#endif
