/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_device.c - the device: beacons, links, life. */
#include <string.h>

#include "mesh.h"
#include "protocols/crypto/crypto.h"

const struct imp_legal mesh_device_legal[] = {
    {MESH_BEACONING, MESH_MSG_OPEN},
    {MESH_BEACONING, MESH_MSG_MTU_REQUEST},
    {MESH_D_INVITE, MESH_MSG_READ_REQUEST},
    {MESH_D_INVITE, MESH_MSG_SUBSCRIBE},
    {MESH_D_INVITE, MESH_MSG_INVITE},
    {MESH_D_START, MESH_MSG_START},
    {MESH_D_PUBLIC_KEY, MESH_MSG_PUBLIC_KEY},
    {MESH_D_INPUT, MESH_MSG_INPUT},
    {MESH_D_CONFIRMATION, MESH_MSG_CONFIRMATION},
    {MESH_D_RANDOM, MESH_MSG_RANDOM},
    {MESH_D_DATA, MESH_MSG_DATA},
    {MESH_D_INVITE, MESH_MSG_TERMINATE},
    {MESH_D_START, MESH_MSG_TERMINATE},
    {MESH_D_PUBLIC_KEY, MESH_MSG_TERMINATE},
    {MESH_D_INPUT, MESH_MSG_TERMINATE},
    {MESH_D_CONFIRMATION, MESH_MSG_TERMINATE},
    {MESH_D_RANDOM, MESH_MSG_TERMINATE},
    {MESH_D_DATA, MESH_MSG_TERMINATE},
    {MESH_D_FAILED, MESH_MSG_TERMINATE},
    {MESH_D_CONFIGURATION, MESH_MSG_TERMINATE},
    {MESH_D_PROVISIONED, MESH_MSG_TERMINATE},
    {MESH_D_CONFIGURATION, MESH_MSG_COMPOSITION_GET},
    {MESH_D_CONFIGURATION, MESH_MSG_APPKEY_ADD},
    {MESH_D_CONFIGURATION, MESH_MSG_BIND},
    {MESH_D_CONFIGURATION, MESH_MSG_NODE_RESET},
    {MESH_D_PROVISIONED, MESH_MSG_NODE_RESET},
    {MESH_D_PROVISIONED, MESH_MSG_NETKEY_UPDATE},
    {MESH_D_PROVISIONED, MESH_MSG_APPKEY_UPDATE},
    {MESH_D_PROVISIONED, MESH_MSG_PHASE_GET},
    {MESH_D_PROVISIONED, MESH_MSG_PHASE_SET},
    {MESH_D_PROVISIONED, MESH_MSG_NETWORK_BEACON},
    {-1, -1},
};

enum { TIMER };

static void arm(struct mesh_node *d)
{
    imp_time at = d->state == MESH_BEACONING ? d->beacon : IMP_NEVER;
    if (d->x.link.open && mesh_link_deadline(&d->x.link) < at)
        at = mesh_link_deadline(&d->x.link);
    if (d->x.link.open && d->x.quiet < at)
        at = d->x.quiet;
    if (d->x.link.open && d->pulses[0] && d->pulsed < at)
        at = d->pulsed;
    if (d->state == MESH_D_INPUT && d->user < at)
        at = d->user;
    if (mesh_transport_deadline(&d->t) < at)
        at = mesh_transport_deadline(&d->t);
    imp_timer(d->env, TIMER, at);
}

/* ---- discovery
 * -----------------------------------------------------------------------------------------------
 */
/* Bits of the beacon's OOB information, section 3.10.2. */
static uint16_t oob_information(const struct mesh_node *d)
{
    return imp_opt(d->env, MESH_OPT_OOB) == MESH_OOB_STATIC ||
                   imp_opt(d->env, MESH_OPT_PUBLIC_KEY) == MESH_KEY_OOB
               ? 1u << 2 /* 2D machine-readable code */
               : 0;
}

