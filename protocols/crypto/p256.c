/* SPDX-License-Identifier: GPL-2.0-only */
/* P-256 on Hogweed: keys, ECDSA, SubjectPublicKeyInfo. */
#include "curve.h"

#include <nettle/dsa.h>
#include <nettle/ecdsa.h>
#include <string.h>

/* SubjectPublicKeyInfo up to the point: id-ecPublicKey, prime256v1, BIT STRING, uncompressed. */
static const uint8_t spki_head[27] = {
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
    0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
};

static struct imp__curve p256(void)
{
    return (struct imp__curve){.ecc = nettle_get_secp_256r1(),
                               .width = 32,
                               .keygen = IMP_OP_P256_KEYGEN,
                               .ecdh = IMP_OP_P256_ECDH,
                               .scalar = "P-256 scalar",
                               .public_key = "P-256 public key",
                               .shared = "P-256 ECDH"};
}

void imp_p256_keypair(struct imp_env *env, const char *purpose, uint8_t pub[64], uint8_t secret[32])
{
    const struct imp__curve c = p256();
    imp__curve_keypair(env, &c, purpose, pub, secret);
}

int imp_p256_public(struct imp_env *env, uint8_t pub[64], const uint8_t secret[32])
{
    const struct imp__curve c = p256();
    return imp__curve_public(env, &c, pub, secret);
}

int imp_p256_shared(struct imp_env *env, uint8_t z[32], const uint8_t secret[32],
                    const uint8_t peer[64])
{
    const struct imp__curve c = p256();
    return imp__curve_shared(env, &c, z, secret, peer);
}

/* Who knows the nonce of a signature computes the key: d = (s k - h) / r. */
static void report_signature(struct imp__stream *s, const uint8_t sig[64], const uint8_t secret[32],
                             const uint8_t h[32])
{
    struct imp_piece in[IMP__DRAWS + 2] = {{h, 32}, {sig, 64}};
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
    struct imp__stream stream = {.env = env, .purpose = purpose};
    const struct imp__curve c = p256();
    struct ecc_scalar s;
    struct dsa_signature rs;
    memset(sig, 0, 64);
    if (imp__get_scalar(&s, &c, secret)) {
        dsa_signature_init(&rs);
        ecdsa_sign(&s, &stream, imp__draw, 32, digest, &rs);
        imp__put_number(sig, 32, rs.r);
        imp__put_number(sig + 32, 32, rs.s);
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
    const struct imp__curve c = p256();
    struct ecc_point p;
    struct dsa_signature rs;
    uint8_t h[32];
    imp_sha256(env, h, in, count);
    bool good = imp__get_point(&p, &c, pub);
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
    const struct imp__curve c = p256();
    struct ecc_point p;
    bool good = n == sizeof spki_head + 64 && memcmp(spki, spki_head, sizeof spki_head) == 0;
    if (good) {
        good = imp__get_point(&p, &c, spki + sizeof spki_head);
        ecc_point_clear(&p);
    }
    if (good)
        memcpy(pub, spki + sizeof spki_head, 64);
    else
        memset(pub, 0, 64);
    return good ? 0 : -1;
}
