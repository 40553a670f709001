/* SPDX-License-Identifier: GPL-2.0-only */
/* dot1x_authenticator.h - private to the authenticator's sources. */
#ifndef IMPRINT_DOT1X_AUTHENTICATOR_H
#define IMPRINT_DOT1X_AUTHENTICATOR_H

#include "dot1x.h"
#include "fourway.h"
#include "radius_client.h"

/* EAP's retransmission timer on a single link, RFC 3748 section 4.3 b). */
#define RTO_MIN (200 * IMP_MS)
#define RTO_MAX (20 * IMP_S)

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
    struct imp_radius_conversation radius;
    uint8_t pmk[32];
    imp_time session; /* Session-Timeout of its Access-Accept; 0: none */

    struct imp_fourway fourway;
    bool member; /* it has had the group key */
};

struct imp_dot1x_authenticator {
    const struct imp_eap_method *method;
    uint64_t clock; /* counts uses */
    size_t count;   /* stations from here on were never used */
    size_t heard;   /* index of the station heard last */
    struct imp_group_key group;
    struct imp_radius_client radius;
    imp_time now; /* of the event in progress */
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

/* the group key (dot1x_group.c) */
void auth_group_begin(struct imp_dot1x_authenticator *a, struct imp_env *env, imp_time now);
void auth_group_send(const struct auth_call *c); /* message 1 that is due for the station */
void auth_group_give(const struct auth_call *c); /* where the station is authorized and lacks it */
void auth_group_renew(struct auth_call *c);      /* to all */
void auth_group_left(const struct auth_call *c); /* the station is gone */

/* towards the server (dot1x_radius_client.c) */
enum { AUTH_TLS_TIMER = 1 };
extern const struct imp_radius_authenticator auth_radius;

#endif
