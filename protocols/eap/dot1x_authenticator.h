/* SPDX-License-Identifier: GPL-2.0-only */
/* dot1x_authenticator.h - private to the authenticator's sources. */
#ifndef IMPRINT_DOT1X_AUTHENTICATOR_H
#define IMPRINT_DOT1X_AUTHENTICATOR_H

#include "dot1x.h"
#include "dot1x_tls.h"
#include "fourway.h"
#include "radius.h"

/* EAP's retransmission timer on a single link, RFC 3748 section 4.3 b). */
#define RTO_MIN (200 * IMP_MS)
#define RTO_MAX (20 * IMP_S)

/* RADIUS client: waits double up to 120 s; 10 tries. Both are hostapd's. */
#define RADIUS_WAIT_MAX (120 * IMP_S)
#define RADIUS_TRIES 10

/* RADIUS over TLS: a connection that was lost is opened again after Tw, and one on which a request
 * waits is given up when nothing came for 2 Tw; Tw = 30 s, RFC 3539 section 3.4.1, but without that
 * section's watchdog requests. */
#define TLS_REOPEN (30 * IMP_S)
#define TLS_SILENT (60 * IMP_S)

struct radius_exchange { /* one Access-Request that awaits its reply */
    bool outstanding;
    uint8_t id;
    uint8_t authenticator[16];
    unsigned tries;
    uint64_t connection; /* TLS: the number of the one that has carried it; 0: none yet */
    imp_time wait, deadline;
    size_t n;
    uint8_t packet[IMP_RADIUS_PACKET];
};

struct station {
    struct imp_addr addr;
    enum imp_dot1x_authenticator_state state;
    uint64_t touched;  /* order of use, for reuse of the oldest */
    imp_time deadline; /* EAP retransmission, quiet period or re-authentication */

    /* EAP towards the station: the request that awaits its response */
    uint8_t id; /* of the last request */
    unsigned tries;
    imp_time sent, rto, srtt, rttvar; /* srtt 0: no sample yet */
    size_t request_n;
    uint8_t request[IMP_EAP_MTU];

    /* towards the server */
    char identity[IMP_EAP_ID_MAX + 1];
    uint8_t server_state[IMP_RADIUS_VALUE_MAX];
    size_t server_state_n;
    unsigned requests, replies; /* of this conversation */
    struct radius_exchange radius;
    uint8_t pmk[32];

    struct imp_fourway fourway;
};

struct imp_dot1x_authenticator {
    const struct imp_eap_method *method;
    uint64_t clock;  /* counts uses */
    size_t count;    /* stations from here on were never used */
    size_t heard;    /* index of the station heard last */
    uint8_t next_id; /* RADIUS identifier to try next */
    uint8_t gtk[IMP_GTK_SIZE];
    uint8_t secret[128]; /* RADIUS shared secret */
    size_t secret_n;
    struct dot1x_tls tls;
    uint64_t connection; /* number of the connection: each opens once */
    imp_time tls_heard;  /* when something came over it last */
    imp_time reopen;     /* IMP_NEVER: it is open, or being opened */
    struct imp_addr self;
    struct station stations[IMP_DOT1X_STATIONS];
};

struct auth_call { /* the event being handled */
    struct imp_dot1x_authenticator *a;
    struct station *s;
    struct imp_env *env;
    imp_time now;
};

/* towards the station (dot1x_authenticator.c) */
void auth_frame(const struct auth_call *c, uint8_t type, const uint8_t *body, size_t n);
/* Sends an EAP request and waits for its response in `state`; `wait`: 0 = by the estimator. */
void auth_request(const struct auth_call *c, const uint8_t *packet, size_t n,
                  enum imp_dot1x_authenticator_state state, imp_time wait);
void auth_accepted(const struct auth_call *c, const uint8_t *success, size_t n);
void auth_rejected(const struct auth_call *c, const uint8_t *failure, size_t n);

/* towards the server (dot1x_radius_client.c) */
void auth_radius_request(const struct auth_call *c, const uint8_t *packet, size_t n);
void auth_radius_reply(struct auth_call *c, const uint8_t *packet, size_t packet_n);
void auth_radius_timeout(struct auth_call *c);
void auth_radius_repeat(const struct auth_call *c); /* over a new connection */

/* the connection to the server (dot1x_tls_client.c); only with radius-transport=tls */
enum { AUTH_TLS_TIMER = 1 };
void auth_tls_start(struct auth_call *c);
void auth_tls_event(struct auth_call *c, const struct imp_event *e); /* stream or AUTH_TLS_TIMER */
void auth_tls_lost(struct auth_call *c); /* closes it, to open another one later */

#endif
