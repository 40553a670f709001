/* SPDX-License-Identifier: GPL-2.0-only */
#include "access.h"

enum { FULL = LWM_MAY_READ | LWM_MAY_WRITE | LWM_MAY_EXECUTE | LWM_MAY_DELETE };

static size_t servers(const struct lwm_config *c)
{
    size_t n = 0;
    for (size_t i = 0; i < LWM_SERVERS; i++)
        n += c->server[i].used;
    return n;
}

/* The server's own entry; else, where there is none for anybody, the owner's rights; else the entry
 * for everybody. */
static unsigned rights(const struct lwm_access *a, uint16_t short_id)
{
    unsigned others = 0;
    for (size_t i = 0; i < a->count; i++) {
        if (a->entries[i].short_id == short_id)
            return a->entries[i].rights;
        if (a->entries[i].short_id == 0)
            others = a->entries[i].rights;
    }
    return a->count == 0 && a->owner == short_id ? FULL : others;
}

/* Of Security nobody may do anything; a client's only server may do all else; object 2 is for all
 * to read and for each instance's owner to change. */
bool lwm_access_may(const struct lwm_config *c, uint16_t short_id, enum lwm_right right,
                    uint16_t object, uint16_t instance)
{
    if (object == LWM_SECURITY)
        return false;
    if (servers(c) == 1 || (object == LWM_ACCESS && right == LWM_MAY_READ))
        return true;
    for (size_t i = 0; i < LWM_ACCESSES; i++) {
        const struct lwm_access *a = &c->access[i];
        if (object == LWM_ACCESS && a->used && a->instance == instance)
            return right == LWM_MAY_WRITE && a->owner == short_id;
        if (a->used && a->object == object && a->object_instance == instance)
            return rights(a, short_id) & right;
    }
    return false;
}

void lwm_access_view(struct lwm_config *out, const struct lwm_config *c, uint16_t short_id)
{
    *out = *c;
    for (size_t i = 0; i < LWM_SERVERS; i++)
        out->server[i].used =
            c->server[i].used &&
            lwm_access_may(c, short_id, LWM_MAY_READ, LWM_SERVER, c->server[i].instance);
}
