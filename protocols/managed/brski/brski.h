/* SPDX-License-Identifier: GPL-2.0-only */
/* brski.h - Bootstrapping Remote Secure Key Infrastructure (RFC 8995): the manufacturer's authority
 * (MASA) tells a pledge by a signed voucher whose it is; then the pledge enrols by EST. Between
 * pledge and registrar stands a join proxy that forwards octets. */
#ifndef IMPRINT_BRSKI_H
#define IMPRINT_BRSKI_H

#include "brski_agent.h"
#include "brski_voucher.h"
#include "protocols/contract/mechanism.h"
#include "protocols/https/https.h"
#include "protocols/managed/est/est.h"

enum { BRSKI_PLEDGE, BRSKI_PROXY, BRSKI_REGISTRAR, BRSKI_AUTHORITY };
enum { BRSKI_GRASP, BRSKI_JOIN, BRSKI_ACP, BRSKI_MASA, BRSKI_GRASP_DIRECT, BRSKI_JOIN_DIRECT };

#define BRSKI_MESSAGES(X)                                                                          \
    X(FLOOD, "M_FLOOD AN_Proxy", DISCOVERY, GRASP)                                                 \
    X(CLIENT_HELLO, "ClientHello", BOOTSTRAPPING, JOIN)                                            \
    X(CLIENT_FLIGHT, "Certificate..Finished", BOOTSTRAPPING, JOIN)                                 \
    X(CLIENT_ALERT, "Alert", BOOTSTRAPPING, JOIN)                                                  \
    X(REQUEST_VOUCHER, "POST /requestvoucher", BOOTSTRAPPING, JOIN)                                \
    X(VOUCHER_STATUS, "POST /voucher_status", BOOTSTRAPPING, JOIN)                                 \
    X(GET_CACERTS, "GET /cacerts", PROVISIONING, JOIN)                                             \
    X(GET_CSRATTRS, "GET /csrattrs", PROVISIONING, JOIN)                                           \
    X(ENROLL, "POST /simpleenroll", PROVISIONING, JOIN)                                            \
    X(ENROLL_STATUS, "POST /enrollstatus", REGISTRATION, JOIN)                                     \
    X(TO_PLEDGE, "circuit to pledge", BOOTSTRAPPING, JOIN)                                         \
    X(TO_REGISTRAR, "circuit to registrar", BOOTSTRAPPING, ACP)                                    \
    X(SERVER_FLIGHT, "ServerHello..ServerHelloDone", BOOTSTRAPPING, ACP)                           \
    X(FINISHED, "ChangeCipherSpec, Finished", BOOTSTRAPPING, ACP)                                  \
    X(SERVER_ALERT, "registrar Alert", BOOTSTRAPPING, ACP)                                         \
    X(VOUCHER, "200 voucher", BOOTSTRAPPING, ACP)                                                  \
    X(RETRY, "202 Retry-After", BOOTSTRAPPING, ACP)                                                \
    X(REFUSAL, "4xx", BOOTSTRAPPING, ACP)                                                          \
    X(STATUS_TAKEN, "200 status", BOOTSTRAPPING, ACP)                                              \
    X(CACERTS, "200 CA certificates", PROVISIONING, ACP)                                           \
    X(CSRATTRS, "200 CSR attributes", PROVISIONING, ACP)                                           \
    X(CERTIFICATE, "200 certificate", PROVISIONING, ACP)                                           \
    X(MASA_CLIENT_HELLO, "MASA ClientHello", BOOTSTRAPPING, MASA)                                  \
    X(MASA_SERVER_FLIGHT, "MASA ServerHello..ServerHelloDone", BOOTSTRAPPING, MASA)                \
    X(MASA_CLIENT_FLIGHT, "MASA ClientKeyExchange..Finished", BOOTSTRAPPING, MASA)                 \
    X(MASA_FINISHED, "MASA ChangeCipherSpec, Finished", BOOTSTRAPPING, MASA)                       \
    X(MASA_ALERT, "MASA Alert", BOOTSTRAPPING, MASA)                                               \
    X(MASA_REQUEST, "MASA POST /requestvoucher", BOOTSTRAPPING, MASA)                              \
    X(MASA_VOUCHER, "MASA 200 voucher", BOOTSTRAPPING, MASA)                                       \
    X(MASA_REQUEST_LOG, "MASA POST /requestauditlog", BOOTSTRAPPING, MASA)                         \
    X(MASA_LOG, "MASA 200 audit log", BOOTSTRAPPING, MASA)                                         \
    X(MASA_REFUSAL, "MASA 4xx", BOOTSTRAPPING, MASA)                                               \
    X(REDIRECT, "307 Temporary Redirect", BOOTSTRAPPING, ACP)                                      \
    X(MASA_REDIRECT, "MASA 307 Temporary Redirect", BOOTSTRAPPING, MASA)
