/* SPDX-License-Identifier: GPL-2.0-only */
/* est.h - Enrollment over Secure Transport (RFC 7030): a device gets the operator's trust anchor,
 * which a human compares with a fingerprint, then a certificate of the operator for a key of its
 * own. The certificate authority is inside the server. */
#ifndef IMPRINT_EST_H
#define IMPRINT_EST_H

#include "protocols/cms/cms.h"
#include "protocols/contract/mechanism.h"
#include "protocols/https/https.h"
#include "protocols/x509/vendor.h"

enum { EST_DEVICE, EST_SERVER, EST_OTHER_SERVER };
enum { EST_STREAM, EST_ELSEWHERE };
enum { EST_ACT_COMPARE, EST_ACT_AGREE };

#define EST_MESSAGES(X)                                                                            \
    X(CLIENT_HELLO, "ClientHello", BOOTSTRAPPING)                                                  \
    X(SERVER_FLIGHT, "ServerHello..ServerHelloDone", BOOTSTRAPPING)                                \
    X(CLIENT_FLIGHT, "Certificate..Finished", BOOTSTRAPPING)                                       \
    X(FINISHED, "ChangeCipherSpec, Finished", BOOTSTRAPPING)                                       \
    X(ALERT, "Alert", BOOTSTRAPPING)                                                               \
    X(GET_CACERTS, "GET /cacerts", BOOTSTRAPPING)                                                  \
    X(CACERTS, "200 CA certificates", BOOTSTRAPPING)                                               \
    X(GET_CSRATTRS, "GET /csrattrs", PROVISIONING)                                                 \
    X(CSRATTRS, "200 CSR attributes", PROVISIONING)                                                \
    X(ENROLL, "POST /simpleenroll", PROVISIONING)                                                  \
    X(CERTIFICATE, "200 certificate", PROVISIONING)                                                \
    X(REENROLL, "POST /simplereenroll", REGISTRATION)                                              \
    X(KEYGEN, "POST /serverkeygen", PROVISIONING)                                                  \
    X(KEY, "200 key and certificate", PROVISIONING)                                                \
    X(ACCEPTED, "202 Accepted", PROVISIONING)                                                      \
    X(UNAUTHORIZED, "401 Unauthorized", PROVISIONING)                                              \
    X(REFUSAL, "4xx", PROVISIONING)                                                                \
    X(REDIRECT, "307 Temporary Redirect", PROVISIONING)                                            \
    X(NO_CONTENT, "204 No Content", PROVISIONING)
#define EST_ENUM_MESSAGE(id, text, phase) EST_MSG_##id,
enum est_message { EST_MESSAGES(EST_ENUM_MESSAGE) EST_MSG_COUNT };

enum est_option {
    EST_OPT_BOOTSTRAP,
    EST_OPT_CLIENT_AUTH,
    EST_OPT_TLS,
    EST_OPT_POP,
    EST_OPT_CSRATTRS,
    EST_OPT_BACK_OFF,
    EST_OPT_KEY,
    EST_OPT_APPROVAL,
    EST_OPT_RENEW,
    EST_OPT_SEALING,
    EST_OPT_HTTP_AUTH,
    EST_OPT_REDIRECT,
    EST_OPT_LABEL,
    EST_OPT_REQUIRED,
    EST_OPT_ANSWER,
    EST_OPT_HEADER,
    EST_OPT_ROLLOVER,
    EST_OPT_ROLLED_CERTIFICATE,
    EST_OPT_REFRESH,
    EST_OPT_ORDER,
    EST_OPT_OTHER,
    EST_OPT_CONSENT,
    EST_OPT_ADMITTED,
    EST_OPT_CHAIN,
    EST_OPT_SEND,
    EST_OPT_INTERMEDIATES,
    EST_OPT_ANONYMOUS,
    EST_OPT_RENEW_PART,
    EST_OPT_LIFETIME,
};
enum { EST_OTHER_NONE, EST_OTHER_OPERATOR, EST_OTHER_FOREIGN };
enum { EST_ROLLED_OLD, EST_ROLLED_NEW };
enum { EST_ORDER_ISSUED, EST_ORDER_LEAF_FIRST, EST_ORDER_ROOT_FIRST };
enum {
    EST_BOOTSTRAP_HUMAN,
    EST_BOOTSTRAP_FINGERPRINT,
    EST_BOOTSTRAP_EXPLICIT,
    EST_BOOTSTRAP_TOFU,
    EST_BOOTSTRAP_IMPLICIT,
};
enum { EST_AUTH_IDEVID, EST_AUTH_PASSWORD, EST_AUTH_NONE };
enum { EST_REDIRECT_NONE, EST_REDIRECT_SAME, EST_REDIRECT_OTHER };
enum { EST_HTTP_BASIC, EST_HTTP_DIGEST };
enum { EST_ANSWER_LIST, EST_ANSWER_EMPTY, EST_ANSWER_NO_CONTENT, EST_ANSWER_NOT_FOUND };
enum { EST_KEY_DEVICE, EST_KEY_SERVER };
enum est_sealing { EST_SEALING_NONE, EST_SEALING_SYMMETRIC, EST_SEALING_ASYMMETRIC };

