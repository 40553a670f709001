/* SPDX-License-Identifier: GPL-2.0-only */
/* enrol.h - security mode 4, certificate with EST: after Bootstrap-Finish the client makes a key
 * pair and asks its bootstrap server for a certificate of it (RFC 9148, section 4: /sen), in the
 * session of the bootstrap. The certificate serves with every server whose account has that mode.
 */
#ifndef IMPRINT_LWM2M_ENROL_H
#define IMPRINT_LWM2M_ENROL_H

#include "config.h"
#include "protocols/coap/endpoint.h"
#include "protocols/x509/x509.h"
#include "rawkey.h"

struct lwm_enrolment { /* a client's that is under way */
    uint8_t scalar[LWM_SCALAR];
    struct imp_x509 request;
};

/* Whether an account of that mode is without its certificate. */
bool lwm_enrol_is_due(const struct lwm_config *c);
/* A new key pair, and the request; `m` borrows from `e`. 0 or -1. */
int lwm_enrol_ask(struct imp_env *env, struct lwm_enrolment *e, struct imp_coap_message *m,
                  const char *endpoint);
/* The answer: its certificate, if it is one of that key and name, into the accounts. 0, or -1 and
 * nothing changed. */
int lwm_enrol_take(struct imp_env *env, struct lwm_config *c, const struct lwm_enrolment *e,
                   const struct imp_coap_message *response, const char *endpoint);

bool lwm_enrol_is_asked(const struct imp_coap_message *m);
/* The bootstrap server's part: a certificate of the authority in its cells for the client of that
 * name, or the refusal. */
void lwm_enrol_authority_put(struct imp_env *env, const struct imp_x509 *authority,
                             const uint8_t secret[LWM_SCALAR]);
enum imp_coap_code lwm_enrol_serve(struct imp_env *env, const struct imp_coap_message *m,
                                   const char *endpoint, struct imp_coap_reply *reply);

#endif
