/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_provisioner.c - the provisioner: one device after the other, as a person with a telephone
 * does. Labels, links, life. */
#include <string.h>

#include "mesh.h"
#include "protocols/crypto/crypto.h"

const struct imp_legal mesh_provisioner_legal[] = {
    {MESH_SCANNING, MESH_MSG_BEACON},
    {MESH_SCANNING, MESH_MSG_CONNECTABLE},
    {MESH_P_OPENING, MESH_MSG_LINK_ACK},
    {MESH_P_OPENING, MESH_MSG_MTU_RESPONSE},
    {MESH_P_OPENING, MESH_MSG_READ_RESPONSE},
    {MESH_P_OPENING, MESH_MSG_SUBSCRIBED},
    {MESH_P_CAPABILITIES, MESH_MSG_CAPABILITIES},
    {MESH_P_PUBLIC_KEY, MESH_MSG_PUBLIC_KEY},
    {MESH_P_OUTPUT, MESH_MSG_OUTPUT},
    {MESH_P_INPUT, MESH_MSG_INPUT_COMPLETE},
    {MESH_P_CONFIRMATION, MESH_MSG_CONFIRMATION},
    {MESH_P_RANDOM, MESH_MSG_RANDOM},
    {MESH_P_COMPLETE, MESH_MSG_COMPLETE},
    {MESH_P_OPENING, MESH_MSG_TERMINATE},
    {MESH_P_CAPABILITIES, MESH_MSG_TERMINATE},
    {MESH_P_PUBLIC_KEY, MESH_MSG_TERMINATE},
    {MESH_P_OUTPUT, MESH_MSG_TERMINATE},
    {MESH_P_INPUT, MESH_MSG_TERMINATE},
    {MESH_P_CONFIRMATION, MESH_MSG_TERMINATE},
    {MESH_P_RANDOM, MESH_MSG_TERMINATE},
    {MESH_P_COMPLETE, MESH_MSG_TERMINATE},
    {MESH_P_CONFIGURATION, MESH_MSG_COMPOSITION_STATUS},
    {MESH_P_CONFIGURATION, MESH_MSG_APPKEY_STATUS},
    {MESH_P_CONFIGURATION, MESH_MSG_BIND_STATUS},
    {MESH_P_RESET, MESH_MSG_NODE_RESET_STATUS},
    {MESH_P_REFRESH, MESH_MSG_NETKEY_STATUS},
    {MESH_P_REFRESH, MESH_MSG_APPKEY_STATUS},
    {MESH_P_REFRESH, MESH_MSG_PHASE_STATUS},
    {-1, -1},
};

enum { TIMER };
#define OPEN_REPEAT (1 * IMP_S)

static void arm(struct mesh_provisioner *p)
{
    imp_time at = IMP_NEVER;
    if (p->x.link.open) {
        at = mesh_link_deadline(&p->x.link);
        at = p->x.quiet < at ? p->x.quiet : at;
        at = p->again < at ? p->again : at;
    }
    if (mesh_provisioner_message_deadline(p) < at)
        at = mesh_provisioner_message_deadline(p);
    imp_timer(p->env, TIMER, at);
}

/* ---- labels
 * -----------------------------------------------------------------------------------------------
 */
const struct mesh_label *mesh_provisioner_label(const struct mesh_provisioner *p,
                                                const uint8_t uuid[MESH_UUID])
{
    for (size_t i = 0; i < p->label_count; i++)
        if (memcmp(p->labels[i].uuid, uuid, MESH_UUID) == 0)
            return &p->labels[i];
    return NULL;
}

/* A label that is read again replaces what was read before. */
static void scanned(struct mesh_provisioner *p, const struct imp_event *e)
{
    struct mesh_label label;
    if (e->n != sizeof label) {
        mesh_claim(p->env, IMP_CLAIM_REJECT, "not-a-label");
        return;
    }
    memcpy(&label, e->bytes, sizeof label);
    struct mesh_label *known = (struct mesh_label *)mesh_provisioner_label(p, label.uuid);
    if (!known && p->label_count == MESH_LABELS) { /* the oldest goes */
        memmove(p->labels, p->labels + 1, sizeof *p->labels * --p->label_count);
    }
    if (!known)
        known = &p->labels[p->label_count++];
    *known = label;
}

