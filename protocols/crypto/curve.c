/* SPDX-License-Identifier: GPL-2.0-only */
/* Key pairs and Diffie-Hellman on Hogweed. */
#include "curve.h"

#include <string.h>

void imp__draw(void *stream, size_t n, uint8_t *out)
{
    struct imp__stream *s = stream;
    imp_random(s->env, s->purpose, out, n);
    if (!imp_observed())
        return;
    if (s->count == IMP__DRAWS || n > sizeof s->octets - s->n)
        s->count = s->n = 0; /* only the last draws count */
    memcpy(s->octets + s->n, out, n);
    s->drawn[s->count++] = IMP_PIECE(s->octets + s->n, n);
    s->n += n;
}

void imp__put_number(uint8_t *out, size_t width, const mpz_t v)
{
    size_t n = (mpz_sizeinbase(v, 2) + 7) / 8;
    memset(out, 0, width);
    mpz_export(out + width - n, NULL, 1, 1, 1, 0, v);
}

static void get_number(mpz_t v, const uint8_t *in, size_t width)
{
    mpz_init(v);
    mpz_import(v, width, 1, 1, 1, 0, in);
}

static void wipe_number(mpz_t v, size_t width)
{
    imp_wipe(mpz_limbs_modify(v, (mp_size_t)(8 * width / GMP_NUMB_BITS)), width);
    mpz_clear(v);
}

static void put_point(uint8_t *pub, size_t width, const struct ecc_point *p)
{
    mpz_t x, y;
    mpz_inits(x, y, NULL);
    ecc_point_get(p, x, y);
    imp__put_number(pub, width, x);
    imp__put_number(pub + width, width, y);
    mpz_clears(x, y, NULL);
}

bool imp__get_point(struct ecc_point *p, const struct imp__curve *c, const uint8_t *pub)
{
    mpz_t x, y;
    get_number(x, pub, c->width);
    get_number(y, pub + c->width, c->width);
    ecc_point_init(p, c->ecc);
    bool good = ecc_point_set(p, x, y) == 1;
    mpz_clears(x, y, NULL);
    return good;
}

bool imp__get_scalar(struct ecc_scalar *s, const struct imp__curve *c, const uint8_t *secret)
{
    mpz_t d;
    get_number(d, secret, c->width);
    ecc_scalar_init(s, c->ecc);
    bool good = ecc_scalar_set(s, d) == 1;
    wipe_number(d, c->width);
    return good;
}

void imp__curve_keypair(struct imp_env *env, const struct imp__curve *c, const char *purpose,
                        uint8_t *pub, uint8_t *secret)
{
    struct imp__stream stream = {.env = env, .purpose = purpose};
    struct ecc_scalar s;
    struct ecc_point p;
    mpz_t d;
    ecc_scalar_init(&s, c->ecc);
    ecc_point_init(&p, c->ecc);
    ecc_scalar_random(&s, &stream, imp__draw);
    ecc_point_mul_g(&p, &s);
    put_point(pub, c->width, &p);
    mpz_init2(d, 8 * c->width);
    ecc_scalar_get(&s, d);
    imp__put_number(secret, c->width, d);
    wipe_number(d, c->width);
    ecc_point_clear(&p);
    ecc_scalar_clear(&s);
    imp__charge(env, c->keygen, 1);
    /* A scalar is a function of what was drawn for it. */
    imp_observe_rule(c->scalar, secret, c->width, stream.drawn, stream.count);
    if (stream.n)
        imp_wipe(stream.octets, stream.n);
    imp_observe_public_key(c->public_key, pub, 2 * c->width, secret, c->width);
}

int imp__curve_public(struct imp_env *env, const struct imp__curve *c, uint8_t *pub,
                      const uint8_t *secret)
{
    struct ecc_scalar s;
    struct ecc_point p;
    bool good = imp__get_scalar(&s, c, secret);
    memset(pub, 0, 2 * c->width);
    if (good) {
        ecc_point_init(&p, c->ecc);
        ecc_point_mul_g(&p, &s);
        put_point(pub, c->width, &p);
        ecc_point_clear(&p);
    }
    ecc_scalar_clear(&s);
    imp__charge(env, c->keygen, 1);
    if (good)
        imp_observe_public_key(c->public_key, pub, 2 * c->width, secret, c->width);
    return good ? 0 : -1;
}

int imp__curve_shared(struct imp_env *env, const struct imp__curve *c, uint8_t *z,
                      const uint8_t *secret, const uint8_t *peer)
{
    struct ecc_scalar s;
    struct ecc_point p;
    uint8_t xy[2 * IMP__WIDTH_MOST];
    bool good = imp__get_scalar(&s, c, secret);
    good = imp__get_point(&p, c, peer) && good;
    memset(z, 0, c->width);
    if (good) {
        ecc_point_mul(&p, &s, &p);
        put_point(xy, c->width, &p);
        memcpy(z, xy, c->width);
        imp_wipe(xy, sizeof xy);
    }
    ecc_point_clear(&p);
    ecc_scalar_clear(&s);
    imp__charge(env, c->ecdh, 1);
    if (good)
        imp_observe_keyed(c->shared, z, c->width, secret, c->width, &IMP_PIECE(peer, 2 * c->width),
                          1);
    return good ? 0 : -1;
}
