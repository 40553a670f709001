/* SPDX-License-Identifier: GPL-2.0-only */
/* From a script's text to a table of callbacks. */
#include "script.h"

#include <stdarg.h>
#include <string.h>

#define TABLE "imprint callbacks" /* in the registry */
#define NAME(id, name) name,

const char *const imp__callback_names[IMP_CALLBACK_COUNT] = {IMP_CALLBACKS(NAME)};
static const char *const entries[] = {IMP_CALLBACKS(NAME) "mirrors", "params", NULL};
static const luaL_Reg words[] = {{"adv", NULL}, {NULL, NULL}};

struct imp_script *imp__script_of(lua_State *L)
{
    return (struct imp_script *)imp_sandbox_of(L);
}

bool imp__script_has(const struct imp_script *s, enum imp_callback c)
{
    return s->callbacks >> c & 1;
}

void imp__script_push(lua_State *L, enum imp_callback c)
{
    lua_getfield(L, LUA_REGISTRYINDEX, TABLE);
    lua_getfield(L, -1, imp__callback_names[c]);
    lua_remove(L, -2);
}

/* Errors about what the file returns stand at the line executed last: its return. */
static int fault(lua_State *L, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    lua_pushvfstring(L, format, args);
    va_end(args);
    return lua_error(L);
}

/* ---- what it returns
 * ------------------------------------------------------------------------------ */
static void check_callbacks(lua_State *L, int table)
{
    struct imp_script *s = imp__script_of(L);
    for (int c = 0; c < IMP_CALLBACK_COUNT; c++) {
        int type = lua_getfield(L, table, imp__callback_names[c]);
        if (type == LUA_TFUNCTION)
            s->callbacks |= 1u << c;
        else if (type != LUA_TNIL)
            fault(L, "%s: expected a function, not %s", imp__callback_names[c],
                  lua_typename(L, type));
        lua_pop(L, 1);
    }
    if (!s->callbacks)
        fault(L, "the strategy returns no callback; expected one of seen, oob, timer, moment, ...");
}

static void check_mirrors(lua_State *L, int table)
{
    int type = lua_getfield(L, table, "mirrors");
    if (type != LUA_TBOOLEAN && type != LUA_TNIL)
        fault(L, "mirrors: expected true or false, not %s", lua_typename(L, type));
    imp__script_of(L)->mirrors = lua_toboolean(L, -1);
    lua_pop(L, 1);
}

/* ---- parameters
 * ----------------------------------------------------------------------------------- */
static bool is_own(const char *name)
{
    return strcmp(name, "script") == 0 || strcmp(name, "file") == 0;
}

/* Replaces the preset on the top by the value that `given` stands for, of the preset's type. */
static void take_value(lua_State *L, const char *name, const char *given)
{
    int type = lua_type(L, -1);
    lua_pop(L, 1);
    if (type == LUA_TSTRING)
        lua_pushstring(L, given);
    else if (type == LUA_TBOOLEAN) {
        if (strcmp(given, "true") != 0 && strcmp(given, "false") != 0)
            fault(L, "adversary.strategy.%s: expected true or false, not \"%s\"", name, given);
        lua_pushboolean(L, *given == 't');
    } else if (lua_stringtonumber(L, given) == 0)
        fault(L, "adversary.strategy.%s: expected a number, not \"%s\"", name, given);
}

static void check_preset(lua_State *L, const char *name)
{
    int type = lua_type(L, -1);
    if (is_own(name))
        fault(L, "params.%s: this name is taken", name);
    if (type != LUA_TSTRING && type != LUA_TNUMBER && type != LUA_TBOOLEAN)
        fault(L, "params.%s: expected a preset that is a number, a text, true or false, not %s",
              name, lua_typename(L, type));
}

/* Copies the presets at `presets` to the table at `param`, each replaced by what the plan gives. */
static void fill(lua_State *L, int presets, int param)
{
    const struct imp_adversary *rights = imp__script_of(L)->rights;
    for (lua_pushnil(L); lua_next(L, presets); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            fault(L, "params: expected named entries");
        const char *name = lua_tostring(L, -2);
        const char *given = imp_adversary_param(rights, name, NULL);
        check_preset(L, name);
        lua_pushvalue(L, -1);
        if (given)
            take_value(L, name, given);
        lua_setfield(L, param, name);
    }
}

static int unknown_param(lua_State *L)
{
    return luaL_error(L, "adv.param has no \"%s\"; expected a name of params",
                      luaL_tolstring(L, 2, NULL));
}

static void check_given(lua_State *L, int param)
{
    const struct imp_adversary *rights = imp__script_of(L)->rights;
    for (const struct imp_param *p = rights->params; p->name; p++) {
        if (is_own(p->name))
            continue;
        if (lua_getfield(L, param, p->name) == LUA_TNIL)
            fault(L, "adversary.strategy: the strategy has no parameter \"%s\"", p->name);
        lua_pop(L, 1);
    }
}

static void check_params(lua_State *L, int table, int adv)
{
    int type = lua_getfield(L, table, "params"), presets = lua_gettop(L);
    lua_newtable(L);
    int param = lua_gettop(L);
    if (type == LUA_TTABLE)
        fill(L, presets, param);
    else if (type != LUA_TNIL)
        fault(L, "params: expected a table of presets, not %s", lua_typename(L, type));
    check_given(L, param);
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, unknown_param);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, param);
    lua_setfield(L, adv, "param");
    lua_settop(L, presets - 1);
}

/* ---- loading
 * -------------------------------------------------------------------------------------- */
static void open_adv(lua_State *L, int adv)
{
    imp__view_mechanism(L, adv);
    imp__open_acts(L, adv);
    imp__open_chance(L, adv);
    lua_pushvalue(L, adv);
    imp__strict(L, "adv", imp__adv_names);
    lua_setglobal(L, "adv");
}

static int load(lua_State *L)
{
    struct imp_script *s = lua_touserdata(L, 1);
    const char *source = imp_adversary_param(s->rights, "script", "");
    lua_settop(L, 0);
    lua_createtable(L, 0, 40);
    open_adv(L, 1);
    imp_sandbox_run(L, source, strlen(source));
    if (!lua_istable(L, 2))
        fault(L, "the strategy returns %s; expected a table of callbacks", luaL_typename(L, 2));
    imp__strict_check(L, 2, "the returned table", entries);
    check_callbacks(L, 2);
    check_mirrors(L, 2);
    check_params(L, 2, 1);
    if (s->adv)
        imp__view_run(L, 1);
    lua_setfield(L, LUA_REGISTRYINDEX, TABLE);
    s->loaded = true;
    return 0;
}

int imp__script_open(struct imp_script *s, const struct imp_mechanism *m,
                     const struct imp_adversary *rights, struct imp_adv *adv,
                     const struct imp_sandbox_limits *limits, struct imp_sandbox_error *error)
{
    *s = (struct imp_script){.mechanism = m,
                             .rights = rights,
                             .adv = adv,
                             .file = imp_adversary_param(rights, "file", "strategy")};
    if (imp_sandbox_open(&s->box, "strategy", limits, words, error) != 0)
        return -1;
    return imp_sandbox_call(&s->box, load, s, error);
}

void imp__script_close(struct imp_script *s)
{
    imp_sandbox_close(&s->box);
}
