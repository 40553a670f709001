/* SPDX-License-Identifier: GPL-2.0-only */
/* frame.h - PHYPayloads of LoRaWAN: joining and data (LoRaWAN 1.1 sections 4 to 6; 1.0.4 likewise).
 *
 * EUIs, addresses and nonces are kept as they travel: least significant octet first. Readers return
 * 0, or -1 when the octets are not such a frame. */
#ifndef IMPRINT_LORAWAN_FRAME_H
#define IMPRINT_LORAWAN_FRAME_H

#include "../../crypto/crypto.h"

enum {
    LW_EUI = 8,
    LW_KEY = 16,
    LW_MIC = 4,
    LW_JOIN_REQUEST_SIZE = 23,
    LW_JOIN_ACCEPT_MAX = 33, /* with a CFList; 17 without */
    LW_CFLIST = 16,
    LW_REJOIN_MAX = 24,  /* type 1; 19 for types 0 and 2 */
    LW_PAYLOAD_MAX = 51, /* FRMPayload at the lowest data rate of EU863-870 */
    LW_FOPTS_MAX = 15,
    LW_DATA_MAX = 13 + LW_PAYLOAD_MAX,
};

/* MType in the upper three bits of MHDR. */
enum lw_mtype {
    LW_JOIN_REQUEST,
    LW_JOIN_ACCEPT,
    LW_UNCONFIRMED_UP,
    LW_UNCONFIRMED_DOWN,
    LW_CONFIRMED_UP,
    LW_CONFIRMED_DOWN,
    LW_REJOIN_REQUEST,
};

/* JoinReqType of the join-accept's MIC; the rejoin types are 0 to 2. */
enum { LW_TYPE_JOIN = 0xff };

/* Join-request, or rejoin-request with its counter in `nonce`. */
struct lw_request {
    uint8_t type;             /* LW_TYPE_JOIN, 0, 1, 2 */
    uint8_t join_eui[LW_EUI]; /* not in types 0 and 2 */
    uint8_t dev_eui[LW_EUI];
    uint8_t net_id[3]; /* types 0 and 2 */
    uint16_t nonce;    /* DevNonce, RJcount0, RJcount1 */
    uint8_t mic[LW_MIC];
};

struct lw_accept {
    uint32_t join_nonce; /* 24 bits */
    uint8_t net_id[3];
    uint8_t dev_addr[4];
    uint8_t dl_settings; /* bit 7 OptNeg */
    uint8_t rx_delay;    /* s; 0 means 1 */
    bool has_cflist;
    uint8_t cflist[LW_CFLIST];
};
enum { LW_OPTNEG = 0x80 };

/* What joins compute with: NwkKey and AppKey of 1.1; twice AppKey in 1.0. */
struct lw_root {
    uint8_t nwk[LW_KEY], app[LW_KEY];
};

/* Keys of a session; 1.0 has one NwkSKey in place of the first three. */
struct lw_session {
    uint8_t fnwk_int[LW_KEY], snwk_int[LW_KEY], nwk_enc[LW_KEY], app[LW_KEY];
    bool v11;
};

struct lw_data {
    enum lw_mtype mtype;
    uint8_t dev_addr[4];
    bool ack;
    uint16_t fcnt;
    uint8_t fopts[LW_FOPTS_MAX]; /* MAC commands; in 1.1 encrypted as FRMPayload is */
    size_t fopts_n;
    uint8_t fport;                   /* 0: MAC commands under the network's key */
    uint8_t payload[LW_PAYLOAD_MAX]; /* encrypted as it is read, clear as it is written */
    size_t payload_n;                /* 0: neither FPort nor FRMPayload */
    uint8_t mic[LW_MIC];
};

/* ---- requests: everything but the MIC is `size - LW_MIC` octets */
size_t lw_request_write(struct imp_env *env, uint8_t out[LW_REJOIN_MAX], const struct lw_request *r,
                        const uint8_t mic_key[LW_KEY]);
int lw_request_read(struct lw_request *r, const uint8_t *in, size_t n);
bool lw_request_right(struct imp_env *env, const uint8_t *in, size_t n,
                      const uint8_t mic_key[LW_KEY]);

