/* SPDX-License-Identifier: GPL-2.0-only */
/* stages.c - authentication of LE pairing: legacy and Secure Connections, every association model.
 */
#include <string.h>

#include "pairing.h"
#include "protocols/crypto/crypto.h"

/* ---- stage 2
 * ----------------------------------------------------------------------------------------
 */
static void send_check(struct bt_party *p)
{
    uint8_t e[16];
    bt_check_value(p, e, true);
    bt_send_value(p, SMP_DHKEY_CHECK, e);
}

void bt_stage_2(struct bt_party *p)
{
    bt_make_ltk(p);
    p->state = BT_DHKEY;
    if (bt_initiates(p))
        send_check(p);
}

static void dhkey_check(struct bt_party *p, const uint8_t *pdu, imp_time now)
{
    uint8_t wanted[16], got[16];
    bt_value_of(got, pdu);
    bt_check_value(p, wanted, false);
    bool checks = imp_opt(p->env, BT_OPT_CHECKS_DHKEY) && !p->env->adversary;
    if (checks && !imp_equal(wanted, got, sizeof got)) {
        bt_failed(p, SMP_DHKEY, "dhkey-check", now);
        return;
    }
    bt_accept(p, SMP_DHKEY_CHECK);
    if (!bt_initiates(p))
        send_check(p);
    bt_shorten(p->ltk, p->key_size);
    bt_encrypt(p);
}

/* ---- stage 1
 * ----------------------------------------------------------------------------------------
 */
/* May the initiator of passkey entry send the confirmation of this round? */
static bool ready(struct bt_party *p)
{
    return p->env->adversary ? !bt_attack_waits(p) : p->have_passkey;
}

static void after_public_keys(struct bt_party *p)
{
    bool first = bt_initiates(p);
    if (bt_enters_passkey(p)) {
        p->state = BT_CONFIRM;
        bt_passkey(p);
        if (first && ready(p))
            bt_send_confirm(p);
    } else if (p->model == SMP_OUT_OF_BAND) {
        imp_random(p->env, "nonce", p->own_random, sizeof p->own_random);
        p->state = BT_RANDOM;
        if (first)
            bt_send_value(p, SMP_RANDOM, p->own_random);
    } else {
        p->state = first ? BT_CONFIRM : BT_RANDOM;
        if (!first)
            bt_send_confirm(p);
    }
}

static void public_key(struct bt_party *p, const uint8_t *pdu, imp_time now)
{
    uint8_t out[SMP_MAX];
    smp_public_key_read(p->peer_public, pdu);
    imp_observe_both("octets turned round", NULL, 0, p->peer_public, 64, pdu + 1, 64);
    if (!bt_initiates(p))
        bt_make_keys(p);
    if (bt_debug_key_refused(p)) {
        bt_failed(p, SMP_PARAMETERS, "debug-key", now);
        return;
    }
    bool reflected = bt_reflected(p) && !imp_flawed(p->env, BT_FLAW_REFLECTED_KEY);
    if (reflected || bt_shared(p) != 0) {
        bt_failed(p, SMP_PARAMETERS, reflected ? "reflected-key" : "public-key", now);
        return;
    }
    if (!bt_oob_right(p)) {
        bt_failed(p, SMP_CONFIRM_VALUE, "oob-confirmation", now);
        return;
    }
    if (p->env->adversary && !bt_initiates(p) && bt_enters_passkey(p))
        bt_attack_passkey(p);
    if (!bt_initiates(p))
        bt_send(p, smp_public_key_write(out, p->own_public), out);
    after_public_keys(p);
}

static void confirm(struct bt_party *p, const uint8_t *pdu)
{
    if (bt_enters_passkey(p) && !p->have_passkey && !p->env->adversary) {
        memcpy(p->held, pdu, smp_size(pdu[0]));
        return;
    }
    bt_value_of(p->peer_confirm, pdu);
    p->state = BT_RANDOM;
    if (bt_initiates(p)) {
        if (p->secure && !bt_enters_passkey(p))
            imp_random(p->env, "nonce", p->own_random, sizeof p->own_random);
        bt_send_value(p, SMP_RANDOM, p->own_random);
    } else {
        bt_send_confirm(p);
    }
}

