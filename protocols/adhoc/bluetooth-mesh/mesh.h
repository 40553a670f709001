/* SPDX-License-Identifier: GPL-2.0-only */
/* mesh.h - roles, messages and states of Bluetooth Mesh provisioning (Mesh Protocol 1.1 section 5)
 * and of the configuration of keys that follows it (sections 3 and 4). */
#ifndef IMPRINT_MESH_H
#define IMPRINT_MESH_H

#include "mesh_beacon.h"
#include "mesh_bearer.h"
#include "mesh_config.h"
#include "mesh_keys.h"
#include "mesh_proxy.h"
#include "mesh_transport.h"
#include "protocols/contract/mechanism.h"

enum { MESH_DEVICE, MESH_PROVISIONER }; /* roles */
enum {
    MESH_ADV,
    MESH_LABEL,
    MESH_OUTPUT,
    MESH_INPUT,
    MESH_CONNECTABLE,
    MESH_ATT,
    MESH_CONTROL
}; /* channels */

enum mesh_message {
    MESH_MSG_BEACON,
    MESH_MSG_OPEN,
    MESH_MSG_LINK_ACK,
    MESH_MSG_CLOSE,
    MESH_MSG_ACK,
    MESH_MSG_INVITE, /* from here on: MESH_MSG_INVITE + type of the provisioning PDU */
    MESH_MSG_CAPABILITIES,
    MESH_MSG_START,
    MESH_MSG_PUBLIC_KEY,
    MESH_MSG_INPUT_COMPLETE,
    MESH_MSG_CONFIRMATION,
    MESH_MSG_RANDOM,
    MESH_MSG_DATA,
    MESH_MSG_COMPLETE,
    MESH_MSG_FAILED,
    MESH_MSG_LABEL,
    MESH_MSG_OUTPUT,
    MESH_MSG_INPUT,
    MESH_MSG_SEGMENT_ACK,
    MESH_MSG_COMPOSITION_GET,
    MESH_MSG_COMPOSITION_STATUS,
    MESH_MSG_APPKEY_ADD,
    MESH_MSG_APPKEY_STATUS,
    MESH_MSG_BIND,
    MESH_MSG_BIND_STATUS,
    MESH_MSG_NODE_RESET,
    MESH_MSG_NODE_RESET_STATUS,
    MESH_MSG_CONNECTABLE,
    MESH_MSG_MTU_REQUEST,
    MESH_MSG_MTU_RESPONSE,
    MESH_MSG_READ_REQUEST,
    MESH_MSG_READ_RESPONSE,
    MESH_MSG_SUBSCRIBE,
    MESH_MSG_SUBSCRIBED,
    MESH_MSG_TERMINATE,
    MESH_MSG_NETKEY_UPDATE,
    MESH_MSG_NETKEY_STATUS,
    MESH_MSG_APPKEY_UPDATE,
    MESH_MSG_PHASE_GET,
    MESH_MSG_PHASE_SET,
    MESH_MSG_PHASE_STATUS,
    MESH_MSG_NETWORK_BEACON,
};

enum mesh_pdu { /* types of provisioning PDUs, section 5.4.1 */
                MESH_INVITE,
                MESH_CAPABILITIES,
                MESH_START,
                MESH_PUBLIC_KEY,
                MESH_INPUT_COMPLETE,
                MESH_CONFIRMATION,
                MESH_RANDOM,
                MESH_PROVISIONING_DATA,
                MESH_COMPLETE,
                MESH_FAILED,
                MESH_PDU_TYPES
};

enum mesh_error { /* section 5.4.1.10 */
                  MESH_INVALID_PDU = 1,
                  MESH_INVALID_FORMAT,
                  MESH_UNEXPECTED_PDU,
                  MESH_CONFIRMATION_FAILED,
                  MESH_OUT_OF_RESOURCES,
                  MESH_DECRYPTION_FAILED,
                  MESH_UNEXPECTED_ERROR,
                  MESH_CANNOT_ASSIGN,
                  MESH_INVALID_DATA,
};

