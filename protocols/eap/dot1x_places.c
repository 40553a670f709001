/* SPDX-License-Identifier: GPL-2.0-only */
/* dot1x_places.c - where the server's devices are: one identity at two stations at once is a key
 * that was copied.
 *
 * All that RADIUS tells of the place is Calling-Station-Id (RFC 3580 section 3.21), the address of
 * the station; which access point it is at may change. Without accounting the server does not hear
 * when a session ends: it takes one to last for clone-window. */
#include <string.h>

#include "../crypto/crypto.h"
#include "dot1x_server_internal.h"
#include "places.h"

static void note_station(struct dot1x__session *s, const struct imp_radius *request)
{
    size_t n = 0;
    const uint8_t *p = imp_radius_find(request, IMP_RADIUS_CALLING_STATION, &n);
    s->station_n = p && n <= sizeof s->station ? n : 0;
    if (s->station_n)
        memcpy(s->station, p, s->station_n);
}

static struct imp_place place(const struct dot1x__session *s)
{
    return (struct imp_place){
        .device = s->device, .at = s->station, .n = s->station_n, .since = s->accepted};
}

/* An accepted conversation's session that is still open, of the same device elsewhere. */
static bool seen_elsewhere(const struct dot1x__call *c)
{
    const struct imp_place here = place(c->s);
    for (size_t i = 0; i < c->v->count; i++) {
        const struct dot1x__session *s = dot1x__session_at(c->v, i);
        bool let_in = c->v->entries[i].used && c->v->entries[i].finished && i != c->s->index &&
                      s->state == IMP_DOT1X_SERVER_ACCEPTED;
        const struct imp_place there = place(s);
        if (let_in && imp_place_is_elsewhere(c->env, &here, &there))
            return true;
    }
    return false;
}

void dot1x__place(struct dot1x__call *c)
{
    struct dot1x__session *s = c->s;
    struct imp_eap_export x = {0};
    if (imp_place_window(c->env) == 0 || !imp_eap_server_export(&s->eap, &x))
        return;
    memcpy(s->device, x.peer_id, sizeof s->device);
    imp_wipe(&x, sizeof x);
    s->accepted = c->now;
    note_station(s, &c->request);
    if (seen_elsewhere(c))
        imp_place_alarm(c->env, "radius");
}
