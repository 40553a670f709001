/* SPDX-License-Identifier: GPL-2.0-only */
/* zw_controller_s0.c - Security 0 of a controller: its network key under the key of zeros. */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "zw.h"

#define STEP (10 * IMP_S)
static const uint8_t zero_key[ZW_KEY];

static void s0_key_set(struct zw_including *c, const uint8_t nonce[ZW_S0_NONCE], imp_time now)
{
    uint8_t set[2 + ZW_KEY] = {ZW_CLASS_S0, ZW_S0_KEY_SET};
    memcpy(set + 2, c->keys.key[3], ZW_KEY);
    memcpy(c->x.sid, nonce, ZW_S0_NONCE);
    zw_claim_s0(c->env, IMP_CLAIM_RUNNING, &c->x, c->keys.key[3]);
    zw_controller_await(c, ZW_C_S0_VERIFY, now + STEP);
    zw_s0_send(&c->x, c->env, ZW_MSG_S0_KEY_SET, zero_key, nonce, set, sizeof set);
    imp_wipe(set, sizeof set);
}

static void s0_verify(struct zw_including *c, const uint8_t *p, size_t n)
{
    uint8_t clear[ZW_FRAME_MAX];
    int size = zw_s0_receive(&c->x, c->env, c->keys.key[3], p, n, clear);
    if (size != 2 || clear[0] != ZW_CLASS_S0 || clear[1] != ZW_S0_KEY_VERIFY) {
        zw_controller_failed(c, 0, "s0-not-verified");
        return;
    }
    zw_claim_s0(c->env, IMP_CLAIM_COMMIT, &c->x, c->keys.key[3]);
    zw_claim_key(c->env, &c->x, zw_key_names[3], c->keys.key[3]);
    zw_claim_class(c->env, &c->x, 0, true);
    zw_controller_complete(c);
}

void zw_controller_s0(struct zw_including *c, const uint8_t *p, size_t n, imp_time now)
{
    if (c->state == ZW_C_S0_SCHEME && p[1] == ZW_S0_SCHEME_REPORT && n == 3) {
        zw_controller_await(c, ZW_C_S0_NONCE, now + STEP);
        zw_clear(&c->x, c->env, ZW_MSG_S0_NONCE_GET, (uint8_t[]){ZW_CLASS_S0, ZW_S0_GET}, 2);
    } else if (c->state == ZW_C_S0_NONCE && p[1] == ZW_S0_REPORT && n == 2 + ZW_S0_NONCE) {
        s0_key_set(c, p + 2, now);
    } else if (c->state == ZW_C_S0_VERIFY && p[1] == ZW_S0_GET && n == 2) {
        zw_s0_report(&c->x, c->env);
    } else if (c->state == ZW_C_S0_VERIFY && p[1] == ZW_S0_ENCAPSULATION) {
        s0_verify(c, p, n);
    }
}