enum mesh_option {
    MESH_OPT_OOB,
    MESH_OPT_PUBLIC_KEY,
    MESH_OPT_ALGORITHMS,
    MESH_OPT_DIGITS,
    MESH_OPT_BEACON,
    MESH_OPT_LINK_TIMEOUT,
    MESH_OPT_CONFIGURE,
    MESH_OPT_REPLAY_CHECK,
    MESH_OPT_BEARER,
    MESH_OPT_MTU,
    MESH_OPT_OUTPUT,
    MESH_OPT_INPUT,
    MESH_OPT_URI,
    MESH_OPT_REFRESH_BY,
    MESH_OPT_BEACON_CHECK,
    MESH_OPT_LEAST_DIGITS,
};
enum { MESH_BY_MESSAGE, MESH_BY_BEACON };
enum { MESH_PB_ADV, MESH_PB_GATT };
enum mesh_oob { MESH_OOB_NONE, MESH_OOB_STATIC, MESH_OOB_OUTPUT, MESH_OOB_INPUT }; /* = method */
enum { MESH_KEY_IN_BAND, MESH_KEY_OOB };
enum { MESH_ALGORITHMS_BOTH, MESH_ALGORITHMS_CMAC, MESH_ALGORITHMS_HMAC };

enum mesh_flaw {
    MESH_FLAW_DEVICE_CONFIRMATION,
    MESH_FLAW_PROVISIONER_CONFIRMATION,
    MESH_FLAW_REFLECTION,
};

enum mesh_device_state {
    MESH_BEACONING,       /* for Link Open */
    MESH_D_INVITE,        /* for Invite */
    MESH_D_START,         /* for Start */
    MESH_D_PUBLIC_KEY,    /* for the provisioner's public key */
    MESH_D_INPUT,         /* for the number that its user enters */
    MESH_D_CONFIRMATION,  /* for the provisioner's confirmation */
    MESH_D_RANDOM,        /* for its random value */
    MESH_D_DATA,          /* for provisioning data */
    MESH_D_FAILED,        /* for Link Close */
    MESH_D_CONFIGURATION, /* for the messages of the Configuration Client: it is a node */
    MESH_D_PROVISIONED,   /* for Node Reset or new keys only */
};

enum mesh_provisioner_state {
    MESH_SCANNING,        /* for a beacon */
    MESH_P_OPENING,       /* for Link ACK */
    MESH_P_CAPABILITIES,  /* for Capabilities */
    MESH_P_PUBLIC_KEY,    /* for the device's public key */
    MESH_P_OUTPUT,        /* for the number that the device shows */
    MESH_P_INPUT,         /* for Input Complete */
    MESH_P_CONFIRMATION,  /* for the device's confirmation */
    MESH_P_RANDOM,        /* for its random value */
    MESH_P_COMPLETE,      /* for Complete */
    MESH_P_CONFIGURATION, /* for a status of the Configuration Server */
    MESH_P_RESET,         /* for Config Node Reset Status */
    MESH_P_REFRESH,       /* for a status of the key refresh procedure */
};

enum {
    MESH_STATIC = 32,
    MESH_PUBLIC = 64,
    MESH_DIGITS_MAX = 8,
    MESH_LABELS = 64,
    MESH_NODES = 1024,
    MESH_OWN_ADDRESS = 0x0001, /* the provisioner's unicast address; nodes get those that follow */
};

/* What a device's label says: UUID, static OOB value, public key; unused fields are zeros. */
struct mesh_label {
    uint8_t uuid[MESH_UUID];
    uint8_t static_oob[MESH_STATIC];
    uint8_t public_key[MESH_PUBLIC];
};

#define MESH_CELL_UUID "uuid"
#define MESH_CELL_STATIC "static-oob"
#define MESH_CELL_PRIVATE "private-key" /* of the public key on the label */
#define MESH_CELL_NODE "node"           /* device: struct mesh_identity */
#define MESH_CELL_CONFIGURATION                                                                    \
    "configuration"                         /* device: what its server and its transport keep      \
                                             */
#define MESH_CELL_NETWORK "network"         /* provisioner: NetKey */
#define MESH_CELL_APPLICATION "application" /* provisioner: AppKey */
#define MESH_CELL_SEQUENCE "sequence"       /* provisioner: SEQ and the next unicast address */

