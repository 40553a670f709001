/* SPDX-License-Identifier: GPL-2.0-only */
/* br_legacy.c - legacy authentication and E0 over BR/EDR, where not both ends have Secure
 * Connections (Core volume 2 part C section 4.2.1, part H sections 3.2 and 4). Each end challenges
 * the other one, the initiator first; what the responder's challenge leaves goes into the
 * encryption key. */
#include <string.h>

#include "pairing.h"
#include "protocols/crypto/crypto.h"

bool bt_br_legacy(const struct bt_party *p)
{
    return bt_br_edr(p) && p->br.p192;
}

/* E1 of a challenge to that end. */
static void answer(struct bt_party *p, uint8_t sres[4], const uint8_t rand[16],
                   const uint8_t name[BT_NAME])
{
    bt_br_e1(p->env, sres, p->br.aco, p->ltk, rand, name + 1);
}

void bt_br_legacy_challenged(struct bt_party *p, imp_time now)
{
    const uint8_t encrypt = 1;
    bool first = bt_initiates(p);
    uint8_t sres[4];
    answer(p, sres, p->br.au_peer, p->own_name);
    memcpy(p->skd, first ? p->br.au_own : p->br.au_peer, 8); /* they name the session */
    memcpy(p->skd + 8, first ? p->br.au_peer : p->br.au_own, 8);
    bt_send_lmp(p, LMP_SRES, sres);
    bt_await(p, first ? BT_MODE : BT_SRES, now);
    if (first)
        bt_send_lmp(p, LMP_ENCRYPTION_MODE_REQ, &encrypt);
    else
        bt_send_lmp(p, LMP_AU_RAND, p->br.au_own);
}

bool bt_br_legacy_answered(struct bt_party *p, const uint8_t sres[4], imp_time now)
{
    uint8_t wanted[4];
    answer(p, wanted, p->br.au_own, p->peer_name);
    if (!imp_equal(wanted, sres, sizeof wanted))
        return false;
    bt_await(p, bt_initiates(p) ? BT_ENC_REQ : BT_MODE, now);
    return true;
}

void bt_br_legacy_key(struct bt_party *p, const uint8_t en_rand[16])
{
    bt_br_e3(p->env, p->session, p->ltk, en_rand, p->br.aco);
    bt_br_reduce(p->session, p->key_size);
}

/* The stream covers the payload's header too, one octet that the simulated baseband writes in
 * clear. No party is told the clock: the number of the sealed packet stands in its place. */
void bt_br_e0(struct bt_party *p, uint8_t out[2], const uint8_t in[2])
{
    const uint8_t *central = bt_initiates(p) ? p->own_name : p->peer_name;
    uint8_t stream[3], address[BT_ADDR];
    for (int i = 0; i < BT_ADDR; i++)
        address[i] = central[BT_NAME - 1 - i];
    imp_e0(p->env, stream, sizeof stream, p->session, address, 0);
    for (int i = 0; i < 2; i++)
        out[i] = in[i] ^ stream[1 + i];
}
