/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the agent's devices are. It hears when a session ends, and follows one that moves (section
 * 5.6): another session of the same device, open at another IPv6 address, is a copy's. */
#include "../../eap/places.h"
#include "paa.h"

enum { ADDRESS = 16 }; /* of imp_addr; the port is behind it */

static struct imp_place place(const struct pana_session *s)
{
    return (struct imp_place){
        .device = s->peer_id, .at = s->addr.bytes, .n = ADDRESS, .since = s->opened};
}

void pana_paa_place(struct pana_session *s)
{
    struct imp_env *env = pana_paa_env_of(s);
    s->opened = s->paa->now;
    const struct imp_place here = place(s);
    for (size_t i = 0; i < s->paa->reached && imp_place_window(env) > 0; i++) {
        const struct pana_session *o = &s->paa->sessions[i];
        const struct imp_place there = place(o);
        bool open = o != s && o->used && (o->state == PANA_PAA_OPEN || o->renewing);
        if (open && imp_place_is_elsewhere(env, &here, &there)) {
            imp_place_alarm(env, "pana");
            return;
        }
    }
}
