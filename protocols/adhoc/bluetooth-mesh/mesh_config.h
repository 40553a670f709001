/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_config.h - the messages by which a node gets its keys: Configuration Client and Server
 * models (Bluetooth Mesh Protocol 1.1 sections 4.3.2, 4.4.1). Codecs and what the server keeps; no
 * state of a conversation. */
#ifndef IMPRINT_MESH_CONFIG_H
#define IMPRINT_MESH_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mesh_refresh.h"
#include "mesh_transport.h"

enum mesh_opcode { /* section 4.3.4 */
                   MESH_APPKEY_ADD = 0x00,
                   MESH_APPKEY_UPDATE = 0x01,
                   MESH_COMPOSITION_STATUS = 0x02,
                   MESH_APPKEY_STATUS = 0x8003,
                   MESH_COMPOSITION_GET = 0x8008,
                   MESH_PHASE_GET = 0x8015,
                   MESH_PHASE_SET = 0x8016,
                   MESH_PHASE_STATUS = 0x8017,
                   MESH_MODEL_APP_BIND = 0x803d,
                   MESH_MODEL_APP_STATUS = 0x803e,
                   MESH_NETKEY_STATUS = 0x8044,
                   MESH_NETKEY_UPDATE = 0x8045,
                   MESH_NODE_RESET = 0x8049,
                   MESH_NODE_RESET_STATUS = 0x804a,
};

/* The one model that gets the key: Generic OnOff Server. */
enum { MESH_MODEL_CONFIGURATION = 0x0000, MESH_MODEL_HEALTH = 0x0002, MESH_MODEL_ON_OFF = 0x1000 };

/* What a Configuration Server keeps: key index 0 of network key index 0. */
struct mesh_server {
    uint16_t element; /* unicast address of the only element */
    bool bound;
    struct mesh_subnet keys;
};

/* What a Configuration Client asks for. */
struct mesh_request {
    enum mesh_opcode opcode;
    uint16_t element;   /* of whom */
    const uint8_t *key; /* of 16 octets, borrowed: to add or to update */
    uint8_t transition; /* of the phase: MESH_PHASE_2 or _3 */
};

/* Opcode of an access message, and its parameters, which borrow the message; -1: malformed. */
int mesh_opcode_read(const uint8_t **parameters, size_t *count, const uint8_t *p, size_t n);
/* Answers a request: returns the octets of the answer, 0: none; *opcode is the request's, or -1. */
size_t mesh_server_answer(struct mesh_server *s, uint8_t answer[MESH_ACCESS_MAX], int *opcode,
                          const uint8_t *p, size_t n);
/* Writes a request; octets. */
size_t mesh_request_write(uint8_t out[MESH_ACCESS_MAX], const struct mesh_request *r);
/* Whether a message is the status that says that the request was granted: 1; 0: it is another
 * message, or the phase that is asked for has not come; -1: it was refused. */
int mesh_granted(const struct mesh_request *r, const uint8_t *p, size_t n);

#endif
