/* SPDX-License-Identifier: GPL-2.0-only */
/* Campaigns over run functions of the test's own. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"
#include "sim/campaign/campaign.h"
#include "sim/campaign/store.h"
#include "sim/report/show.h"

static char dir[200], out[300], error[5000];

static void setup(void)
{
    fixture_folder(dir, sizeof dir);
    snprintf(out, sizeof out, "%s/out", dir);
}

static void teardown(void)
{
    fixture_remove(dir);
}

static json_t *good(const json_t *plan, const char *pcap_dir)
{
    if (pcap_dir) {
        char path[5000];
        snprintf(path, sizeof path, "%s/device-1.pcap", pcap_dir);
        FILE *f = fopen(path, "w");
        fputs("captured", f);
        fclose(f);
    }
    return fixture_result(plan);
}

/* Replications 1 and 2 go wrong. */
static json_t *partly(const json_t *plan, const char *pcap_dir)
{
    json_int_t n = json_integer_value(json_object_get(plan, "replication"));
    if (n == 1)
        abort();
    return n == 2 ? json_pack("{s:s}", "status", "nonsense") : good(plan, pcap_dir);
}

static json_t *different(const json_t *plan, const char *pcap_dir)
{
    json_t *result = good(plan, pcap_dir);
    json_object_set_new(result, "digest", json_string("beef"));
    return result;
}

static struct imp_outcome run(const char *keys, imp_run_function *function, bool pcap)
{
    struct imp_plan plan;
    struct imp_outcome outcome;
    const struct imp_campaign c = {
        .dir = out, .command = "test", .jobs = 2, .pcap = pcap, .run = function};
    fixture_plan(&plan, keys);
    cr_assert_eq(imp_campaign_run(&outcome, &c, &plan, error, sizeof error), 0, "%s", error);
    imp_plan_free(&plan);
    return outcome;
}

static char *shown(int (*show)(sqlite3 *, FILE *, char *, size_t))
{
    struct imp_store *store;
    char *text = NULL;
    size_t n;
    FILE *f = open_memstream(&text, &n);
    cr_assert_eq(imp_store_open_read(&store, out, error, sizeof error), 0, "%s", error);
    cr_assert_eq(show(imp_store_db(store), f, error, sizeof error), 0, "%s", error);
    imp_store_close(store);
    fclose(f);
    return text;
}

#define FIVE "{\"mechanism\":\"framed\",\"replications\":5}"

Test(campaign, runs_once_and_continues, .init = setup, .fini = teardown)
{
    struct imp_outcome first = run("{\"mechanism\":\"framed\",\"replications\":3}", good, false);
    cr_expect_eq(first.made, 3);
    cr_expect_eq(first.present, 0);
    struct imp_outcome more = run(FIVE, good, false);
    cr_expect_eq(more.made, 2);
    cr_expect_eq(more.present, 3);
    struct imp_outcome again = run(FIVE, good, false);
    cr_expect_eq(again.made, 0);
    cr_expect_eq(again.present, 5);
    struct imp_outcome other = run("{\"mechanism\":\"routed\"}", good, false);
    cr_expect_eq(other.made, 1);
}

Test(campaign, failures_are_rows_and_are_tried_again, .init = setup, .fini = teardown)
{
    struct imp_outcome bad = run(FIVE, partly, false);
    cr_expect_eq(bad.made, 3);
    cr_expect_eq(bad.failed, 2);
    cr_expect_not_null(strstr(bad.first_failure, "run "));
    char *csv = shown(imp_show_csv);
    cr_expect_not_null(strstr(csv, "harness-failure"));
    free(csv);
    struct imp_outcome good_now = run(FIVE, good, false);
    cr_expect_eq(good_now.made, 2);
    cr_expect_eq(good_now.present, 3);
    cr_expect_eq(good_now.failed, 0);
}

static bool captured(const char *keys)
{
    struct imp_plan plan;
    char path[700];
    struct stat st;
    fixture_plan(&plan, keys);
    snprintf(path, sizeof path, "%s/pcap/%s/device-1.pcap", out, plan.runs[0].key);
    imp_plan_free(&plan);
    return stat(path, &st) == 0 && st.st_size == 8;
}