enum est_flaw { EST_FLAW_FINGERPRINT, EST_FLAW_ANY_SERVER, EST_FLAW_ANY_CLIENT, EST_FLAW_ANY_NAME };

/* Of both roles, named by what is awaited. */
enum est_state {
    EST_IDLE,       /* the next connection */
    EST_HANDSHAKE,  /* the TLS session */
    EST_ANCHORS,    /* device: the CA certificates */
    EST_HUMAN,      /* device: what the human says of their fingerprint */
    EST_CONSENT,    /* device: whether the user lets its request go to another server */
    EST_ATTRIBUTES, /* device: the CSR attributes */
    EST_ENROLLING,  /* device: the certificate */
    EST_REQUEST,    /* server: a request */
    EST_READY,      /* device: nothing */
    EST_ABORTED,    /* device: a reset, since the human has refused */
};

enum { EST_SID = 32, EST_PUB = 64, EST_NAME = 64, EST_PASSWORD = 16, EST_BODY = IMP_HTTPS_MAX };
#define EST_BASE64 "Content-Transfer-Encoding: base64"
#define EST_HOST "est.example"
#define EST_NAME_OTHER "elsewhere.example"
#define EST_HOST_OTHER EST_NAME_OTHER ":8443"
#define EST_ORIGIN_ELSEWHERE "https://" EST_HOST_OTHER
#define EST_AUTHORITY "Operator CA"
#define EST_PATH "/.well-known/est/"
#define EST_PATH_OTHER "/est/" /* where a server of ours redirects to */

/* ---- est_path.c: where operations are asked for (RFC 7030 section 3.2.2) */
enum { EST_LABEL = 20 /* octets of a label */ };
/* The path of a request of that message; `label` empty: without. */
void est_path(char out[IMP_HTTP_PATH], const char *label, int message);
/* Which message a request below that root is, with the label or without; -1: none. */
int est_operation(const struct imp_http *m, const char *root, const char *label);

/* ---- est_keys.c: bodies, keys, certificates, claims */
/* The body, which is base64: octets, or -1. */
int est_body(uint8_t *out, size_t cap, const struct imp_http *m);
struct est_key {
    uint8_t pub[EST_PUB], secret[32];
};
bool est_key_load(struct imp_env *env, const char *cell, struct est_key *key);
bool est_cert_load(struct imp_env *env, const char *cell, struct imp_x509 *crt);
/* The manufacturer's authority below his root: a device's, and perhaps that of who verifies it. */
#define EST_CELL_ISSUING "manufacturer-issuing"
/* The one that a device sends along; n 0: none. */
void est_issuing_load(struct imp_env *env, struct imp_x509 *out);
void est_provision(struct imp_env *const *parties, size_t count);
bool est_is_legal(const struct imp_legal *table, int state, int message);
void est_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name);
void est_claim_identity(struct imp_env *env, const void *name, size_t n);
/* A session, and its secret: two exporters. */
struct est_sid {
    const char *suite;
    uint8_t sid[EST_SID], secret[32];
};
void est_sid(struct est_sid *out, struct imp_tls *tls);
/* Of role 0 and of the server's end, whatever its number: BRSKI claims the same under another
 * layer. The session of a device (by its name) with a server (by its key). */
void est_claim_session(struct imp_env *env, enum imp_claim_kind kind, const char *layer,
                       const struct est_sid *sid, const char *device,
                       const uint8_t server[EST_PUB]);
/* What the device has in the end: trust anchor and certificate. */
void est_claim_enrolled(struct imp_env *env, const char *layer, const struct est_sid *sid,
                        const char *device, const struct imp_x509 *anchor,
                        const struct imp_x509 *crt);
