/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_proxy.h - provisioning PDUs over a connection: Proxy PDUs in segments (Bluetooth Mesh
 * Protocol 1.1 sections 5.2.2, 6.3). The connection below repeats what is lost and keeps the order.
 */
#ifndef IMPRINT_MESH_PROXY_H
#define IMPRINT_MESH_PROXY_H

#include <stdbool.h>

#include "mesh_att.h"
#include "mesh_bearer.h"

enum mesh_sar { MESH_SAR_COMPLETE, MESH_SAR_FIRST, MESH_SAR_CONTINUATION, MESH_SAR_LAST };
enum { MESH_PROXY_PROVISIONING = 0x03 }; /* message type */

/* Segment i of a PDU, of at most `most` octets with its header; returns them, 0: there is none. */
size_t mesh_proxy_segment(uint8_t *out, size_t most, const uint8_t *pdu, size_t n, unsigned i);

/* One end of a connection. */
struct mesh_proxy {
    bool open;     /* there is a connection: PB-GATT is the bearer */
    bool attached; /* notifications are asked for: PDUs may flow */
    uint16_t mtu;
    struct mesh_service service; /* the device's */
    uint8_t in[MESH_PDU_MAX];
    size_t have;
    bool started;
};

/* A Proxy PDU. Returns the octets of a provisioning PDU that is now whole in x->in, or 0. */
size_t mesh_proxy_receive(struct mesh_proxy *x, const uint8_t *p, size_t n);

#endif