static void legacy_done(struct bt_party *p)
{
    bool first = bt_initiates(p);
    bt_s1(p->env, p->ltk, p->tk, first ? p->peer_random : p->own_random,
          first ? p->own_random : p->peer_random);
    bt_shorten(p->ltk, p->key_size);
    bt_encrypt(p);
}

static void next_round(struct bt_party *p)
{
    if (++p->round == BT_ROUNDS) {
        bt_stage_2(p);
        return;
    }
    p->state = BT_CONFIRM;
    if (bt_initiates(p) && ready(p))
        bt_send_confirm(p);
}

static void random_value(struct bt_party *p, const uint8_t *pdu, imp_time now)
{
    bool first = bt_initiates(p);
    /* With one commitment only, it is the responder's. */
    bool committed = !p->secure || bt_enters_passkey(p) || (first && p->model != SMP_OUT_OF_BAND);
    bt_value_of(p->peer_random, pdu);
    if (p->env->adversary && !first && !p->secure)
        bt_attack_open(p);
    if (committed && !bt_confirmed(p)) {
        bt_failed(p, SMP_CONFIRM_VALUE, "confirmation", now);
        return;
    }
    bt_accept(p, SMP_RANDOM);
    if (!first)
        bt_send_value(p, SMP_RANDOM, p->attack.reflects ? p->peer_random : p->own_random);
    if (p->env->adversary && p->secure && bt_enters_passkey(p) &&
        !(first && p->attack.bits > p->round))
        bt_attack_learn(p);
    if (!p->secure)
        legacy_done(p);
    else if (bt_enters_passkey(p))
        next_round(p);
    else if (p->model == SMP_NUMERIC_COMPARISON)
        bt_show_number(p);
    else
        bt_stage_2(p);
}

/* ---- PDUs after the features
 * ------------------------------------------------------------------------ */
void bt_model_chosen(struct bt_party *p, imp_time now)
{
    bool first = bt_initiates(p);
    uint8_t out[SMP_MAX];
    (void)now;
    p->state = p->secure ? BT_PUBLIC_KEY : BT_CONFIRM;
    if (p->secure && first) {
        bt_make_keys(p);
        bt_send(p, smp_public_key_write(out, p->own_public), out);
    }
    if (p->secure)
        return;
    /* Legacy OOB: the TK is the responder's (which of both, the specification leaves open). */
    if (p->model == SMP_OUT_OF_BAND)
        memcpy(p->tk, first ? p->peer_oob.confirm : p->own_oob.confirm, sizeof p->tk);
    else if (bt_enters_passkey(p))
        bt_passkey(p);
    if (first && (!bt_enters_passkey(p) || p->have_passkey))
        bt_send_confirm(p);
}

void bt_smp(struct bt_party *p, const uint8_t *pdu, imp_time now)
{
    if (p->state == BT_PUBLIC_KEY && pdu[0] == SMP_PUBLIC_KEY)
        public_key(p, pdu, now);
    else if (p->state == BT_CONFIRM && pdu[0] == SMP_CONFIRM)
        confirm(p, pdu);
    else if (p->state == BT_RANDOM && pdu[0] == SMP_RANDOM)
        random_value(p, pdu, now);
    else if (p->state == BT_COMPARE && pdu[0] == SMP_DHKEY_CHECK && !bt_initiates(p))
        memcpy(p->held, pdu, smp_size(pdu[0]));
    else if (p->state == BT_DHKEY && pdu[0] == SMP_DHKEY_CHECK)
        dhkey_check(p, pdu, now);
    else
        bt_failed(p, SMP_UNSPECIFIED, "unexpected-pdu", now);
}

void bt_user(struct bt_party *p, int channel, const uint8_t *bytes, size_t n, imp_time now)
{
    switch (channel) {
    case BT_NUMBER_OF_RESPONDER:
    case BT_NUMBER_OF_INITIATOR:
        bt_compared(p, bytes, n, now);
        break;
    case BT_PASSKEY_OF_RESPONDER:
    case BT_PASSKEY_OF_INITIATOR:
        bt_typed(p, bytes, n, now);
        break;
    default:
        if (n == sizeof p->peer_oob) {
            memcpy(&p->peer_oob, bytes, n);
            p->have_oob = true;
            bt_oob_came(p, now);
        }
        break;
    }
}
