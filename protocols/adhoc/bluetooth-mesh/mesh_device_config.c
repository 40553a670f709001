/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_device_config.c - the node's Configuration Server, and what a node keeps. */
#include <string.h>

#include "mesh.h"
#include "protocols/crypto/crypto.h"

/* What survives loss of power of a node that has been configured: SEQ, replay list, keys. */
struct kept {
    uint32_t seq, highest;
    uint16_t peer;
    bool heard;
    struct mesh_server server;
};

static void keep(struct mesh_node *d)
{
    struct kept k;
    memset(&k, 0, sizeof k); /* padding is kept as well */
    k.seq = d->t.seq;
    k.highest = d->t.highest;
    k.peer = d->t.known ? d->t.s.peer : 0;
    k.heard = d->t.heard;
    k.server = d->server;
    d->env->ops->cell_put(d->env, MESH_CELL_CONFIGURATION, &k, sizeof k);
    imp_wipe(&k, sizeof k);
}

static void listen(struct mesh_node *d, const struct mesh_identity *node, uint32_t seq)
{
    struct mesh_speaker s = {.channel = MESH_ADV,
                             .ack_message = MESH_MSG_SEGMENT_ACK,
                             .to = d->x.link.to,
                             .own = (uint16_t)(node->data[23] << 8 | node->data[24]),
                             .iv_index = mesh_iv_index(node->data),
                             .check_replay = imp_opt(d->env, MESH_OPT_REPLAY_CHECK) != 0};
    mesh_transport_keys(&s, d->env, mesh_subnet_sends(&d->server.keys),
                        mesh_subnet_hears(&d->server.keys));
    memcpy(s.device_key, node->device, MESH_KEY);
    memcpy(s.sid, node->sid, MESH_KEY);
    d->server.element = s.own;
    mesh_transport_begin(&d->t, &s, seq);
    imp_wipe(&s, sizeof s);
}

void mesh_device_provisioned(struct mesh_node *d, const struct mesh_identity *node)
{
    d->state = MESH_D_PROVISIONED;
    if (imp_opt(d->env, MESH_OPT_CONFIGURE)) {
        d->state = MESH_D_CONFIGURATION;
        memcpy(d->server.keys.network[MESH_OLD], node->data, MESH_KEY);
        listen(d, node, 0);
        keep(d);
    } else {
        mesh_claim(d->env, IMP_CLAIM_COMPLETE, NULL);
    }
}

bool mesh_device_resume(struct mesh_node *d)
{
    struct mesh_identity node;
    struct kept k;
    if (d->env->ops->cell_get(d->env, MESH_CELL_NODE, &node, sizeof node) != (int)sizeof node)
        return false;
    d->state = MESH_D_PROVISIONED;
    if (d->env->ops->cell_get(d->env, MESH_CELL_CONFIGURATION, &k, sizeof k) == (int)sizeof k) {
        d->server = k.server;
        listen(d, &node, k.seq);
        d->t.highest = k.highest;
        d->t.heard = k.heard;
        d->t.s.peer = k.peer;
        d->t.known = k.peer != 0;
        d->state = k.server.bound ? MESH_D_PROVISIONED : MESH_D_CONFIGURATION;
    }
    imp_wipe(&node, sizeof node);
    imp_wipe(&k, sizeof k);
    return true;
}

void mesh_device_reset(struct mesh_node *d, imp_time now)
{
    d->env->ops->cell_erase(d->env, MESH_CELL_NODE);
    d->env->ops->cell_erase(d->env, MESH_CELL_CONFIGURATION);
    mesh_device_show_label(d);
    mesh_device_unprovisioned(d, now);
}

