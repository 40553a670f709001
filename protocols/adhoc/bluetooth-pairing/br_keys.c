/* SPDX-License-Identifier: GPL-2.0-only */
/* br_keys.c - E1, E3 and the shortened key of BR/EDR without Secure Connections (Core volume 2 part
 * H sections 4.6 and 6). SAFER+ takes numbers of many octets the least significant first. */
#include <string.h>

#include "bt_keys.h"
#include "protocols/crypto/crypto.h"

static void turn_round(uint8_t *out, const uint8_t *in, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = in[n - 1 - i];
}

/* Section 6.1: offset by the largest primes below 257 of which ten is a primitive root. */
static void offset_key(uint8_t out[16], const uint8_t key[16])
{
    static const uint8_t primes[8] = {233, 229, 223, 193, 179, 167, 149, 131};
    for (unsigned i = 0; i < 16; i++) {
        bool adds = i < 8 ? i % 2 == 0 : i % 2 == 1;
        out[i] = (uint8_t)(adds ? key[i] + primes[i % 8] : key[i] ^ primes[i % 8]);
    }
}

/* Hash(K, I1, I2, L), equation 13. */
static void hash(struct imp_env *env, uint8_t out[16], const uint8_t key[16], const uint8_t i1[16],
                 const uint8_t *i2, size_t n)
{
    uint8_t k[16], inner[16];
    turn_round(k, key, 16);
    imp_safer_plus(env, inner, k, i1, false);
    for (unsigned i = 0; i < 16; i++)
        inner[i] = (uint8_t)((inner[i] ^ i1[i]) + i2[i % n]);
    offset_key(k, k);
    imp_safer_plus(env, out, k, inner, true);
    imp_wipe(k, sizeof k);
}

void bt_br_e1(struct imp_env *env, uint8_t sres[4], uint8_t aco[12], const uint8_t link_key[16],
              const uint8_t rand[16], const uint8_t address[6])
{
    const struct imp_piece known[] = {{link_key, 16}, {rand, 16}};
    uint8_t out[16], turned[BT_ADDR];
    turn_round(turned, address, BT_ADDR);
    hash(env, out, link_key, rand, turned, BT_ADDR);
    memcpy(sres, out, 4);
    memcpy(aco, out + 4, 12);
    imp_observe_rule("E1", aco, 12, known, 2);
    imp_wipe(out, sizeof out);
}

void bt_br_e3(struct imp_env *env, uint8_t kc[16], const uint8_t link_key[16],
              const uint8_t rand[16], const uint8_t aco[12])
{
    const struct imp_piece known[] = {{link_key, 16}, {rand, 16}, {aco, 12}};
    hash(env, kc, link_key, rand, aco, 12);
    imp_observe_rule("E3", kc, 16, known, 3);
}

/* ---- the shortened key: Kc'(x) = g2(x) (Kc(x) mod g1(x))
 * ---------------------------------------------- */
struct poly {
    uint64_t low, high;
};

static const struct {
    uint16_t g1; /* without x^(8 L), its highest term */
    struct poly g2;
} reduction[16] = {
    /* of that many octets: section 4.6, table 4.3 */
    [1] = {0x001d, {0xcf928b9bbf6cb08f, 0xe275a0abd218d4}},
    [2] = {0x003f, {0x7f18c258cff6efef, 0x1e3f63d7659b3}},
    [3] = {0x00db, {0xb1030a5a1919808b, 0x1bef66c6c3a}},
    [4] = {0x00af, {0xde17467fd3736ad9, 0x16ab89969}},
    [5] = {0x0039, {0x91da50ec55715247, 0x1630632}},
    [6] = {0x0291, {0x52aa6cc054468311, 0x2c93}},
    [7] = {0x0095, {0xf7fffce279f3a073, 0xb3}},
    [8] = {0x001b, {0xa1ab815bc7ec8025, 0x0}},
    [9] = {0x0609, {0x0002c98011d8b04d, 0x0}},
    [10] = {0x0215, {0x0000058e24f9a4bb, 0x0}},
    [11] = {0x013b, {0x0000000ca76024d7, 0x0}},
    [12] = {0x00dd, {0x000000001c9c26b9, 0x0}},
    [13] = {0x049d, {0x000000000026d9e3, 0x0}},
    [14] = {0x014f, {0x0000000000004377, 0x0}},
    [15] = {0x00e7, {0x0000000000000089, 0x0}},
};

static bool has(const struct poly *p, unsigned i)
{
    return (i < 64 ? p->low >> i : p->high >> (i - 64)) & 1;
}

/* p += q x^by, of degree below 128. */
static void add(struct poly *p, const struct poly *q, unsigned by)
{
    if (by >= 64) {
        p->high ^= q->low << (by - 64);
        return;
    }
    p->low ^= q->low << by;
    p->high ^= q->high << by | (by ? q->low >> (64 - by) : 0);
}

static struct poly from_octets(const uint8_t in[16])
{
    struct poly p = {0, 0};
    for (int i = 8; i-- > 0;) {
        p.low = p.low << 8 | in[i];
        p.high = p.high << 8 | in[8 + i];
    }
    return p;
}

static void to_octets(uint8_t out[16], const struct poly *p)
{
    for (int i = 0; i < 8; i++) {
        out[i] = (uint8_t)(p->low >> 8 * i);
        out[8 + i] = (uint8_t)(p->high >> 8 * i);
    }
}

void bt_br_key_of(uint8_t out[16], const uint8_t entropy[16], unsigned octets)
{
    struct poly v = from_octets(entropy), product = {0, 0};
    for (unsigned i = 0; i < 8 * octets; i++)
        if (has(&v, i))
            add(&product, &reduction[octets].g2, i);
    to_octets(out, &product);
}

void bt_br_reduce(uint8_t kc[16], unsigned octets)
{
    uint8_t whole[16], rest[16];
    if (octets >= 16)
        return;
    memcpy(whole, kc, sizeof whole);
    struct poly v = from_octets(kc), g1 = {reduction[octets].g1, 0};
    add(&g1, &(struct poly){1, 0}, 8 * octets);
    for (unsigned i = 128; i-- > 8 * octets;)
        if (has(&v, i))
            add(&v, &g1, i - 8 * octets);
    to_octets(rest, &v);
    bt_br_key_of(kc, rest, octets);
    imp_observe_rule("shortened", kc, 16, &IMP_PIECE(whole, sizeof whole), 1);
    imp_wipe(whole, sizeof whole);
}
