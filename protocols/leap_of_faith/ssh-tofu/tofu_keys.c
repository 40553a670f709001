/* SPDX-License-Identifier: GPL-2.0-only */
/* tofu_keys.c - own key pair. A host may change it without a new leap of its clients: for a time it
 * has the next one beside it and announces both, then the next one alone. */
#include <string.h>

#include "protocols/crypto/crypto.h"
#include "tofu.h"

void tofu_key(struct imp_env *env, struct tofu_pair *own)
{
    if (env->ops->cell_get(env, "key", own->secret, 32) != 32) { /* a reset server's first boot */
        imp_ed25519_keypair(env, "host-key", own->public, own->secret);
        env->ops->cell_put(env, "key", own->secret, 32);
    }
    imp_ed25519_public(env, own->public, own->secret);
}

static bool changes(const struct imp_env *env)
{
    return !tofu_is_client(env) && imp_opt(env, TOFU_OPT_ROTATION) > 0;
}

void tofu_keys_load(struct tofu_keys *k, struct imp_env *env)
{
    tofu_key(env, &k->own);
    tofu_claim_identity(env, k->own.public);
    if (!changes(env))
        return;
    k->has_next = env->ops->cell_get(env, "next-key", k->next.secret, 32) == 32;
    if (!k->has_next)
        return;
    imp_ed25519_public(env, k->next.public, k->next.secret);
    tofu_claim_identity(env, k->next.public);
}

imp_time tofu_keys_due(const struct imp_env *env, imp_time now)
{
    return changes(env) ? now + imp_opt(env, TOFU_OPT_ROTATION) * IMP_S : IMP_NEVER;
}

static void make_next(struct tofu_keys *k, struct imp_env *env)
{
    imp_ed25519_keypair(env, "host-key", k->next.public, k->next.secret);
    env->ops->cell_put(env, "next-key", k->next.secret, 32);
    tofu_claim_identity(env, k->next.public);
    k->has_next = true;
}

void tofu_keys_change(struct tofu_keys *k, struct imp_env *env)
{
    if (!k->has_next) {
        make_next(k, env);
        return;
    }
    k->own = k->next;
    k->has_next = false;
    imp_wipe(&k->next, sizeof k->next);
    env->ops->cell_put(env, "key", k->own.secret, 32);
    env->ops->cell_erase(env, "next-key");
}

void tofu_keys_erase(struct imp_env *env)
{
    env->ops->cell_erase(env, "key");
    env->ops->cell_erase(env, "next-key");
}
