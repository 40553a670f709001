/* SPDX-License-Identifier: GPL-2.0-only */
/* SAFER+ with 128 bits of key, and Bluetooth's variation of it (Core volume 2 part H section
 * 6.1.1). */
#include "charge.h"

#include <string.h>

enum { BLOCK = 16, ROUNDS = 8, KEYS = 2 * ROUNDS + 1 };

struct tables {
    uint8_t e[256], l[256]; /* 45^i mod 257, of which 256 is written 0; its inverse */
};

static void tabulate(struct tables *t)
{
    unsigned v = 1;
    for (unsigned i = 0; i < 256; i++) {
        t->e[i] = (uint8_t)v;
        t->l[t->e[i]] = (uint8_t)i;
        v = v * 45 % 257;
    }
}

/* Octets 0, 3, 4, 7, 8, 11, 12 and 15 are treated in one way, the rest in the other. */
static bool outer(unsigned i)
{
    return (i + 1) % 4 < 2;
}

static void mix(uint8_t out[BLOCK], const uint8_t a[BLOCK], const uint8_t b[BLOCK], bool xor_outer)
{
    for (unsigned i = 0; i < BLOCK; i++)
        out[i] = (uint8_t)(outer(i) == xor_outer ? a[i] ^ b[i] : a[i] + b[i]);
}

static void schedule(uint8_t keys[KEYS][BLOCK], const struct tables *t, const uint8_t key[BLOCK])
{
    uint8_t k[BLOCK + 1] = {0};
    memcpy(k, key, BLOCK);
    for (unsigned i = 0; i < BLOCK; i++)
        k[BLOCK] ^= key[i];
    memcpy(keys[0], key, BLOCK);
    for (unsigned p = 1; p < KEYS; p++) {
        for (unsigned i = 0; i <= BLOCK; i++)
            k[i] = (uint8_t)(k[i] << 3 | k[i] >> 5);
        for (unsigned i = 0; i < BLOCK; i++) {
            uint8_t bias = t->e[t->e[(17 * (p + 1) + i + 1) % 256]];
            keys[p][i] = (uint8_t)(k[(p + i) % (BLOCK + 1)] + bias);
        }
    }
    imp_wipe(k, sizeof k);
}

/* Pseudo-Hadamard transforms of neighbours, with the Armenian shuffle between the layers. */
static void diffuse(uint8_t v[BLOCK])
{
    static const uint8_t shuffle[BLOCK] = {8, 11, 12, 15, 2, 1, 6, 5, 10, 9, 14, 13, 0, 7, 4, 3};
    uint8_t before[BLOCK];
    for (int layer = 0; layer < 4; layer++) {
        for (unsigned i = 0; i < BLOCK; i += 2) {
            v[i + 1] = (uint8_t)(v[i] + v[i + 1]);
            v[i] = (uint8_t)(v[i] + v[i + 1]);
        }
        if (layer == 3)
            break;
        memcpy(before, v, BLOCK);
        for (unsigned i = 0; i < BLOCK; i++)
            v[i] = before[shuffle[i]];
    }
}

void imp_safer_plus(struct imp_env *env, uint8_t out[16], const uint8_t key[16],
                    const uint8_t in[16], bool again)
{
    uint8_t keys[KEYS][BLOCK], v[BLOCK];
    struct tables t;
    tabulate(&t);
    schedule(keys, &t, key);
    memcpy(v, in, BLOCK);
    for (unsigned r = 0; r < ROUNDS; r++) {
        if (again && r == 2)
            mix(v, v, in, true);
        mix(v, v, keys[2 * r], true);
        for (unsigned i = 0; i < BLOCK; i++)
            v[i] = outer(i) ? t.e[v[i]] : t.l[v[i]];
        mix(v, v, keys[2 * r + 1], false);
        diffuse(v);
    }
    mix(out, v, keys[KEYS - 1], true);
    imp_wipe(keys, sizeof keys);
    imp__charge(env, IMP_OP_AES, BLOCK);
}
