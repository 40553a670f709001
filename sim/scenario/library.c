/* SPDX-License-Identifier: GPL-2.0-only */
/* The words of a scenario. */
#include "internal.h"

static int tagged(lua_State *L, const char *tag)
{
    lua_createtable(L, 0, 2);
    lua_pushvalue(L, 1);
    lua_setfield(L, -2, tag);
    return 1;
}

/* scenario { ... }: remembers the line from which it was called. */
static int scenario(lua_State *L)
{
    lua_Debug where;
    luaL_checktype(L, 1, LUA_TTABLE);
    tagged(L, "$scenario");
    lua_pushinteger(L, lua_getstack(L, 1, &where) && lua_getinfo(L, "l", &where) ? where.currentline
                                                                                 : 0);
    lua_setfield(L, -2, "line");
    return 1;
}

static int sweep(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    if (lua_rawlen(L, 1) == 0)
        return luaL_error(L, "sweep: expected a list of at least one value");
    return tagged(L, "$sweep");
}

/* together("NAME", { ... }): a sweep that advances with all others of that name. */
static int together(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TSTRING);
    luaL_checktype(L, 2, LUA_TTABLE);
    if (lua_rawlen(L, 2) == 0)
        return luaL_error(L, "together: expected a list of at least one value");
    lua_createtable(L, 0, 2);
    lua_pushvalue(L, 2);
    lua_setfield(L, -2, "$sweep");
    lua_pushvalue(L, 1);
    lua_setfield(L, -2, "$with");
    return 1;
}

static int mitm(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    return tagged(L, "$mitm");
}

const luaL_Reg imp__scenario_words[] = {
    {"scenario", scenario}, {"sweep", sweep}, {"together", together}, {"mitm", mitm}, {NULL, NULL}};
