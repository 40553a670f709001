/* SPDX-License-Identifier: GPL-2.0-only */
/* First every store is read and compared, then the missing rows are copied, one transaction a part.
 */
#include "merge.h"

#include "canonical.h"
#include "columns.h"
#include "manifest.h"
#include "pcap.h"
#include "store_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define COLUMN_MEASURE(id, decimals) ", " #id
#define COLUMN_DELTA(id, measure) ", " #id
#define COLUMN_GOAL(id, text) ", " text

/* What makes a result: two runs of one key that differ in it contradict each other. The plan may
 * differ in what is expected. */
static const char results[] =
    "SELECT run_key, status = 'ok', digest, events, counts" IMP_MEASURES(COLUMN_MEASURE)
        IMP_DELTAS(COLUMN_DELTA) IMP_GOALS(COLUMN_GOAL) " FROM run";

struct merge {
    const char *dir;
    const char *const *parts;
    size_t count;
    struct imp_store *into; /* NULL until DIR is open for writing */
    struct imp_manifest manifest;
    struct imp_merged *out;
    void (*say)(const char *sentence);
    char *error;
    size_t cap;
};

static int sql_fail(const struct merge *m, const char *where, sqlite3 *db)
{
    snprintf(m->error, m->cap, "%s/" IMP_STORE_FILE ": %s", where, sqlite3_errmsg(db));
    return -1;
}

/* ---- comparing
 * ----------------------------------------------------------------------------------- */
struct seen {
    sqlite3 *db; /* of its own, on the disk: key, hash of the result, whose */
    sqlite3_stmt *put, *get;
};

static bool seen_open(struct seen *s)
{
    return sqlite3_open("", &s->db) == SQLITE_OK &&
           sqlite3_exec(s->db,
                        "CREATE TABLE seen (run_key TEXT PRIMARY KEY, hash TEXT, part INTEGER)"
                        " WITHOUT ROWID; BEGIN",
                        NULL, NULL, NULL) == SQLITE_OK &&
           sqlite3_prepare_v2(s->db, "INSERT INTO seen VALUES (?,?,?)", -1, &s->put, NULL) ==
               SQLITE_OK &&
           sqlite3_prepare_v2(s->db, "SELECT hash, part FROM seen WHERE run_key = ?", -1, &s->get,
                              NULL) == SQLITE_OK;
}

static void seen_close(struct seen *s)
{
    sqlite3_finalize(s->put);
    sqlite3_finalize(s->get);
    sqlite3_close(s->db);
}

/* One hash over all columns of a row; a missing value is told from an empty text. */
static void row_hash(char out[IMP_RUN_KEY], sqlite3_stmt *row)
{
    char text[6000];
    size_t n = 0;
    for (int i = 2; i < sqlite3_column_count(row); i++) {
        const char *value = (const char *)sqlite3_column_text(row, i);
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s\n", value ? "=" : "-",
                              value ? value : "");
        if (n >= sizeof text)
            n = sizeof text - 1;
    }
    imp_hash_hex(out, IMP_RUN_KEY - 1, text, n);
}

/* Part number -1 is DIR itself. */
static const char *name_of(const struct merge *m, int part)
{
    return part < 0 ? m->dir : m->parts[part];
}

static int see(const struct merge *m, struct seen *s, sqlite3_stmt *row, int part)
{
    char hash[IMP_RUN_KEY];
    const char *key = (const char *)sqlite3_column_text(row, 0);
    int status = 0;
    row_hash(hash, row);
    sqlite3_bind_text(s->get, 1, key, -1, SQLITE_STATIC);
    if (sqlite3_step(s->get) != SQLITE_ROW) {
        sqlite3_bind_text(s->put, 1, key, -1, SQLITE_STATIC);
        sqlite3_bind_text(s->put, 2, hash, -1, SQLITE_STATIC);
        sqlite3_bind_int(s->put, 3, part);
        status = sqlite3_step(s->put) == SQLITE_DONE ? 0 : sql_fail(m, "temporary", s->db);
        sqlite3_reset(s->put);
    } else if (strcmp((const char *)sqlite3_column_text(s->get, 0), hash) != 0) {
        snprintf(m->error, m->cap,
                 "run %s has one result in %s and another in %s; expected one result for a key",
                 key, name_of(m, sqlite3_column_int(s->get, 1)), name_of(m, part));
        status = -1;
    }
    sqlite3_reset(s->get);
    return status;
}

