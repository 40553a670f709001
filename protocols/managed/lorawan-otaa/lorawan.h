/* SPDX-License-Identifier: GPL-2.0-only */
/* lorawan.h - the numbers by which the mechanism's tables and its four roles know each other. */
#ifndef IMPRINT_LORAWAN_H
#define IMPRINT_LORAWAN_H

#include "../../contract/mechanism.h"
#include "frame.h"

enum { LW_DEVICE, LW_NETWORK, LW_JOIN, LW_APPLICATION, LW_NEXT }; /* roles */
enum {
    LW_RADIO,
    LW_JOIN_LINK,
    LW_APPLICATION_LINK,
    LW_KEY_LINK,
    LW_NEXT_LINK,
    LW_LABEL,
    LW_NEXT_KEY_LINK,
    LW_LABEL_OWN,
    LW_LABEL_NEXT
}; /* channels */

enum lw_message {
    LW_MSG_JOIN_REQUEST,
    LW_MSG_REJOIN_REQUEST,
    LW_MSG_JOIN_ACCEPT,
    LW_MSG_REKEY_IND,
    LW_MSG_REKEY_CONF,
    LW_MSG_UPLINK,
    LW_MSG_ACK,
    LW_MSG_JOIN_REQ,
    LW_MSG_JOIN_ANS,
    LW_MSG_DATA,
    LW_MSG_APPSKEY_REQ,
    LW_MSG_APPSKEY_ANS,
    LW_MSG_NEXT_DATA,
    LW_MSG_LABEL,
    LW_MSG_LABEL_OWN,
    LW_MSG_LABEL_NEXT,
    LW_MSG_CLAIM_REQ,
    LW_MSG_CLAIM_ANS,
    LW_MSG_NEXT_CLAIM_REQ,
    LW_MSG_NEXT_CLAIM_ANS,
};

enum lw_option {
    LW_OPT_VERSION,
    LW_OPT_NONCE_MODE,
    LW_OPT_NONCE_LIST,
    LW_OPT_REGION,
    LW_OPT_CFLIST,
    LW_OPT_KEK,
    LW_OPT_VIA_NETWORK,
    LW_OPT_OLD_SESSION,
    LW_OPT_DEDUPLICATION,
    LW_OPT_START_JITTER,
    LW_OPT_RETRY_JITTER,
    LW_OPT_JOIN_AIRTIME,
    LW_OPT_UPLINK_LIMIT,
    LW_OPT_CONFIRMED_DOWNLINK,
    LW_OPT_MAC_COMMANDS,
    LW_OPT_REJOIN,
    LW_OPT_REJOIN_PERIOD,
    LW_OPT_ANSWER_UNKNOWN,
    LW_OPT_KEY_ENTROPY,
    LW_OPT_CLAIM,
    LW_OPT_TOKEN_ENTROPY,
    LW_OPT_REJOIN_SETUP,
    LW_OPT_REJOIN_TIME_N,
};
enum lw_version { LW_1_0_2, LW_1_0_3, LW_1_0_4, LW_1_1 };
enum { LW_NONCE_BY_VERSION, LW_NONCE_RANDOM, LW_NONCE_COUNTER };
enum { LW_OLD_KEEP, LW_OLD_DROP };
enum { LW_MAC_PORT_0, LW_MAC_FOPTS };
enum { LW_CLAIM_NONE, LW_CLAIM_QR, LW_CLAIM_SERVER };
enum { LW_REJOIN_NONE, LW_REJOIN_JOIN, LW_REJOIN_0, LW_REJOIN_1, LW_REJOIN_2 };

/* How session keys travel between servers: bits. */
enum lw_key_form {
    LW_KEY_WRAPPED = 1, /* RFC 3394 */
    LW_KEY_APART = 2,   /* a SessionKeyID in place of AppSKey, which the join server hands out */
    LW_KEY_NEXT = 4,    /* AppSKey is for the next owner's application server */
};

enum lw_flaw { LW_FLAW_REQUEST_MIC, LW_FLAW_ACCEPT_MIC, LW_FLAW_CLAIM };