/* ---- links
 * -----------------------------------------------------------------------------------------------
 */
static void scan(struct mesh_provisioner *p)
{
    imp_wipe(&p->x, sizeof p->x);
    p->state = MESH_SCANNING;
}

void mesh_provisioner_close(struct mesh_provisioner *p, enum mesh_close reason, const char *why)
{
    if (why)
        mesh_claim(p->env, IMP_CLAIM_REJECT, why);
    if (p->x.proxy.open)
        mesh_gatt_close(&p->x, p->env);
    if (p->x.link.channel == MESH_ADV)
        mesh_close_send(&p->x.link, p->env, reason);
    scan(p);
}

static void closed_by_device(struct mesh_provisioner *p)
{
    mesh_claim(p->env, IMP_CLAIM_REJECT, "closed-by-device");
    scan(p);
}

static void open_link(struct mesh_provisioner *p, imp_time now)
{
    mesh_control_send(&p->x.link, p->env, MESH_LINK_OPEN, p->x.uuid, MESH_UUID);
    p->again = now + OPEN_REPEAT;
}

/* Whether its owner has removed that device from the network. */
static bool struck(const struct mesh_provisioner *p, const uint8_t uuid[MESH_UUID])
{
    for (size_t i = 0; i < p->node_count; i++)
        if (p->nodes[i].struck && memcmp(p->nodes[i].uuid, uuid, MESH_UUID) == 0)
            return true;
    return false;
}

/* Whether it has what its owner wants to have in hand before it invites that device. */
static bool wanted(const struct mesh_provisioner *p, const uint8_t uuid[MESH_UUID])
{
    if (struck(p, uuid))
        return false;
    bool label = imp_opt(p->env, MESH_OPT_OOB) == MESH_OOB_STATIC ||
                 imp_opt(p->env, MESH_OPT_PUBLIC_KEY) == MESH_KEY_OOB;
    return !label || p->env->adversary || mesh_provisioner_label(p, uuid);
}

/* A device announces itself, in a beacon or in a connectable advertisement. */
static void announced(struct mesh_provisioner *p, const uint8_t uuid[MESH_UUID], bool connectable,
                      const struct imp_addr *from, imp_time now)
{
    uint8_t id[MESH_LINK_ID];
    bool gatt = imp_opt(p->env, MESH_OPT_BEARER) == MESH_PB_GATT;
    if (p->state != MESH_SCANNING || !wanted(p, uuid) || gatt != connectable)
        return;
    memcpy(p->x.uuid, uuid, MESH_UUID);
    p->state = MESH_P_OPENING;
    p->x.quiet = now + mesh_link_silence(p->env);
    if (gatt) {
        p->again = IMP_NEVER;
        mesh_gatt_open(&p->x, p->env, from);
        return;
    }
    imp_random(p->env, "link", id, sizeof id);
    mesh_link_begin(&p->x.link, true, id, from, MESH_ADV, MESH_MSG_ACK);
    open_link(p, now);
}

static void opened(struct mesh_provisioner *p, imp_time now)
{
    uint8_t attention = 0;
    p->again = IMP_NEVER;
    p->state = MESH_P_CAPABILITIES;
    p->x.keys.inputs[0] = attention;
    memset(p->shown, 0, sizeof p->shown);
    mesh_pdu_send(&p->x, p->env, MESH_INVITE, &attention, 1, now);
}

/* ---- what comes
 * -----------------------------------------------------------------------------------------------
 */
static void frame(struct mesh_provisioner *p, const struct imp_event *e, imp_time now)
{
    struct mesh_generic g;
    uint8_t uuid[MESH_UUID];
    uint16_t oob;
    if (e->n > 2 && e->bytes[0] == e->n - 1 && e->bytes[1] == MESH_AD_MESSAGE) {
        mesh_provisioner_message(p, e->bytes + 2, e->n - 2, now);
        return;
    }
    if (mesh_beacon_read(uuid, &oob, e->bytes, e->n) == 0) {
        announced(p, uuid, false, &e->from, now);
        return;
    }
    if (mesh_generic_read(&g, e->bytes, e->n) != 0 || !p->x.link.open ||
        memcmp(g.link, p->x.link.id, MESH_LINK_ID) != 0)
        return;
    if (g.kind == MESH_GP_CONTROL) {
        if (g.number == MESH_LINK_ACK && p->state == MESH_P_OPENING)
            opened(p, now);
        else if (g.number == MESH_LINK_CLOSE)
            closed_by_device(p);
        return;
    }
    size_t n = p->state == MESH_P_OPENING ? 0 : mesh_link_receive(&p->x.link, p->env, &g, now);
    if (n > 0)
        mesh_provisioner_pdu(p, p->x.link.in, n, now);
}

