/* SPDX-License-Identifier: GPL-2.0-only */
/* cross_transport.c - the BR/EDR link key that both ends derive from the LTK of LE Secure
 * Connections, and the LTK from a link key made on P-256 (Core volume 3 part H sections 2.4.2.4 and
 * 2.4.2.5), and what becomes of one that is there already (volume 3 part C section 14.1: nothing
 * weaker in strength or protection from a man in the middle may replace it; CVE-2020-15802). */
#include <string.h>

#include "pairing.h"
#include "protocols/crypto/crypto.h"

bool bt_ct_wanted(const struct bt_party *p)
{
    return imp_opt(p->env, BT_OPT_CROSS_TRANSPORT) != BT_CROSS_NO &&
           imp_opt(p->env, BT_OPT_SECURE_CONNECTIONS) != BT_SC_NO;
}

uint8_t bt_ct_auth_req(const struct bt_party *p)
{
    return imp_opt(p->env, BT_OPT_CROSS_TRANSPORT) == BT_CROSS_H7 ? SMP_CT2 : 0;
}

uint8_t bt_ct_keys(const struct bt_party *p)
{
    return bt_ct_wanted(p) ? SMP_LINK_KEY : 0;
}

/* Both ends have the bit for both directions, and Secure Connections made this transport's key.
 * Where a bond is used there was no response. */
static bool agreed(const struct bt_party *p)
{
    const uint8_t *r = bt_br_edr(p) ? p->br.response : p->response;
    return bt_secure_connections(p) && (r[5] & r[6] & (bt_br_edr(p) ? SMP_ENC_KEY : SMP_LINK_KEY));
}

static bool both_ct2(const struct bt_party *p)
{
    return bt_br_edr(p) ? p->br.request[3] & p->br.response[3] & SMP_CT2
                        : p->request[3] & p->response[3] & SMP_CT2;
}

/* A link key has 16 octets whatever the key size, an LTK as many as the connection's key. */
static uint8_t other_size(const struct bt_party *p)
{
    return bt_br_edr(p) ? p->key_size : BT_KEY;
}

/* The other transport's key of that peer, if this pairing has to leave it as it is. */
static bool stays(const struct bt_party *p, struct bt_bond *kept)
{
    int64_t policy = bt_re_pairing(p);
    return bt_bond_find_in(p, BT_CELL_OTHER, p->peer_name, kept) &&
           (policy == BT_RE_PAIRING_REFUSE ||
            (policy == BT_RE_PAIRING_NO_WEAKER && bt_bond_weakened(p, kept, other_size(p))));
}

static const char *name_of_key(const struct bt_party *p)
{
    return bt_br_edr(p) ? "LTK for LE" : "link key";
}

/* The device must not end with a key that the initiator neither has nor derives. */
static void claim_installed(struct bt_party *p, const uint8_t key[16])
{
    struct imp_observation before = imp_observe_hold();
    uint8_t hash[32];
    imp_sha256(NULL, hash, &IMP_PIECE(key, 16), 1);
    imp_observe_resume(before);
    imp_claim(p->env, &(struct imp_claim){.kind = IMP_CLAIM_CONFIG,
                                          .layer = "link",
                                          .name = name_of_key(p),
                                          .data = hash,
                                          .data_n = sizeof hash});
}

void bt_ct_start(struct bt_party *p)
{
    struct bt_bond all[BT_BONDS_MOST];
    for (size_t i = bt_bonds_in(p, BT_CELL_OTHER, all); i-- > 0 && bt_initiates(p);)
        claim_installed(p, all[i].ltk);
}

/* On LE before the LTK is shortened. */
void bt_ct_derive(struct bt_party *p)
{
    if (!agreed(p))
        return;
    if (bt_br_edr(p)) {
        bt_ltk_of(p->env, p->other_key, p->ltk, both_ct2(p));
        bt_shorten(p->other_key, p->key_size);
        return;
    }
    bt_link_key_of(p->env, p->other_key, p->ltk, both_ct2(p));
    if (bt_initiates(p))
        claim_installed(p, p->other_key);
}

/* Over BR/EDR the device derives first. By which function, the initiator does not know yet. */
void bt_ct_announce(struct bt_party *p)
{
    struct imp_observation before = imp_observe_hold();
    uint8_t keys[2][16];
    for (int ct2 = 0; ct2 < 2; ct2++) {
        bt_ltk_of(NULL, keys[ct2], p->ltk, ct2);
        bt_shorten(keys[ct2], p->key_size);
    }
    imp_observe_resume(before);
    claim_installed(p, keys[0]);
    if (bt_ct_auth_req(p) & SMP_CT2)
        claim_installed(p, keys[1]);
    imp_wipe(keys, sizeof keys);
}

void bt_ct_keep(struct bt_party *p)
{
    struct bt_bond b;
    if (!agreed(p))
        return;
    if (!stays(p, &b)) {
        b = (struct bt_bond){.secure = true, .model = (uint8_t)p->model, .key_size = other_size(p)};
        memcpy(b.name, p->peer_name, sizeof b.name);
        memcpy(b.ltk, p->other_key, sizeof b.ltk);
        bt_bond_keep_in(p, BT_CELL_OTHER, &b);
        bt_claim_secret(p, name_of_key(p), b.ltk);
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
    struct bt_bond of_a = {.secure = true, .key_size = BT_KEY}, of_b;
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
