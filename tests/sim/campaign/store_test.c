/* SPDX-License-Identifier: GPL-2.0-only */
/* The store takes whole runs or nothing, and refuses what is not its own. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
#include "sim/campaign/columns.h"
#include "sim/campaign/store.h"

static char dir[200], error[5000];

static void setup(void)
{
    fixture_folder(dir, sizeof dir);
}

static void teardown(void)
{
    fixture_remove(dir);
}

static struct imp_store *open_write(void)
{
    struct imp_store *store = NULL;
    cr_assert_eq(imp_store_open_write(&store, dir, error, sizeof error), 0, "%s", error);
    return store;
}

static json_int_t query(struct imp_store *store, const char *sql)
{
    sqlite3_stmt *s;
    cr_assert_eq(sqlite3_prepare_v2(imp_store_db(store), sql, -1, &s, NULL), SQLITE_OK, "%s", sql);
    cr_assert_eq(sqlite3_step(s), SQLITE_ROW);
    json_int_t n = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return n;
}

static void put(struct imp_store *store, const char *key, const char *why)
{
    struct imp_plan plan;
    fixture_plan(&plan, "{\"mechanism\":\"framed\"}");
    json_t *line = json_loads(plan.runs[0].line, 0, NULL), *result = fixture_result(line);
    cr_assert_eq(imp_result_check(result, error, sizeof error), 0, "%s", error);
    cr_assert_eq(
        imp_store_put(store, key, line, why ? NULL : result, "[1,2]", why, error, sizeof error), 0,
        "%s", error);
    json_decref(line);
    json_decref(result);
    imp_plan_free(&plan);
}

Test(campaign_store, keeps_a_run, .init = setup, .fini = teardown)
{
    struct imp_store *store = open_write();
    char digest[65];
    cr_expect_eq(imp_store_has(store, "k1", digest), IMP_STORED_NOT);
    put(store, "k1", NULL);
    put(store, "k2", "it crashed");
    imp_store_close(store);
    cr_assert_eq(imp_store_open_read(&store, dir, error, sizeof error), 0, "%s", error);
    cr_expect_eq(query(store, "SELECT count(*) FROM run"), 2);
    cr_expect_eq(query(store, "SELECT count(*) FROM run WHERE run_key = 'k2' AND completed IS NULL"
                              " AND status = 'harness-failure' AND why = 'it crashed'"),
                 1);
    cr_expect_eq(query(store, "SELECT bytes_device = 3.75 FROM run WHERE run_key = 'k1'"), 1);
    cr_expect_eq(query(store, "SELECT quantity FROM ops WHERE run_key = 'k1' AND op = 'aes'"), 160);
    cr_expect_eq(query(store, "SELECT tx_ns FROM radio WHERE run_key = 'k1'"), 4);
    cr_expect_eq(query(store, "SELECT count(*) FROM device JOIN verdict USING (run_key)"), 1);
    cr_expect_eq(query(store, "SELECT events = '[1,2]' FROM trace WHERE run_key = 'k1'"), 1);
    imp_store_close(store);
}

Test(campaign_store, a_failed_run_may_be_replaced, .init = setup, .fini = teardown)
{
    struct imp_store *store = open_write();
    char digest[65];
    put(store, "k", "it crashed");
    cr_expect_eq(imp_store_has(store, "k", digest), IMP_STORED_FAILED);
    put(store, "k", NULL);
    cr_expect_eq(imp_store_has(store, "k", digest), IMP_STORED_OK);
    cr_expect_str_eq(digest, "00ff");
    cr_expect_eq(query(store, "SELECT count(*) FROM run"), 1);
    imp_store_close(store);
}

/* A process that is killed in the middle of a transaction. */
static void die_half_way(void)
{
    struct imp_store *store = NULL;
    if (imp_store_open_write(&store, dir, error, sizeof error) == 0) {
        put(store, "whole", NULL);
        sqlite3_exec(imp_store_db(store), "BEGIN IMMEDIATE; DELETE FROM run; DELETE FROM device;",
                     NULL, NULL, NULL);
        raise(SIGKILL);
    }
    _exit(1);
}

Test(campaign_store, a_kill_in_a_transaction_leaves_whole_runs, .init = setup, .fini = teardown)
{
    int status;
    struct imp_store *store;
    char digest[65];
    pid_t pid = fork();
    if (pid == 0)
        die_half_way();
    waitpid(pid, &status, 0);
    cr_assert(WIFSIGNALED(status));
    cr_assert_eq(imp_store_open_read(&store, dir, error, sizeof error), 0, "%s", error);
    cr_expect_eq(query(store, "SELECT count(*) FROM run JOIN device USING (run_key)"), 1);
    imp_store_close(store);
    store = open_write();
    cr_expect_eq(imp_store_has(store, "whole", digest), IMP_STORED_OK);
    imp_store_close(store);
}

