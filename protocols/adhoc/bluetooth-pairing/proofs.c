/* SPDX-License-Identifier: GPL-2.0-only */
/* proofs.c - what the values that both ends exchange must be: confirmations of stage 1, checks of
 * stage 2, the key. */
#include <string.h>

#include "pairing.h"
#include "protocols/crypto/crypto.h"

void bt_commitment(const struct bt_party *p, uint8_t out[16], const uint8_t *u, const uint8_t *v,
                   const uint8_t x[16], uint8_t z)
{
    if (bt_br_edr(p))
        bt_br_f1(p->env, out, bt_x_of(p, u), bt_x_of(p, v), bt_width(p), x, z);
    else
        bt_f4(p->env, out, u, v, x, z);
}

struct bt_c1 bt_c1_of(const struct bt_party *p)
{
    struct bt_c1 of;
    bool first = bt_initiates(p);
    for (int i = 0; i < 7; i++) {
        of.request[i] = p->request[6 - i];
        of.response[i] = p->response[6 - i];
    }
    memcpy(of.initiator, first ? p->own_name : p->peer_name, BT_NAME);
    memcpy(of.responder, first ? p->peer_name : p->own_name, BT_NAME);
    return of;
}

static void confirm_of(struct bt_party *p, uint8_t out[16], bool own)
{
    const uint8_t *random = own ? p->own_random : p->peer_random;
    if (!p->secure) {
        struct bt_c1 of = bt_c1_of(p);
        bt_c1(p->env, out, p->tk, random, &of);
        return;
    }
    uint8_t bit = bt_enters_passkey(p) ? (uint8_t)(0x80 | (p->passkey >> p->round & 1)) : 0;
    bt_commitment(p, out, own ? p->own_public : p->peer_public,
                  own ? p->peer_public : p->own_public, random, bit);
}

bool bt_confirmed(struct bt_party *p)
{
    uint8_t c[16];
    if (bt_omits(p, BT_FLAW_CONFIRMATION, BT_FLAW_RESPONDER_CONFIRMATION))
        return true;
    confirm_of(p, c, false);
    return imp_equal(c, p->peer_confirm, sizeof c);
}

void bt_check_value(struct bt_party *p, uint8_t out[16], bool own)
{
    const struct smp_features *f = own ? &p->own : &p->peer;
    uint8_t io_cap[3] = {f->auth_req, f->oob, f->io};
    uint8_t r[16] = {0};
    if (bt_enters_passkey(p))
        memcpy(r, p->tk, sizeof r);
    /* What the checking end has sent out of band, if the other end says that it came. */
    else if (p->model == SMP_OUT_OF_BAND && f->oob)
        memcpy(r, own ? p->peer_oob.random : p->own_oob.random, sizeof r);
    const uint8_t *n1 = own ? p->own_random : p->peer_random;
    const uint8_t *n2 = own ? p->peer_random : p->own_random;
    const uint8_t *a1 = own ? p->own_name : p->peer_name, *a2 = own ? p->peer_name : p->own_name;
    if (bt_br_edr(p)) {
        bt_br_io_cap(io_cap, f);
        bt_br_f3(p->env, out, p->dhkey, bt_width(p), n1, n2, r, io_cap, a1 + 1, a2 + 1);
    } else {
        bt_f6(p->env, out, p->mac_key, n1, n2, r, io_cap, a1, a2);
    }
}

void bt_make_ltk(struct bt_party *p)
{
    bool first = bt_initiates(p);
    const uint8_t *n1 = first ? p->own_random : p->peer_random;
    const uint8_t *n2 = first ? p->peer_random : p->own_random;
    const uint8_t *a1 = first ? p->own_name : p->peer_name;
    const uint8_t *a2 = first ? p->peer_name : p->own_name;
    if (bt_br_edr(p))
        bt_br_f2(p->env, p->ltk, p->dhkey, bt_width(p), n1, n2, a1 + 1, a2 + 1);
    else
        bt_f5(p->env, p->mac_key, p->ltk, p->dhkey, n1, n2, a1, a2);
    bt_ct_derive(p);
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
    memcpy(p->attack.own_confirm, c, sizeof c);
    bt_send_value(p, SMP_CONFIRM, c);
}