static int see_all(const struct merge *m, struct seen *s, struct imp_store *store, int part)
{
    sqlite3 *db = imp_store_db(store);
    sqlite3_stmt *rows = NULL;
    int status = sqlite3_prepare_v2(db, results, -1, &rows, NULL) == SQLITE_OK
                     ? 0
                     : sql_fail(m, name_of(m, part), db);
    while (status == 0) {
        int step = sqlite3_step(rows);
        if (step == SQLITE_DONE)
            break;
        if (step != SQLITE_ROW)
            status = sql_fail(m, name_of(m, part), db);
        else if (sqlite3_column_int(rows, 1))
            status = see(m, s, rows, part);
    }
    sqlite3_finalize(rows);
    return status;
}

/* Whether both name the same folder. */
static bool same_folder(const char *a, const char *b)
{
    struct stat sa, sb;
    return stat(a, &sa) == 0 && stat(b, &sb) == 0 && sa.st_dev == sb.st_dev &&
           sa.st_ino == sb.st_ino;
}

/* A part's store is sound and of this schema, nobody writes it, and it has a manifest to join. */
static int check_part(const struct merge *m, struct seen *s, int part)
{
    struct imp_store *store;
    struct imp_manifest manifest;
    const char *dir = m->parts[part];
    if (same_folder(dir, m->dir)) {
        snprintf(m->error, m->cap, "%s: is the folder to merge into; expected other folders", dir);
        return -1;
    }
    if (imp_store_idle(dir, m->error, m->cap) < 0 ||
        imp_store_open_read(&store, dir, m->error, m->cap) < 0)
        return -1;
    int status = see_all(m, s, store, part);
    imp_store_close(store);
    if (status == 0 && imp_manifest_open(&manifest, dir, m->error, m->cap) == 0)
        imp_manifest_close(&manifest);
    else
        status = -1;
    return status;
}

static int check(const struct merge *m)
{
    struct seen s = {NULL};
    int status = seen_open(&s) ? 0 : sql_fail(m, "temporary", s.db);
    if (status == 0 && m->into)
        status = see_all(m, &s, m->into, -1);
    for (size_t i = 0; status == 0 && i < m->count; i++)
        status = check_part(m, &s, (int)i);
    seen_close(&s);
    return status;
}

/* ---- copying
 * ------------------------------------------------------------------------------------- */
static const char *const with_run[] = {"device", "verdict", "radio", "ops", "trace", "cost"};

static bool has_table(sqlite3 *db, const char *table)
{
    char sql[120];
    sqlite3_stmt *s = NULL;
    snprintf(sql, sizeof sql, "SELECT 1 FROM part.sqlite_master WHERE name = '%s'", table);
    bool has =
        sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW;
    sqlite3_finalize(s);
    return has;
}

/* Every table's rows of the runs in temp.take, in place of those of a failure. */
static int copy_tables(sqlite3 *db)
{
    char sql[300];
    for (size_t i = 0; i < sizeof with_run / sizeof *with_run; i++) {
        if (!has_table(db, with_run[i]))
            continue;
        snprintf(sql, sizeof sql,
                 "INSERT OR REPLACE INTO main.%s SELECT * FROM part.%s"
                 " WHERE run_key IN (SELECT run_key FROM temp.take)",
                 with_run[i], with_run[i]);
        if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
            return -1;
    }
    return 0;
}

