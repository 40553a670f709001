/* SPDX-License-Identifier: GPL-2.0-only */
/* push.h - the bootstrap server writes to clients that asked for nothing: Server Initiated
 * bootstrap of LwM2M 1.0 (section 5.2.3.4). With DTLS it begins when the client's session stands.
 * In clear there is none, and the network tells the server where its clients are; how, the standard
 * leaves open. */
#ifndef IMPRINT_LWM2M_PUSH_H
#define IMPRINT_LWM2M_PUSH_H

#include "lwm2m.h"

/* Of a server, before all else: where that client is. */
void lwm_push_tell(struct imp_env *server, struct imp_env *device, const char *endpoint);

void lwm_push_start(struct lwm_host *h, imp_time now); /* in clear, when the server starts */
void lwm_push_opened(struct lwm_session *s);           /* a session of DTLS stands */
/* The first request has gone, with that token. */
void lwm_push_sent(struct lwm_session *s, const uint8_t *token);
void lwm_push_answered(struct lwm_session *s); /* and the client goes along with it */
/* The client wants to be asked (`response` NULL: it said nothing): true, and the server waits for
 * its request or, if that has come meanwhile, goes on with it. */
bool lwm_push_refused(struct lwm_session *s, const struct imp_coap_message *response);

#endif
