/* SPDX-License-Identifier: GPL-2.0-only */
/* guess.c - keys of little entropy: the factory's, off line against a handshake with the bootstrap
 * server (RFC 4279 section 7.2). */
#include <string.h>

#include "lwm2m.h"
#include "protocols/crypto/crypto.h"

static unsigned bits(const struct imp_env *env)
{
    return imp_opt(env, LWM_OPT_BS_SECURITY) == LWM_OPT_PSK
               ? (unsigned)imp_opt(env, LWM_OPT_ENTROPY)
               : 128;
}

static size_t candidate(const struct imp_env *env, uint64_t i, uint8_t out[IMP_GUESS_MAX])
{
    (void)env;
    imp_weak_key_number(out, i);
    return LWM_PSK;
}

/* Only the party's own handshake, by its identity; others are looked at and forgotten. */
static bool evidence(void *kept, struct imp_env *env, int channel, const uint8_t *bytes, size_t n)
{
    struct imp_psk_evidence *e = kept;
    char endpoint[LWM_ENDPOINT + 1] = "";
    if (channel != LWM_BS_COAPS || !imp_psk_evidence(e, bytes, n))
        return false;
    env->ops->cell_get(env, "endpoint", endpoint, LWM_ENDPOINT);
    if (strcmp(endpoint, e->identity) == 0)
        return true;
    *e = (struct imp_psk_evidence){.n = 0};
    return false;
}

static bool right(const void *kept, const uint8_t *key, size_t n)
{
    return imp_psk_evidence_right(kept, key, n);
}

const struct imp_guess lwm_guesses[] = {
    {.name = "PSK",
     .summary = "Of one client with the bootstrap server; off line against the client's Finished.",
     .role = LWM_CLIENT,
     .cell = "security-0",
     .bits = bits,
     .candidate = candidate,
     .evidence_size = sizeof(struct imp_psk_evidence),
     .evidence = evidence,
     .right = right},
    {.name = NULL},
};
