/* SPDX-License-Identifier: GPL-2.0-only */
/* Orders that depend on nothing but the values. */
#include "internal.h"

#include <lauxlib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct key {
    int type;
    lua_Number number;
    bool whole;          /* an integer, which a number does not always hold exactly */
    lua_Integer integer; /* 0 where it is none */
    const char *text;    /* borrowed from the table's key */
    size_t n;
};

static int rank(int type)
{
    return type == LUA_TNUMBER ? 0 : type == LUA_TSTRING ? 1 : 2;
}

static int compare_keys(const void *pa, const void *pb)
{
    const struct key *a = pa, *b = pb;
    if (a->type != b->type)
        return rank(a->type) - rank(b->type);
    if (a->type != LUA_TSTRING && a->number != b->number)
        return a->number < b->number ? -1 : 1;
    if (a->type != LUA_TSTRING)
        return (a->integer > b->integer) - (a->integer < b->integer);
    int order = memcmp(a->text, b->text, a->n < b->n ? a->n : b->n);
    return order ? order : (a->n > b->n) - (a->n < b->n);
}

static size_t count_keys(lua_State *L)
{
    size_t n = 0;
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1))
        n++;
    return n;
}

/* Leaves the sorted keys of the table at 1 as a list on the top. */
static void push_sorted_keys(lua_State *L)
{
    size_t count = count_keys(L), i = 0;
    struct key *keys = lua_newuserdatauv(L, (count ? count : 1) * sizeof *keys, 0);
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        int type = lua_type(L, -2);
        keys[i] = (struct key){.type = type};
        keys[i].whole = lua_isinteger(L, -2);
        if (keys[i].whole)
            keys[i].integer = lua_tointeger(L, -2);
        if (type == LUA_TNUMBER)
            keys[i].number = lua_tonumber(L, -2);
        else if (type == LUA_TSTRING)
            keys[i].text = lua_tolstring(L, -2, &keys[i].n);
        else if (type == LUA_TBOOLEAN)
            keys[i].number = lua_toboolean(L, -2);
        else
            luaL_error(L, "pairs: a %s as key has no order", lua_typename(L, type));
        i++;
    }
    qsort(keys, count, sizeof *keys, compare_keys);
    lua_createtable(L, (int)count, 0);
    for (i = 0; i < count; i++) {
        if (keys[i].type == LUA_TSTRING)
            lua_pushlstring(L, keys[i].text, keys[i].n);
        else if (keys[i].type == LUA_TBOOLEAN)
            lua_pushboolean(L, keys[i].number != 0);
        else if (keys[i].whole)
            lua_pushinteger(L, keys[i].integer);
        else
            lua_pushnumber(L, keys[i].number);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

/* Upvalues: the table, its keys, the position. */
static int next_pair(lua_State *L)
{
    lua_Integer i = lua_tointeger(L, lua_upvalueindex(3));
    for (;;) {
        lua_settop(L, 0);
        if (lua_rawgeti(L, lua_upvalueindex(2), ++i) == LUA_TNIL)
            return 1;
        lua_pushvalue(L, 1);
        if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
            break; /* else it was removed since pairs() */
    }
    lua_pushinteger(L, i);
    lua_replace(L, lua_upvalueindex(3));
    return 2;
}

int imp__sandbox_pairs(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    push_sorted_keys(L);
    lua_pushvalue(L, 1);
    lua_insert(L, -2);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, next_pair, 3);
    return 1;
}

/* Whether list[i] must stand before list[j]; lists are stack indices, the comparison is at 2. */
static int before(lua_State *L, int list, lua_Integer i, lua_Integer j)
{
    int result;
    if (lua_isnil(L, 2)) {
        lua_rawgeti(L, list, i);
        lua_rawgeti(L, list, j);
        result = lua_compare(L, -2, -1, LUA_OPLT);
        lua_pop(L, 2);
    } else {
        lua_pushvalue(L, 2);
        lua_rawgeti(L, list, i);
        lua_rawgeti(L, list, j);
        lua_call(L, 2, 1);
        result = lua_toboolean(L, -1);
        lua_pop(L, 1);
    }
    return result;
}

static void merge(lua_State *L, int from, int to, lua_Integer low, lua_Integer middle,
                  lua_Integer high)
{
    lua_Integer i = low, j = middle;
    for (lua_Integer k = low; k < high; k++) {
        bool right = i >= middle || (j < high && before(L, from, j, i));
        lua_rawgeti(L, from, right ? j++ : i++);
        lua_rawseti(L, to, k);
    }
}

static lua_Integer smaller(lua_Integer a, lua_Integer b)
{
    return a < b ? a : b;
}

int imp__sandbox_sort(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    if (!lua_isnoneornil(L, 2))
        luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_settop(L, 2);
    lua_Integer n = (lua_Integer)lua_rawlen(L, 1);
    lua_createtable(L, (int)smaller(n, 1 << 20), 0);
    int from = 1, to = 3;
    for (lua_Integer width = 1; width < n; width *= 2) {
        for (lua_Integer low = 1; low <= n; low += 2 * width)
            merge(L, from, to, low, smaller(low + width, n + 1), smaller(low + 2 * width, n + 1));
        int spare = from;
        from = to;
        to = spare;
    }
    for (lua_Integer i = 1; from != 1 && i <= n; i++) {
        lua_rawgeti(L, from, i);
        lua_rawseti(L, 1, i);
    }
    return 0;
}
