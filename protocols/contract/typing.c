/* SPDX-License-Identifier: GPL-2.0-only */
#include "typing.h"

void imp_mistype(struct imp_env *env, int64_t permille, uint8_t *text, size_t n)
{
    for (size_t i = 0; i < n && permille > 0; i++) {
        uint8_t drawn[4];
        env->ops->random(env, "typing", drawn, sizeof drawn); /* a hand's, not the CPU's */
        uint32_t v = (uint32_t)drawn[0] << 24 | (uint32_t)drawn[1] << 16 | (uint32_t)drawn[2] << 8 |
                     drawn[3];
        if (v % 1000 < (uint64_t)permille)
            text[i] = text[i] == '~' ? ' ' : (uint8_t)(text[i] + 1);
    }
}
