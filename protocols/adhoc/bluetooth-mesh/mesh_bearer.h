/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh_bearer.h - PB-ADV: provisioning PDUs cut into advertisements, acknowledged, sent again
 * (Bluetooth Mesh Protocol 1.1 sections 5.2 and 5.3). No I/O but imp_send. */
#ifndef IMPRINT_MESH_BEARER_H
#define IMPRINT_MESH_BEARER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocols/contract/party.h"

enum { /* octets */
       MESH_PDU_MAX = 65,
       MESH_UUID = 16,
       MESH_AD_MAX = 31,
       MESH_LINK_ID = 4,
       MESH_URI_HASH = 4,
       MESH_START_MAX = 20,    /* of a PDU in a Transaction Start */
       MESH_CONTINUE_MAX = 23, /* in a Transaction Continuation */
};
enum { MESH_AD_PB_ADV = 0x29, MESH_AD_MESSAGE = 0x2a, MESH_AD_BEACON = 0x2b }; /* AD types */
enum mesh_gpcf { MESH_GP_START, MESH_GP_ACK, MESH_GP_CONTINUE, MESH_GP_CONTROL };
enum mesh_control { MESH_LINK_OPEN, MESH_LINK_ACK, MESH_LINK_CLOSE };

/* A PB-ADV PDU; `data` borrows the frame. */
struct mesh_generic {
    uint8_t link[MESH_LINK_ID], transaction;
    enum mesh_gpcf kind;
    uint8_t number; /* SegN, segment index or control opcode */
    uint16_t total; /* of a start: length of the whole PDU */
    uint8_t fcs;
    const uint8_t *data;
    size_t n;
};

/* FCS of 3GPP TS 27.010 section 5.2.1.6. */
uint8_t mesh_fcs(const uint8_t *p, size_t n);
/* Reads an AD structure with a PB-ADV PDU. 0, or -1: it is none, or malformed. */
int mesh_generic_read(struct mesh_generic *out, const uint8_t *frame, size_t n);
/* Writes one as an AD structure; returns its octets. */
size_t mesh_generic_write(uint8_t frame[MESH_AD_MAX], const struct mesh_generic *g);
/* Segment i of a PDU as an AD structure; returns its octets, 0: there is none. */
size_t mesh_segment(uint8_t frame[MESH_AD_MAX], const uint8_t link[MESH_LINK_ID],
                    uint8_t transaction, const uint8_t *pdu, size_t n, unsigned i);
/* Unprovisioned device beacon, section 3.10.2; `hash`: 4 octets of the hash of a URI, or NULL. */
size_t mesh_beacon_write(uint8_t frame[MESH_AD_MAX], const uint8_t uuid[MESH_UUID], uint16_t oob,
                         const uint8_t *hash);
int mesh_beacon_read(uint8_t uuid[MESH_UUID], uint16_t *oob, const uint8_t *frame, size_t n);

/* ---- one end of a link */
struct mesh_outgoing {
    uint8_t pdu[MESH_PDU_MAX];
    uint8_t n;
    uint8_t message; /* label */
};

enum { MESH_QUEUE = 4 };

struct mesh_link {
    bool open;
    uint8_t id[MESH_LINK_ID];
    struct imp_addr to; /* the other end */
    int channel, ack_message;
    /* out: the head of the queue is the transaction under way */
    uint8_t base, sent; /* 0x00 or 0x80; number of the transaction under way, 7 bits */
    struct mesh_outgoing queue[MESH_QUEUE];
    uint8_t queued;
    imp_time again, give_up; /* next repetition; when the transaction counts as failed */
    /* in */
    bool any;       /* a transaction came already */
    uint8_t last;   /* the one that came last as a whole */
    imp_time acked; /* when it was acknowledged */
    uint8_t in[MESH_PDU_MAX];
    bool started;
    uint8_t number, seg_n, fcs;
    uint16_t total;
    uint8_t have; /* bit i: segment i is there */
};

void mesh_link_begin(struct mesh_link *l, bool provisioner, const uint8_t id[MESH_LINK_ID],
                     const struct imp_addr *to, int channel, int ack_message);
/* Queues a PDU and sends it when its turn comes. Dropped when the queue is full. */
void mesh_link_send(struct mesh_link *l, struct imp_env *env, int message, const uint8_t *pdu,
                    size_t n, imp_time now);
/* A start, acknowledgement or continuation of this link. Returns the octets of a PDU that is now
 * whole in l->in, or 0. */
size_t mesh_link_receive(struct mesh_link *l, struct imp_env *env, const struct mesh_generic *g,
                         imp_time now);
/* Repeats what is due. False: the other end has not acknowledged for 30 s. */
bool mesh_link_timeout(struct mesh_link *l, struct imp_env *env, imp_time now);
imp_time mesh_link_deadline(const struct mesh_link *l);

#endif
