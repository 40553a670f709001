/* SPDX-License-Identifier: GPL-2.0-only */
/* context.h - an OSCORE security context with one correspondent (RFC 8613), made of an instance of
 * object 21.
 *
 * Key and identifiers outlive a session, and so must the numbers: the next sequence number and the
 * replay window are in a cell of the party, written with each message (RFC 8613, section 7.5). */
#ifndef IMPRINT_LWM2M_CONTEXT_H
#define IMPRINT_LWM2M_CONTEXT_H

#include "objects.h"

enum { LWM_NUMBERS_NAME = 32 };

struct lwm_context {
    bool there;
    struct imp_oscore oscore;
    char cell[LWM_NUMBERS_NAME];
    struct imp_oscore_binding asked; /* of our request that is outstanding */
    struct imp_oscore_binding last;  /* of the last request of either end */
    uint8_t sealed[IMP_OSCORE_BUFFER];
};

/* As the client uses it, or its correspondent; `p` borrows from `o`. False: its algorithms are not
 * known here. */
bool lwm_context_params(struct imp_oscore_params *p, const struct lwm_oscore_object *o,
                        bool client);
/* That of `o`; 0 or -1. */
int lwm_context_make(struct imp_env *env, struct lwm_context *out,
                     const struct lwm_oscore_object *o, bool client);

/* Each returns 0 or a negative imp_oscore_error. What the outer message points to is in
 * `c->sealed`, until the next message. */
int lwm_context_ask(struct imp_env *env, struct lwm_context *c, const struct imp_coap_message *m,
                    struct imp_coap_message *outer);
int lwm_context_answer(struct imp_env *env, struct lwm_context *c,
                       const struct imp_oscore_binding *to, const struct imp_coap_message *m,
                       struct imp_coap_message *outer);
/* A request; `c->last` is its binding. */
int lwm_context_open(struct imp_env *env, struct lwm_context *c,
                     const struct imp_coap_message *outer, struct imp_coap_message *m,
                     uint8_t buffer[IMP_OSCORE_BUFFER]);

#endif
