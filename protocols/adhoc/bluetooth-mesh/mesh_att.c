/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_att.c - PDUs of the Attribute Protocol, the Mesh Provisioning Service. */
#include "mesh_att.h"

#include <string.h>

enum { AD_FLAGS = 0x01, AD_SERVICES = 0x03, AD_SERVICE_DATA = 0x16 }; /* AD types */
enum { WRITE_WITHOUT_RESPONSE = 0x04, NOTIFY = 0x10 };                /* properties */

const struct mesh_service mesh_own_service = {.data_in = 3, .data_out = 5, .subscribe = 6};

static void put16(uint8_t *out, unsigned v)
{
    out[0] = (uint8_t)v;
    out[1] = (uint8_t)(v >> 8);
}

static uint16_t get16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

size_t mesh_att_write(uint8_t out[MESH_ATT_MTU_MAX], const struct mesh_att *a)
{
    size_t at = 1;
    out[0] = (uint8_t)a->opcode;
    if (a->opcode == MESH_ATT_READ_REQUEST) {
        put16(out + 1, 0x0001);
        put16(out + 3, 0xffff);
        at = 5;
    }
    if (a->opcode != MESH_ATT_WRITE_RESPONSE && a->opcode != MESH_ATT_READ_RESPONSE) {
        put16(out + at, a->value);
        at += 2;
    }
    if (a->n > 0)
        memcpy(out + at, a->data, a->n);
    return at + a->n;
}

int mesh_att_read(struct mesh_att *out, const uint8_t *p, size_t n)
{
    if (n < 1 || n > MESH_ATT_MTU_MAX)
        return -1;
    *out = (struct mesh_att){.opcode = (enum mesh_att_opcode)p[0], .data = p + 1, .n = n - 1};
    switch (p[0]) {
    case MESH_ATT_MTU_REQUEST:
    case MESH_ATT_MTU_RESPONSE:
        out->value = n == 3 ? get16(p + 1) : 0;
        out->n = 0;
        return n == 3 ? 0 : -1;
    case MESH_ATT_READ_REQUEST:
        out->value = n == 7 ? get16(p + 5) : 0;
        out->n = 0;
        return n == 7 ? 0 : -1;
    case MESH_ATT_WRITE_REQUEST:
    case MESH_ATT_NOTIFICATION:
    case MESH_ATT_WRITE_COMMAND:
        if (n < 3)
            return -1;
        out->value = get16(p + 1);
        out->data = p + 3;
        out->n = n - 3;
        return 0;
    case MESH_ATT_READ_RESPONSE:
        return 0;
    case MESH_ATT_WRITE_RESPONSE:
        return n == 1 ? 0 : -1;
    default:
        return -1;
    }
}

/* ---- the service
 * -----------------------------------------------------------------------------------------------
 */
static void declare(uint8_t *out, uint16_t handle, uint8_t properties, uint16_t uuid)
{
    put16(out, handle - 1u); /* a declaration stands before its value */
    out[2] = properties;
    put16(out + 3, handle);
    put16(out + 5, uuid);
}

size_t mesh_declarations_write(uint8_t out[MESH_DECLARATIONS])
{
    out[0] = 7; /* octets of each */
    declare(out + 1, mesh_own_service.data_in, WRITE_WITHOUT_RESPONSE, MESH_DATA_IN);
    declare(out + 8, mesh_own_service.data_out, NOTIFY, MESH_DATA_OUT);
    return MESH_DECLARATIONS;
}

int mesh_declarations_read(struct mesh_service *out, const uint8_t *p, size_t n)
{
    *out = (struct mesh_service){0};
    if (n < 1 || p[0] != 7 || (n - 1) % 7 != 0)
        return -1;
    for (size_t at = 1; at < n; at += 7) {
        if (get16(p + at + 5) == MESH_DATA_IN)
            out->data_in = get16(p + at + 3);
        if (get16(p + at + 5) == MESH_DATA_OUT)
            out->data_out = get16(p + at + 3);
    }
    out->subscribe = (uint16_t)(out->data_out + 1);
    return out->data_in && out->data_out ? 0 : -1;
}

size_t mesh_connectable_write(uint8_t out[MESH_CONNECTABLE_SIZE], const uint8_t uuid[16],
                              uint16_t oob)
{
    const uint8_t head[] = {2,
                            AD_FLAGS,
                            0x06, /* general discoverable, no BR/EDR */
                            3,
                            AD_SERVICES,
                            MESH_SERVICE & 0xff,
                            MESH_SERVICE >> 8,
                            21,
                            AD_SERVICE_DATA,
                            MESH_SERVICE & 0xff,
                            MESH_SERVICE >> 8};
    memcpy(out, head, sizeof head);
    memcpy(out + sizeof head, uuid, 16);
    out[sizeof head + 16] = (uint8_t)(oob >> 8); /* as in the beacon, section 7.1.2.2.1 */
    out[sizeof head + 17] = (uint8_t)oob;
    return MESH_CONNECTABLE_SIZE;
}

int mesh_connectable_read(uint8_t uuid[16], uint16_t *oob, const uint8_t *p, size_t n)
{
    for (size_t at = 0; at + 1 < n; at += 1u + p[at]) {
        if (p[at] == 0 || at + 1 + p[at] > n)
            return -1;
        if (p[at] != 21 || p[at + 1] != AD_SERVICE_DATA || get16(p + at + 2) != MESH_SERVICE)
            continue;
        memcpy(uuid, p + at + 4, 16);
        *oob = (uint16_t)(p[at + 20] << 8 | p[at + 21]);
        return 0;
    }
    return -1;
}
