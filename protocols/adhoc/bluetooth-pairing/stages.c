/* SPDX-License-Identifier: GPL-2.0-only */
/* stages.c - authentication of LE pairing: legacy and Secure Connections, every association model.
 */
#include <string.h>

#include "pairing.h"
#include "protocols/crypto/crypto.h"

/* A PDU's value; whoever knows one order of octets knows the other. */
static void value_of(uint8_t *value, const uint8_t *pdu)
{
    size_t n = smp_size(pdu[0]) - 1;
    smp_value(value, pdu);
    imp_observe_both("octets turned round", NULL, 0, value, n, pdu + 1, n);
}

/* ---- numbers and OOB data
 * ---------------------------------------------------------------------------
 */
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

/* One end shows a new passkey. Where both ends type, the initiator's draw stands for the number
 * that their user thinks of. */
static void passkey(struct bt_party *p)
{
    bool first = bt_initiates(p);
    bool shows = p->model == SMP_PASSKEY_RESPONDER_SHOWS ? !first : first;
    if (p->env->adversary) {
        if (!first)
            bt_attack_passkey(p);
        return;
    }
    uint8_t drawn[8];
    uint64_t v = 0;
    char digits[BT_DIGITS];
    if (!shows)
        return;
    imp_random(p->env, "passkey", drawn, sizeof drawn);
    for (size_t i = 0; i < sizeof drawn; i++)
        v = v << 8 | drawn[i];
    v %= 1000000;
    bt_digits((uint32_t)v, digits);
    bt_take_passkey(p, (uint32_t)v);
    imp_oob(p->env, first ? BT_PASSKEY_OF_INITIATOR : BT_PASSKEY_OF_RESPONDER,
            first ? BT_MSG_PASSKEY_OF_INITIATOR : BT_MSG_PASSKEY_OF_RESPONDER, digits, BT_DIGITS);
}

bool bt_enters_passkey(const struct bt_party *p)
{
    return p->model == SMP_PASSKEY_INITIATOR_SHOWS || p->model == SMP_PASSKEY_RESPONDER_SHOWS ||
           p->model == SMP_PASSKEY_BOTH_TYPE;
}

/* Both kinds of OOB data: a commitment to the public key, made now; or a TK. */
void bt_show_oob(struct bt_party *p)
{
    struct bt_oob *o = &p->own_oob;
    bool first = bt_initiates(p), legacy = imp_opt(p->env, BT_OPT_SECURE_CONNECTIONS) == BT_SC_NO;
    memcpy(o->name, p->own_name, BT_NAME);
    imp_random(p->env, "oob", o->random, sizeof o->random);
    if (legacy) {
        memcpy(o->confirm, o->random, sizeof o->confirm);
        memset(o->random, 0, sizeof o->random);
    } else {
        imp_p256_keypair(p->env, "ecdh", p->own_public, p->own_secret);
        p->keys_made = true;
        bt_f4(p->env, o->confirm, p->own_public, p->own_public, o->random, 0);
    }
    imp_oob(p->env, first ? BT_OOB_OF_INITIATOR : BT_OOB_OF_RESPONDER,
            first ? BT_MSG_OOB_OF_INITIATOR : BT_MSG_OOB_OF_RESPONDER, o, sizeof *o);
}

/* ---- confirmations
 * ----------------------------------------------------------------------------------
 */
static void confirm_of(struct bt_party *p, uint8_t out[16], bool own)
{
    const uint8_t *random = own ? p->own_random : p->peer_random;
    if (!p->secure) {
        struct bt_c1 of;
        bool first = bt_initiates(p);
        for (int i = 0; i < 7; i++) {
            of.request[i] = p->request[6 - i];
            of.response[i] = p->response[6 - i];
        }
        memcpy(of.initiator, first ? p->own_name : p->peer_name, BT_NAME);
        memcpy(of.responder, first ? p->peer_name : p->own_name, BT_NAME);
        bt_c1(p->env, out, p->tk, random, &of);
        return;
    }
    uint8_t bit = bt_enters_passkey(p) ? (uint8_t)(0x80 | (p->passkey >> p->round & 1)) : 0;
    bt_f4(p->env, out, own ? p->own_public : p->peer_public, own ? p->peer_public : p->own_public,
          random, bit);
}

void bt_send_confirm(struct bt_party *p)
{
    uint8_t c[16];
    if (p->attack.reflects) {
        bt_send_value(p, SMP_CONFIRM, p->peer_confirm);
        return;
    }
    imp_random(p->env, "nonce", p->own_random, sizeof p->own_random);
    confirm_of(p, c, true);
    bt_send_value(p, SMP_CONFIRM, c);
}

static bool confirmed(struct bt_party *p)
{
    uint8_t c[16];
    if (bt_omits(p, BT_FLAW_CONFIRMATION, BT_FLAW_RESPONDER_CONFIRMATION))
        return true;
    confirm_of(p, c, false);
    return imp_equal(c, p->peer_confirm, sizeof c);
}

/* ---- stage 2
 * ----------------------------------------------------------------------------------------
 */
static void check_value(struct bt_party *p, uint8_t out[16], bool own)
{
    const struct smp_features *f = own ? &p->own : &p->peer;
    const uint8_t io_cap[3] = {f->auth_req, f->oob, f->io};
    uint8_t r[16] = {0};
    if (bt_enters_passkey(p))
        memcpy(r, p->tk, sizeof r);
    /* What the checking end has sent out of band, if the other end says that it came. */
    else if (p->model == SMP_OUT_OF_BAND && f->oob)
        memcpy(r, own ? p->peer_oob.random : p->own_oob.random, sizeof r);
    bt_f6(p->env, out, p->mac_key, own ? p->own_random : p->peer_random,
          own ? p->peer_random : p->own_random, r, io_cap, own ? p->own_name : p->peer_name,
          own ? p->peer_name : p->own_name);
}

