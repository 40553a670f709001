/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_network.h - network PDUs: encrypted, authenticated, headers obfuscated (Bluetooth Mesh
 * Protocol 1.1 sections 3.4.4 and 3.9.5 to 3.9.7). */
#ifndef IMPRINT_MESH_NETWORK_H
#define IMPRINT_MESH_NETWORK_H

#include <stdbool.h>

#include "mesh_derive.h"

enum {                          /* octets */
       MESH_TRANSPORT_MAX = 16, /* of a transport PDU with a MIC of 4; 12 with one of 8 */
       MESH_NETWORK_MAX = 29,
};
enum { MESH_SEQ_MAX = 0xffffff };

struct mesh_network_pdu {
    bool control; /* CTL: a control message, MIC of 8 octets */
    uint8_t ttl;  /* 0 to 127 */
    uint32_t seq; /* 24 bits */
    uint16_t src, dst;
    uint8_t transport[MESH_TRANSPORT_MAX];
    size_t n; /* octets of it, 1 and more */
};

/* Returns the octets of the PDU in `out`, 0: it is too long. */
size_t mesh_network_seal(struct imp_env *env, uint8_t out[MESH_NETWORK_MAX],
                         const struct mesh_network_keys *keys, uint32_t iv_index,
                         const struct mesh_network_pdu *pdu);
/* Opens a PDU under this IV index, or the one before where its bit IVI says so. 0, or -1: it is
 * malformed, of another network, or its MIC is wrong. */
int mesh_network_open(struct imp_env *env, struct mesh_network_pdu *out,
                      const struct mesh_network_keys *keys, uint32_t iv_index, const uint8_t *p,
                      size_t n);

#endif
