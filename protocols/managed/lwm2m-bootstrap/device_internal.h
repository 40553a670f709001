/* SPDX-License-Identifier: GPL-2.0-only */
/* device_internal.h - shared by the client's files. */
#ifndef IMPRINT_LWM2M_DEVICE_INTERNAL_H
#define IMPRINT_LWM2M_DEVICE_INTERNAL_H

#include "lwm2m.h"

enum { TIMER_STEP, TIMER_BS, TIMER_SERVER, TIMER_ACCOUNT };

/* ---- device.c */
const struct lwm_security *lwm__server_of(const struct lwm_config *c); /* its account, or NULL */
/* A server first; without one, or when it has failed so often, the bootstrap server. */
void lwm__proceed(struct lwm_device *d, imp_time now);
void lwm__back_off(struct lwm_device *d, imp_time now);
/* A session that DTLS has proven is believed at once, one in clear when it is answered. */
void lwm__session(struct lwm_device *d, struct lwm_link *l, int server, const uint8_t *token);
void lwm__answered(struct lwm_device *d, const struct lwm_link *l, int server);
void lwm__no_data(void *arg, imp_time now);

/* ---- device_bootstrap.c */
extern const struct imp_coaps_hooks lwm__bootstrap_hooks;
void lwm__bs_failed(struct lwm_device *d, const char *why, imp_time now);
void lwm__account_timer(struct lwm_device *d, imp_time now);
void lwm__give_up_account(struct lwm_device *d);
void lwm__configured(struct lwm_device *d, imp_time now);

/* ---- device_server.c */
extern const struct imp_coaps_hooks lwm__server_hooks;
void lwm__update(struct lwm_device *d, imp_time now);
void lwm__deregister(struct lwm_device *d, imp_time now);
/* What the server ordered, once its request is answered. */
void lwm__obey(struct lwm_device *d, imp_time now);

/* ---- device_trust.c: whom the accounts let it believe */
bool lwm__bs_verify(void *arg, const uint8_t *spki, size_t n);
bool lwm__s_verify(void *arg, const uint8_t *spki, size_t n);
bool lwm__bs_verify_chain(void *arg, const struct imp_piece *chain, size_t count);
bool lwm__s_verify_chain(void *arg, const struct imp_piece *chain, size_t count);

#endif
