/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_refresh.c - keys of a network and the phases of their refresh. */
#include "mesh_refresh.h"

#include <string.h>

#include "protocols/crypto/crypto.h"

static bool same(const uint8_t *a, const uint8_t *b)
{
    return imp_equal(a, b, MESH_KEY_SIZE);
}

enum mesh_status mesh_subnet_add_application(struct mesh_subnet *s, const uint8_t key[16])
{
    if (s->has_application && !same(s->application[MESH_OLD], key))
        return MESH_INDEX_STORED;
    memcpy(s->application[MESH_OLD], key, MESH_KEY_SIZE);
    s->has_application = true;
    return MESH_SUCCESS;
}

enum mesh_status mesh_subnet_update_network(struct mesh_subnet *s, const uint8_t key[16])
{
    if (s->phase == MESH_PHASE_1)
        return same(s->network[MESH_NEW], key) ? MESH_SUCCESS : MESH_CANNOT_UPDATE;
    if (s->phase != MESH_NORMAL)
        return MESH_CANNOT_UPDATE;
    memcpy(s->network[MESH_NEW], key, MESH_KEY_SIZE);
    s->phase = MESH_PHASE_1;
    return MESH_SUCCESS;
}

enum mesh_status mesh_subnet_update_application(struct mesh_subnet *s, const uint8_t key[16])
{
    if (!s->has_application)
        return MESH_INVALID_APPKEY_INDEX;
    if (s->phase != MESH_PHASE_1 ||
        (s->application_updated && !same(s->application[MESH_NEW], key)))
        return MESH_CANNOT_UPDATE;
    memcpy(s->application[MESH_NEW], key, MESH_KEY_SIZE);
    s->application_updated = true;
    return MESH_SUCCESS;
}

/* The new keys take the place of the old ones. */
static void revoke(struct mesh_subnet *s)
{
    memcpy(s->network[MESH_OLD], s->network[MESH_NEW], MESH_KEY_SIZE);
    if (s->application_updated)
        memcpy(s->application[MESH_OLD], s->application[MESH_NEW], MESH_KEY_SIZE);
    imp_wipe(s->network[MESH_NEW], MESH_KEY_SIZE);
    imp_wipe(s->application[MESH_NEW], MESH_KEY_SIZE);
    s->application_updated = false;
    s->phase = MESH_NORMAL;
}

enum mesh_status mesh_subnet_transition(struct mesh_subnet *s, int transition)
{
    if (transition == MESH_PHASE_2 && s->phase != MESH_NORMAL)
        s->phase = MESH_PHASE_2;
    else if (transition == MESH_PHASE_3 && s->phase != MESH_NORMAL)
        revoke(s);
    else if (transition != MESH_PHASE_3)
        return MESH_CANNOT_UPDATE;
    return MESH_SUCCESS;
}

const uint8_t *mesh_subnet_sends(const struct mesh_subnet *s)
{
    return s->network[s->phase == MESH_PHASE_2 ? MESH_NEW : MESH_OLD];
}

const uint8_t *mesh_subnet_hears(const struct mesh_subnet *s)
{
    return s->phase == MESH_NORMAL ? NULL
                                   : s->network[s->phase == MESH_PHASE_2 ? MESH_OLD : MESH_NEW];
}
