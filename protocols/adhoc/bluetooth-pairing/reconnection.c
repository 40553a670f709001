/* SPDX-License-Identifier: GPL-2.0-only */
/* reconnection.c - encryption with the key of a bond (Core volume 3 part H section 2.4.4), the
 * responder's Security Request (section 2.4.6), and a key that the peer no longer has. */
#include <string.h>

#include "pairing.h"

enum { FEATURE_REQ = 8, FEATURE_RSP }; /* opcodes */
enum { FEATURES_SIZE = 9 };
enum { LE_ENCRYPTION = 1 }; /* of the feature set, volume 6 part B section 4.6 */

void bt_use_bond(struct bt_party *p, const struct bt_bond *b)
{
    p->reconnects = true;
    memset(p->request, 0, sizeof p->request); /* there was none */
    memset(p->response, 0, sizeof p->response);
    p->secure = b->secure || bt_br_edr(p);
    p->br.p192 = bt_br_edr(p) && !b->secure;
    p->model = (enum smp_model)b->model;
    memcpy(p->ltk, b->ltk, sizeof p->ltk);
    memcpy(p->ediv, b->ediv, sizeof p->ediv);
    memcpy(p->rand, b->rand, sizeof p->rand);
}

static void reconnect(struct bt_party *p, const struct bt_bond *b, imp_time now)
{
    bt_use_bond(p, b);
    bt_await(p, BT_ENC_REQ, now);
    bt_encrypt(p);
}

void bt_secure(struct bt_party *p, imp_time now)
{
    struct bt_bond b;
    if (bt_bond_find(p, p->peer_name, &b))
        reconnect(p, &b, now);
    else
        bt_request(p, now);
}

void bt_connect(struct bt_party *p, imp_time now)
{
    const uint8_t pdu[FEATURES_SIZE] = {FEATURE_REQ, LE_ENCRYPTION};
    if (bt_br_edr(p)) {
        bt_br_connect(p, now);
    } else if (imp_opt(p->env, BT_OPT_SECURITY_REQUEST) && !p->env->adversary) {
        bt_await(p, BT_ASKED, now);
        bt_send_control(p, BT_MSG_FEATURE_REQ, pdu, sizeof pdu);
    } else {
        bt_secure(p, now);
    }
}

void bt_feature_req(struct bt_party *p, const struct imp_addr *from)
{
    const uint8_t pdu[FEATURES_SIZE] = {FEATURE_RSP, LE_ENCRYPTION};
    bool mitm = imp_opt(p->env, BT_OPT_MITM) != BT_MITM_NO;
    bool sc = imp_opt(p->env, BT_OPT_SECURE_CONNECTIONS) != BT_SC_NO;
    uint8_t wanted = (uint8_t)(SMP_BONDING | (mitm ? SMP_MITM : 0) | (sc ? SMP_SC : 0));
    p->peer_addr = *from;
    bt_name_of(p->peer_name, from);
    bt_send_control(p, BT_MSG_FEATURE_RSP, pdu, sizeof pdu);
    if (imp_opt(p->env, BT_OPT_SECURITY_REQUEST))
        bt_send_value(p, SMP_SECURITY_REQUEST, &wanted);
}

/* Whether the bond is worth what is asked for. Who has no Secure Connections himself could pair
 * anew for nothing better. */
static bool enough(const struct bt_party *p, const struct bt_bond *b, uint8_t wanted)
{
    bool has = imp_opt(p->env, BT_OPT_SECURE_CONNECTIONS) != BT_SC_NO;
    bool authenticates = smp_model_authenticates((enum smp_model)b->model);
    return (!(wanted & SMP_MITM) || authenticates) && (!(wanted & SMP_SC) || b->secure || !has);
}

void bt_security_request(struct bt_party *p, const uint8_t *pdu, imp_time now)
{
    struct bt_bond b;
    if (pdu[0] != SMP_SECURITY_REQUEST)
        return;
    if (bt_bond_find(p, p->peer_name, &b) && enough(p, &b, pdu[1]))
        reconnect(p, &b, now);
    else
        bt_request(p, now);
}

void bt_key_missing(struct bt_party *p, imp_time now)
{
    if (!p->reconnects || bt_re_pairing(p) == BT_RE_PAIRING_REFUSE) {
        bt_given_up(p, "key-missing", now);
        return;
    }
    p->reconnects = false;
    bt_request(p, now);
}
