/* SPDX-License-Identifier: GPL-2.0-only */
/* encryption.c - LL_ENC_REQ to LL_START_ENC_RSP, and what both ends then believe. */
#include <string.h>

#include "pairing.h"
#include "protocols/crypto/crypto.h"

enum {
    TERMINATE = 2,
    ENC_REQ,
    ENC_RSP,
    START_ENC_REQ,
    START_ENC_RSP,
    FEATURE_REQ = 8,
    REJECT_EXT = 17
};
enum { ENC_REQ_SIZE = 23, ENC_RSP_SIZE = 13, SEALED = 5, FEATURE_SIZE = 9, REJECT_SIZE = 3 };
enum { LLID_CONTROL = 3 };
enum { TERMINATE_SIZE = 2 };
enum { AUTHENTICATION_FAILURE = 5, KEY_MISSING }; /* volume 1 part F sections 2.5 and 2.6 */

/* ---- claims
 * ---------------------------------------------------------------------------------------- */
static void claim_session(struct bt_party *p, enum imp_claim_kind kind)
{
    struct imp_observation before = imp_observe_hold();
    bool first = bt_initiates(p), known = smp_model_authenticates(p->model);
    uint8_t sid[32], data[32];
    imp_sha256(NULL, sid, (struct imp_piece[]){{p->skd, 16}, {p->iv, 8}}, 2);
    imp_sha256(NULL, data,
               (struct imp_piece[]){{p->request, 7},
                                    {p->response, 7},
                                    {first ? p->own_name : p->peer_name, BT_NAME},
                                    {first ? p->peer_name : p->own_name, BT_NAME},
                                    {p->ltk, 16},
                                    {p->session, 16}},
               6);
    imp_observe_resume(before);
    struct imp_claim c = {.kind = kind, .layer = "link", .sid = sid, .sid_n = 16};
    if (kind == IMP_CLAIM_SECRET) {
        c.name = p->secure || p->reconnects ? "LTK" : "STK";
        c.data = p->ltk;
        c.data_n = 16;
    } else if (kind == IMP_CLAIM_NEGOTIATED) {
        c.name = "model";
        c.data = (const uint8_t *)smp_model_name(p->model);
        c.data_n = strlen(smp_model_name(p->model));
    } else {
        c.peer = p->peer_name;
        c.peer_n = kind == IMP_CLAIM_COMMIT && known ? BT_NAME : 0;
        c.data = data;
        c.data_n = sizeof data;
    }
    imp_claim(p->env, &c);
}

void bt_claim_secret(struct bt_party *p, const char *name, const uint8_t secret[16])
{
    struct imp_observation before = imp_observe_hold();
    uint8_t sid[32];
    imp_sha256(NULL, sid, (struct imp_piece[]){{p->skd, 16}, {p->iv, 8}}, 2);
    imp_observe_resume(before);
    imp_claim(p->env, &(struct imp_claim){.kind = IMP_CLAIM_SECRET,
                                          .layer = "link",
                                          .name = name,
                                          .sid = sid,
                                          .sid_n = 16,
                                          .data = secret,
                                          .data_n = 16});
}

/* BR/EDR: which kind of pairing the link key is of. */
static void claim_curve(struct bt_party *p)
{
    const char *name = bt_secure_connections(p) ? "P-256" : "P-192";
    imp_claim(p->env, &(struct imp_claim){.kind = IMP_CLAIM_NEGOTIATED,
                                          .layer = "link",
                                          .name = "curve",
                                          .data = (const uint8_t *)name,
                                          .data_n = strlen(name)});
}

void bt_claim_running(struct bt_party *p)
{
    claim_session(p, IMP_CLAIM_RUNNING);
}

void bt_complete(struct bt_party *p)
{
    p->state = BT_PAIRED;
    p->deadline = IMP_NEVER;
    imp_claim(p->env, &(struct imp_claim){.kind = IMP_CLAIM_COMPLETE, .layer = "link"});
}

/* An STK is for this connection only. */
static void keep(struct bt_party *p)
{
    struct bt_bond b = {.secure = bt_secure_connections(p),
                        .model = (uint8_t)p->model,
                        .key_size = bt_br_edr(p) ? BT_KEY : p->key_size};
    if (p->reconnects || !p->secure)
        return;
    memcpy(b.name, p->peer_name, sizeof b.name);
    memcpy(b.ltk, p->ltk, sizeof b.ltk);
    bt_bond_keep(p, &b);
    imp_wipe(&b, sizeof b);
}

