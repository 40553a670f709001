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
#include "options.h"

static void note_station(struct dot1x__session *s, const struct imp_radius *request)
{
    size_t n = 0;
    const uint8_t *p = imp_radius_find(request, IMP_RADIUS_CALLING_STATION, &n);
    s->station_n = p && n <= sizeof s->station ? n : 0;
    if (s->station_n)
        memcpy(s->station, p, s->station_n);
}

/* An accepted conversation's session that is still open, of the same device elsewhere. */
static bool elsewhere(const struct dot1x__session *here, const struct dot1x__session *there,
                      imp_time since)
{
    return there->state == IMP_DOT1X_SERVER_ACCEPTED && there->station_n > 0 &&
           there->accepted >= since && strcmp(there->device, here->device) == 0 &&
           (there->station_n != here->station_n ||
            memcmp(there->station, here->station, here->station_n) != 0);
}

static bool seen_elsewhere(const struct dot1x__server *v, const struct dot1x__session *here,
                           imp_time since)
{
    for (size_t i = 0; i < v->count; i++)
        if (v->entries[i].used && v->entries[i].finished && i != here->index &&
            elsewhere(here, dot1x__session_at(v, i), since))
            return true;
    return false;
}

void dot1x__place(struct dot1x__call *c)
{
    imp_time window = imp_eap_opt(c->env, "clone-window", 0) * IMP_S;
    struct dot1x__session *s = c->s;
    struct imp_eap_export x = {0};
    if (window == 0 || !imp_eap_server_export(&s->eap, &x))
        return;
    memcpy(s->device, x.peer_id, sizeof s->device);
    imp_wipe(&x, sizeof x);
    s->accepted = c->now;
    note_station(s, &c->request);
    if (s->device[0] && s->station_n && seen_elsewhere(c->v, s, c->now - window))
        imp_claim(c->env, &(struct imp_claim){.kind = IMP_CLAIM_ALARM,
                                              .layer = "radius",
                                              .name = "cloned device identity"});
}
