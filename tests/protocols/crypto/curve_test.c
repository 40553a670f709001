/* SPDX-License-Identifier: GPL-2.0-only */
#include "protocols/crypto/p384.h"
#include "tests/support/test_env.h"
#include "tests/support/vectors.h"

#include <criterion/criterion.h>
#include <string.h>

static struct test_env t;

static void setup(void)
{
    test_env_init(&t, 1, "curve");
}

TestSuite(curve, .init = setup);

Test(curve, x25519)
{
    VECTORS(c, "rfc7748_x25519")
    {
        struct vector_bytes secret = vector_hex(c, "secret"), peer = vector_hex(c, "peer");
        struct vector_bytes pub = vector_hex(c, "public"), want = vector_hex(c, "shared");
        uint8_t out[32];
        cr_assert_eq(imp_x25519_shared(&t.env, out, secret.p, peer.p), 0);
        cr_assert_arr_eq(out, want.p, 32);
        if (pub.n) {
            imp_x25519_public(&t.env, out, secret.p);
            cr_assert_arr_eq(out, pub.p, 32);
        }
    }
}

/* RFC 7748 section 6.1: a peer point of small order gives the all-zero result. */
Test(curve, x25519_refuses_small_order)
{
    static const uint8_t zero[32], one[32] = {1};
    uint8_t pub[32], secret[32], z[32];
    imp_x25519_keypair(&t.env, "key", pub, secret);
    cr_assert_eq(imp_x25519_shared(&t.env, z, secret, zero), -1);
    memset(z, 0xff, sizeof z);
    cr_assert_eq(imp_x25519_shared(&t.env, z, secret, one), -1);
    cr_assert_arr_eq(z, zero, 32);
}

Test(curve, p192_diffie_hellman)
{
    VECTORS(c, "p192")
    {
        struct vector_bytes secret = vector_hex(c, "secret"), peer = vector_hex(c, "peer");
        struct vector_bytes x = vector_hex(c, "public_x"), want = vector_hex(c, "shared");
        struct vector_bytes peer_secret = vector_hex(c, "peer_secret");
        uint8_t out[48];
        cr_assert_eq(imp_p192_public(&t.env, out, secret.p), 0);
        cr_assert_arr_eq(out, x.p, 24);
        if (peer_secret.n) {
            cr_assert_eq(imp_p192_public(&t.env, peer.p, peer_secret.p), 0);
            cr_assert_arr_eq(peer.p, vector_hex(c, "peer_x").p, 24);
        }
        cr_assert_eq(imp_p192_shared(&t.env, out, secret.p, peer.p), 0);
        cr_assert_arr_eq(out, want.p, 24);
    }
}

Test(curve, p192_agrees_and_refuses_points_off_the_curve)
{
    static const uint8_t zero[24];
    uint8_t pub[2][48], secret[2][24], z[2][24];
    for (int i = 0; i < 2; i++)
        imp_p192_keypair(&t.env, "key", pub[i], secret[i]);
    for (int i = 0; i < 2; i++)
        cr_assert_eq(imp_p192_shared(&t.env, z[i], secret[i], pub[1 - i]), 0);
    cr_assert_arr_eq(z[0], z[1], 24);
    pub[1][47] ^= 1;
    cr_assert_eq(imp_p192_shared(&t.env, z[0], secret[0], pub[1]), -1);
    cr_assert_arr_eq(z[0], zero, 24);
    cr_assert_eq(imp_p192_public(&t.env, pub[0], zero), -1);
}

Test(curve, p256_diffie_hellman)
{
    VECTORS(c, "rfc5903_p256")
    {
        struct vector_bytes secret = vector_hex(c, "secret"), peer = vector_hex(c, "peer");
        struct vector_bytes pub = vector_hex(c, "public"), want = vector_hex(c, "shared");
        uint8_t out[64];
        cr_assert_eq(imp_p256_public(&t.env, out, secret.p), 0);
        cr_assert_arr_eq(out, pub.p, 64);
        cr_assert_eq(imp_p256_shared(&t.env, out, secret.p, peer.p), 0);
        cr_assert_arr_eq(out, want.p, 32);
    }
}

