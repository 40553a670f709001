/* SPDX-License-Identifier: GPL-2.0-only */
/* curve.h - key pairs and Diffie-Hellman on a curve of Hogweed's, of any width. Internal. A public
 * key is x | y, each of `width` octets, most significant first; a secret is a scalar of as many. */
#ifndef IMPRINT_CRYPTO_CURVE_H
#define IMPRINT_CRYPTO_CURVE_H

#include "charge.h"

#include <gmp.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecc.h>

enum { IMP__WIDTH_MOST = 48 };

struct imp__curve {
    const struct ecc_curve *ecc;
    size_t width; /* octets of a coordinate, and of a scalar */
    enum imp_op keygen, ecdh;
    const char *scalar, *public_key, *shared; /* words for the observer */
};

#define IMP__DRAWS 4 /* a draw beyond the order is repeated: once in 2^32 */
/* Randomness is an argument of Hogweed's functions: it comes from the party's stream. */
struct imp__stream {
    struct imp_env *env;
    const char *purpose;
    struct imp_piece drawn[IMP__DRAWS]; /* into `octets`, for the observer */
    size_t count, n;
    uint8_t octets[IMP__DRAWS * 48];
};
void imp__draw(void *stream, size_t n, uint8_t *out);

void imp__put_number(uint8_t *out, size_t width, const mpz_t v);
/* Each initialises its first argument; false when `pub` is not on the curve, unless 1 <= secret <
 * order. */
bool imp__get_point(struct ecc_point *p, const struct imp__curve *c, const uint8_t *pub);
bool imp__get_scalar(struct ecc_scalar *s, const struct imp__curve *c, const uint8_t *secret);

void imp__curve_keypair(struct imp_env *env, const struct imp__curve *c, const char *purpose,
                        uint8_t *pub, uint8_t *secret);
int imp__curve_public(struct imp_env *env, const struct imp__curve *c, uint8_t *pub,
                      const uint8_t *secret);
int imp__curve_shared(struct imp_env *env, const struct imp__curve *c, uint8_t *z,
                      const uint8_t *secret, const uint8_t *peer);

#endif
