/* SPDX-License-Identifier: GPL-2.0-only */
/* pairing.c - advertising, connections, failure and time. */
#include "pairing.h"

#include <string.h>

#include "protocols/crypto/crypto.h"

enum { TIMER };
#define PROCEDURE (30 * IMP_S) /* volume 3 part H section 3.4 */
#define FIRST_WAIT (1 * IMP_S) /* before the next attempt; doubles, section 2.3.6 */
enum { WAIT_DOUBLINGS_MOST = 6 };

/* ---- sending
 * --------------------------------------------------------------------------------------- */
void bt_send(struct bt_party *p, size_t n, const uint8_t *pdu)
{
    if (bt_br_edr(p))
        bt_send_as_lmp(p, pdu);
    else
        imp_send(p->env, BT_SMP, &p->peer_addr, BT_MSG_SMP + pdu[0], pdu, n);
}

void bt_send_value(struct bt_party *p, enum smp_code code, const uint8_t *value)
{
    uint8_t out[SMP_MAX];
    size_t n = smp_write(out, code, value);
    imp_observe_both("octets turned round", NULL, 0, value, n - 1, out + 1, n - 1);
    bt_send(p, n, out);
}

void bt_value_of(uint8_t *value, const uint8_t *pdu)
{
    size_t n = smp_size(pdu[0]) - 1;
    smp_value(value, pdu);
    imp_observe_both("octets turned round", NULL, 0, value, n, pdu + 1, n);
}

/* ---- names
 * ----------------------------------------------------------------------------------------- */
void bt_name_of(uint8_t out[BT_NAME], const struct imp_addr *a)
{
    size_t n = a->n < BT_ADDR ? a->n : BT_ADDR;
    memset(out, 0, BT_NAME);
    out[0] = 1; /* random device address */
    memcpy(out + BT_NAME - n, a->bytes + a->n - n, n);
}

/* ---- beginning and end of an attempt
 * ---------------------------------------------------------------- */
static void advertise(struct bt_party *p)
{
    /* Flags: limited discoverable, no BR/EDR; incomplete list of services: Human Interface Device
     */
    static const uint8_t data[] = {2, 0x01, 0x05, 3, 0x02, 0x12, 0x18};
    static const uint8_t keyboard[] = {0x40, 0x25,
                                       0x00}; /* class of device: peripheral, keyboard */
    if (bt_br_edr(p)) {
        imp_send(p->env, BT_INQUIRY, &imp_to_all, BT_MSG_FHS, keyboard, sizeof keyboard);
        return;
    }
    imp_send(p->env, BT_ADVERTISING, &imp_to_all, BT_MSG_ADVERTISEMENT, data, sizeof data);
}

void bt_await(struct bt_party *p, enum bt_state state, imp_time now)
{
    p->state = state;
    p->deadline = now + PROCEDURE;
}

/* Forgets the attempt; OOB data and the key that they commit to stay. */
static void afresh(struct bt_party *p)
{
    bool keep = p->keys_made && imp_opt(p->env, BT_OPT_OOB);
    p->state = bt_initiates(p) ? BT_IDLE : BT_FEATURES;
    p->have_passkey = false;
    memset(&p->attack, 0, sizeof p->attack);
    p->round = 0;
    p->reconnects = false;
    bt_br_forget(p);
    p->sealed_sent = p->sealed_got = p->keys_got = 0;
    p->held[0] = 0;
    p->keys_made = keep;
    imp_wipe(p->tk, sizeof p->tk);
    imp_wipe(p->ltk, sizeof p->ltk);
    imp_wipe(p->mac_key, sizeof p->mac_key);
    imp_wipe(p->other_key, sizeof p->other_key);
    imp_wipe(p->dhkey, sizeof p->dhkey);
}

void bt_given_up(struct bt_party *p, const char *why, imp_time now)
{
    unsigned doublings = p->env->adversary                   ? 0
                         : p->attempts < WAIT_DOUBLINGS_MOST ? p->attempts
                                                             : WAIT_DOUBLINGS_MOST;
    imp_claim(p->env, &(struct imp_claim){.kind = IMP_CLAIM_REJECT, .layer = "link", .name = why});
    bt_attack_failed(p);
    afresh(p);
    p->attempts++;
    p->not_before = now + (FIRST_WAIT << doublings);
    memcpy(p->failed_name, p->peer_name, sizeof p->failed_name);
    p->deadline = bt_initiates(p) ? p->not_before : IMP_NEVER;
}

