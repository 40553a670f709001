/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_provisioner_config.c - the provisioner's Configuration Client: keys for a node that was just
 * provisioned, Node Reset for one that has to go. */
#include <string.h>

#include "mesh.h"
#include "protocols/crypto/crypto.h"

#define REQUEST                                                                                    \
    (4 * IMP_S) /* without a status the request is sent again, as a new message: ours              \
                 */

/* What survives loss of power: SEQ and the next unicast address. */
struct kept {
    uint32_t seq;
    uint16_t address;
};

void mesh_provisioner_keep(struct mesh_provisioner *p)
{
    struct kept k;
    memset(&k, 0, sizeof k);
    k.seq = p->seq;
    k.address = p->address;
    p->env->ops->cell_put(p->env, MESH_CELL_SEQUENCE, &k, sizeof k);
}

void mesh_provisioner_resume(struct mesh_provisioner *p)
{
    struct kept k;
    if (p->env->ops->cell_get(p->env, MESH_CELL_SEQUENCE, &k, sizeof k) != (int)sizeof k)
        return;
    p->seq = k.seq;
    p->address = k.address;
}

/* ---- nodes
 * -----------------------------------------------------------------------------------------------
 */
/* The record of a device that was provisioned, before or now for the first time; NULL: no room. */
static struct mesh_record *record_of(struct mesh_provisioner *p, const uint8_t uuid[MESH_UUID])
{
    for (size_t i = 0; i < p->node_count; i++)
        if (memcmp(p->nodes[i].uuid, uuid, MESH_UUID) == 0)
            return &p->nodes[i];
    if (p->node_count == MESH_NODES)
        return NULL;
    struct mesh_record *r = &p->nodes[p->node_count++];
    memcpy(r->uuid, uuid, MESH_UUID);
    return r;
}

static void complete(struct mesh_provisioner *p, struct mesh_record *r)
{
    if (!r->complete)
        mesh_claim(p->env, IMP_CLAIM_COMPLETE, NULL);
    r->complete = true;
}

/* ---- a conversation
 * -----------------------------------------------------------------------------------------------
 */
static int label(enum mesh_opcode request)
{
    switch (request) {
    case MESH_COMPOSITION_GET:
        return MESH_MSG_COMPOSITION_GET;
    case MESH_APPKEY_ADD:
        return MESH_MSG_APPKEY_ADD;
    case MESH_MODEL_APP_BIND:
        return MESH_MSG_BIND;
    case MESH_NETKEY_UPDATE:
        return MESH_MSG_NETKEY_UPDATE;
    case MESH_APPKEY_UPDATE:
        return MESH_MSG_APPKEY_UPDATE;
    case MESH_PHASE_GET:
        return MESH_MSG_PHASE_GET;
    case MESH_PHASE_SET:
        return MESH_MSG_PHASE_SET;
    default:
        return MESH_MSG_NODE_RESET;
    }
}

void mesh_provisioner_ask(struct mesh_provisioner *p, const struct mesh_request *r, imp_time now)
{
    uint8_t access[MESH_ACCESS_MAX];
    p->request = *r;
    p->request.element = p->t.s.peer;
    p->ask_again = now + REQUEST;
    size_t n = mesh_request_write(access, &p->request);
    if (r->key)
        imp_observe_join(access, n, &IMP_PIECE(r->key, MESH_KEY), 1);
    if (r->opcode == MESH_PHASE_GET)
        mesh_provisioner_network_beacon(p);
    mesh_transport_send(&p->t, p->env, label(r->opcode), access, n, now);
}

void mesh_provisioner_converse(struct mesh_provisioner *p, struct mesh_record *r,
                               enum mesh_provisioner_state state, const struct mesh_request *first,
                               imp_time now)
{
    struct mesh_speaker s = {.channel = MESH_ADV,
                             .ack_message = MESH_MSG_SEGMENT_ACK,
                             .to = r->at,
                             .own = MESH_OWN_ADDRESS,
                             .peer = r->address,
                             .check_replay = imp_opt(p->env, MESH_OPT_REPLAY_CHECK) != 0};
    mesh_transport_keys(&s, p->env, mesh_subnet_sends(&p->keys), mesh_subnet_hears(&p->keys));
    memcpy(s.device_key, r->device, MESH_KEY);
    memcpy(s.sid, r->sid, MESH_KEY);
    mesh_transport_begin(&p->t, &s, p->seq);
    p->t.highest = r->highest;
    p->t.heard = r->heard;
    p->partner = r;
    p->state = state;
    p->silent = now + mesh_link_silence(p->env);
    mesh_provisioner_ask(p, first, now);
    mesh_provisioner_keep(p);
    imp_wipe(&s, sizeof s);
}

void mesh_provisioner_end(struct mesh_provisioner *p)
{
    p->seq = p->t.seq;
    p->partner->highest = p->t.highest;
    p->partner->heard = p->t.heard;
    mesh_provisioner_keep(p);
    imp_wipe(&p->t, sizeof p->t);
    p->state = MESH_SCANNING;
}

