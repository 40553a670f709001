/* SPDX-License-Identifier: GPL-2.0-only */
/* coaps_tcp.h - CoAP over one connection of a stream channel, under TLS or in clear (RFC 8323,
 * sections 3 and 9.1), either end: the session, the messages, and the connection's end.
 *
 * It has the hooks of coaps.h. `send` gets octets of the stream and a label: the caller's,
 * IMP_COAP_LABEL_..., or IMP_COAPS_LABEL_DTLS less an imp_dtls_kind for those of TLS. Who has
 * `over` told closes the stream; so does who has called _close. */
#ifndef IMPRINT_COAPS_TCP_H
#define IMPRINT_COAPS_TCP_H

#include "coaps.h"
#include "protocols/coap/connection.h"
#include "protocols/tls/tls.h"

struct imp_coaps_tcp {
    struct imp_env *env;
    const struct imp_coaps_hooks *hooks;
    void *arg;
    bool secure;
    struct imp_dtls_config tls; /* for the next session; what it points to must outlive it */
    struct imp_coap_connection_config config;
    struct imp_tls *session; /* under TLS, while the stream stands */
    bool open;               /* messages may go */
    struct imp_coap_connection coap;
    imp_time now;
    int label;     /* of the message that is being sent */
    unsigned busy; /* nesting of our own calls: closing waits until they are over */
    bool closing;
};

/* `tls` NULL: in clear. It is copied, as the hooks need it; `config` of what is not a callback.
 * Links `hooks`. */
void imp_coaps_tcp_init(struct imp_coaps_tcp *c, struct imp_env *env,
                        const struct imp_dtls_config *tls,
                        const struct imp_coap_connection_config *config,
                        const struct imp_coaps_hooks *hooks, void *arg);
void imp_coaps_tcp_connected(struct imp_coaps_tcp *c, imp_time now); /* the stream stands */
void imp_coaps_tcp_feed(struct imp_coaps_tcp *c, const uint8_t *bytes, size_t n, imp_time now);
void imp_coaps_tcp_lost(struct imp_coaps_tcp *c, imp_time now); /* the stream is closed */
imp_time imp_coaps_tcp_deadline(const struct imp_coaps_tcp *c);
void imp_coaps_tcp_expire(struct imp_coaps_tcp *c, imp_time now);
bool imp_coaps_tcp_is_open(const struct imp_coaps_tcp *c);
int imp_coaps_tcp_request(struct imp_coaps_tcp *c, struct imp_coap_message *request, int label,
                          imp_time now); /* 0 or -1 */
/* Exporter, as imp_coaps_export; -1 in clear. */
int imp_coaps_tcp_export(struct imp_coaps_tcp *c, uint8_t *out, size_t n);
/* Release, then close_notify; no `over`. */
void imp_coaps_tcp_close(struct imp_coaps_tcp *c, imp_time now);
void imp_coaps_tcp_free(struct imp_coaps_tcp *c); /* silent */

#endif
