/* SPDX-License-Identifier: GPL-2.0-only */
/* resolve_hops.c - relays between a device and its access node: where there are any, and what they
 * can hand on. */
#include "resolve.h"

#include "catalog.h"
#include "protocols/contract/mechanism.h"

#include <string.h>

static bool device_end(const struct imp_mechanism *m, const struct imp_channel *c)
{
    return m->roles[c->a].kind == IMP_ROLE_DEVICE || m->roles[c->b].kind == IMP_ROLE_DEVICE;
}

int imp__resolve_hops(struct imp__resolver *r)
{
    const struct imp_mechanism *m = r->mechanism;
    const char *medium = json_string_value(json_object_get(r->plan, "medium"));
    if (json_integer_value(json_object_get(r->plan, "hops")) == 1)
        return 0;
    if (strcmp(medium, "lr-wpan") != 0)
        return imp__resolve_fail(r, "hops: expected 1 on %s; only lr-wpan has relays", medium);
    for (const struct imp_channel *c = m->channels; c->name; c++) {
        if (device_end(m, c) && c->group)
            return imp__resolve_fail(r,
                                     "hops: expected 1: %s asks the link's group %s (channel %s), "
                                     "which relays do not hand on",
                                     m->name, c->group, c->name);
    }
    return 0;
}
