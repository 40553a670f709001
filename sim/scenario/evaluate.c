/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs a scenario's source in a Lua state of its own with limits. */
#include "internal.h"
#include "scenario.h"

#include <lauxlib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP 1000  /* instructions between two looks at the limit */
#define CHUNK "=s" /* messages start with "s:LINE:" */

struct evaluation {
    const struct imp_scenario_limits *limits;
    size_t used;   /* octets of memory */
    long executed; /* instructions */
    int line;      /* latest line executed */
    bool no_memory;
    json_t *result;
    int *error_line;
    char *error;
    size_t cap;
};

static void *allocate(void *arg, void *old, size_t old_n, size_t n)
{
    struct evaluation *e = arg;
    size_t had = old ? old_n : 0; /* without a block, old_n says what kind of object it is */
    if (n == 0) {
        free(old);
        e->used -= had;
        return NULL;
    }
    if (n > had && n - had > e->limits->memory - e->used) {
        e->no_memory = true;
        return NULL;
    }
    void *block = realloc(old, n);
    if (block)
        e->used = e->used - had + n;
    return block;
}

static struct evaluation *evaluation_of(lua_State *L)
{
    return *(struct evaluation **)lua_getextraspace(L);
}

static void hook(lua_State *L, lua_Debug *event)
{
    struct evaluation *e = evaluation_of(L);
    if (event->event == LUA_HOOKLINE) {
        e->line = event->currentline;
        if (e->limits->line)
            *e->limits->line = e->line;
        return;
    }
    e->executed += STEP;
    if (e->executed > e->limits->instructions)
        luaL_error(L, "the scenario does not end: more than %d million instructions",
                   (int)(e->limits->instructions / 1000000));
}

/* Splits "s:LINE: message". */
static void take_message(struct evaluation *e, const char *message)
{
    int line, used = 0;
    if (message && sscanf(message, "s:%d: %n", &line, &used) == 1 && used > 0) {
        *e->error_line = line;
        message += used;
    }
    snprintf(e->error, e->cap, "%s", message ? message : "error without a text");
}

/* Everything that may raise an error; argument 1 holds the source as light userdata pair. */
static int protected_part(lua_State *L)
{
    struct evaluation *e = evaluation_of(L);
    const char *source = lua_touserdata(L, 1);
    size_t n = (size_t)lua_tointeger(L, 2);
    lua_settop(L, 0);
    imp__scenario_library(L);
    if (luaL_loadbufferx(L, source, n, CHUNK, "t") != LUA_OK)
        return lua_error(L);
    lua_sethook(L, hook, LUA_MASKLINE | LUA_MASKCOUNT, STEP);
    lua_call(L, 0, 1);
    lua_sethook(L, NULL, 0, 0);
    e->result = imp__scenario_convert(L, e->error_line, e->error, e->cap);
    return 0;
}

/* One line of printable text, whatever the scenario put into its message. */
static void clean(char *text)
{
    for (unsigned char *p = (unsigned char *)text; *p; p++)
        if (*p < ' ' || *p == 0x7f)
            *p = ' ';
}

static void explain(struct evaluation *e, lua_State *L, int status)
{
    *e->error_line = e->line;
    if (status == LUA_ERRMEM || e->no_memory)
        snprintf(e->error, e->cap, "the scenario needs more than %zu MiB of memory",
                 e->limits->memory >> 20);
    else
        take_message(e, lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : NULL);
}

json_t *imp_scenario_evaluate(const char *source, size_t n,
                              const struct imp_scenario_limits *limits, int *line, char *error,
                              size_t cap)
{
    struct evaluation e = {.limits = limits, .error_line = line, .error = error, .cap = cap};
    *line = 0;
    lua_State *L = lua_newstate(allocate, &e);
    if (!L) {
        snprintf(error, cap, "no memory for a scenario");
        return NULL;
    }
    *(struct evaluation **)lua_getextraspace(L) = &e;
    lua_pushcfunction(L, protected_part);
    lua_pushlightuserdata(L, (void *)source);
    lua_pushinteger(L, (lua_Integer)n);
    int status = lua_pcall(L, 2, 0, 0);
    if (status != LUA_OK)
        explain(&e, L, status);
    if (!e.result)
        clean(error);
    lua_close(L);
    return e.result;
}
