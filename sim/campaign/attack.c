/* SPDX-License-Identifier: GPL-2.0-only */
#include "attack.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool among(const char *name, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return count == 0;
}

static bool same_group(const struct imp_attack_group *g, const struct imp_expected *row)
{
    return strcmp(g->mechanism, row->mechanism) == 0 && strcmp(g->variant, row->variant) == 0 &&
           strcmp(g->adversary, row->adversary) == 0;
}

/* The scenario of a group, as a Lua file would have given it. */
static json_t *scenario(const struct imp_expected *row, size_t seeds)
{
    char unused[IMP_ERROR];
    json_t *keys = json_pack("{s:s, s:s, s:s, s:i, s:I}", "name", "attack", "mechanism",
                             row->mechanism, "adversary", row->adversary, "limit_s",
                             IMP_ATTACK_LIMIT_S, "replications", (json_int_t)seeds);
    if (row->own)
        json_object_set(keys, "adversary", (json_t *)row->own);
    imp_variant_keys(keys, row->variant, unused, sizeof unused); /* checked when it was read */
    return json_pack("[{s:i, s:o}]", "line", row->line, "keys", keys);
}

static int plan_group(struct imp_attack *a, struct imp_attack_group *g,
                      const struct imp_expected *row, const char *path, char *error, size_t cap)
{
    struct imp_overrides none = {.set = NULL};
    size_t asked = imp_variant_seeds(row->variant), seeds = asked > a->seeds ? asked : a->seeds;
    json_t *raw = scenario(row, seeds);
    int status =
        imp_plan_add_raw(&a->plan, raw, row->line ? path : "flaw table", &none, error, cap);
    json_decref(raw);
    *g = (struct imp_attack_group){row->mechanism, row->variant, row->adversary, seeds, NULL};
    if (status < 0)
        return -1;
    const json_t *resolved = json_object_get(
        json_array_get(a->plan.parameters, json_array_size(a->plan.parameters) - 1), "plan");
    g->keys = calloc(seeds, sizeof *g->keys);
    json_t *line = json_copy((json_t *)resolved);
    if (!g->keys || !line)
        abort();
    for (size_t i = 0; i < seeds; i++) {
        json_object_set_new(line, "replication", json_integer((json_int_t)i));
        imp_run_key(g->keys[i], line);
    }
    json_decref(line);
    return 0;
}

static int add_cell(struct imp_attack *a, const struct imp_expected *row, const char *path,
                    char *error, size_t cap)
{
    struct imp_attack_cell *c = &a->cell[a->cell_count++];
    *c = (struct imp_attack_cell){.row = row, .unbreakable = imp_expected_unbreakable(row)};
    while (c->group < a->group_count && !same_group(&a->group[c->group], row))
        c->group++;
    if (c->group < a->group_count)
        return 0;
    struct imp_attack_group *g = &a->group[a->group_count++];
    *g = (struct imp_attack_group){row->mechanism, row->variant, row->adversary, 0, NULL};
    return c->unbreakable ? 0 : plan_group(a, g, row, path, error, cap);
}

int imp_attack_plan(struct imp_attack *out, const struct imp_expectations *e,
                    const struct imp_attack_choice *choice, char *error, size_t cap)
{
    *out = (struct imp_attack){.seeds = choice->seeds ? choice->seeds : IMP_ATTACK_SEEDS,
                               .group = calloc(e->count + 1, sizeof *out->group),
                               .cell = calloc(e->count + 1, sizeof *out->cell)};
    if (!out->group || !out->cell)
        abort();
    imp_plan_init(&out->plan);
    int status = 0;
    for (size_t i = 0; i < e->count && status == 0; i++)
        if (among(e->row[i].mechanism, choice->mechanisms, choice->mechanism_count) &&
            among(e->row[i].adversary, choice->adversaries, choice->adversary_count))
            status = add_cell(out, &e->row[i], e->path, error, cap);
    if (status == 0 && out->cell_count == 0) {
        snprintf(error, cap, "%s: no cell for the mechanisms and adversaries that were chosen",
                 e->path);
        status = -1;
    }
    if (status < 0)
        imp_attack_free(out);
    return status;
}

void imp_attack_free(struct imp_attack *a)
{
    for (size_t i = 0; i < a->group_count; i++)
        free(a->group[i].keys);
    free(a->group);
    free(a->cell);
    imp_plan_free(&a->plan);
    *a = (struct imp_attack){0};
}
