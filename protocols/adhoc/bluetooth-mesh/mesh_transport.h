/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_transport.h - one end of a conversation between two nodes under a device key: SEQ, segments,
 * acknowledgements, repetition, replay protection (Bluetooth Mesh Protocol 1.1
 * sections 3.4.5, 3.5.3, 3.9.8). No I/O but imp_send. */
#ifndef IMPRINT_MESH_TRANSPORT_H
#define IMPRINT_MESH_TRANSPORT_H

#include "mesh_upper.h"

enum {
    MESH_SEGMENTS = 5, /* of a message: ours; the specification has 32 */
    MESH_UPPER_MAX = MESH_SEGMENTS * MESH_SEGMENT_MAX,
    MESH_ACCESS_MAX = MESH_UPPER_MAX - MESH_ACCESS_MIC,
    MESH_CACHE = 2, /* network PDUs that are remembered: the least, section 3.4.5.6 */
};

/* How the owner of a conversation speaks: fixed while it lasts. */
struct mesh_speaker {
    int channel, ack_message; /* label of Segment Acknowledgment */
    struct imp_addr to;
    uint16_t own, peer; /* unicast addresses; peer 0: whose first message opens */
    uint32_t iv_index;
    struct mesh_network_keys network, also; /* to send and to hear; to hear only */
    bool two;                               /* there is `also` */
    uint8_t device_key[16];
    uint8_t sid[16];   /* of the claims */
    bool check_replay; /* false: SEQ is not compared with what came before */
};

struct mesh_transport {
    bool open, known; /* known: the peer's address */
    struct mesh_speaker s;
    uint32_t seq; /* the next */
    /* replay protection and network message cache */
    bool heard;
    uint32_t highest;
    uint64_t cache[MESH_CACHE]; /* SRC and SEQ + 1 of the latest */
    /* out: a segmented message under way */
    uint8_t out[MESH_UPPER_MAX], out_n, last_out;
    uint32_t out_auth, missing; /* bit i: segment i is not acknowledged; 0: nothing under way */
    int out_message;
    imp_time again;
    /* in */
    uint8_t in[MESH_UPPER_MAX], last_in, last_size;
    uint32_t in_auth, have;
    uint32_t done_auth, done_block;  /* the latest that was whole; block 0: none */
    imp_time acknowledge;            /* when what is incomplete is acknowledged */
    uint8_t access[MESH_ACCESS_MAX]; /* what was received */
};

/* Copies `s`; seq: the first that may be used. */
void mesh_transport_begin(struct mesh_transport *t, const struct mesh_speaker *s, uint32_t seq);
/* Keys from two network keys, of which the second may be NULL: it is only heard. */
void mesh_transport_keys(struct mesh_speaker *s, struct imp_env *env, const uint8_t sends[16],
                         const uint8_t *hears);
/* Sends an access message, in place of what may be under way. */
void mesh_transport_send(struct mesh_transport *t, struct imp_env *env, int message,
                         const uint8_t *access, size_t n, imp_time now);
/* A network PDU. Returns the octets of an access message that is now whole in t->access, or 0. */
size_t mesh_transport_receive(struct mesh_transport *t, struct imp_env *env, const uint8_t *p,
                              size_t n, imp_time now);
void mesh_transport_timeout(struct mesh_transport *t, struct imp_env *env, imp_time now);
imp_time mesh_transport_deadline(const struct mesh_transport *t);

#endif
