/* SPDX-License-Identifier: GPL-2.0-only */
/* script.h - a strategy written in Lua (docs/strategies.md), private to this folder.
 *
 * The text runs in a sandbox, once, and returns a table of callbacks; `adv` holds the acts.
 * Functions that take a lua_State raise errors of Lua. */
#ifndef IMPRINT_ADVERSARY_SCRIPT_H
#define IMPRINT_ADVERSARY_SCRIPT_H

#include "sim/adversary/strategy.h"
#include "sim/lua/sandbox.h"

#define IMP_CALLBACKS(X)                                                                           \
    X(SEEN, "seen")                                                                                \
    X(OOB, "oob")                                                                                  \
    X(OWN_SEND, "own_send")                                                                        \
    X(OWN_OOB, "own_oob")                                                                          \
    X(TAKES_STREAM, "takes_stream")                                                                \
    X(OWN_STREAM, "own_stream")                                                                    \
    X(TIMER, "timer")                                                                              \
    X(MOMENT, "moment")
#define IMP_CALLBACK_ID(id, name) IMP_CALLBACK_##id,
enum imp_callback { IMP_CALLBACKS(IMP_CALLBACK_ID) IMP_CALLBACK_COUNT };
extern const char *const imp__callback_names[IMP_CALLBACK_COUNT];

struct imp_script {
    struct imp_sandbox box; /* first */
    const struct imp_mechanism *mechanism;
    const struct imp_adversary *rights;
    struct imp_adv *adv; /* NULL: it is only looked at */
    const char *file;    /* for messages */
    bool loaded;         /* its text has run: acts are possible from now on */
    bool failed;
    bool mirrors;
    unsigned callbacks; /* bit i: it has that callback */
};

#define IMP_SCRIPT_CPU_S 10 /* processor seconds of one callback */

/* ---- script.c
 * Loads the text that the parameter "script" holds, checks what it returns and its parameters.
 * Returns 0, or -1 with the reason; close it in both cases. `s` stays where it is. */
int imp__script_open(struct imp_script *s, const struct imp_mechanism *m,
                     const struct imp_adversary *rights, struct imp_adv *adv,
                     const struct imp_sandbox_limits *limits, struct imp_sandbox_error *error);
void imp__script_close(struct imp_script *s);
struct imp_script *imp__script_of(lua_State *L);
bool imp__script_has(const struct imp_script *s, enum imp_callback c);
/* Pushes the callback. */
void imp__script_push(lua_State *L, enum imp_callback c);

/* ---- watch.c: ends the process, with a line on its standard error, when what lies between has
 * taken too much processor time. May be nested: the outermost counts. */
void imp__watch_begin(const struct imp_script *s);
void imp__watch_end(void);

/* ---- strict.c
 * The table on the top knows these names only (NULL-terminated): reading another is an error that
 * says `what` has no such. */
void imp__strict(lua_State *L, const char *what, const char *const *names);
/* Raises that error. */
int imp__strict_fail(lua_State *L, const char *what, const char *name, const char *const *names);
/* Raises it for the first name, in the order of octets, of the table at `table` that is not known.
 */
void imp__strict_check(lua_State *L, int table, const char *what, const char *const *names);

/* ---- views.c: what a script is shown. Each pushes one value. */
void imp__push_unit(lua_State *L, const struct imp_unit *u);
void imp__push_letter(lua_State *L, const struct imp_letter *l);
void imp__push_party(lua_State *L, int party);                  /* its name, or nil */
void imp__push_device(lua_State *L, int device);                /* its number from 1, or nil */
void imp__push_address(lua_State *L, const struct imp_addr *a); /* its octets, or nil when empty */
extern const char *const imp__message_names[]; /* members of units, letters and what is shown */
/* Members of `adv` that are known before a run, and those that are known in it. */
void imp__view_mechanism(lua_State *L, int adv);
void imp__view_run(lua_State *L, int adv);

/* ---- arguments.c: what a script asks for */
struct imp_script *imp__acting(lua_State *L, const char *act); /* acts are possible now, or error */
int imp__to_channel(lua_State *L, int index, const char *act);
int imp__to_party(lua_State *L, int index, const char *act);
int imp__to_own_party(lua_State *L, int index, const char *act);
int imp__to_device(lua_State *L, int index, const char *act); /* -1 for nil */
/* Index of the text at `index` among `count` names. */
int imp__to_word(lua_State *L, int index, const char *act, const char *const *names, int count);
/* One line of printable text. */
const char *imp__to_sentence(lua_State *L, int index, const char *act);
/* The table at 1 as a letter; leaves on the stack what the letter borrows. With `as`, the sender is
 * asked for. */
void imp__to_letter(lua_State *L, const char *act, bool as, struct imp_letter *out);

/* ---- acts.c, chance.c: the functions of `adv`, and math.random */
void imp__open_acts(lua_State *L, int adv);
void imp__open_chance(lua_State *L, int adv);
extern const char *const imp__adv_names[]; /* all members of `adv` */

#endif
