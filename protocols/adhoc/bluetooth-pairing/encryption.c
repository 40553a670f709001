/* SPDX-License-Identifier: GPL-2.0-only */
/* encryption.c - LL_ENC_REQ to LL_START_ENC_RSP, and what both ends then believe. */
#include <string.h>

#include "pairing.h"
#include "protocols/crypto/crypto.h"

enum { ENC_REQ = 3, ENC_RSP, START_ENC_REQ, START_ENC_RSP }; /* opcodes */
enum { ENC_REQ_SIZE = 23, ENC_RSP_SIZE = 13, SEALED = 5 };
static const uint8_t header[1] = {3}; /* first octet of the data header, without NESN, SN, MD */

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
        c.name = p->secure ? "LTK" : "STK";
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

static void paired(struct bt_party *p)
{
    uint8_t bond[BT_NAME + 16];
    memcpy(bond, p->peer_name, BT_NAME);
    memcpy(bond + BT_NAME, p->ltk, 16);
    if (p->secure) /* an STK is for this connection only */
        p->env->ops->cell_put(p->env, BT_CELL_BOND, bond, sizeof bond);
    claim_session(p, IMP_CLAIM_COMMIT);
    claim_session(p, IMP_CLAIM_SECRET);
    claim_session(p, IMP_CLAIM_NEGOTIATED);
    imp_wipe(bond, sizeof bond);
    p->state = BT_PAIRED;
    p->deadline = IMP_NEVER;
}

static void complete(struct bt_party *p)
{
    imp_claim(p->env, &(struct imp_claim){.kind = IMP_CLAIM_COMPLETE, .layer = "link"});
}

/* ---- control PDUs
 * ----------------------------------------------------------------------------------
 */
static void control(struct bt_party *p, int message, const uint8_t *pdu, size_t n)
{
    imp_send(p->env, BT_CONTROL, &p->peer_addr, message, pdu, n);
}

static void start_rsp(struct bt_party *p)
{
    uint8_t nonce[13] = {[4] = bt_initiates(p) ? 0x80 : 0}, opcode = START_ENC_RSP, out[SEALED];
    memcpy(nonce + 5, p->iv, 8);
    imp_aes_ccm_seal(p->env, out, p->session, nonce, sizeof nonce, header, 1, &opcode, 1, 4);
    control(p, BT_MSG_START_ENC_RSP, out, sizeof out);
}

static bool start_rsp_right(struct bt_party *p, const uint8_t *pdu)
{
    uint8_t nonce[13] = {[4] = bt_initiates(p) ? 0 : 0x80}, opcode = 0;
    memcpy(nonce + 5, p->iv, 8);
    return imp_aes_ccm_open(p->env, &opcode, p->session, nonce, sizeof nonce, header, 1, pdu,
                            SEALED, 4) == 0 &&
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
    uint8_t pdu[ENC_REQ_SIZE] = {ENC_REQ}; /* Rand and EDIV are zero */
    p->state = BT_ENC_REQ;
    if (!bt_initiates(p))
        return;
    imp_random(p->env, "skd", p->skd, 8);
    imp_random(p->env, "iv", p->iv, 4);
    memcpy(pdu + 11, p->skd, 8);
    memcpy(pdu + 19, p->iv, 4);
    control(p, BT_MSG_ENC_REQ, pdu, sizeof pdu);
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
    control(p, BT_MSG_ENC_RSP, answer, sizeof answer);
    control(p, BT_MSG_START_ENC_REQ, &start, 1);
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
    paired(p);
    complete(p);
}

void bt_control(struct bt_party *p, const uint8_t *pdu, size_t n, imp_time now)
{
    bool first = bt_initiates(p);
    if (p->state == BT_ENC_REQ && !first && n == ENC_REQ_SIZE && pdu[0] == ENC_REQ) {
        enc_req(p, pdu);
    } else if (p->state == BT_ENC_REQ && first && n == ENC_RSP_SIZE && pdu[0] == ENC_RSP) {
        enc_rsp(p, pdu);
    } else if (p->state == BT_START && n == 1 && pdu[0] == START_ENC_REQ) {
        claim_session(p, IMP_CLAIM_RUNNING);
        p->state = BT_START_RSP;
        start_rsp(p);
    } else if (p->state == BT_START_RSP && n == SEALED) {
        started(p, pdu, now);
    }
}
