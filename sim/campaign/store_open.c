/* SPDX-License-Identifier: GPL-2.0-only */
/* Folder, lock, schema. */
#include "store_internal.h"

#include "columns.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* clang-format off: the tables as they stand in docs/formats.md */
#define TEXT_GOAL(id, text) ", " text " TEXT"
#define REAL_MEASURE(id, decimals) ", " #id " REAL"
#define REAL_DELTA(id, measure) ", " #id " REAL"

/* Columns from `completed` on are those of docs/metrics.md. */
static const char schema[] =
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;"
    "CREATE TABLE run (run_key TEXT PRIMARY KEY, status TEXT NOT NULL, why TEXT NOT NULL,"
    " plan TEXT NOT NULL, scenario TEXT NOT NULL, mechanism TEXT NOT NULL, variant TEXT NOT NULL,"
    " class TEXT NOT NULL, medium TEXT NOT NULL, platform TEXT NOT NULL, devices INTEGER NOT NULL,"
    " loss REAL NOT NULL, adversary TEXT NOT NULL, replication INTEGER NOT NULL,"
    " seed INTEGER NOT NULL" IMP_MEASURES(REAL_MEASURE) IMP_DELTAS(REAL_DELTA) IMP_GOALS(
        TEXT_GOAL) ", events INTEGER, digest TEXT NOT NULL, counts TEXT NOT NULL) STRICT;"
                   "CREATE TABLE device (run_key TEXT NOT NULL, device INTEGER NOT "
                   "NULL" IMP_MEASURES(
                       REAL_MEASURE) ", PRIMARY KEY (run_key, device)) STRICT, WITHOUT ROWID;"
                                     "CREATE TABLE verdict (run_key TEXT NOT NULL, goal TEXT NOT "
                                     "NULL, verdict TEXT NOT NULL,"
                                     " why TEXT NOT NULL, PRIMARY KEY (run_key, goal)) STRICT, "
                                     "WITHOUT ROWID;"
                                     "CREATE TABLE radio (run_key TEXT NOT NULL, device INTEGER "
                                     "NOT NULL, off_ns INTEGER NOT NULL,"
                                     " idle_ns INTEGER NOT NULL, rx_ns INTEGER NOT NULL, tx_ns "
                                     "INTEGER NOT NULL,"
                                     " PRIMARY KEY (run_key, device)) STRICT, WITHOUT ROWID;"
                                     "CREATE TABLE ops (run_key TEXT NOT NULL, role TEXT NOT NULL, "
                                     "op TEXT NOT NULL,"
                                     " quantity INTEGER NOT NULL, PRIMARY KEY (run_key, role, op)) "
                                     "STRICT, WITHOUT ROWID;"
                                     "CREATE TABLE trace (run_key TEXT PRIMARY KEY, events TEXT "
                                     "NOT NULL) STRICT;"
                                     "CREATE TABLE cost (run_key TEXT PRIMARY KEY, cpu_s REAL NOT "
                                     "NULL,"
                                     " wall_s REAL NOT NULL, memory INTEGER NOT NULL) STRICT, "
                                     "WITHOUT ROWID;";
/* clang-format on */

static int fail(char *error, size_t cap, const char *path, const char *what)
{
    snprintf(error, cap, "%s: %s", path, what);
    return -1;
}

/* ---- checks that change nothing
 * ------------------------------------------------------------------ */
static int64_t pragma_value(sqlite3 *db, const char *sql, int *status)
{
    sqlite3_stmt *s = NULL;
    int64_t value = 0;
    *status = sqlite3_prepare_v2(db, sql, -1, &s, NULL);
    if (*status == SQLITE_OK) {
        *status = sqlite3_step(s);
        if (*status == SQLITE_ROW) {
            value = sqlite3_column_int64(s, 0);
            *status = SQLITE_OK;
        }
    }
    sqlite3_finalize(s);
    return value;
}

/* SQLite's own quick check says "ok" in one row. */
static bool sound(sqlite3 *db)
{
    sqlite3_stmt *s = NULL;
    bool ok = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &s, NULL) == SQLITE_OK &&
              sqlite3_step(s) == SQLITE_ROW &&
              strcmp((const char *)sqlite3_column_text(s, 0), "ok") == 0;
    sqlite3_finalize(s);
    return ok;
}

