/* SPDX-License-Identifier: GPL-2.0-only */
/* coap_eap.h - CoAP-EAP (RFC 9820): indices of the mechanism's tables and memory of its two roles.
 */
#ifndef IMPRINT_COAP_EAP_H
#define IMPRINT_COAP_EAP_H

#include "content.h"
#include "context.h"
#include "protocols/coap/endpoint.h"
#include "protocols/eap/aaa.h"
#include "protocols/eap/choice.h"
#include "protocols/eap/eap_peer.h"
#include "protocols/eap/eap_server.h"
#include "proxy.h"

enum { CEAP_PEER, CEAP_CONTROLLER, CEAP_AAA, CEAP_PROXY }; /* roles */
enum {                                                     /* channels */
       CEAP_COAP,
       CEAP_OOB_TO_SERVER,
       CEAP_OOB_TO_PEER,
       CEAP_BACKEND,
       CEAP_BACKEND_TLS,
       CEAP_OOB_TO_AAA,
       CEAP_OOB_FROM_AAA,
       CEAP_PROXIED,  /* peer and proxy */
       CEAP_UPSTREAM, /* proxy and controller */
};

enum ceap_message {
    CEAP_MSG_TRIGGER,
    CEAP_MSG_REQUEST_IDENTITY,
    CEAP_MSG_RESPONSE_IDENTITY,
    CEAP_MSG_REQUEST,
    CEAP_MSG_RESPONSE,
    CEAP_MSG_SUCCESS,
    CEAP_MSG_CHANGED,
    CEAP_MSG_FAILURE,
    CEAP_MSG_UNAUTHORIZED,
    CEAP_MSG_DELETE,
    CEAP_MSG_DELETED,
    CEAP_MSG_ERROR,
    CEAP_MSG_EMPTY,
    CEAP_MSG_TRIGGERED,
    CEAP_MSG_FORWARD_REQUEST, /* of a proxy */
    CEAP_MSG_FORWARD_RESPONSE,
    CEAP_MSG_OOB_TO_SERVER,
    CEAP_MSG_OOB_TO_PEER,
    CEAP_MSG_ACCESS_REQUEST, /* of radius_rows.h from here on */
    CEAP_MSG_ACCESS_CHALLENGE,
    CEAP_MSG_ACCESS_ACCEPT,
    CEAP_MSG_ACCESS_REJECT,
};

enum ceap_option {
    CEAP_OPT_METHOD,
    CEAP_OPT_LIFETIME,
    CEAP_OPT_SEND_SUITES,
    CEAP_OPT_CS_DEFAULT,
    CEAP_OPT_SUITES,
    CEAP_OPT_CS_IN_KDF,
    CEAP_OPT_KDF,
    CEAP_OPT_LABELS,
    CEAP_OPT_RID_I_LABEL,
    CEAP_OPT_FORMAT,
    CEAP_OPT_NO_RESPONSE,
    CEAP_OPT_TRIGGER,
    CEAP_OPT_TRIGGER_MAX,
    CEAP_OPT_PATIENCE,
    CEAP_OPT_INITIATOR,
    CEAP_OPT_PROXY,
    CEAP_OPT_RESOURCES,
    CEAP_OPT_SEPARATE,
    CEAP_OPT_RENEW,
    CEAP_OPT_TOKEN, /* those of the methods from here on */
};
enum { CEAP_PROXY_IDLE, CEAP_PROXY_FORWARDING }; /* its states */
#define CEAP_CONTROLLER_NAME "controller"        /* by which peers ask a proxy for it */
enum { CEAP_BY_PEER, CEAP_BY_CONTROLLER };
enum { CEAP_CS_SENT, CEAP_CS_DEFAULT };
enum { CEAP_FORMAT_COAP_EAP, CEAP_FORMAT_OCTETS, CEAP_FORMAT_NONE };

enum { CEAP_FLAW_SERVER_AUTH, CEAP_FLAW_PEER_AUTH, CEAP_FLAW_BARE_SUCCESS }; /* psk.h's first */

/* States of the peer, named by what it waits for. */
enum ceap_peer_state {
    CEAP_PEER_OFF,         /* for its start */
    CEAP_PEER_IDENTITY,    /* for the controller's first request */
    CEAP_PEER_REQUEST,     /* for the next request, or the result */
    CEAP_PEER_OPERATIONAL, /* for the end of the session's lifetime */
    CEAP_PEER_HELD,        /* for its next attempt */
};

