/* SPDX-License-Identifier: GPL-2.0-only */
/* math.random() and adv.random() from the adversary's own stream, never from the clock. */
#include "script.h"

#define MOST 65536 /* octets at once */

static uint64_t draw(struct imp_adv *a)
{
    uint8_t r[8];
    uint64_t x = 0;
    a->ops->random(a, r, sizeof r);
    for (size_t i = 0; i < sizeof r; i++)
        x = x << 8 | r[i];
    return x;
}

/* Uniform from 0 to `most`: draws again what would favour small numbers. */
static uint64_t below_or_equal(struct imp_adv *a, uint64_t most)
{
    uint64_t span = most + 1, x;
    if (span == 0)
        return draw(a);
    do
        x = draw(a);
    while (x >= UINT64_MAX - UINT64_MAX % span);
    return x % span;
}

/* As Lua's own: a fraction, or an integer from 1 or the first argument to the last. */
static int math_random(lua_State *L)
{
    struct imp_script *s = imp__script_of(L);
    if (!s->loaded || !s->adv)
        return luaL_error(L, "math.random: possible in callbacks only, not while the file is read");
    if (lua_gettop(L) == 0) {
        lua_pushnumber(L, (double)(draw(s->adv) >> 11) / 9007199254740992.0); /* 2^53 */
        return 1;
    }
    lua_Integer low = lua_gettop(L) > 1 ? luaL_checkinteger(L, 1) : 1;
    lua_Integer high = luaL_checkinteger(L, lua_gettop(L) > 1 ? 2 : 1);
    if (low > high)
        return luaL_error(L, "math.random: the interval is empty");
    uint64_t from = (uint64_t)low, x = from + below_or_equal(s->adv, (uint64_t)high - from);
    lua_pushinteger(L, (lua_Integer)x);
    return 1;
}

static int octets(lua_State *L)
{
    struct imp_script *s = imp__acting(L, "random");
    lua_Integer n = luaL_checkinteger(L, 1);
    luaL_Buffer b;
    if (n < 0 || n > MOST)
        return luaL_error(L, "adv.random: expected a number of octets up to %d", MOST);
    s->adv->ops->random(s->adv, luaL_buffinitsize(L, &b, (size_t)n), (size_t)n);
    luaL_pushresultsize(&b, (size_t)n);
    return 1;
}

void imp__open_chance(lua_State *L, int adv)
{
    lua_pushcfunction(L, octets);
    lua_setfield(L, adv, "random");
    lua_getglobal(L, "math");
    lua_pushcfunction(L, math_random);
    lua_setfield(L, -2, "random");
    lua_pop(L, 1);
}
