/* SPDX-License-Identifier: GPL-2.0-only */
/* features.c - Pairing Request and Pairing Response, and what the policy of an end makes of them.
 */
#include <string.h>

#include "pairing.h"

uint8_t bt_asked_keys(const struct bt_party *p)
{
    static const uint8_t sets[] = {0, SMP_ID_KEY, SMP_ID_KEY | SMP_SIGN_KEY};
    return sets[imp_opt(p->env, BT_OPT_DISTRIBUTES)];
}

static struct smp_features own_features(const struct bt_party *p)
{
    const struct imp_env *env = p->env;
    /* Over BR/EDR a features page has told it; the stages are those of Secure Connections. */
    bool sc = bt_br_edr(p) || imp_opt(env, BT_OPT_SECURE_CONNECTIONS) != BT_SC_NO;
    uint8_t io = env->adversary ? bt_attack_io(p) : (uint8_t)imp_opt(env, BT_OPT_IO);
    uint8_t most = (uint8_t)imp_opt(env, BT_OPT_KEY_MOST);
    bool legacy = !bt_br_edr(p) && imp_opt(env, BT_OPT_SECURE_CONNECTIONS) != BT_SC_ONLY;
    uint8_t keys = (uint8_t)(bt_br_edr(p) ? 0 : bt_asked_keys(p) | bt_ct_keys(p));
    return (struct smp_features){
        .io = bt_br_edr(p) && io == SMP_KEYBOARD_DISPLAY ? SMP_DISPLAY_YES_NO : io,
        .oob = p->have_oob || bt_attack_claims_oob(p),
        .auth_req =
            (uint8_t)(SMP_BONDING | (sc ? SMP_SC : 0) | (bt_br_edr(p) ? 0 : bt_ct_auth_req(p)) |
                      (imp_opt(env, BT_OPT_MITM) != BT_MITM_NO ? SMP_MITM : 0) |
                      (imp_opt(env, BT_OPT_KEYPRESS) && !bt_br_edr(p) ? SMP_KEYPRESSES : 0)),
        .key_size = bt_br_edr(p)           ? SMP_KEY_MOST
                    : most < SMP_KEY_LEAST ? SMP_KEY_LEAST
                                           : most,
        .initiator_keys = keys,
        /* Secure Connections make the LTK themselves. */
        .responder_keys = (uint8_t)(keys | (legacy ? SMP_ENC_KEY : 0)),
    };
}

void bt_request(struct bt_party *p, imp_time now)
{
    uint8_t out[SMP_MAX];
    p->own = own_features(p);
    smp_features_write(out, SMP_REQUEST, &p->own);
    memcpy(p->request, out, sizeof p->request);
    bt_await(p, BT_FEATURES, now);
    bt_send(p, sizeof p->request, p->request);
}

static bool may_replace(const struct bt_party *p, const struct bt_bond *b)
{
    int64_t policy = bt_re_pairing(p);
    return policy == BT_RE_PAIRING_SILENT ||
           (policy == BT_RE_PAIRING_NO_WEAKER && !bt_bond_weakened(p, b, p->key_size));
}

/* Sets model, kind and key size; true when this end's policy allows them. */
static bool settle(struct bt_party *p, imp_time now)
{
    const struct smp_features *i = bt_initiates(p) ? &p->own : &p->peer;
    const struct smp_features *r = bt_initiates(p) ? &p->peer : &p->own;
    struct bt_bond bond;
    p->secure = smp_secure_connections(i, r);
    p->model = smp_model_of(i, r);
    p->key_size = i->key_size < r->key_size ? i->key_size : r->key_size;
    if (!bt_br_edr(p) && p->key_size < imp_opt(p->env, BT_OPT_KEY_LEAST)) {
        bt_failed(p, SMP_KEY_SIZE, "key-size", now);
        return false;
    }
    if (bt_bond_find(p, p->peer_name, &bond) && !may_replace(p, &bond)) {
        bt_failed(p, SMP_AUTHENTICATION_REQUIREMENTS, "existing-bond", now);
        return false;
    }
    if (!bt_oob_credible(p)) {
        bt_failed(p, SMP_OOB_UNAVAILABLE, "oob-not-available", now);
        return false;
    }
    if (bt_omits(p, BT_FLAW_POLICY, BT_FLAW_RESPONDER_POLICY))
        return true;
    if ((!bt_secure_connections(p) && imp_opt(p->env, BT_OPT_SECURE_CONNECTIONS) == BT_SC_ONLY) ||
        (!smp_model_authenticates(p->model) && imp_opt(p->env, BT_OPT_MITM) == BT_MITM_INSIST)) {
        bt_failed(p, SMP_AUTHENTICATION_REQUIREMENTS, "authentication-requirements", now);
        return false;
    }
    return true;
}

/* Section 2.3.6: of who claims the name with which pairing has failed. */
static bool too_early(const struct bt_party *p, imp_time now)
{
    return imp_opt(p->env, BT_OPT_REPEATED_ATTEMPTS) && !p->env->adversary && now < p->not_before &&
           memcmp(p->failed_name, p->peer_name, BT_NAME) == 0;
}

void bt_features(struct bt_party *p, const uint8_t *pdu, imp_time now)
{
    bool first = bt_initiates(p);
    uint8_t out[SMP_MAX];
    if (pdu[0] != (first ? SMP_RESPONSE : SMP_REQUEST)) {
        bt_failed(p, SMP_UNSPECIFIED, "unexpected-pdu", now);
        return;
    }
    if (!first && too_early(p, now)) {
        uint8_t reason = SMP_REPEATED;
        bt_send_value(p, SMP_FAILED, &reason);
        p->deadline = IMP_NEVER;
        return;
    }
    if (!smp_features_read(&p->peer, pdu)) {
        bt_failed(p, SMP_PARAMETERS, "features", now);
        return;
    }
    if (first && ((p->peer.initiator_keys & ~p->own.initiator_keys) ||
                  (p->peer.responder_keys & ~p->own.responder_keys))) {
        bt_failed(p, SMP_PARAMETERS, "keys-not-asked-for", now); /* section 3.6.1 */
        return;
    }
    memcpy(first ? p->response : p->request, pdu, 7);
    if (!first) {
        p->own = own_features(p);
        p->own.initiator_keys &= p->peer.initiator_keys;
        p->own.responder_keys &= p->peer.responder_keys;
        bt_await(p, BT_FEATURES, now);
    }
    if (!settle(p, now))
        return;
    if (!first) {
        smp_features_write(out, SMP_RESPONSE, &p->own);
        memcpy(p->response, out, sizeof p->response);
        bt_send(p, sizeof p->response, p->response);
    }
    bt_model_chosen(p, now);
}
