/* SPDX-License-Identifier: GPL-2.0-only */
/* expected.h - what an attack must and must not achieve, as data: scenarios/attacks/expected.csv
 * and the mechanisms' flaw tables. The file format is described in docs/attacks.md. */
#ifndef IMPRINT_EXPECTED_H
#define IMPRINT_EXPECTED_H

#include <jansson.h>
#include <stddef.h>

#include "protocols/contract/mechanism.h"
#include "sim/judge/judge.h"

#define IMP_EXPECTED_EVERY (-1.0) /* probability of a cell whose seeds must all agree */

/* One cell: a mechanism's variant against an adversary, judged on one goal. */
struct imp_expected {
    int line;              /* of the file; 0: made from a flaw table */
    const char *mechanism; /* texts borrow from the set */
    const char *variant;   /* "name=value role.name=value !flaw", or "default" */
    const char *adversary; /* a preset, or a scenario file that has one of its own ... */
    const json_t *own;     /* ... then as in raw data (sim/scenario/scenario.h), else NULL */
    enum imp_goal goal;
    enum imp_verdict_value expected; /* holds or broken */
    double probability; /* of `broken`, tested by a Wilson interval; or IMP_EXPECTED_EVERY */
    const char *reason;
    const char *source;
};

struct imp_expectations {
    const char *path; /* links: for messages */
    struct imp_expected *row;
    size_t count, room;
    json_t *texts; /* what the rows borrow: texts, and adversaries */
};

/* Reads a file, or parses its text. Strict: returns 0, or -1 and "FILE:LINE: what; expected ...";
 * then nothing is to be freed. `path` is linked. */
int imp_expected_read(struct imp_expectations *out, const char *path, char *error, size_t cap);
int imp_expected_parse(struct imp_expectations *out, const char *path, const char *text,
                       char *error, size_t cap);

/* Appends two cells for each flaw of the mechanism: with it the goal is broken, without it holds.
 * An entry that names no goal of ours is left to `imp_expected_unbreakable`. */
void imp_expected_flaws(struct imp_expectations *e, const struct imp_mechanism *m);

/* Why no run can show this cell (an adversary that nobody declared), or NULL. */
const char *imp_expected_unbreakable(const struct imp_expected *row);

void imp_expected_free(struct imp_expectations *e);

/* A goal by its name or the part before '_' ("g1"), or -1. */
int imp_goal_find(const char *name);

/* A cell's variant as the keys "options" and "flaws" of a scenario (sim/scenario/scenario.h), added
 * to `keys`; words that begin with @ are other keys: @devices=2, @cell=1, and for the timeline
 * @ROLE.EVENT=SECONDS. Returns 0, or -1 and a sentence without a place. */
int imp_variant_keys(json_t *keys, const char *variant, char *error, size_t cap);
/* The number of its word @seeds, or 0: how many runs the cell needs at least. */
size_t imp_variant_seeds(const char *variant);

/* ---- expected_adversary.c
 * Is the word the name of a scenario file (it ends with ".lua")? */
bool imp_expected_own(const char *adversary);
/* The mitm { } of that file, found from the expectations' folder, with the text of a strategy in
 * Lua in it and the word for its name unless it has one. New reference, or NULL and a sentence. */
json_t *imp_expected_adversary(const char *expectations, const char *word, char *error, size_t cap);

#endif
