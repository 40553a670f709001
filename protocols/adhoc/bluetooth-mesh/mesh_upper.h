/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_upper.h - upper transport: access messages under a device or application key; lower
 * transport PDUs (Bluetooth Mesh Protocol 1.1 sections 3.5.2, 3.6.2, 3.9.5). No state. */
#ifndef IMPRINT_MESH_UPPER_H
#define IMPRINT_MESH_UPPER_H

#include <stdbool.h>

#include "mesh_network.h"

enum { /* octets */
       MESH_ACCESS_MIC = 4,
       MESH_UNSEGMENTED_MAX = 15, /* of an upper transport PDU that is not cut */
       MESH_SEGMENT_MAX = 12,
};

/* Who says it to whom under which number: the nonce of an access message. */
struct mesh_envelope {
    bool application; /* application key, else device key */
    uint32_t seq;     /* SEQ of the first segment */
    uint16_t src, dst;
    uint32_t iv_index;
};

/* out: n + MESH_ACCESS_MIC octets. */
void mesh_access_seal(struct imp_env *env, uint8_t *out, const uint8_t key[16],
                      const struct mesh_envelope *e, const uint8_t *access, size_t n);
/* out: n - MESH_ACCESS_MIC octets. 0, or -1: too short, or the MIC is wrong. */
int mesh_access_open(struct imp_env *env, uint8_t *out, const uint8_t key[16],
                     const struct mesh_envelope *e, const uint8_t *p, size_t n);

/* A lower transport PDU with a piece of an access message; `data` borrows what was read. */
struct mesh_lower {
    bool segmented, application;
    uint8_t aid; /* 6 bits */
    bool szmic;
    uint16_t seq_zero;    /* 13 bits */
    uint8_t seg_o, seg_n; /* this segment, the last one */
    const uint8_t *data;
    size_t n;
};

/* Returns its octets. */
size_t mesh_lower_write(uint8_t out[MESH_TRANSPORT_MAX], const struct mesh_lower *l);
int mesh_lower_read(struct mesh_lower *out, const uint8_t *p, size_t n);

/* Segment Acknowledgment, section 3.5.2.3.1: 7 octets. */
enum { MESH_SEGMENT_ACK = 7 };
void mesh_ack_write(uint8_t out[MESH_SEGMENT_ACK], uint16_t seq_zero, uint32_t block);
int mesh_ack_read(uint16_t *seq_zero, uint32_t *block, const uint8_t *p, size_t n);
/* SEQ of the first segment of the message whose segment came under `seq`, section 3.5.3.1. */
uint32_t mesh_seq_auth(uint32_t seq, uint16_t seq_zero);

#endif
