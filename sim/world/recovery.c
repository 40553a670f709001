/* SPDX-License-Identifier: GPL-2.0-only */
/* recovery.c - the adversary withdraws, and the run is watched a while longer: does service come
 * back by itself? Measures and trace are those of the time before. */
#include "recovery.h"

#include "adversary.h"

/* The last moment at which it may do anything, by its rights. */
static imp_time last_moment(const struct world *w)
{
    const struct imp_adversary *a = &w->spec.adversary;
    imp_time last = 0;
    for (int l = 0; l < IMP_LINK_COUNT; l++)
        for (int p = 0; p < IMP_POWER_COUNT; p++) {
            const struct imp_window *window = &a->network[l][p];
            if (window->when == IMP_WHEN_NEVER)
                continue;
            if (window->when != IMP_WHEN_BETWEEN)
                return IMP_NEVER;
            last = window->until > last ? window->until : last;
        }
    return last ? last : IMP_NEVER;
}

imp_time world_recovery_bound(const struct world *w)
{
    imp_time own = w->spec.mechanism->recovery;
    return own ? own : IMP_RECOVERY_BOUND;
}

/* Its window is over, or it goes now. */
imp_time world_recovery_from(const struct world *w)
{
    imp_time last = last_moment(w), now = w->measured_at;
    return last < now ? last : now;
}

void world_recovery_watch(struct world *w)
{
    imp_time until = world_recovery_from(w) + world_recovery_bound(w);
    w->adversary->withdrawn = true;
    w->watched = true;
    if (until > eng_now())
        eng_run(until);
}
