/* SPDX-License-Identifier: GPL-2.0-only */
/* des.c - single DES, for MS-CHAP-V2 alone. */
#include "charge.h"

#include <nettle/des.h>
#include <string.h>

/* Seven octets as eight, each with its parity bit (FIPS 46-3). */
static void spread(uint8_t out[8], const uint8_t in[7])
{
    uint64_t bits = 0;
    for (int i = 0; i < 7; i++)
        bits = bits << 8 | in[i];
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)(bits >> 7 * (7 - i) << 1);
    des_fix_parity(8, out, out);
}

void imp_des_encrypt(struct imp_env *env, uint8_t out[8], const uint8_t key[7], const uint8_t in[8])
{
    struct des_ctx des;
    uint8_t spread_key[8];
    spread(spread_key, key);
    (void)des_set_key(&des, spread_key); /* weak keys are used as they are */
    des_encrypt(&des, 8, out, in);
    imp_wipe(&des, sizeof des);
    imp_wipe(spread_key, sizeof spread_key);
    imp__charge(env, IMP_OP_AES, 16);
    imp_observe_both("DES", key, 7, in, 8, out, 8);
}
