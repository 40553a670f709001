/* SPDX-License-Identifier: GPL-2.0-only */
/* P-256 on Hogweed. Randomness is an argument there: it comes from the party's stream. */
#include "charge.h"

#include <gmp.h>
#include <nettle/dsa.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecc.h>
#include <nettle/ecdsa.h>
#include <string.h>

/* SubjectPublicKeyInfo up to the point: id-ecPublicKey, prime256v1, BIT STRING, uncompressed. */
static const uint8_t spki_head[27] = {
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
    0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
};

#define DRAWS 4 /* a draw beyond the order is repeated: once in 2^32 */
struct stream {
    struct imp_env *env;
    const char *purpose;
    struct imp_piece drawn[DRAWS]; /* into `octets`, for the observer */
    size_t count, n;
    uint8_t octets[DRAWS * 48];
};

static void draw(void *ctx, size_t n, uint8_t *out)
{
    struct stream *s = ctx;
    imp_random(s->env, s->purpose, out, n);
    if (!imp_observed())
        return;
    if (s->count == DRAWS || n > sizeof s->octets - s->n)
        s->count = s->n = 0; /* only the last draws count */
    memcpy(s->octets + s->n, out, n);
    s->drawn[s->count++] = IMP_PIECE(s->octets + s->n, n);
    s->n += n;
}

/* A scalar is a function of what was drawn for it. */
static void report_drawn(const char *name, const uint8_t secret[32], struct stream *s)
{
    imp_observe_rule(name, secret, 32, s->drawn, s->count);
    if (s->n)
        imp_wipe(s->octets, s->n);
}

static void put_number(uint8_t out[32], const mpz_t v)
{
    size_t n = (mpz_sizeinbase(v, 2) + 7) / 8;
    memset(out, 0, 32);
    mpz_export(out + 32 - n, NULL, 1, 1, 1, 0, v);
}

static void get_number(mpz_t v, const uint8_t in[32])
{
    mpz_init(v);
    mpz_import(v, 32, 1, 1, 1, 0, in);
}

static void wipe_number(mpz_t v)
{
    imp_wipe(mpz_limbs_modify(v, (mp_size_t)(256 / GMP_NUMB_BITS)), 32);
    mpz_clear(v);
}

static void put_point(uint8_t pub[64], const struct ecc_point *p)
{
    mpz_t x, y;
    mpz_inits(x, y, NULL);
    ecc_point_get(p, x, y);
    put_number(pub, x);
    put_number(pub + 32, y);
    mpz_clears(x, y, NULL);
}

/* Initialises p; false when pub is not on the curve. */
static bool get_point(struct ecc_point *p, const uint8_t pub[64])
{
    mpz_t x, y;
    get_number(x, pub);
    get_number(y, pub + 32);
    ecc_point_init(p, nettle_get_secp_256r1());
    bool good = ecc_point_set(p, x, y) == 1;
    mpz_clears(x, y, NULL);
    return good;
}

/* Initialises s; false unless 1 <= secret < order. */
static bool get_scalar(struct ecc_scalar *s, const uint8_t secret[32])
{
    mpz_t d;
    get_number(d, secret);
    ecc_scalar_init(s, nettle_get_secp_256r1());
    bool good = ecc_scalar_set(s, d) == 1;
    wipe_number(d);
    return good;
}

void imp_p256_keypair(struct imp_env *env, const char *purpose, uint8_t pub[64], uint8_t secret[32])
{
    struct stream stream = {.env = env, .purpose = purpose};
    struct ecc_scalar s;
    struct ecc_point p;
    mpz_t d;
    ecc_scalar_init(&s, nettle_get_secp_256r1());
    ecc_point_init(&p, nettle_get_secp_256r1());
    ecc_scalar_random(&s, &stream, draw);
    ecc_point_mul_g(&p, &s);
    put_point(pub, &p);
    mpz_init2(d, 256);
    ecc_scalar_get(&s, d);
    put_number(secret, d);
    wipe_number(d);
    ecc_point_clear(&p);
    ecc_scalar_clear(&s);
    imp__charge(env, IMP_OP_P256_KEYGEN, 1);
    report_drawn("P-256 scalar", secret, &stream);
    imp_observe_public_key("P-256 public key", pub, 64, secret, 32);
}

