/* SPDX-License-Identifier: GPL-2.0-only */
/* controller_aaa.c - the controller before an AAA server: EAP passes through (aaa.h). */
#include <stddef.h>

#include "controller.h"

static struct ceap_session *session_of(const struct imp_radius_conversation *x)
{
    return (struct ceap_session *)(void *)((uint8_t *)x - offsetof(struct ceap_session, radius));
}

static struct imp_radius_conversation *conversation(void *arg, size_t i)
{
    struct ceap_controller *c = arg;
    return i < c->reached ? &c->sessions[i].radius : NULL;
}

static void behalf(void *arg, const struct imp_radius_conversation *x)
{
    const struct ceap_controller *c = arg;
    const struct ceap_session *s = session_of(x);
    imp_behalf(c->env, s->proxied ? CEAP_PROXIED : CEAP_COAP, s->proxied ? &s->target : &s->addr);
}

static void replied(void *arg, struct imp_radius_conversation *x, enum imp_eap_server_out out,
                    const uint8_t *packet, size_t n, const struct imp_eap_export *export)
{
    struct ceap_controller *c = arg;
    struct ceap_session *s = session_of(x);
    c->last = (size_t)(s - c->sessions);
    ceap_session_proceed(s, out, packet, n, export);
}

const struct imp_aaa_layer ceap_controller_aaa = {
    .conversation = conversation, .result = replied, .behalf = behalf};

void ceap_session_pass(struct ceap_session *s, const uint8_t *packet, size_t n)
{
    if (imp_aaa_pass(&s->controller->aaa, &s->radius, s->eap.id, packet, n, s->controller->now))
        s->state = CEAP_SESSION_AAA;
    else
        ceap_session_refused(s, "EAP response discarded");
}