#define BRSKI_ENUM_MESSAGE(id, text, phase, channel) BRSKI_MSG_##id,
enum brski_message { BRSKI_MESSAGES(BRSKI_ENUM_MESSAGE) BRSKI_MSG_COUNT };

enum brski_option {
    BRSKI_OPT_NONCE,
    BRSKI_OPT_CLOCK,
    BRSKI_OPT_TLS,
    BRSKI_OPT_BACK_OFF,
    BRSKI_OPT_FLOOD,
    BRSKI_OPT_VOUCHER,
    BRSKI_OPT_AUDIT,
    BRSKI_OPT_APPROVAL,
    BRSKI_OPT_POLICY,
    BRSKI_OPT_PIN,
    BRSKI_OPT_LIFETIME,
    BRSKI_OPT_STATUS,
    BRSKI_OPT_PROXY,
    BRSKI_OPT_RETRY_MAX,
    BRSKI_OPT_RETRY_STATE,
    BRSKI_OPT_RETRY,
    BRSKI_OPT_CSRATTRS,
    BRSKI_OPT_REQUIRED,
    BRSKI_OPT_REDIRECTS,
    BRSKI_OPT_REDIRECT,
    BRSKI_OPT_HISTORY,
    BRSKI_OPT_MAKE_WAY,
    BRSKI_OPT_MASA_REDIRECT,
    BRSKI_OPT_CHAIN,
    BRSKI_OPT_SEND,
    BRSKI_OPT_INTERMEDIATES,
    BRSKI_OPT_PARALLEL,
    BRSKI_OPT_COUNT,
};
enum { BRSKI_NONCE_REQUIRED, BRSKI_NONCE_ANY };
enum { BRSKI_NONCEFUL, BRSKI_NONCELESS, BRSKI_STORED };
enum { BRSKI_AUDIT_SKIP, BRSKI_AUDIT_ALARM, BRSKI_AUDIT_STRICT, BRSKI_AUDIT_NONCED };
enum { BRSKI_HISTORY_NONE, BRSKI_HISTORY_NONCED, BRSKI_HISTORY_NONCELESS };
enum { BRSKI_POLICY_VERIFIED, BRSKI_POLICY_LOGGED, BRSKI_POLICY_BLIND };
enum { BRSKI_PIN_CA, BRSKI_PIN_REGISTRAR };
enum { BRSKI_STATUS_SAME, BRSKI_STATUS_NEW };
enum { BRSKI_PROXY_NONE, BRSKI_PROXY_CIRCUIT };

enum brski_flaw {
    BRSKI_FLAW_VOUCHER,
    BRSKI_FLAW_NONCE,
    BRSKI_FLAW_SERIAL,
    BRSKI_FLAW_ANY_PLEDGE,
    BRSKI_FLAW_OWNERSHIP,
    BRSKI_FLAW_EXPIRY,
};

/* Of all roles, named by what is awaited. */
enum brski_state {
    BRSKI_DISCOVERY,     /* pledge: a proxy */
    BRSKI_IDLE,          /* pledge: the next attempt; others: a connection */
    BRSKI_HANDSHAKE,     /* the TLS session */
    BRSKI_AWAIT_VOUCHER, /* pledge */
    BRSKI_DEFERRED,      /* pledge: the time to ask again */
    BRSKI_AWAIT_STATUS,  /* pledge: that its voucher status is taken */
    BRSKI_AWAIT_ANCHORS, /* pledge: CA certificates */
    BRSKI_AWAIT_ATTRS,   /* pledge: CSR attributes */
    BRSKI_AWAIT_CERT,    /* pledge: its certificate */
    BRSKI_AWAIT_END,     /* pledge: that its enrolment status is taken */
    BRSKI_READY,         /* pledge: nothing */
    BRSKI_REQUEST,       /* registrar, MASA: a request */
    BRSKI_AWAIT_MASA,    /* registrar: the MASA's answer */
    BRSKI_FORWARDING,    /* proxy: octets of either end */
};