void mesh_provisioner_provisioned(struct mesh_provisioner *p, imp_time now)
{
    struct mesh_record *r = record_of(p, p->x.uuid);
    if (r) {
        memcpy(r->device, p->x.keys.device, MESH_KEY);
        memcpy(r->sid, p->x.keys.provisioning_salt, MESH_KEY);
        r->address = (uint16_t)(p->data[23] << 8 | p->data[24]);
        r->at = p->x.link.to;
        r->heard = false;
        r->node = true;
    }
    mesh_provisioner_close(p, MESH_CLOSE_SUCCESS, NULL);
    if (r && imp_opt(p->env, MESH_OPT_CONFIGURE))
        mesh_provisioner_converse(p, r, MESH_P_CONFIGURATION,
                                  &(struct mesh_request){.opcode = MESH_COMPOSITION_GET}, now);
    else if (r)
        complete(p, r);
}

/* ---- answers
 * -----------------------------------------------------------------------------------------------
 */
static void granted(struct mesh_provisioner *p, imp_time now)
{
    const uint8_t *key = p->keys.application[MESH_OLD];
    switch (p->request.opcode) {
    case MESH_COMPOSITION_GET:
        mesh_claim_app_key(p->env, p->t.s.sid, key);
        mesh_claim_config(p->env, p->t.s.sid, key, MESH_KEY);
        mesh_provisioner_ask(p, &(struct mesh_request){.opcode = MESH_APPKEY_ADD, .key = key}, now);
        return;
    case MESH_APPKEY_ADD:
        mesh_provisioner_ask(p, &(struct mesh_request){.opcode = MESH_MODEL_APP_BIND}, now);
        return;
    case MESH_MODEL_APP_BIND:
        complete(p, p->partner);
        break;
    case MESH_NODE_RESET: /* its device key is forgotten, section 4.3.2.53 */
        p->partner->node = false;
        imp_wipe(p->partner->device, MESH_KEY);
        break;
    default:
        mesh_provisioner_refreshed(p, now);
        return;
    }
    mesh_provisioner_end(p);
}

/* It has refused, or is silent. */
static void failed(struct mesh_provisioner *p, const char *why, imp_time now)
{
    bool refresh = p->state == MESH_P_REFRESH;
    mesh_claim(p->env, IMP_CLAIM_REJECT, why);
    mesh_provisioner_end(p);
    if (refresh)
        mesh_provisioner_left_out(p, now);
}

void mesh_provisioner_message(struct mesh_provisioner *p, const uint8_t *b, size_t n, imp_time now)
{
    size_t access = mesh_transport_receive(&p->t, p->env, b, n, now);
    int answer = access ? mesh_granted(&p->request, p->t.access, access) : 0;
    if (access > 0)
        p->silent = now + mesh_link_silence(p->env);
    if (answer > 0)
        granted(p, now);
    else if (answer < 0)
        failed(p, "configuration-refused", now);
}

imp_time mesh_provisioner_message_deadline(const struct mesh_provisioner *p)
{
    imp_time at = mesh_transport_deadline(&p->t);
    if (!p->t.open)
        return at;
    at = p->ask_again < at ? p->ask_again : at;
    return p->silent < at ? p->silent : at;
}

void mesh_provisioner_message_timeout(struct mesh_provisioner *p, imp_time now)
{
    if (!p->t.open)
        return;
    if (now >= p->silent) {
        failed(p, "configuration-timeout", now);
        return;
    }
    if (now >= p->ask_again)
        mesh_provisioner_ask(p, &p->request, now);
    mesh_transport_timeout(&p->t, p->env, now);
    p->seq = p->t.seq;
    mesh_provisioner_keep(p);
}

/* ---- the owner's word
 * -----------------------------------------------------------------------------------------------
 */
/* Whether the word is this one; *which: the number behind it, or as before. */
static bool says(const uint8_t *word, size_t n, const char *verb, size_t *which)
{
    size_t k = strlen(verb);
    if (n < k || memcmp(word, verb, k) != 0 || (n > k && word[k] != ' '))
        return false;
    if (n > k)
        *which = 0;
    for (size_t i = k + 1; i < n && word[i] >= '0' && word[i] <= '9' && *which < MESH_NODES; i++)
        *which = 10 * *which + (word[i] - '0');
    return true;
}

/* "node-reset N", "remove-node N": the node provisioned as number N, from 1; without N the latest.
 * "key-refresh". A word that comes in the middle of other work is not obeyed. */
void mesh_provisioner_control(struct mesh_provisioner *p, const uint8_t *word, size_t n,
                              imp_time now)
{
    size_t which = p->node_count;
    if (p->state != MESH_SCANNING)
        return;
    if (says(word, n, "key-refresh", &which)) {
        mesh_provisioner_refresh(p, now);
        return;
    }
    bool reset = says(word, n, "node-reset", &which);
    if ((!reset && !says(word, n, "remove-node", &which)) || which < 1 || which > p->node_count ||
        !p->nodes[which - 1].node)
        return;
    struct mesh_record *r = &p->nodes[which - 1];
    if (reset) {
        mesh_provisioner_converse(p, r, MESH_P_RESET,
                                  &(struct mesh_request){.opcode = MESH_NODE_RESET}, now);
        return;
    }
    r->node = false;
    r->struck = true;
    imp_wipe(r->device, MESH_KEY);
    mesh_provisioner_refresh(p, now);
}
