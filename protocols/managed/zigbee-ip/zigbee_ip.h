/* SPDX-License-Identifier: GPL-2.0-only */
/* zigbee_ip.h - joining a ZigBee IP network: PANA with EAP-TLS through a relay, the network key in
 * the result, then a secured link to the parent. Indices of the tables and memory of the roles. */
#ifndef IMPRINT_ZIGBEE_IP_H
#define IMPRINT_ZIGBEE_IP_H

#include "keys.h"
#include "protocols/managed/pana/pana.h"
#include "protocols/managed/pana/relay.h"

enum { ZIP_NODE, ZIP_ROUTER, ZIP_COORDINATOR, ZIP_AAA }; /* roles */
enum {
    ZIP_PANA = PANA_CHANNEL,
    ZIP_RELAY,
    ZIP_MLE,
    ZIP_BACKEND,
    ZIP_BACKEND_TLS,
    ZIP_MESH
}; /* channels */

#define ZIP_ONE_MORE(id, name, phase, channel) +1
enum zip_message { /* after those of PANA */
                   ZIP_MSG_PRY = PANA_MESSAGES,
                   ZIP_MSG_LINK_REQUEST,
                   ZIP_MSG_LINK_ACCEPT_AND_REQUEST,
                   ZIP_MSG_LINK_ACCEPT,
                   ZIP_MSG_ACCESS_REQUEST, /* of radius_rows.h from here on */
                   ZIP_MSG_ACCESS_CHALLENGE,
                   ZIP_MSG_ACCESS_ACCEPT,
                   ZIP_MSG_ACCESS_REJECT,
                   ZIP_MSG_PNR_PARENT =
                       ZIP_MSG_ACCESS_REQUEST IMP_RADIUS_MESSAGE_LIST(ZIP_ONE_MORE),
                   ZIP_MSG_PNA_PARENT,
                   ZIP_MSG_ADVERTISEMENT,      /* to a neighbour */
                   ZIP_MSG_MESH_ADVERTISEMENT, /* of the coordinator to a parent */
};

/* States of a node: those of the PaC, and behind them */
enum zip_node_state {
    ZIP_NODE_LINK = PANA_PAC_CLOSING + 1, /* for Link Accept and Request */
    ZIP_NODE_JOINED,                      /* for the end of the session */
};

struct zip_node {
    struct pana_pac pac; /* first: its context is the node's */
    enum { ZIP_LINK_NONE, ZIP_LINK_ASKED, ZIP_LINK_UP } link;
    struct zip_keys keys, next; /* in use; to be used as soon as the parent does */
    struct zip_counter counter;
    struct zip_link ends;
    bool rejoining; /* with a stored key, without PANA */
    bool heard;     /* the parent, with that frame counter or less */
    uint32_t heard_counter;
    struct pana_retry retry;
    bool plain;   /* the adversary's: no network key, no security */
    bool claimed; /* COMPLETE is said */
};

/* States of a router's link with one neighbour. */
enum zip_router_state {
    ZIP_ROUTER_IDLE,   /* for Link Request */
    ZIP_ROUTER_ACCEPT, /* for Link Accept */
    ZIP_ROUTER_LINKED, /* for nothing */
};

struct zip_router;
struct zip_neighbour {
    struct imp_addr addr; /* n = 0: free */
    enum zip_router_state state;
    struct zip_link ends;
    bool heard;
    uint32_t heard_counter;
    bool plain; /* it spoke without security: so do we (flaw) */
    bool ahead; /* it spoke under the next key: so do we */
    struct pana_retry retry;
};
enum { ZIP_NEIGHBOURS = 256 };

/* The parent's own session with the coordinator, from when it joined. */
struct zip_member {
    struct pana_sa sa;
    uint32_t sequence;         /* of the request that was answered last */
    uint8_t answer[PANA_PING]; /* to it */
    size_t answer_n;
};

struct zip_router {
    struct imp_env *env;
    struct zip_keys keys, next; /* in use; to be used as soon as the coordinator does */
    struct zip_counter counter;
    struct zip_member member;
    bool mesh_heard; /* the coordinator, with that frame counter or less */
    uint32_t mesh_counter;
    imp_time now; /* of the event in progress */
    size_t last, reached;
    struct zip_neighbour neighbours[ZIP_NEIGHBOURS];
};

struct zip_coordinator {
    struct pana_paa paa; /* first: its context is the coordinator's */
    struct zip_counter counter;
    bool counting;
    uint8_t active; /* index of the network key in use; 0: not started */
    unsigned said;  /* advertisements under the next key, so far */
    imp_time at;    /* of the next one, or of the first; IMP_NEVER: the next key is on its way */
};
#define ZIP_CELL_NEIGHBOUR "neighbour" /* of the coordinator: a number, the parent's address */
enum { ZIP_CELL = 32 };
#define ZIP_CELL_NEXT "next-network-key" /* of a parent */
enum { ZIP_REPETITIONS = 3 };            /* of what nobody answers */

extern const struct imp_legal zip_node_legal[], zip_router_legal[];
extern const struct imp_mechanism imp_zigbee_ip;

imp_party_init zip_node_init, zip_router_init;
imp_party_event zip_node_event, zip_router_event;
imp_party_fini zip_node_fini, zip_router_fini;
int zip_node_state_of(const void *ctx);
imp_party_init zip_coordinator_init;
imp_party_event zip_coordinator_event;

/* The parent as a member. A PNR of the coordinator is answered; true: it had another network key,
 * which is in `key`. */
void zip_member_start(struct zip_member *x, struct imp_env *env);
bool zip_member_received(struct zip_member *x, struct imp_env *env, const struct imp_event *e,
                         uint8_t key[PANA_NETWORK_KEY]);
int zip_router_state_of(const void *ctx);

/* Opens a message. MLE_VERIFIED: it counts, and *counter is the sender's last. MLE_PLAIN: it came
 * without security, which only who has the flaw `flaw` gets to see. Anything else is refused. `m`
 * borrows from text[0..MLE_MAX). */
enum mle_opened zip_received(struct imp_env *env, struct mle_message *m, uint8_t text[MLE_MAX],
                             const struct zip_keys *keys, bool *heard, uint32_t *counter,
                             const char *flaw, const struct imp_event *e);
/* The keys that a message names by its index. */
const struct zip_keys *zip_keys_named(const struct zip_keys *now, const struct zip_keys *next,
                                      const struct imp_event *e);
/* Sends one, sealed unless `plain`. */
void zip_send(struct imp_env *env, int channel, const struct zip_keys *keys,
              struct zip_counter *counter, const struct imp_addr *to, int label, bool plain,
              const struct mle_message *m);
/* Sends an advertisement, for the first time under these keys or again. */
void zip_advertise(struct imp_env *env, int channel, const struct zip_keys *keys,
                   struct zip_counter *counter, const struct imp_addr *to, int label, bool first);
/* The other end has put the next keys into use by a message: so does this one. `claim`: it was an
 * advertisement, by which the other end says so. */
void zip_switch(struct imp_env *env, struct zip_keys *now, struct zip_keys *next,
                const struct imp_event *e, bool claim);

#endif
