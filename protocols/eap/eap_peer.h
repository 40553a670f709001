/* SPDX-License-Identifier: GPL-2.0-only */
/* eap_peer.h - the EAP peer's state machine (RFC 4137 section 4), for any lower layer.
 *
 * The lower layer hands in EAP packets and sends the responses; it owns all timers. */
#ifndef IMPRINT_EAP_PEER_H
#define IMPRINT_EAP_PEER_H

#include "method.h"

enum imp_eap_peer_out {
    IMP_EAP_PEER_NOTHING,  /* discarded, or nothing to say */
    IMP_EAP_PEER_RESPONSE, /* send response[0..response_n) */
    IMP_EAP_PEER_SUCCESS,  /* conversation over: imp_eap_peer_end() has been called */
    IMP_EAP_PEER_FAILURE,
};

struct imp_eap_peer {
    const struct imp_eap_method *method; /* links */
    void *context;                       /* of the method; links */
    const char *outer; /* identity sent instead of the method's, or NULL; borrows */
    bool nak;          /* answers other methods with Nak, else ignores them */
    bool lenient;      /* believes a bare Success whatever the method says (RFC 4137 does not) */
    bool responded;    /* the method has answered: no Nak any more (RFC 3748 section 4.1) */
    bool active;       /* a conversation is on */
    enum imp_eap_peer_verdict verdict; /* of the method's last answer */
    int last_id;                       /* identifier of the last request answered, or -1 */
    uint8_t last_type;
    imp_time next; /* after SUCCESS or FAILURE: what the method's peer_end returned */
    uint8_t response[IMP_EAP_MTU];
    size_t response_n;
};

void imp_eap_peer_init(struct imp_eap_peer *p, const struct imp_eap_method *method, void *context);
/* A new conversation (portEnabled or eapRestart). */
void imp_eap_peer_begin(struct imp_eap_peer *p, struct imp_env *env, imp_time now);
enum imp_eap_peer_out imp_eap_peer_receive(struct imp_eap_peer *p, struct imp_env *env,
                                           const uint8_t *packet, size_t n, imp_time now);
/* Indication of the lower layer instead of Success or Failure (altAccept, altReject, or a timeout
 * with idleWhile = 0). Returns SUCCESS, FAILURE, or NOTHING when success may not be believed. */
enum imp_eap_peer_out imp_eap_peer_alternate(struct imp_eap_peer *p, struct imp_env *env,
                                             bool success, imp_time now);
bool imp_eap_peer_export(const struct imp_eap_peer *p, struct imp_eap_export *out);

#endif
