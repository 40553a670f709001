/* SPDX-License-Identifier: GPL-2.0-only */
/* device_queue.c - a client in queue mode (Transport 1.1, section 6.5): some time after its last
 * message to a server it hears that one no more, until it has something to say itself. */
#include "device_internal.h"

bool lwm__queues(const struct lwm_contact *c)
{
    const struct lwm_device *d = c->device;
    if (!lwm_has_queue_parameter(d->client.version))
        return lwm_binding_queues(lwm__server_of(c)->binding);
    return imp_opt(d->env, LWM_OPT_QUEUE) && !c->link.tcp;
}

static void sleep_at(struct lwm_contact *c, imp_time at)
{
    imp_timer(c->device->env, TIMER_SLEEP + (unsigned)c->index, at);
}

void lwm__stay_awake(struct lwm_contact *c)
{
    if (!lwm__queues(c))
        return;
    c->asleep = false;
    sleep_at(c, c->device->now + imp_opt(c->device->env, LWM_OPT_AWAKE) * IMP_S);
}

/* Not while it waits for an answer. */
void lwm__fall_asleep(struct lwm_contact *c)
{
    c->asleep = c->state == LWM_REGISTERED && lwm_link_idle(&c->link);
    if (!lwm_link_idle(&c->link))
        lwm__stay_awake(c);
}