void bt_failed(struct bt_party *p, enum smp_reason reason, const char *why, imp_time now)
{
    uint8_t value = (uint8_t)reason;
    bt_send_value(p, SMP_FAILED, &value);
    bt_given_up(p, why, now);
}

/* ---- events
 * ---------------------------------------------------------------------------------------- */
static void smp(struct bt_party *p, const struct imp_event *e, imp_time now)
{
    if (p->state == BT_FEATURES && !bt_initiates(p)) {
        p->peer_addr = e->from;
        bt_name_of(p->peer_name, &p->peer_addr);
    }
    if (!imp_addr_equal(&e->from, &p->peer_addr))
        return;
    if (p->state == BT_KEYS)
        bt_distributed(p, e->bytes, e->n, now);
    if (p->state == BT_IDLE || p->state >= BT_ENC_REQ)
        return;
    bt_pdu(p, e->bytes, e->n, now);
}

void bt_pdu(struct bt_party *p, const uint8_t *pdu, size_t n, imp_time now)
{
    if (!smp_whole(pdu, n)) {
        bt_failed(p, n && smp_size(pdu[0]) == 0 ? SMP_COMMAND : SMP_PARAMETERS, "malformed-pdu",
                  now);
        return;
    }
    if (pdu[0] == SMP_FAILED) {
        if (p->state != BT_FEATURES || bt_initiates(p))
            bt_given_up(p, "failed-by-peer", now);
        return;
    }
    if (p->state == BT_ASKED) {
        bt_security_request(p, pdu, now);
        return;
    }
    p->deadline = now + PROCEDURE;
    if (pdu[0] == SMP_KEYPRESS && bt_keypress(p, pdu))
        return; /* he types: there is time again */
    if (p->state == BT_FEATURES)
        bt_features(p, pdu, now);
    else
        bt_smp(p, pdu, now);
}

/* One device after the other; who has failed is asked again by the clock, not by what it sends. A
 * paired device that advertises has lost the connection. */
static bool free_for(const struct bt_party *p)
{
    return p->state == BT_IDLE ? p->attempts == 0 && !p->awaits_oob : p->state == BT_PAIRED;
}

static bool oob_missing(const struct bt_party *p)
{
    return imp_opt(p->env, BT_OPT_AWAIT_OOB) && !p->have_oob && !p->env->adversary;
}

void bt_oob_came(struct bt_party *p, imp_time now)
{
    if (p->awaits_oob && bt_initiates(p) && p->state == BT_IDLE)
        bt_connect(p, now);
    else if (p->awaits_oob && !bt_initiates(p))
        advertise(p);
    p->awaits_oob = false;
}

/* Over BR/EDR, from the peer that LMP has named. */
static void of_l2cap(struct bt_party *p, const struct imp_event *e, imp_time now)
{
    if (!bt_br_edr(p) || !imp_addr_equal(&e->from, &p->peer_addr) || p->state == BT_IDLE)
        return;
    if (e->channel == BT_BR_SMP)
        bt_br_smp(p, e->bytes, e->n, now);
    else
        bt_br_signalling(p, e->bytes, e->n, now);
}

static void receive(struct bt_party *p, const struct imp_event *e, imp_time now)
{
    switch (e->channel) {
    case BT_ADVERTISING:
    case BT_INQUIRY:
        if (!bt_initiates(p) || !free_for(p) || bt_br_edr(p) != (e->channel == BT_INQUIRY))
            return;
        afresh(p);
        p->peer_addr = e->from;
        bt_name_of(p->peer_name, &p->peer_addr);
        p->awaits_oob = oob_missing(p);
        if (!p->awaits_oob)
            bt_connect(p, now);
        break;
    case BT_SMP:
        if (!bt_br_edr(p))
            smp(p, e, now);
        break;
    case BT_LMP:
        if (bt_br_edr(p))
            bt_lmp(p, e, now);
        break;
    case BT_BR_SIGNALLING:
    case BT_BR_SMP:
        of_l2cap(p, e, now);
        break;
    case BT_CONTROL:
        bt_control(p, &e->from, e->bytes, e->n, now);
        break;
    default:
        bt_user(p, e->channel, e->bytes, e->n, now);
        break;
    }
}

