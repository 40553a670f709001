/* SPDX-License-Identifier: GPL-2.0-only */
/* scenario.h - a Lua scenario file as raw data.
 *
 * A scenario is a program by somebody else: it is evaluated in a sandbox in a child process
 * (sim/lua/sandbox.h), and only its returned tables come back. What the keys mean is decided by the
 * campaign (sim/campaign/resolve.c). Raw data is a JSON array of
 *
 *     {"line": 3, "keys": {"mechanism": "eap-psk", "loss": {"$sweep": [0, 0.1]},
 *                          "adversary": {"$mitm": {"preset": "dolev-yao"}}}}
 *
 * where `line` is that of the call of scenario(). A list of together() is {"$sweep": [...],
 * "$with": NAME}. A scenario with functions comes as its combinations, each without sweeps, for
 * which the functions were called. */
#ifndef IMPRINT_SCENARIO_H
#define IMPRINT_SCENARIO_H

#include <jansson.h>
#include <stddef.h>

#include "sim/lua/sandbox.h"

#define IMP_SCENARIO_FILE ((size_t)1 << 20) /* octets of source */
#define IMP_SCENARIO_VALUES 200000          /* values in what is returned */
#define IMP_SCENARIO_DEPTH 8                /* tables within tables */

/* Called on a scenario's keys before its functions are called, to set what the command line sets;
 * -1 and a sentence when it cannot. */
struct imp_scenario_prepare {
    int (*keys)(void *arg, json_t *keys, char *error, size_t cap);
    void *arg;
};

/* Calls `leaf` for each combination of the keys' sweeps, keys in the order of their octets, the
 * last fastest; lists of together() with one name advance as one. `keys` is restored. Returns 0, or
 * -1 with the sentence of the leaf or of its own. */
typedef int imp_scenario_leaf(void *arg, json_t *keys);
int imp_scenario_expand(json_t *keys, imp_scenario_leaf *leaf, void *arg, char *error, size_t cap);

/* Evaluates `source` in this process. Returns raw data (new reference), or NULL with the line (0
 * when unknown) and a sentence without line end. Bounded in memory and instructions but not in
 * time: string.find with a hostile pattern runs for ever. */
json_t *imp_scenario_evaluate(const char *source, size_t n, const struct imp_sandbox_limits *limits,
                              int *line, char *error, size_t cap);

/* Reads and evaluates a file in a child process. On failure NULL and "FILE:LINE: what". */
json_t *imp_scenario_load(const char *path, char *error, size_t cap);

/* As load, but from text already read; `path` is for messages. `prepare` may be NULL. */
json_t *imp_scenario_load_text(const char *path, const char *source, size_t n,
                               const struct imp_scenario_prepare *prepare, char *error, size_t cap);

/* Reads a whole file of at most `limit` octets: malloc'ed, NUL-terminated text. NULL with
 * "FILE: what". */
char *imp_file_read(const char *path, size_t limit, size_t *n, char *error, size_t cap);

#endif