/* What a node has of its provisioning: device key, provisioning data, session of the claims. */
struct mesh_identity {
    uint8_t device[MESH_KEY], data[MESH_DATA], sid[MESH_KEY];
};

extern const struct imp_legal mesh_device_legal[], mesh_provisioner_legal[];

/* ---- both roles */
/* One run of the protocol, as both ends see it. */
struct mesh_exchange {
    struct mesh_link link;
    struct mesh_proxy proxy; /* open: PDUs go over a connection, and link says only to whom */
    struct mesh_keys keys;
    enum mesh_oob method;
    uint8_t oob_size; /* of output or input, as Start has it */
    uint8_t own_public[MESH_PUBLIC], own_secret[32];
    uint8_t random[MESH_WIDTH_MAX], confirmation[MESH_WIDTH_MAX]; /* ours */
    uint8_t peer_confirmation[MESH_WIDTH_MAX];
    uint8_t peer_random[MESH_WIDTH_MAX];
    uint8_t uuid[MESH_UUID]; /* the device's */
    imp_time quiet;          /* when the link has been silent for too long */
};

imp_time mesh_link_silence(const struct imp_env *env); /* option link-timeout */
/* IV index of provisioning data. */
uint32_t mesh_iv_index(const uint8_t data[MESH_DATA]);
/* Octets of parameters of a PDU; confirmation and random depend on the algorithm. */
size_t mesh_pdu_size(int type, enum mesh_algorithm a);
void mesh_pdu_send(struct mesh_exchange *x, struct imp_env *env, enum mesh_pdu type,
                   const void *parameters, size_t n, imp_time now);
void mesh_control_send(const struct mesh_link *link, struct imp_env *env, enum mesh_control c,
                       const void *data, size_t n);
enum mesh_close {
    MESH_CLOSE_SUCCESS,
    MESH_CLOSE_TIMED_OUT,
    MESH_CLOSE_FAIL
}; /* section 5.3.1.4.3 */
/* Three times. */
void mesh_close_send(const struct mesh_link *link, struct imp_env *env, enum mesh_close reason);
/* Secret of both keys; 0 or -1. The provisioner's key goes into the inputs first. */
int mesh_agree(struct mesh_exchange *x, struct imp_env *env, const uint8_t peer[MESH_PUBLIC],
               bool provisioner);
/* ConfirmationKey, own random value and its confirmation, which is sent. */
void mesh_commit_to_random(struct mesh_exchange *x, struct imp_env *env, imp_time now);
bool mesh_confirmation_right(struct mesh_exchange *x, struct imp_env *env, const uint8_t *random);

/* ---- what people carry */
struct mesh_action {
    uint8_t value, size; /* of Start; bit 1 << value in Capabilities */
    bool text, counted;  /* letters and digits; pulses or pushes. Neither: a number */
};
/* Value and size that an end wants of that method; zeros for those without an action. */
struct mesh_action mesh_action_of(const struct imp_env *env, enum mesh_oob method);
/* What a display shows, drawn on stream "oob"; not zero. */
void mesh_oob_draw(struct imp_env *env, struct mesh_action a, char out[MESH_DIGITS_MAX + 1]);
/* Whether a person can have entered these octets. */
bool mesh_oob_plausible(struct mesh_action a, const uint8_t *p, size_t n);
/* AuthValue of plausible octets, as text. */
void mesh_oob_auth(struct mesh_keys *k, struct mesh_action a, const char *text);
/* How long it takes to blink or push it; 0 if it is not counted. */
imp_time mesh_oob_pulses(struct mesh_action a, const char *text);
#define MESH_INPUT_ENDS (5 * IMP_S) /* pushing has ended when nothing came for so long */
/* An attacker's: leaves k->auth at the value that fits confirmation and random. False: none does.
 */
bool mesh_oob_search(struct mesh_keys *k, struct mesh_action a, const uint8_t *confirmation,
                     const uint8_t *random);

