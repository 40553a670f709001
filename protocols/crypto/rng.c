/* SPDX-License-Identifier: GPL-2.0-only */
/* The deterministic generator. Key: BLAKE2b-256 of (seed, 8 octets little-endian | entity | 0 |
 * purpose | 0). The k-th call of imp_rng_fill takes the ChaCha20 key stream under the nonce k, 8
 * octets little-endian. Nothing here depends on the machine's byte order or on libm. */
#include "crypto.h"

#include <math.h>
#include <sodium.h>
#include <string.h>

static void put_le64(uint8_t out[8], uint64_t v)
{
    for (int i = 0; i < 8; i++)
        out[i] = (uint8_t)(v >> 8 * i);
}

static uint64_t next64(struct imp_rng *rng)
{
    uint8_t b[8];
    imp_rng_fill(rng, b, sizeof b);
    uint64_t v = 0;
    for (int i = 0; i < 8; i++)
        v |= (uint64_t)b[i] << 8 * i;
    return v;
}

void imp_rng_seed(struct imp_rng *rng, uint64_t seed, const char *entity, const char *purpose)
{
    uint8_t s[8];
    crypto_generichash_state h;
    put_le64(s, seed);
    crypto_generichash_init(&h, NULL, 0, sizeof rng->key);
    crypto_generichash_update(&h, s, sizeof s);
    crypto_generichash_update(&h, (const uint8_t *)entity, strlen(entity) + 1);
    crypto_generichash_update(&h, (const uint8_t *)purpose, strlen(purpose) + 1);
    crypto_generichash_final(&h, rng->key, sizeof rng->key);
    rng->counter = 0;
}

void imp_rng_fill(struct imp_rng *rng, void *out, size_t n)
{
    uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];
    put_le64(nonce, rng->counter++);
    crypto_stream_chacha20(out, n, nonce, rng->key);
}

uint64_t imp_rng_below(struct imp_rng *rng, uint64_t bound)
{
    if (bound <= 1)
        return 0;
    /* 2^64 mod bound values at the bottom would make the small results likelier: draw again. */
    uint64_t skip = (UINT64_MAX - bound + 1) % bound;
    uint64_t v;
    do
        v = next64(rng);
    while (v < skip);
    return v % bound;
}

double imp_rng_unit(struct imp_rng *rng)
{
    return (double)(next64(rng) >> 11) * 0x1p-53;
}

/* Natural logarithm for 0 < x < 1 by ln m = 2 artanh((m-1)/(m+1)): libm's log may differ in the
 * last bit between machines. With |z| < 0.172 fourteen terms are below half an ulp. */
static double ln(double x)
{
    int e;
    double m = frexp(x, &e);
    if (m < 0.70710678118654752) {
        m *= 2;
        e--;
    }
    double z = (m - 1) / (m + 1), z2 = z * z, sum = 0;
    for (int k = 27; k >= 1; k -= 2)
        sum = sum * z2 + 1.0 / k;
    return 2 * z * sum + e * 0.69314718055994531;
}

/* Marsaglia's polar method; the second variate is dropped so that the generator has no state beyond
 * its counter. */
double imp_rng_normal(struct imp_rng *rng)
{
    double u, v, s;
    do {
        u = 2 * imp_rng_unit(rng) - 1;
        v = 2 * imp_rng_unit(rng) - 1;
        s = u * u + v * v;
    } while (s >= 1 || s == 0);
    return u * sqrt(-2 * ln(s) / s);
}
