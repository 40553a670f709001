/* SPDX-License-Identifier: GPL-2.0-only */
/* internal.h - between the files of the Lua front end. */
#ifndef IMPRINT_SCENARIO_INTERNAL_H
#define IMPRINT_SCENARIO_INTERNAL_H

#include "sim/lua/sandbox.h"

#include "scenario.h"

/* scenario, sweep, together, mitm. */
extern const luaL_Reg imp__scenario_words[];

/* The returned value (on top of the stack) as raw data; NULL with the line and a sentence. */
json_t *imp__scenario_convert(lua_State *L, struct imp_sandbox_error *error);

/* The value on top of the stack as JSON; NULL and a sentence. Functions become references. */
json_t *imp__scenario_value(lua_State *L, char *error, size_t cap);

/* Whether a function was left in it. */
bool imp__scenario_has_functions(const json_t *keys);

/* Takes the converted scenarios; gives them with those that have functions in their combinations.
 * May raise an error of Lua; then nothing is left. NULL with the line and a sentence. */
json_t *imp__scenario_derive(lua_State *L, json_t *all, const struct imp_scenario_prepare *prepare,
                             struct imp_sandbox_error *error);

#endif
