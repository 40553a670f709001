/* SPDX-License-Identifier: GPL-2.0-only */
/* estc.h - EST over CoAPS (RFC 9148): enrolment of EST for constrained devices. The device has an
 * implicit trust anchor from the beginning; there is no bootstrap distribution by a human. */
#ifndef IMPRINT_ESTC_H
#define IMPRINT_ESTC_H

#include "protocols/coap/block.h"
#include "protocols/coaps/coaps.h"
#include "protocols/managed/est/est.h"

enum { ESTC_COAPS }; /* channel; roles are those of est.h */

#define ESTC_MESSAGES(X)                                                                           \
    X(CLIENT_HELLO, "ClientHello", BOOTSTRAPPING)                                                  \
    X(VERIFY_REQUEST, "HelloVerifyRequest", BOOTSTRAPPING)                                         \
    X(SERVER_FLIGHT, "ServerHello..ServerHelloDone", BOOTSTRAPPING)                                \
    X(CLIENT_FLIGHT, "Certificate..Finished", BOOTSTRAPPING)                                       \
    X(FINISHED, "ChangeCipherSpec, Finished", BOOTSTRAPPING)                                       \
    X(ALERT, "Alert", BOOTSTRAPPING)                                                               \
    X(GET_CRTS, "GET /crts", PROVISIONING)                                                         \
    X(CRTS, "2.05 CA certificates", PROVISIONING)                                                  \
    X(GET_ATT, "GET /att", PROVISIONING)                                                           \
    X(ATT, "2.05 CSR attributes", PROVISIONING)                                                    \
    X(SEN, "POST /sen", PROVISIONING)                                                              \
    X(CONTINUE, "2.31 Continue", PROVISIONING)                                                     \
    X(CERTIFICATE, "2.04 certificate", PROVISIONING)                                               \
    X(REFUSAL, "4.xx", PROVISIONING)                                                               \
    X(EMPTY, "Empty", PROVISIONING)
#define ESTC_ENUM_MESSAGE(id, text, phase) ESTC_MSG_##id,
enum estc_message { ESTC_MESSAGES(ESTC_ENUM_MESSAGE) ESTC_MSG_COUNT };

enum estc_option { ESTC_OPT_BLOCK, ESTC_OPT_ATT, ESTC_OPT_COOKIE, ESTC_OPT_BACK_OFF };
enum estc_flaw { ESTC_FLAW_ANY_SERVER, ESTC_FLAW_ANY_CLIENT };

/* Of both roles, named by what is awaited. */
enum estc_state {
    ESTC_BACK_OFF,   /* device: the next attempt; server: a ClientHello */
    ESTC_HANDSHAKE,  /* the DTLS session */
    ESTC_ANCHORS,    /* device: CA certificates */
    ESTC_ATTRIBUTES, /* device: CSR attributes */
    ESTC_ENROLLING,  /* device: the certificate */
    ESTC_REQUEST,    /* server: a request */
    ESTC_READY,      /* device: nothing */
};

#define ESTC_ROOT ".well-known/est/"

int estc_message_of(int label);
unsigned estc_szx(const struct imp_env *env);
void estc_sid(struct est_sid *out, struct imp_coaps *secure);

extern const struct imp_legal estc_device_legal[], estc_server_legal[];
imp_party_init estc_device_init, estc_server_init;
imp_party_event estc_device_event, estc_server_event;
imp_party_fini estc_device_fini, estc_server_fini;
int estc_device_state_of(const void *ctx);
int estc_server_state_of(const void *ctx);

struct estc_device {
    struct imp_env *env;
    enum estc_state state;
    bool claimed;
    char name[EST_NAME];
    struct est_key idevid, own;
    struct imp_x509 idevid_crt, anchor, crt, request;
    struct imp_piece chain; /* the IDevID */
    uint8_t server[EST_PUB];
    struct est_sid sid;
    struct imp_block_in in; /* the answer so far */
    struct imp_coaps secure;
};

enum { ESTC_SESSIONS = 64, ESTC_TIMERS = 60 };
struct estc_server;
struct estc_session {
    bool used;
    struct estc_server *server;
    struct imp_addr at;
    enum estc_state state;
    char client[EST_NAME], asking[EST_NAME]; /* authenticated; in the handshake in progress */
    struct imp_block_in in;                  /* the request so far */
    size_t out_n;
    uint8_t out[1024]; /* the certificate that was issued */
    struct imp_coaps secure;
};
struct estc_server {
    struct imp_env *env;
    struct est_key key, ca;
    struct imp_x509 crt, ca_crt, manufacturer;
    struct imp_piece chain;
    size_t last, reached;
    imp_time now;
    struct estc_session sessions[ESTC_SESSIONS];
};

#endif
