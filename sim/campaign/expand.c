/* SPDX-License-Identifier: GPL-2.0-only */
/* The cross product of a scenario's sweeps, keys in the order of their octets, the last fastest. */
#include "plan.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SWEEPS 16 /* in one scenario */

struct expansion {
    json_t *keys;
    imp__leaf *leaf;
    void *arg;
    char *error;
    size_t cap;
};

static bool is_sweep(const json_t *j)
{
    return json_is_array(json_object_get(j, "$sweep"));
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

static int walk(struct expansion *e, int depth)
{
    const char *name = NULL;
    json_t *parent = find(e->keys, &name), *value;
    int status = 0;
    size_t i;
    if (!parent)
        return e->leaf(e->arg, e->keys);
    if (depth == SWEEPS) {
        snprintf(e->error, e->cap, "more than %d sweeps in one scenario", SWEEPS);
        return -1;
    }
    char *key = strdup(name); /* setting the member may move its name */
    json_t *sweep = json_incref(json_object_get(parent, key));
    json_array_foreach(json_object_get(sweep, "$sweep"), i, value)
    {
        json_object_set(parent, key, value);
        status = walk(e, depth + 1);
        if (status < 0)
            break;
    }
    json_object_set_new(parent, key, sweep);
    free(key);
    return status;
}

int imp__expand(json_t *keys, imp__leaf *leaf, void *arg, char *error, size_t cap)
{
    struct expansion e = {.keys = keys, .leaf = leaf, .arg = arg, .error = error, .cap = cap};
    return walk(&e, 0);
}
