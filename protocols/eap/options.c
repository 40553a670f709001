/* SPDX-License-Identifier: GPL-2.0-only */
#include "options.h"

#include <string.h>

int64_t imp_eap_opt(const struct imp_env *env, const char *name, int64_t otherwise)
{
    int i = imp_option_find(env->mechanism, name);
    return i < 0 ? otherwise : imp_opt(env, (unsigned)i);
}

const char *imp_eap_opt_str(const struct imp_env *env, const char *name, const char *otherwise)
{
    int i = imp_option_find(env->mechanism, name);
    return i < 0 ? otherwise : imp_opt_str(env, (unsigned)i);
}

bool imp_eap_flawed(const struct imp_env *env, const char *name)
{
    int i = imp_flaw_find(env->mechanism, name);
    return i >= 0 && imp_flawed(env, (unsigned)i);
}

int imp_eap_channel(const struct imp_env *env, const char *name)
{
    const struct imp_channel *c = env->mechanism->channels;
    for (int i = 0; c[i].name; i++)
        if (strcmp(c[i].name, name) == 0)
            return i;
    return -1;
}

int imp_eap_message(const struct imp_env *env, const char *name)
{
    const struct imp_message *m = env->mechanism->messages;
    for (int i = 0; m[i].name; i++)
        if (strcmp(m[i].name, name) == 0)
            return i;
    return -1;
}