/* ---- PB-GATT */
enum mesh_gatt_event {
    MESH_GATT_NOTHING,
    MESH_GATT_CONNECTED, /* the link is open: to the server only */
    MESH_GATT_ATTACHED,  /* PDUs may flow */
    MESH_GATT_PDU,       /* one of *size octets is in x->proxy.in */
};
/* Connectable advertisement of the device. */
void mesh_gatt_invite(struct imp_env *env, const uint8_t uuid[MESH_UUID], uint16_t oob);
/* The client connects and begins to set up the link. */
void mesh_gatt_open(struct mesh_exchange *x, struct imp_env *env, const struct imp_addr *to);
/* An ATT PDU to the client, to the server. */
enum mesh_gatt_event mesh_gatt_client(struct mesh_exchange *x, struct imp_env *env,
                                      const uint8_t *p, size_t n, size_t *size);
enum mesh_gatt_event mesh_gatt_server(struct mesh_exchange *x, struct imp_env *env,
                                      const struct imp_addr *from, const uint8_t *p, size_t n,
                                      size_t *size);
void mesh_gatt_send(struct mesh_exchange *x, struct imp_env *env, int message, const uint8_t *pdu,
                    size_t n);
void mesh_gatt_close(struct mesh_exchange *x, struct imp_env *env);
/* Whether that control PDU says that the other end has closed it; then it is closed. */
bool mesh_gatt_closed(struct mesh_exchange *x, const struct imp_event *e);

/* ---- claims */
void mesh_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name);
void mesh_claim_identity(struct imp_env *env, const uint8_t *self, size_t n);
/* RUNNING or COMMIT on the session that x has made; the peer is the device's UUID, or the
 * provisioner's public key. `netkey` may be NULL. */
void mesh_claim_session(struct imp_env *env, enum imp_claim_kind kind,
                        const struct mesh_exchange *x);
void mesh_claim_secrets(struct imp_env *env, const struct mesh_exchange *x);
void mesh_claim_netkey(struct imp_env *env, const struct mesh_exchange *x,
                       const uint8_t netkey[MESH_KEY]);
void mesh_claim_app_key(struct imp_env *env, const uint8_t sid[MESH_KEY],
                        const uint8_t key[MESH_KEY]);
/* Issued or installed: provisioning data, or an application key bound to its model. */
void mesh_claim_config(struct imp_env *env, const uint8_t sid[MESH_KEY], const uint8_t *octets,
                       size_t n);
/* RUNNING of the keys that were issued to the node of that session, COMMIT to those in force. */
void mesh_claim_refresh(struct imp_env *env, enum imp_claim_kind kind, const uint8_t sid[MESH_KEY],
                        const uint8_t netkey[MESH_KEY], const uint8_t appkey[MESH_KEY]);

/* ---- memory */
struct mesh_node {
    struct imp_env *env;
    enum mesh_device_state state;
    struct mesh_exchange x;
    imp_time beacon, user; /* next beacon; until when an adversary waits for its user */
    /* Pulses: shown until then, or pushed until then; empty: nothing */
    char pulses[MESH_DIGITS_MAX + 1];
    imp_time pulsed;
    int algorithms;
    unsigned attempts; /* links opened */
    struct mesh_transport t;
    struct mesh_server server;
};

/* A device that was provisioned. */
struct mesh_record {
    uint8_t uuid[MESH_UUID], device[MESH_KEY], sid[MESH_KEY];
    uint16_t address;
    struct imp_addr at;
    bool node, complete; /* is a node now; completed once */
    bool struck;         /* removed from the network, and not taken again */
    bool heard;          /* replay protection between conversations */
    uint32_t highest;
};

struct mesh_provisioner {
    struct imp_env *env;
    enum mesh_provisioner_state state;
    struct mesh_exchange x;
    imp_time again;          /* next Link Open; in MESH_P_OUTPUT: until when an adversary waits */
    struct mesh_subnet keys; /* NetKey and AppKey; its own node is in their phase */
    uint16_t address;        /* next unicast address */
    uint32_t seq;            /* next SEQ while no conversation is open */
    uint8_t data[MESH_DATA];
    char shown[MESH_DIGITS_MAX + 1]; /* number of input OOB, or of output OOB that came early */
    struct mesh_label labels[MESH_LABELS];
    uint16_t label_count, node_count;
    /* the conversation with a node */
    struct mesh_transport t;
    struct mesh_record *partner;
    struct mesh_request request;
    imp_time ask_again, silent;
    /* the key refresh: transition that is under way, 0: none; whose turn it is */
    uint8_t refresh;
    uint16_t turn;
    struct mesh_record nodes[MESH_NODES];
};