/* Returns 1 for a store of ours, 0 for an empty database, -1 and a sentence for anything else. */
static int inspect(sqlite3 *db, const char *path, char *error, size_t cap)
{
    int status;
    int64_t tables = pragma_value(db, "SELECT count(*) FROM sqlite_master", &status);
    if (status == SQLITE_BUSY || status == SQLITE_LOCKED)
        return fail(error, cap, path, "in use by another process");
    if (status != SQLITE_OK || !sound(db))
        return fail(error, cap, path,
                    "not a sound SQLite database; restore it or choose another "
                    "--out");
    int64_t id = pragma_value(db, "PRAGMA application_id", &status);
    int64_t version = pragma_value(db, "PRAGMA user_version", &status);
    if (tables == 0 && id == 0)
        return 0;
    if (id != IMP_STORE_ID)
        return fail(error, cap, path, "a database, but not a store of imprint");
    if (version == IMP_STORE_SCHEMA)
        return 1;
    snprintf(error, cap,
             "%s: schema version %lld; this imprint knows version %d only: run it again into a new "
             "folder",
             path, (long long)version, IMP_STORE_SCHEMA);
    return -1;
}

/* A writer that was killed leaves a journal that must be played back before anything can be read: a
 * connection for reading only cannot, and says so. */
static bool needs_recovery(const char *path)
{
    sqlite3 *db = NULL;
    int status = sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL);
    sqlite3_busy_timeout(db, 5000);
    if (status == SQLITE_OK)
        pragma_value(db, "SELECT count(*) FROM sqlite_master", &status);
    sqlite3_close(db);
    return status == SQLITE_READONLY || status == SQLITE_CANTOPEN;
}

/* Opens, for reading if that is enough, and inspects; the connection is closed again when `keep` is
 * NULL. */
static int look(const char *path, sqlite3 **keep, char *error, size_t cap)
{
    sqlite3 *db = NULL;
    int way = needs_recovery(path) ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    int status = sqlite3_open_v2(path, &db, way, NULL);
    sqlite3_busy_timeout(db, 5000);
    int kind = status == SQLITE_OK ? inspect(db, path, error, cap)
                                   : fail(error, cap, path, sqlite3_errmsg(db));
    if (keep && kind == 1)
        *keep = db;
    else
        sqlite3_close(db);
    return kind;
}

int imp_store_open_read(struct imp_store **out, const char *dir, char *error, size_t cap)
{
    char path[4096];
    struct stat st;
    struct imp_store *store = calloc(1, sizeof *store);
    snprintf(path, sizeof path, "%s/" IMP_STORE_FILE, dir);
    if (!store || stat(path, &st) < 0) {
        snprintf(error, cap, "%s: no store here (%s); expected a folder made by imprint run --out",
                 dir, store ? strerror(errno) : "no memory");
        free(store);
        return -1;
    }
    store->lock = -1;
    int kind = look(path, &store->db, error, cap);
    if (kind == 1) {
        *out = store;
        return 0;
    }
    if (kind == 0)
        fail(error, cap, path, "holds no runs yet");
    free(store);
    return -1;
}

/* ---- opening for writing
 * ------------------------------------------------------------------------- */
static int make_folder(const char *dir, char *error, size_t cap)
{
    char path[4096];
    snprintf(path, sizeof path, "%s", dir);
    for (char *p = path + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        mkdir(path, 0777); /* the last one tells what is wrong */
        *p = '/';
    }
    struct stat st;
    if (mkdir(path, 0777) == 0 || (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode)))
        return 0;
    return fail(error, cap, dir, errno == EEXIST ? "not a folder" : strerror(errno));
}

