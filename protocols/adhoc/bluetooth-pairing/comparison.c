/* SPDX-License-Identifier: GPL-2.0-only */
/* comparison.c - Numeric Comparison: both ends show six digits, and their users answer. */
#include <string.h>

#include "pairing.h"

/* An adversary's has nobody to compare; its other half may have use for the number. */
static void number_known(struct bt_party *p, uint32_t v)
{
    bt_stage_2(p);
    if (bt_initiates(p))
        return;
    p->passkey = v;
    p->attack.bits = BT_ROUNDS;
    bt_attack_tell(p);
}

void bt_show_number(struct bt_party *p)
{
    bool first = bt_initiates(p);
    const uint8_t *u = first ? p->own_public : p->peer_public;
    const uint8_t *w = first ? p->peer_public : p->own_public;
    const uint8_t *x = first ? p->own_random : p->peer_random;
    const uint8_t *y = first ? p->peer_random : p->own_random;
    uint32_t v = bt_br_edr(p) ? bt_br_g(p->env, bt_x_of(p, u), bt_x_of(p, w), bt_width(p), x, y)
                              : bt_g2(p->env, u, w, x, y);
    bt_digits(v % 1000000, p->shown);
    p->state = BT_COMPARE;
    if (p->env->adversary) {
        number_known(p, v % 1000000);
        return;
    }
    imp_oob(p->env, first ? BT_NUMBER_OF_INITIATOR : BT_NUMBER_OF_RESPONDER,
            first ? BT_MSG_NUMBER_OF_INITIATOR : BT_MSG_NUMBER_OF_RESPONDER, p->shown, BT_DIGITS);
    /* Where nothing on the display says otherwise, who is asked for a passkey types this number. */
    if (!imp_opt(p->env, BT_OPT_NAMES_METHOD))
        imp_oob(p->env, first ? BT_PASSKEY_OF_INITIATOR : BT_PASSKEY_OF_RESPONDER,
                first ? BT_MSG_PASSKEY_OF_INITIATOR : BT_MSG_PASSKEY_OF_RESPONDER, p->shown,
                BT_DIGITS);
}

void bt_compared(struct bt_party *p, const uint8_t *bytes, size_t n, imp_time now)
{
    uint8_t held[SMP_MAX];
    if (p->state != BT_COMPARE)
        return;
    if ((n != BT_DIGITS || memcmp(bytes, p->shown, BT_DIGITS) != 0) &&
        !bt_omits(p, BT_FLAW_COMPARISON, BT_FLAW_RESPONDER_COMPARISON)) {
        bt_failed(p, SMP_COMPARISON, "numeric-comparison", now);
        return;
    }
    memcpy(held, p->held, sizeof held);
    p->held[0] = 0;
    bt_await(p, p->state, now);
    bt_stage_2(p);
    if (held[0])
        bt_smp(p, held, now);
}