enum { BRSKI_PUB = 64, BRSKI_CHAIN = 2 };
#define BRSKI_HOST "registrar.example"
#define BRSKI_MASA_HOST "masa.example"
#define BRSKI_PATH "/.well-known/brski/"
#define BRSKI_PATH_OTHER "/brski/" /* where a registrar of ours redirects to */
#define BRSKI_EST_PATH "/.well-known/est/"
#define BRSKI_CMS_TYPE "application/voucher-cms+json"
#define BRSKI_JSON_TYPE "application/json"
/* A device of the manufacturer that stands in a shop: whoever asks for it first has bought it. */
#define BRSKI_SHELF "shelf-1"

/* ---- brski_grasp.c: M_FLOOD of RFC 8990 with the objective AN_Proxy, RFC 8995 section 4.1.1 */
enum { BRSKI_FLOOD_MAX = 96, BRSKI_FLOOD_TTL_MS = 180000 };
struct brski_flood {
    uint32_t session;
    uint8_t ip[16]; /* where the proxy listens, and who floods */
    uint16_t port;
    int64_t ttl_ms;
};
size_t brski_flood_write(struct imp_env *env, uint8_t *out, size_t cap,
                         const struct brski_flood *f);
int brski_flood_read(struct imp_env *env, struct brski_flood *out, const uint8_t *p, size_t n);

/* ---- brski_announce.c: says to everybody on the link that pledges may come to that channel */
void brski_announce(struct imp_env *env, int flood, int join);

/* ---- brski_provision.c, brski_claims.c */
void brski_provision(struct imp_env *const *parties, size_t count);
/* The same without vouchers from before, or a history. */
void brski_provision_parties(struct imp_env *const *parties, size_t count);
/* A device that other domains had vouchers for, or had not: option `history`. */
void brski_note_history(struct imp_env *masa, const char *serial, int64_t history);
/* A voucher without a nonce as the operator would have got it before. */
void brski_early_voucher(struct brski_voucher *v, const char *serial, const struct imp_x509 *domain,
                         int64_t lifetime);
/* NAME-SERIAL */
void brski_cell(char *out, size_t cap, const char *name, const char *serial);
void brski_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name);
void brski_claim_identity(struct imp_env *env, const void *name, size_t n);
/* The session of a device (by its serial number) with a registrar (by its key). */
void brski_claim_session(struct imp_env *env, enum imp_claim_kind kind, const struct est_sid *sid,
                         const char *device, const uint8_t registrar[BRSKI_PUB]);
void brski_claim_enrolled(struct imp_env *env, const struct est_sid *sid, const char *device,
                          const struct imp_x509 *anchor, const struct imp_x509 *crt);
/* The pledge obeys the other end of the session; sid NULL: nobody. */
void brski_claim_owner(struct imp_env *env, const struct est_sid *sid);
/* A voucher was taken: the same one never again. */
void brski_claim_accepted(struct imp_env *env, const uint8_t *voucher, size_t n);

/* ---- brski_pledge*.c */
enum { BRSKI_TIMER_PLEDGE /* the next attempt, or the end of one that goes no further */ };
enum { BRSKI_OFFERS = 4 /* proxies that are remembered */, BRSKI_ATTEMPTS = 3 /* at once */ };
struct brski_offer {    /* a proxy's; and what attempts through it have left behind */
    struct imp_addr at; /* n 0: none */
    int channel;        /* where it is reached */
    imp_time until;     /* how long what the proxy said holds */
    imp_time last;      /* when the latest attempt through it began */
    imp_time next;      /* no attempt before */
    unsigned failures;  /* attempts that failed one after the other */
    imp_time deferred;  /* since when 202 is the answer; 0: it is not */
    uint8_t registrar[BRSKI_PUB], nonce[BRSKI_NONCE]; /* of the request */
    size_t request_n; /* the pledge's voucher-request, to be sent again as it is; 0: none */
    uint8_t request[BRSKI_PRIOR];
};
struct brski_pledge;
struct brski_attempt {    /* through one proxy: what it tells is this session's registrar's */
    struct imp_https *to; /* first: the link below */
    struct brski_pledge *pledge;
    struct brski_offer *by; /* the proxy; NULL: there was none */
    enum brski_state state;
    bool opening, connected;  /* opening: a connection is asked for */
    imp_time deadline, limit; /* for what is awaited, or to ask again; limit: if nobody waits */
    imp_time begun;           /* when it began */
    struct imp_addr target;   /* the proxy's address, or where it was sent */
    char path[IMP_HTTP_PATH]; /* of its voucher-request; empty: the usual one */
    int64_t moved;            /* to other web origins in this attempt */
    unsigned moved_here;      /* to other paths in this session */
    size_t chain_count;       /* the registrar's certificates in TLS, leaf first */
    struct imp_x509 chain[BRSKI_CHAIN];
    uint8_t registrar[BRSKI_PUB];
    struct est_sid sid;
    struct imp_https link;
};
struct brski_pledge {
    struct imp_env *env;
    struct brski_offer offer[BRSKI_OFFERS], *latest;  /* latest: the last tried; NULL: none */
    struct brski_attempt attempt[BRSKI_ATTEMPTS], *a; /* a: of which is spoken */
    imp_time now, wake;                               /* wake: of the next attempt */
    bool trusting, claimed; /* trusting: that session is no longer provisional */
    bool enrolled;          /* it has a certificate, of which the registrar has not been told */
    char serial[BRSKI_SERIAL];
    struct est_key idevid, own;
    struct imp_x509 idevid_crt, manufacturer, pinned, anchor, crt;
    struct imp_x509 issuing; /* goes with idevid_crt; n 0: that goes alone */
};
/* NULL: the voucher is for this pledge, this attempt and this session's registrar, and
 * pledge->pinned is set; else what is wrong with it. */
