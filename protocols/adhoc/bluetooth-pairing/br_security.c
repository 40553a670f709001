/* SPDX-License-Identifier: GPL-2.0-only */
/* br_security.c - secure authentication and the start of AES-CCM encryption over BR/EDR (Core
 * volume 2 part C sections 4.2.1.4 and 4.2.5, part H section 7.7): h4, h5 and h3 under the link
 * key. */
#include <string.h>

#include "pairing.h"
#include "protocols/crypto/crypto.h"

enum { ENCRYPTION = 1, LLID_LMP = 3, ACCEPTED_SIZE = 2 };

static const uint8_t *central(const struct bt_party *p)
{
    return (bt_initiates(p) ? p->own_name : p->peer_name) + 1;
}

static const uint8_t *peripheral(const struct bt_party *p)
{
    return (bt_initiates(p) ? p->peer_name : p->own_name) + 1;
}

/* Both random values are there. h5: SRES of the central, of the peripheral, ACO. */
static void authenticate(struct bt_party *p)
{
    bool first = bt_initiates(p);
    const uint8_t *c = first ? p->br.au_own : p->br.au_peer;
    const uint8_t *r = first ? p->br.au_peer : p->br.au_own;
    uint8_t device[16], out[32];
    bt_br_h4(p->env, device, p->ltk, central(p), peripheral(p));
    bt_br_h5(p->env, out, device, c, r);
    memcpy(p->br.sres_own, out + (first ? 0 : 4), 4);
    memcpy(p->br.sres_peer, out + (first ? 4 : 0), 4);
    memcpy(p->br.aco, out + 8, sizeof p->br.aco);
    memcpy(p->skd, c, 8); /* they name the session */
    memcpy(p->skd + 8, r, 8);
    imp_wipe(device, sizeof device);
}

void bt_br_encrypt(struct bt_party *p)
{
    bool answer_first = bt_br_legacy(p) && bt_initiates(p);
    p->state = answer_first ? BT_SRES : BT_ENC_REQ;
    imp_random(p->env, "au-rand", p->br.au_own, sizeof p->br.au_own);
    if (bt_initiates(p))
        bt_send_lmp(p, LMP_AU_RAND, p->br.au_own);
}

static void au_rand(struct bt_party *p, const uint8_t *value, imp_time now)
{
    struct bt_bond b;
    bool fresh = p->state == BT_FEATURES; /* without pairing */
    if (fresh && !bt_bond_find(p, p->peer_name, &b)) {
        bt_send_not_accepted(p, LMP_AU_RAND, LMP_KEY_MISSING);
        return;
    }
    if (fresh) {
        bt_use_bond(p, &b);
        bt_br_encrypt(p);
    }
    memcpy(p->br.au_peer, value, sizeof p->br.au_peer);
    if (bt_br_legacy(p)) {
        bt_br_legacy_challenged(p, now);
        return;
    }
    authenticate(p);
    bt_await(p, BT_SRES, now);
    if (bt_initiates(p))
        bt_send_lmp(p, LMP_SRES, p->br.sres_own);
    else
        bt_send_lmp(p, LMP_AU_RAND, p->br.au_own);
}

static void sres(struct bt_party *p, const uint8_t *value, imp_time now)
{
    const uint8_t why = LMP_AUTHENTICATION_FAILURE, mode = ENCRYPTION;
    bool legacy = bt_br_legacy(p);
    bool right = legacy ? bt_br_legacy_answered(p, value, now)
                        : imp_equal(value, p->br.sres_peer, 4) || p->env->adversary;
    if (!right) {
        bt_send_lmp(p, LMP_DETACH, &why);
        bt_given_up(p, "authentication", now);
        return;
    }
    if (legacy)
        return;
    bt_await(p, BT_MODE, now);
    if (bt_initiates(p))
        bt_send_lmp(p, LMP_ENCRYPTION_MODE_REQ, &mode);
    else
        bt_send_lmp(p, LMP_SRES, p->br.sres_own);
}

/* ---- encryption
 * ------------------------------------------------------------------------------------- */
static void session_key(struct bt_party *p, const uint8_t en_rand[16])
{
    memcpy(p->iv, en_rand, sizeof p->iv);
    if (bt_br_legacy(p)) {
        bt_br_legacy_key(p, en_rand);
    } else {
        bt_br_h3(p->env, p->session, p->ltk, central(p), peripheral(p), p->br.aco);
        bt_shorten(p->session, p->key_size);
    }
    p->env->ops->cell_put(p->env, BT_CELL_SESSION, p->session, sizeof p->session);
}

static void start(struct bt_party *p)
{
    uint8_t en_rand[16];
    imp_random(p->env, "en-rand", en_rand, sizeof en_rand);
    session_key(p, en_rand);
    p->state = BT_START_RSP;
    bt_claim_running(p);
    bt_send_lmp(p, LMP_START_ENCRYPTION_REQ, en_rand);
}

