/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_provisioner_refresh.c - the key refresh procedure from the provisioner's side (Bluetooth
 * Mesh Protocol 1.1 section 3.11.4): new keys to one node after the other, then all send under
 * them, then all forget the old ones. A node that was removed hears nothing of it. */
#include <string.h>

#include "mesh.h"
#include "protocols/crypto/crypto.h"

/* The next node, or NULL. */
static struct mesh_record *next(struct mesh_provisioner *p)
{
    while (p->turn < p->node_count && !p->nodes[p->turn].node)
        p->turn++;
    return p->turn < p->node_count ? &p->nodes[p->turn++] : NULL;
}

static struct mesh_request question(const struct mesh_provisioner *p)
{
    bool beacon = imp_opt(p->env, MESH_OPT_REFRESH_BY) == MESH_BY_BEACON;
    if (p->refresh == MESH_PHASE_1)
        return (struct mesh_request){.opcode = MESH_NETKEY_UPDATE,
                                     .key = p->keys.network[MESH_NEW]};
    return (struct mesh_request){.opcode = beacon ? MESH_PHASE_GET : MESH_PHASE_SET,
                                 .transition = p->refresh};
}

void mesh_provisioner_network_beacon(struct mesh_provisioner *p)
{
    uint8_t frame[MESH_AD_MAX];
    struct mesh_network_beacon b = {.key_refresh = p->refresh == MESH_PHASE_2,
                                    .iv_index = mesh_iv_index(p->data)};
    size_t n = mesh_network_beacon_write(p->env, frame, p->keys.network[MESH_NEW], &b);
    imp_send(p->env, MESH_ADV, &imp_to_all, MESH_MSG_NETWORK_BEACON, frame, n);
}

/* All have forgotten the old keys: so does the provisioner. */
static void finish(struct mesh_provisioner *p)
{
    const struct imp_env_ops *ops = p->env->ops;
    mesh_subnet_transition(&p->keys, MESH_PHASE_3);
    ops->cell_put(p->env, MESH_CELL_NETWORK, p->keys.network[MESH_OLD], MESH_KEY);
    ops->cell_put(p->env, MESH_CELL_APPLICATION, p->keys.application[MESH_OLD], MESH_KEY);
    p->refresh = 0;
}

/* One node after the other, one transition after the other. */
static void advance(struct mesh_provisioner *p, imp_time now)
{
    struct mesh_record *r = next(p);
    while (!r && p->refresh < MESH_PHASE_3) {
        p->refresh++;
        p->turn = 0;
        if (p->refresh == MESH_PHASE_2)
            mesh_subnet_transition(&p->keys, MESH_PHASE_2);
        r = next(p);
    }
    if (!r) {
        finish(p);
        return;
    }
    struct mesh_request q = question(p);
    mesh_provisioner_converse(p, r, MESH_P_REFRESH, &q, now);
}

void mesh_provisioner_refresh(struct mesh_provisioner *p, imp_time now)
{
    uint8_t key[MESH_KEY];
    imp_random(p->env, "netkey", key, MESH_KEY);
    mesh_subnet_update_network(&p->keys, key);
    imp_random(p->env, "appkey", key, MESH_KEY);
    mesh_subnet_update_application(&p->keys, key);
    imp_wipe(key, sizeof key);
    p->refresh = MESH_PHASE_1;
    p->turn = 0;
    advance(p, now);
}

void mesh_provisioner_refreshed(struct mesh_provisioner *p, imp_time now)
{
    if (p->request.opcode == MESH_NETKEY_UPDATE) {
        mesh_claim_refresh(p->env, IMP_CLAIM_RUNNING, p->t.s.sid, p->keys.network[MESH_NEW],
                           p->keys.application[MESH_NEW]);
        mesh_provisioner_ask(p,
                             &(struct mesh_request){.opcode = MESH_APPKEY_UPDATE,
                                                    .key = p->keys.application[MESH_NEW]},
                             now);
        return;
    }
    mesh_provisioner_end(p);
    advance(p, now);
}

void mesh_provisioner_left_out(struct mesh_provisioner *p, imp_time now)
{
    p->partner->node = false;
    advance(p, now);
}