const char *brski_check_voucher(struct brski_pledge *d, const uint8_t *der, size_t n);
/* A pledge without a clock cannot tell (RFC 8995 section 2.6.1). NULL: it is in time. */
const char *brski_out_of_time(const struct brski_pledge *d, const struct brski_voucher *v,
                              int64_t signed_at);
/* The registrar of this session has that certificate, or one below it. */
bool brski_of_domain(struct brski_pledge *d, const struct imp_x509 *pinned);

/* ---- brski_expect.c: what a pledge asks of a voucher, in whatever form it came */
struct brski_expected {
    struct imp_env *env;
    imp_time now;
    bool clock, any_nonce;     /* options: it has a clock; a voucher without a nonce will do */
    bool any_moment, any_date; /* flaws: neither nonce nor dates are looked at */
    const uint8_t *nonce;      /* of the request, BRSKI_NONCE octets */
    const struct imp_x509 *idevid;
    const struct imp_x509 *chain; /* the registrar's in TLS, leaf first */
    size_t chain_count;
};
/* NULL: a voucher whose signature is right is for this pledge, this attempt and the registrar of
 * this session; else what is wrong with it. */
const char *brski_not_ours(const struct brski_expected *x, const struct brski_voucher *v,
                           int64_t signed_at);
const char *brski_expect_in_time(const struct brski_expected *x, const struct brski_voucher *v,
                                 int64_t signed_at);
bool brski_expect_below(const struct brski_expected *x, const struct imp_x509 *anchor,
                        unsigned purpose, const struct imp_x509 *chain, size_t count);
bool brski_expect_domain(const struct brski_expected *x, const struct imp_x509 *pinned);

void brski_leave(struct brski_pledge *d); /* the session of d->a, as what follows */
void brski_give_up(struct brski_pledge *d, const char *why);
/* brski_pledge_proxies.c: an announcement has come; its sender is reached on that channel. */
void brski_heard(struct brski_pledge *d, int channel, const struct brski_flood *f);
/* Through the proxy whose turn it is, as soon as it is; or listens. */
void brski_connect(struct brski_pledge *d);
void brski_connect_again(struct brski_pledge *d); /* where it was just now, or was sent */
/* d->a becomes the attempt of that connection; false: there is none. */
bool brski_select(struct brski_pledge *d, int channel, const struct imp_addr *connection);
void brski_leave_others(struct brski_pledge *d); /* than d->a: it is the owner's */
/* Until then something must come of d->a. IMP_NEVER: nothing need. */
void brski_deadline(struct brski_pledge *d, imp_time at);
/* The timer: what is due. */
void brski_expire(struct brski_pledge *d, void (*expired)(struct brski_pledge *));
void brski_failed(struct brski_pledge *d); /* the attempt is over; the next is chosen */
/* The answer is 202: asks again after so many seconds, in this session or, if another proxy has its
 * turn before, in one to come. */
void brski_put_off(struct brski_pledge *d, int64_t seconds);
/* Something came: the attempt may take its time again. */
void brski_progress(struct brski_pledge *d);
/* GET without a body, else POST; the state that follows. */
void brski_ask(struct brski_pledge *d, enum brski_state then, int message, const char *path,
               const struct imp_https_body *body);
/* A status; `reason` NULL: all is well. */
void brski_tell(struct brski_pledge *d, enum brski_state then, int message, const char *path,
                const char *reason);
