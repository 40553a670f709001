/* SPDX-License-Identifier: GPL-2.0-only */
/* internal.h - between the files of the Lua front end. */
#ifndef IMPRINT_SCENARIO_INTERNAL_H
#define IMPRINT_SCENARIO_INTERNAL_H

#include <jansson.h>
#include <lua.h>
#include <stddef.h>

/* Opens what a scenario may use: scenario, sweep, mitm, and the harmless part of Lua's own library
 * made deterministic. */
void imp__scenario_library(lua_State *L);

/* pairs() in the order numbers, then text by octets, then booleans. */
int imp__scenario_pairs(lua_State *L);

/* table.sort() as a stable merge sort: Lua's own picks its pivot by the clock. */
int imp__scenario_sort(lua_State *L);

/* The returned value (on top of the stack) as raw data; NULL with the line and a sentence. */
json_t *imp__scenario_convert(lua_State *L, int *line, char *error, size_t cap);

#endif
