/* SPDX-License-Identifier: GPL-2.0-only */
/* link.h - CoAP with one correspondent: over DTLS, under OSCORE, or in clear (NoSec). Without DTLS
 * a link is open from its first message on; in clear nobody is authenticated, with OSCORE each
 * message proves its sender, and what is not protected gets 4.01.
 *
 * Or over TCP (RFC 8323), with TLS in the place of DTLS: then the link makes its connection, or is
 * told of it, and closes it; without TLS it is open from the connection on. */
#ifndef IMPRINT_LWM2M_LINK_H
#define IMPRINT_LWM2M_LINK_H

#include "context.h"
#include "protocols/coaps/coaps.h"
#include "protocols/coaps/coaps_tcp.h"

enum { LWM_SID = 32, LWM_TOKEN = 8 };

enum lwm_guard { LWM_IN_CLEAR, LWM_BY_DTLS /* or TLS */, LWM_BY_OSCORE };

struct lwm_link {
    enum lwm_guard guard;
    bool open; /* without DTLS */
    const struct imp_coaps_hooks *hooks;
    void *arg;
    uint8_t scalar[32];     /* client: own key pair's */
    struct imp_piece own;   /* client: own certificate, borrowed */
    char host[64];          /* client: name of the server in its address */
    struct imp_coaps coaps; /* without DTLS its endpoint alone is used */
    bool tcp;
    bool blocks; /* over TCP: our CSM says that RFC 7959 is here, as packs need it */
    int channel; /* on which it is; over TCP also: */
    enum { LWM_APART, LWM_DIALLING, LWM_JOINED } joined;
    struct imp_addr at; /* the connection */
    struct imp_coaps_tcp stream;
    struct lwm_context context;
    /* Server: the context of that Sender ID of a client; false: none. */
    bool (*find)(void *arg, struct lwm_context *out, const uint8_t *kid, size_t n);
    /* Server: a request has proven that context. */
    void (*proven)(void *arg);
};

/* As imp_coaps_init; not LWM_BY_DTLS: `dtls` is not used. Links `hooks`. */
void lwm_link_init(struct lwm_link *l, struct imp_env *env, enum lwm_guard guard,
                   const struct imp_dtls_config *dtls, const struct imp_coaps_hooks *hooks,
                   void *arg);
void lwm_link_connect(struct lwm_link *l, imp_time now); /* client */
void lwm_link_feed(struct lwm_link *l, const uint8_t *datagram, size_t n, imp_time now);
/* Something happened on its stream channel: one that it has no use for is closed. */
void lwm_link_event(struct lwm_link *l, const struct imp_event *e, imp_time now);
imp_time lwm_link_deadline(const struct lwm_link *l);
void lwm_link_expire(struct lwm_link *l, imp_time now);
bool lwm_link_is_open(const struct lwm_link *l);
bool lwm_link_idle(const struct lwm_link *l); /* no request of ours is outstanding */
int lwm_link_request(struct lwm_link *l, struct imp_coap_message *request, int label, imp_time now);
/* Exporter of the session (DTLS or TLS): 0 or -1. */
int lwm_link_export(struct lwm_link *l, uint8_t *out, size_t n);
bool lwm_link_has_begun(const struct lwm_link *l); /* a handshake, at least */
void lwm_link_close(struct lwm_link *l, imp_time now);
void lwm_link_free(struct lwm_link *l); /* without a word but the end of its connection */
void lwm_link_fini(struct lwm_link *l); /* memory alone */

/* ---- link_tcp.c: the same over TCP, for link.c */
void lwm__tcp_connect(struct lwm_link *l);
imp_time lwm__tcp_deadline(const struct lwm_link *l);
void lwm__tcp_expire(struct lwm_link *l, imp_time now);
int lwm__tcp_request(struct lwm_link *l, struct imp_coap_message *m, int label, imp_time now);
void lwm__tcp_close(struct lwm_link *l, imp_time now);
void lwm__tcp_hang_up(struct lwm_link *l);
/* ---- link.c, for that: serve and done of the guard that the link has */
imp_coap_serve lwm__link_serve;
imp_coap_done lwm__link_done;

#endif
