/* SPDX-License-Identifier: GPL-2.0-only */
#include "sim/report/pairs.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const struct imp_trial *partner(const struct imp_group *g, const struct imp_trial *t)
{
    for (size_t i = 0; i < g->runs - g->failed; i++)
        if (g->trial[i].seed == t->seed && g->trial[i].replication == t->replication)
            return &g->trial[i];
    return NULL;
}

struct imp_pairs imp_pairs_make(const struct imp_group *g, const struct imp_group *base)
{
    struct imp_pairs p = {0};
    for (int m = 0; m < IMP_MEASURE_COUNT; m++)
        if (!(p.difference[m] = calloc(g->completed + 1, sizeof **p.difference)))
            abort();
    for (size_t i = 0; i < g->runs - g->failed; i++) {
        const struct imp_trial *a = &g->trial[i], *b = partner(base, a);
        if (!b)
            continue;
        if (!a->latency.ended || !b->latency.ended) {
            p.incomplete++;
            continue;
        }
        for (int m = 0; m < IMP_MEASURE_COUNT; m++)
            p.difference[m][p.n] = g->values[m][a->at] - base->values[m][b->at];
        p.n++;
    }
    return p;
}

void imp_pairs_free(struct imp_pairs *p)
{
    for (int m = 0; m < IMP_MEASURE_COUNT; m++)
        free(p->difference[m]);
    *p = (struct imp_pairs){0};
}

static const char *word(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static bool plain(const struct imp_group *g)
{
    const char *adversary = word(json_object_get(g->plan, "adversary"), "name");
    return (!*adversary || strcmp(adversary, "none") == 0) &&
           json_array_size(json_object_get(g->plan, "flaws")) == 0;
}

const struct imp_group *imp_pairs_base(const struct imp_groups *g, size_t i)
{
    const char *scenario = word(g->group[i].plan, "scenario");
    if (!plain(&g->group[i]))
        return NULL;
    for (size_t k = 0; k < i; k++)
        if (plain(&g->group[k]) && strcmp(word(g->group[k].plan, "scenario"), scenario) == 0)
            return &g->group[k];
    return NULL;
}
