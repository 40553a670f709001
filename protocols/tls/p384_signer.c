/* SPDX-License-Identifier: GPL-2.0-only */
/* A P-384 key that signs with SHA-384 alone, as RFC 8446 section 4.2.3 binds them. In TLS 1.2
 * GnuTLS would take it for SHA-256 too. */
#include "dtls_internal.h"

static bool is_sha384(gnutls_sign_algorithm_t a)
{
    return a == GNUTLS_SIGN_ECDSA_SHA384 || a == GNUTLS_SIGN_ECDSA_SECP384R1_SHA384;
}

static int sign(gnutls_privkey_t key, gnutls_sign_algorithm_t algorithm, void *inner,
                unsigned flags, const gnutls_datum_t *hash, gnutls_datum_t *signature)
{
    (void)key, (void)flags;
    if (!is_sha384(algorithm))
        return GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM;
    return gnutls_privkey_sign_hash2(inner, algorithm, 0, hash, signature);
}

static int info(gnutls_privkey_t key, unsigned flags, void *inner)
{
    (void)key, (void)inner;
    if (flags & GNUTLS_PRIVKEY_INFO_PK_ALGO)
        return GNUTLS_PK_ECDSA;
    if (flags & GNUTLS_PRIVKEY_INFO_HAVE_SIGN_ALGO)
        return is_sha384(GNUTLS_FLAGS_TO_SIGN_ALGO(flags));
    if (flags & GNUTLS_PRIVKEY_INFO_PK_ALGO_BITS)
        return 8 * IMP_P384_SECRET;
    return flags & GNUTLS_PRIVKEY_INFO_SIGN_ALGO ? GNUTLS_SIGN_ECDSA_SHA384 : -1;
}

static void release(gnutls_privkey_t key, void *inner)
{
    (void)key;
    gnutls_privkey_deinit(inner);
}

int tls__p384_signer(gnutls_privkey_t *key)
{
    gnutls_privkey_t outer;
    int r = gnutls_privkey_init(&outer);
    if (r < 0)
        return r;
    r = gnutls_privkey_import_ext4(outer, *key, NULL, sign, NULL, release, info, 0);
    if (r < 0)
        gnutls_privkey_deinit(outer);
    else
        *key = outer;
    return r;
}
