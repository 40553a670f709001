/* SPDX-License-Identifier: GPL-2.0-only */
/* RSA on Hogweed. A key is a function of 32 octets that the party draws. */
#include "rsa.h"

#include "../codec/der.h"

#include <nettle/rsa.h>
#include <string.h>

static void draw(void *rng, size_t n, uint8_t *out)
{
    imp_rng_fill(rng, out, n);
}

static size_t width(const mpz_t v)
{
    return (mpz_sizeinbase(v, 2) + 7) / 8;
}

/* INTEGER: not negative, so a 0 goes before an octet whose highest bit is set. */
static void put_integer(struct imp_der_writer *w, const mpz_t v)
{
    uint8_t octets[1 + IMP_RSA_PUBLIC] = {0};
    size_t n = width(v);
    mpz_export(octets + 1, NULL, 1, 1, 1, 0, v);
    bool high = octets[1] & 0x80;
    imp_der_value(w, IMP_DER_INTEGER, octets + !high, n + high);
    imp_wipe(octets, sizeof octets);
}

/* RSAPrivateKey ::= SEQUENCE { version, n, e, d, p, q, dP, dQ, qInv }, two primes. */
static size_t put_key(uint8_t out[IMP_RSA_SECRET], struct rsa_public_key *pub,
                      struct rsa_private_key *key)
{
    static const uint8_t two_primes = 0;
    const mpz_t *const last_first[] = {&key->c, &key->b, &key->a, &key->q,
                                       &key->p, &key->d, &pub->e, &pub->n};
    struct imp_der_writer w = {.p = out, .at = IMP_RSA_SECRET};
    for (size_t i = 0; i < sizeof last_first / sizeof *last_first; i++)
        put_integer(&w, *last_first[i]);
    imp_der_value(&w, IMP_DER_INTEGER, &two_primes, 1);
    imp_der_wrap(&w, IMP_DER_SEQUENCE, IMP_RSA_SECRET);
    int n = imp_der_end(&w, IMP_RSA_SECRET);
    return n > 0 ? (size_t)n : 0;
}

size_t imp_rsa_keypair(struct imp_env *env, const char *purpose, uint8_t pub[IMP_RSA_PUBLIC],
                       uint8_t secret[IMP_RSA_SECRET])
{
    struct rsa_public_key n;
    struct rsa_private_key d;
    struct imp_rng rng = {.counter = 0};
    uint8_t seed[sizeof rng.key];
    size_t size = 0;
    imp_random(env, purpose, seed, sizeof seed);
    memcpy(rng.key, seed, sizeof seed);
    rsa_public_key_init(&n);
    rsa_private_key_init(&d);
    mpz_set_ui(n.e, IMP_RSA_EXPONENT);
    memset(pub, 0, IMP_RSA_PUBLIC);
    memset(secret, 0, IMP_RSA_SECRET);
    if (rsa_generate_keypair(&n, &d, &rng, draw, NULL, NULL, IMP_RSA_BITS, 0) == 1) {
        mpz_export(pub, NULL, 1, 1, 1, 0, n.n);
        size = put_key(secret, &n, &d);
        imp_observe_rule("RSA private key", secret, size, &IMP_PIECE(seed, sizeof seed), 1);
        imp_observe_public_key("RSA public key", pub, IMP_RSA_PUBLIC, secret, size);
    }
    rsa_private_key_clear(&d);
    rsa_public_key_clear(&n);
    imp_wipe(seed, sizeof seed);
    imp_wipe(&rng, sizeof rng);
    return size;
}
