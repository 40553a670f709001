/* SPDX-License-Identifier: GPL-2.0-only */
/* zw.h - roles, messages and states of Z-Wave inclusion with Security 2 and Security 0. */
#ifndef IMPRINT_ZW_H
#define IMPRINT_ZW_H

#include "protocols/contract/mechanism.h"
#include "zw_explore.h"
#include "zw_link.h"

enum { ZW_NODE, ZW_CONTROLLER };                                     /* roles */
enum { ZW_RADIO, ZW_CHANNEL_PIN, ZW_CHANNEL_LABEL, ZW_CHANNEL_CSA }; /* channels */
enum { ZW_ACT_GRANT };

enum zw_message {
    ZW_MSG_NODE_INFO,
    ZW_MSG_ASSIGN_IDS,
    ZW_MSG_KEX_GET,
    ZW_MSG_KEX_REPORT,
    ZW_MSG_KEX_SET,
    ZW_MSG_KEX_FAIL,
    ZW_MSG_PUBLIC_KEY,
    ZW_MSG_NONCE_GET,
    ZW_MSG_NONCE_REPORT,
    ZW_MSG_ECHO_SET, /* from here to SUPPORTED_REPORT encapsulated */
    ZW_MSG_ECHO_REPORT,
    ZW_MSG_KEY_GET,
    ZW_MSG_KEY_REPORT,
    ZW_MSG_KEY_VERIFY,
    ZW_MSG_TRANSFER_END,
    ZW_MSG_SUPPORTED_GET,
    ZW_MSG_SUPPORTED_REPORT,
    ZW_MSG_S0_SCHEME_GET,
    ZW_MSG_S0_SCHEME_REPORT,
    ZW_MSG_S0_NONCE_GET,
    ZW_MSG_S0_NONCE_REPORT,
    ZW_MSG_S0_KEY_SET,
    ZW_MSG_S0_KEY_VERIFY,
    ZW_MSG_PIN,
    ZW_MSG_LABEL,
    ZW_MSG_TRANSFER_PRESENTATION,
    ZW_MSG_PRIME,
    ZW_MSG_INCLUDE,
    ZW_MSG_EXCLUDE_REQUEST,
    ZW_MSG_CSA_PIN,
};

enum { /* of class 01 */
       ZW_NODE_INFO = 0x01,
       ZW_ASSIGN_IDS = 0x03,
       ZW_TRANSFER_PRESENTATION = 0x08,
       ZW_EXCLUDE_REQUEST = 0x23,
       ZW_PRIME = 0x27,
       ZW_INCLUDE = 0x28,
};
/* Options of Transfer Presentation. */
enum { ZW_UNIQUE_HOME_ID = 0x01, ZW_NOT_INCLUSION = 0x02, ZW_NOT_EXCLUSION = 0x04 };
enum { /* of class 98 */
       ZW_S0_SCHEME_GET = 0x04,
       ZW_S0_SCHEME_REPORT,
       ZW_S0_KEY_SET,
       ZW_S0_KEY_VERIFY,
       ZW_S0_GET = 0x40,
       ZW_S0_REPORT = 0x80,
       ZW_S0_ENCAPSULATION,
};

enum zw_kex_fail {
    ZW_FAIL_KEY = 1,
    ZW_FAIL_SCHEME,
    ZW_FAIL_CURVES,
    ZW_FAIL_DECRYPT = 5,
    ZW_FAIL_CANCEL,
    ZW_FAIL_AUTH,
    ZW_FAIL_GET,
    ZW_FAIL_VERIFY,
    ZW_FAIL_REPORT,
};

/* Bits of requested and granted keys. */
enum {
    ZW_UNAUTHENTICATED = 0x01,
    ZW_AUTHENTICATED = 0x02,
    ZW_ACCESS = 0x04,
    ZW_S0 = 0x80,
    ZW_MASKING = ZW_AUTHENTICATED | ZW_ACCESS, /* these hide the first octets of the key */
    ZW_ALL = 0x87,
};
enum { ZW_CLASSES = 4 }; /* slots: the three of S2, S0 */
/* Flags of KEX Report and KEX Set; Transfer End's. */
enum { ZW_ECHO = 0x01, ZW_CSA = 0x02 };
enum { ZW_KEY_REQUEST_COMPLETE = 0x01, ZW_KEY_VERIFIED = 0x02, ZW_TRANSFER_FLAGS = 0x03 };
enum { ZW_SCHEME_1 = 0x02, ZW_CURVE_25519 = 0x01 };

