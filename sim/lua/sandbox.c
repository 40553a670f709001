/* SPDX-License-Identifier: GPL-2.0-only */
/* A Lua state with limits. */
#include "sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define STEP 1000  /* instructions between two looks at the limit */
#define CHUNK "=s" /* messages start with "s:LINE:" */

static void *allocate(void *arg, void *old, size_t old_n, size_t n)
{
    struct imp_sandbox *s = arg;
    size_t had = old ? old_n : 0; /* without a block, old_n says what kind of object it is */
    if (n == 0) {
        free(old);
        s->used -= had;
        return NULL;
    }
    if (n > had && n - had > s->limits.memory - s->used) {
        s->no_memory = true;
        return NULL;
    }
    void *block = realloc(old, n);
    if (block)
        s->used = s->used - had + n;
    return block;
}

struct imp_sandbox *imp_sandbox_of(lua_State *L)
{
    return *(struct imp_sandbox **)lua_getextraspace(L);
}

static void hook(lua_State *L, lua_Debug *event)
{
    struct imp_sandbox *s = imp_sandbox_of(L);
    if (event->event == LUA_HOOKLINE) {
        s->line = event->currentline;
        if (s->limits.line)
            *s->limits.line = s->line;
        return;
    }
    s->executed += STEP;
    if (s->executed > s->limits.instructions)
        luaL_error(L, "the %s does not end: more than %d million instructions", s->what,
                   (int)(s->limits.instructions / 1000000));
}

/* Splits "s:LINE: message". */
static void take_message(struct imp_sandbox_error *e, const char *message)
{
    char *end = NULL;
    if (message && strncmp(message, "s:", 2) == 0) {
        long line = strtol(message + 2, &end, 10);
        if (end > message + 2 && strncmp(end, ": ", 2) == 0) {
            e->line = (int)line;
            message = end + 2;
        }
    }
    snprintf(e->text, sizeof e->text, "%s", message && *message ? message : "error without a text");
}

void imp_sandbox_clean(struct imp_sandbox_error *error)
{
    for (unsigned char *p = (unsigned char *)error->text; *p; p++)
        if (*p < ' ' || *p == 0x7f)
            *p = ' ';
}

static void explain(struct imp_sandbox *s, int status, struct imp_sandbox_error *e)
{
    e->line = s->line;
    if (status == LUA_ERRMEM || s->no_memory)
        snprintf(e->text, sizeof e->text, "the %s needs more than %zu MiB of memory", s->what,
                 s->limits.memory >> 20);
    else
        take_message(e, lua_type(s->L, -1) == LUA_TSTRING ? lua_tostring(s->L, -1) : NULL);
    imp_sandbox_clean(e);
}

int imp_sandbox_call(struct imp_sandbox *s, lua_CFunction f, void *arg,
                     struct imp_sandbox_error *error)
{
    lua_pushcfunction(s->L, f); /* needs no memory */
    lua_pushlightuserdata(s->L, arg);
    int status = lua_pcall(s->L, 1, 0, 0);
    if (status == LUA_OK)
        return 0;
    explain(s, status, error);
    lua_pop(s->L, 1);
    return -1;
}

static int open_library(lua_State *L)
{
    imp__sandbox_library(L);
    for (const luaL_Reg *r = imp_sandbox_of(L)->extra; r && r->name; r++)
        if (r->func)
            lua_register(L, r->name, r->func);
    return 0;
}

int imp_sandbox_open(struct imp_sandbox *s, const char *what,
                     const struct imp_sandbox_limits *limits, const luaL_Reg *extra,
                     struct imp_sandbox_error *error)
{
    *s = (struct imp_sandbox){.what = what, .extra = extra, .limits = *limits};
    s->L = lua_newstate(allocate, s);
    if (!s->L) {
        *error = (struct imp_sandbox_error){0};
        snprintf(error->text, sizeof error->text, "no memory for a %s", what);
        return -1;
    }
    *(struct imp_sandbox **)lua_getextraspace(s->L) = s;
    if (imp_sandbox_call(s, open_library, NULL, error) != 0)
        return -1;
    lua_sethook(s->L, hook, LUA_MASKLINE | LUA_MASKCOUNT, STEP);
    return 0;
}

void imp_sandbox_close(struct imp_sandbox *s)
{
    if (s->L)
        lua_close(s->L);
    s->L = NULL;
}

void imp_sandbox_run(lua_State *L, const char *source, size_t n)
{
    if (luaL_loadbufferx(L, source, n, CHUNK, "t") != LUA_OK)
        lua_error(L);
    lua_call(L, 0, 1);
}
