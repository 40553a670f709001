/* SPDX-License-Identifier: GPL-2.0-only */
#include "states.h"

#include <stdlib.h>

static size_t slot(const struct imp_states *s, uint64_t name)
{
    size_t i = (size_t)(name * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (s->room - 1);
    while (s->name[i] && s->name[i] != name)
        i = (i + 1) & (s->room - 1);
    return i;
}

static void grow(struct imp_states *s)
{
    struct imp_states bigger = {.count = s->count, .room = s->room ? 2 * s->room : 1024};
    bigger.name = calloc(bigger.room, sizeof *bigger.name);
    bigger.level = calloc(bigger.room, sizeof *bigger.level);
    if (!bigger.name || !bigger.level)
        abort();
    for (size_t i = 0; i < s->room; i++)
        if (s->name[i]) {
            size_t j = slot(&bigger, s->name[i]);
            bigger.name[j] = s->name[i];
            bigger.level[j] = s->level[i];
        }
    imp_states_free(s);
    *s = bigger;
}

bool imp_states_add(struct imp_states *s, uint64_t name, unsigned level)
{
    if (2 * (s->count + 1) > s->room)
        grow(s);
    size_t i = slot(s, name);
    if (s->name[i])
        return false;
    s->name[i] = name;
    s->level[i] = (uint8_t)level;
    s->count++;
    return true;
}

bool imp_states_below(const struct imp_states *s, uint64_t name, unsigned level)
{
    if (!s->room)
        return false;
    size_t i = slot(s, name);
    return s->name[i] && s->level[i] < level;
}

void imp_states_free(struct imp_states *s)
{
    free(s->name);
    free(s->level);
    *s = (struct imp_states){0};
}
