/* SPDX-License-Identifier: GPL-2.0-only */
/* distribution.c - phase 3 of pairing (Core volume 3 part H section 3.6): over the connection that
 * is encrypted now, the responder hands over what was agreed, then the initiator. In legacy pairing
 * that is the LTK that the bond is made of, and its name; in both kinds IRK and identity address,
 * and CSRK.
 *
 * The link layer seals the L2CAP header with the PDU. Here the header is sealed too, as the first
 * four octets, but leaves in clear: the simulated link layer writes it. The PDU's octets on the air
 * are those that a controller would send. */
#include <string.h>

#include "pairing.h"
#include "protocols/crypto/crypto.h"

enum { L2CAP_HEADER = 4, SMP_CHANNEL = 6, SMP_CHANNEL_BR = 7, LLID_START = 2 };

/* What that end hands over. Secure Connections make the LTK themselves. */
static uint8_t handed_over(const struct bt_party *p, bool by_initiator)
{
    const uint8_t *response = bt_br_edr(p) ? p->br.response : p->response;
    uint8_t bits = by_initiator ? response[5] : response[6];
    return bits & (SMP_ID_KEY | SMP_SIGN_KEY | (by_initiator || p->secure ? 0 : SMP_ENC_KEY));
}

bool bt_distributes(const struct bt_party *p)
{
    return !p->reconnects && (handed_over(p, true) || handed_over(p, false));
}

/* In this order (section 3.6.1). Returns how many. */
static unsigned pdus_of(uint8_t bits, uint8_t out[5])
{
    static const struct {
        uint8_t bit, code;
    } all[] = {{SMP_ENC_KEY, SMP_ENCRYPTION_INFORMATION},
               {SMP_ENC_KEY, SMP_CENTRAL_IDENTIFICATION},
               {SMP_ID_KEY, SMP_IDENTITY_INFORMATION},
               {SMP_ID_KEY, SMP_IDENTITY_ADDRESS},
               {SMP_SIGN_KEY, SMP_SIGNING_INFORMATION}};
    unsigned n = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (bits & all[i].bit)
            out[n++] = all[i].code;
    return n;
}

/* Before the first of them LE has sealed LL_START_ENC_RSP in each direction, BR/EDR LMP_accepted of
 * the peripheral. */
static struct bt_packet packet(const struct bt_party *p, bool own, unsigned before)
{
    bool first = bt_br_edr(p) && own == bt_initiates(p);
    return (struct bt_packet){own, before + (first ? 0 : 1), LLID_START};
}

static uint8_t channel(const struct bt_party *p)
{
    return bt_br_edr(p) ? SMP_CHANNEL_BR : SMP_CHANNEL;
}

void bt_send_sealed(struct bt_party *p, size_t n, const uint8_t *pdu)
{
    uint8_t frame[L2CAP_HEADER + SMP_SEALED_MAX] = {(uint8_t)n, 0, channel(p)},
                                 out[sizeof frame + BT_MIC];
    bool br = bt_br_edr(p);
    memcpy(frame + L2CAP_HEADER, pdu, n);
    bt_seal(p, out, packet(p, true, p->sealed_sent++), frame, L2CAP_HEADER + n);
    const uint8_t *sent = out + L2CAP_HEADER;
    imp_observe_both("AES-CCM", p->session, sizeof p->session, pdu, n, sent, n + BT_MIC);
    imp_send(p->env, br ? BT_BR_SMP : BT_SMP, &p->peer_addr,
             br ? bt_br_smp_message(pdu[0]) : BT_MSG_SMP + pdu[0], sent, n + BT_MIC);
}

static void send_key(struct bt_party *p, enum smp_code code, const uint8_t key[16])
{
    uint8_t pdu[SMP_MAX];
    size_t n = smp_write(pdu, code, key);
    imp_observe_both("octets turned round", NULL, 0, key, n - 1, pdu + 1, n - 1);
    bt_send_sealed(p, n, pdu);
}

/* ---- LTK of legacy pairing ---------------------------------------------------------------------
 */
static void keep(struct bt_party *p)
{
    struct bt_bond *b = &p->distributed;
    memcpy(b->name, p->peer_name, BT_NAME);
    b->secure = false;
    b->model = (uint8_t)p->model;
    b->key_size = p->key_size;
    bt_bond_keep(p, b);
    bt_claim_secret(p, "LTK", b->ltk);
    imp_wipe(b, sizeof *b);
}

static void send_ltk(struct bt_party *p)
{
    struct bt_bond *b = &p->distributed;
    uint8_t pdu[SMP_MAX] = {SMP_CENTRAL_IDENTIFICATION};
    imp_random(p->env, "ltk", b->ltk, sizeof b->ltk);
    bt_shorten(b->ltk, p->key_size);
    imp_random(p->env, "ltk", b->ediv, sizeof b->ediv);
    imp_random(p->env, "ltk", b->rand, sizeof b->rand);
    send_key(p, SMP_ENCRYPTION_INFORMATION, b->ltk);
    memcpy(pdu + 1, b->ediv, sizeof b->ediv);
    memcpy(pdu + 3, b->rand, sizeof b->rand);
    bt_send_sealed(p, smp_size(pdu[0]), pdu);
    keep(p);
}

/* ---- identity, signatures ----------------------------------------------------------------------
 */
