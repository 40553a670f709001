/* SPDX-License-Identifier: GPL-2.0-only */
/* Parts of a plan. */
#include "plan.h"

#include <stdlib.h>

static void note_whole(struct imp_plan *plan)
{
    if (plan->part.hash[0])
        return;
    plan->part.runs = plan->count;
    imp_plan_hash(plan->part.hash, plan);
}

void imp__plan_keep(struct imp_plan *plan, const bool *keep)
{
    size_t kept = 0;
    json_object_clear(plan->keys);
    for (size_t i = 0; i < plan->count; i++) {
        if (!keep[i]) {
            free(plan->runs[i].line);
            continue;
        }
        plan->runs[kept] = plan->runs[i];
        json_object_set_new(plan->keys, plan->runs[kept].key, json_integer((json_int_t)kept));
        kept++;
    }
    plan->count = kept;
}

void imp_plan_shard(struct imp_plan *plan, unsigned shard, unsigned shards)
{
    bool *keep = calloc(plan->count ? plan->count : 1, sizeof *keep);
    if (!keep)
        abort();
    note_whole(plan);
    plan->part.shard = shard;
    plan->part.shards = shards;
    for (size_t i = 0; i < plan->count; i++) {
        size_t group = plan->runs[i].group;
        bool whole = json_object_get(
            json_object_get(json_array_get(plan->parameters, group), "plan"), "stop");
        keep[i] = (whole ? group : i) % shards == shard - 1;
    }
    imp__plan_keep(plan, keep);
    free(keep);
}
