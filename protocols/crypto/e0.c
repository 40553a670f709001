/* SPDX-License-Identifier: GPL-2.0-only */
/* E0, Bluetooth's stream cipher: four shift registers and a summation combiner with two bits of
 * memory, started by its own output (Core volume 2 part H section 4). */
#include "charge.h"

#include <string.h>

enum { REGISTERS = 4, FILL = 39, RUN = 240, KEPT = 128, LOADED = 16 };

struct e0 {
    uint64_t r[REGISTERS];
    unsigned c, before; /* of the combiner: c_t, c_(t-1) */
};

static const struct {
    unsigned length, taps[4], out; /* section 4.1, table 4.1 */
} registers[REGISTERS] = {
    {25, {25, 20, 12, 8}, 24},
    {31, {31, 24, 16, 12}, 24},
    {33, {33, 28, 24, 4}, 32},
    {39, {39, 36, 28, 4}, 32},
};

/* Bit i, from 1, entered i steps ago. */
static unsigned bit(uint64_t r, unsigned i)
{
    return (unsigned)(r >> (i - 1) & 1);
}

static void shift(uint64_t *r, int i, unsigned in, bool closed)
{
    const unsigned *t = registers[i].taps;
    unsigned back = bit(*r, t[0]) ^ bit(*r, t[1]) ^ bit(*r, t[2]) ^ bit(*r, t[3]);
    uint64_t mask = (UINT64_C(1) << registers[i].length) - 1;
    *r = (*r << 1 & mask) | (in ^ (closed ? back : 0));
}

/* One bit of key stream, of registers as they stand; the combiner goes on. */
static unsigned combine(struct e0 *s)
{
    unsigned y = 0, z;
    for (int i = 0; i < REGISTERS; i++)
        y += bit(s->r[i], registers[i].out);
    z = (y ^ s->c) & 1;
    unsigned t2 = (s->before & 1) << 1 | ((s->before >> 1 ^ s->before) & 1);
    unsigned next = ((y + s->c) / 2 ^ s->c ^ t2) & 3;
    s->before = s->c;
    s->c = next;
    return z;
}

static uint64_t joined(const uint8_t *octets, size_t n)
{
    uint64_t v = 0;
    for (size_t i = n; i-- > 0;)
        v = v << 8 | octets[i];
    return v;
}

/* Section 4.5, figure 4.4: what is shifted into each register, the lowest bit first. */
static void inputs(uint64_t in[REGISTERS], const uint8_t k[16], const uint8_t a[6], uint32_t clock)
{
    uint8_t cl[4];
    for (int i = 0; i < 4; i++)
        cl[i] = (uint8_t)(clock >> 8 * i);
    const uint8_t one[] = {k[0], k[4], k[8], k[12], cl[1], a[2]};
    const uint8_t two[] = {k[1], k[5], k[9], k[13], a[0], a[3]};
    const uint8_t three[] = {k[2], k[6], k[10], k[14], cl[2], a[4]};
    const uint8_t four[] = {k[3], k[7], k[11], k[15], a[1], a[5]};
    in[0] = joined(one, 6) << 1 | (cl[3] & 1);
    in[1] = joined(two, 6) << 7 | (uint64_t)(cl[0] & 15) << 3 | 1;
    in[2] = joined(three, 6) << 1 | (cl[3] >> 1 & 1);
    in[3] = joined(four, 6) << 7 | (uint64_t)(cl[0] >> 4) << 3 | 7;
}

/* The last 128 bits of the first run fill the registers anew. */
static void load(struct e0 *s, const uint8_t z[LOADED])
{
    const uint8_t one[] = {z[0], z[4], z[8], z[12] & 1}, two[] = {z[1], z[5], z[9], z[12] >> 1};
    const uint8_t three[] = {z[2], z[6], z[10], z[13], z[15] & 1};
    const uint8_t four[] = {z[3], z[7], z[11], z[14], z[15] >> 1};
    s->r[0] = joined(one, 4);
    s->r[1] = joined(two, 4);
    s->r[2] = joined(three, 5);
    s->r[3] = joined(four, 5);
}

static void start(struct e0 *s, const uint8_t key[16], const uint8_t address[6], uint32_t clock)
{
    uint64_t in[REGISTERS];
    uint8_t z[LOADED] = {0};
    memset(s, 0, sizeof *s);
    inputs(in, key, address, clock);
    for (unsigned t = 1; t < RUN; t++) {
        for (int i = 0; i < REGISTERS; i++) {
            shift(&s->r[i], i, in[i] & 1, t > registers[i].length);
            in[i] >>= 1;
        }
        if (t < FILL) /* the combiner rests until then */
            continue;
        unsigned c = s->c, before = s->before, b = combine(s), at = t - (RUN - KEPT);
        if (t >= RUN - KEPT)
            z[at / 8] |= (uint8_t)(b << at % 8);
        if (t == RUN - 1) { /* the registers are loaded in its place */
            s->c = c;
            s->before = before;
        }
    }
    load(s, z);
    imp_wipe(in, sizeof in);
    imp_wipe(z, sizeof z);
}

void imp_e0(struct imp_env *env, uint8_t *stream, size_t n, const uint8_t key[16],
            const uint8_t address[6], uint32_t clock)
{
    struct e0 s;
    start(&s, key, address, clock);
    memset(stream, 0, n);
    for (size_t at = 0; at < 8 * n; at++) {
        stream[at / 8] |= (uint8_t)(combine(&s) << at % 8);
        for (int i = 0; i < REGISTERS; i++)
            shift(&s.r[i], i, 0, true);
    }
    imp_wipe(&s, sizeof s);
    imp__charge(env, IMP_OP_AES, 16 * ((n + 15) / 16));
}
