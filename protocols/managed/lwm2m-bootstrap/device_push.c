/* SPDX-License-Identifier: GPL-2.0-only */
/* device_push.c - the client and writes for which it did not ask: Server Initiated bootstrap of
 * LwM2M 1.0 (section 5.2.3.4). Its link with the bootstrap server stands from the first power-on,
 * and stays; if nothing comes in the hold-off time it asks. */
#include "device_internal.h"

static bool willing(const struct lwm_device *d)
{
    return imp_flawed(d->env, LWM_FLAW_UNASKED_WRITES) ||
           (imp_opt(d->env, LWM_OPT_PUSH) && lwm_has_push(d->client.version));
}

void lwm__await(struct lwm_device *d, imp_time now)
{
    const struct lwm_security *s = lwm_config_bootstrap(&d->client.config);
    if (!imp_opt(d->env, LWM_OPT_PUSH) || !lwm_has_push(d->client.version) || !s)
        return;
    if (lwm__has_server(&d->client.config) && s->mode != LWM_MODE_NOSEC)
        return; /* a session costs a handshake: it waits for need */
    d->awaits = true;
    lwm__connect_bootstrap(d, s, now);
}

void lwm__awaiting(struct lwm_device *d, imp_time now)
{
    const struct lwm_security *s = lwm_config_bootstrap(&d->client.config);
    d->awaits = false;
    d->state = LWM_AWAITING;
    imp_timer(d->env, TIMER_STEP, now + s->hold_off * IMP_S);
}

void lwm__unasked(struct lwm_device *d, const struct imp_coap_message *m, imp_time now)
{
    enum lwm_operation operation = lwm_operation_of(m);
    bool waits = d->registers || d->state == LWM_AWAITING;
    if (d->client.open || !waits || !willing(d) || operation == LWM_FINISH ||
        operation == LWM_UNKNOWN)
        return;
    d->state = LWM_CONFIGURING;
    lwm__contacts_close(d, now);
    lwm_client_open(&d->client);
    lwm__session(d, &d->bs, LWM_BOOTSTRAP, m->token, d->sid);
    lwm__answered(d, &d->bs, LWM_BOOTSTRAP, d->sid);
    imp_timer(d->env, TIMER_STEP, now + LWM_FINISH_WAIT);
}