static void write_file(const char *name, const char *content)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "w");
    cr_assert_not_null(f);
    fputs(content, f);
    fclose(f);
}

static size_t content_hash(char hash[65])
{
    char path[300];
    static char text[1 << 20];
    snprintf(path, sizeof path, "%s/" IMP_STORE_FILE, dir);
    int fd = open(path, O_RDONLY);
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text);
    if (fd >= 0)
        close(fd);
    imp_hash_hex(hash, 64, text, n > 0 ? (size_t)n : 0);
    return n > 0 ? (size_t)n : 0;
}

/* Both ways of opening refuse, with one line, and change nothing. */
static void refused(const char *part)
{
    struct imp_store *store = NULL;
    char before[65], after[65];
    content_hash(before);
    cr_expect_eq(imp_store_open_write(&store, dir, error, sizeof error), -1, "taken for writing");
    cr_expect_not_null(strstr(error, part), "\"%s\" lacks \"%s\"", error, part);
    cr_expect_null(strchr(error, '\n'));
    cr_expect_eq(imp_store_open_read(&store, dir, error, sizeof error), -1, "taken for reading");
    cr_expect_null(strchr(error, '\n'));
    content_hash(after);
    cr_expect_str_eq(before, after, "the file was changed");
}

static void with_sql(const char *sql)
{
    char path[300];
    sqlite3 *db;
    snprintf(path, sizeof path, "%s/" IMP_STORE_FILE, dir);
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

Test(campaign_store, a_newer_schema_is_refused, .init = setup, .fini = teardown)
{
    imp_store_close(open_write());
    with_sql("PRAGMA user_version = 4");
    refused("schema version 4");
}

Test(campaign_store, an_older_schema_is_refused_with_what_to_do, .init = setup, .fini = teardown)
{
    imp_store_close(open_write());
    with_sql("PRAGMA user_version = 2");
    refused("version 3 only: run it again into a new folder");
}

Test(campaign_store, another_database_is_refused, .init = setup, .fini = teardown)
{
    with_sql("CREATE TABLE t (x); INSERT INTO t VALUES (1);");
    refused("not a store of imprint");
}

Test(campaign_store, garbage_is_refused, .init = setup, .fini = teardown)
{
    write_file(IMP_STORE_FILE, "this is not a database, but it is long enough to be looked at "
                               "by whoever expects a page of one hundred octets at its start");
    refused("not a sound SQLite database");
}

Test(campaign_store, a_damaged_store_is_refused, .init = setup, .fini = teardown)
{
    struct imp_store *store = open_write();
    for (int i = 0; i < 50; i++) {
        char key[10];
        snprintf(key, sizeof key, "k%d", i);
        put(store, key, NULL);
    }
    imp_store_close(store);
    char path[300], hash[65];
    snprintf(path, sizeof path, "%s/" IMP_STORE_FILE, dir);
    size_t n = content_hash(hash);
    cr_assert_gt(n, 20000);
    int fd = open(path, O_WRONLY);
    static const char junk[9000];
    cr_assert_eq(pwrite(fd, junk, sizeof junk, (off_t)(n / 2)), (ssize_t)sizeof junk);
    close(fd);
    refused("not a sound SQLite database");
}

Test(campaign_store, foreign_files_are_left_alone, .init = setup, .fini = teardown)
{
    write_file("thesis.tex", "precious");
    refused("\"thesis.tex\"");
}

Test(campaign_store, a_lost_store_is_not_started_anew, .init = setup, .fini = teardown)
{
    write_file("manifest.json", "{}");
    refused("\"manifest.json\"");
}

Test(campaign_store, a_start_cut_short_is_taken_up, .init = setup, .fini = teardown)
{
    write_file(".lock", "");
    write_file(IMP_STORE_FILE, "");
    imp_store_close(open_write());
}

/* Dies in a transaction of which some pages are in the file already: the journal must be played
 * back. */
static void die_with_a_hot_journal(void)
{
    char path[300];
    sqlite3 *db;
    snprintf(path, sizeof path, "%s/" IMP_STORE_FILE, dir);
    if (sqlite3_open(path, &db) == SQLITE_OK)
        sqlite3_exec(db,
                     "PRAGMA cache_size = 1; BEGIN; CREATE TABLE t (x);"
                     "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 4000)"
                     " INSERT INTO t SELECT zeroblob(100) FROM n;",
                     NULL, NULL, NULL);
    kill(getpid(), SIGKILL);
}

static void make_hot_journal(void)
{
    char path[300];
    struct stat st;
    int status;
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0)
        die_with_a_hot_journal();
    waitpid(child, &status, 0);
    snprintf(path, sizeof path, "%s/" IMP_STORE_FILE "-journal", dir);
    cr_assert(stat(path, &st) == 0 && st.st_size > 0, "the test makes no journal");
}

