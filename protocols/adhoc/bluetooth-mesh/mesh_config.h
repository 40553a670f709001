/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_config.h - the messages by which a node gets its application key: Configuration Client and
 * Server models (Bluetooth Mesh Protocol 1.1 sections 4.3.2, 4.4.1). Codecs and what the server
 * keeps; no state of a conversation. */
#ifndef IMPRINT_MESH_CONFIG_H
#define IMPRINT_MESH_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mesh_transport.h"

enum mesh_opcode { /* section 4.3.4 */
                   MESH_APPKEY_ADD = 0x00,
                   MESH_COMPOSITION_STATUS = 0x02,
                   MESH_APPKEY_STATUS = 0x8003,
                   MESH_COMPOSITION_GET = 0x8008,
                   MESH_MODEL_APP_BIND = 0x803d,
                   MESH_MODEL_APP_STATUS = 0x803e,
                   MESH_NODE_RESET = 0x8049,
                   MESH_NODE_RESET_STATUS = 0x804a,
};

enum mesh_status { /* section 4.3.5 */
                   MESH_SUCCESS = 0x00,
                   MESH_INVALID_ADDRESS = 0x01,
                   MESH_INVALID_MODEL = 0x02,
                   MESH_INVALID_APPKEY_INDEX = 0x03,
                   MESH_INVALID_NETKEY_INDEX = 0x04,
                   MESH_INDEX_STORED = 0x06,
};

/* The one model that gets the key: Generic OnOff Server. */
enum { MESH_MODEL_CONFIGURATION = 0x0000, MESH_MODEL_HEALTH = 0x0002, MESH_MODEL_ON_OFF = 0x1000 };
enum { MESH_APPLICATION_KEY = 16 };

/* What a Configuration Server keeps: key index 0 of network key index 0. */
struct mesh_server {
    uint16_t element; /* unicast address of the only element */
    bool has_key, bound;
    uint8_t key[MESH_APPLICATION_KEY];
};

/* Opcode of an access message, and its parameters, which borrow the message; -1: malformed. */
int mesh_opcode_read(const uint8_t **parameters, size_t *count, const uint8_t *p, size_t n);
/* Answers a request: returns the octets of the answer, 0: none; *opcode is the request's, or -1. */
size_t mesh_server_answer(struct mesh_server *s, uint8_t answer[MESH_ACCESS_MAX], int *opcode,
                          const uint8_t *p, size_t n);
/* Writes a request of the client to that element; the key is for MESH_APPKEY_ADD. Octets. */
size_t mesh_request_write(uint8_t out[MESH_ACCESS_MAX], enum mesh_opcode request, uint16_t element,
                          const uint8_t key[MESH_APPLICATION_KEY]);
/* Whether a message is the status that says that the request was granted: 1; 0: it is another
 * message; -1: it was refused. */
int mesh_granted(enum mesh_opcode request, uint16_t element, const uint8_t *p, size_t n);

#endif