void bt_encrypted(struct bt_party *p, imp_time now)
{
    keep(p);
    claim_session(p, IMP_CLAIM_COMMIT);
    claim_session(p, IMP_CLAIM_SECRET);
    bt_ct_keep(p);
    if (bt_br_edr(p)) /* of a size of its own */
        bt_claim_secret(p, "encryption key", p->session);
    claim_session(p, IMP_CLAIM_NEGOTIATED);
    if (bt_br_edr(p))
        claim_curve(p);
    if (bt_br_edr(p) && bt_br_smp_begin(p, now))
        return;
    if (!bt_distributes(p))
        bt_complete(p);
    else
        bt_distribute(p, now);
}

/* ---- control PDUs
 * ----------------------------------------------------------------------------------
 */
void bt_send_control(struct bt_party *p, int message, const uint8_t *pdu, size_t n)
{
    imp_send(p->env, BT_CONTROL, &p->peer_addr, message, pdu, n);
}

void bt_disconnect(struct bt_party *p)
{
    const uint8_t pdu[TERMINATE_SIZE] = {TERMINATE, AUTHENTICATION_FAILURE};
    bt_send_control(p, BT_MSG_TERMINATE, pdu, sizeof pdu);
}

static void nonce_of(const struct bt_party *p, struct bt_packet k, uint8_t nonce[13])
{
    for (int i = 0; i < 4; i++)
        nonce[i] = (uint8_t)(k.counter >> 8 * i);
    nonce[4] = bt_initiates(p) == k.own ? 0x80 : 0; /* the central's */
    memcpy(nonce + 5, p->iv, sizeof p->iv);
}

void bt_seal(struct bt_party *p, uint8_t *out, struct bt_packet k, const uint8_t *in, size_t n)
{
    uint8_t nonce[13];
    nonce_of(p, k, nonce);
    imp_aes_ccm_seal(p->env, out, p->session, nonce, sizeof nonce, &k.header, 1, in, n, BT_MIC);
}

int bt_open(struct bt_party *p, uint8_t *out, struct bt_packet k, const uint8_t *in, size_t n)
{
    uint8_t nonce[13];
    nonce_of(p, k, nonce);
    return imp_aes_ccm_open(p->env, out, p->session, nonce, sizeof nonce, &k.header, 1, in, n,
                            BT_MIC);
}

static void start_rsp(struct bt_party *p)
{
    uint8_t opcode = START_ENC_RSP, out[SEALED];
    bt_seal(p, out, (struct bt_packet){true, 0, LLID_CONTROL}, &opcode, 1);
    bt_send_control(p, BT_MSG_START_ENC_RSP, out, sizeof out);
}

static bool start_rsp_right(struct bt_party *p, const uint8_t *pdu)
{
    uint8_t opcode = 0;
    return bt_open(p, &opcode, (struct bt_packet){false, 0, LLID_CONTROL}, pdu, SEALED) == 0 &&
           opcode == START_ENC_RSP;
}

/* SKD and IV are the central's half and the peripheral's half, least significant octets first;
 * AES takes SKD the other way round. */
static void session_key(struct bt_party *p)
{
    uint8_t turned[16];
    for (int i = 0; i < 16; i++)
        turned[i] = p->skd[15 - i];
    struct imp_observation before = imp_observe_hold();
    imp_aes_encrypt(p->env, p->session, p->ltk, turned);
    imp_observe_resume(before);
    imp_observe_rule("session key", p->session, 16,
                     (struct imp_piece[]){{p->ltk, 16}, {p->skd, 8}, {p->skd + 8, 8}}, 3);
}

void bt_encrypt(struct bt_party *p)
{
    uint8_t pdu[ENC_REQ_SIZE] = {ENC_REQ};
    if (bt_br_edr(p)) {
        bt_br_encrypt(p);
        return;
    }
    p->state = BT_ENC_REQ;
    if (!bt_initiates(p))
        return;
    imp_random(p->env, "skd", p->skd, 8);
    imp_random(p->env, "iv", p->iv, 4);
    if (p->reconnects) { /* else zero */
        memcpy(pdu + 1, p->rand, sizeof p->rand);
        memcpy(pdu + 9, p->ediv, sizeof p->ediv);
    }
    memcpy(pdu + 11, p->skd, 8);
    memcpy(pdu + 19, p->iv, 4);
    bt_send_control(p, BT_MSG_ENC_REQ, pdu, sizeof pdu);
}

