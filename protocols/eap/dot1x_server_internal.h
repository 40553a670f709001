/* SPDX-License-Identifier: GPL-2.0-only */
/* dot1x_server_internal.h - what the files of the role "server" share: dot1x_server.c reads
 * requests and writes replies, dot1x_sessions.c keeps the conversations, dot1x_places.c knows where
 * devices are, dot1x_connections.c the streams of RADIUS over TLS. */
#ifndef IMPRINT_DOT1X_SERVER_INTERNAL_H
#define IMPRINT_DOT1X_SERVER_INTERNAL_H

#include <stdalign.h>

#include "dot1x.h"
#include "dot1x_proxy.h"
#include "dot1x_radius.h"
#include "dot1x_tls.h"
#include "eap_packet.h"
#include "eap_server.h"
#include "radius.h"

#define STATE_SIZE 16 /* octets of our State: index 2, random 14 */

/* What is searched through, apart from the sessions' big records. */
struct dot1x__entry {
    bool used, finished;
    uint64_t touched; /* order of use */
    uint64_t key;     /* first octets of the last Request Authenticator */
};

struct dot1x__session {
    enum imp_dot1x_server_state state;
    size_t index;
    uint8_t name[STATE_SIZE]; /* State attribute */
    struct imp_eap_server eap;
    unsigned replies, ignored;
    struct imp_addr from; /* of the last request, with its reply kept for repeats */
    uint8_t id, authenticator[16];
    imp_time due; /* of the reply that is on its way through them; 0: none */
    size_t reply_n;
    int reply_message;
    uint8_t reply[IMP_RADIUS_PACKET];
    size_t request_n; /* last EAP request, for Error-Cause 202 */
    uint8_t request[IMP_EAP_MTU];
    imp_time accepted;                 /* with the next two: of who was let in, and where */
    char device[IMP_EAP_ID_MAX + 1];   /* Peer-Id */
    uint8_t station[3 * IMP_ADDR_MAX]; /* Calling-Station-Id */
    size_t station_n;                  /* 0: not known */
    alignas(16) uint8_t memory[];      /* the method's session context */
};
_Static_assert(sizeof(struct dot1x__session) <= IMP_DOT1X_SESSION_FIXED, "room of a session");

struct dot1x__server {
    const struct imp_eap_method *method;
    int backend, backend_tls; /* channels */
    uint64_t clock;
    size_t heard, stride, count; /* entries from `count` on were never used */
    struct dot1x__entry entries[IMP_DOT1X_SESSIONS];
    uint8_t *sessions;
    uint8_t secret[128]; /* of the home server and its neighbour */
    size_t secret_n;
    struct dot1x_chain chain;
    struct dot1x_tls connections[IMP_DOT1X_CONNECTIONS];
    alignas(16) uint8_t memory[]; /* the method's shared context, then the sessions */
};
_Static_assert(sizeof(struct dot1x__server) <= IMP_DOT1X_SERVER_FIXED, "room of the server");

struct dot1x__call { /* one Access-Request being handled */
    struct dot1x__server *v;
    struct dot1x__session *s;
    struct imp_env *env;
    imp_time now;
    const struct imp_addr *from;
    struct dot1x_tls *tls;     /* the connection that brought it, or NULL: a datagram */
    struct imp_radius request; /* at the home server */
    struct imp_radius edge;    /* as it came from the access point */
    struct dot1x_path path;
    uint8_t forwarded[IMP_RADIUS_PACKET];
    uint8_t in[IMP_EAP_MTU], out[IMP_EAP_MTU];
    size_t in_n, out_n;
};

void dot1x__reject(struct imp_env *env, const char *why);
void dot1x__request_received(struct dot1x__call *c, const uint8_t *packet, size_t packet_n);

/* ---- dot1x_sessions.c */
struct dot1x__session *dot1x__session_at(const struct dot1x__server *v, size_t i);
uint64_t dot1x__key_of(const uint8_t authenticator[16]);
/* A repeated request: same sender, identifier and authenticator. */
struct dot1x__session *dot1x__repeated(const struct dot1x__call *c);
void dot1x__finish(struct dot1x__call *c, enum imp_dot1x_server_state state);
struct dot1x__session *dot1x__begin(struct dot1x__call *c);
/* The unfinished conversation of a State attribute; NULL: none. */
struct dot1x__session *dot1x__continued(const struct dot1x__server *v, const uint8_t *state,
                                        size_t n);
/* Those that no end of theirs has released. */
void dot1x__free_conversations(struct dot1x__server *v);

/* ---- dot1x_places.c */
/* Whom a conversation has let in, and where: an alarm if it is elsewhere too. */
void dot1x__place(struct dot1x__call *c);

/* ---- dot1x_connections.c */
/* True: the event is of a connection. */
bool dot1x__connection_event(struct dot1x__call *c, const struct imp_event *e);

#endif
