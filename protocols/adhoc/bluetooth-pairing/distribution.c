/* SPDX-License-Identifier: GPL-2.0-only */
/* distribution.c - phase 3 of legacy pairing (Core volume 3 part H section 3.6): over the
 * connection that the STK encrypts, the responder hands over the LTK that the bond is made of, and
 * its name.
 *
 * The link layer seals the L2CAP header with the PDU. Here the header is sealed too, as the first
 * four octets, but leaves in clear: the simulated link layer writes it. The PDU's octets on the air
 * are those that a controller would send. */
#include <string.h>

#include "pairing.h"
#include "protocols/crypto/crypto.h"

enum { L2CAP_HEADER = 4, SMP_CHANNEL = 6, LLID_START = 2, LONGEST = 17 };

bool bt_distributes(const struct bt_party *p)
{
    uint8_t r = p->response[6];
    return !p->reconnects && !p->secure && (r & SMP_ENC_KEY);
}

static void send_sealed(struct bt_party *p, size_t n, const uint8_t *pdu)
{
    uint8_t frame[L2CAP_HEADER + LONGEST] = {(uint8_t)n, 0, SMP_CHANNEL},
                                 out[sizeof frame + BT_MIC];
    memcpy(frame + L2CAP_HEADER, pdu, n);
    bt_seal(p, out, (struct bt_packet){true, ++p->sealed_sent, LLID_START}, frame,
            L2CAP_HEADER + n);
    const uint8_t *sent = out + L2CAP_HEADER;
    imp_observe_both("AES-CCM", p->session, sizeof p->session, pdu, n, sent, n + BT_MIC);
    imp_send(p->env, BT_SMP, &p->peer_addr, BT_MSG_SMP + pdu[0], sent, n + BT_MIC);
}

static void keep(struct bt_party *p)
{
    struct bt_bond *b = &p->distributed;
    memcpy(b->name, p->peer_name, BT_NAME);
    b->secure = false;
    b->model = (uint8_t)p->model;
    bt_bond_keep(p, b);
    bt_claim_secret(p, "LTK", b->ltk);
    imp_wipe(b, sizeof *b);
    bt_complete(p);
}

void bt_distribute(struct bt_party *p)
{
    struct bt_bond *b = &p->distributed;
    uint8_t pdu[SMP_MAX] = {SMP_CENTRAL_IDENTIFICATION}, ltk[SMP_MAX];
    imp_random(p->env, "ltk", b->ltk, sizeof b->ltk);
    bt_shorten(b->ltk, p->key_size);
    imp_random(p->env, "ltk", b->ediv, sizeof b->ediv);
    imp_random(p->env, "ltk", b->rand, sizeof b->rand);
    size_t n = smp_write(ltk, SMP_ENCRYPTION_INFORMATION, b->ltk);
    imp_observe_both("octets turned round", NULL, 0, b->ltk, sizeof b->ltk, ltk + 1, n - 1);
    send_sealed(p, n, ltk);
    memcpy(pdu + 1, b->ediv, sizeof b->ediv);
    memcpy(pdu + 3, b->rand, sizeof b->rand);
    send_sealed(p, smp_size(pdu[0]), pdu);
    keep(p);
}

static bool open_sealed(struct bt_party *p, uint8_t *pdu, size_t *n, const uint8_t *sealed)
{
    uint8_t frame[L2CAP_HEADER + LONGEST], whole[sizeof frame + BT_MIC];
    const uint8_t header[L2CAP_HEADER] = {(uint8_t)(*n - BT_MIC), 0, SMP_CHANNEL};
    size_t pdu_n = *n - BT_MIC;
    /* CCM is a stream: the header's ciphertext follows from sealing it at the same place. */
    const struct bt_packet at = {false, p->sealed_got + 1, LLID_START};
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

void bt_distributed(struct bt_party *p, const uint8_t *sealed, size_t n, imp_time now)
{
    struct bt_bond *b = &p->distributed;
    uint8_t pdu[LONGEST];
    if (n < 1 + BT_MIC || n > LONGEST + BT_MIC)
        return;
    if (!open_sealed(p, pdu, &n, sealed) || !smp_whole(pdu, n)) {
        bt_given_up(p, "mic", now); /* volume 6 part B section 5.1.3: the connection ends */
        return;
    }
    if (pdu[0] == SMP_ENCRYPTION_INFORMATION && p->sealed_got == 1) {
        bt_value_of(b->ltk, pdu);
    } else if (pdu[0] == SMP_CENTRAL_IDENTIFICATION && p->sealed_got == 2) {
        memcpy(b->ediv, pdu + 1, sizeof b->ediv);
        memcpy(b->rand, pdu + 3, sizeof b->rand);
        keep(p);
    } else {
        bt_given_up(p, "key-distribution", now);
    }
}