/* States of the end device, named by what it waits for. */
enum lw_device_state {
    LW_DEVICE_IDLE,      /* for its time to join */
    LW_DEVICE_JOINING,   /* for the join-accept */
    LW_DEVICE_REKEYING,  /* 1.1: for RekeyConf */
    LW_DEVICE_REPORTING, /* for the acknowledgement of its first payload */
    LW_DEVICE_ACTIVE,    /* for nothing: operational */
    LW_DEVICE_REJOINING, /* for the join-accept to a rejoin-request */
};
/* The three servers wait for whoever comes. */
enum { LW_SERVING };

/* The root keys as they lie in a device's cell and in the join server's record of it. */
struct lw_enrolment {
    uint8_t dev_eui[LW_EUI], join_eui[LW_EUI];
    struct lw_root root;
    uint8_t version; /* enum lw_version that the device implements */
};
#define LW_CELL_ENROLMENT "enrolment"

/* Between two servers: the key of their link, and the key by which the join server wraps keys. */
struct lw_link {
    uint8_t key[LW_KEY], kek[LW_KEY];
    uint8_t number; /* of the network server: first octet of its records */
};
#define LW_CELL_LINK "join-link"               /* network server's with the join server */
#define LW_CELL_APPLICATION "application-link" /* network server's with the application server */
#define LW_CELL_KEYS "key-link"                /* join server's with the application server */
#define LW_CELL_NEXT "next-link"               /* network server's with the next owner's */
#define LW_CELL_NEXT_KEYS "next-key-link"      /* join server's with the next owner's */
enum { LW_LINKS = 64 };                        /* network servers in one run, at most */

enum { LW_SID = LW_EUI + 4, LW_SID_MAX = 16 };
#define LW_EUI_NAME 32 /* a cell's name with a DevEUI in it */

void lw_cell_name(char out[LW_EUI_NAME], const char *prefix, const uint8_t dev_eui[LW_EUI]);
/* Session identifiers: DevEUI and DevAddr; DevEUI, type, nonce and, of a join, JoinNonce. */
void lw_sid(uint8_t out[LW_SID], const uint8_t dev_eui[LW_EUI], const uint8_t dev_addr[4]);
size_t lw_join_sid(uint8_t out[LW_SID_MAX], const struct lw_request *r, const uint32_t *join_nonce);
void lw_claim_identity(struct imp_env *env, const uint8_t *self, size_t n);
void lw_claim_request(struct imp_env *env, enum imp_claim_kind kind, const struct lw_request *r);
void lw_claim_join(struct imp_env *env, enum imp_claim_kind kind, const struct lw_request *r,
                   const struct lw_accept *a, const uint8_t join_eui[LW_EUI],
                   const struct lw_session *s);
/* Layers "network" (session keys of the network) and "app" (AppSKey). */
void lw_claim_session(struct imp_env *env, enum imp_claim_kind kind, const char *layer,
                      const uint8_t sid[LW_SID], const void *peer, size_t peer_n,
                      const struct lw_session *s);
void lw_claim_secrets(struct imp_env *env, const char *layer, const uint8_t sid[LW_SID],
                      const struct lw_session *s);
void lw_claim_accepted(struct imp_env *env, const char *layer, const char *name, const void *sid,
                       size_t sid_n, uint32_t value);
void lw_claim_reject(struct imp_env *env, const char *why);
void lw_claim_complete(struct imp_env *env);

/* Whether DevNonces count up: from 1.0.4 on, unless devnonce-mode says otherwise. */
static inline bool lw_counts(const struct imp_env *env, uint8_t version)
{
    int64_t mode = imp_opt(env, LW_OPT_NONCE_MODE);
    return mode == LW_NONCE_BY_VERSION ? version >= LW_1_0_4 : mode == LW_NONCE_COUNTER;
}