/* The private key that the server has made; `sid` NULL: for the device, whose session ends before
 * it gets here. */
void est_claim_key(struct imp_env *env, const struct est_sid *sid, const uint8_t secret[32]);
/* challengePassword of RFC 7030 section 3.5. False when there is no session. */
bool est_pop(struct imp_tls *tls, char out[48]);
/* The same of n octets that a session is bound by; n = 0: false and the empty text. */
bool est_pop_of(const uint8_t *bound, size_t n, char out[48]);

/* ---- est_public.c: a public authority and who has a certificate of it (RFC 7030 section 3.6.2) */
#define EST_CELL_IMPLICIT "implicit-anchor"  /* of a device: that authority's */
#define EST_CELL_PUBLIC "public-certificate" /* of a server, for its name */
/* The same for all, with another certificate for each who asks. */
void est_public_found(struct imp_env *env, struct imp_authority *out);
/* After est_provision, where `bootstrap` is implicit. */
void est_provision_public(struct imp_env *const *parties, size_t count);
/* A server of that name below that anchor; host NULL: of any name. */
bool est_is_named(struct imp_env *env, const struct imp_piece *chain, size_t count,
                  const struct imp_x509 *anchor, const char *host);

/* ---- est_certs.c: certificates and requests as both ends look at them */
/* An authority's that certifies itself, and until when it is valid (NULL: whenever). */
bool est_is_root(const struct imp_x509 *crt, int64_t *until);
/* The most recent of these: that with the latest end (RFC 7030 section 4.1.3); NULL: none. */
const struct imp_x509 *est_authority_in(const struct imp_cms_certs *certs);
/* At any time. */
bool est_is_below(struct imp_env *env, const struct imp_x509 *crt, const struct imp_x509 *anchor);
/* Authorities of whom a client may have its certificate. */
struct est_trusted {
    const struct imp_x509 *anchor;
    const struct imp_x509 *issuing; /* one below it that is known already; n 0: none */
};
/* A TLS client's, below that anchor. */
bool est_is_client(struct imp_env *env, const struct imp_piece *chain, size_t count,
                   const struct est_trusted *by, imp_time now);
/* An EST server's (RFC 7030 section 3.6.1), directly below the anchor or by what came along. */
bool est_is_server(struct imp_env *env, const struct imp_piece *chain, size_t count,
                   const struct imp_x509 *anchor);
/* The one for that key and below that anchor (NULL: whoever has issued it); NULL: none. */
const struct imp_x509 *est_own_in(struct imp_env *env, const struct imp_cms_certs *certs,
                                  const uint8_t pub[EST_PUB], const struct imp_x509 *anchor);
struct est_terms {     /* on which a request is granted */
    const char *name;  /* for whom */
    const char *pop;   /* its challengePassword. NULL: whatever; empty: none is right */
    bool server_makes; /* the key: that of the request and its signature count for nothing */
};
/* Reads a request: its signature is right, and the terms hold. NULL, or why it cannot be granted.
 */
const char *est_check_request(struct imp_env *env, struct imp_x509_asked *asked, const uint8_t *der,
                              size_t n, const struct est_terms *terms);
/* Whether a name is on the operator's list, apart by commas; the empty one has all. */
bool est_admitted(const char *list, const char *name);
/* "revoke NAME" in the timeline: the operator strikes a device off, and its authority revokes what
 * it has issued to it. Other words are passed over. */
void est_strike_off(struct imp_env *env, const struct imp_event *e);
bool est_is_struck_off(struct imp_env *env, const char *name);
/* Whether a request's dNSName is the one that it must have (RFC 7030 section 4.2.2); NULL: it is,
 * or `why`. */
const char *est_check_name(const struct imp_x509_asked *asked, const char *dns, const char *why);
struct est_issuer {
    const struct imp_x509 *crt;
    const uint8_t *secret;
    const struct imp_piece *above; /* who signs with it, sends it along; NULL: nothing */
    int64_t life;                  /* of what it issues for clients, seconds; 0: a year */
};
/* A client's certificate. */
bool est_issue(struct imp_env *env, struct imp_x509 *crt, const char *subject,
               const uint8_t pub[EST_PUB], const struct est_issuer *by, imp_time now);
