/* SPDX-License-Identifier: GPL-2.0-only */
/* coaps.h - CoAP over DTLS with one correspondent (RFC 7252 section 9): a session, an endpoint, and
 * what happens to both when the correspondent begins anew.
 *
 * Sans I/O like its parts. A ClientHello that comes while a session is open starts a second session
 * beside it, which takes its place only when its handshake has succeeded (RFC 6347 section
 * 4.2.8): a forged ClientHello costs an open session nothing. */
#ifndef IMPRINT_COAPS_H
#define IMPRINT_COAPS_H

#include "protocols/coap/endpoint.h"
#include "protocols/tls/dtls.h"

/* Label of a DTLS datagram that carries no application data; subtract an imp_dtls_kind. */
#define IMP_COAPS_LABEL_DTLS (-16)

/* A mechanism's messages for what it does not label itself. */
struct imp_coaps_messages {
    int dtls[IMP_DTLS_OTHER + 1]; /* by imp_dtls_kind; [IMP_DTLS_DATA]: nothing but a record */
    int empty, error;             /* CoAP: an empty message, an answer of the endpoint's own */
};
/* The message that the label of a send hook stands for. */
int imp_coaps_message_of(const struct imp_coaps_messages *messages, int label);

enum imp_coaps_end {
    IMP_COAPS_HANDSHAKE_FAILED,
    IMP_COAPS_CLOSED, /* an open session ended by the correspondent's alert */
};

/* Called by the session; each may ask for a request or a close at once. */
struct imp_coaps_hooks {
    imp_coap_send *send;                 /* label: the caller's, IMP_COAP_LABEL_..., or as above */
    imp_coap_serve *serve;               /* or NULL */
    imp_coap_done *done;                 /* or NULL */
    imp_dtls_verify *verify;             /* or NULL */
    imp_dtls_verify_chain *verify_chain; /* or NULL: certificates are refused */
    imp_dtls_psk *psk;                   /* or NULL */
    void (*opened)(void *arg, imp_time now);
    /* Authentic application data is there, not yet served: the peer has our Finished. */
    void (*data)(void *arg, imp_time now);
    void (*over)(void *arg, enum imp_coaps_end end, const char *why, imp_time now);
};

struct imp_coaps {
    struct imp_env *env;
    const struct imp_coaps_hooks *hooks;
    void *arg;                   /* first argument of the hooks */
    struct imp_dtls_config dtls; /* for the next session; what it points to must outlive it */
    struct imp_dtls *current;    /* or NULL */
    struct imp_dtls *next;       /* handshake beside an open session, or NULL */
    struct imp_coap_endpoint coap;
    imp_time now;  /* of the call in progress */
    int label;     /* of the application data being sent */
    unsigned busy; /* nesting of our own calls: closing waits until they are over */
    bool closing;
};

/* Copies `dtls`, whose callbacks and argument are set here. No session yet. Links `hooks`. */
void imp_coaps_init(struct imp_coaps *c, struct imp_env *env, const struct imp_dtls_config *dtls,
                    const struct imp_coaps_hooks *hooks, void *arg);
void imp_coaps_connect(struct imp_coaps *c, imp_time now); /* client: drops what there was */
void imp_coaps_feed(struct imp_coaps *c, const uint8_t *datagram, size_t n, imp_time now);
imp_time imp_coaps_deadline(const struct imp_coaps *c);
void imp_coaps_expire(struct imp_coaps *c, imp_time now);
bool imp_coaps_is_open(const struct imp_coaps *c);
/* Confirmable request over the open session. 0 or -1. */
int imp_coaps_request(struct imp_coaps *c, struct imp_coap_message *request, int label,
                      imp_time now);
/* Confirmable response that a served request was promised (imp_coap_reply.later); it has that one's
 * token. 0 or -1. */
int imp_coaps_respond(struct imp_coaps *c, struct imp_coap_message *response, int label,
                      imp_time now);
/* Exporter of the open session, for claims: equal at both ends. */
int imp_coaps_export(struct imp_coaps *c, uint8_t *out, size_t n);
size_t imp_coaps_binding(struct imp_coaps *c, uint8_t out[32]); /* as imp_dtls_binding */
size_t imp_coaps_record_limit(const struct imp_coaps *c);       /* as in dtls.h; 0: not open */
void imp_coaps_close(struct imp_coaps *c, imp_time now);        /* close_notify; no `over` */
void imp_coaps_free(struct imp_coaps *c);                       /* silent */

#endif
