/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_att.h - the PDUs of the Attribute Protocol that PB-GATT needs (Bluetooth Core 5.3 volume 3
 * part F section 3.4), the Mesh Provisioning Service and its advertisement (Mesh Protocol 1.1
 * section 7.1). Little endian. */
#ifndef IMPRINT_MESH_ATT_H
#define IMPRINT_MESH_ATT_H

#include <stddef.h>
#include <stdint.h>

enum { MESH_ATT_MTU_LEAST = 23, MESH_ATT_MTU_MAX = 247 }; /* octets; the largest: ours */
enum {                                                    /* 16-bit UUIDs */
       MESH_SERVICE = 0x1827,
       MESH_CHARACTERISTIC = 0x2803,
       MESH_DATA_IN = 0x2adb,
       MESH_DATA_OUT = 0x2adc,
};

enum mesh_att_opcode {
    MESH_ATT_MTU_REQUEST = 0x02,  /* value: MTU */
    MESH_ATT_MTU_RESPONSE = 0x03, /* value: MTU */
    MESH_ATT_READ_REQUEST = 0x08, /* by type, all handles; value: the type */
    MESH_ATT_READ_RESPONSE = 0x09,
    MESH_ATT_WRITE_REQUEST = 0x12, /* value: handle */
    MESH_ATT_WRITE_RESPONSE = 0x13,
    MESH_ATT_NOTIFICATION = 0x1b,  /* value: handle */
    MESH_ATT_WRITE_COMMAND = 0x52, /* value: handle */
};

/* One PDU; `data` borrows what was read. */
struct mesh_att {
    enum mesh_att_opcode opcode;
    uint16_t value;
    const uint8_t *data;
    size_t n;
};

/* Returns the octets; they must fit. */
size_t mesh_att_write(uint8_t out[MESH_ATT_MTU_MAX], const struct mesh_att *a);
/* 0, or -1: it is none of these, or malformed. */
int mesh_att_read(struct mesh_att *out, const uint8_t *p, size_t n);

/* The handles of a Mesh Provisioning Service. */
struct mesh_service {
    uint16_t data_in, data_out, subscribe; /* values; client characteristic configuration of out */
};
extern const struct mesh_service mesh_own_service; /* of our device */
/* The answer to a read of characteristic declarations, and what a client takes from one: the
 * descriptor follows its value. 0 or -1. */
enum { MESH_DECLARATIONS = 1 + 2 * 7 };
size_t mesh_declarations_write(uint8_t out[MESH_DECLARATIONS]);
int mesh_declarations_read(struct mesh_service *out, const uint8_t *p, size_t n);

/* Connectable advertisement of an unprovisioned device: flags, service, service data. */
enum { MESH_CONNECTABLE_SIZE = 3 + 4 + 4 + 16 + 2 };
size_t mesh_connectable_write(uint8_t out[MESH_CONNECTABLE_SIZE], const uint8_t uuid[16],
                              uint16_t oob);
int mesh_connectable_read(uint8_t uuid[16], uint16_t *oob, const uint8_t *p, size_t n);

#endif
