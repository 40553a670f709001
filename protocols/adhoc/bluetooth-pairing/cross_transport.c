/* SPDX-License-Identifier: GPL-2.0-only */
/* cross_transport.c - the BR/EDR link key that both ends derive from the LTK of LE Secure
 * Connections (Core volume 3 part H section 2.4.2.4), and what becomes of one that is there already
 * (volume 3 part C section 14.1: nothing weaker in strength or protection from a man in the middle
 * may replace it; CVE-2020-15802). */
#include <string.h>

#include "pairing.h"
#include "protocols/crypto/crypto.h"

uint8_t bt_ct_auth_req(const struct bt_party *p)
{
    bool h7 = !bt_br_edr(p) && imp_opt(p->env, BT_OPT_CROSS_TRANSPORT) == BT_CROSS_H7;
    return h7 ? SMP_CT2 : 0;
}

uint8_t bt_ct_keys(const struct bt_party *p)
{
    bool sc = imp_opt(p->env, BT_OPT_SECURE_CONNECTIONS) != BT_SC_NO;
    bool wanted = imp_opt(p->env, BT_OPT_CROSS_TRANSPORT) != BT_CROSS_NO;
    return wanted && sc && !bt_br_edr(p) ? SMP_LINK_KEY : 0;
}

/* Both ends have the bit for both directions, and LE Secure Connections made the LTK. Where a bond
 * is used there was no response. */
static bool agreed(const struct bt_party *p)
{
    return p->secure && (p->response[5] & p->response[6] & SMP_LINK_KEY);
}

/* The other transport's key of that peer, if this pairing has to leave it as it is. */
static bool stays(const struct bt_party *p, struct bt_bond *kept)
{
    int64_t policy = bt_re_pairing(p);
    return bt_bond_find_in(p, BT_CELL_OTHER, p->peer_name, kept) &&
           (policy == BT_RE_PAIRING_REFUSE ||
            (policy == BT_RE_PAIRING_NO_WEAKER && bt_bond_weakened(p, kept)));
}

/* The device must not end with a key that the initiator neither has nor derives. */
static void claim_installed(struct bt_party *p, const uint8_t link_key[16])
{
    struct imp_observation before = imp_observe_hold();
    uint8_t hash[32];
    imp_sha256(NULL, hash, &IMP_PIECE(link_key, 16), 1);
    imp_observe_resume(before);
    imp_claim(p->env, &(struct imp_claim){.kind = IMP_CLAIM_CONFIG,
                                          .layer = "link",
                                          .name = "link key",
                                          .data = hash,
                                          .data_n = sizeof hash});
}

void bt_ct_start(struct bt_party *p)
{
    struct bt_bond all[BT_BONDS_MOST];
    for (size_t i = bt_bonds_in(p, BT_CELL_OTHER, all); i-- > 0 && bt_initiates(p);)
        claim_installed(p, all[i].ltk);
}

/* Before the LTK is shortened: the link key has 16 octets whatever the key size. */
void bt_ct_derive(struct bt_party *p)
{
    bool ct2 = p->request[3] & p->response[3] & SMP_CT2;
    if (!agreed(p))
        return;
    bt_link_key_of(p->env, p->link_key, p->ltk, ct2);
    if (bt_initiates(p))
        claim_installed(p, p->link_key);
}

void bt_ct_keep(struct bt_party *p)
{
    struct bt_bond b;
    if (!agreed(p))
        return;
    if (!stays(p, &b)) {
        b = (struct bt_bond){.secure = true, .model = (uint8_t)p->model};
        memcpy(b.name, p->peer_name, sizeof b.name);
        memcpy(b.ltk, p->link_key, sizeof b.ltk);
        bt_bond_keep_in(p, BT_CELL_OTHER, &b);
        bt_claim_secret(p, "link key", b.ltk);
    }
    if (!bt_initiates(p))
        claim_installed(p, b.ltk);
    imp_wipe(&b, sizeof b);
}

/* ---- a bond of the other transport from before
 * ---------------------------------------------------
 */
static bool bonded_before(struct imp_env *env, uint8_t name[BT_NAME])
{
    struct imp_addr at = {0};
    if (imp_opt(env, BT_OPT_OTHER_BOND) == BT_OTHER_NONE || !env->ops->self(env, BT_SMP, &at))
        return false;
    bt_name_of(name, &at);
    return true;
}

static void remember(struct imp_env *env, const struct bt_bond *of)
{
    struct bt_party p = {.env = env};
    bt_bond_keep_in(&p, BT_CELL_OTHER, of);
}

static void bond(struct imp_env *a, struct imp_env *b)
{
    struct bt_bond of_a = {.secure = true}, of_b;
    bool known = imp_opt(a, BT_OPT_OTHER_BOND) == BT_OTHER_AUTHENTICATED;
    of_a.model = known ? SMP_NUMERIC_COMPARISON : SMP_JUST_WORKS;
    imp_random(a, "other-bond", of_a.ltk, sizeof of_a.ltk);
    of_b = of_a;
    if (!bonded_before(a, of_a.name) || !bonded_before(b, of_b.name))
        return;
    remember(b, &of_a);
    remember(a, &of_b);
    imp_wipe(&of_a, sizeof of_a);
    imp_wipe(&of_b, sizeof of_b);
}

void bt_ct_provision(struct imp_env *const *parties, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++)
            if (parties[i]->role == BT_RESPONDER && parties[k]->role == BT_INITIATOR &&
                imp_opt(parties[i], BT_OPT_OTHER_BOND) != BT_OTHER_NONE)
                bond(parties[i], parties[k]);
}
