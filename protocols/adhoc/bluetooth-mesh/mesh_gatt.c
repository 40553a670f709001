/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_gatt.c - PB-GATT at both ends: how a connection becomes a link, and PDUs on it. */
#include <string.h>

#include "mesh.h"

static void att_send(const struct mesh_exchange *x, struct imp_env *env, int message,
                     const struct mesh_att *a)
{
    uint8_t out[MESH_ATT_MTU_MAX];
    imp_send(env, MESH_ATT, &x->link.to, message, out, mesh_att_write(out, a));
}

static uint16_t own_mtu(const struct imp_env *env)
{
    return (uint16_t)imp_opt(env, MESH_OPT_MTU);
}

/* Section 3.4.2 of the Attribute Protocol: the smaller of both, and never less than the least. */
static uint16_t agreed(const struct imp_env *env, uint16_t other)
{
    uint16_t mtu = own_mtu(env) < other ? own_mtu(env) : other;
    return mtu < MESH_ATT_MTU_LEAST ? MESH_ATT_MTU_LEAST : mtu;
}

void mesh_gatt_send(struct mesh_exchange *x, struct imp_env *env, int message, const uint8_t *pdu,
                    size_t n)
{
    bool device = env->role == MESH_DEVICE;
    uint8_t segment[MESH_ATT_MTU_MAX];
    struct mesh_att a = {.opcode = device ? MESH_ATT_NOTIFICATION : MESH_ATT_WRITE_COMMAND,
                         .value = device ? x->proxy.service.data_out : x->proxy.service.data_in,
                         .data = segment};
    for (unsigned i = 0; (a.n = mesh_proxy_segment(segment, x->proxy.mtu - 3u, pdu, n, i)) > 0; i++)
        att_send(x, env, message, &a);
}

enum { TERMINATE_IND = 0x02, REMOTE_USER = 0x13 };

bool mesh_gatt_closed(struct mesh_exchange *x, const struct imp_event *e)
{
    bool closed = x->proxy.open && e->n == 2 && e->bytes[0] == TERMINATE_IND &&
                  imp_addr_equal(&e->from, &x->link.to);
    if (closed)
        x->proxy.open = false;
    return closed;
}

void mesh_gatt_close(struct mesh_exchange *x, struct imp_env *env)
{
    static const uint8_t terminate[] = {TERMINATE_IND, REMOTE_USER};
    imp_send(env, MESH_CONTROL, &x->link.to, MESH_MSG_TERMINATE, terminate, sizeof terminate);
    x->proxy.open = false;
}

static void begin(struct mesh_exchange *x, bool provisioner, const struct imp_addr *to)
{
    static const uint8_t none[MESH_LINK_ID];
    mesh_link_begin(&x->link, provisioner, none, to, MESH_ATT, MESH_MSG_ACK);
    memset(&x->proxy, 0, sizeof x->proxy);
    x->proxy.open = true;
    x->proxy.mtu = MESH_ATT_MTU_LEAST;
    x->proxy.service = mesh_own_service;
}

/* ---- the client, which is the provisioner
 * -----------------------------------------------------------------------------------------------
 */
void mesh_gatt_open(struct mesh_exchange *x, struct imp_env *env, const struct imp_addr *to)
{
    begin(x, true, to);
    att_send(x, env, MESH_MSG_MTU_REQUEST,
             &(struct mesh_att){.opcode = MESH_ATT_MTU_REQUEST, .value = own_mtu(env)});
}

static void subscribe(struct mesh_exchange *x, struct imp_env *env, const struct mesh_att *a)
{
    static const uint8_t notify[] = {0x01, 0x00};
    if (mesh_declarations_read(&x->proxy.service, a->data, a->n) == 0)
        att_send(x, env, MESH_MSG_SUBSCRIBE,
                 &(struct mesh_att){.opcode = MESH_ATT_WRITE_REQUEST,
                                    .value = x->proxy.service.subscribe,
                                    .data = notify,
                                    .n = sizeof notify});
}