/* ---- join-accept: encrypted with AES decryption, so that devices need encryption only */
/* What its MIC is computed with; 1.0 has the key alone. */
struct lw_accept_mic {
    bool v11;
    const uint8_t *key; /* NwkKey or AppKey of 1.0; JSIntKey of 1.1 */
    uint8_t type;
    const uint8_t *join_eui;
    uint16_t nonce;
};
size_t lw_accept_write(struct imp_env *env, uint8_t out[LW_JOIN_ACCEPT_MAX],
                       const struct lw_accept *a, const uint8_t enc_key[LW_KEY],
                       const struct lw_accept_mic *mic);
/* Decrypts into `plain` (as long as `in`) and reads that. The MIC is not yet checked. */
int lw_accept_read(struct imp_env *env, struct lw_accept *a, uint8_t plain[LW_JOIN_ACCEPT_MAX],
                   const uint8_t *in, size_t n, const uint8_t enc_key[LW_KEY]);
bool lw_accept_right(struct imp_env *env, const uint8_t *plain, size_t n,
                     const struct lw_accept_mic *mic);

/* ---- data: `fcnt` is the whole 32-bit counter */
/* What the MIC of 1.1 covers and the frame does not say (1.1 section 4.4). */
struct lw_beside {
    uint16_t acked;          /* ConfFCnt: of the confirmed frame that one with ACK acknowledges */
    struct imp_uplink radio; /* TxDr and TxCh of an uplink */
};
size_t lw_data_write(struct imp_env *env, uint8_t out[LW_DATA_MAX], const struct lw_data *d,
                     uint32_t fcnt, const struct lw_beside *beside, const struct lw_session *keys);
int lw_data_read(struct lw_data *d, const uint8_t *in, size_t n);
bool lw_data_right(struct imp_env *env, const uint8_t *in, size_t n, uint32_t fcnt,
                   const struct lw_beside *beside, const struct lw_session *keys);
/* FRMPayload under a key, in either direction. */
void lw_data_crypt(struct imp_env *env, uint8_t *out, const uint8_t *in, size_t n,
                   const uint8_t key[LW_KEY], bool up, const uint8_t dev_addr[4], uint32_t fcnt);

/* Puts MAC commands into FRMPayload with FPort 0, or into FOpts. */
void lw_data_command(struct lw_data *d, bool port_0, const uint8_t *commands, size_t n);
/* The MAC commands of a frame that was read, in clear, from FOpts or from FRMPayload with FPort 0.
 * Returns how many octets; 0: it has none. */
size_t lw_data_commands(struct imp_env *env, uint8_t out[LW_PAYLOAD_MAX], const struct lw_data *d,
                        uint32_t fcnt, const struct lw_session *keys);

/* The next MAC command of a downlink from *at on, or 0 at its end; *at moves behind it. Commands of
 * which the length is not known end the list (1.1 section 5). */
enum { LW_CID_DEV_STATUS = 0x06, LW_CID_REKEY = 0x0b, LW_CID_REJOIN_SETUP = 0x0f };
uint8_t lw_command_next(const uint8_t *commands, size_t n, size_t *at, const uint8_t **payload);

/* ---- CFList (LoRaWAN Regional Parameters; channels.c) */
enum lw_region { LW_EU868, LW_US915 };
enum {
    LW_CFLIST_CHANNELS = 5, /* type 0: frequencies of channels 3 to 7 */
    LW_CFLIST_MASKS = 5,    /* type 1: of channels 0 to 79, 16 each */
    LW_CHANNELS = 72,       /* of US902-928 */
};
void lw_cflist_write(uint8_t out[LW_CFLIST], const uint32_t hertz[LW_CFLIST_CHANNELS]);
void lw_cflist_masks(uint8_t out[LW_CFLIST], const uint16_t masks[LW_CFLIST_MASKS]);
/* Frequencies in Hz that an accept names, 0 where there is none: in EU863-870 of the numbers from 3
 * on, in US902-928 of all from 0 on. Returns of how many numbers, 0 if it has no list of the
 * region's type. What is outside of 863 to 870 MHz is no channel of the former. */
size_t lw_cflist_read(const struct lw_accept *a, enum lw_region region,
                      uint32_t hertz[LW_CHANNELS]);

/* ---- keys */
void lw_js_keys(struct imp_env *env, uint8_t int_key[LW_KEY], uint8_t enc_key[LW_KEY],
                const uint8_t nwk_key[LW_KEY], const uint8_t dev_eui[LW_EUI]);
void lw_session_keys(struct imp_env *env, struct lw_session *out, const struct lw_root *root,
                     const struct lw_accept *a, const uint8_t join_eui[LW_EUI], uint16_t nonce);

#endif
