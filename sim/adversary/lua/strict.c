/* SPDX-License-Identifier: GPL-2.0-only */
/* A name that does not exist is a slip, not nil: else an attack would silently do nothing. */
#include <stdlib.h>
#include <string.h>

#include "script.h"
#include "sim/words/nearest.h"

static bool known(const char *name, const char *const *names)
{
    for (size_t i = 0; names[i]; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

int imp__strict_fail(lua_State *L, const char *what, const char *name, const char *const *names)
{
    struct imp_nearest best = {0};
    char hint[100];
    for (size_t i = 0; names[i]; i++)
        imp_nearest_offer(&best, name, names[i]);
    imp_nearest_hint(&best, hint, sizeof hint);
    return luaL_error(L, "%s has no \"%s\"%s", what, name, hint);
}

/* Upvalues: what it is, the names. */
static int absent(lua_State *L)
{
    const char *what = lua_touserdata(L, lua_upvalueindex(1));
    const char *const *names = lua_touserdata(L, lua_upvalueindex(2));
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
    if (known(name, names))
        return 0;
    return imp__strict_fail(L, what, name, names);
}

void imp__strict(lua_State *L, const char *what, const char *const *names)
{
    if (luaL_newmetatable(L, what)) {
        lua_pushlightuserdata(L, (void *)what);
        lua_pushlightuserdata(L, (void *)names);
        lua_pushcclosure(L, absent, 2);
        lua_setfield(L, -2, "__index");
    }
    lua_setmetatable(L, -2);
}

void imp__strict_check(lua_State *L, int table, const char *what, const char *const *names)
{
    const char *worst = NULL;
    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
        const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "1";
        if (!known(name, names) && (!worst || strcmp(name, worst) < 0))
            worst = name; /* lives as a key of the table */
    }
    if (worst)
        imp__strict_fail(L, what, worst, names);
}
