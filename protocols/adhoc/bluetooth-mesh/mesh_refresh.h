/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_refresh.h - the keys of a network at one of its nodes, and the key refresh procedure's
 * phases (Bluetooth Mesh Protocol 1.1 section 3.11.4): a new key beside the old one until all have
 * it. No I/O, no state but the caller's. */
#ifndef IMPRINT_MESH_REFRESH_H
#define IMPRINT_MESH_REFRESH_H

#include <stdbool.h>
#include <stdint.h>

#include "mesh_derive.h"

enum mesh_status { /* section 4.3.5 */
                   MESH_SUCCESS = 0x00,
                   MESH_INVALID_ADDRESS = 0x01,
                   MESH_INVALID_MODEL = 0x02,
                   MESH_INVALID_APPKEY_INDEX = 0x03,
                   MESH_INVALID_NETKEY_INDEX = 0x04,
                   MESH_INDEX_STORED = 0x06,
                   MESH_CANNOT_UPDATE = 0x0b,
};

/* Key Refresh Phase state, section 4.2, and the transitions to which a client asks. */
enum mesh_phase {
    MESH_NORMAL,  /* one key */
    MESH_PHASE_1, /* sends under the old key, hears both */
    MESH_PHASE_2, /* sends under the new key, hears both */
    MESH_PHASE_3  /* a transition only: the old key is forgotten, the phase is normal */
};

enum { MESH_OLD, MESH_NEW, MESH_KEY_SIZE = 16 };

/* Network key 0 and its application key 0. What is MESH_NEW counts in phases 1 and 2 only. */
struct mesh_subnet {
    uint8_t phase; /* enum mesh_phase */
    bool has_application, application_updated;
    uint8_t network[2][MESH_KEY_SIZE], application[2][MESH_KEY_SIZE];
};

/* The same key again is granted, another one is not. */
enum mesh_status mesh_subnet_add_application(struct mesh_subnet *s, const uint8_t key[16]);
enum mesh_status mesh_subnet_update_network(struct mesh_subnet *s, const uint8_t key[16]);
enum mesh_status mesh_subnet_update_application(struct mesh_subnet *s, const uint8_t key[16]);
/* Asks for a transition to MESH_PHASE_2 or _3. */
enum mesh_status mesh_subnet_transition(struct mesh_subnet *s, int transition);
/* The network key under which is sent, and in phases 1 and 2 the other one that is heard: NULL. */
const uint8_t *mesh_subnet_sends(const struct mesh_subnet *s);
const uint8_t *mesh_subnet_hears(const struct mesh_subnet *s);

#endif
