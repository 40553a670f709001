/* SPDX-License-Identifier: GPL-2.0-only */
/* kill_target DIR RUNS: a campaign of short runs for the test that kills it. Prints
 * every row of its store. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fixture.h"
#include "sim/campaign/campaign.h"
#include "sim/campaign/store.h"

static json_t *take_a_while(const json_t *plan, const char *pcap_dir)
{
    struct timespec t = {.tv_nsec = 16000000};
    (void)pcap_dir;
    while (nanosleep(&t, &t) < 0 && errno == EINTR)
        ;
    return fixture_result(plan);
}

static int fail(const char *error)
{
    fprintf(stderr, "%s\n", error);
    return 1;
}

/* Rows of a table, in the order of their columns. */
static int print_table(sqlite3 *db, const char *table)
{
    char sql[100];
    sqlite3_stmt *s = NULL;
    snprintf(sql, sizeof sql, "SELECT * FROM %s ORDER BY %s", table,
             strcmp(table, "ops") == 0 ? "1, 2, 3" : "1, 2");
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
        return -1;
    while (sqlite3_step(s) == SQLITE_ROW) {
        printf("%s", table);
        for (int i = 0; i < sqlite3_column_count(s); i++)
            printf("|%s", (const char *)sqlite3_column_text(s, i));
        puts("");
    }
    return sqlite3_finalize(s) == SQLITE_OK ? 0 : -1;
}

/* All that a store holds but what runs took. */
static int print_store(const char *dir, char *error, size_t cap)
{
    static const char *const tables[] = {"meta",  "run", "device", "verdict",
                                         "radio", "ops", "trace"};
    struct imp_store *store;
    int status = imp_store_open_read(&store, dir, error, cap);
    if (status < 0)
        return -1;
    for (size_t i = 0; i < sizeof tables / sizeof *tables && status == 0; i++)
        status = print_table(imp_store_db(store), tables[i]);
    if (status < 0)
        snprintf(error, cap, "%s", sqlite3_errmsg(imp_store_db(store)));
    imp_store_close(store);
    return status;
}

int main(int argc, char **argv)
{
    static const struct imp_overrides none = {.set_count = 0};
    struct imp_plan plan;
    struct imp_outcome outcome;
    char error[5000];
    if (argc != 3)
        return fail("usage: kill_target DIR RUNS");
    const struct imp_campaign c = {
        .dir = argv[1], .command = "kill_target", .jobs = 2, .run = take_a_while};
    json_t *raw = json_pack("[{s:i, s:{s:s, s:i}}]", "line", 1, "keys", "mechanism", "framed",
                            "replications", atoi(argv[2]));
    imp_plan_init(&plan);
    if (imp_plan_add_raw(&plan, raw, "kill.lua", &none, error, sizeof error) < 0 ||
        imp_campaign_run(&outcome, &c, &plan, error, sizeof error) != 0 ||
        print_store(argv[1], error, sizeof error) < 0)
        return fail(error);
    fprintf(stderr, "%zu before, %zu new\n", outcome.present, outcome.made);
    imp_plan_free(&plan);
    json_decref(raw);
    return outcome.failed ? 1 : 0;
}