/* ---- claims of devices, by the QR code of TR005 (label.c, ownership.c) */
enum { LW_TOKEN_MAX = 64, LW_LABEL_MAX = 192 /* characters; limits of ours */ };
/* What is printed on the device: its EUIs, and the OwnerToken as octets. */
#define LW_CELL_PRINTED "printed"
struct lw_printed {
    uint8_t join_eui[LW_EUI], dev_eui[LW_EUI], token[LW_KEY];
};
struct lw_label {
    uint8_t join_eui[LW_EUI], dev_eui[LW_EUI];
    uint8_t profile[4];           /* VendorID and VendorProfileID */
    char token[LW_TOKEN_MAX + 1]; /* OwnerToken; empty: none */
};
/* Returns the number of characters; the text ends with NUL. */
size_t lw_label_write(char out[LW_LABEL_MAX + 1], const struct lw_label *l);
int lw_label_read(struct lw_label *l, const uint8_t *text, size_t n);

void lw_owner_token_text(char out[LW_TOKEN_MAX + 1], const uint8_t token[LW_KEY]);
void lw_owner_token_hash(struct imp_env *env, uint8_t out[32], const char *token);
/* What the user has scanned in the account of an owner (0, 1), or of whose turn it is. Returns
 * whether it is his now, and the device's DevEUI if the text names one. The old owner's "release".
 */
enum { LW_OWNER_BY_TURN = -1 };
bool lw_owner_claim(struct imp_env *env, const uint8_t *text, size_t n, int owner,
                    uint8_t dev_eui[LW_EUI]);
void lw_owner_release(struct imp_env *env);
/* 0 or 1: whose the device is, of the two owners; -1: nobody's. */
int lw_owner_of(struct imp_env *env, const uint8_t dev_eui[LW_EUI]);

extern const struct imp_mechanism imp_lorawan_otaa;
extern const struct imp_guess lw_guesses[];
void lw_provision(struct imp_env *const *parties, size_t count);

/* ---- end device */
struct lw_device {
    enum lw_device_state state;
    struct lw_enrolment me;
    struct lw_request asked;
    struct lw_session session;
    struct lw_accept joined;
    uint32_t up, down;  /* next FCntUp, least FCntDown */
    uint16_t confirmed; /* FCnt of the latest confirmed uplink */
    uint16_t owed;      /* FCnt of the confirmed downlink that the next uplink acknowledges */
    bool owes;
    unsigned tries;   /* uplinks without an answer */
    uint16_t rejoins; /* RJcount0 */
    bool has_session, complete;
    imp_time rejoin_0;     /* RejoinParamSetupReq: from one of type 0 to the next; 0: none */
    imp_time first, spent; /* first request; time on air in the present period */
    unsigned period;
    unsigned requests; /* unanswered */
};
imp_party_init lw_device_init;
imp_party_event lw_device_event;
int lw_device_state_of(const void *ctx);

/* ---- network server */
enum { LW_CONTEXTS = 2048 }; /* devices of one network server, at most */
struct lw_context {
    struct lw_session keys;
    uint8_t dev_addr[4];
    uint32_t up, down;           /* least FCntUp, next FCntDown */
    uint16_t confirmed;          /* FCnt of the latest confirmed downlink */
    uint8_t app_key[LW_KEY + 8]; /* as it came, for the application server */
    uint8_t how;                 /* enum lw_key_form */
    bool valid;
};
struct lw_member {
    bool used, complete;
    uint8_t dev_eui[LW_EUI];
    struct imp_addr radio;
    uint32_t transaction;        /* of the JoinReq that is not answered yet; 0: none */
    uint8_t held[LW_REJOIN_MAX]; /* a request, until `due` */
    size_t held_n;
    imp_time due;
    uint32_t rejoins; /* least RJcount0 */
    struct lw_context now, next;
};
struct lw_network {
    struct lw_member members[LW_CONTEXTS];
    uint32_t transaction, address;
    uint64_t sent[3], heard;
};
imp_party_init lw_network_init;
imp_party_event lw_network_event;

/* ---- join and application server */
struct lw_join_server {
    uint64_t heard[LW_LINKS], sent[LW_LINKS];
    uint64_t keys_heard[2], keys_sent[2]; /* with the owners' application servers */
};
struct lw_application {
    uint64_t heard[LW_LINKS];
    uint64_t keys_heard, keys_sent; /* with the join server */
};
imp_party_init lw_join_init, lw_application_init;
imp_party_event lw_join_event, lw_application_event;
int lw_serving(const void *ctx);

#endif
