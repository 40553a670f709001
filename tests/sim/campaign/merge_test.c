/* SPDX-License-Identifier: GPL-2.0-only */
/* Parts of a plan, and their folders joined. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"
#include "sim/campaign/campaign.h"
#include "sim/campaign/merge.h"
#include "sim/campaign/store.h"
#include "sim/report/show.h"

#define TEN "{\"mechanism\":\"framed\",\"replications\":10}"

static char dir[200], error[9000];

static void setup(void)
{
    fixture_folder(dir, sizeof dir);
}

static void teardown(void)
{
    fixture_remove(dir);
}

/* Path of a folder of the test; valid until the eighth next call. */
static const char *in(const char *name)
{
    static char paths[8][300];
    static int at;
    snprintf(paths[++at % 8], sizeof paths[0], "%s/%s", dir, name);
    return paths[at % 8];
}

static json_t *good(const json_t *plan, const char *pcap_dir)
{
    char path[5000];
    snprintf(path, sizeof path, "%s/device-1.pcap", pcap_dir ? pcap_dir : "");
    FILE *f = pcap_dir ? fopen(path, "w") : NULL;
    if (f) {
        fputs("captured", f);
        fclose(f);
    }
    return fixture_result(plan);
}

static json_t *other(const json_t *plan, const char *pcap_dir)
{
    json_t *result = good(plan, pcap_dir);
    json_object_set_new(json_object_get(result, "row"), "bytes_air", json_integer(4711));
    return result;
}

static json_t *bad(const json_t *plan, const char *pcap_dir)
{
    (void)plan;
    (void)pcap_dir;
    abort();
}

static void run(const char *name, unsigned shard, unsigned shards, imp_run_function *f, bool pcap)
{
    struct imp_plan plan;
    struct imp_outcome o;
    const struct imp_campaign c = {
        .dir = in(name), .command = "test", .jobs = 2, .run = f, .pcap = pcap};
    fixture_plan(&plan, TEN);
    if (shards)
        imp_plan_shard(&plan, shard, shards);
    cr_assert_eq(imp_campaign_run(&o, &c, &plan, error, sizeof error), 0, "%s", error);
    imp_plan_free(&plan);
}

static char *csv(const char *name)
{
    struct imp_store *store;
    char *text = NULL;
    size_t n;
    FILE *f = open_memstream(&text, &n);
    cr_assert_eq(imp_store_open_read(&store, in(name), error, sizeof error), 0, "%s", error);
    cr_assert_eq(imp_show_csv(imp_store_db(store), f, error, sizeof error), 0, "%s", error);
    imp_store_close(store);
    fclose(f);
    return text;
}

static struct imp_merged merge(const char *into, const char *const *parts, size_t count)
{
    struct imp_merged m;
    const char *paths[4];
    for (size_t i = 0; i < count; i++)
        paths[i] = in(parts[i]);
    cr_assert_eq(imp_merge(&m, in(into), paths, count, NULL, error, sizeof error), 0, "%s", error);
    return m;
}

static void refuses(const char *into, const char *part, const char *sentence)
{
    struct imp_merged m;
    const char *path = in(part);
    cr_expect_eq(imp_merge(&m, in(into), &path, 1, NULL, error, sizeof error), -1, "was taken");
    cr_expect_not_null(strstr(error, sentence), "\"%s\" lacks \"%s\"", error, sentence);
    cr_expect_null(strchr(error, '\n'));
}

static bool exists(const char *name)
{
    struct stat st;
    return stat(in(name), &st) == 0;
}

static const char *const parts[] = {"s1", "s2", "s3"};