static void make_ltk(struct bt_party *p)
{
    bool first = bt_initiates(p);
    bt_f5(p->env, p->mac_key, p->ltk, p->dhkey, first ? p->own_random : p->peer_random,
          first ? p->peer_random : p->own_random, first ? p->own_name : p->peer_name,
          first ? p->peer_name : p->own_name);
}

static void send_check(struct bt_party *p)
{
    uint8_t e[16];
    check_value(p, e, true);
    bt_send_value(p, SMP_DHKEY_CHECK, e);
}

static void stage_2(struct bt_party *p)
{
    make_ltk(p);
    p->state = BT_DHKEY;
    if (bt_initiates(p))
        send_check(p);
}

static void dhkey_check(struct bt_party *p, const uint8_t *pdu, imp_time now)
{
    uint8_t wanted[16], got[16];
    value_of(got, pdu);
    check_value(p, wanted, false);
    if (!imp_equal(wanted, got, sizeof got) && !p->env->adversary) {
        bt_failed(p, SMP_DHKEY, "dhkey-check", now);
        return;
    }
    if (!bt_initiates(p))
        send_check(p);
    bt_shorten(p->ltk, p->key_size);
    bt_encrypt(p);
}

/* ---- stage 1
 * ----------------------------------------------------------------------------------------
 */
/* An adversary's has nobody to compare; its other half may have use for the number. */
static void number_known(struct bt_party *p, uint32_t v)
{
    stage_2(p);
    if (bt_initiates(p))
        return;
    p->passkey = v;
    p->attack.bits = BT_ROUNDS;
    bt_attack_tell(p);
}

static void show_number(struct bt_party *p)
{
    bool first = bt_initiates(p);
    uint32_t v = bt_g2(
        p->env, first ? p->own_public : p->peer_public, first ? p->peer_public : p->own_public,
        first ? p->own_random : p->peer_random, first ? p->peer_random : p->own_random);
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
        passkey(p);
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

static bool oob_right(struct bt_party *p)
{
    uint8_t c[16];
    if (p->model != SMP_OUT_OF_BAND || !p->own.oob || imp_flawed(p->env, BT_FLAW_OOB))
        return true;
    bt_f4(p->env, c, p->peer_public, p->peer_public, p->peer_oob.random, 0);
    return imp_equal(c, p->peer_oob.confirm, sizeof c);
}

static void public_key(struct bt_party *p, const uint8_t *pdu, imp_time now)
{
    uint8_t out[SMP_MAX];
    smp_public_key_read(p->peer_public, pdu);
    imp_observe_both("octets turned round", NULL, 0, p->peer_public, 64, pdu + 1, 64);
    if (!p->keys_made && !bt_initiates(p))
        imp_p256_keypair(p->env, "ecdh", p->own_public, p->own_secret);
    /* The x-coordinates are compared: a reflected key may come with -y (CVE-2020-26558). */
    bool reflected = memcmp(p->peer_public, p->own_public, 32) == 0 &&
                     !imp_flawed(p->env, BT_FLAW_REFLECTED_KEY);
    if (reflected || imp_p256_shared(p->env, p->dhkey, p->own_secret, p->peer_public) != 0) {
        bt_failed(p, SMP_PARAMETERS, reflected ? "reflected-key" : "public-key", now);
        return;
    }
    if (!oob_right(p)) {
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
    value_of(p->peer_confirm, pdu);
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
        stage_2(p);
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
    value_of(p->peer_random, pdu);
    if (committed && !confirmed(p)) {
        bt_failed(p, SMP_CONFIRM_VALUE, "confirmation", now);
        return;
    }
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
        show_number(p);
    else
        stage_2(p);
}

/* ---- the user
 * --------------------------------------------------------------------------------------- */
static void compared(struct bt_party *p, const uint8_t *bytes, size_t n, imp_time now)
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
    stage_2(p);
    if (held[0])
        bt_smp(p, held, now);
}

static void typed(struct bt_party *p, const uint8_t *bytes, size_t n, imp_time now)
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

void bt_user(struct bt_party *p, int channel, const uint8_t *bytes, size_t n, imp_time now)
{
    switch (channel) {
    case BT_NUMBER_OF_RESPONDER:
    case BT_NUMBER_OF_INITIATOR:
        compared(p, bytes, n, now);
        break;
    case BT_PASSKEY_OF_RESPONDER:
    case BT_PASSKEY_OF_INITIATOR:
        typed(p, bytes, n, now);
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

/* ---- PDUs after the features
 * ------------------------------------------------------------------------ */
void bt_model_chosen(struct bt_party *p, imp_time now)
{
    bool first = bt_initiates(p);
    uint8_t out[SMP_MAX];
    (void)now;
    p->state = p->secure ? BT_PUBLIC_KEY : BT_CONFIRM;
    if (p->secure && first) {
        if (!p->keys_made)
            imp_p256_keypair(p->env, "ecdh", p->own_public, p->own_secret);
        p->keys_made = true;
        bt_send(p, smp_public_key_write(out, p->own_public), out);
    }
    if (p->secure)
        return;
    /* Legacy OOB: the TK is the responder's (which of both, the specification leaves open). */
    if (p->model == SMP_OUT_OF_BAND)
        memcpy(p->tk, first ? p->peer_oob.confirm : p->own_oob.confirm, sizeof p->tk);
    else if (bt_enters_passkey(p))
        passkey(p);
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
