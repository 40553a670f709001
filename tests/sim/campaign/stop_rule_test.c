/* SPDX-License-Identifier: GPL-2.0-only */
/* How many replications are enough. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "sim/campaign/campaign.h"
#include "sim/report/stats.h"

/* The values are 95 and 105 in turn: the half-width is below 3 % of the mean from 14 on, looked at
 * from 10 on after each 5. */
#define RULED                                                                                      \
    "{\"mechanism\":\"framed\",\"replications\":100,\"stop\":{\"measure\":\"latency_ms\","         \
    "\"within\":0.03,\"min\":10,\"every\":5}}"

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

static double half_width(const double *x, size_t n, double *mean)
{
    struct imp_summary s = imp_summarise(x, n);
    *mean = s.mean;
    return s.half;
}

static json_t *in_turn(const json_t *plan, const char *pcap_dir)
{
    json_int_t n = json_integer_value(json_object_get(plan, "replication"));
    json_t *result = fixture_result(plan);
    (void)pcap_dir;
    json_object_set_new(json_object_get(result, "row"), "latency_ms",
                        json_integer(n % 2 ? 105 : 95));
    return result;
}

static json_t *fourth_fails(const json_t *plan, const char *pcap_dir)
{
    if (json_integer_value(json_object_get(plan, "replication")) == 3)
        abort();
    return in_turn(plan, pcap_dir);
}

static struct imp_outcome run_part(const char *keys, imp_run_function *f, unsigned jobs,
                                   unsigned shard, unsigned shards)
{
    struct imp_plan plan;
    struct imp_outcome o;
    const struct imp_campaign c = {
        .dir = out, .command = "test", .jobs = jobs, .run = f, .half_width = half_width};
    fixture_plan(&plan, keys);
    if (shards)
        imp_plan_shard(&plan, shard, shards);
    cr_assert_eq(imp_campaign_run(&o, &c, &plan, error, sizeof error), 0, "%s", error);
    imp_plan_free(&plan);
    return o;
}

static struct imp_outcome run(const char *keys, imp_run_function *f, unsigned jobs)
{
    return run_part(keys, f, jobs, 0, 0);
}

static void made(struct imp_outcome o, size_t new, size_t before, size_t spared)
{
    cr_expect_eq(o.made, new, "%zu new, expected %zu", o.made, new);
    cr_expect_eq(o.present, before, "%zu before, expected %zu", o.present, before);
    cr_expect_eq(o.spared, spared, "%zu spared, expected %zu", o.spared, spared);
}

Test(campaign_stop, the_sample_does_not_depend_on_jobs, .init = setup, .fini = teardown)
{
    made(run(RULED, in_turn, 1), 15, 0, 85);
    fixture_remove(out);
    made(run(RULED, in_turn, 7), 15, 0, 85);
    made(run(RULED, in_turn, 2), 0, 15, 85);
}

Test(campaign_stop, nor_on_what_was_there_before, .init = setup, .fini = teardown)
{
    run("{\"mechanism\":\"framed\",\"replications\":12}", in_turn, 2);
    made(run(RULED, in_turn, 2), 3, 12, 85);
    run("{\"mechanism\":\"framed\",\"replications\":40}", in_turn, 2);
    made(run(RULED, in_turn, 2), 0, 15, 85);
}

Test(campaign_stop, a_failure_leaves_it_undecided, .init = setup, .fini = teardown)
{
    struct imp_outcome o = run(RULED, fourth_fails, 2);
    cr_expect_eq(o.failed, 1);
    made(o, 9, 0, 90);
    made(run(RULED, in_turn, 2), 6, 9, 85);
}

Test(campaign_stop, each_combination_has_its_own_end_and_shard, .init = setup, .fini = teardown)
{
    static const char two[] =
        "{\"mechanism\":\"framed\",\"loss\":{\"$sweep\":[0,0.1,0.2]},\"replications\":100,"
        "\"stop\":{\"measure\":\"latency_ms\",\"within\":0.03,\"min\":10,\"every\":5}}";
    made(run_part(two, in_turn, 2, 1, 2), 30, 0, 170);
    made(run_part(two, in_turn, 2, 2, 2), 15, 0, 85);
    made(run(two, in_turn, 2), 0, 45, 255);
}

