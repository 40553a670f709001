/* SPDX-License-Identifier: GPL-2.0-only */
/* internal.h - between the files of the sandbox. */
#ifndef IMPRINT_LUA_INTERNAL_H
#define IMPRINT_LUA_INTERNAL_H

#include <lua.h>

/* Opens the harmless part of Lua's own library, made deterministic. */
void imp__sandbox_library(lua_State *L);

/* pairs() in the order numbers, then text by octets, then booleans. */
int imp__sandbox_pairs(lua_State *L);

/* table.sort() as a stable merge sort: Lua's own picks its pivot by the clock. */
int imp__sandbox_sort(lua_State *L);

#endif