enum zw_option {
    ZW_OPT_SECURITY,
    ZW_OPT_KEYS,
    ZW_OPT_GRANT,
    ZW_OPT_DSK,
    ZW_OPT_INCLUSION,
    ZW_OPT_S0,
    ZW_OPT_RETRY,
    ZW_OPT_RESYNC,
    ZW_OPT_KEY_PAIR,
    ZW_OPT_EXPLORE,
    ZW_OPT_CSA,
};
enum { ZW_CLASSIC, ZW_SMART_START };
enum { ZW_LIFELONG, ZW_BY_CLASS };
enum { ZW_SECURITY_S2, ZW_SECURITY_BOTH, ZW_SECURITY_S0 };
enum { ZW_DSK_PIN, ZW_DSK_QR };
enum { ZW_S0_REFUSE, ZW_S0_WARN, ZW_S0_ACCEPT };

enum zw_flaw {
    ZW_FLAW_UNMASKED,
    ZW_FLAW_GRANT_ANY,
    ZW_FLAW_UNASKED,
    ZW_FLAW_DSK,
};

enum zw_node_state {
    ZW_N_LEARN,   /* for Assign IDs */
    ZW_N_KEX_GET, /* for KEX Get or S0's Scheme Get */
    ZW_N_KEX_SET,
    ZW_N_PUBLIC_KEY, /* for the controller's */
    ZW_N_CSA,        /* for the user to type what of it is masked */
    ZW_N_ECHO,       /* for KEX Report under the temporary key */
    ZW_N_KEY,        /* for Network Key Report */
    ZW_N_TRANSFER,   /* for Transfer End */
    ZW_N_S0_KEY,     /* for S0's Nonce Get, then Network Key Set */
    ZW_N_S0_NONCE,   /* for the nonce of Network Key Verify */
    ZW_N_FAILED,     /* for the user to begin again */
    ZW_N_INCLUDED,
    ZW_N_LEAVE, /* learn mode to leave: for Assign IDs with NodeID 0 */
    ZW_N_EXCLUDED,
};

enum zw_controller_state {
    ZW_C_IDLE, /* for a Node Information Frame */
    ZW_C_KEX_REPORT,
    ZW_C_GRANT,      /* for the user */
    ZW_C_PUBLIC_KEY, /* for the node's */
    ZW_C_PIN,        /* for the user */
    ZW_C_ECHO,       /* for KEX Set under the temporary key */
    ZW_C_KEY_GET,    /* for Network Key Get, or Transfer End */
    ZW_C_VERIFY,
    ZW_C_SUPPORTED, /* for Commands Supported Report */
    ZW_C_S0_SCHEME,
    ZW_C_S0_NONCE,  /* for the nonce of Network Key Set */
    ZW_C_S0_VERIFY, /* for S0's Nonce Get, then Network Key Verify */
    ZW_C_EXCLUDE,   /* for the Node Information Frame of one who leaves */
};

enum { ZW_LABELS = 64, ZW_KEX = 4, ZW_SID = 16 };

#define ZW_CELL_SECRET "private-key"     /* node: Curve25519; its public key begins with the DSK */
#define ZW_CELL_KEYS "network-keys"      /* both: struct zw_keys */
#define ZW_CELL_LIST "provisioning-list" /* controller: DSKs */

struct zw_keys {
    uint8_t granted;
    uint8_t key[ZW_CLASSES][ZW_KEY];
};

/* Slot of the lowest, of the highest class of a mask that is not empty. */
int zw_lowest(uint8_t mask);
int zw_highest(uint8_t mask);
uint8_t zw_bit(int slot);
extern const char *const zw_key_names[ZW_CLASSES];
uint8_t zw_mask_of(int64_t choice); /* of options `keys` and `grant` */

/* Client-side authentication: the controller's key is masked, and its user types at the node. */
static inline bool zw_client_side(const uint8_t granted[ZW_KEX])
{
    return granted[0] & ZW_CSA && granted[3] & ZW_MASKING;
}

/* One inclusion, as both ends see it. */
struct zw_exchange {
    struct zw_link link;
    struct imp_addr peer;
    uint8_t requested[ZW_KEX], granted[ZW_KEX]; /* flags, scheme, curve, keys as they were sent */
    uint8_t own_public[ZW_PUBLIC], own_secret[32], peer_public[ZW_PUBLIC];
    struct zw_derived temp, network;
    uint8_t sid[ZW_SID];
    int slot;      /* class whose key is under way */
    uint8_t taken; /* classes whose key was verified */
    uint8_t s0_own[ZW_S0_NONCE];
    bool s0_fresh; /* s0_own was handed out and not used */
};

