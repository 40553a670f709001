/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_beacon.h - the Secure Network beacon: which network, which phase of its key refresh, which
 * IV index (Bluetooth Mesh Protocol 1.1 section 3.10.3). No state. */
#ifndef IMPRINT_MESH_BEACON_H
#define IMPRINT_MESH_BEACON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mesh_bearer.h"
#include "mesh_derive.h"

struct mesh_network_beacon {
    bool key_refresh, iv_update;
    uint32_t iv_index;
};

/* BeaconKey of a network key, section 3.9.6.3. */
void mesh_beacon_key(struct imp_env *env, uint8_t out[16], const uint8_t netkey[16]);
/* An AD structure; returns its octets. */
size_t mesh_network_beacon_write(struct imp_env *env, uint8_t frame[MESH_AD_MAX],
                                 const uint8_t netkey[16], const struct mesh_network_beacon *b);
/* Whether an AD structure is a beacon of that shape. */
bool mesh_network_beacon_is(const uint8_t *frame, size_t n);
/* Reads it. 0, or -1: another network's, or (if `check`) its authentication value is wrong. */
int mesh_network_beacon_read(struct imp_env *env, struct mesh_network_beacon *out,
                             const uint8_t netkey[16], bool check, const uint8_t *frame, size_t n);

#endif
