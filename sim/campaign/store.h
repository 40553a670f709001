/* SPDX-License-Identifier: GPL-2.0-only */
/* store.h - DIR/store.sqlite: every run with what it gave.
 *
 * One process writes (DIR/.lock); each run is one transaction, so a kill at any moment leaves whole
 * runs only. The schema stands in store_open.c and docs/formats.md. */
#ifndef IMPRINT_STORE_H
#define IMPRINT_STORE_H

#include <jansson.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#define IMP_STORE_SCHEMA 3
#define IMP_STORE_ID 0x494d5052 /* SQLite's application_id: "IMPR" */
#define IMP_STORE_FILE "store.sqlite"

struct imp_store;

/* For reading: DIR must hold a store. For writing: DIR is made when it is missing; a folder with
 * foreign files, a corrupt store, one of a newer schema or one in use is refused and left as it is.
 * Returns 0, or -1 and one sentence with the path. */
int imp_store_open_read(struct imp_store **out, const char *dir, char *error, size_t cap);
int imp_store_open_write(struct imp_store **out, const char *dir, char *error, size_t cap);
/* Whether nobody writes there now: 0, or -1 and a sentence. Makes nothing. */
int imp_store_idle(const char *dir, char *error, size_t cap);
void imp_store_close(struct imp_store *store);

/* For queries. */
sqlite3 *imp_store_db(const struct imp_store *store);

enum imp_stored { IMP_STORED_NOT, IMP_STORED_OK, IMP_STORED_FAILED };
/* Whether the run is there; its digest ("" when none) in digest[0..65) unless NULL. */
enum imp_stored imp_store_has(struct imp_store *store, const char *key, char *digest);

/* Puts a run in place of an earlier one of the same key. `result` NULL: harness failure `why`. The
 * result must have passed imp_result_check. Returns 0, or -1 and a sentence. */
int imp_store_put(struct imp_store *store, const char *key, const json_t *plan,
                  const json_t *result, const char *trace, const char *why, char *error,
                  size_t cap);

/* Notes what a run took beside its row. The rows of `show` do not have it: it differs from one
 * machine to the next. A store of before has no costs. */
struct imp_cost;
int imp_store_put_cost(struct imp_store *store, const char *key, const struct imp_cost *cost,
                       char *error, size_t cap);

/* Whether a run's result has the form of docs/formats.md. Returns 0, or -1 and a sentence. A result
 * with status "harness-failure" is well-formed. */
int imp_result_check(const json_t *result, char *error, size_t cap);

#endif
