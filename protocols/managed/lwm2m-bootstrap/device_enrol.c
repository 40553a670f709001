/* SPDX-License-Identifier: GPL-2.0-only */
/* device_enrol.c - the client that wants a certificate of its bootstrap server. */
#include "device_internal.h"
#include "protocols/crypto/crypto.h"

void lwm__enrol(struct lwm_device *d, imp_time now)
{
    struct imp_coap_message m;
    d->registers = false;
    d->state = LWM_ENROLLING;
    imp_timer(d->env, TIMER_STEP, IMP_NEVER);
    if (lwm_enrol_ask(d->env, &d->enrolment, &m, d->endpoint) != 0 ||
        lwm_link_request(&d->bs, &m, LWM_MSG_ENROL, now) != 0)
        lwm__bs_failed(d, "closed", now);
}

void lwm__enrolled(struct lwm_device *d, const struct imp_coap_message *response, imp_time now)
{
    struct lwm_config *c = &d->client.config;
    if (!response || lwm_enrol_take(d->env, c, &d->enrolment, response, d->endpoint) != 0) {
        imp_wipe(&d->enrolment, sizeof d->enrolment);
        lwm__bs_failed(d, "no-certificate", now);
        return;
    }
    imp_wipe(&d->enrolment, sizeof d->enrolment);
    lwm_config_store(d->env, c);
    lwm_claim_keys(d->env, c, d->bs.guard, d->sid);
    lwm_link_close(&d->bs, now);
    lwm__proceed(d, now);
}
