/* SPDX-License-Identifier: GPL-2.0-only */
/* internal.h - between the files of the Lua front end. */
#ifndef IMPRINT_SCENARIO_INTERNAL_H
#define IMPRINT_SCENARIO_INTERNAL_H

#include "sim/lua/sandbox.h"

/* scenario, sweep, mitm. */
extern const luaL_Reg imp__scenario_words[];

/* The returned value (on top of the stack) as raw data; NULL with the line and a sentence. */
json_t *imp__scenario_convert(lua_State *L, struct imp_sandbox_error *error);

#endif
