/* SPDX-License-Identifier: GPL-2.0-only */
/* target.h - whom a request through a forward proxy is for (RFC 7252, sections 5.7.2 and 5.10):
 * scheme coap, an IPv6 address as host, a port. */
#ifndef IMPRINT_CEAP_TARGET_H
#define IMPRINT_CEAP_TARGET_H

#include "protocols/coap/coap.h"

struct imp_addr;

enum { CEAP_HOST_MAX = 48, CEAP_URI_MAX = CEAP_HOST_MAX + 64 };

/* "coap://[address]:port/path", the absolute form of a resource; its size, or -1: no such address.
 */
int ceap_uri_write(char *out, size_t cap, const struct imp_addr *at, const char *path);
/* The same read: 0, with the path without its stroke, or -1. */
int ceap_uri_read(struct imp_addr *at, char *path, size_t cap, const uint8_t *p, size_t n);
/* Uri-Host, Uri-Port and Proxy-Scheme; borrows `host`. 0 or -1. */
int ceap_target_add(struct imp_coap_message *m, char host[CEAP_HOST_MAX],
                    const struct imp_addr *at);
/* Of a request with Proxy-Scheme coap and those two; false: it has none, or another. */
bool ceap_target_of(struct imp_addr *at, const struct imp_coap_message *m);
/* Whether Proxy-Scheme is coap, and Uri-Host that name. */
bool ceap_target_is(const struct imp_coap_message *m, const char *name);
/* A copy for the origin server: without the options that were for the proxy. 0 or -1. */
int ceap_forward(struct imp_coap_message *out, const struct imp_coap_message *m);

#endif
