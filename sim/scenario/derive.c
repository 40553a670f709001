/* SPDX-License-Identifier: GPL-2.0-only */
/* Functions in a scenario: derived values, and `where`, which says which combinations there are.
 *
 * A function is called for each combination with a table of the scenario's keys, sweeps chosen,
 * other functions left out; `where` also sees what the others gave. */
#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct deriving {
    lua_State *L;
    json_t *out;   /* scenarios so far, owned */
    json_t *keys;  /* of the combination, owned: functions become values */
    json_t *where; /* reference of the function, or NULL */
    int line;      /* of the scenario */
    size_t tried;
    bool holds;
    bool raised; /* an error of Lua is on the stack */
    char why[400];
};

static bool is_function(const json_t *j)
{
    return json_is_integer(json_object_get(j, "$function"));
}

bool imp__scenario_has_functions(const json_t *j)
{
    const char *key;
    json_t *value;
    size_t i;
    if (is_function(j))
        return true;
    json_array_foreach(j, i, value)
    {
        if (imp__scenario_has_functions(value))
            return true;
    }
    json_object_foreach((json_t *)j, key, value)
    {
        if (imp__scenario_has_functions(value))
            return true;
    }
    return false;
}

/* ---- in protected mode: all that may raise an error of Lua
 * --------------------------------------- */
static void push(lua_State *L, const json_t *j)
{
    const char *key;
    json_t *value;
    size_t i;
    luaL_checkstack(L, 4, NULL);
    if (json_is_integer(j))
        lua_pushinteger(L, json_integer_value(j));
    else if (json_is_real(j))
        lua_pushnumber(L, json_real_value(j));
    else if (json_is_string(j))
        lua_pushlstring(L, json_string_value(j), json_string_length(j));
    else if (json_is_boolean(j))
        lua_pushboolean(L, json_is_true(j));
    else if (is_function(j) || (!json_is_array(j) && !json_is_object(j)))
        lua_pushnil(L);
    else {
        lua_newtable(L);
        json_array_foreach(j, i, value)
        {
            push(L, value);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        json_object_foreach((json_t *)j, key, value)
        {
            push(L, value);
            lua_setfield(L, -2, key);
        }
    }
}

/* Calls a function with the keys; its value is on the stack. */
static void call(lua_State *L, const json_t *function, const json_t *keys)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, json_integer_value(json_object_get(function, "$function")));
    push(L, keys);
    lua_call(L, 1, 1);
}

/* What a function gives; never another function. */
static json_t *result(struct deriving *d, const json_t *function, const char *key)
{
    char why[300] = "";
    call(d->L, function, d->keys);
    json_t *value = imp__scenario_value(d->L, why, sizeof why);
    lua_pop(d->L, 1);
    if (value && !imp__scenario_has_functions(value))
        return value;
    json_decref(value);
    snprintf(d->why, sizeof d->why, "%.60s: the function gives %s", key,
             *why ? why : "another function");
    return NULL;
}

/* Values of all functions below j into `given`, by the same names. */
static bool results(struct deriving *d, const json_t *j, json_t *given)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)j, key, value)
    {
        json_t *own = is_function(value)      ? result(d, value, key)
                      : json_is_object(value) ? json_object()
                                              : NULL;
        if (own)
            json_object_set_new(given, key, own);
        if ((is_function(value) && !own) ||
            (!is_function(value) && json_is_object(value) && !results(d, value, own)))
            return false;
    }
    return true;
}

/* Puts what was given in the place of the functions. */
static void replace(json_t *j, const json_t *given)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)given, key, value)
    {
        json_t *had = json_object_get(j, key);
        if (is_function(had))
            json_object_set(j, key, value);
        else
            replace(had, value);
    }
}

static int in_lua(lua_State *L)
{
    struct deriving *d = lua_touserdata(L, 1);
    json_t *given = lua_touserdata(L, 2);
    if (!results(d, d->keys, given))
        return 0;
    replace(d->keys, given);
    d->holds = true;
    if (d->where) {
        call(L, d->where, d->keys);
        d->holds = lua_toboolean(L, -1);
    }
    return 0;
}

/* ---- each combination
 * ---------------------------------------------------------------------------- */
static int combination(void *arg, json_t *keys)
{
    struct deriving *d = arg;
    json_t *given = json_object();
    d->keys = json_deep_copy(keys);
    d->holds = false;
    d->tried++;
    lua_pushcfunction(d->L, in_lua);
    lua_pushlightuserdata(d->L, d);
    lua_pushlightuserdata(d->L, given);
    d->raised = lua_pcall(d->L, 2, 0, 0) != LUA_OK;
    if (!d->raised && d->holds)
        json_array_append_new(d->out, json_pack("{s:i, s:O}", "line", d->line, "keys", d->keys));
    json_decref(d->keys);
    json_decref(given);
    return d->raised || *d->why ? -1 : 0;
}

/* A copy with its members in the order of their names, as Lua's own order differs from one call to
 * the next: of several faults the same one is always told. */
static json_t *sorted(const json_t *keys)
{
    char *text = json_dumps(keys, JSON_SORT_KEYS | JSON_REAL_PRECISION(17));
    json_t *copy = text ? json_loads(text, 0, NULL) : NULL;
    free(text);
    return copy ? copy : json_object();
}

static int expand(struct deriving *d, json_t *keys, const struct imp_scenario_prepare *prepare)
{
    size_t before = json_array_size(d->out);
    if (prepare && prepare->keys(prepare->arg, keys, d->why, sizeof d->why) < 0)
        return -1;
    d->where = json_incref(json_object_get(keys, "where"));
    json_object_del(keys, "where");
    d->tried = 0;
    int status = imp_scenario_expand(keys, combination, d, d->why, sizeof d->why);
    json_decref(d->where);
    d->where = NULL;
    if (status == 0 && json_array_size(d->out) == before) {
        snprintf(d->why, sizeof d->why, "where: holds for none of %zu combinations", d->tried);
        status = -1;
    }
    return status;
}

json_t *imp__scenario_derive(lua_State *L, json_t *all, const struct imp_scenario_prepare *prepare,
                             struct imp_sandbox_error *error)
{
    struct deriving d = {.L = L, .out = json_array()};
    json_t *scenario;
    size_t i;
    int status = 0;
    json_array_foreach(all, i, scenario)
    {
        json_t *keys = json_object_get(scenario, "keys");
        d.line = (int)json_integer_value(json_object_get(scenario, "line"));
        if (!imp__scenario_has_functions(keys))
            json_array_append(d.out, scenario);
        else {
            json_t *ordered = sorted(keys);
            status = expand(&d, ordered, prepare);
            json_decref(ordered);
        }
        if (status < 0)
            break;
    }
    json_decref(all);
    if (status == 0)
        return d.out;
    json_decref(d.out);
    if (d.raised)
        lua_error(L);
    error->line = d.line;
    snprintf(error->text, sizeof error->text, "%s", d.why);
    return NULL;
}
