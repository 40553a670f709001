/* SPDX-License-Identifier: GPL-2.0-only */
/* br_signalling.c - L2CAP signalling over BR/EDR (Core volume 3 part A sections 4.10 to 4.12):
 * which fixed channels an end has. Who derives keys for LE asks for the Security Manager's, which
 * the specification lets him send to nobody who has not got it. */
#include <string.h>

#include "pairing.h"

enum { INFORMATION_REQ = 0x0a, INFORMATION_RSP }; /* codes */
enum { FIXED_CHANNELS = 3 };                      /* type of information */
enum { HAS_SIGNALLING = 1 << 1, HAS_SMP = 1 << 7 };
enum { REQ_SIZE = 6, RSP_SIZE = 16, MASK_AT = 8 };
enum { IDENTIFIER = 1 };

void bt_br_channels_ask(struct bt_party *p)
{
    const uint8_t pdu[REQ_SIZE] = {INFORMATION_REQ, IDENTIFIER, 2, 0, FIXED_CHANNELS};
    p->br.asked_channels = true;
    imp_send(p->env, BT_BR_SIGNALLING, &p->peer_addr, BT_MSG_INFORMATION_REQ, pdu, sizeof pdu);
}

static void answer(struct bt_party *p, uint8_t identifier)
{
    const uint8_t pdu[RSP_SIZE] = {
        INFORMATION_RSP, identifier,
        RSP_SIZE - 4,    0,
        FIXED_CHANNELS,  [MASK_AT] = HAS_SIGNALLING | (bt_ct_wanted(p) ? HAS_SMP : 0)};
    imp_send(p->env, BT_BR_SIGNALLING, &p->peer_addr, BT_MSG_INFORMATION_RSP, pdu, sizeof pdu);
}

void bt_br_signalling(struct bt_party *p, const uint8_t *pdu, size_t n, imp_time now)
{
    static const uint8_t asked[] = {2, 0, FIXED_CHANNELS, 0};
    static const uint8_t told[] = {RSP_SIZE - 4, 0, FIXED_CHANNELS, 0, 0, 0};
    if (n == REQ_SIZE && pdu[0] == INFORMATION_REQ && memcmp(pdu + 2, asked, sizeof asked) == 0) {
        answer(p, pdu[1]);
        if (bt_ct_wanted(p) && !p->br.asked_channels)
            bt_br_channels_ask(p);
    } else if (n == RSP_SIZE && pdu[0] == INFORMATION_RSP && pdu[1] == IDENTIFIER &&
               p->br.asked_channels && memcmp(pdu + 2, told, sizeof told) == 0) {
        p->br.peer_has_smp = pdu[MASK_AT] & HAS_SMP;
        if (p->state == BT_ASKED && bt_initiates(p))
            bt_secure(p, now);
    }
}
