/* SPDX-License-Identifier: GPL-2.0-only */
/* Lua values as JSON. Raw access only: no metamethod runs. */
#include "internal.h"
#include "scenario.h"

#include <lauxlib.h>
#include <stdbool.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct converter {
    lua_State *L;
    size_t values; /* so far */
    char *error;
    size_t cap;
};

static json_t *value(struct converter *c, int depth);

static json_t *fail(struct converter *c, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(c->error, c->cap, format, args);
    va_end(args);
    return NULL;
}

static json_t *number(struct converter *c)
{
    if (lua_isinteger(c->L, -1))
        return json_integer(lua_tointeger(c->L, -1));
    double d = lua_tonumber(c->L, -1);
    if (!isfinite(d))
        return fail(c, "a number is infinite or undefined");
    if (d == floor(d) && fabs(d) < 9007199254740992.0) /* 2^53 */
        return json_integer((json_int_t)d);
    return json_real(d);
}

static json_t *text(struct converter *c)
{
    size_t n;
    const char *s = lua_tolstring(c->L, -1, &n);
    json_t *j = memchr(s, 0, n) ? NULL : json_stringn(s, n);
    return j ? j : fail(c, "a text is not UTF-8 or holds a zero octet");
}

static json_t *list(struct converter *c, size_t n, int depth)
{
    json_t *j = json_array();
    for (size_t i = 1; i <= n; i++) {
        lua_rawgeti(c->L, -1, (lua_Integer)i);
        json_t *item = value(c, depth + 1);
        lua_pop(c->L, 1);
        if (!item || json_array_append_new(j, item) < 0) {
            json_decref(j);
            return NULL;
        }
    }
    return j;
}

static json_t *object(struct converter *c, int depth)
{
    lua_State *L = c->L;
    json_t *j = json_object();
    for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING) {
            json_decref(j);
            return fail(c, "a table has both numbered and named entries, or a %s as key",
                        luaL_typename(L, -2));
        }
        size_t n;
        const char *key = lua_tolstring(L, -2, &n);
        json_t *item = strlen(key) == n ? value(c, depth + 1) : fail(c, "a key holds a zero octet");
        if (!item || json_object_set_new(j, key, item) < 0) {
            json_decref(j);
            return item ? fail(c, "a key is not UTF-8") : NULL;
        }
    }
    return j;
}

static json_t *value(struct converter *c, int depth)
{
    if (depth > IMP_SCENARIO_DEPTH || !lua_checkstack(c->L, 4))
        return fail(c, "tables are nested more than %d deep", IMP_SCENARIO_DEPTH);
    if (++c->values > IMP_SCENARIO_VALUES)
        return fail(c, "more than %d values", IMP_SCENARIO_VALUES);
    switch (lua_type(c->L, -1)) {
    case LUA_TBOOLEAN:
        return json_boolean(lua_toboolean(c->L, -1));
    case LUA_TNUMBER:
        return number(c);
    case LUA_TSTRING:
        return text(c);
    case LUA_TTABLE: {
        size_t n = lua_rawlen(c->L, -1);
        return n ? list(c, n, depth) : object(c, depth);
    }
    case LUA_TFUNCTION: /* called later, by its reference */
        lua_pushvalue(c->L, -1);
        return json_pack("{s:i}", "$function", luaL_ref(c->L, LUA_REGISTRYINDEX));
    default:
        return fail(c,
                    "a %s cannot stand in a scenario; expected a number, text, true, false, "
                    "table or function",
                    luaL_typename(c->L, -1));
    }
}

json_t *imp__scenario_value(lua_State *L, char *error, size_t cap)
{
    struct converter c = {.L = L, .error = error, .cap = cap};
    return value(&c, 0);
}

/* A table with both a list part and named entries loses the names above: refuse it. */
static bool is_scenario(lua_State *L)
{
    if (!lua_istable(L, -1))
        return false;
    lua_pushliteral(L, "$scenario");
    bool found = lua_rawget(L, -2) == LUA_TTABLE;
    lua_pop(L, 1);
    return found;
}

/* One value made by scenario(), on the top of the stack. */
static json_t *one(struct converter *c, int *line)
{
    lua_pushliteral(c->L, "line");
    lua_rawget(c->L, -2);
    *line = (int)lua_tointeger(c->L, -1);
    lua_pop(c->L, 1);
    lua_pushliteral(c->L, "$scenario");
    lua_rawget(c->L, -2);
    json_t *keys = value(c, 0);
    lua_pop(c->L, 1);
    if (keys && !json_is_object(keys)) {
        json_decref(keys);
        return fail(c, "scenario: expected named entries such as mechanism = \"eap-psk\"");
    }
    return keys ? json_pack("{s:i, s:o}", "line", *line, "keys", keys) : NULL;
}

json_t *imp__scenario_convert(lua_State *L, struct imp_sandbox_error *error)
{
    struct converter c = {.L = L, .error = error->text, .cap = sizeof error->text};
    json_t *all = json_array();
    if (is_scenario(L)) {
        json_t *only = one(&c, &error->line);
        if (only && json_array_append_new(all, only) == 0)
            return all;
        json_decref(all);
        return NULL;
    }
    size_t n = lua_istable(L, -1) ? lua_rawlen(L, -1) : 0;
    for (size_t i = 1; i <= n; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i);
        json_t *item = is_scenario(L) ? one(&c, &error->line)
                                      : fail(&c,
                                             "entry %zu of the returned list was not made by "
                                             "scenario { ... }",
                                             i);
        lua_pop(L, 1);
        if (!item || json_array_append_new(all, item) < 0) {
            json_decref(all);
            return NULL;
        }
    }
    if (n)
        return all;
    json_decref(all);
    return fail(&c,
                "the file returns no scenario; expected \"return scenario { mechanism = ... }\" "
                "or a list of them");
}
