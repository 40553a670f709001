/* SPDX-License-Identifier: GPL-2.0-only */
/* What a Lua program may use. Whatever reads a file, a clock, an address or a random number,
 * whatever runs code that was not in the file, and whatever can catch the limits' errors is left
 * out. */
#include "internal.h"
#include "sandbox.h"
#include "sim/words/nearest.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

/* Numbers, texts, booleans and nil; the rest would print an address. */
static int to_string(lua_State *L)
{
    int type = lua_type(L, 1);
    luaL_checkany(L, 1);
    if (type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TBOOLEAN || type == LUA_TNIL)
        luaL_tolstring(L, 1, NULL);
    else
        lua_pushstring(L, luaL_typename(L, 1));
    return 1;
}

/* string.format (upvalue 1) without addresses. */
static int format(lua_State *L)
{
    const char *text = luaL_checkstring(L, 1);
    for (const char *p = text; (p = strchr(p, '%')) != NULL; p++) {
        p += 1 + strspn(p + 1, "-+ #0123456789.");
        if (*p == 'p')
            return luaL_error(L, "string.format: %%p is not available in a %s",
                              imp_sandbox_of(L)->what);
        if (*p == '\0')
            break;
    }
    for (int i = 2; i <= lua_gettop(L); i++)
        if (lua_type(L, i) >= LUA_TTABLE || lua_type(L, i) == LUA_TLIGHTUSERDATA)
            return luaL_error(L, "string.format: argument %d is a %s", i, luaL_typename(L, i));
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

static const char *const kept[] = {"assert", "error",  "ipairs", "rawequal", "rawget", "rawlen",
                                   "rawset", "select", "type",   "tonumber", NULL};
static const char *const dropped_math[] = {"random", "randomseed", NULL};
static const char *const dropped_string[] = {"dump", NULL};

/* A name that was never set is a slip, not nil. */
static int unknown_name(lua_State *L)
{
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?";
    struct imp_nearest best = {0};
    char hint[100];
    for (size_t i = 0; kept[i]; i++)
        imp_nearest_offer(&best, name, kept[i]);
    for (const luaL_Reg *r = imp_sandbox_of(L)->extra; r && r->name; r++)
        imp_nearest_offer(&best, name, r->name);
    static const char *const others[] = {"pairs", "tostring", "math", "string", "table", NULL};
    for (size_t i = 0; others[i]; i++)
        imp_nearest_offer(&best, name, others[i]);
    imp_nearest_hint(&best, hint, sizeof hint);
    return luaL_error(L, "\"%s\" is not available in a %s%s", name, imp_sandbox_of(L)->what, hint);
}

static void open_part(lua_State *L, const char *name, lua_CFunction open,
                      const char *const *dropped)
{
    luaL_requiref(L, name, open, 1);
    for (size_t i = 0; dropped && dropped[i]; i++) {
        lua_pushnil(L);
        lua_setfield(L, -2, dropped[i]);
    }
    lua_pop(L, 1);
}

static void open_base(lua_State *L)
{
    lua_pushcfunction(L, luaopen_base); /* fills the table of globals, which is then emptied */
    lua_call(L, 0, 1);
    lua_createtable(L, 0, 16);
    for (size_t i = 0; kept[i]; i++) {
        lua_getfield(L, -2, kept[i]);
        lua_setfield(L, -2, kept[i]);
    }
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_pop(L, 1);
}

void imp__sandbox_library(lua_State *L)
{
    open_base(L);
    open_part(L, "math", luaopen_math, dropped_math);
    open_part(L, "string", luaopen_string, dropped_string);
    open_part(L, "table", luaopen_table, NULL);
    lua_register(L, "pairs", imp__sandbox_pairs);
    lua_register(L, "tostring", to_string);
    lua_getglobal(L, "table");
    lua_pushcfunction(L, imp__sandbox_sort);
    lua_setfield(L, -2, "sort");
    lua_getglobal(L, "string");
    lua_getfield(L, -1, "format");
    lua_pushcclosure(L, format, 1);
    lua_setfield(L, -2, "format");
    lua_pushglobaltable(L);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, unknown_name);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_settop(L, 0);
}