/* ---- between the files of a role */
/* A PDU of the open link. */
void mesh_device_pdu(struct mesh_node *d, const uint8_t *p, size_t n, imp_time now);
/* Octets from the device's own user, or nothing for an adversary's without one. */
void mesh_device_entered(struct mesh_node *d, const uint8_t *p, size_t n, imp_time now);
/* The pulses have been shown, or pushed. */
void mesh_device_pulsed(struct mesh_node *d, imp_time now);
/* The label goes to whoever is to provision the device. */
void mesh_device_show_label(struct mesh_node *d);
void mesh_device_unprovisioned(struct mesh_node *d, imp_time now);
/* Complete was sent: waits for configuration, or has completed. */
void mesh_device_provisioned(struct mesh_node *d, const struct mesh_identity *node);
/* After loss of power. False: it is no node. */
bool mesh_device_resume(struct mesh_node *d);
void mesh_device_reset(struct mesh_node *d, imp_time now);
/* A network PDU. */
void mesh_device_message(struct mesh_node *d, const uint8_t *p, size_t n, imp_time now);
void mesh_device_message_timeout(struct mesh_node *d, imp_time now);
/* A Secure Network beacon. */
void mesh_device_network_beacon(struct mesh_node *d, const uint8_t *p, size_t n);

const struct mesh_label *mesh_provisioner_label(const struct mesh_provisioner *p,
                                                const uint8_t uuid[MESH_UUID]);
/* `why` NULL: nothing was refused. */
void mesh_provisioner_close(struct mesh_provisioner *p, enum mesh_close reason, const char *why);
void mesh_provisioner_pdu(struct mesh_provisioner *p, const uint8_t *b, size_t n, imp_time now);
void mesh_provisioner_typed(struct mesh_provisioner *p, const uint8_t *digits, size_t n,
                            imp_time now);
void mesh_provisioner_commit(struct mesh_provisioner *p, imp_time now);
void mesh_provisioner_keep(struct mesh_provisioner *p);
void mesh_provisioner_resume(struct mesh_provisioner *p);
/* Complete came: closes the link; configures the node, or has completed. */
void mesh_provisioner_provisioned(struct mesh_provisioner *p, imp_time now);
void mesh_provisioner_message(struct mesh_provisioner *p, const uint8_t *b, size_t n, imp_time now);
void mesh_provisioner_message_timeout(struct mesh_provisioner *p, imp_time now);
imp_time mesh_provisioner_message_deadline(const struct mesh_provisioner *p);
/* Begins a conversation with a node; asks the next thing in it; ends it. */
void mesh_provisioner_converse(struct mesh_provisioner *p, struct mesh_record *r,
                               enum mesh_provisioner_state state, const struct mesh_request *first,
                               imp_time now);
void mesh_provisioner_ask(struct mesh_provisioner *p, const struct mesh_request *r, imp_time now);
void mesh_provisioner_end(struct mesh_provisioner *p);
/* Key refresh: all nodes get new keys; a node has done what it was asked; it has not and is left
 * out. */
void mesh_provisioner_refresh(struct mesh_provisioner *p, imp_time now);
void mesh_provisioner_refreshed(struct mesh_provisioner *p, imp_time now);
void mesh_provisioner_left_out(struct mesh_provisioner *p, imp_time now);
/* Says the phase that is under way to all, if that is its way. */
void mesh_provisioner_network_beacon(struct mesh_provisioner *p);
/* A word of the owner. */
void mesh_provisioner_control(struct mesh_provisioner *p, const uint8_t *word, size_t n,
                              imp_time now);

imp_party_init mesh_device_init, mesh_provisioner_init;
imp_party_event mesh_device_event, mesh_provisioner_event;
imp_party_fini mesh_device_fini, mesh_provisioner_fini;
int mesh_device_state_of(const void *ctx);
int mesh_provisioner_state_of(const void *ctx);

#endif