static void enc_req(struct bt_party *p, const uint8_t *pdu)
{
    uint8_t answer[ENC_RSP_SIZE] = {ENC_RSP}, start = START_ENC_REQ;
    memcpy(p->skd, pdu + 11, 8);
    memcpy(p->iv, pdu + 19, 4);
    imp_random(p->env, "skd", p->skd + 8, 8);
    imp_random(p->env, "iv", p->iv + 4, 4);
    memcpy(answer + 1, p->skd + 8, 8);
    memcpy(answer + 9, p->iv + 4, 4);
    session_key(p);
    p->state = BT_START_RSP;
    bt_send_control(p, BT_MSG_ENC_RSP, answer, sizeof answer);
    bt_send_control(p, BT_MSG_START_ENC_REQ, &start, 1);
}

/* The peer has connected and asks for encryption without pairing: is there a bond of that name? */
static void enc_req_of_bond(struct bt_party *p, const struct imp_addr *from, const uint8_t *pdu,
                            imp_time now)
{
    const uint8_t reject[REJECT_SIZE] = {REJECT_EXT, ENC_REQ, KEY_MISSING};
    struct bt_bond b;
    p->peer_addr = *from;
    bt_name_of(p->peer_name, from);
    if (!bt_bond_find(p, p->peer_name, &b) || memcmp(b.rand, pdu + 1, sizeof b.rand) != 0 ||
        memcmp(b.ediv, pdu + 9, sizeof b.ediv) != 0) {
        bt_send_control(p, BT_MSG_REJECT, reject, sizeof reject);
        return;
    }
    bt_use_bond(p, &b);
    enc_req(p, pdu);
    bt_await(p, BT_START_RSP, now);
}

static void enc_rsp(struct bt_party *p, const uint8_t *pdu)
{
    memcpy(p->skd + 8, pdu + 1, 8);
    memcpy(p->iv + 4, pdu + 9, 4);
    session_key(p);
    p->state = BT_START;
}

static void started(struct bt_party *p, const uint8_t *pdu, imp_time now)
{
    if (!start_rsp_right(p, pdu)) {
        bt_failed(p, SMP_UNSPECIFIED, "encryption", now);
        return;
    }
    if (!bt_initiates(p)) {
        claim_session(p, IMP_CLAIM_RUNNING);
        start_rsp(p);
    }
    bt_encrypted(p, now);
}

static void of_initiator(struct bt_party *p, const uint8_t *pdu, size_t n, imp_time now)
{
    if (p->state == BT_ENC_REQ && n == ENC_RSP_SIZE && pdu[0] == ENC_RSP) {
        enc_rsp(p, pdu);
    } else if (p->state == BT_ENC_REQ && n == REJECT_SIZE && pdu[0] == REJECT_EXT) {
        bt_key_missing(p, now);
    } else if (p->state == BT_START && n == 1 && pdu[0] == START_ENC_REQ) {
        claim_session(p, IMP_CLAIM_RUNNING);
        p->state = BT_START_RSP;
        start_rsp(p);
    }
}

/* The first word over a connection to who waits for a Pairing Request. */
static void first_word(struct bt_party *p, const struct imp_addr *from, const uint8_t *pdu,
                       size_t n, imp_time now)
{
    if (n == ENC_REQ_SIZE && pdu[0] == ENC_REQ)
        enc_req_of_bond(p, from, pdu, now);
    else if (n == FEATURE_SIZE && pdu[0] == FEATURE_REQ)
        bt_feature_req(p, from);
}

void bt_control(struct bt_party *p, const struct imp_addr *from, const uint8_t *pdu, size_t n,
                imp_time now)
{
    bool known = imp_addr_equal(from, &p->peer_addr), asks = n == ENC_REQ_SIZE && pdu[0] == ENC_REQ;
    bool waits = p->state == BT_FEATURES && !bt_initiates(p);
    bool ends = n == TERMINATE_SIZE && pdu[0] == TERMINATE;
    if (bt_br_edr(p))
        return;
    if (ends && (known || waits))
        bt_connection_ended(p, now);
    else if (waits)
        first_word(p, from, pdu, n, now);
    else if (known && p->state == BT_START_RSP && n == SEALED)
        started(p, pdu, now);
    else if (known && bt_initiates(p))
        of_initiator(p, pdu, n, now);
    else if (known && p->state == BT_ENC_REQ && asks)
        enc_req(p, pdu);
}
