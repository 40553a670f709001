/* SPDX-License-Identifier: GPL-2.0-only */
/* manifest.h - DIR/manifest.json: what made the store.
 *
 * Written whole to a file beside it and renamed, so that a reader never sees a half. Each call of
 * `imprint run` is one entry of "campaigns"; scenario texts and parameters stand once. */
#ifndef IMPRINT_MANIFEST_H
#define IMPRINT_MANIFEST_H

#include <jansson.h>
#include <stddef.h>

#include "plan.h"

#define IMP_MANIFEST_SCHEMA 1

struct imp_manifest {
    char path[4096];
    json_t *root;
    json_t *entry; /* of this call; borrowed from root */
};

/* Reads DIR/manifest.json, or starts a new one. A file that is no manifest is refused: -1 and a
 * sentence with the path. Nothing is written. */
int imp_manifest_open(struct imp_manifest *out, const char *dir, char *error, size_t cap);

/* Adds the entry of this call, and writes. */
int imp_manifest_begin(struct imp_manifest *m, const struct imp_plan *plan, const char *command,
                       char *error, size_t cap);

/* Completes the entry with the counts of runs, and writes. */
struct imp_outcome;
int imp_manifest_end(struct imp_manifest *m, const struct imp_outcome *o, const char *how,
                     char *error, size_t cap);

/* Takes over from another folder's manifest what is not there yet, and writes. `say` (or NULL) is
 * told when the two were made by different commits or from different figures. */
int imp_manifest_join(struct imp_manifest *into, const struct imp_manifest *from,
                      void (*say)(const char *sentence), char *error, size_t cap);

/* Writes it; for those above. */
int imp__manifest_save(const struct imp_manifest *m, char *error, size_t cap);

void imp_manifest_close(struct imp_manifest *m);

/* Version, commit, compiler and libraries of this program. New reference. */
json_t *imp_program_json(void);

#endif
