/* SPDX-License-Identifier: GPL-2.0-only */
/* guess.c - a weak root key, tried off line against the MIC of a join-request; a weak OwnerToken,
 * which nothing but a claim tells. */
#include <string.h>

#include "lorawan.h"

struct evidence {
    uint8_t frame[LW_JOIN_REQUEST_SIZE];
};

static unsigned bits(const struct imp_env *env)
{
    return (unsigned)imp_opt(env, LW_OPT_KEY_ENTROPY);
}

static size_t candidate(const struct imp_env *env, uint64_t i, uint8_t out[IMP_GUESS_MAX])
{
    (void)env;
    imp_weak_key_number(out, i);
    return LW_KEY;
}

static bool evidence(void *kept, struct imp_env *env, int channel, const uint8_t *bytes, size_t n)
{
    struct evidence *e = kept;
    struct lw_request r;
    struct lw_enrolment me;
    bool own = channel == LW_RADIO && n == sizeof e->frame && lw_request_read(&r, bytes, n) == 0 &&
               r.type == LW_TYPE_JOIN &&
               env->ops->cell_get(env, LW_CELL_ENROLMENT, &me, sizeof me) == (int)sizeof me &&
               memcmp(r.dev_eui, me.dev_eui, LW_EUI) == 0;
    if (own)
        memcpy(e->frame, bytes, n);
    return own;
}

static bool right(const void *kept, const uint8_t *key, size_t n)
{
    const struct evidence *e = kept;
    return n == LW_KEY && lw_request_right(NULL, e->frame, sizeof e->frame, key);
}

static unsigned token_bits(const struct imp_env *env)
{
    return (unsigned)imp_opt(env, LW_OPT_TOKEN_ENTROPY);
}

static bool no_evidence(void *kept, struct imp_env *env, int channel, const uint8_t *bytes,
                        size_t n)
{
    (void)kept, (void)env, (void)channel, (void)bytes, (void)n;
    return false;
}

static bool never(const void *kept, const uint8_t *token, size_t n)
{
    (void)kept, (void)token, (void)n;
    return false;
}

const struct imp_guess lw_guesses[] = {
    {.name = "NwkKey",
     .summary = "Root key (AppKey of 1.0) of device and join server; off line against the MIC of a "
                "join-request.",
     .role = LW_DEVICE,
     .cell = LW_CELL_ENROLMENT,
     .bits = bits,
     .candidate = candidate,
     .evidence_size = sizeof(struct evidence),
     .evidence = evidence,
     .right = right},
    {.name = "OwnerToken",
     .summary = "Printed on the device; on line alone, by claims at the join server, which has its "
                "hash.",
     .role = LW_DEVICE,
     .cell = LW_CELL_PRINTED,
     .bits = token_bits,
     .candidate = candidate,
     .evidence_size = 1,
     .evidence = no_evidence,
     .right = never},
    {.name = NULL},
};