Test(campaign_shard, parts_are_disjoint_complete_and_equal)
{
    struct imp_plan whole, plan;
    size_t seen[10] = {0}, total = 0;
    fixture_plan(&whole, TEN);
    for (unsigned i = 1; i <= 3; i++) {
        fixture_plan(&plan, TEN);
        imp_plan_shard(&plan, i, 3);
        cr_expect(plan.count == 3 || plan.count == 4);
        cr_expect_eq(plan.part.runs, 10);
        for (size_t k = 0; k < plan.count; k++) {
            const json_t *at = json_object_get(whole.keys, plan.runs[k].key);
            cr_assert_not_null(at);
            seen[json_integer_value(at)]++;
            cr_expect_eq(json_integer_value(json_object_get(plan.keys, plan.runs[k].key)),
                         (json_int_t)k);
        }
        total += plan.count;
        imp_plan_free(&plan);
    }
    cr_expect_eq(total, 10);
    for (size_t i = 0; i < 10; i++)
        cr_expect_eq(seen[i], 1);
    imp_plan_free(&whole);
}

Test(campaign_shard, there_may_be_more_parts_than_runs)
{
    struct imp_plan plan;
    fixture_plan(&plan, TEN);
    imp_plan_shard(&plan, 12, 12);
    cr_expect_eq(plan.count, 0);
    imp_plan_free(&plan);
}

Test(campaign_merge, parts_give_the_whole, .init = setup, .fini = teardown)
{
    run("whole", 0, 0, good, false);
    for (unsigned i = 1; i <= 3; i++)
        run(parts[i - 1], i, 3, good, false);
    struct imp_merged m = merge("m", parts, 3);
    cr_expect_eq(m.runs, 10);
    cr_expect_eq(m.added, 10);
    char *whole = csv("whole"), *merged = csv("m");
    cr_expect_str_eq(whole, merged);
    m = merge("m", parts, 3);
    cr_expect_eq(m.runs, 10);
    cr_expect_eq(m.added, 0);
    free(merged);
    merged = csv("m");
    cr_expect_str_eq(whole, merged);
    free(whole);
    free(merged);
}

static json_t *manifest(const char *name)
{
    char path[400];
    snprintf(path, sizeof path, "%s/manifest.json", in(name));
    return json_load_file(path, 0, NULL);
}

Test(campaign_merge, manifests_are_joined_once, .init = setup, .fini = teardown)
{
    for (unsigned i = 1; i <= 3; i++)
        run(parts[i - 1], i, 3, good, false);
    merge("m", parts, 3);
    json_t *once = manifest("m");
    merge("m", parts, 3);
    json_t *twice = manifest("m");
    cr_expect(json_equal(once, twice));
    const json_t *campaigns = json_object_get(once, "campaigns");
    cr_assert_eq(json_array_size(campaigns), 3);
    for (size_t i = 0; i < 3; i++) {
        const json_t *c = json_array_get(campaigns, i);
        cr_expect_eq(json_integer_value(json_object_get(c, "shard")), (json_int_t)i + 1);
        cr_expect_eq(json_integer_value(json_object_get(c, "shards")), 3);
        cr_expect_eq(json_integer_value(json_object_get(c, "plan_runs")), 10);
        cr_expect_str_eq(json_string_value(json_object_get(c, "plan")),
                         json_string_value(json_object_get(json_array_get(campaigns, 0), "plan")));
    }
    cr_expect_eq(json_object_size(json_object_get(once, "parameters")), 1);
    json_decref(once);
    json_decref(twice);
}

Test(campaign_merge, overlapping_parts_agree, .init = setup, .fini = teardown)
{
    run("s1", 1, 2, good, false);
    run("s2", 0, 0, good, false);
    struct imp_merged m = merge("m", parts, 2);
    cr_expect_eq(m.runs, 10);
}

Test(campaign_merge, two_results_for_one_run_are_refused, .init = setup, .fini = teardown)
{
    run("s1", 0, 0, good, false);
    run("s2", 1, 2, other, false);
    const char *both[] = {in("s1"), in("s2")};
    struct imp_merged m;
    cr_expect_eq(imp_merge(&m, in("m"), both, 2, NULL, error, sizeof error), -1);
    cr_expect_not_null(strstr(error, "one result for a key"), "%s", error);
    cr_expect_not_null(strstr(error, "/s1 and another in"), "%s", error);
    cr_expect(!exists("m"));
    char *before = csv("s1");
    refuses("s1", "s2", "one result for a key");
    char *after = csv("s1");
    cr_expect_str_eq(before, after);
    free(before);
    free(after);
}