Test(curve, p256_refuses_what_is_not_a_key)
{
    static const uint8_t zero[64];
    static const uint8_t order[32] = {0xff, 0xff, 0xff, 0xff, 0,    0,    0,    0,
                                      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                      0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84,
                                      0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
    uint8_t pub[64], secret[32], z[32], out[64];
    imp_p256_keypair(&t.env, "key", pub, secret);
    cr_assert_eq(imp_p256_public(&t.env, out, zero), -1);
    cr_assert_eq(imp_p256_public(&t.env, out, order), -1);
    cr_assert_eq(imp_p256_shared(&t.env, z, secret, zero), -1);
    pub[63] ^= 1;
    cr_assert_eq(imp_p256_shared(&t.env, z, secret, pub), -1);
    cr_assert_arr_eq(z, zero, 32);
}

Test(curve, p256_verifies_published_signatures)
{
    VECTORS(c, "rfc6979_p256_sha256")
    {
        struct vector_bytes pub = vector_hex(c, "public"), msg = vector_hex(c, "msg");
        struct vector_bytes sig = vector_hex(c, "signature");
        struct imp_piece in = {msg.p, msg.n};
        cr_assert_eq(imp_p256_verify(&t.env, sig.p, pub.p, &in, 1), 0);
        for (size_t i = 0; i < 64; i++) {
            sig.p[i] ^= 1;
            cr_assert_eq(imp_p256_verify(&t.env, sig.p, pub.p, &in, 1), -1);
            sig.p[i] ^= 1;
        }
        msg.p[0] ^= 1;
        cr_assert_eq(imp_p256_verify(&t.env, sig.p, pub.p, &in, 1), -1);
    }
}

Test(curve, p256_signs_on_the_party_stream)
{
    uint8_t pub[64], secret[32], one[64], two[64];
    struct imp_piece in = IMP_PIECE("message", 7);
    imp_p256_keypair(&t.env, "key", pub, secret);
    struct test_env again = t;
    imp_p256_sign(&t.env, "sign", one, secret, &in, 1);
    imp_p256_sign(&again.env, "sign", two, secret, &in, 1);
    cr_assert_arr_eq(one, two, 64, "same stream, same signature");
    cr_assert_eq(imp_p256_verify(&t.env, one, pub, &in, 1), 0);
    imp_p256_sign(&t.env, "sign", two, secret, &in, 1);
    cr_assert_neq(memcmp(one, two, 64), 0, "the stream went on");
    cr_assert_eq(t.charged[IMP_OP_P256_KEYGEN], 1);
    cr_assert_eq(t.charged[IMP_OP_P256_SIGN], 2);
    cr_assert_eq(t.charged[IMP_OP_P256_VERIFY], 1);
    cr_assert_gt(t.charged[IMP_OP_RANDOM], 0);
}

Test(curve, p384_published_key)
{
    VECTORS(c, "rfc6979_p384")
    {
        struct vector_bytes secret = vector_hex(c, "secret"), want = vector_hex(c, "public");
        uint8_t pub[IMP_P384_PUBLIC];
        cr_assert_eq(imp_p384_public(&t.env, pub, secret.p), 0);
        cr_assert_arr_eq(pub, want.p, sizeof pub);
    }
}

Test(curve, p384_key_pairs_on_the_party_stream)
{
    static const uint8_t zero[IMP_P384_SECRET];
    uint8_t pub[3][IMP_P384_PUBLIC], secret[3][IMP_P384_SECRET], order[IMP_P384_SECRET];
    struct test_env again = t;
    imp_p384_keypair(&t.env, "key", pub[0], secret[0]);
    imp_p384_keypair(&again.env, "key", pub[1], secret[1]);
    imp_p384_keypair(&t.env, "key", pub[2], secret[2]);
    cr_assert_arr_eq(secret[0], secret[1], IMP_P384_SECRET, "same stream, same key");
    cr_assert_neq(memcmp(secret[0], secret[2], IMP_P384_SECRET), 0, "the stream went on");
    cr_assert_eq(imp_p384_public(&t.env, pub[1], secret[0]), 0);
    cr_assert_arr_eq(pub[0], pub[1], IMP_P384_PUBLIC);
    memset(order, 0xff, sizeof order);
    cr_assert_eq(imp_p384_public(&t.env, pub[0], zero), -1);
    cr_assert_eq(imp_p384_public(&t.env, pub[0], order), -1, "beyond the order");
}

Test(curve, spki_round_trip)
{
    uint8_t pub[64], secret[32], spki[91], back[64];
    imp_p256_keypair(&t.env, "key", pub, secret);
    imp_p256_spki(spki, pub);
    cr_assert_eq(imp_p256_from_spki(back, spki, sizeof spki), 0);
    cr_assert_arr_eq(back, pub, 64);
    cr_assert_eq(imp_p256_from_spki(back, spki, sizeof spki - 1), -1);
    for (size_t i = 0; i < sizeof spki; i++) {
        spki[i] ^= 4;
        cr_assert_eq(imp_p256_from_spki(back, spki, sizeof spki), -1, "octet %zu", i);
        spki[i] ^= 4;
    }
}