static int copy_rows(sqlite3 *db, size_t *added)
{
    if (sqlite3_exec(db,
                     "BEGIN IMMEDIATE;"
                     "CREATE TEMP TABLE take (run_key TEXT PRIMARY KEY) WITHOUT ROWID;"
                     "INSERT INTO temp.take SELECT p.run_key FROM part.run p"
                     " LEFT JOIN main.run m ON m.run_key = p.run_key WHERE m.run_key IS NULL"
                     " OR (m.status <> 'ok' AND p.status = 'ok');"
                     "INSERT OR REPLACE INTO main.run SELECT * FROM part.run"
                     " WHERE run_key IN (SELECT run_key FROM temp.take) ORDER BY run_key",
                     NULL, NULL, NULL) != SQLITE_OK)
        return -1;
    *added += (size_t)sqlite3_changes(db);
    if (copy_tables(db) < 0)
        return -1;
    return sqlite3_exec(db, "DROP TABLE temp.take; COMMIT", NULL, NULL, NULL) == SQLITE_OK ? 0 : -1;
}

static int copy_store(const struct merge *m, const char *part)
{
    char path[4200];
    sqlite3 *db = imp_store_db(m->into);
    sqlite3_stmt *attach = NULL;
    snprintf(path, sizeof path, "%s/" IMP_STORE_FILE, part);
    sqlite3_prepare_v2(db, "ATTACH ? AS part", -1, &attach, NULL);
    sqlite3_bind_text(attach, 1, path, -1, SQLITE_STATIC);
    bool attached = sqlite3_step(attach) == SQLITE_DONE;
    sqlite3_finalize(attach);
    int status = attached && copy_rows(db, &m->out->added) == 0 ? 0 : sql_fail(m, part, db);
    if (!sqlite3_get_autocommit(db))
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    if (attached)
        sqlite3_exec(db, "DETACH part", NULL, NULL, NULL);
    return status;
}

static int copy_part(struct merge *m, const char *part)
{
    struct imp_manifest manifest;
    if (copy_store(m, part) < 0 || imp_pcap_join(m->dir, part, m->error, m->cap) < 0 ||
        imp_manifest_open(&manifest, part, m->error, m->cap) < 0)
        return -1;
    int status = imp_manifest_join(&m->manifest, &manifest, m->say, m->error, m->cap);
    imp_manifest_close(&manifest);
    return status;
}

static int count_runs(const struct merge *m)
{
    sqlite3_stmt *s = NULL;
    sqlite3 *db = imp_store_db(m->into);
    int status = sqlite3_prepare_v2(db, "SELECT count(*), total(status <> 'ok') FROM run", -1, &s,
                                    NULL) == SQLITE_OK &&
                         sqlite3_step(s) == SQLITE_ROW
                     ? 0
                     : sql_fail(m, m->dir, db);
    if (status == 0) {
        m->out->runs = (size_t)sqlite3_column_int64(s, 0);
        m->out->failed = (size_t)sqlite3_column_int64(s, 1);
    }
    sqlite3_finalize(s);
    return status;
}

/* A DIR that has a store is locked before it is compared; a new one is made only after. */
static int open_and_check(struct merge *m)
{
    char path[4200];
    struct stat st;
    snprintf(path, sizeof path, "%s/" IMP_STORE_FILE, m->dir);
    bool there = stat(path, &st) == 0;
    if (there && imp_store_open_write(&m->into, m->dir, m->error, m->cap) < 0)
        return -1;
    if (check(m) < 0)
        return -1;
    if (!there && imp_store_open_write(&m->into, m->dir, m->error, m->cap) < 0)
        return -1;
    return imp_manifest_open(&m->manifest, m->dir, m->error, m->cap);
}

int imp_merge(struct imp_merged *out, const char *dir, const char *const *parts, size_t count,
              void (*say)(const char *sentence), char *error, size_t cap)
{
    struct merge m = {.dir = dir,
                      .parts = parts,
                      .count = count,
                      .out = out,
                      .say = say,
                      .error = error,
                      .cap = cap};
    *out = (struct imp_merged){0};
    int status = open_and_check(&m);
    for (size_t i = 0; status == 0 && i < count; i++)
        status = copy_part(&m, parts[i]) < 0 ? 1 : 0;
    if (status == 0 && count_runs(&m) < 0)
        status = 1;
    imp_manifest_close(&m.manifest);
    imp_store_close(m.into);
    return status;
}
