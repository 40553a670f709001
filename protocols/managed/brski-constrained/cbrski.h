/* SPDX-License-Identifier: GPL-2.0-only */
/* cbrski.h - constrained BRSKI (draft-ietf-anima-constrained-voucher): brski for devices that speak
 * CoAP over DTLS, with vouchers in CBOR and COSE, through a join proxy that keeps no state
 * (draft-ietf-anima-constrained-join-proxy). Roles, states, claims and decisions are those of
 * brski, enrolment is that of est-coaps. */
#ifndef IMPRINT_CBRSKI_H
#define IMPRINT_CBRSKI_H

#include "cbrski_voucher.h"
#include "protocols/managed/brski/brski.h"
#include "protocols/managed/est-coaps/estc.h"

enum { CBRSKI_SEARCH, CBRSKI_JOIN, CBRSKI_JPY, CBRSKI_MASA }; /* channels */

#define CBRSKI_MESSAGES(X)                                                                         \
    X(GET_CORE, "GET /.well-known/core", DISCOVERY, SEARCH)                                        \
    X(CORE, "2.05 links", DISCOVERY, SEARCH)                                                       \
    X(CLIENT_HELLO, "ClientHello", BOOTSTRAPPING, JOIN)                                            \
    X(CLIENT_FLIGHT, "Certificate..Finished", BOOTSTRAPPING, JOIN)                                 \
    X(CLIENT_ALERT, "Alert", BOOTSTRAPPING, JOIN)                                                  \
    X(RV, "POST /rv", BOOTSTRAPPING, JOIN)                                                         \
    X(VS, "POST /vs", BOOTSTRAPPING, JOIN)                                                         \
    X(GET_CRTS, "GET /crts", PROVISIONING, JOIN)                                                   \
    X(SEN, "POST /sen", PROVISIONING, JOIN)                                                        \
    X(ES, "POST /es", REGISTRATION, JOIN)                                                          \
    X(EMPTY, "Empty", BOOTSTRAPPING, JOIN)                                                         \
    X(TO_PLEDGE, "datagram to pledge", BOOTSTRAPPING, JOIN)                                        \
    X(TO_REGISTRAR, "JPY message to registrar", BOOTSTRAPPING, JPY)                                \
    X(VERIFY_REQUEST, "HelloVerifyRequest", BOOTSTRAPPING, JPY)                                    \
    X(SERVER_FLIGHT, "ServerHello..ServerHelloDone", BOOTSTRAPPING, JPY)                           \
    X(FINISHED, "ChangeCipherSpec, Finished", BOOTSTRAPPING, JPY)                                  \
    X(SERVER_ALERT, "registrar Alert", BOOTSTRAPPING, JPY)                                         \
    X(CONTINUE, "2.31 Continue", BOOTSTRAPPING, JPY)                                               \
    X(VOUCHER, "2.04 voucher", BOOTSTRAPPING, JPY)                                                 \
    X(LATER, "5.03 Max-Age", BOOTSTRAPPING, JPY)                                                   \
    X(REFUSAL, "4.xx", BOOTSTRAPPING, JPY)                                                         \
    X(STATUS_TAKEN, "2.04 status", BOOTSTRAPPING, JPY)                                             \
    X(CRTS, "2.05 CA certificates", PROVISIONING, JPY)                                             \
    X(CERTIFICATE, "2.04 certificate", PROVISIONING, JPY)                                          \
    X(SERVER_EMPTY, "registrar Empty", BOOTSTRAPPING, JPY)                                         \
    X(MASA_CLIENT_HELLO, "MASA ClientHello", BOOTSTRAPPING, MASA)                                  \
    X(MASA_SERVER_FLIGHT, "MASA ServerHello..ServerHelloDone", BOOTSTRAPPING, MASA)                \
    X(MASA_CLIENT_FLIGHT, "MASA ClientKeyExchange..Finished", BOOTSTRAPPING, MASA)                 \
    X(MASA_FINISHED, "MASA ChangeCipherSpec, Finished", BOOTSTRAPPING, MASA)                       \
    X(MASA_ALERT, "MASA Alert", BOOTSTRAPPING, MASA)                                               \
    X(MASA_REQUEST, "MASA POST /requestvoucher", BOOTSTRAPPING, MASA)                              \
    X(MASA_VOUCHER, "MASA 200 voucher", BOOTSTRAPPING, MASA)                                       \
    X(MASA_REQUEST_LOG, "MASA POST /requestauditlog", BOOTSTRAPPING, MASA)                         \
    X(MASA_LOG, "MASA 200 audit log", BOOTSTRAPPING, MASA)                                         \
    X(MASA_REFUSAL, "MASA 4xx", BOOTSTRAPPING, MASA)
