/* SPDX-License-Identifier: GPL-2.0-only */
#include <nettle/pbkdf2.h>

#include "charge.h"
#include "crypto.h"

/* Both hashes have blocks of 64 octets. The two states under the padded key are computed once; from
 * then on an HMAC of a digest compresses two blocks (RFC 8018 section 5.2). */
static void charge(struct imp_env *env, enum imp_op op, size_t digest_n, size_t out_n,
                   size_t password_n, size_t salt_n, unsigned iterations)
{
    size_t blocks = (out_n + digest_n - 1) / digest_n, block = 64;
    size_t first =
        imp__padded(block + salt_n + 4); /* salt and number; the outer block is one more */
    size_t octets = 2 * block + (password_n > block ? imp__padded(password_n) : 0);
    octets += blocks * (first + (size_t)(iterations - 1) * 2 * block);
    imp__charge(env, op, octets);
}

void imp_pbkdf2_sha1(struct imp_env *env, uint8_t *out, size_t out_n, const void *password,
                     size_t password_n, const void *salt, size_t salt_n, unsigned iterations)
{
    pbkdf2_hmac_sha1(password_n, password, iterations, salt_n, salt, out_n, out);
    charge(env, IMP_OP_SHA1, 20, out_n, password_n, salt_n, iterations);
    imp_observe_keyed("PBKDF2", out, out_n, password, password_n, NULL, 0); /* salts are public */
}

void imp_pbkdf2_sha256(struct imp_env *env, uint8_t *out, size_t out_n, const void *password,
                       size_t password_n, const void *salt, size_t salt_n, unsigned iterations)
{
    pbkdf2_hmac_sha256(password_n, password, iterations, salt_n, salt, out_n, out);
    charge(env, IMP_OP_SHA256, 32, out_n, password_n, salt_n, iterations);
    imp_observe_keyed("PBKDF2", out, out_n, password, password_n, NULL, 0); /* salts are public */
}