/* A folder without a store may hold only what a start cut short leaves. */
static int check_contents(const char *dir, char *error, size_t cap)
{
    char path[4096];
    struct stat st;
    snprintf(path, sizeof path, "%s/" IMP_STORE_FILE, dir);
    if (stat(path, &st) == 0)
        return 0;
    DIR *d = opendir(dir);
    if (!d)
        return fail(error, cap, dir, strerror(errno));
    int status = 0;
    for (const struct dirent *e; status == 0 && (e = readdir(d)) != NULL;) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 ||
            strcmp(e->d_name, ".lock") == 0)
            continue;
        snprintf(error, cap,
                 "%s: holds \"%.60s\" but no store; expected a new or empty folder, or "
                 "one made by imprint run --out",
                 dir, e->d_name);
        status = -1;
    }
    closedir(d);
    return status;
}

/* POSIX record locks are not inherited by the forked runs and go with the process. */
static int take_lock(const char *dir, char *error, size_t cap)
{
    char path[4096];
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    snprintf(path, sizeof path, "%s/.lock", dir);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        return fail(error, cap, dir, strerror(errno));
    if (fcntl(fd, F_SETLK, &whole) == 0)
        return fd;
    close(fd);
    return fail(error, cap, dir, "another imprint is writing here");
}

int imp_store_idle(const char *dir, char *error, size_t cap)
{
    char path[4096];
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    snprintf(path, sizeof path, "%s/.lock", dir);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return 0; /* without its lock, or on a medium that cannot be written */
    bool busy = fcntl(fd, F_GETLK, &whole) == 0 && whole.l_type != F_UNLCK;
    close(fd);
    return busy ? fail(error, cap, dir, "another imprint is writing here") : 0;
}

static int execute(sqlite3 *db, const char *sql, const char *path, char *error, size_t cap)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return 0;
    return fail(error, cap, path, sqlite3_errmsg(db));
}

static int create(sqlite3 *db, const char *path, char *error, size_t cap)
{
    char sql[sizeof schema + 400];
    snprintf(sql, sizeof sql,
             "BEGIN IMMEDIATE;%s"
             "INSERT INTO meta VALUES ('schema', '%d');"
             "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT;",
             schema, IMP_STORE_SCHEMA, IMP_STORE_ID, IMP_STORE_SCHEMA);
    return execute(db, sql, path, error, cap);
}

/* Write-ahead log: a killed process loses nothing that was committed, a lost machine at most the
 * latest runs, and committing costs no flush of the disk. */
static int open_database(struct imp_store *store, const char *path, char *error, size_t cap)
{
    struct stat st;
    int kind = stat(path, &st) == 0 ? look(path, NULL, error, cap) : 0;
    if (kind < 0)
        return -1;
    int status =
        sqlite3_open_v2(path, &store->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (status != SQLITE_OK)
        return fail(error, cap, path, sqlite3_errmsg(store->db));
    sqlite3_busy_timeout(store->db, 5000);
    if (execute(store->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;", path, error,
                cap) < 0)
        return -1;
    return kind == 1 ? 0 : create(store->db, path, error, cap);
}

int imp_store_open_write(struct imp_store **out, const char *dir, char *error, size_t cap)
{
    char path[4096];
    struct imp_store *store = calloc(1, sizeof *store);
    if (!store)
        return fail(error, cap, dir, "no memory");
    store->lock = -1;
    snprintf(path, sizeof path, "%s/" IMP_STORE_FILE, dir);
    if (make_folder(dir, error, cap) == 0 && check_contents(dir, error, cap) == 0 &&
        (store->lock = take_lock(dir, error, cap)) >= 0 &&
        open_database(store, path, error, cap) == 0 && imp__store_prepare(store, error, cap) == 0) {
        *out = store;
        return 0;
    }
    imp_store_close(store);
    return -1;
}

void imp_store_close(struct imp_store *store)
{
    if (!store)
        return;
    for (int i = 0; i < IMP__STATEMENTS; i++)
        sqlite3_finalize(store->statements[i]);
    if (store->lock >= 0 && store->db) /* an ordinary file again, readable without its log */
        sqlite3_exec(store->db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    sqlite3_close(store->db);
    if (store->lock >= 0)
        close(store->lock);
    free(store);
}

sqlite3 *imp_store_db(const struct imp_store *store)
{
    return store->db;
}
