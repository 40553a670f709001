/* SPDX-License-Identifier: GPL-2.0-only */
/* radius_client.h - a pass-through authenticator towards its server (RFC 4137 section 7): RADIUS
 * client (RFC 2865, 3579), over UDP or TLS, for any lower layer of EAP.
 *
 * The authenticator has a conversation for each station in its own records. It hands in the
 * stations' responses and gets the replies that are authentic; what it does with a station then is
 * its own. */
#ifndef IMPRINT_RADIUS_CLIENT_H
#define IMPRINT_RADIUS_CLIENT_H

#include "dot1x_tls.h"
#include "method.h"
#include "radius.h"

struct imp_radius_exchange { /* one Access-Request that awaits its reply */
    bool outstanding;
    uint8_t id;
    uint8_t authenticator[16];
    unsigned tries;
    uint64_t connection; /* TLS: the number of the one that has carried it; 0: none yet */
    imp_time wait, deadline;
    size_t n;
    uint8_t packet[IMP_RADIUS_PACKET];
};

struct imp_radius_conversation { /* of one station with the server */
    char identity[IMP_EAP_ID_MAX + 1];
    uint8_t server_state[IMP_RADIUS_VALUE_MAX];
    size_t server_state_n;
    unsigned requests, replies;
    uint8_t response_id; /* EAP identifier of the response that went last */
    struct imp_radius_exchange exchange;
};

struct imp_radius_client;

struct imp_radius_authenticator { /* what the authenticator gives; `arg` is the client's */
    /* The conversations by number; NULL: there are no more. */
    struct imp_radius_conversation *(*conversation)(void *arg, size_t i);
    /* Attributes of a request beyond User-Name, EAP-Message and State. */
    void (*describe)(void *arg, const struct imp_radius_conversation *x,
                     struct imp_radius_writer *w);
    /* An authentic reply came, with an EAP packet of n octets or none. */
    void (*replied)(void *arg, struct imp_radius_conversation *x, const struct imp_radius *r,
                    const uint8_t *eap, size_t n);
    /* There was no reply to any transmission. */
    void (*silent)(void *arg, struct imp_radius_conversation *x);
    /* What follows is done for this station (imp_behalf). */
    void (*behalf)(void *arg, const struct imp_radius_conversation *x);
};

struct imp_radius_client {
    struct imp_env *env;
    const struct imp_radius_authenticator *ops; /* links */
    void *arg;                                  /* of its functions */
    unsigned timer;                             /* of the connection, with radius-transport=tls */
    int backend, backend_tls;                   /* channels */
    uint8_t next_id;                            /* identifier to try next */
    uint8_t secret[128];                        /* shared with the server or the first proxy */
    size_t secret_n;
    struct dot1x_tls tls;
    uint64_t connection; /* number of the connection: each opens once */
    imp_time heard;      /* when something came over it last */
    imp_time reopen;     /* IMP_NEVER: it is open, or being opened */
};

/* At the party's start; `timer` is one that the lower layer does not use. */
void imp_radius_client_start(struct imp_radius_client *c, struct imp_env *env,
                             const struct imp_radius_authenticator *ops, void *arg, unsigned timer,
                             imp_time now);
void imp_radius_client_free(struct imp_radius_client *c);
/* Passes a response of the station on. */
void imp_radius_client_send(struct imp_radius_client *c, struct imp_radius_conversation *x,
                            const uint8_t *packet, size_t n, imp_time now);
/* Forgets what went before, for a conversation from its beginning. */
void imp_radius_conversation_reset(struct imp_radius_conversation *x);
/* The deadline of an outstanding exchange has passed. */
void imp_radius_client_timeout(struct imp_radius_client *c, struct imp_radius_conversation *x,
                               imp_time now);
/* True: the event was of the channels or of the timer of the client. */
bool imp_radius_client_event(struct imp_radius_client *c, const struct imp_event *e, imp_time now);
/* A key of an Access-Accept to this conversation: its size, or -1. */
int imp_radius_client_key(const struct imp_radius_client *c,
                          const struct imp_radius_conversation *x, const struct imp_radius *r,
                          uint8_t vendor_type, uint8_t *key, size_t cap);
/* NAS-IPv6-Address or NAS-IP-Address, and NAS-Identifier. */
void imp_radius_client_put_nas(const struct imp_radius_client *c, struct imp_radius_writer *w);
/* Session-Timeout in seconds; 0: none. Of an Access-Accept: how long the service lasts (RFC 3580
 * section 3.17). */
uint32_t imp_radius_session_timeout(const struct imp_radius *r);
/* Hint of an Access-Challenge for EAP's timer (RFC 3579 section 2.3); 0: none. */
imp_time imp_radius_retransmission_hint(const struct imp_radius *r);
/* The server discarded the response, and repeats its request (RFC 3579 section 2.2). */
bool imp_radius_eap_ignored(const struct imp_radius *r);
/* A reply is taken though it proves nothing: by flaws no-radius-reply-check and
 * no-response-authenticator-check. */
bool imp_radius_client_gullible(const struct imp_env *env);

/* ---- between the files of the client
 * --------------------------------------------------------------------------------- */
void radius__client_reply(struct imp_radius_client *c, const uint8_t *packet, size_t n,
                          imp_time now);
/* Over a new connection. */
void radius__client_repeat(struct imp_radius_client *c, struct imp_radius_conversation *x,
                           imp_time now);
void radius__client_tls_start(struct imp_radius_client *c, imp_time now);
void radius__client_tls_event(struct imp_radius_client *c, const struct imp_event *e, imp_time now);
/* Closes the connection, to open another one later. */
void radius__client_tls_lost(struct imp_radius_client *c, imp_time now);

#endif
