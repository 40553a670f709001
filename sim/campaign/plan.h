/* SPDX-License-Identifier: GPL-2.0-only */
/* plan.h - all runs of a campaign: from scenario files or plan files to plan lines with keys. */
#ifndef IMPRINT_PLAN_H
#define IMPRINT_PLAN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "canonical.h"
#include "plan_template.h"
#include "resolve.h"

#define IMP_PLAN_RUNS 1000000 /* most runs of one plan */

struct imp_run {
    char key[IMP_RUN_KEY];
    char *line;    /* canonical JSON, owned */
    double weight; /* expected cost, in no unit: longest first */
    size_t group;  /* of runs that differ in their replication alone: index into parameters */
};

/* Which part of which plan: of a whole one 1 of 1. */
struct imp_part {
    unsigned shard, shards;
    size_t runs;            /* of the whole plan */
    char hash[IMP_RUN_KEY]; /* of the whole plan, imp_plan_hash; "" until it was parted */
};

struct imp_plan {
    struct imp_run *runs; /* each key once, in the order of files, sweeps and replications */
    size_t count, room;
    json_t *keys;   /* key -> index into runs */
    json_t *files;  /* [{"file", "hash", "text"}] */
    json_t *groups; /* key of the group's replication 0 -> index into parameters */
    json_t
        *parameters; /* [{"plan", "sources", "place", "replications"}], one a resolved scenario */
    struct imp_part part;
    struct imp__template latest; /* of the latest line that was read */
};

struct imp_overrides {
    const char *const *set; /* "key=value" */
    size_t set_count;
    json_int_t seed, replications; /* 0: the scenario's own */
};

/* Reads files (*.jsonl: plan lines; all else: Lua). Returns 0, or -1 and "FILE:LINE: what". */
int imp_plan_load(struct imp_plan *out, const char *const *paths, size_t count,
                  const struct imp_overrides *overrides, char *error, size_t cap);
void imp_plan_free(struct imp_plan *plan);

/* Resolves raw scenario data (sim/scenario/scenario.h) and appends its runs. */
int imp_plan_add_raw(struct imp_plan *plan, json_t *raw, const char *path,
                     const struct imp_overrides *overrides, char *error, size_t cap);

/* Appends one line of a plan file; strict. The sentence has no place. */
int imp_plan_add_line(struct imp_plan *plan, const char *line, size_t n, char *error, size_t cap);

/* What a run is expected to cost, in no unit: 20 is a small one. */
double imp_plan_weight(const json_t *line);

void imp_plan_init(struct imp_plan *plan);

/* Hash over all run keys in order: names the plan. */
void imp_plan_hash(char out[IMP_RUN_KEY], const struct imp_plan *plan);

/* Leaves the runs of part `shard` (from 1) of `shards`: of those in plan order the shard-th, the
 * shard-th after `shards` more, and so on. Nothing else decides, so that the parts are disjoint,
 * complete, and equal in number to within one. Of combinations with a stopping rule, which needs
 * all replications together, the shard-th and so on. Parameters stay those of the whole plan. */
void imp_plan_shard(struct imp_plan *plan, unsigned shard, unsigned shards);

/* Parameters of a resolved plan line as rows [{"parameter","value","unit","source","meaning"}]. */
json_t *imp_explain(const json_t *plan, const json_t *sources);

/* ---- between plan*.c ---------------------------------------------------------------------------
 */
/* Applies the overrides to a scenario's keys and notes them in `given`. */
int imp__override(json_t *keys, json_t *given, const struct imp_overrides *overrides, char *error,
                  size_t cap);

/* Appends a run of a combination, unless it is there. */
int imp__plan_append(struct imp_plan *plan, const struct imp__template *t, json_int_t replication,
                     char *error, size_t cap);

/* The group of a plan line of replication 0. Returns false when it is a new one: its parameters
 * come next. */
bool imp__plan_group(size_t *group, struct imp_plan *plan, const json_t *line);
/* Appends what a scenario resolved to. `place`: "FILE:LINE" or "". */
void imp__plan_parameters(struct imp_plan *plan, const struct imp_resolved *r, const char *place);

/* Leaves the runs of which keep[index] is true, in their order. */
void imp__plan_keep(struct imp_plan *plan, const bool *keep);

#endif