Test(campaign_merge, a_result_wins_over_a_failure, .init = setup, .fini = teardown)
{
    run("s1", 0, 0, bad, false);
    run("s2", 1, 2, good, false);
    struct imp_merged m = merge("m", parts, 2);
    cr_expect_eq(m.runs, 10);
    cr_expect_eq(m.failed, 5);
    const char *again[] = {"s3"};
    run("s3", 2, 2, good, false);
    m = merge("m", again, 1);
    cr_expect_eq(m.failed, 0);
    cr_expect_eq(m.added, 5);
    m = merge("m", parts, 1); /* failures do not come back */
    cr_expect_eq(m.failed, 0);
}

Test(campaign_merge, captures_come_along, .init = setup, .fini = teardown)
{
    struct imp_plan plan;
    char path[400];
    struct stat st;
    run("s1", 1, 2, good, true);
    run("s2", 2, 2, good, false);
    merge("m", parts, 2);
    fixture_plan(&plan, TEN);
    snprintf(path, sizeof path, "%s/pcap/%s/device-1.pcap", in("m"), plan.runs[2].key);
    cr_expect(stat(path, &st) == 0 && st.st_size == 8);
    snprintf(path, sizeof path, "%s/pcap/%s", in("m"), plan.runs[1].key);
    cr_expect(stat(path, &st) < 0);
    imp_plan_free(&plan);
}

Test(campaign_merge, what_is_no_part_is_refused, .init = setup, .fini = teardown)
{
    run("s1", 1, 2, good, false);
    refuses("m", "nothing", "no store here");
    refuses("s1", "s1", "is the folder to merge into");
    cr_assert_eq(mkdir(in("foreign"), 0777), 0);
    FILE *f = fopen(in("foreign/thesis.tex"), "w");
    fclose(f);
    refuses("foreign", "s1", "holds \"thesis.tex\"");
    cr_expect(!exists("m"));
}

Test(campaign_merge, a_part_that_is_written_is_refused, .init = setup, .fini = teardown)
{
    struct imp_store *store;
    int status;
    run("s1", 1, 2, good, false);
    cr_assert_eq(imp_store_open_write(&store, in("s1"), error, sizeof error), 0, "%s", error);
    pid_t child = fork(); /* a process's own lock does not stop it */
    if (child == 0) {
        struct imp_merged m;
        const char *part = in("s1");
        _exit(imp_merge(&m, in("m"), &part, 1, NULL, error, sizeof error) == -1 &&
                      strstr(error, "another imprint is writing")
                  ? 0
                  : 1);
    }
    waitpid(child, &status, 0);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    imp_store_close(store);
}

Test(campaign_merge, costs_come_along, .init = setup, .fini = teardown)
{
    struct imp_store *store;
    sqlite3_stmt *s = NULL;
    run("s1", 1, 2, good, false);
    merge("m", parts, 1);
    cr_assert_eq(imp_store_open_read(&store, in("m"), error, sizeof error), 0, "%s", error);
    sqlite3_prepare_v2(imp_store_db(store),
                       "SELECT count(*), min(cpu_s) >= 0, min(wall_s) > 0, min(memory) > 0"
                       " FROM cost",
                       -1, &s, NULL);
    cr_assert_eq(sqlite3_step(s), SQLITE_ROW);
    cr_expect_eq(sqlite3_column_int(s, 0), 5);
    for (int i = 1; i <= 3; i++)
        cr_expect_eq(sqlite3_column_int(s, i), 1);
    sqlite3_finalize(s);
    imp_store_close(store);
}