/* The same with a dNSName, if the request has asked for `name` as that. */
bool est_issue_named(struct imp_env *env, struct imp_x509 *crt, const struct imp_x509_asked *asked,
                     const char *name, const uint8_t pub[EST_PUB], const struct est_issuer *by,
                     imp_time now);
/* The certificate of an EST server of the operator's, for 20 years. */
bool est_issue_server(struct imp_env *env, struct imp_x509 *crt, const uint8_t pub[EST_PUB],
                      const struct est_issuer *by);
/* Seconds until the operator has looked at a device: `period` s after it has first asked. */
int64_t est_pending(struct imp_env *env, const char *name, int64_t period, imp_time now);
/* Keeps what was issued, and claims; complete with the first one for that name. */
void est_record(struct imp_env *env, const struct est_sid *sid, const char *name,
                const struct imp_x509 *ca, const struct imp_x509 *crt);

/* ---- est_rollover.c: the authority changes its key (RFC 7030 section 4.1.3) */
struct est_rollover {
    bool done;
    struct imp_x509 old, old_with_new, new_with_old;
};
/* After est_provision: what the servers need for it, if that option (s) is not 0. */
void est_provision_rollover(struct imp_env *const *parties, size_t count, unsigned option);
/* A server that starts: whether it was done before. */
void est_rollover_load(struct imp_env *env, struct est_rollover *r);
/* The authority's cells become those of the new key, the server's own `certificate` too if that is
 * wanted. False: nothing was provisioned. */
bool est_roll(struct imp_env *env, struct est_rollover *r, bool certificate);
/* What a server shows: its certificate, and what leads to the other root. How many. */
size_t est_chain(struct imp_piece out[2], const struct est_rollover *r, const struct imp_x509 *crt,
                 bool certificate);
/* What answers /cacerts: the root and, after a change, NewWithOld, OldWithNew and OldWithOld. */
size_t est_cacerts(struct imp_piece out[IMP_CMS_CERTS], const struct est_rollover *r,
                   const struct imp_x509 *root, bool root_last);
/* The root to which an anchor leads: itself, or what NewWithOld authenticates; NULL: another. */
const struct imp_x509 *est_next_root(struct imp_env *env, const struct imp_cms_certs *certs,
                                     const struct imp_x509 *anchor);
/* The one of that fingerprint that certifies itself; NULL: none. */
const struct imp_x509 *est_root_of(struct imp_env *env, const struct imp_cms_certs *certs,
                                   const uint8_t fingerprint[32]);

/* ---- est_attributes.c: what a request shall hold (RFC 7030 section 4.5.2), in DER */
enum { EST_ATTRIBUTE_COUNT = 16, EST_ATTRIBUTES_MAX = 64 };
struct est_attribute {
    struct imp_piece type, values; /* contents of the identifier and of the set; no set: n = 0 */
};
struct est_attributes {
    size_t count;
    struct est_attribute list[EST_ATTRIBUTE_COUNT]; /* borrows what was read */
};
/* 0, or -1: malformed, or more than fit. */
int est_attributes_read(struct est_attributes *out, const uint8_t *der, size_t n);
/* 1: challengePassword is asked for, which means the session's binding (section 3.5); 0: it is not;
 * -1: malformed. Everything else that is asked for may be passed over. */
int est_attributes_bound(const uint8_t *der, size_t n);
enum {
    EST_ASKED_BINDING = 1, /* challengePassword */
    EST_ASKED_NAME = 2,    /* extensionRequest with subjectAltName */
    EST_ASKED = 4          /* for anything at all */
};
/* These, added up, or -1. */
int est_attributes_asked(const uint8_t *der, size_t n);
/* What our servers ask: challengePassword, if `bound`; ecdsa-with-SHA256. Octets. */
size_t est_attributes_write(uint8_t out[EST_ATTRIBUTES_MAX], bool bound);
/* The same, and subjectAltName; none of all that if what is asked is 0. */
size_t est_attributes_write_asked(uint8_t out[EST_ATTRIBUTES_MAX], int asked);