int imp_p256_public(struct imp_env *env, uint8_t pub[64], const uint8_t secret[32])
{
    struct ecc_scalar s;
    struct ecc_point p;
    bool good = get_scalar(&s, secret);
    memset(pub, 0, 64);
    if (good) {
        ecc_point_init(&p, nettle_get_secp_256r1());
        ecc_point_mul_g(&p, &s);
        put_point(pub, &p);
        ecc_point_clear(&p);
    }
    ecc_scalar_clear(&s);
    imp__charge(env, IMP_OP_P256_KEYGEN, 1);
    if (good)
        imp_observe_public_key("P-256 public key", pub, 64, secret, 32);
    return good ? 0 : -1;
}

int imp_p256_shared(struct imp_env *env, uint8_t z[32], const uint8_t secret[32],
                    const uint8_t peer[64])
{
    struct ecc_scalar s;
    struct ecc_point p;
    uint8_t xy[64];
    bool good = get_scalar(&s, secret);
    good = get_point(&p, peer) && good;
    memset(z, 0, 32);
    if (good) {
        ecc_point_mul(&p, &s, &p);
        put_point(xy, &p);
        memcpy(z, xy, 32);
        imp_wipe(xy, sizeof xy);
    }
    ecc_point_clear(&p);
    ecc_scalar_clear(&s);
    imp__charge(env, IMP_OP_P256_ECDH, 1);
    if (good)
        imp_observe_keyed("P-256 ECDH", z, 32, secret, 32, &IMP_PIECE(peer, 64), 1);
    return good ? 0 : -1;
}

/* Who knows the nonce of a signature computes the key: d = (s k - h) / r. */
static void report_signature(struct stream *s, const uint8_t sig[64], const uint8_t secret[32],
                             const uint8_t h[32])
{
    struct imp_piece in[DRAWS + 2] = {{h, 32}, {sig, 64}};
    for (size_t i = 0; i < s->count; i++)
        in[2 + i] = s->drawn[i];
    if (s->count)
        imp_observe_rule("ECDSA with a known nonce", secret, 32, in, 2 + s->count);
    in[1] = IMP_PIECE(secret, 32);
    imp_observe_rule("ECDSA", sig, 64, in, 2 + s->count);
    if (s->n)
        imp_wipe(s->octets, s->n);
}

void imp_p256_sign_digest(struct imp_env *env, const char *purpose, uint8_t sig[64],
                          const uint8_t secret[32], const uint8_t digest[32])
{
    struct stream stream = {.env = env, .purpose = purpose};
    struct ecc_scalar s;
    struct dsa_signature rs;
    memset(sig, 0, 64);
    if (get_scalar(&s, secret)) {
        dsa_signature_init(&rs);
        ecdsa_sign(&s, &stream, draw, 32, digest, &rs);
        put_number(sig, rs.r);
        put_number(sig + 32, rs.s);
        dsa_signature_clear(&rs);
    }
    ecc_scalar_clear(&s);
    imp__charge(env, IMP_OP_P256_SIGN, 1);
    report_signature(&stream, sig, secret, digest);
}

void imp_p256_sign(struct imp_env *env, const char *purpose, uint8_t sig[64],
                   const uint8_t secret[32], const struct imp_piece *in, size_t count)
{
    uint8_t h[32];
    imp_sha256(env, h, in, count);
    imp_p256_sign_digest(env, purpose, sig, secret, h);
}

int imp_p256_verify(struct imp_env *env, const uint8_t sig[64], const uint8_t pub[64],
                    const struct imp_piece *in, size_t count)
{
    struct ecc_point p;
    struct dsa_signature rs;
    uint8_t h[32];
    imp_sha256(env, h, in, count);
    bool good = get_point(&p, pub);
    if (good) {
        dsa_signature_init(&rs);
        mpz_import(rs.r, 32, 1, 1, 1, 0, sig);
        mpz_import(rs.s, 32, 1, 1, 1, 0, sig + 32);
        good = ecdsa_verify(&p, sizeof h, h, &rs) == 1;
        dsa_signature_clear(&rs);
    }
    ecc_point_clear(&p);
    imp__charge(env, IMP_OP_P256_VERIFY, 1);
    return good ? 0 : -1;
}

void imp_p256_spki(uint8_t spki[91], const uint8_t pub[64])
{
    memcpy(spki, spki_head, sizeof spki_head);
    memcpy(spki + sizeof spki_head, pub, 64);
}

int imp_p256_from_spki(uint8_t pub[64], const uint8_t *spki, size_t n)
{
    struct ecc_point p;
    bool good = n == sizeof spki_head + 64 && memcmp(spki, spki_head, sizeof spki_head) == 0;
    if (good) {
        good = get_point(&p, spki + sizeof spki_head);
        ecc_point_clear(&p);
    }
    if (good)
        memcpy(pub, spki + sizeof spki_head, 64);
    else
        memset(pub, 0, 64);
    return good ? 0 : -1;
}
