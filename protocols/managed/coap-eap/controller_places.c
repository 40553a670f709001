/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the controller's devices are. A device that was open at another IPv6 address has not
 * necessarily left it: sessions end by their lifetime alone. */
#include "../../eap/places.h"
#include "controller.h"

enum { ADDRESS = 16 }; /* of imp_addr; the port is behind it */

/* Behind a proxy it is what the proxy was asked for. */
static struct imp_place place(const struct ceap_session *s)
{
    return (struct imp_place){.device = s->security.eap.peer_id,
                              .at = s->proxied ? s->target.bytes : s->addr.bytes,
                              .n = ADDRESS,
                              .since = s->opened};
}

void ceap_session_place(struct ceap_session *s)
{
    struct ceap_controller *c = s->controller;
    s->opened = c->now;
    const struct imp_place here = place(s);
    for (size_t i = 0; i < c->reached && imp_place_window(c->env) > 0; i++) {
        const struct ceap_session *o = &c->sessions[i];
        const struct imp_place there = place(o);
        if (o != s && o->used && o->open && imp_place_is_elsewhere(c->env, &here, &there)) {
            imp_place_alarm(c->env, "coap-eap");
            return;
        }
    }
}
