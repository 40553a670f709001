/* SPDX-License-Identifier: GPL-2.0-only */
#include "cells.h"

#include <stdlib.h>
#include <string.h>

#include "protocols/crypto/crypto.h"

static size_t hash(const char *name)
{
    uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */
    for (; *name; name++)
        h = (h ^ (uint8_t)*name) * UINT64_C(1099511628211);
    return (size_t)h;
}

static void *need(void *p)
{
    if (!p)
        abort(); /* a run without memory is a harness failure */
    return p;
}

/* The link that points to the cell of that name, or to the end of its bucket. */
static struct world_cell **slot(const struct world_cells *c, const char *name)
{
    struct world_cell **p = &c->buckets[hash(name) & (c->size - 1)];
    while (*p && strcmp((*p)->name, name) != 0)
        p = &(*p)->next;
    return p;
}

static void grow(struct world_cells *c)
{
    struct world_cells bigger = {.size = c->size ? 2 * c->size : 4, .count = c->count};
    bigger.buckets = need(calloc(bigger.size, sizeof *bigger.buckets));
    for (size_t i = 0; i < c->size; i++)
        while (c->buckets[i]) {
            struct world_cell *cell = c->buckets[i];
            c->buckets[i] = cell->next;
            cell->next = NULL;
            *slot(&bigger, cell->name) = cell;
        }
    free(c->buckets);
    *c = bigger;
}

const struct world_cell *world_cells_get(const struct world_cells *c, const char *name)
{
    return c->size ? *slot(c, name) : NULL;
}

void world_cells_put(struct world_cells *c, const char *name, const void *bytes, size_t n)
{
    if (c->count >= c->size)
        grow(c);
    struct world_cell **p = slot(c, name);
    if (!*p) {
        *p = need(calloc(1, sizeof **p));
        (*p)->name = need(strdup(name));
        c->count++;
    }
    struct world_cell *cell = *p;
    uint8_t *copy = need(malloc(n ? n : 1));
    if (n)
        memcpy(copy, bytes, n);
    if (cell->bytes)
        imp_wipe(cell->bytes, cell->n);
    free(cell->bytes);
    cell->bytes = copy;
    cell->n = n;
}

static void cell_free(struct world_cell *cell)
{
    imp_wipe(cell->bytes, cell->n);
    free(cell->bytes);
    free(cell->name);
    free(cell);
}

void world_cells_erase(struct world_cells *c, const char *name)
{
    struct world_cell **p = c->size ? slot(c, name) : NULL;
    if (!p || !*p)
        return;
    struct world_cell *cell = *p;
    *p = cell->next;
    c->count--;
    cell_free(cell);
}

void world_cells_free(struct world_cells *c)
{
    for (size_t i = 0; i < c->size; i++)
        while (c->buckets[i]) {
            struct world_cell *cell = c->buckets[i];
            c->buckets[i] = cell->next;
            cell_free(cell);
        }
    free(c->buckets);
    *c = (struct world_cells){0};
}