#define CBRSKI_ENUM_MESSAGE(id, text, phase, channel) CBRSKI_MSG_##id,
enum cbrski_message { CBRSKI_MESSAGES(CBRSKI_ENUM_MESSAGE) CBRSKI_MSG_COUNT };

enum cbrski_option {
    CBRSKI_OPT_NONCE, /* values of these as those of BRSKI_OPT_... */
    CBRSKI_OPT_CLOCK,
    CBRSKI_OPT_BACK_OFF,
    CBRSKI_OPT_VOUCHER,
    CBRSKI_OPT_AUDIT,
    CBRSKI_OPT_APPROVAL,
    CBRSKI_OPT_POLICY,
    CBRSKI_OPT_PIN, /* and CBRSKI_PIN_KEY */
    CBRSKI_OPT_LIFETIME,
    CBRSKI_OPT_PROXIMITY,
    CBRSKI_OPT_BLOCK,
    CBRSKI_OPT_COOKIE,
    CBRSKI_OPT_CHAIN,
    CBRSKI_OPT_SEND,
    CBRSKI_OPT_INTERMEDIATES,
    CBRSKI_OPT_RETRY_MAX,
    CBRSKI_OPT_RETRY_STATE,
    CBRSKI_OPT_RETRY,
    CBRSKI_OPT_HISTORY,
    CBRSKI_OPT_TIMER,
};
enum { CBRSKI_PIN_KEY = BRSKI_PIN_REGISTRAR + 1 };
enum { CBRSKI_PROXIMITY_CERT, CBRSKI_PROXIMITY_KEY, CBRSKI_PROXIMITY_HASH };

enum cbrski_flaw {
    CBRSKI_FLAW_VOUCHER,
    CBRSKI_FLAW_NONCE,
    CBRSKI_FLAW_SERIAL,
    CBRSKI_FLAW_ANY_PLEDGE,
    CBRSKI_FLAW_OWNERSHIP,
    CBRSKI_FLAW_EXPIRY,
};

/* States are those of brski; the registrar's name for an open session without a job is
 * BRSKI_REQUEST. */

#define CBRSKI_PATH ".well-known/brski/"
#define CBRSKI_EST_PATH ".well-known/est/"
#define CBRSKI_TYPE "application/voucher+cose"
enum { CBRSKI_MTU = 1024 /* of DTLS datagrams, cBRSKI section 6.1.4 */ };

/* ---- cbrski_provision.c, cbrski_masa.c */
void cbrski_provision(struct imp_env *const *parties, size_t count);
extern const struct brski_masa_form cbrski_masa_form;
/* A voucher of the MASA's, its certificates unprotected beside it. Octets, or -1. */
int cbrski_issue(struct imp_env *env, uint8_t *out, size_t cap, const struct brski_voucher *v,
                 const struct brski_signer *by);

/* ---- cbrski_pledge*.c */
enum { CBRSKI_TIMER_STEP, CBRSKI_TIMER_COAPS };
struct cbrski_asked { /* the request under way, block by block */
    int label;
    const char *path;
    int sent, accept; /* content formats; -1: none */
    bool get;
    size_t n;
    uint8_t body[IMP_X509_MAX];
};
struct cbrski_pledge {
    struct imp_env *env;
    enum brski_state state;
    imp_time now;
    struct imp_addr proxy, failed, other; /* n 0: none; failed: the latest attempt went there */
    uint16_t mid;
    uint8_t token[4]; /* of the search */
    unsigned searches, failures;
    bool claimed;
    const char *why; /* the attempt ends when the status is taken; NULL: all is well */
    imp_time deferred;
    char serial[BRSKI_SERIAL];
    struct est_key idevid, own;
    struct imp_x509 idevid_crt, masa, pinned, anchor, crt; /* masa: whose vouchers are obeyed */
    size_t chain_count;
    struct imp_x509 chain[BRSKI_CHAIN];
    uint8_t registrar[BRSKI_PUB], nonce[BRSKI_NONCE];
    struct est_sid sid;
    struct imp_x509 issuing; /* goes with idevid_crt; n 0: that goes alone */
    struct imp_piece shown[2];
    struct cbrski_asked asked;
    struct imp_block_in in; /* the answer so far */
    unsigned szx;           /* of this exchange: the smaller of both ends' */
    struct imp_coaps secure;
};
/* Size of this end's blocks. */
unsigned cbrski_szx(const struct imp_env *env);
void cbrski_give_up(struct cbrski_pledge *d, const char *why);
/* ---- cbrski_pledge_ask.c; false: it cannot be made */
bool cbrski_request_voucher(struct cbrski_pledge *d);
void cbrski_tell(struct cbrski_pledge *d, enum brski_state then, int label, const char *path);
void cbrski_read_anchors(struct cbrski_pledge *d);
bool cbrski_enrol(struct cbrski_pledge *d);
void cbrski_again(struct cbrski_pledge *d); /* the same from its start */
void cbrski_ask_on(struct cbrski_pledge *d, uint32_t block, bool rest); /* of the answer, if rest */
/* ---- cbrski_pledge_answer.c; false: nothing that can be gone on with */
bool cbrski_answer(struct cbrski_pledge *d, const struct imp_coap_message *r);
/* What has come in d->in as a voucher. NULL: it is for this pledge, this attempt and this session's
 * registrar; else what is wrong with it. */
