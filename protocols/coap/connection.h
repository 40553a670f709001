/* SPDX-License-Identifier: GPL-2.0-only */
/* connection.h - CoAP over one reliable stream (RFC 8323, sections 3 and 5), either end.
 *
 * Sans I/O, like endpoint.h, whose callbacks it has: octets of the stream and the time go in, cut
 * as they may be; whole messages go out by `send`, requests by `serve`, results by `done`. Each end
 * begins with its CSM; pings get their Pong; Release, Abort and what cannot be read end it. A
 * request that is not answered for MAX_TRANSMIT_WAIT is followed by a Ping, and for as long again
 * has timed out. */
#ifndef IMPRINT_COAP_CONNECTION_H
#define IMPRINT_COAP_CONNECTION_H

#include "endpoint.h"
#include "frame.h"

enum { /* a label of `send`: a signal, which no caller named; octets of a message that is taken */
       IMP_COAP_LABEL_SIGNAL = -4,
       IMP_COAP_FRAME_MAX = IMP_COAP_MTU,
};

/* Why a connection has ended, apart from the stream itself. */
enum imp_coap_ending {
    IMP_COAP_RELEASED,   /* the correspondent wants it closed, in order */
    IMP_COAP_ABORTED,    /* it cannot go on */
    IMP_COAP_UNREADABLE, /* we cannot: an Abort has been sent */
};

struct imp_coap_connection_config {
    unsigned token_n; /* octets of our tokens, 1..8: they tell requests apart */
    bool block_wise;  /* our CSM says that RFC 7959 is here */
    bool oscore;      /* as in imp_coap_config */
    imp_coap_send *send;
    imp_coap_serve *serve; /* NULL: requests get 5.01 */
    imp_coap_done *done;   /* NULL: not a client */
    /* It is over; the stream is to be closed. No more calls of it follow; nor `done`. */
    void (*ended)(void *arg, enum imp_coap_ending ending, imp_time now);
    void *arg;
};

struct imp_coap_asked { /* a request of ours */
    bool used, pinged;
    int label;
    uint8_t token[IMP_COAP_TOKEN_MAX];
    imp_time next;
};

struct imp_coap_connection {
    struct imp_env *env;
    struct imp_coap_connection_config config;
    bool settled; /* the correspondent's CSM is there */
    bool over;
    uint32_t max_size; /* of a message that it takes */
    bool block_wise;   /* it says that RFC 7959 is there */
    struct imp_coap_asked asked[IMP_COAP_OUTSTANDING];
    size_t in_n;
    uint8_t in[IMP_COAP_FRAME_MAX], scratch[IMP_COAP_SCRATCH];
};

/* The stream stands: our CSM goes. */
void imp_coap_connection_open(struct imp_coap_connection *c, struct imp_env *env,
                              const struct imp_coap_connection_config *config);
/* Sets the request's token. 0, or -1: too many are outstanding, or the correspondent takes no
 * message as long as that. */
int imp_coap_connection_request(struct imp_coap_connection *c, struct imp_coap_message *request,
                                int label, imp_time now);
/* A response that was promised (imp_coap_reply.later); it has the request's token. 0 or -1. */
int imp_coap_connection_respond(struct imp_coap_connection *c, struct imp_coap_message *response,
                                int label);
void imp_coap_connection_feed(struct imp_coap_connection *c, const uint8_t *bytes, size_t n,
                              imp_time now);
imp_time imp_coap_connection_deadline(const struct imp_coap_connection *c); /* IMP_NEVER: none */
void imp_coap_connection_expire(struct imp_coap_connection *c, imp_time now);
void imp_coap_connection_ping(struct imp_coap_connection *c);
/* Says Release; nothing more is taken. The stream is to be closed. */
void imp_coap_connection_release(struct imp_coap_connection *c);
bool imp_coap_connection_idle(const struct imp_coap_connection *c); /* no request outstanding */

#endif
