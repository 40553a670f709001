/* SPDX-License-Identifier: GPL-2.0-only */
/* claiming_env.h - an environment for building blocks that also make claims; claims are counted. */
#ifndef IMPRINT_CLAIMING_ENV_H
#define IMPRINT_CLAIMING_ENV_H

#include "tests/support/test_env.h"

static size_t claims_made[IMP_CLAIM_COUNT];

static inline void claiming_claim(struct imp_env *env, const struct imp_claim *claim)
{
    (void)env;
    claims_made[claim->kind]++;
}

static inline struct imp_env *claiming_env(void)
{
    static const struct imp_env_ops ops = {
        .charge = test_env_charge, .random = test_env_random, .claim = claiming_claim};
    static struct test_env t;
    test_env_init(&t, 1, "test");
    t.env.ops = &ops;
    return &t.env;
}

#endif
