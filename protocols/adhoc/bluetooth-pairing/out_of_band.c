/* SPDX-License-Identifier: GPL-2.0-only */
/* out_of_band.c - OOB data: a commitment to the public key and a random value, or a TK. */
#include <string.h>

#include "pairing.h"
#include "protocols/crypto/crypto.h"

/* Both kinds of OOB data: a commitment to the public key, made now; or a TK. */
void bt_show_oob(struct bt_party *p)
{
    struct bt_oob *o = &p->own_oob;
    bool first = bt_initiates(p),
         legacy = imp_opt(p->env, BT_OPT_SECURE_CONNECTIONS) == BT_SC_NO && !bt_br_edr(p);
    memcpy(o->name, p->own_name, BT_NAME);
    imp_random(p->env, "oob", o->random, sizeof o->random);
    if (legacy) {
        memcpy(o->confirm, o->random, sizeof o->confirm);
        memset(o->random, 0, sizeof o->random);
    } else {
        bt_make_keys(p);
        bt_commitment(p, o->confirm, p->own_public, p->own_public, o->random, 0);
    }
    imp_oob(p->env, first ? BT_OOB_OF_INITIATOR : BT_OOB_OF_RESPONDER,
            first ? BT_MSG_OOB_OF_INITIATOR : BT_MSG_OOB_OF_RESPONDER, o, sizeof *o);
}

bool bt_oob_right(struct bt_party *p)
{
    uint8_t c[16];
    if (p->model != SMP_OUT_OF_BAND || !p->own.oob || imp_flawed(p->env, BT_FLAW_OOB))
        return true;
    if (p->env->adversary && !p->have_oob) /* it only said so */
        return true;
    bt_commitment(p, c, p->peer_public, p->peer_public, p->peer_oob.random, 0);
    return imp_equal(c, p->peer_oob.confirm, sizeof c);
}

/* Else its check would need nothing that anybody keeps secret: the random value would be zero. */
bool bt_oob_credible(const struct bt_party *p)
{
    return p->model != SMP_OUT_OF_BAND || !p->peer.oob || imp_opt(p->env, BT_OPT_OOB) ||
           p->env->adversary || bt_omits(p, BT_FLAW_OOB_CLAIM, BT_FLAW_RESPONDER_OOB_CLAIM);
}
