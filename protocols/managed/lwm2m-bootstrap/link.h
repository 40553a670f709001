/* SPDX-License-Identifier: GPL-2.0-only */
/* link.h - CoAP with one correspondent, over DTLS or in clear (NoSec). In clear a link is open from
 * its first message on, and nobody is authenticated. */
#ifndef IMPRINT_LWM2M_LINK_H
#define IMPRINT_LWM2M_LINK_H

#include "protocols/coaps/coaps.h"

enum { LWM_SID = 32, LWM_TOKEN = 8 };

struct lwm_link {
    bool secure;
    bool open; /* in clear */
    const struct imp_coaps_hooks *hooks;
    void *arg;
    uint8_t scalar[32];     /* client: own key pair's */
    struct imp_piece own;   /* client: own certificate, borrowed */
    char host[64];          /* client: name of the server in its address */
    struct imp_coaps coaps; /* in clear its endpoint alone is used */
};

/* As imp_coaps_init; `secure` false: `dtls` is not used. Links `hooks`. */
void lwm_link_init(struct lwm_link *l, struct imp_env *env, bool secure,
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
