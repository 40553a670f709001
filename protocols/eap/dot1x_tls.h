/* SPDX-License-Identifier: GPL-2.0-only */
/* dot1x_tls.h - RADIUS over TLS (RFC 6614): one connection, at either end. Private to the roles of
 * dot1x.h, which hand it the events of their stream.
 *
 * Both ends authenticate by TLS-PSK (section 2.3, item 2): it needs no certificates, no names and
 * no clock, and one key of 16 octets for each access point takes the place of the shared secret
 * that is provisioned for UDP. Inside the shared secret is the fixed "radsec" (section 2.3, item
 * 4). */
#ifndef IMPRINT_DOT1X_TLS_H
#define IMPRINT_DOT1X_TLS_H

#include "../tls/tls.h"
#include "radius.h"

#define IMP_DOT1X_TLS_SECRET "radsec"
/* Cells: of the access point its identity and key; of the server a key for each identity. */
#define IMP_DOT1X_TLS_IDENTITY_CELL "radius-tls-identity"
#define IMP_DOT1X_TLS_KEY_CELL "radius-tls-key"
#define IMP_DOT1X_TLS_KEY_SIZE 16

enum { IMP_DOT1X_UDP, IMP_DOT1X_TLS }; /* values of option radius-transport */

struct dot1x_tls { /* zeroed: no connection */
    struct imp_env *env;
    struct imp_addr addr; /* of the connection; n = 0: none */
    struct imp_tls *session;
    int channel;
    int message; /* the RADIUS packet that is being sent */
};

bool dot1x_tls_chosen(const struct imp_env *env); /* by option radius-transport */
/* The secret inside TLS; returns its size. */
size_t dot1x_tls_secret(uint8_t *out, size_t cap);
/* Gives every authenticator of one universe an identity and a key, and the server all of them. */
void dot1x_tls_provision(struct imp_env *const *parties, size_t count);

/* The stream `addr` is open: the authenticator begins the handshake, the server awaits it. */
void dot1x_tls_opened(struct dot1x_tls *c, struct imp_env *env, const struct imp_addr *addr,
                      imp_time now);
/* Octets came. False: the session is over, by failure or by close_notify. */
bool dot1x_tls_feed(struct dot1x_tls *c, const uint8_t *bytes, size_t n, imp_time now);
bool dot1x_tls_is_open(const struct dot1x_tls *c); /* after the handshake */
/* The next whole RADIUS packet, cut from the stream by its Length field (section 2.4): its size; 0:
 * none yet; -1: what comes is no RADIUS packet, and the connection is of no more use. */
int dot1x_tls_packet(struct dot1x_tls *c, uint8_t out[IMP_RADIUS_MAX]);
void dot1x_tls_send(struct dot1x_tls *c, int message, const uint8_t *packet, size_t n,
                    imp_time now);
imp_time dot1x_tls_deadline(const struct dot1x_tls *c); /* of the handshake; or IMP_NEVER */
/* Closes session and stream. `gone`: the stream is closed already. */
void dot1x_tls_drop(struct dot1x_tls *c, bool gone, imp_time now);
/* Frees without a word: the party ends. */
void dot1x_tls_free(struct dot1x_tls *c);

#endif