/* ---- est_holder.c: a device and its certificates, over whichever transport it asks for them */
struct est_holder {
    char name[EST_NAME];
    struct est_key idevid, own; /* given by the factory; of the request */
    struct est_key held;        /* of the certificate that it has */
    struct imp_x509 idevid_crt, anchor, crt;
    struct imp_x509 issuing; /* goes with idevid_crt; n 0: that goes alone */
    uint8_t server[EST_PUB]; /* key of the session's server */
    struct est_sid sid;
    bool promised; /* a certificate, later: the same request again, with the same key */
    bool renewing; /* it has a certificate and wants the next */
    bool bound;    /* the server has asked for the session's binding */
    bool named;    /* the server has asked for the device's name as dNSName */
    bool claimed;  /* that it has completed */
};
/* What the factory gave. */
void est_holder_start(struct imp_env *env, struct est_holder *h);
/* The certificate that it shows, and what goes with it: the one that it renews, or its identity.
 * How many. */
size_t est_shown(const struct est_holder *h, struct imp_piece out[2]);
/* Keeps a certificate with its key, which the server may have `made`, and claims; complete with the
 * first one. */
void est_keep(struct imp_env *env, struct est_holder *h, const struct imp_x509 *crt, bool made);
/* When it asks for the next: `period` seconds from now, or after so many hundredths of the life of
 * the one that it has; 0: neither. */
imp_time est_due(const struct est_holder *h, int64_t period, int64_t part, imp_time now);
/* It asks for the next: by the certificate that it has or, when that is over, anew, by what the
 * factory gave (IEEE 802.1AR). */
void est_renewing(struct est_holder *h, imp_time now);
/* What the CSR attributes ask. False: malformed, or nothing though that is `required`. */
bool est_heed(struct est_holder *h, const uint8_t *der, size_t n, bool required);
/* The dNSName of its next request: that of the certificate which is to be renewed, or what the
 * server has asked for; or NULL. */
const char *est_alt_name(const struct est_holder *h);
/* Forgets all but what the factory gave. */
void est_forget(struct imp_env *env, struct est_holder *h);

struct est_device;
/* ---- est_request.c: what the device asks */
void est_get(struct est_device *d, enum est_state then, int message);
/* What is under way, at another path of the same server; false: it cannot be made. */
bool est_ask_at(struct est_device *d, const char *path);
/* A request for a certificate, bound to the session; with a key of the server's making, for one as
 * well. false: it cannot be made. */
bool est_enrol(struct est_device *d);

/* ---- est_device.c: its connections */
void est_connect(struct est_device *d); /* asks for a new one */
void est_connect_to(struct est_device *d, bool elsewhere);
void est_leave(struct est_device *d);
void est_give_up(struct est_device *d, const char *why); /* until later */
void est_try(struct est_device *d);                      /* est_enrol, or it gives up */
void est_begin(struct est_device *d); /* what a session with a trusted server is for */
/* ---- est_answer.c: what answers come to; false: nothing that can be gone on with */
bool est_answer(void *device, const struct imp_http *m);
/* Seconds of Retry-After; -1: there are none, or it is a date. */
long est_retry_after(const struct imp_http *m);
void est_human(struct est_device *d, bool same); /* what he says of the fingerprints */
void est_rest(struct est_device *d);             /* with its certificate, until the next is due */

/* ---- est_private.c: a private key of the server's making, as it travels (RFC 7030 section 4.4.2)
 */
enum { EST_PRIVATE_MAX = 2048 };
struct est_private {
    bool sealed; /* EnvelopedData of SignedData; else PKCS #8 */
    size_t n;
    uint8_t der[EST_PRIVATE_MAX];
};
/* After est_provision: keys for it, where a device's option of that number is not `none`. Servers
 * are told, but for those of the role `except` (0: all are). */
void est_provision_sealing(struct imp_env *const *parties, size_t count, unsigned option,
                           int except);
/* What the device's request says; nothing with `none`. */
void est_sealing_ask(struct imp_env *env, struct imp_x509_sealing *out, enum est_sealing how);
struct est_made {
    struct est_key pair;
    struct est_private sent;
};
/* A key pair of the server's making, to be sent as the request says, signed by who makes it. NULL,
 * or why it cannot be. */
const char *est_make(struct imp_env *env, struct est_made *out,
                     const struct imp_x509_sealing *asked, const struct est_issuer *signer);
/* Back: 0, or -1: malformed, not sealed as it was asked for, or signed by somebody who is not below
 * that anchor as an EST server is (NULL: whoever has signed). */
int est_private_read(struct imp_env *env, uint8_t secret[32], const struct est_private *in,
                     enum est_sealing how, const struct imp_x509 *anchor);

