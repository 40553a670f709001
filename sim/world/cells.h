/* SPDX-License-Identifier: GPL-2.0-only */
/* cells.h - a party's persistent storage: named octet strings in a hash table, since a server keeps
 * one for each of thousands of devices. Nothing here depends on the order of the buckets. */
#ifndef IMPRINT_CELLS_H
#define IMPRINT_CELLS_H

#include <stddef.h>
#include <stdint.h>

struct world_cell {
    char *name;
    uint8_t *bytes;
    size_t n;
    struct world_cell *next; /* in its bucket */
};

struct world_cells {
    struct world_cell **buckets;
    size_t size, count; /* buckets, cells */
};

/* NULL when absent. */
const struct world_cell *world_cells_get(const struct world_cells *c, const char *name);
void world_cells_put(struct world_cells *c, const char *name, const void *bytes, size_t n);
void world_cells_erase(struct world_cells *c, const char *name);
void world_cells_free(struct world_cells *c);

#endif
