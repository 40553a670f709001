/* SPDX-License-Identifier: GPL-2.0-only */
/* states.h - states met, each with the level at which it was met first. */
#ifndef IMPRINT_SEARCH_STATES_H
#define IMPRINT_SEARCH_STATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct imp_states {
    uint64_t *name; /* 0: free */
    uint8_t *level;
    size_t count, room; /* room: a power of two, or 0 */
};

/* Adds it; false when it is there already. */
bool imp_states_add(struct imp_states *s, uint64_t name, unsigned level);
/* Was it met below that level? */
bool imp_states_below(const struct imp_states *s, uint64_t name, unsigned level);
void imp_states_free(struct imp_states *s);

#endif
