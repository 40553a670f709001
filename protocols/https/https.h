/* SPDX-License-Identifier: GPL-2.0-only */
/* https.h - HTTP/1.1 over TLS over one connection of a stream channel, either end. */
#ifndef IMPRINT_HTTPS_H
#define IMPRINT_HTTPS_H

#include "../http/http.h"
#include "../tls/tls.h"

enum { IMP_HTTPS_MAX = 8192 /* octets of a message, decrypted */ };

/* The mechanism's labels for what this end sends in a handshake; a flight that begins with
 * Certificate has one of its own. */
struct imp_https_labels {
    int hello, flight, certificate, finished, alert;
};
struct imp_https {
    struct imp_env *env;
    int channel;
    struct imp_addr at;
    struct imp_tls *tls; /* NULL: closed */
    const struct imp_https_labels *labels;
    int label; /* of the next application data */
    size_t n;
    uint8_t in[IMP_HTTPS_MAX]; /* decrypted and not yet read */
};

struct imp_https_end { /* what a connection begins with */
    struct imp_env *env;
    int channel;
    bool server;
    const struct imp_https_labels *labels; /* must outlive the connection */
    const struct imp_dtls_x509 *x509;      /* copied */
    void *arg; /* first argument of x509's functions; at its beginning stands a pointer to the
                  struct imp_https */
};
/* False when the library fails. What was open before is released. */
bool imp_https_open(struct imp_https *l, const struct imp_https_end *end, const struct imp_addr *at,
                    imp_time now);
/* Feeds octets of the stream; false when they leave no room. */
bool imp_https_feed(struct imp_https *l, const uint8_t *bytes, size_t n, imp_time now);
/* The next message: as imp_http_*_read. imp_https_taken drops it. */
int imp_https_message(struct imp_https *l, struct imp_http *m, bool request);
void imp_https_taken(struct imp_https *l, size_t n);
/* A message as imp_http_*_write gave it; n < 0: nothing is sent. */
void imp_https_send(struct imp_https *l, int message, const uint8_t *bytes, int n, imp_time now);
void imp_https_close(struct imp_https *l, imp_time now); /* sends close_notify; may be closed */

/* ---- a client that asks one thing after the other */
struct imp_https_client {
    void *arg;
    bool handshaking;          /* `opened` is called once the session is open */
    void (*opened)(void *arg); /* either may close the connection */
    bool (*answer)(void *arg, const struct imp_http *m); /* false: it cannot go on */
};
/* Feeds octets of the stream and hands out the answer that they complete. NULL, or why the
 * connection is of no further use: "handshake-failed", "refused". */
const char *imp_https_client_feed(struct imp_https *l, const struct imp_https_client *c,
                                  const uint8_t *bytes, size_t n, imp_time now);

/* ---- whole messages with one body */
struct imp_https_body {
    const char *type; /* NULL: no body */
    const void *bytes;
    size_t n;
    bool base64;        /* as EST has it */
    const char *accept; /* of a request: the media type that is taken as an answer; or NULL */
};
/* GET without a body, else POST. */
void imp_https_ask(struct imp_https *l, int message, const char *path, const char *host,
                   const struct imp_https_body *body, imp_time now);
/* `retry` >= 0: Retry-After in seconds. */
void imp_https_answer(struct imp_https *l, int message, int status, int retry,
                      const struct imp_https_body *body, imp_time now);

#endif