Test(campaign_stop, a_sample_that_is_never_narrow_takes_all, .init = setup, .fini = teardown)
{
    made(run("{\"mechanism\":\"framed\",\"replications\":12,\"stop\":{\"measure\":\"latency_ms\","
             "\"within\":0.001,\"min\":5,\"every\":5}}",
             in_turn, 2),
         12, 0, 0);
}

Test(campaign_stop, the_rule)
{
    struct imp_stop_rule r = {.within = 0.1, .min = 10, .every = 4};
    const double same[] = {5, 5, NAN, 5}, zero[] = {0, 0}, one[] = {5, NAN}, wide[] = {1, 9};
    cr_expect(imp_stop_rule_holds(&r, same, 4, half_width));
    cr_expect(imp_stop_rule_holds(&r, zero, 2, half_width));
    cr_expect(!imp_stop_rule_holds(&r, one, 2, half_width));
    cr_expect(!imp_stop_rule_holds(&r, wide, 2, half_width));
    cr_expect_eq(imp_stop_rule_next(&r, 0, 100), 10);
    cr_expect_eq(imp_stop_rule_next(&r, 10, 100), 14);
    cr_expect_eq(imp_stop_rule_next(&r, 98, 100), 100);
    cr_expect_eq(imp_stop_rule_next(&r, 0, 4), 4);
}

Test(campaign_stop, it_is_in_the_line_but_not_in_the_key)
{
    struct imp_plan ruled, bare, again;
    fixture_plan(&ruled, RULED);
    fixture_plan(&bare, "{\"mechanism\":\"framed\",\"replications\":100}");
    cr_expect_not_null(strstr(ruled.runs[0].line, "\"stop\":{\"every\":5,\"measure\":"));
    cr_expect_str_eq(ruled.runs[7].key, bare.runs[7].key);
    imp_plan_init(&again);
    cr_expect_eq(imp_plan_add_line(&again, ruled.runs[7].line, strlen(ruled.runs[7].line), error,
                                   sizeof error),
                 0, "%s", error);
    cr_expect_str_eq(again.runs[0].line, ruled.runs[7].line);
    imp_plan_free(&again);
    imp_plan_free(&bare);
    imp_plan_free(&ruled);
}

static void refuses(const char *stop, const char *part)
{
    static const struct imp_overrides none = {.set_count = 0};
    struct imp_plan plan;
    json_t *raw = json_pack("[{s:i, s:{s:s, s:i, s:o}}]", "line", 1, "keys", "mechanism", "framed",
                            "replications", 50, "stop", json_loads(stop, JSON_DECODE_ANY, NULL));
    imp_plan_init(&plan);
    cr_expect_eq(imp_plan_add_raw(&plan, raw, "f.lua", &none, error, sizeof error), -1, "%s", stop);
    cr_expect_not_null(strstr(error, part), "%s: \"%s\" lacks \"%s\"", stop, error, part);
    json_decref(raw);
    imp_plan_free(&plan);
}

Test(campaign_stop, bad_rules_are_told)
{
    refuses("5", "expected a table such as");
    refuses("{\"within\":0.1}", "stop.measure: expected a measure");
    refuses("{\"measure\":\"latncy_ms\",\"within\":0.1}", "did you mean \"latency_ms\"");
    refuses("{\"measure\":\"latency_ms\"}", "stop.within: expected a number");
    refuses("{\"measure\":\"latency_ms\",\"within\":0}", "stop.within: expected a number above 0");
    refuses("{\"measure\":\"latency_ms\",\"within\":0.1,\"min\":1}",
            "stop.min: expected an integer");
    refuses("{\"measure\":\"latency_ms\",\"within\":0.1,\"min\":60}", "there are 50 replications");
    refuses("{\"measure\":\"latency_ms\",\"within\":0.1,\"every\":0}", "stop.every");
    refuses("{\"measure\":\"latency_ms\",\"within\":0.1,\"each\":3}", "unknown entry \"each\"");
}
