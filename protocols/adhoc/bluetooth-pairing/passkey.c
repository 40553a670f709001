/* SPDX-License-Identifier: GPL-2.0-only */
/* passkey.c - Passkey Entry: one end shows six digits, the other types them, or both type. */
#include <string.h>

#include "pairing.h"
#include "protocols/crypto/crypto.h"

void bt_digits(uint32_t v, char out[BT_DIGITS])
{
    for (int i = BT_DIGITS; i-- > 0; v /= 10)
        out[i] = (char)('0' + v % 10);
}

int64_t bt_number(const uint8_t *p, size_t n)
{
    int64_t v = 0;
    if (n != BT_DIGITS)
        return -1;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return -1;
        v = 10 * v + (p[i] - '0');
    }
    return v;
}

void bt_take_passkey(struct bt_party *p, uint32_t v)
{
    char digits[BT_DIGITS];
    bt_digits(v, digits);
    p->passkey = v;
    p->have_passkey = true;
    memset(p->tk, 0, sizeof p->tk);
    for (int i = 0; i < 4; i++)
        p->tk[15 - i] = (uint8_t)(v >> 8 * i);
    imp_observe_join(p->tk, sizeof p->tk, &IMP_PIECE(digits, BT_DIGITS), 1);
    if (!p->secure)
        p->env->ops->cell_put(p->env, BT_CELL_TK, p->tk, sizeof p->tk);
}

static uint32_t drawn(struct bt_party *p)
{
    uint8_t octets[8];
    uint64_t v = 0;
    imp_random(p->env, "passkey", octets, sizeof octets);
    for (size_t i = 0; i < sizeof octets; i++)
        v = v << 8 | octets[i];
    return (uint32_t)(v % 1000000);
}

/* A new one each time; or the one that was drawn first, as if printed on the device. */
static uint32_t number_to_show(struct bt_party *p)
{
    char digits[BT_DIGITS];
    if (!imp_opt(p->env, BT_OPT_FIXED_PASSKEY))
        return drawn(p);
    if (p->env->ops->cell_get(p->env, BT_CELL_PASSKEY, digits, sizeof digits) != BT_DIGITS) {
        bt_digits(drawn(p), digits);
        p->env->ops->cell_put(p->env, BT_CELL_PASSKEY, digits, sizeof digits);
    }
    return (uint32_t)bt_number((const uint8_t *)digits, sizeof digits);
}

/* ---- Keypress Notification, section 3.5.8: who types tells who shows how far he is. Over BR/EDR
 * (volume 2 part C section 4.2.7.3.2) nothing is agreed about it before. */
enum keypress { ENTRY_STARTED, DIGIT_ENTERED, DIGIT_ERASED, ENTRY_CLEARED, ENTRY_COMPLETED };

/* Both ends have asked for it. */
static bool agreed(const struct bt_party *p)
{
    return p->own.auth_req & p->peer.auth_req & SMP_KEYPRESSES;
}

static void tell(struct bt_party *p, enum keypress type)
{
    uint8_t value = (uint8_t)type;
    if (bt_br_edr(p) ? imp_opt(p->env, BT_OPT_KEYPRESS) : agreed(p))
        bt_send_value(p, SMP_KEYPRESS, &value);
}

bool bt_keypress(const struct bt_party *p, const uint8_t *pdu)
{
    return (bt_br_edr(p) || agreed(p)) && p->state == BT_CONFIRM && bt_enters_passkey(p) &&
           pdu[1] <= ENTRY_COMPLETED;
}

/* Where both ends type, the initiator's draw stands for the number that their user thinks of. */
void bt_passkey(struct bt_party *p)
{
    bool first = bt_initiates(p);
    bool shows = p->model == SMP_PASSKEY_RESPONDER_SHOWS ? !first : first;
    char digits[BT_DIGITS];
    if (p->env->adversary) {
        if (!first)
            bt_attack_passkey(p);
        return;
    }
    if (!shows) {
        tell(p, ENTRY_STARTED);
        return;
    }
    bt_take_passkey(p, number_to_show(p));
    bt_digits(p->passkey, digits);
    imp_oob(p->env, first ? BT_PASSKEY_OF_INITIATOR : BT_PASSKEY_OF_RESPONDER,
            first ? BT_MSG_PASSKEY_OF_INITIATOR : BT_MSG_PASSKEY_OF_RESPONDER, digits, BT_DIGITS);
}

bool bt_enters_passkey(const struct bt_party *p)
{
    return p->model == SMP_PASSKEY_INITIATOR_SHOWS || p->model == SMP_PASSKEY_RESPONDER_SHOWS ||
           p->model == SMP_PASSKEY_BOTH_TYPE;
}

void bt_typed(struct bt_party *p, const uint8_t *bytes, size_t n, imp_time now)
{
    uint8_t held[SMP_MAX];
    bool first = bt_initiates(p);
    int64_t v = bt_number(bytes, n);
    if (p->env->adversary && first) {
        bt_attack_told(p, bytes, n);
        return;
    }
    if (p->state != BT_CONFIRM || p->have_passkey || !bt_enters_passkey(p) || v < 0)
        return;
    bt_take_passkey(p, (uint32_t)v);
    bt_await(p, p->state, now);
    for (int i = 0; i < BT_DIGITS; i++)
        tell(p, DIGIT_ENTERED);
    tell(p, ENTRY_COMPLETED);
    /* Who was not told which method it is compares what he has typed with the other display. */
    if (!imp_opt(p->env, BT_OPT_NAMES_METHOD))
        imp_oob(p->env, first ? BT_NUMBER_OF_INITIATOR : BT_NUMBER_OF_RESPONDER,
                first ? BT_MSG_NUMBER_OF_INITIATOR : BT_MSG_NUMBER_OF_RESPONDER, bytes, n);
    if (first)
        bt_send_confirm(p);
    memcpy(held, p->held, sizeof held);
    p->held[0] = 0;
    if (held[0])
        bt_smp(p, held, now);
}
