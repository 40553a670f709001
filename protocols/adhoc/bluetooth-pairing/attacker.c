/* SPDX-License-Identifier: GPL-2.0-only */
/* attacker.c - what an adversary's own parties do that the honest ones do not. Its responder stands
 * before the honest initiator, its initiator before the honest responder, and what the first finds
 * out about a number it tells the second. Which way is tried depends on how often the honest end
 * has refused: first Just Works (no input, no output), then the rest by turns. */
#include <string.h>

#include "pairing.h"
#include "protocols/crypto/crypto.h"

/* The initiator: asks to show a number (method confusion), then as the end that it plays. The
 * responder: whatever makes the initiator show or type a number. */
uint8_t bt_attack_io(const struct bt_party *p)
{
    uint8_t own = (uint8_t)imp_opt(p->env, BT_OPT_IO);
    if (p->attempts == 0)
        return SMP_NO_INPUT_NO_OUTPUT;
    if (bt_initiates(p))
        return p->attempts == 1 ? SMP_DISPLAY_ONLY : own;
    switch (p->peer.io) {
    case SMP_KEYBOARD_ONLY:
        return SMP_DISPLAY_ONLY;
    case SMP_DISPLAY_ONLY:
        return SMP_KEYBOARD_ONLY;
    default:
        return SMP_DISPLAY_YES_NO;
    }
}

/* What one attempt tells of a passkey that stays helps in the next (Lindell 2008). */
static bool fixed(const struct bt_party *p)
{
    return imp_opt(p->env, BT_OPT_FIXED_PASSKEY);
}

/* In one attempt, in which there is nothing to be gained by reflection: with what the honest end
 * has not given to anybody. */
bool bt_attack_claims_oob(const struct bt_party *p)
{
    return p->env->adversary && p->attempts == (bt_initiates(p) ? 2 : 3) && !fixed(p);
}

static void learned(struct bt_party *p, unsigned bits)
{
    if (bits > p->learned)
        p->learned = bits;
}

/* CVE-2020-26558: with the same x-coordinate at both ends the initiator's own confirmations and
 * random values fit. Who refuses that gets confirmations under a passkey of zeros the third time.
 */
void bt_attack_passkey(struct bt_party *p)
{
    p->attack.reflects = p->secure && p->attempts % 3 != 0 && !fixed(p);
    p->attack.bits = 0;
    if (p->attack.reflects) {
        memcpy(p->own_public, p->peer_public, sizeof p->own_public);
        p->keys_made = false;
    }
    bt_take_passkey(p, fixed(p) ? p->passkey : 0);
}

/* The peer's confirmation and random value tell the bit of this round. */
void bt_attack_learn(struct bt_party *p)
{
    uint8_t c[16];
    bt_commitment(p, c, p->peer_public, p->own_public, p->peer_random, 0x81);
    uint32_t bit = imp_equal(c, p->peer_confirm, sizeof c), low = (UINT32_C(1) << p->round) - 1;
    uint32_t high = fixed(p) ? ~(low << 1 | 1) : 0;
    bt_take_passkey(p, (p->passkey & (low | high)) | bit << p->round);
    learned(p, p->round + 1);
    p->attack.bits = p->round + 1;
    if (!bt_initiates(p))
        bt_attack_tell(p);
}

/* Every fourth attempt does not wait for its other half but learns from the responder. The rest do,
 * more than one: the user may be slower than the responder's patience. */
bool bt_attack_waits(struct bt_party *p)
{
    bool alone = p->attempts > 2 && p->attempts % 4 == 0;
    bool waits = !alone && p->attack.bits <= p->round && !fixed(p);
    p->attack.waits = waits;
    return waits;
}

/* Six digits, then how many low bits of the number are known. */
void bt_attack_tell(struct bt_party *p)
{
    uint8_t out[BT_DIGITS + 1];
    bt_digits(p->passkey, (char *)out);
    out[BT_DIGITS] = (uint8_t)p->attack.bits;
    imp_send(p->env, BT_PASSKEY_OF_RESPONDER, &imp_to_all, BT_MSG_PASSKEY_OF_RESPONDER, out,
             sizeof out);
}

void bt_attack_told(struct bt_party *p, const uint8_t *bytes, size_t n)
{
    int64_t v = n == BT_DIGITS + 1 ? bt_number(bytes, BT_DIGITS) : -1;
    if (v < 0 || bytes[BT_DIGITS] > BT_ROUNDS)
        return;
    if (fixed(p) && bytes[BT_DIGITS] <= p->learned)
        return;
    learned(p, bytes[BT_DIGITS]);
    p->attack.bits = bytes[BT_DIGITS];
    bt_take_passkey(p, (uint32_t)v);
    if (p->state == BT_CONFIRM && p->attack.waits && !bt_attack_waits(p))
        bt_send_confirm(p);
}

/* The responder fails when the confirmation was of the other bit, and shows that it was. */
void bt_attack_failed(struct bt_party *p)
{
    if (!p->env->adversary || !fixed(p) || !bt_initiates(p) || p->state != BT_RANDOM ||
        !p->secure || !bt_enters_passkey(p) || p->round < p->learned)
        return;
    p->passkey ^= UINT32_C(1) << p->round;
    learned(p, p->round + 1);
}

/* Rosa 2013: c1 is a cipher, so that a confirmation sent blindly is opened to fit. */
void bt_attack_open(struct bt_party *p)
{
    struct bt_c1 of = bt_c1_of(p);
    uint8_t tk[16] = {0}, c[16];
    if (p->env->work_bits < BT_ROUNDS || !bt_enters_passkey(p))
        return;
    struct imp_observation before = imp_observe_hold();
    uint32_t v = 0;
    for (; v < 1000000; v++) {
        for (int i = 0; i < 4; i++)
            tk[15 - i] = (uint8_t)(v >> 8 * i);
        bt_c1(NULL, c, tk, p->peer_random, &of);
        if (memcmp(c, p->peer_confirm, sizeof c) == 0)
            break;
    }
    imp_observe_resume(before);
    if (v == 1000000)
        return;
    bt_take_passkey(p, v);
    bt_c1_open(p->env, p->own_random, p->tk, p->attack.own_confirm, &of);
}