enum mesh_gatt_event mesh_gatt_client(struct mesh_exchange *x, struct imp_env *env,
                                      const uint8_t *p, size_t n, size_t *size)
{
    struct mesh_att a;
    if (!x->proxy.open || mesh_att_read(&a, p, n) != 0)
        return MESH_GATT_NOTHING;
    switch (a.opcode) {
    case MESH_ATT_MTU_RESPONSE:
        x->proxy.mtu = agreed(env, a.value);
        att_send(x, env, MESH_MSG_READ_REQUEST,
                 &(struct mesh_att){.opcode = MESH_ATT_READ_REQUEST, .value = MESH_CHARACTERISTIC});
        return MESH_GATT_NOTHING;
    case MESH_ATT_READ_RESPONSE:
        subscribe(x, env, &a);
        return MESH_GATT_NOTHING;
    case MESH_ATT_WRITE_RESPONSE:
        if (x->proxy.attached)
            return MESH_GATT_NOTHING;
        x->proxy.attached = true;
        return MESH_GATT_ATTACHED;
    case MESH_ATT_NOTIFICATION:
        *size = x->proxy.attached && a.value == x->proxy.service.data_out
                    ? mesh_proxy_receive(&x->proxy, a.data, a.n)
                    : 0;
        return *size ? MESH_GATT_PDU : MESH_GATT_NOTHING;
    default:
        return MESH_GATT_NOTHING;
    }
}

/* ---- the server, which is the device
 * -----------------------------------------------------------------------------------------------
 */
void mesh_gatt_invite(struct imp_env *env, const uint8_t uuid[MESH_UUID], uint16_t oob)
{
    uint8_t out[MESH_CONNECTABLE_SIZE];
    imp_send(env, MESH_CONNECTABLE, &imp_to_all, MESH_MSG_CONNECTABLE, out,
             mesh_connectable_write(out, uuid, oob));
}

static enum mesh_gatt_event subscribed(struct mesh_exchange *x, struct imp_env *env,
                                       const struct mesh_att *a)
{
    if (a->value != mesh_own_service.subscribe || a->n != 2 || a->data[0] != 1)
        return MESH_GATT_NOTHING;
    att_send(x, env, MESH_MSG_SUBSCRIBED, &(struct mesh_att){.opcode = MESH_ATT_WRITE_RESPONSE});
    if (x->proxy.attached)
        return MESH_GATT_NOTHING;
    x->proxy.attached = true;
    return MESH_GATT_ATTACHED;
}

enum mesh_gatt_event mesh_gatt_server(struct mesh_exchange *x, struct imp_env *env,
                                      const struct imp_addr *from, const uint8_t *p, size_t n,
                                      size_t *size)
{
    uint8_t list[MESH_DECLARATIONS];
    struct mesh_att a;
    if (mesh_att_read(&a, p, n) != 0)
        return MESH_GATT_NOTHING;
    if (a.opcode == MESH_ATT_MTU_REQUEST && !x->link.open) {
        begin(x, false, from);
        x->proxy.mtu = agreed(env, a.value);
        att_send(x, env, MESH_MSG_MTU_RESPONSE,
                 &(struct mesh_att){.opcode = MESH_ATT_MTU_RESPONSE, .value = own_mtu(env)});
        return MESH_GATT_CONNECTED;
    }
    if (!x->proxy.open || !imp_addr_equal(from, &x->link.to))
        return MESH_GATT_NOTHING;
    switch (a.opcode) {
    case MESH_ATT_READ_REQUEST:
        if (a.value == MESH_CHARACTERISTIC)
            att_send(x, env, MESH_MSG_READ_RESPONSE,
                     &(struct mesh_att){.opcode = MESH_ATT_READ_RESPONSE,
                                        .data = list,
                                        .n = mesh_declarations_write(list)});
        return MESH_GATT_NOTHING;
    case MESH_ATT_WRITE_REQUEST:
        return subscribed(x, env, &a);
    case MESH_ATT_WRITE_COMMAND:
        *size = x->proxy.attached && a.value == mesh_own_service.data_in
                    ? mesh_proxy_receive(&x->proxy, a.data, a.n)
                    : 0;
        return *size ? MESH_GATT_PDU : MESH_GATT_NOTHING;
    default:
        return MESH_GATT_NOTHING;
    }
}
