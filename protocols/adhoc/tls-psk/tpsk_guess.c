/* SPDX-License-Identifier: GPL-2.0-only */
/* tpsk_guess.c - PINs tried off line on a recorded handshake (RFC 4279 section 7.2). */
#include <stdio.h>
#include <string.h>

#include "tpsk.h"

/* Bits that count 10^digits candidates; a label's 100 or 128 are beyond
 * everybody. */
static unsigned bits(const struct imp_env *env)
{
    static const unsigned of[] = {0, 4, 7, 10, 14, 17, 20, 24, 27};
    int64_t secret = imp_opt(env, TPSK_OPT_SECRET);
    if (secret == TPSK_SECRET_DEFAULT)
        return 0;
    if (secret == TPSK_SECRET_PIN)
        return of[imp_opt(env, TPSK_OPT_DIGITS)];
    return imp_opt(env, TPSK_OPT_FORM) == TPSK_FORM_BASE32 ? 5 * TPSK_BASE32 : 8 * TPSK_KEY;
}

static unsigned cost(const struct imp_env *env)
{
    bool slow =
        imp_opt(env, TPSK_OPT_SECRET) == TPSK_SECRET_PIN && imp_opt(env, TPSK_OPT_STRETCHING);
    return slow ? 14 : 0; /* 2 compressions of SHA-256 an iteration */
}
_Static_assert(2 * TPSK_ITERATIONS >> 14 == 1, "the logarithm");

static size_t candidate(const struct imp_env *env, uint64_t i, uint8_t out[IMP_GUESS_MAX])
{
    if (imp_opt(env, TPSK_OPT_SECRET) != TPSK_SECRET_PIN) {
        memcpy(out, tpsk_default, TPSK_KEY);
        return TPSK_KEY;
    }
    return (size_t)snprintf((char *)out, IMP_GUESS_MAX, "%0*llu",
                            (int)imp_opt(env, TPSK_OPT_DIGITS), (unsigned long long)i);
}

/* Only the party's own handshake, by its identity; others are looked at and forgotten. */
static bool evidence(void *kept, struct imp_env *env, int channel, const uint8_t *bytes, size_t n)
{
    struct tpsk_evidence *own = kept;
    struct imp_psk_evidence *e = &own->seen;
    char serial[TPSK_SERIAL];
    own->stretched = imp_opt(env, TPSK_OPT_STRETCHING) != 0;
    if (channel != TPSK_COAPS || !imp_psk_evidence(e, bytes, n))
        return false;
    if (env->ops->cell_get(env, "serial", serial, sizeof serial) == TPSK_SERIAL &&
        strlen(e->identity) == TPSK_SERIAL && memcmp(serial, e->identity, TPSK_SERIAL) == 0)
        return true;
    *e = (struct imp_psk_evidence){.n = 0};
    return false;
}

static bool right(const void *kept, const uint8_t *secret, size_t n)
{
    const struct tpsk_evidence *e = kept;
    struct tpsk_psk psk;
    if (n == TPSK_KEY)
        return imp_psk_evidence_right(&e->seen, secret, n);
    if (n > TPSK_PIN_MAX)
        return false;
    tpsk_from_pin(NULL, &psk, e->seen.identity, (const char *)secret, n, e->stretched);
    return imp_psk_evidence_right(&e->seen, psk.octets, psk.n);
}

const struct imp_guess tpsk_guesses[] = {
    {.name = "PIN",
     .summary = "Of one device; off line against the client's Finished, 10000 iterations of PBKDF2 "
                "a candidate, unless the PIN is the key itself.",
     .role = TPSK_DEVICE,
     .cell = "first-key",
     .bits = bits,
     .candidate = candidate,
     .cost = cost,
     .computed = 10, /* 2^10 candidates take some seconds */
     .evidence_size = sizeof(struct tpsk_evidence),
     .evidence = evidence,
     .right = right},
    {.name = NULL},
};
