/* SPDX-License-Identifier: GPL-2.0-only */
/* backend.h - records between the servers, in imprint's own compact form.
 *
 * LoRaWAN Backend Interfaces has HTTP and JSON under TLS or IPsec here. A record carries the same
 * contents, sealed with AES-CCM under a key of the two servers:
 * number of the network server (1), direction (1), counter (6, big-endian), sealed body, tag (8).
 * A receiver takes each counter once, in increasing order. */
#ifndef IMPRINT_LORAWAN_BACKEND_H
#define IMPRINT_LORAWAN_BACKEND_H

#include "lorawan.h"

enum { LW_RECORD_HEAD = 8, LW_RECORD_TAG = 8, LW_BODY_MAX = 192 };
enum { LW_RECORD_MAX = LW_RECORD_HEAD + LW_BODY_MAX + LW_RECORD_TAG };
enum lw_direction { LW_TO_SERVER, LW_FROM_SERVER };

/* JoinReq: what the network server asks for. */
struct lw_join_req {
    uint32_t transaction;
    struct lw_accept offered; /* DevAddr, NetID, DLSettings, RxDelay, CFList; no JoinNonce */
    uint8_t phy[LW_REJOIN_MAX];
    size_t phy_n;
};
/* JoinAns: the answer to the device, and the keys, wrapped (RFC 3394) or not; of AppSKey perhaps
 * its SessionKeyID only. */
struct lw_join_ans {
    uint32_t transaction;
    bool v11;
    uint8_t how; /* enum lw_key_form */
    uint8_t phy[LW_JOIN_ACCEPT_MAX];
    size_t phy_n;
    uint8_t fnwk_int[24], snwk_int[24], nwk_enc[24], app[24];
};
/* XmitDataReq: a payload, with the AppSKey that opens it. */
struct lw_xmit {
    uint8_t dev_eui[LW_EUI], dev_addr[4];
    uint32_t fcnt;
    uint8_t how;
    uint8_t app[24];
    uint8_t payload[LW_PAYLOAD_MAX];
    size_t payload_n;
};

/* AppSKeyReq and AppSKeyAns: the key that a SessionKeyID names. */
struct lw_appskey_req {
    uint8_t dev_eui[LW_EUI];
    uint32_t session; /* SessionKeyID: the JoinNonce */
};
struct lw_appskey_ans {
    struct lw_appskey_req of;
    uint8_t how, app[24];
};
/* ClaimReq is the text of a QR code; ClaimAns says whether the device is the asking owner's. */
struct lw_claim_ans {
    uint8_t dev_eui[LW_EUI];
    bool yours;
};
/* As join and application server keep it in a cell. */
struct lw_appskey {
    uint32_t session;
    uint8_t app[LW_KEY];
};

size_t lw_join_req_write(uint8_t out[LW_BODY_MAX], const struct lw_join_req *r);
int lw_join_req_read(struct lw_join_req *r, const uint8_t *in, size_t n);
size_t lw_join_ans_write(uint8_t out[LW_BODY_MAX], const struct lw_join_ans *r);
int lw_join_ans_read(struct lw_join_ans *r, const uint8_t *in, size_t n);
size_t lw_xmit_write(uint8_t out[LW_BODY_MAX], const struct lw_xmit *r);
int lw_xmit_read(struct lw_xmit *r, const uint8_t *in, size_t n);
size_t lw_appskey_req_write(uint8_t out[LW_BODY_MAX], const struct lw_appskey_req *r);
int lw_appskey_req_read(struct lw_appskey_req *r, const uint8_t *in, size_t n);
size_t lw_appskey_ans_write(uint8_t out[LW_BODY_MAX], const struct lw_appskey_ans *r);
int lw_appskey_ans_read(struct lw_appskey_ans *r, const uint8_t *in, size_t n);

size_t lw_claim_ans_write(uint8_t out[LW_BODY_MAX], const struct lw_claim_ans *r);
int lw_claim_ans_read(struct lw_claim_ans *r, const uint8_t *in, size_t n);

size_t lw_record_seal(struct imp_env *env, uint8_t out[LW_RECORD_MAX], const struct lw_link *link,
                      enum lw_direction d, uint64_t counter, const uint8_t *body, size_t n);
/* Returns the body's size, or -1 when it is no record under that key or its counter is not above
 * *heard, which is then raised. */
int lw_record_open(struct imp_env *env, uint8_t body[LW_BODY_MAX], const struct lw_link *link,
                   enum lw_direction d, uint64_t *heard, const uint8_t *in, size_t n);

/* The same with the link that lies in a cell; -1 also without such a cell. */
int lw_link_open(struct imp_env *env, uint8_t body[LW_BODY_MAX], struct lw_link *link,
                 const char *cell, enum lw_direction d, uint64_t *heard, const struct imp_event *e);

/* A key for a server, wrapped or not, and back (-1: does not unwrap). */
void lw_key_put(struct imp_env *env, uint8_t out[24], const uint8_t key[LW_KEY],
                const uint8_t kek[LW_KEY], uint8_t how);
int lw_key_get(struct imp_env *env, uint8_t key[LW_KEY], const uint8_t in[24],
               const uint8_t kek[LW_KEY], uint8_t how);
/* In the place of a key of 24 octets. */
void lw_session_id_put(uint8_t out[24], uint32_t session);
uint32_t lw_session_id_get(const uint8_t in[24]);

#endif