static void claim_key(struct bt_party *p, bool irk, bool of_initiator, const uint8_t key[16])
{
    static const char *const names[2][2] = {{"CSRK of the responder", "CSRK of the initiator"},
                                            {"IRK of the responder", "IRK of the initiator"}};
    bt_claim_secret(p, names[irk][of_initiator], key);
}

/* Drawn once; a reset erases it. */
static void send_own(struct bt_party *p, const char *cell, enum smp_code code)
{
    uint8_t key[16];
    if (p->env->ops->cell_get(p->env, cell, key, sizeof key) != sizeof key) {
        imp_random(p->env, cell, key, sizeof key);
        p->env->ops->cell_put(p->env, cell, key, sizeof key);
    }
    claim_key(p, code == SMP_IDENTITY_INFORMATION, bt_initiates(p), key);
    send_key(p, code, key);
    imp_wipe(key, sizeof key);
}

static void send_address(struct bt_party *p)
{
    uint8_t value[BT_NAME], pdu[SMP_MAX];
    memcpy(value, p->own_name + 1, BT_ADDR);
    value[BT_ADDR] = p->own_name[0];
    bt_send_sealed(p, smp_write(pdu, SMP_IDENTITY_ADDRESS, value), pdu);
}

static void hand_over(struct bt_party *p)
{
    uint8_t bits = handed_over(p, bt_initiates(p));
    if (bits & SMP_ENC_KEY)
        send_ltk(p);
    if (bits & SMP_ID_KEY) {
        send_own(p, BT_CELL_IRK, SMP_IDENTITY_INFORMATION);
        send_address(p);
    }
    if (bits & SMP_SIGN_KEY)
        send_own(p, BT_CELL_CSRK, SMP_SIGNING_INFORMATION);
}

void bt_distribute(struct bt_party *p, imp_time now)
{
    bool waits = handed_over(p, !bt_initiates(p)) != 0;
    if (!bt_initiates(p) || !waits)
        hand_over(p);
    if (waits)
        bt_await(p, BT_KEYS, now);
    else
        bt_complete(p);
}

bool bt_open_sealed(struct bt_party *p, uint8_t *pdu, size_t *n, const uint8_t *sealed)
{
    uint8_t frame[L2CAP_HEADER + SMP_SEALED_MAX], whole[sizeof frame + BT_MIC];
    const uint8_t header[L2CAP_HEADER] = {(uint8_t)(*n - BT_MIC), 0, channel(p)};
    size_t pdu_n = *n - BT_MIC;
    /* CCM is a stream: the header's ciphertext follows from sealing it at the same place. */
    const struct bt_packet at = packet(p, false, p->sealed_got);
    bt_seal(p, whole, at, header, sizeof header);
    memcpy(whole + L2CAP_HEADER, sealed, *n);
    if (bt_open(p, frame, at, whole, L2CAP_HEADER + *n) != 0)
        return false;
    imp_observe_both("AES-CCM", p->session, sizeof p->session, frame + L2CAP_HEADER, pdu_n, sealed,
                     *n);
    memcpy(pdu, frame + L2CAP_HEADER, pdu_n);
    *n = pdu_n;
    p->sealed_got++;
    return true;
}

static void take(struct bt_party *p, const uint8_t *pdu)
{
    struct bt_bond *b = &p->distributed;
    struct bt_identity *of = &p->identity;
    if (pdu[0] == SMP_ENCRYPTION_INFORMATION) {
        bt_value_of(b->ltk, pdu);
    } else if (pdu[0] == SMP_CENTRAL_IDENTIFICATION) {
        memcpy(b->ediv, pdu + 1, sizeof b->ediv);
        memcpy(b->rand, pdu + 3, sizeof b->rand);
        keep(p);
    } else if (pdu[0] == SMP_IDENTITY_INFORMATION) {
        bt_value_of(of->irk, pdu);
        claim_key(p, true, !bt_initiates(p), of->irk);
    } else if (pdu[0] == SMP_IDENTITY_ADDRESS) {
        smp_value(of->address, pdu);
    } else {
        bt_value_of(of->csrk, pdu);
        claim_key(p, false, !bt_initiates(p), of->csrk);
    }
}

/* All has come. */
static void finish(struct bt_party *p)
{
    if (handed_over(p, !bt_initiates(p)) & (SMP_ID_KEY | SMP_SIGN_KEY)) {
        memcpy(p->identity.name, p->peer_name, BT_NAME);
        p->env->ops->cell_put(p->env, BT_CELL_IDENTITY, &p->identity, sizeof p->identity);
    }
    imp_wipe(&p->identity, sizeof p->identity);
    if (bt_initiates(p))
        hand_over(p);
    bt_complete(p);
}

void bt_distributed(struct bt_party *p, const uint8_t *sealed, size_t n, imp_time now)
{
    uint8_t pdu[SMP_SEALED_MAX], expected[5];
    unsigned count = pdus_of(handed_over(p, !bt_initiates(p)), expected);
    if (n < 1 + BT_MIC || n > sizeof pdu + BT_MIC)
        return;
    if (!bt_open_sealed(p, pdu, &n, sealed) || !smp_whole(pdu, n)) {
        bt_given_up(p, "mic", now); /* volume 6 part B section 5.1.3: the connection ends */
        return;
    }
    if (p->keys_got == count || pdu[0] != expected[p->keys_got]) {
        bt_given_up(p, "key-distribution", now);
        return;
    }
    take(p, pdu);
    if (++p->keys_got == count)
        finish(p);
}