static void beacon(struct mesh_node *d, imp_time now)
{
    uint8_t frame[MESH_AD_MAX];
    if (imp_opt(d->env, MESH_OPT_BEARER) == MESH_PB_GATT) {
        mesh_gatt_invite(d->env, d->x.uuid, oob_information(d));
    } else {
        const char *uri = imp_opt_str(d->env, MESH_OPT_URI);
        uint8_t hash[16];
        if (*uri)
            mesh_s1(d->env, hash, &IMP_PIECE(uri, strlen(uri)), 1);
        size_t n = mesh_beacon_write(frame, d->x.uuid, oob_information(d), *uri ? hash : NULL);
        imp_send(d->env, MESH_ADV, &imp_to_all, MESH_MSG_BEACON, frame, n);
    }
    d->beacon = now + imp_opt(d->env, MESH_OPT_BEACON) * IMP_MS;
}

void mesh_device_show_label(struct mesh_node *d)
{
    struct mesh_label label = {.uuid = {0}};
    uint8_t secret[32];
    bool shown = false;
    memcpy(label.uuid, d->x.uuid, MESH_UUID);
    if (imp_opt(d->env, MESH_OPT_OOB) == MESH_OOB_STATIC)
        shown = d->env->ops->cell_get(d->env, MESH_CELL_STATIC, label.static_oob, MESH_STATIC) > 0;
    if (imp_opt(d->env, MESH_OPT_PUBLIC_KEY) == MESH_KEY_OOB &&
        d->env->ops->cell_get(d->env, MESH_CELL_PRIVATE, secret, sizeof secret) == 32)
        shown |= imp_p256_public(NULL, label.public_key, secret) == 0;
    if (shown)
        imp_oob(d->env, MESH_LABEL, MESH_MSG_LABEL, &label, sizeof label);
    imp_wipe(secret, sizeof secret);
}

/* After a link that failed at once the beacon keeps its interval: a provisioner that insists would
 * otherwise be invited again and again within milliseconds. */
void mesh_device_unprovisioned(struct mesh_node *d, imp_time now)
{
    uint8_t uuid[MESH_UUID];
    memcpy(uuid, d->x.uuid, sizeof uuid);
    imp_wipe(&d->x, sizeof d->x);
    imp_wipe(&d->t, sizeof d->t);
    imp_wipe(&d->server, sizeof d->server);
    memcpy(d->x.uuid, uuid, sizeof uuid);
    memset(d->pulses, 0, sizeof d->pulses);
    d->pulsed = IMP_NEVER;
    d->state = MESH_BEACONING;
    if (d->beacon <= now)
        beacon(d, now);
}

/* ---- what comes on the link
 * -----------------------------------------------------------------------------------------------
 */
static void control(struct mesh_node *d, const struct mesh_generic *g, const struct imp_addr *from,
                    imp_time now)
{
    bool ours = d->x.link.open && memcmp(g->link, d->x.link.id, MESH_LINK_ID) == 0;
    if (g->number == MESH_LINK_OPEN && memcmp(g->data, d->x.uuid, MESH_UUID) == 0) {
        if (d->state == MESH_BEACONING) {
            mesh_link_begin(&d->x.link, false, g->link, from, MESH_ADV, MESH_MSG_ACK);
            d->state = MESH_D_INVITE;
            d->attempts++;
            d->x.quiet = now + mesh_link_silence(d->env);
        } else if (!ours || d->state != MESH_D_INVITE) {
            return;
        }
        mesh_control_send(&d->x.link, d->env, MESH_LINK_ACK, NULL, 0);
    } else if (g->number == MESH_LINK_CLOSE && ours) {
        if (d->state >= MESH_D_CONFIGURATION)
            d->x.link.open = false;
        else
            mesh_device_unprovisioned(d, now);
    }
}

static void frame(struct mesh_node *d, const struct imp_event *e, imp_time now)
{
    struct mesh_generic g;
    if (e->n > 2 && e->bytes[0] == e->n - 1 && e->bytes[1] == MESH_AD_MESSAGE) {
        mesh_device_message(d, e->bytes + 2, e->n - 2, now);
        return;
    }
    if (mesh_network_beacon_is(e->bytes, e->n)) {
        mesh_device_network_beacon(d, e->bytes, e->n);
        return;
    }
    if (mesh_generic_read(&g, e->bytes, e->n) != 0)
        return;
    if (g.kind == MESH_GP_CONTROL) {
        control(d, &g, &e->from, now);
        return;
    }
    if (!d->x.link.open)
        return;
    size_t n = mesh_link_receive(&d->x.link, d->env, &g, now);
    if (n > 0)
        mesh_device_pdu(d, d->x.link.in, n, now);
}