/* ---- est_keygen.c: key and certificate in one body (RFC 7030 section 4.4.2) */
struct est_parts {
    const struct est_private *key;
    struct imp_piece certs;
    bool header; /* parts say that they are in base64, which RFC 8951 lets be */
};
/* How many octets, or -1; `type` becomes the value of Content-Type. */
int est_keygen_write(char *out, size_t cap, const char **type, const struct est_parts *parts);
/* 0, or -1 when one of the two is not there or malformed. */
int est_keygen_read(struct est_private *key, struct imp_cms_certs *certs, const struct imp_http *m);

extern const struct imp_legal est_device_legal[], est_server_legal[];
imp_party_init est_device_init, est_server_init;
imp_party_event est_device_event, est_server_event;
imp_party_fini est_device_fini, est_server_fini;
int est_device_state_of(const void *ctx);
int est_server_state_of(const void *ctx);

/* ---- est_redirect.c: HTTP redirections (RFC 7030 section 3.2.1) */
enum { EST_REDIRECTS = 5 /* that a device follows in one session */ };
enum est_origin { EST_ORIGIN_NONE, EST_ORIGIN_SAME, EST_ORIGIN_OTHER };
/* Where a 3xx leads, as seen from our server or from the other one, and the path there; NONE: to
 * neither, or it is none. */
enum est_origin est_redirected(char path[IMP_HTTP_PATH], const struct imp_http *m, bool elsewhere);
const char *est_host(bool elsewhere); /* and port */
/* To the other origin: the session ends and the user is asked. False: it is not followed. */
bool est_led_away(struct est_device *d, const char *path);
void est_agreed(struct est_device *d, bool yes); /* what he says */
void est_arrive(struct est_device *d);           /* there: what was asked before is asked again */
struct est_session;
/* The server sends the client elsewhere; false: it need not. */
bool est_redirect(struct est_session *s, const struct imp_http *m);

/* ---- est_auth.c: the client's password in HTTP (RFC 7030 section 3.2.3) */
enum est_scheme { EST_NO_SCHEME, EST_BASIC, EST_DIGEST };
struct est_challenge { /* texts of Digest */
    enum est_scheme scheme;
    bool md5; /* else SHA-256 */
    char realm[64], nonce[96], opaque[96];
};
/* The best of a message's challenges that we can answer; false: none. */
bool est_challenge_read(struct est_challenge *best, const struct imp_http *m);
/* The field that answers it in a request to `path`; false: there is no password, or no room. */
bool est_authorization(struct est_device *d, const char *path, char *out, size_t cap);
/* The field with the server's challenge, for this session alone. */
void est_challenge_write(struct est_session *s, char *out, size_t cap);
/* A request is of somebody with his password: s->client is he. */
bool est_password(struct est_session *s, const struct imp_http *m);

struct est_device {
    struct imp_https *to; /* first: the link below */
    struct imp_env *env;
    enum est_state state;
    bool connected, trusting, challenged; /* trusting: an explicit trust anchor is there */
    bool keyed;                           /* the request of this session has its key */
    bool fresh;                           /* it has asked for the trust anchor lately */
    unsigned moved;                       /* redirections of this request */
    bool elsewhere;                       /* with the other server, or on the way there */
    char path[IMP_HTTP_PATH];             /* what is to be asked there; empty: as usual */
    enum est_state asked;                 /* ... when this was awaited */
    struct est_challenge challenge;
    struct est_holder has;
    struct imp_x509 implicit; /* a public authority's that it trusts; n 0: none */
    imp_time now;
    struct imp_https link;
};

enum { EST_SESSIONS = 64 };
struct est_server;
struct est_session {
    struct imp_https *to; /* first: the link below */
    bool used;
    struct est_server *server;
    enum est_state state;
    bool enrolled;         /* its certificate is the operator's own */
    char client[EST_NAME]; /* who has authenticated; empty: nobody */
    char dns[EST_NAME];    /* dNSName of the certificate shown; empty: none */
    char nonce[33];        /* of Digest, not yet answered; empty: none */
    struct imp_https link;
};
/* ---- est_serve.c */
void est_serve(struct est_session *s, const struct imp_http *m);

struct est_server {
    struct imp_env *env;
    int channel;
    struct est_key key, ca;
    struct imp_x509 crt, ca_crt, manufacturer, issuing;
    struct imp_x509 public; /* is shown in place of crt; n 0: that is */
    struct est_rollover rollover;
    size_t last;
    imp_time now;
    struct est_session sessions[EST_SESSIONS];
};

#endif
