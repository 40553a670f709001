/* SPDX-License-Identifier: GPL-2.0-only */
/* test_env.h - an environment that only draws random octets and counts charges, for tests of
 * building blocks that need no network. */
#ifndef IMPRINT_TEST_ENV_H
#define IMPRINT_TEST_ENV_H

#include "protocols/crypto/crypto.h"

struct test_env {
    struct imp_env env; /* first */
    struct imp_rng rng;
    size_t charged[IMP_OP_COUNT];
};

static inline void test_env_charge(struct imp_env *env, enum imp_op op, size_t quantity)
{
    ((struct test_env *)env)->charged[op] += quantity;
}

static inline void test_env_random(struct imp_env *env, const char *purpose, void *out, size_t n)
{
    (void)purpose;
    imp_rng_fill(&((struct test_env *)env)->rng, out, n);
}

static inline void test_env_init(struct test_env *t, uint64_t seed, const char *name)
{
    static const struct imp_env_ops ops = {.charge = test_env_charge, .random = test_env_random};
    imp_crypto_init();
    *t = (struct test_env){.env = {.ops = &ops, .name = name, .device = -1}};
    imp_rng_seed(&t->rng, seed, name, "test");
}

#endif
