/* SPDX-License-Identifier: GPL-2.0-only */
/* script.h - a strategy in Lua that a scenario names by its file joins the scenario's keys as text,
 * so that a plan line holds all that its run depends on. */
#ifndef IMPRINT_SCRIPT_H
#define IMPRINT_SCRIPT_H

#include <jansson.h>
#include <stddef.h>

#define IMP_SCRIPT_FILE ((size_t)64 << 10) /* octets of a strategy */

/* When the adversary's strategy in these keys has a `file` and no `script`: reads the file, which
 * is relative to the folder of `scenario`, into `script`. *added is the strategy that got it, or
 * NULL. Returns 0, or -1 and a sentence. */
int imp__script_add(json_t **added, json_t *keys, const char *scenario, char *error, size_t cap);
/* Takes it out again: another value of a sweep may name another file. */
void imp__script_remove(json_t *added);

#endif