static void invited(struct mesh_provisioner *p, const struct imp_event *e, imp_time now)
{
    uint8_t uuid[MESH_UUID];
    uint16_t oob;
    if (mesh_connectable_read(uuid, &oob, e->bytes, e->n) == 0)
        announced(p, uuid, true, &e->from, now);
}

static void attribute(struct mesh_provisioner *p, const struct imp_event *e, imp_time now)
{
    size_t n = 0;
    if (!p->x.proxy.open || !imp_addr_equal(&e->from, &p->x.link.to))
        return;
    switch (mesh_gatt_client(&p->x, p->env, e->bytes, e->n, &n)) {
    case MESH_GATT_ATTACHED:
        opened(p, now);
        break;
    case MESH_GATT_PDU:
        mesh_provisioner_pdu(p, p->x.proxy.in, n, now);
        break;
    default:
        break;
    }
}

static void timeout(struct mesh_provisioner *p, imp_time now)
{
    mesh_provisioner_message_timeout(p, now);
    if (!p->x.link.open)
        return;
    if (now >= p->x.quiet || !mesh_link_timeout(&p->x.link, p->env, now)) {
        mesh_provisioner_close(p, MESH_CLOSE_TIMED_OUT, "link-timeout");
        return;
    }
    if (now < p->again)
        return;
    if (p->state == MESH_P_OPENING)
        open_link(p, now);
    else if (p->state == MESH_P_OUTPUT) /* an adversary that was told nothing */
        mesh_provisioner_commit(p, now);
    else
        p->again = IMP_NEVER;
}

static void start(struct mesh_provisioner *p)
{
    struct imp_env *env = p->env;
    memset(p, 0, sizeof *p);
    p->env = env;
    p->address = MESH_OWN_ADDRESS + 1;
    p->env->ops->cell_get(p->env, MESH_CELL_NETWORK, p->keys.network[MESH_OLD], MESH_KEY);
    p->env->ops->cell_get(p->env, MESH_CELL_APPLICATION, p->keys.application[MESH_OLD], MESH_KEY);
    p->keys.has_application = true;
    mesh_provisioner_resume(p);
    scan(p);
    p->again = IMP_NEVER;
}

void mesh_provisioner_init(void *ctx, struct imp_env *env)
{
    struct mesh_provisioner *p = ctx;
    p->env = env;
    p->again = IMP_NEVER;
}

void mesh_provisioner_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct mesh_provisioner *p = ctx;
    (void)env;
    switch (e->kind) {
    case IMP_EVENT_START:
        start(p);
        break;
    case IMP_EVENT_RECEIVE:
        if (e->channel == MESH_ADV)
            frame(p, e, now);
        else if (e->channel == MESH_CONNECTABLE)
            invited(p, e, now);
        else if (e->channel == MESH_ATT)
            attribute(p, e, now);
        else if (e->channel == MESH_CONTROL && mesh_gatt_closed(&p->x, e))
            closed_by_device(p);
        else if (e->channel == MESH_LABEL)
            scanned(p, e);
        else if (e->channel == MESH_OUTPUT)
            mesh_provisioner_typed(p, e->bytes, e->n, now);
        break;
    case IMP_EVENT_TIMER:
        timeout(p, now);
        break;
    case IMP_EVENT_CONTROL:
        mesh_provisioner_control(p, e->bytes, e->n, now);
        break;
    default:
        break;
    }
    arm(p);
}

void mesh_provisioner_fini(void *ctx, struct imp_env *env)
{
    struct mesh_provisioner *p = ctx;
    (void)env;
    imp_wipe(p, sizeof *p);
}

int mesh_provisioner_state_of(const void *ctx)
{
    return (int)((const struct mesh_provisioner *)ctx)->state;
}
