/* SPDX-License-Identifier: GPL-2.0-only */
/* link.h - CoAP with one correspondent: over DTLS, under OSCORE, or in clear (NoSec). Without DTLS
 * a link is open from its first message on; in clear nobody is authenticated, with OSCORE each
 * message proves its sender, and what is not protected gets 4.01. */
#ifndef IMPRINT_LWM2M_LINK_H
#define IMPRINT_LWM2M_LINK_H

#include "context.h"
#include "protocols/coaps/coaps.h"

enum { LWM_SID = 32, LWM_TOKEN = 8 };

enum lwm_guard { LWM_IN_CLEAR, LWM_BY_DTLS, LWM_BY_OSCORE };

struct lwm_link {
    enum lwm_guard guard;
    bool open; /* without DTLS */
    const struct imp_coaps_hooks *hooks;
    void *arg;
    uint8_t scalar[32];     /* client: own key pair's */
    struct imp_piece own;   /* client: own certificate, borrowed */
    char host[64];          /* client: name of the server in its address */
    struct imp_coaps coaps; /* without DTLS its endpoint alone is used */
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
imp_time lwm_link_deadline(const struct lwm_link *l);
void lwm_link_expire(struct lwm_link *l, imp_time now);
bool lwm_link_is_open(const struct lwm_link *l);
bool lwm_link_idle(const struct lwm_link *l); /* no request of ours is outstanding */
int lwm_link_request(struct lwm_link *l, struct imp_coap_message *request, int label, imp_time now);
void lwm_link_close(struct lwm_link *l, imp_time now);
void lwm_link_free(struct lwm_link *l);

#endif
