/* SPDX-License-Identifier: GPL-2.0-only */
/* eap_server.h - the EAP server's state machine (RFC 4137 section 6, backend authenticator), for
 * any lower layer. It never retransmits: that is the authenticator's, which keeps the last request.
 */
#ifndef IMPRINT_EAP_SERVER_H
#define IMPRINT_EAP_SERVER_H

#include "method.h"

enum imp_eap_server_out {
    IMP_EAP_SERVER_NOTHING, /* silently discarded */
    IMP_EAP_SERVER_SEND,    /* a request is in out */
    IMP_EAP_SERVER_ACCEPT,  /* EAP-Success is in out; keys by imp_eap_server_export() */
    IMP_EAP_SERVER_REJECT,  /* EAP-Failure is in out */
};

/* What the server offers before its method; for interoperability of negotiation. */
#define IMP_EAP_OFFERS(X)                                                                          \
    X(METHOD, "method")             /* its own method at once */                                   \
    X(MD5, "md5-challenge")         /* first MD5-Challenge, then what the Nak asks for */          \
    X(EXPANDED, "expanded")         /* first an expanded type of an unknown vendor */              \
    X(NOTIFICATION, "notification") /* first a Notification */
#define IMP_ENUM_OFFER(id, text) IMP_EAP_OFFER_##id,
enum imp_eap_offer { IMP_EAP_OFFERS(IMP_ENUM_OFFER) IMP_EAP_OFFER_COUNT };

enum imp_eap_server_state { /* named by what is awaited */
                            IMP_EAP_AWAIT_IDENTITY,
                            IMP_EAP_AWAIT_OFFER, /* the answer to the first offer */
                            IMP_EAP_AWAIT_METHOD,
                            IMP_EAP_ENDED,
};

struct imp_eap_server {
    const struct imp_eap_method *method; /* links */
    void *session, *shared;              /* of the method; links */
    enum imp_eap_offer offer;
    enum imp_eap_server_state state;
    uint8_t id;     /* of the outstanding request */
    uint8_t type;   /* of the outstanding request */
    bool responded; /* the peer has answered the method: no Nak any more */
    char identity[IMP_EAP_ID_MAX + 1];
};

/* `session` must be zeroed. */
void imp_eap_server_init(struct imp_eap_server *s, const struct imp_eap_method *method,
                         void *session, void *shared, enum imp_eap_offer offer);
/* Writes EAP-Request/Identity, for lower layers whose authenticator does not. Returns its size. */
size_t imp_eap_server_identity_request(struct imp_eap_server *s, uint8_t id, uint8_t *out,
                                       size_t cap);
/* A response. One of type Identity is picked up whatever its identifier (the authenticator chose
 * it) unless imp_eap_server_identity_request() was used. */
enum imp_eap_server_out imp_eap_server_receive(struct imp_eap_server *s, struct imp_env *env,
                                               const uint8_t *packet, size_t n, uint8_t *out,
                                               size_t cap, size_t *out_n, imp_time now);
/* Drops a conversation that has not ended. */
void imp_eap_server_abort(struct imp_eap_server *s, struct imp_env *env, imp_time now);
bool imp_eap_server_export(const struct imp_eap_server *s, struct imp_eap_export *out);

#endif