Test(campaign, captures_are_made_later_too, .init = setup, .fini = teardown)
{
    run("{\"mechanism\":\"framed\"}", good, false);
    cr_expect(!captured("{\"mechanism\":\"framed\"}"));
    struct imp_outcome later = run("{\"mechanism\":\"framed\"}", good, true);
    cr_expect(captured("{\"mechanism\":\"framed\"}"));
    cr_expect_eq(later.present, 1);
    cr_expect_eq(later.made, 0);
    cr_expect_eq(later.differing, 0);
}

Test(campaign, a_repeated_run_must_agree, .init = setup, .fini = teardown)
{
    run("{\"mechanism\":\"framed\"}", good, false);
    struct imp_outcome later = run("{\"mechanism\":\"framed\"}", different, true);
    cr_expect_eq(later.differing, 1);
    char *csv = shown(imp_show_csv);
    cr_expect_not_null(strstr(csv, ",ok\n"));
    free(csv);
}

Test(campaign, rows_do_not_depend_on_jobs_or_order, .init = setup, .fini = teardown)
{
    run("{\"mechanism\":\"framed\",\"replications\":2}", good, false);
    run(FIVE, good, false);
    char *pieces = shown(imp_show_csv);
    fixture_remove(out);
    run(FIVE, good, false);
    char *whole = shown(imp_show_csv);
    cr_expect_str_eq(pieces, whole);
    free(pieces);
    free(whole);
}

Test(campaign, csv_has_the_promised_columns, .init = setup, .fini = teardown)
{
    run("{\"mechanism\":\"framed\",\"options\":{\"server\":{\"name\":\"a,\\\"b\"}}}", good, false);
    char *csv = shown(imp_show_csv);
    static const char head[] =
        "run_key,scenario,mechanism,variant,class,medium,devices,adversary,replication,seed,"
        "completed,messages_device,messages_total,bytes_device,bytes_total,frames_air,bytes_air,"
        "air_message,air_network,air_link,air_repeated,"
        "latency_ms,network_ms,cpu_ms,user_ms,energy_mj,tx_mj,rx_mj,idle_mj,cpu_mj,user_acts,"
        "delta_messages,delta_bytes,delta_frames_air,delta_bytes_air,delta_latency_ms,"
        "delta_energy_mj,delta_user_acts,"
        "g0_completion,g1_secrecy,g2_consistency,g3_agreement,g4_injective,g5_binding,"
        "g6_forward_secrecy,g7_kci,g8_replay,g9_downgrade,g10_recovery,g11_privacy,"
        "g12_exclusivity,g13_revocation,g14_config,g15_detection,platform,";
    cr_expect_eq(strncmp(csv, head, strlen(head)), 0, "%s", csv);
    cr_expect_not_null(strstr(csv,
                              ",\"direction=up name=a,\"\"b\",managed,wifi,1,none,0,1,1,"
                              "1.250,2.500,3.750,5,6.250,7.500,8.750,10,11.250,12.500,13.750000,"),
                       "%s", csv);
    free(csv);
}

Test(campaign, the_table_averages_what_completed, .init = setup, .fini = teardown)
{
    run(FIVE, good, false); /* replication 3 does not complete */
    char *table = shown(imp_show_table);
    cr_expect_not_null(strstr(table, "5 runs: 4 completed, 1 ended without completing"), "%s",
                       table);
    /* messages: 1.25 + {0, 1, 2, 4}: mean 3, sd 1.708, half 3.182 x 1.708 / 2 = 2.718 */
    cr_expect_not_null(strstr(table, "3.000 \u00b1 2.718"), "%s", table);
    cr_expect_not_null(strstr(table, "!1/5 +-- -+-- ---- ----"), "%s", table);
    free(table);
}