void brski_request_voucher(struct brski_pledge *d);
void brski_read_anchors(struct brski_pledge *d);
/* Answers; false: nothing that can be gone on with. */
bool brski_voucher_answer(struct brski_pledge *d, const struct imp_http *m);
bool brski_retry(struct brski_pledge *d, const struct imp_http *m);
bool brski_redirected(struct brski_pledge *d, const struct imp_http *m);
bool brski_anchors(struct brski_pledge *d, const struct imp_http *m);
bool brski_attributes(struct brski_pledge *d, const struct imp_http *m);
bool brski_certificate(struct brski_pledge *d, const struct imp_http *m);
void brski_ready(struct brski_pledge *d); /* nothing is left to be done */

/* ---- brski_redirect.c */
enum { BRSKI_LOCATION = 128 /* characters of a Location that a registrar says */ };
struct brski_location {
    struct imp_addr at; /* n 0: the same web origin */
    char path[IMP_HTTP_PATH];
};
/* Where a redirection by that host leads: 0, or -1: to no address. */
int brski_location_read(struct brski_location *out, const struct imp_http *m, const char *host);

/* 307 with that field. */
void brski_send_elsewhere(struct imp_https *l, int message, const char *location, imp_time now);

/* ---- brski_proxy.c */
enum { BRSKI_CIRCUITS = 32, BRSKI_PENDING = 2048 };
struct brski_circuit {
    bool used;
    unsigned order;                    /* in which circuits wait to be opened */
    imp_time heard;                    /* when octets came last, from either end */
    struct imp_addr pledge, registrar; /* registrar.n 0: not open yet */
    size_t n;
    uint8_t pending[BRSKI_PENDING]; /* of the pledge, for a registrar that is not connected yet */
};
struct brski_proxy {
    struct imp_env *env;
    unsigned orders;
    int opening; /* the circuit whose connection is asked for; -1: none */
    struct brski_circuit circuit[BRSKI_CIRCUITS];
};

/* ---- brski_notes.c: by the operator's word, or by what the log told of the device (RFC 8995
 * sections 5.6, 5.8.3) */
#define BRSKI_DECLINED "declined"
#define BRSKI_REFUSED "refused"
bool brski_is_noted(const struct imp_env *env, const char *what, const char *serial);
/* "decline SERIAL" in the timeline; nothing else. */
void brski_decline(struct imp_env *env, const struct imp_event *e);
struct brski_heeded {
    const char *serial;
    int64_t audit; /* option: what is done about other domains */
    const struct imp_x509 *ca, *registrar;
};
/* The audit log, or n = 0: none came. */
void brski_heed_log(struct imp_env *env, const struct brski_heeded *x, const uint8_t *json,
                    size_t n);

/* ---- brski_registrar*.c */
enum { BRSKI_SESSIONS = 32 };
struct brski_registrar;
struct brski_session {
    struct imp_https *to; /* first: the link below */
    bool used, serving;   /* serving: a request is being read */
    bool enrolled;        /* its certificate is the domain's own */
    bool closing;         /* after this answer */
    bool told;            /* the CSR attributes */
    struct brski_registrar *registrar;
    enum brski_state state;
    char serial[BRSKI_SERIAL]; /* who has authenticated; empty: nobody */
    struct imp_x509 idevid;
    struct brski_wish wish; /* to the MASA */
    imp_time heard;         /* when octets came last */
    size_t request_n;       /* the registrar's voucher-request */
    uint8_t request[BRSKI_CMS];
    struct imp_https link;
};
struct brski_registrar {
    struct imp_env *env;
    struct est_key key, ca;
    struct imp_x509 crt, ca_crt, manufacturer, issuing, masa_anchor;
    unsigned tricks; /* of an adversary's registrar */
    size_t last;
    imp_time now;
    struct brski_agent agent;
    struct brski_session session[BRSKI_SESSIONS];
};
/* Of the registrar; below: sessions. */
enum { BRSKI_TIMER_ANSWER = 60, BRSKI_TIMER_IDLE = 61, BRSKI_TIMER_FLOOD = 62 };
void brski_refuse(struct brski_session *s, int status, const char *why);
void brski_taken(struct brski_session *s);    /* a status was taken */
bool brski_redirect(struct brski_session *s); /* sends the pledge elsewhere; false: it need not */
/* The status that a pledge has sent, or 400. */
bool brski_read_status(struct brski_session *s, struct brski_status *out, const struct imp_http *m);
/* Would a voucher in that form be taken as an answer? (RFC 8995 sections 5.2 and 5.6) */
bool brski_accepts(const struct imp_http *m, const char *type);
/* Requests of a session that waited. */
void brski_go_on(struct brski_session *s);
void brski_voucher_requested(struct brski_session *s, const struct imp_http *m);
void brski_voucher_told(struct brski_session *s, const struct imp_http *m);
void brski_voucher_came(struct brski_session *s, const uint8_t *voucher, size_t n);
void brski_log_came(struct brski_session *s, const uint8_t *json, size_t n);
void brski_give_anchors(struct brski_session *s);
void brski_give_attributes(struct brski_session *s);
void brski_enrol(struct brski_session *s, const struct imp_http *m);
void brski_enrolled(struct brski_session *s, const struct imp_http *m);
extern const struct brski_agent_form brski_agent_form;
void brski_ask_masa(struct brski_session *s, enum brski_job job);
/* What a job comes to: the MASA's answer, or its status (503: none came). */
void brski_job_done(struct brski_session *s, enum brski_job job, int status, const uint8_t *body,
                    size_t n);

