/* SPDX-License-Identifier: GPL-2.0-only */
/* The combinations of a scenario's sweeps. */
#include "scenario.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SWEEPS 16 /* in one scenario */

struct expansion {
    json_t *keys;
    imp_scenario_leaf *leaf;
    void *arg;
    char *error;
    size_t cap;
};

/* Where a sweep stands. */
struct place {
    json_t *parent; /* borrowed */
    char *name;     /* owned: setting the member may move its name */
    json_t *sweep;  /* owned */
};

static bool is_sweep(const json_t *j)
{
    return json_is_array(json_object_get(j, "$sweep"));
}

static const char *with(const json_t *sweep)
{
    return json_string_value(json_object_get(sweep, "$with"));
}

/* The first sweep below j: its parent object, and its name there (borrowed from the parent). */
static json_t *find(json_t *j, const char **name)
{
    json_t *found = NULL, *value;
    const char *key, *best = NULL;
    /* Smallest name first among those that hold a sweep. */
    json_object_foreach(j, key, value)
    {
        const char *inner = key;
        json_t *parent = is_sweep(value) ? j : find(value, &inner);
        if (parent && (!best || strcmp(key, best) < 0)) {
            best = key;
            found = parent;
            *name = inner;
        }
    }
    return found;
}

static void add_place(struct place *places, size_t *count, json_t *parent, const char *name)
{
    if (*count < SWEEPS)
        places[(*count)++] =
            (struct place){parent, strdup(name), json_incref(json_object_get(parent, name))};
}

/* All lists of together() with that name below j. */
static void collect(struct place *places, size_t *count, json_t *j, const char *name)
{
    const char *key;
    json_t *value;
    json_object_foreach(j, key, value)
    {
        const char *own = is_sweep(value) ? with(value) : NULL;
        if (own && strcmp(own, name) == 0)
            add_place(places, count, j, key);
        else if (!is_sweep(value))
            collect(places, count, value, name);
    }
}

static size_t length(const struct place *p)
{
    return json_array_size(json_object_get(p->sweep, "$sweep"));
}

/* Which list is the wrong one nobody knows; the sentence does not depend on their order. */
static int check_lengths(struct expansion *e, const struct place *places, size_t count)
{
    size_t least = length(&places[0]), most = least;
    for (size_t i = 1; i < count; i++) {
        size_t n = length(&places[i]);
        least = n < least ? n : least;
        most = n > most ? n : most;
    }
    if (least == most)
        return 0;
    snprintf(e->error, e->cap,
             "together \"%.60s\": its lists have from %zu to %zu values; expected as many in each",
             with(places[0].sweep), least, most);
    return -1;
}

static int walk(struct expansion *e, int depth);

/* Each value in turn, at all the places at once; then the sweeps are there again. */
static int walk_places(struct expansion *e, int depth, struct place *places, size_t count)
{
    int status = check_lengths(e, places, count);
    for (size_t i = 0; status == 0 && i < length(&places[0]); i++) {
        for (size_t k = 0; k < count; k++)
            json_object_set(places[k].parent, places[k].name,
                            json_array_get(json_object_get(places[k].sweep, "$sweep"), i));
        status = walk(e, depth + 1);
    }
    for (size_t k = 0; k < count; k++) {
        json_object_set_new(places[k].parent, places[k].name, places[k].sweep);
        free(places[k].name);
    }
    return status;
}

static int walk(struct expansion *e, int depth)
{
    const char *name = NULL;
    struct place places[SWEEPS];
    size_t count = 0;
    json_t *parent = find(e->keys, &name);
    if (!parent)
        return e->leaf(e->arg, e->keys);
    if (depth == SWEEPS) {
        snprintf(e->error, e->cap, "more than %d sweeps in one scenario", SWEEPS);
        return -1;
    }
    const char *group = with(json_object_get(parent, name));
    if (group)
        collect(places, &count, e->keys, group);
    else
        add_place(places, &count, parent, name);
    return walk_places(e, depth, places, count);
}

int imp_scenario_expand(json_t *keys, imp_scenario_leaf *leaf, void *arg, char *error, size_t cap)
{
    struct expansion e = {.keys = keys, .leaf = leaf, .arg = arg, .error = error, .cap = cap};
    return walk(&e, 0);
}