Test(campaign, other_forms, .init = setup, .fini = teardown)
{
    run("{\"mechanism\":\"framed\",\"replications\":2}", good, false);
    char *text = shown(imp_show_json);
    json_t *rows = json_loads(text, 0, NULL);
    cr_expect_eq(json_array_size(rows), 2);
    const json_t *verdicts = json_object_get(json_array_get(rows, 0), "verdicts");
    cr_expect_str_eq(json_string_value(json_object_get(json_array_get(verdicts, 0), "why")),
                     "a, \"reason\"");
    json_decref(rows);
    free(text);
    text = shown(imp_show_verdicts);
    cr_expect_not_null(strstr(text, "g1_secrecy,holds,2,\"a, \"\"reason\"\"\""), "%s", text);
    free(text);
    text = shown(imp_show_devices);
    cr_expect_not_null(strstr(text, ",device,completed,"), "%s", text);
    free(text);
}

static int expectations(const char *keys, char **text)
{
    struct imp_plan plan;
    size_t n;
    FILE *f = open_memstream(text, &n);
    run(keys, good, false);
    fixture_plan(&plan, keys);
    int failed = imp_expect_check(out, &plan, f, error, sizeof error);
    imp_plan_free(&plan);
    fclose(f);
    return failed;
}

Test(campaign, expectations_are_compared, .init = setup, .fini = teardown)
{
    char *text;
    cr_expect_eq(
        expectations("{\"mechanism\":\"framed\",\"expect\":{\"g1_secrecy\":\"holds\"}}", &text), 0);
    cr_expect_str_eq(text, "");
    free(text);
    cr_expect_eq(expectations("{\"mechanism\":\"framed\",\"replications\":2,\"expect\":{"
                              "\"g1_secrecy\":\"broken\",\"g5_binding\":\"holds\","
                              "\"because\":\"of this\"}}",
                              &text),
                 1);
    cr_expect_not_null(strstr(text, "g1_secrecy: expected broken, found holds in 2 of 2 runs; "
                                    "expected because: of this\n"),
                       "%s", text);
    free(text);
}

Test(campaign, the_manifest_tells_everything, .init = setup, .fini = teardown)
{
    char path[400];
    run("{\"mechanism\":\"framed\",\"loss\":0.5}", good, false);
    run(FIVE, good, false);
    snprintf(path, sizeof path, "%s/manifest.json", out);
    json_t *m = json_load_file(path, 0, NULL);
    cr_assert_not_null(m);
    const json_t *campaigns = json_object_get(m, "campaigns");
    const json_t *last = json_array_get(campaigns, 1);
    cr_expect_eq(json_array_size(campaigns), 2);
    cr_expect_str_eq(json_string_value(json_object_get(last, "outcome")), "complete");
    static const char *const members[] = {"started", "ended",   "host",      "program",   "seeds",
                                          "plan",    "command", "scenarios", "parameters"};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        cr_expect_not_null(json_object_get(last, members[i]), "%s", members[i]);
    cr_expect_eq(json_object_size(json_object_get(m, "parameters")), 2);
    cr_expect_not_null(json_object_get(json_object_get(m, "figures"), "platforms/esp32"));
    json_decref(m);
}

Test(campaign, a_corrupt_manifest_changes_nothing, .init = setup, .fini = teardown)
{
    struct imp_plan plan;
    struct imp_outcome outcome;
    char path[400];
    const struct imp_campaign c = {.dir = out, .command = "test", .run = good};
    run("{\"mechanism\":\"framed\"}", good, false);
    snprintf(path, sizeof path, "%s/manifest.json", out);
    FILE *f = fopen(path, "w");
    fputs("{\"schema\":", f);
    fclose(f);
    fixture_plan(&plan, FIVE);
    cr_expect_eq(imp_campaign_run(&outcome, &c, &plan, error, sizeof error), -1);
    cr_expect_not_null(strstr(error, "not a manifest"), "%s", error);
    imp_plan_free(&plan);
    char *csv = shown(imp_show_csv);
    cr_expect_null(strstr(strchr(csv, '\n') + 1, "\n0"));
    free(csv);
}