/* E0 has no MIC. */
static size_t sealed_size(const struct bt_party *p)
{
    return ACCEPTED_SIZE + (bt_br_legacy(p) ? 0 : BT_MIC);
}

static void start_asked(struct bt_party *p, const uint8_t *en_rand, imp_time now)
{
    uint8_t pdu[LMP_MAX], opcode = lmp_opcode(LMP_START_ENCRYPTION_REQ),
                          out[ACCEPTED_SIZE + BT_MIC];
    session_key(p, en_rand);
    bt_claim_running(p);
    lmp_write(pdu, LMP_ACCEPTED, &opcode);
    if (bt_br_legacy(p))
        bt_br_e0(p, out, pdu);
    else
        bt_seal(p, out, (struct bt_packet){true, 0, LLID_LMP}, pdu, ACCEPTED_SIZE);
    imp_send(p->env, BT_LMP, &p->peer_addr, BT_MSG_LMP + LMP_ACCEPTED, out, sealed_size(p));
    bt_encrypted(p, now);
}

static bool opens(struct bt_party *p, uint8_t pdu[ACCEPTED_SIZE], const uint8_t *sealed, size_t n)
{
    if (!bt_br_legacy(p))
        return bt_open(p, pdu, (struct bt_packet){false, 0, LLID_LMP}, sealed, n) == 0;
    bt_br_e0(p, pdu, sealed);
    return lmp_read(pdu, ACCEPTED_SIZE) == LMP_ACCEPTED;
}

bool bt_br_sealed(struct bt_party *p, const uint8_t *sealed, size_t n, imp_time now)
{
    uint8_t pdu[ACCEPTED_SIZE];
    if (p->state != BT_START_RSP || !bt_initiates(p) || n != sealed_size(p))
        return false;
    if (!opens(p, pdu, sealed, n) || pdu[1] != lmp_opcode(LMP_START_ENCRYPTION_REQ))
        bt_given_up(p, "encryption", now);
    else
        bt_encrypted(p, now);
    return true;
}

/* The size is negotiated in clear, and nothing later speaks of it (CVE-2019-9506). */
static bool long_enough(struct bt_party *p, uint8_t size)
{
    return size >= imp_opt(p->env, BT_OPT_KEY_LEAST) && size <= SMP_KEY_MOST;
}

static void key_size(struct bt_party *p, uint8_t size, imp_time now)
{
    uint8_t most = (uint8_t)imp_opt(p->env, BT_OPT_KEY_MOST);
    if (!long_enough(p, size < most ? size : most)) {
        bt_send_not_accepted(p, LMP_ENCRYPTION_KEY_SIZE_REQ, LMP_INSUFFICIENT_SECURITY);
        bt_given_up(p, "key-size", now);
        return;
    }
    if (size > most) {
        bt_send_lmp(p, LMP_ENCRYPTION_KEY_SIZE_REQ, &most);
        return;
    }
    p->key_size = size;
    bt_send_accepted(p, LMP_ENCRYPTION_KEY_SIZE_REQ);
    if (bt_initiates(p))
        start(p);
}

static void mode_accepted(struct bt_party *p, uint8_t opcode)
{
    uint8_t most = (uint8_t)imp_opt(p->env, BT_OPT_KEY_MOST);
    if (opcode == lmp_opcode(LMP_ENCRYPTION_MODE_REQ)) {
        p->key_size = most;
        bt_send_lmp(p, LMP_ENCRYPTION_KEY_SIZE_REQ, &most);
    } else if (opcode == lmp_opcode(LMP_ENCRYPTION_KEY_SIZE_REQ) && bt_initiates(p)) {
        start(p);
    }
}

static void mode(struct bt_party *p, int pdu, const uint8_t *parameters, imp_time now)
{
    if (pdu == LMP_ACCEPTED && bt_initiates(p))
        mode_accepted(p, parameters[0]);
    else if (pdu == LMP_ACCEPTED) /* of a size that this end has proposed */
        p->key_size = (uint8_t)imp_opt(p->env, BT_OPT_KEY_MOST);
    else if (pdu == LMP_ENCRYPTION_MODE_REQ && !bt_initiates(p))
        bt_send_accepted(p, LMP_ENCRYPTION_MODE_REQ);
    else if (pdu == LMP_ENCRYPTION_KEY_SIZE_REQ)
        key_size(p, parameters[0], now);
    else if (pdu == LMP_START_ENCRYPTION_REQ && !bt_initiates(p))
        start_asked(p, parameters, now);
}

bool bt_br_security(struct bt_party *p, int pdu, const uint8_t *parameters, imp_time now)
{
    bool fresh = p->state == BT_FEATURES && !bt_initiates(p);
    if ((p->state == BT_ENC_REQ || fresh) && pdu == LMP_AU_RAND)
        au_rand(p, parameters, now);
    else if (p->state == BT_SRES && pdu == LMP_SRES)
        sres(p, parameters, now);
    else if (p->state == BT_MODE)
        mode(p, pdu, parameters, now);
    else
        return p->state >= BT_ENC_REQ;
    return true;
}