/* NodeID and HomeID in an address of the radio. */
uint8_t zw_node_id(const struct imp_addr *a);
void zw_home_id(uint8_t home[4], const struct imp_addr *a);
struct zw_route zw_route_of(const struct zw_exchange *x);
/* Temporary key and session of both public keys. 0 or -1. */
int zw_agree(struct zw_exchange *x, struct imp_env *env);
void zw_clear(struct zw_exchange *x, struct imp_env *env, int message, const uint8_t *p, size_t n);
/* S0: encapsulated command for the peer's nonce. */
void zw_s0_send(struct zw_exchange *x, struct imp_env *env, int message, const uint8_t key[ZW_KEY],
                const uint8_t nonce[ZW_S0_NONCE], const uint8_t *command, size_t n);
/* Octets of the command, or -1. */
int zw_s0_receive(struct zw_exchange *x, struct imp_env *env, const uint8_t key[ZW_KEY],
                  const uint8_t *p, size_t n, uint8_t command[ZW_FRAME_MAX]);
void zw_s0_report(struct zw_exchange *x, struct imp_env *env);

/* ---- claims */
void zw_claim(struct imp_env *env, enum imp_claim_kind kind, const char *name);
void zw_claim_identity(struct imp_env *env, const uint8_t public[ZW_PUBLIC]);
void zw_claim_session(struct imp_env *env, enum imp_claim_kind kind, const struct zw_exchange *x);
void zw_claim_key(struct imp_env *env, const struct zw_exchange *x, const char *name,
                  const uint8_t key[ZW_KEY]);
void zw_claim_class(struct imp_env *env, const struct zw_exchange *x, uint8_t mask, bool s0);
/* Nobody is authenticated; x->sid has the node's nonce. */
void zw_claim_s0(struct imp_env *env, enum imp_claim_kind kind, const struct zw_exchange *x,
                 const uint8_t key[ZW_KEY]);

/* ---- memory */
struct zw_joining {
    struct imp_env *env;
    enum zw_node_state state;
    struct zw_exchange x;
    struct zw_keys keys;
    imp_time due, repeat; /* time-out; next frame of its own */
    unsigned attempts;
    bool includes;  /* SmartStart: the next one is the inclusion request, else the prime */
    unsigned round; /* of SmartStart, for its schedule */
};

struct zw_including {
    struct imp_env *env;
    enum zw_controller_state state;
    struct zw_exchange x;
    struct zw_keys keys;
    imp_time due, repeat;  /* time-out; next Transfer Presentation */
    const uint8_t *primed; /* SmartStart: DSK of the node that has announced itself */
    imp_time agreement;    /* TAI2: until when the node's key is to be agreed and echoed */
    bool masked;           /* an adversary's: the first octets are to be found */
    unsigned undecodable;  /* frames under the temporary key */
    uint8_t labels[ZW_LABELS][ZW_DSK];
    uint16_t label_count;
    uint8_t known[32]; /* nodes that were included, by bit */
};

/* ---- the node, in two files: zw_node_network.c has what is in clear before the key exchange */
static inline void zw_node_await(struct zw_joining *j, enum zw_node_state state, imp_time due)
{
    j->state = state;
    j->due = due;
    j->repeat = IMP_NEVER;
}
static inline bool zw_smart_start(const struct imp_env *env)
{
    return imp_opt(env, ZW_OPT_INCLUSION) == ZW_SMART_START;
}
void zw_node_learn(struct zw_joining *j, imp_time now);
void zw_node_leave(struct zw_joining *j, imp_time now);
/* After a failure, until the node is in learn mode again. */
imp_time zw_node_pause(struct zw_joining *j);
/* Whether the frame or the time-out was its. */
bool zw_node_network_frame(struct zw_joining *j, const struct imp_event *e, imp_time now);
bool zw_node_network_timeout(struct zw_joining *j, imp_time now);

/* ---- the controller likewise, and with Security 0 in a third */
static inline void zw_controller_await(struct zw_including *c, enum zw_controller_state state,
                                       imp_time due)
{
    c->state = state;
    c->due = due;
    c->repeat = IMP_NEVER;
}
void zw_controller_idle(struct zw_including *c);
void zw_controller_failed(struct zw_including *c, int code, const char *why);
void zw_controller_complete(struct zw_including *c);
void zw_controller_s0(struct zw_including *c, const uint8_t *p, size_t n, imp_time now);
void zw_controller_exclude(struct zw_including *c, imp_time now);
bool zw_controller_network_frame(struct zw_including *c, const struct imp_event *e, imp_time now);
bool zw_controller_network_timeout(struct zw_including *c, imp_time now);

extern const struct imp_legal zw_node_legal[], zw_controller_legal[];
imp_party_init zw_node_init, zw_controller_init;
imp_party_event zw_node_event, zw_controller_event;
imp_party_fini zw_node_fini, zw_controller_fini;
int zw_node_state_of(const void *ctx);
int zw_controller_state_of(const void *ctx);

#endif