/* An adversary's responder goes on until it is asked: it may have begun before anybody listened. */
static void advertise_again(struct bt_party *p, imp_time now)
{
    advertise(p);
    p->deadline = now + FIRST_WAIT;
}

/* An LE connection is over: the next attempt needs another one, for which the responder invites. */
static void over(struct bt_party *p, const char *why, imp_time now)
{
    bool idle = p->state == (bt_initiates(p) ? BT_IDLE : BT_FEATURES);
    if (!idle)
        bt_given_up(p, why, now);
    if (!bt_initiates(p))
        advertise(p);
}

void bt_connection_ended(struct bt_party *p, imp_time now)
{
    if (p->state != BT_PAIRED)
        over(p, "connection-ended", now);
}

/* Section 3.4: no more of SMP goes over this connection. */
static void too_slow(struct bt_party *p, imp_time now)
{
    if (bt_br_edr(p)) {
        bt_given_up(p, "timeout", now);
        return;
    }
    bt_disconnect(p);
    over(p, "timeout", now);
}

static void timeout(struct bt_party *p, imp_time now)
{
    if (now < p->deadline)
        return;
    if (p->state == BT_IDLE)
        bt_connect(p, now);
    else if (p->state == BT_FEATURES && p->env->adversary && !bt_initiates(p))
        advertise_again(p, now);
    else if (p->state == BT_CROSS)
        bt_br_smp_timeout(p);
    else
        too_slow(p, now);
}

static void start(struct bt_party *p, imp_time now)
{
    struct imp_addr self = {0};
    p->env->ops->self(p->env, BT_SMP, &self);
    bt_name_of(p->own_name, &self);
    imp_claim(p->env, &(struct imp_claim){.kind = IMP_CLAIM_IDENTITY,
                                          .layer = "link",
                                          .self = p->own_name,
                                          .self_n = BT_NAME});
    p->deadline = IMP_NEVER;
    p->state = bt_initiates(p) ? BT_IDLE : BT_FEATURES;
    bt_br_forget(p);
    bt_ct_start(p);
    if (imp_opt(p->env, BT_OPT_OOB))
        bt_show_oob(p);
    p->awaits_oob = !bt_initiates(p) && oob_missing(p);
    if (!bt_initiates(p) && !p->awaits_oob)
        advertise(p);
    if (!bt_initiates(p) && p->env->adversary)
        p->deadline = now + FIRST_WAIT;
}

void bt_init(void *ctx, struct imp_env *env)
{
    struct bt_party *p = ctx;
    p->env = env;
}

void bt_event(void *ctx, struct imp_env *env, const struct imp_event *e, imp_time now)
{
    struct bt_party *p = ctx;
    switch (e->kind) {
    case IMP_EVENT_START:
        start(p, now);
        break;
    case IMP_EVENT_RECEIVE:
        receive(p, e, now);
        break;
    case IMP_EVENT_TIMER:
        timeout(p, now);
        break;
    case IMP_EVENT_RESET:
        env->ops->cell_erase(env, BT_CELL_BOND);
        env->ops->cell_erase(env, BT_CELL_OTHER);
        env->ops->cell_erase(env, BT_CELL_IDENTITY);
        env->ops->cell_erase(env, BT_CELL_IRK);
        env->ops->cell_erase(env, BT_CELL_CSRK);
        afresh(p);
        p->deadline = IMP_NEVER;
        if (!bt_initiates(p))
            advertise(p);
        break;
    default:
        break;
    }
    imp_timer(env, TIMER, p->deadline);
}

void bt_fini(void *ctx, struct imp_env *env)
{
    (void)env;
    imp_wipe(ctx, sizeof(struct bt_party));
}

int bt_state_of(const void *ctx)
{
    return (int)((const struct bt_party *)ctx)->state;
}