static int answer_label(int request)
{
    return request == MESH_COMPOSITION_GET ? MESH_MSG_COMPOSITION_STATUS
           : request == MESH_APPKEY_ADD || request == MESH_APPKEY_UPDATE ? MESH_MSG_APPKEY_STATUS
           : request == MESH_NETKEY_UPDATE                               ? MESH_MSG_NETKEY_STATUS
           : request == MESH_PHASE_GET || request == MESH_PHASE_SET      ? MESH_MSG_PHASE_STATUS
           : request == MESH_MODEL_APP_BIND                              ? MESH_MSG_BIND_STATUS
                                            : MESH_MSG_NODE_RESET_STATUS;
}

static void configured(struct mesh_node *d)
{
    const uint8_t *key = d->server.keys.application[MESH_OLD];
    d->state = MESH_D_PROVISIONED;
    mesh_claim_app_key(d->env, d->t.s.sid, key);
    mesh_claim_config(d->env, d->t.s.sid, key, MESH_KEY);
    mesh_claim(d->env, IMP_CLAIM_COMPLETE, NULL);
}

/* ---- key refresh
 * -----------------------------------------------------------------------------------------------
 */
/* The new network key has taken the place of the one that came with provisioning. */
static void revoked(struct mesh_node *d)
{
    const struct mesh_subnet *keys = &d->server.keys;
    struct mesh_identity node;
    if (d->env->ops->cell_get(d->env, MESH_CELL_NODE, &node, sizeof node) == (int)sizeof node) {
        memcpy(node.data, keys->network[MESH_OLD], MESH_KEY);
        d->env->ops->cell_put(d->env, MESH_CELL_NODE, &node, sizeof node);
    }
    imp_wipe(&node, sizeof node);
    mesh_claim_refresh(d->env, IMP_CLAIM_COMMIT, d->t.s.sid, keys->network[MESH_OLD],
                       keys->application[MESH_OLD]);
}

static void phase_changed(struct mesh_node *d)
{
    mesh_transport_keys(&d->t.s, d->env, mesh_subnet_sends(&d->server.keys),
                        mesh_subnet_hears(&d->server.keys));
    if (d->server.keys.phase == MESH_NORMAL)
        revoked(d);
}

/* Section 3.11.4: under the new key the flag begins phase 2, its absence ends the procedure. */
void mesh_device_network_beacon(struct mesh_node *d, const uint8_t *p, size_t n)
{
    struct mesh_network_beacon b;
    struct mesh_subnet *keys = &d->server.keys;
    uint8_t before = keys->phase;
    bool check = imp_opt(d->env, MESH_OPT_BEACON_CHECK) != 0;
    if (!d->t.open || before == MESH_NORMAL ||
        mesh_network_beacon_read(d->env, &b, keys->network[MESH_NEW], check, p, n) != 0)
        return;
    mesh_subnet_transition(keys, b.key_refresh ? MESH_PHASE_2 : MESH_PHASE_3);
    if (keys->phase == before)
        return;
    phase_changed(d);
    keep(d);
}

/* ---- messages
 * -----------------------------------------------------------------------------------------------
 */
void mesh_device_message(struct mesh_node *d, const uint8_t *p, size_t n, imp_time now)
{
    uint8_t answer[MESH_ACCESS_MAX];
    uint32_t seq = d->t.seq;
    uint8_t phase = d->server.keys.phase;
    int request = -1;
    size_t access = mesh_transport_receive(&d->t, d->env, p, n, now);
    size_t m = access ? mesh_server_answer(&d->server, answer, &request, d->t.access, access) : 0;
    if (d->server.keys.phase != phase)
        phase_changed(d);
    if (m > 0)
        mesh_transport_send(&d->t, d->env, answer_label(request), answer, m, now);
    if (request == MESH_NODE_RESET) {
        mesh_device_reset(d, now);
        return;
    }
    if (d->state == MESH_D_CONFIGURATION && d->server.bound)
        configured(d);
    if (access > 0 || d->t.seq != seq)
        keep(d);
}

void mesh_device_message_timeout(struct mesh_node *d, imp_time now)
{
    uint32_t seq = d->t.seq;
    mesh_transport_timeout(&d->t, d->env, now);
    if (d->t.seq != seq)
        keep(d);
}