/* ---- brski_masa*.c */
struct brski_masa;
struct brski_client {
    struct imp_https *to; /* first: the link below */
    bool used;
    struct brski_masa *masa;
    enum brski_state state;
    struct imp_https link;
};
/* What a registrar asks, opened. */
struct brski_asked {
    struct brski_voucher v, prior; /* prior: the pledge's request, which lies inside */
    struct imp_x509 signer, prior_signer;
    struct imp_cms_certs certs; /* that came along */
    struct imp_x509 domain;     /* what would be pinned */
    bool near;                  /* the pledge has seen this registrar */
};
/* In which form a MASA is asked and answers. The decisions are the same in every form (RFC 8995
 * section 5.5); a mechanism with another one than CMS has also channels, messages, options and
 * flaws of its own. */
struct brski_masa_form {
    const char *type; /* media type */
    int channel;
    int messages; /* of those from BRSKI_MSG_MASA_CLIENT_HELLO on, the first; in the same order */
    const struct imp_https_labels *labels;
    unsigned policy, pin, lifetime; /* options; values as those of BRSKI_OPT_... */
    unsigned no_ownership_check;    /* flaw */
    bool (*redirects)(
        const struct imp_env *env); /* to another path of its own; NULL: it does not */
    int redirection;                /* the message that does so */
    /* 0, -1: not signed as it should be, -2: signed, but not what is wanted. */
    int (*open)(struct imp_env *env, struct brski_asked *a, const uint8_t *request, size_t n);
    int (*open_prior)(struct imp_env *env, struct brski_asked *a);
    /* Whose request is named there is at the other end of the pledge's session. */
    bool (*is_near)(const struct brski_asked *a);
    int (*sign)(struct imp_env *env, uint8_t *out, size_t cap, const struct brski_voucher *v,
                const struct brski_signer *by);
};
extern const struct brski_masa_form brski_masa_cms;
struct brski_masa {
    struct imp_env *env;
    const struct brski_masa_form *form;
    struct est_key key;
    struct imp_x509 crt, ca_crt;
    struct imp_x509 manufacturer, issuing; /* issuing: IDevIDs, below that root; n 0: the root */
    size_t last;
    imp_time now;
    struct brski_client client[BRSKI_SESSIONS];
};
/* The keys of both certificates are one. */
bool brski_same_key(const struct imp_x509 *a, const struct imp_x509 *b);
/* Octets of a voucher, or -1 and an HTTP status in *status. */
int brski_masa_issue(struct brski_masa *m, uint8_t *out, size_t cap, const uint8_t *request,
                     size_t n, int *status);
int brski_masa_log(struct brski_masa *m, char *out, size_t cap, const uint8_t *request, size_t n,
                   int *status);
/* Notes a voucher in the log of the device, a cell of the MASA. */
void brski_masa_note(struct imp_env *env, const struct brski_voucher *v, imp_time now);

#define BRSKI_ROLE(role)                                                                           \
    extern const struct imp_legal brski_##role##_legal[];                                          \
    imp_party_init brski_##role##_init;                                                            \
    imp_party_event brski_##role##_event;                                                          \
    imp_party_fini brski_##role##_fini;                                                            \
    int brski_##role##_state_of(const void *ctx)
BRSKI_ROLE(pledge);
BRSKI_ROLE(proxy);
BRSKI_ROLE(registrar);
BRSKI_ROLE(masa);
#undef BRSKI_ROLE

#endif