const char *cbrski_check_voucher(struct cbrski_pledge *d, struct brski_voucher *v);

/* ---- cbrski_proxy.c */
struct cbrski_proxy {
    struct imp_env *env;
    uint16_t mid;
    uint8_t key[16]; /* of headers; nobody else has it */
};

/* ---- cbrski_registrar*.c */
struct cbrski_registrar;
struct cbrski_session {
    bool used, closing;
    struct cbrski_registrar *registrar;
    struct imp_addr at; /* of the proxy; and its header */
    size_t header_n;
    uint8_t header[CBRSKI_JPY_HEADER];
    imp_time last; /* when something came */
    enum brski_state state;
    char serial[BRSKI_SERIAL];     /* who has authenticated; empty: nobody */
    struct imp_x509 idevid, above; /* above: what came along with it; n 0: nothing */
    struct brski_wish wish;        /* to the MASA */
    size_t request_n;              /* the registrar's voucher-request */
    uint8_t request[CBRSKI_SIGNED];
    struct imp_block_in in; /* a request so far */
    struct {                /* the request that waits for the MASA */
        bool cut, wants;
        struct imp_coap_block block1, block2;
        uint8_t token_n, token[IMP_COAP_TOKEN_MAX];
    } late;
    int message; /* to which the answer below belongs; -1: none */
    unsigned format;
    size_t out_n;
    uint8_t out[CBRSKI_DATA];
    struct imp_coaps secure;
};
struct cbrski_registrar {
    struct imp_env *env;
    struct est_key key, ca;
    struct imp_x509 crt, ca_crt, manufacturer, issuing, masa_anchor;
    struct imp_piece chain;
    unsigned tricks; /* of an adversary's registrar */
    size_t last;
    imp_time now;
    struct brski_agent agent;
    struct cbrski_session session[BRSKI_SESSIONS];
};
enum { CBRSKI_TIMER_SESSIONS, CBRSKI_TIMER_ANSWER, CBRSKI_TIMER_IDLE }; /* of the registrar */

struct cbrski_outcome { /* of a whole request */
    enum imp_coap_code code;
    const char *why;  /* of a refusal */
    uint32_t max_age; /* of 5.03 */
    bool later;       /* the MASA is asked */
};
/* ---- cbrski_registrar_serve.c */
imp_coap_serve cbrski_serve;
/* The answer to the request that waited: s->out, or a refusal. */
void cbrski_answer_late(struct cbrski_session *s, struct cbrski_outcome o);
/* ---- cbrski_registrar_voucher.c, _enrol.c: whole requests, in s->in */
struct cbrski_outcome cbrski_voucher_requested(struct cbrski_session *s);
struct cbrski_outcome cbrski_voucher_told(struct cbrski_session *s);
void cbrski_job_done(struct cbrski_session *s, enum brski_job job, int status, const uint8_t *body,
                     size_t n);
struct cbrski_outcome cbrski_enrolling(struct cbrski_session *s);
struct cbrski_outcome cbrski_enrolled(struct cbrski_session *s);
int cbrski_anchors(struct cbrski_session *s, uint8_t *out, size_t cap, unsigned format);
/* ---- cbrski_registrar_agent.c */
extern const struct brski_agent_form cbrski_agent_form;
void cbrski_ask_masa(struct cbrski_session *s, enum brski_job job);

#define CBRSKI_ROLE(role)                                                                          \
    extern const struct imp_legal cbrski_##role##_legal[];                                         \
    imp_party_init cbrski_##role##_init;                                                           \
    imp_party_event cbrski_##role##_event;                                                         \
    imp_party_fini cbrski_##role##_fini;                                                           \
    int cbrski_##role##_state_of(const void *ctx)
CBRSKI_ROLE(pledge);
CBRSKI_ROLE(proxy);
CBRSKI_ROLE(registrar);
#undef CBRSKI_ROLE
extern const struct imp_legal cbrski_masa_legal[];
imp_party_init cbrski_masa_init; /* the rest of the MASA is brski's */

#endif
