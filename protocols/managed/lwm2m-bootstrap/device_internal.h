/* SPDX-License-Identifier: GPL-2.0-only */
/* device_internal.h - shared by the client's files. */
#ifndef IMPRINT_LWM2M_DEVICE_INTERNAL_H
#define IMPRINT_LWM2M_DEVICE_INTERNAL_H

#include "lwm2m.h"

#define LWM_FINISH_WAIT (247 * IMP_S) /* EXCHANGE_LIFETIME, RFC 7252 section 4.8.2 */

enum { /* timers; those of a server are followed by those of the next */
       TIMER_STEP,
       TIMER_BS,
       TIMER_ACCOUNT,
       TIMER_CONTACT,
       TIMER_CONTACT_LINK,
       TIMERS_OF_CONTACT = TIMER_CONTACT_LINK + 1 - TIMER_CONTACT,
       TIMER_SLEEP = TIMER_CONTACT + TIMERS_OF_CONTACT * LWM_SERVERS, /* one for each */
};

/* ---- device.c */
void lwm__key_of(struct lwm_link *l, char identity[LWM_IDENTITY_MAX + 1],
                 const struct lwm_config *config, const struct lwm_security *s, int server);
/* Its servers first; without one, or when it is tired of one, the bootstrap server. */
void lwm__proceed(struct lwm_device *d, imp_time now);
void lwm__connect_bootstrap(struct lwm_device *d, const struct lwm_security *s, imp_time now);
/* Waits for so long at least, and twice as long as the last time. */
void lwm__back_off(struct lwm_device *d, imp_time least, imp_time now);
/* A session that DTLS has proven is believed at once, any other when it is answered. */
void lwm__session(struct lwm_device *d, struct lwm_link *l, int server, const uint8_t *token,
                  uint8_t sid[LWM_SID]);
/* The same about a request that opens a session: before it goes, where its token is no part of the
 * session's name, and afterwards, where it is. The server believes when it has it. */
void lwm__before_asking(struct lwm_device *d, struct lwm_link *l, int server, uint8_t sid[LWM_SID]);
void lwm__asked(struct lwm_device *d, struct lwm_link *l, int server, const uint8_t *token,
                uint8_t sid[LWM_SID]);
void lwm__answered(struct lwm_device *d, const struct lwm_link *l, int server,
                   const uint8_t sid[LWM_SID]);
void lwm__no_data(void *arg, imp_time now);

/* ---- device_bootstrap.c */
extern const struct imp_coaps_hooks lwm__bootstrap_hooks;
void lwm__bs_failed(struct lwm_device *d, const char *why, imp_time now);
void lwm__bs_request(struct lwm_device *d, imp_time now);
void lwm__account_timer(struct lwm_device *d, imp_time now);
void lwm__give_up_account(struct lwm_device *d);
void lwm__configured(struct lwm_device *d, imp_time now);

/* ---- device_push.c: nothing, unless the client takes writes that it did not ask for */
void lwm__await(struct lwm_device *d, imp_time now);    /* opens the link for them */
void lwm__awaiting(struct lwm_device *d, imp_time now); /* it is open */
/* A request that is the first of such a bootstrap begins it. */
void lwm__unasked(struct lwm_device *d, const struct imp_coap_message *m, imp_time now);

/* ---- device_enrol.c */
void lwm__enrol(struct lwm_device *d, imp_time now);
void lwm__enrolled(struct lwm_device *d, const struct imp_coap_message *response, imp_time now);

/* ---- device_order.c: with which server it registers when */
bool lwm__has_server(const struct lwm_config *c); /* one that it could register with */
void lwm__contacts_start(struct lwm_device *d, imp_time now);
/* All sessions end, without De-register. */
void lwm__contacts_close(struct lwm_device *d, imp_time now);
void lwm__delays_begin(struct lwm_device *d); /* of resource 14, with new accounts */
/* Whose turn has come. */
void lwm__turn(struct lwm_device *d, imp_time now);
/* Registered; or an attempt has failed, and `refused` is a word of the server's. */
void lwm__contact_good(struct lwm_contact *c, imp_time now);
void lwm__contact_failed(struct lwm_contact *c, const char *why, bool refused, imp_time now);
void lwm__contact_timer(struct lwm_contact *c, imp_time at);

/* ---- device_server.c: one contact */
extern const struct imp_coaps_hooks lwm__server_hooks;
const struct lwm_server_object *lwm__server_of(const struct lwm_contact *c);
const struct lwm_security *lwm__security_of(const struct lwm_contact *c);
void lwm__connect(struct lwm_contact *c, imp_time now);
void lwm__update(struct lwm_contact *c, imp_time now);
void lwm__deregister(struct lwm_contact *c, imp_time now);
/* What the server ordered, once its request is answered. */
void lwm__obey(struct lwm_contact *c, imp_time now);

/* ---- device_queue.c: queue mode */
bool lwm__queues(const struct lwm_contact *c);
/* Something goes to the server: for a while its answer, and what it has kept, are listened to. */
void lwm__stay_awake(struct lwm_contact *c);
void lwm__fall_asleep(struct lwm_contact *c);

/* ---- device_trust.c: whom the accounts let it believe */
bool lwm__bs_verify(void *arg, const uint8_t *spki, size_t n);
bool lwm__s_verify(void *arg, const uint8_t *spki, size_t n);
bool lwm__bs_verify_chain(void *arg, const struct imp_piece *chain, size_t count);
bool lwm__s_verify_chain(void *arg, const struct imp_piece *chain, size_t count);

#endif
