/* SPDX-License-Identifier: GPL-2.0-only */
/* sandbox.h - Lua programs by somebody else: scenarios and strategies.
 *
 * A sandbox is a Lua state with limits on memory and instructions and without files, processes,
 * clock, addresses or random numbers; pairs() and table.sort() have an order that depends on the
 * values alone. What can catch the limits' errors (pcall, coroutines, finalizers) is left out.
 * Processor time is not bounded here, since string.find with a hostile pattern runs for ever in one
 * instruction: imp_confined() evaluates in a child process that is. */
#ifndef IMPRINT_SANDBOX_H
#define IMPRINT_SANDBOX_H

#include <jansson.h>
#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>
#include <stddef.h>

#define IMP_SANDBOX_CPU_S 2                    /* processor seconds of a confined child */
#define IMP_SANDBOX_WALL_S 60                  /* after which the parent kills it: a busy machine */
#define IMP_SANDBOX_MEMORY ((size_t)256 << 20) /* octets of Lua memory */
#define IMP_SANDBOX_INSTRUCTIONS 50000000L     /* Lua virtual machine instructions */

struct imp_sandbox_limits {
    size_t memory;
    long instructions;
    volatile int *line; /* where to note the line being executed, or NULL; must outlive the call */
};

/* Stays where it is while it is open. */
struct imp_sandbox {
    lua_State *L;          /* NULL: not open */
    const char *what;      /* "scenario", "strategy": for messages */
    const luaL_Reg *extra; /* as given */
    struct imp_sandbox_limits limits;
    size_t used;   /* octets of memory */
    long executed; /* instructions since it was opened */
    int line;      /* latest line executed */
    bool no_memory;
};

/* Where a program failed and why: the line (0: unknown) and a sentence of one printable line. */
struct imp_sandbox_error {
    int line;
    char text[400];
};
/* Makes the text one printable line, whatever a program put into it. */
void imp_sandbox_clean(struct imp_sandbox_error *error);

/* Opens a state with the library and the functions of `extra` (ends with name NULL; or NULL; an
 * entry without a function is a name that the owner sets). Returns 0, or -1 with the reason; close
 * it in both cases. */
int imp_sandbox_open(struct imp_sandbox *s, const char *what,
                     const struct imp_sandbox_limits *limits, const luaL_Reg *extra,
                     struct imp_sandbox_error *error);
void imp_sandbox_close(struct imp_sandbox *s);

/* The sandbox of a state. */
struct imp_sandbox *imp_sandbox_of(lua_State *L);

/* Calls `f` with one light userdata in protected mode. Returns 0, or -1 with the reason. */
int imp_sandbox_call(struct imp_sandbox *s, lua_CFunction f, void *arg,
                     struct imp_sandbox_error *error);

/* Within a call: loads and runs a program's text; its one result is pushed. Raises errors of Lua.
 */
void imp_sandbox_run(lua_State *L, const char *source, size_t n);

/* Work for a confined child: returns its answer, or NULL with the reason. */
typedef json_t *imp_confined_work(void *arg, const struct imp_sandbox_limits *limits,
                                  struct imp_sandbox_error *error);

/* Does the work in a child process with the limits above and hands its answer back (new reference).
 * On failure NULL and "PATH:LINE: why"; `what` as above. */
json_t *imp_confined(imp_confined_work *work, void *arg, const char *what, const char *path,
                     char *error, size_t cap);

#endif
