/* SPDX-License-Identifier: GPL-2.0-only */
#include "group_key.h"

#include <string.h>

static imp_time next(imp_time period, imp_time now)
{
    return period ? now + period : IMP_NEVER;
}

void imp_group_key_begin(struct imp_group_key *g, imp_time period, imp_time now)
{
    *g = (struct imp_group_key){.id = 1, .due = next(period, now)};
}

void imp_group_key_draw(struct imp_group_key *g, struct imp_env *env)
{
    imp_random(env, "gtk", g->gtk, sizeof g->gtk);
}

void imp_group_key_renew(struct imp_group_key *g, struct imp_env *env, imp_time period,
                         imp_time now)
{
    imp_group_key_draw(g, env);
    g->id = 3 - g->id;
    g->due = next(period, now);
}

enum imp_fourway_out imp_group_key_give(const struct imp_group_key *g, struct imp_fourway *f,
                                        struct imp_env *env, imp_time now)
{
    if (memcmp(f->gtk, g->gtk, sizeof f->gtk) == 0)
        return IMP_FOURWAY_NOTHING;
    return imp_fourway_group(f, env, g->gtk, g->id, now);
}