Test(campaign_store, a_kill_while_the_store_is_made_is_taken_up, .init = setup, .fini = teardown)
{
    make_hot_journal();
    struct imp_store *store = open_write();
    put(store, "k1", NULL);
    cr_expect_eq(query(store, "SELECT count(*) FROM run"), 1);
    imp_store_close(store);
}

Test(campaign_store, a_reader_after_such_a_kill_is_told_that_nothing_is_there, .init = setup,
     .fini = teardown)
{
    struct imp_store *store;
    make_hot_journal();
    cr_expect_eq(imp_store_open_read(&store, dir, error, sizeof error), -1);
    cr_expect_not_null(strstr(error, "holds no runs yet"), "%s", error);
}

Test(campaign_store, folders_that_cannot_be, .init = setup, .fini = teardown)
{
    struct imp_store *store;
    char path[300];
    write_file("file", "");
    snprintf(path, sizeof path, "%s/file/sub", dir);
    cr_expect_eq(imp_store_open_write(&store, path, error, sizeof error), -1);
    cr_expect_not_null(strstr(error, "Not a directory"), "%s", error);
    snprintf(path, sizeof path, "%s/file", dir);
    cr_expect_eq(imp_store_open_write(&store, path, error, sizeof error), -1);
    cr_expect_not_null(strstr(error, "not a folder"), "%s", error);
    cr_expect_eq(imp_store_open_read(&store, "/nowhere/at/all", error, sizeof error), -1);
}

Test(campaign_store, one_writer_only, .init = setup, .fini = teardown)
{
    struct imp_store *store = open_write();
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        struct imp_store *second;
        _exit(imp_store_open_write(&second, dir, error, sizeof error) == -1 &&
                      strstr(error, "another imprint")
                  ? 0
                  : 1);
    }
    waitpid(pid, &status, 0);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    imp_store_close(store);
}

Test(campaign_store, results_are_checked)
{
    static const struct {
        const char *member, *value, *part;
    } bad[] = {{"bytes_air", "\"many\"", "bytes_air"},
               {"energy_mj", "-1", "energy_mj"},
               {"g1_secrecy", "\"maybe\"", "g1_secrecy"},
               {"latency_ms", NULL, "lacks"},
               {"delta_bytes", "\"less\"", "delta_bytes"},
               {"g15_detection", "\"perhaps\"", "g15_detection"},
               {"g5_binding", NULL, "g5_binding"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        json_t *plan = json_object(), *result = fixture_result(plan);
        json_t *row = json_object_get(result, "row");
        if (bad[i].value)
            json_object_set_new(row, bad[i].member,
                                json_loads(bad[i].value, JSON_DECODE_ANY, NULL));
        else
            json_object_del(row, bad[i].member);
        cr_expect_eq(imp_result_check(result, error, sizeof error), -1, "%s", bad[i].member);
        cr_expect_not_null(strstr(error, bad[i].part), "%s", error);
        json_decref(result);
        json_decref(plan);
    }
    cr_expect_eq(imp_result_check(NULL, error, sizeof error), -1);
    json_t *none = json_pack("{s:s}", "status", "ok");
    cr_expect_eq(imp_result_check(none, error, sizeof error), -1);
    json_decref(none);
}

Test(campaign_store, measures_as_text)
{
    char out[40];
    static const struct {
        enum imp_measure m;
        double value;
        const char *text;
    } cases[] = {
        {IMP_MEASURE_messages_device, 12, "12"},   {IMP_MEASURE_messages_device, 12.5, "12.500"},
        {IMP_MEASURE_latency_ms, 12, "12.000000"}, {IMP_MEASURE_energy_mj, 0.1234567, "0.123457"},
        {IMP_MEASURE_energy_mj, -0.0, "0.000000"}, {IMP_MEASURE_latency_ms, 0.0 / 0.0, ""}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        imp_measure_text(out, sizeof out, cases[i].m, cases[i].value);
        cr_expect_str_eq(out, cases[i].text);
    }
}
