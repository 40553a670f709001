/* SPDX-License-Identifier: GPL-2.0-only */
/* endpoint.h - reliability between this party and one correspondent (RFC 7252, sections 4 and 5).
 *
 * One endpoint for each correspondent: a UDP address, or a DTLS session. It is client and server at
 * once. Sans I/O: datagrams and the time go in; datagrams go out by `send`, requests by `serve`,
 * results by `done`; the party keeps one timer at imp_coap_deadline(). No memory beyond the struct.
 *
 * Confirmable messages are retransmitted, duplicates are answered from a cache, requests with
 * critical options that nobody knows get 4.02, messages of a wrong format and responses nobody
 * asked for are reset, pings get their Reset. Not here: observation, block-wise transfer (RFC 7959;
 * the options are in coap.h), multicast. */
#ifndef IMPRINT_COAP_ENDPOINT_H
#define IMPRINT_COAP_ENDPOINT_H

#include "coap.h"

/* Transmission parameters, RFC 7252 section 4.8. */
struct imp_coap_params {
    imp_time ack_timeout;
    unsigned ack_random_percent; /* ACK_RANDOM_FACTOR times 100 */
    unsigned max_retransmit;
    unsigned nstart; /* outstanding interactions, at most IMP_COAP_OUTSTANDING */
    imp_time max_latency;
};
/* 2 s, 1.5, 4, 1, 100 s: MAX_TRANSMIT_WAIT 93 s, EXCHANGE_LIFETIME 247 s, NON_LIFETIME 145 s. */
extern const struct imp_coap_params imp_coap_params_default;

enum { IMP_COAP_OUTSTANDING = 2, IMP_COAP_CACHED = 4, IMP_COAP_SCRATCH = 1024 };

/* Labels of `send` for messages that no caller named. */
enum { IMP_COAP_LABEL_ACK = -1, IMP_COAP_LABEL_RST = -2, IMP_COAP_LABEL_ERROR = -3 };

/* Sends one datagram. `label`: the caller's name for the message it belongs to (also when it is
 * sent again), or one of the above. */
typedef void imp_coap_send(void *arg, int label, const uint8_t *datagram, size_t n);

struct imp_coap_reply {
    struct imp_coap_message message; /* code, options, payload; starts as 2.04 without any */
    int label;
    bool later;       /* no response now: a Confirmable request is acknowledged empty, and the
                         response follows by imp_coap_respond() with the request's token */
    uint8_t *scratch; /* IMP_COAP_SCRATCH octets that may hold the payload */
};
/* A new request. What the reply points to must live until the call returns. */
typedef void imp_coap_serve(void *arg, const struct imp_coap_message *request,
                            struct imp_coap_reply *reply, imp_time now);

enum imp_coap_outcome {
    IMP_COAP_ANSWERED, /* `response` is there */
    IMP_COAP_RESET,    /* the correspondent reset it */
    IMP_COAP_TIMEOUT,  /* no acknowledgement, or no response, in time */
};
/* The end of an exchange begun by imp_coap_request, or the failure of a Confirmable response. */
typedef void imp_coap_done(void *arg, int label, enum imp_coap_outcome outcome,
                           const struct imp_coap_message *response, imp_time now);

struct imp_coap_config {
    const struct imp_coap_params *params; /* NULL: the default; must outlive the endpoint */
    unsigned token_n;                     /* octets of our tokens, 0..8 */
    bool oscore; /* serve and done open OSCORE messages themselves (RFC 8613); else such a request
                    gets 4.02, since its option is critical */
    imp_coap_send *send;
    imp_coap_serve *serve; /* NULL: not a server; requests get 5.01 */
    imp_coap_done *done;   /* NULL: not a client */
    void *arg;             /* first argument of the three; must outlive it */
};

struct imp_coap_sent { /* what we sent and wait for */
    bool used;
    bool acknowledge; /* an acknowledgement (or Reset) is awaited: retransmit */
    bool answer;      /* a response is awaited */
    int label;
    uint16_t mid;
    uint8_t token_n, token[IMP_COAP_TOKEN_MAX];
    unsigned retransmitted;
    imp_time timeout, next; /* current timeout; when it ends */
    size_t n;
    uint8_t datagram[IMP_COAP_MTU];
};

struct imp_coap_seen { /* what we received, and our answer to it */
    bool used;
    uint16_t mid;
    imp_time until;
    int label;
    size_t n; /* 0: nothing to repeat */
    uint8_t datagram[IMP_COAP_MTU];
};

struct imp_coap_endpoint {
    struct imp_env *env;
    struct imp_coap_config config;
    uint16_t mid;
    struct imp_coap_sent sent[IMP_COAP_OUTSTANDING];
    struct imp_coap_seen seen[IMP_COAP_CACHED];
    uint8_t scratch[IMP_COAP_SCRATCH];
};

void imp_coap_endpoint_init(struct imp_coap_endpoint *e, struct imp_env *env,
                            const struct imp_coap_config *config);
/* Sends a request; sets its mid and token. 0, or -1 when NSTART interactions are outstanding or it
 * does not fit a datagram. */
int imp_coap_request(struct imp_coap_endpoint *e, enum imp_coap_type type,
                     struct imp_coap_message *request, int label, imp_time now);
/* Sends a separate response (section 5.2.2). `response` carries the request's token. 0 or -1. */
int imp_coap_respond(struct imp_coap_endpoint *e, enum imp_coap_type type,
                     struct imp_coap_message *response, int label, imp_time now);
void imp_coap_feed(struct imp_coap_endpoint *e, const uint8_t *datagram, size_t n, imp_time now);
imp_time imp_coap_deadline(const struct imp_coap_endpoint *e); /* IMP_NEVER: none */
void imp_coap_expire(struct imp_coap_endpoint *e, imp_time now);
/* Forgets what is outstanding, without `done`. The cache stays. */
void imp_coap_abandon(struct imp_coap_endpoint *e);

#endif