/* States of the controller's session with one peer. */
enum ceap_session_state {
    CEAP_SESSION_IDLE,     /* for a trigger */
    CEAP_SESSION_IDENTITY, /* for EAP-Response/Identity */
    CEAP_SESSION_RESPONSE, /* for the method's next response */
    CEAP_SESSION_CHANGED,  /* for the answer to EAP-Success */
    CEAP_SESSION_FAILING,  /* for the answer to EAP-Failure */
    CEAP_SESSION_OPEN,     /* for the end of the session's lifetime */
    CEAP_SESSION_DELETED,  /* for the answer to DELETE */
    CEAP_SESSION_AAA,      /* for the reply of the AAA server */
};

enum { CEAP_PREFIX_MAX = 24 };
enum { CEAP_PATH_MAX = 40, CEAP_PAYLOAD_MAX = IMP_EAP_MTU + CEAP_INFO_MAX };

struct ceap_peer {
    struct imp_env *env;
    enum ceap_peer_state state;
    const struct imp_eap_method *method;
    struct imp_eap_peer eap;
    union imp_eap_peer_context context; /* of the method */
    struct imp_coap_endpoint coap;
    unsigned step;            /* number of the current resource */
    char path[CEAP_PATH_MAX]; /* of the current resource */
    imp_time interval;        /* of the next trigger */
    bool refused;             /* we have, the controller's offer: EAP has not begun */
    bool waits;               /* for the controller to begin: no trigger has gone */
    struct ceap_agreed agreed;
    struct ceap_security security;     /* of the last session */
    char resource[CEAP_PATH_MAX];      /* its last one */
    bool claimed;                      /* COMPLETE is said */
    imp_time now;                      /* of the event in progress */
    uint8_t payload[CEAP_PAYLOAD_MAX]; /* of the response in progress */
    struct {                           /* one that follows its request's acknowledgement */
        bool due;
        int label;
        struct imp_coap_message message;
    } separate;
    uint8_t buffer[IMP_OSCORE_BUFFER], sealed[IMP_OSCORE_BUFFER];
};

struct ceap_controller;

struct ceap_session {
    bool used;
    struct ceap_controller *controller;
    struct imp_addr addr;
    bool proxied; /* that is a proxy, and the peer is behind it */
    struct imp_addr target;
    enum ceap_session_state state;
    struct imp_eap_server eap;
    union imp_eap_session_context context; /* of the method */
    struct imp_radius_conversation radius; /* with the AAA server, in the place of both */
    struct imp_coap_endpoint coap;
    char path[CEAP_PATH_MAX]; /* the peer's current resource */
    struct ceap_agreed agreed;
    bool open; /* a session was confirmed and goes on, whatever comes of another authentication */
    struct ceap_security security; /* of that session */
    char resource[CEAP_PATH_MAX];  /* its last one, at the peer */
    imp_time opened;               /* when the peer was let in */
    imp_time expiry;               /* of its lifetime */
    struct ceap_security next;     /* of the authentication that is being confirmed */
    struct imp_oscore_binding binding;
    bool ours;                /* begun by us, and again until it is open */
    imp_time again, interval; /* when; the wait after the next failure */
};

enum { CEAP_SESSIONS = 256 };

struct ceap_controller {
    struct imp_env *env;
    const struct imp_eap_method *method;
    struct imp_aaa aaa;
    imp_time now;   /* of the event in progress */
    size_t last;    /* session that acted last */
    uint16_t mid;   /* of the next request to a proxy, whose endpoint sessions share */
    size_t reached; /* sessions from here on were never used: their pages stay untouched */
    struct ceap_session sessions[CEAP_SESSIONS];
    union imp_eap_shared_context shared; /* of the method */
};

extern const struct imp_legal ceap_peer_legal[], ceap_controller_legal[], ceap_proxy_legal[];
extern const struct imp_guess ceap_guesses[];
extern const struct imp_mechanism imp_coap_eap;

imp_party_init ceap_peer_init, ceap_controller_init, ceap_proxy_init;
imp_party_event ceap_peer_event, ceap_controller_event, ceap_proxy_event;
imp_party_fini ceap_peer_fini, ceap_controller_fini;
int ceap_peer_state_of(const void *ctx);
int ceap_controller_state_of(const void *ctx);
int ceap_proxy_state_of(const void *ctx);
bool ceap_has_proxy(const struct imp_env *env);

/* Before all else: where that peer is, if the controller is to begin with it. */
void ceap_tell(struct imp_env *controller, struct imp_env *peer);

/* The peer's resource of that step, "a/eap/1". */
void ceap_resource(const struct imp_env *env, char out[CEAP_PATH_MAX], unsigned step);
/* Content-Format as option content-format says. 0 or -1. */
int ceap_add_format(struct imp_coap_message *m, const struct imp_env *env);
/* Message of an endpoint's label. */
int ceap_message_of(int label);

#endif
