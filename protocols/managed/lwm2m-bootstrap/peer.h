/* SPDX-License-Identifier: GPL-2.0-only */
/* peer.h - what a Security instance says of the server's end of a handshake: its key or certificate
 * (resources 4 and 13), its name (0 and 14), and the suites to propose (16). */
#ifndef IMPRINT_LWM2M_PEER_H
#define IMPRINT_LWM2M_PEER_H

#include "objects.h"
#include "protocols/contract/party.h"
#include "protocols/tls/dtls.h"

enum { LWM_HOST_MAX = 64 };

/* Octets of a digest, or 0: that matching type has none. */
size_t lwm_digest_size(enum lwm_matching matching);
/* What stands in resource 4 for that key or certificate: `out` has LWM_CERT_MAX octets. Returns how
 * many, or 0: too long. Charges `env` (may be NULL). */
size_t lwm_peer_value(struct imp_env *env, uint8_t *out, enum lwm_matching matching,
                      const uint8_t *p, size_t n);
/* Is it that key or certificate? */
bool lwm_peer_matches(struct imp_env *env, const struct lwm_security *s, const uint8_t *p,
                      size_t n);
/* The name that the server's certificate shall bear: of resource 14, else of the address; empty for
 * an IP address. */
void lwm_peer_name(char out[LWM_HOST_MAX], const struct lwm_security *s);
bool lwm_peer_has(const struct lwm_security *s, const char *scheme); /* its address; "coap://" */
bool lwm_peer_is_tcp(const struct lwm_security *s); /* RFC 8323, sections 8.1 and 8.2 */
/* Which of our suites are to be proposed. False: none of those that it names fits its mode. */
bool lwm_peer_suites(enum imp_dtls_suites *out, const struct lwm_security *s);

#endif
