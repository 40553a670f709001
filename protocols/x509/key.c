/* SPDX-License-Identifier: GPL-2.0-only */
/* Keys between crypto.h and GnuTLS. */
#include "x509_internal.h"

#include "../crypto/charge.h"
#include "../crypto/device_key.h"

#include <gnutls/crypto.h>
#include <string.h>

static int sign(gnutls_privkey_t key, gnutls_sign_algorithm_t algorithm, void *arg, unsigned flags,
                const gnutls_datum_t *hash, gnutls_datum_t *signature)
{
    struct x509__signer *s = arg;
    uint8_t rs[64];
    (void)key, (void)flags;
    if (algorithm != GNUTLS_SIGN_ECDSA_SHA256 || hash->size != 32)
        return GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM;
    imp_p256_sign_digest(s->env, "x509", rs, s->secret, hash->data);
    const gnutls_datum_t r = {rs, 32}, v = {rs + 32, 32};
    int made = gnutls_encode_rs_value(signature, &r, &v);
    if (made >= 0) { /* the same numbers as DER */
        const struct imp_piece in = {rs, sizeof rs};
        imp_observe_rule("ECDSA signature as DER", signature->data, signature->size, &in, 1);
    }
    return made;
}

static int info(gnutls_privkey_t key, unsigned flags, void *arg)
{
    (void)key, (void)arg;
    if (flags & GNUTLS_PRIVKEY_INFO_PK_ALGO)
        return GNUTLS_PK_ECDSA;
    if (flags & GNUTLS_PRIVKEY_INFO_HAVE_SIGN_ALGO)
        return GNUTLS_FLAGS_TO_SIGN_ALGO(flags) == GNUTLS_SIGN_ECDSA_SHA256;
    if (flags & GNUTLS_PRIVKEY_INFO_PK_ALGO_BITS)
        return 256;
    return flags & GNUTLS_PRIVKEY_INFO_SIGN_ALGO ? GNUTLS_SIGN_ECDSA_SHA256 : -1;
}

int x509__signer(gnutls_privkey_t *key, struct x509__signer *signer)
{
    int r = gnutls_privkey_init(key);
    if (r < 0)
        return r;
    r = gnutls_privkey_import_ext4(*key, signer, NULL, sign, NULL, NULL, info, 0);
    if (r < 0)
        gnutls_privkey_deinit(*key);
    return r;
}

static int import_point(gnutls_pubkey_t key, const uint8_t *pub, bool p384)
{
    uint8_t octets[IMP_P384_PUBLIC];
    unsigned width = p384 ? IMP_P384_PUBLIC / 2 : 32;
    memcpy(octets, pub, 2 * (size_t)width);
    const gnutls_datum_t x = {octets, width}, y = {octets + width, width};
    return gnutls_pubkey_import_ecc_raw(
        key, p384 ? GNUTLS_ECC_CURVE_SECP384R1 : GNUTLS_ECC_CURVE_SECP256R1, &x, &y);
}

static int import_modulus(gnutls_pubkey_t key, const uint8_t *pub)
{
    uint8_t octets[IMP_RSA_PUBLIC], exponent[] = {1, 0, 1};
    _Static_assert(IMP_RSA_EXPONENT == 0x010001, "the exponent's octets");
    memcpy(octets, pub, sizeof octets);
    const gnutls_datum_t m = {octets, sizeof octets}, e = {exponent, sizeof exponent};
    return gnutls_pubkey_import_rsa_raw(key, &m, &e);
}

int x509__pubkey(gnutls_pubkey_t *key, const uint8_t *pub, enum imp_key kind)
{
    int r = gnutls_pubkey_init(key);
    if (r < 0)
        return r;
    r = kind == IMP_KEY_RSA ? import_modulus(*key, pub)
                            : import_point(*key, pub, kind == IMP_KEY_P384);
    if (r < 0)
        gnutls_pubkey_deinit(*key);
    return r;
}

enum imp_key x509__kind(gnutls_pubkey_t key)
{
    unsigned bits = 0;
    gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;
    int algorithm = gnutls_pubkey_get_pk_algorithm(key, &bits);
    if (algorithm == GNUTLS_PK_RSA)
        return bits == IMP_RSA_BITS ? IMP_KEY_RSA : IMP_KEY_OTHER;
    if (algorithm != GNUTLS_PK_ECDSA ||
        gnutls_pubkey_export_ecc_raw2(key, &curve, NULL, NULL, 0) < 0)
        return IMP_KEY_OTHER;
    return curve == GNUTLS_ECC_CURVE_SECP256R1   ? IMP_KEY_P256
           : curve == GNUTLS_ECC_CURVE_SECP384R1 ? IMP_KEY_P384
                                                 : IMP_KEY_OTHER;
}

/* GnuTLS gives numbers without leading zeros. */
static bool coordinate(uint8_t out[32], const gnutls_datum_t *v)
{
    const uint8_t *p = v->data;
    size_t n = v->size;
    while (n > 32 && *p == 0) {
        p++;
        n--;
    }
    if (n > 32)
        return false;
    memset(out, 0, 32);
    memcpy(out + 32 - n, p, n);
    return true;
}

int x509__point(uint8_t pub[64], gnutls_pubkey_t key)
{
    gnutls_datum_t x = {0}, y = {0};
    gnutls_ecc_curve_t curve;
    if (gnutls_pubkey_get_pk_algorithm(key, NULL) != GNUTLS_PK_ECDSA ||
        gnutls_pubkey_export_ecc_raw2(key, &curve, &x, &y, GNUTLS_EXPORT_FLAG_NO_LZ) < 0)
        return -1;
    bool good =
        curve == GNUTLS_ECC_CURVE_SECP256R1 && coordinate(pub, &x) && coordinate(pub + 32, &y);
    gnutls_free(x.data);
    gnutls_free(y.data);
    return good ? 0 : -1;
}

int x509__text(char *out, size_t cap, const void *text, size_t n)
{
    if (n >= cap || memchr(text, 0, n))
        return -1;
    memcpy(out, text, n);
    out[n] = 0;
    return 0;
}

static int digit(char c)
{
    const char *digits = "0123456789abcdef0123456789ABCDEF";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) % 16 : -1;
}

void x509__unescape(char *text)
{
    char *out = text;
    while (*text) {
        if (text[0] == '\\' && text[1]) {
            text++;
            if (digit(text[0]) >= 0 && digit(text[1]) >= 0) {
                *out++ = (char)(digit(text[0]) * 16 + digit(text[1]));
                text += 2;
                continue;
            }
        }
        *out++ = *text++;
    }
    *out = 0;
}

void x509__charge_made(struct imp_env *env, size_t n)
{
    imp__charge(env, IMP_OP_CODEC, n);
    imp__charge(env, IMP_OP_SHA256, imp__padded(n));
}

void x509__charge_verify(struct imp_env *env, size_t n)
{
    x509__charge_made(env, n);
    imp__charge(env, IMP_OP_P256_VERIFY, 1);
}