static void attribute(struct mesh_node *d, const struct imp_event *e, imp_time now)
{
    size_t n = 0;
    if (imp_opt(d->env, MESH_OPT_BEARER) != MESH_PB_GATT || d->state >= MESH_D_CONFIGURATION)
        return;
    switch (mesh_gatt_server(&d->x, d->env, &e->from, e->bytes, e->n, &n)) {
    case MESH_GATT_CONNECTED:
        d->attempts++;
        d->state = MESH_D_INVITE;
        d->x.quiet = now + mesh_link_silence(d->env);
        break;
    case MESH_GATT_PDU:
        mesh_device_pdu(d, d->x.proxy.in, n, now);
        break;
    default:
        break;
    }
}

/* The provisioner has ended the connection. */
static void disconnected(struct mesh_node *d, imp_time now)
{
    if (d->state >= MESH_D_CONFIGURATION) {
        d->x.link.open = false;
        return;
    }
    if (d->state != MESH_D_FAILED)
        mesh_claim(d->env, IMP_CLAIM_REJECT, "closed-by-provisioner");
    mesh_device_unprovisioned(d, now);
}

/* A link that was silent for too long. */
static void close_link(struct mesh_node *d, imp_time now)
{
    if (d->state != MESH_D_FAILED)
        mesh_claim(d->env, IMP_CLAIM_REJECT, "link-timeout");
    if (d->x.proxy.open)
        mesh_gatt_close(&d->x, d->env);
    else
        mesh_close_send(&d->x.link, d->env, MESH_CLOSE_TIMED_OUT);
    mesh_device_unprovisioned(d, now);
}

static void timeout(struct mesh_node *d, imp_time now)
{
    if (d->state == MESH_BEACONING) {
        if (now >= d->beacon)
            beacon(d, now);
        return;
    }
    if (d->t.open)
        mesh_device_message_timeout(d, now);
    if (d->pulses[0] && now >= d->pulsed)
        mesh_device_pulsed(d, now);
    if (d->state == MESH_D_INPUT && now >= d->user)
        mesh_device_entered(d, NULL, 0, now);
    if (!d->x.link.open)
        return;
    if (now < d->x.quiet && mesh_link_timeout(&d->x.link, d->env, now))
        return;
    if (d->state >= MESH_D_CONFIGURATION) {
        d->x.link.open = false;
        return;
    }
    close_link(d, now);
}

void mesh_device_init(void *ctx, struct imp_env *env)
{
    struct mesh_node *d = ctx;
    d->env = env;
}

static void start(struct mesh_node *d, imp_time now)
{
    d->env->ops->cell_get(d->env, MESH_CELL_UUID, d->x.uuid, MESH_UUID);
    mesh_claim_identity(d->env, d->x.uuid, MESH_UUID);
    if (!d->env->adversary && mesh_device_resume(d))
        return;
    mesh_device_show_label(d);
    mesh_device_unprovisioned(d, now);
}

void mesh_device_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct mesh_node *d = ctx;
    (void)env;
    switch (e->kind) {
    case IMP_EVENT_START:
        start(d, now);
        break;
    case IMP_EVENT_RECEIVE:
        if (e->channel == MESH_ADV)
            frame(d, e, now);
        else if (e->channel == MESH_ATT)
            attribute(d, e, now);
        else if (e->channel == MESH_CONTROL && mesh_gatt_closed(&d->x, e))
            disconnected(d, now);
        else if (e->channel == MESH_INPUT)
            mesh_device_entered(d, e->bytes, e->n, now);
        break;
    case IMP_EVENT_TIMER:
        timeout(d, now);
        break;
    case IMP_EVENT_RESET:
        mesh_device_reset(d, now);
        break;
    default:
        break;
    }
    arm(d);
}

void mesh_device_fini(void *ctx, struct imp_env *env)
{
    struct mesh_node *d = ctx;
    (void)env;
    imp_wipe(&d->x, sizeof d->x);
    imp_wipe(&d->t, sizeof d->t);
    imp_wipe(&d->server, sizeof d->server);
}

int mesh_device_state_of(const void *ctx)
{
    return (int)((const struct mesh_node *)ctx)->state;
}
