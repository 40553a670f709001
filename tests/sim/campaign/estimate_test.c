/* SPDX-License-Identifier: GPL-2.0-only */
/* Expected times from measured ones. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "sim/campaign/campaign.h"
#include "sim/campaign/estimate.h"
#include "sim/campaign/store.h"

static bool near(double a, double b)
{
    return a - b < 1e-9 && b - a < 1e-9;
}

/* Notes that a run of the plan took so long. */
static void measured(struct imp_costs *c, const struct imp_plan *plan, size_t run, double cpu_s)
{
    const struct imp_cost cost = {.cpu_s = cpu_s, .wall_s = cpu_s, .memory = 1000};
    json_t *line = json_loads(plan->runs[run].line, 0, NULL);
    imp_costs_add(c, line, &cost);
    json_decref(line);
}

Test(campaign_estimate, own_combination_then_mechanism_then_all)
{
    struct imp_costs c;
    struct imp_plan plan, other;
    struct imp_forecast e;
    bool own;
    fixture_plan(&plan, "{\"mechanism\":\"framed\",\"devices\":{\"$sweep\":[1,3]},"
                        "\"replications\":4}");
    fixture_plan(&other, "{\"mechanism\":\"routed\"}");
    imp_costs_init(&c);
    cr_expect_eq(imp_costs_of(&c, &plan, 0, &own), 0);
    measured(&c, &plan, 0, 1);
    measured(&c, &plan, 1, 3);
    cr_expect(near(imp_costs_of(&c, &plan, 3, &own), 2));
    cr_expect(own);
    cr_expect(near(imp_costs_of(&c, &plan, 4, &own), 6), "three devices, three times the weight");
    cr_expect(!own);
    cr_expect(
        near(imp_costs_of(&c, &other, 0, &own), 2 * other.runs[0].weight / plan.runs[0].weight));
    imp_forecast(&e, &c, &plan, 2);
    cr_expect_eq(e.runs, 8);
    cr_expect_eq(e.measured, 4);
    cr_expect_eq(e.unmeasured, 0);
    cr_expect(near(e.cpu_s, 4 * 2 + 4 * 6));
    cr_expect(near(e.longest_s, 6));
    cr_expect(near(e.wall_s, 16));
    imp_forecast(&e, &c, &plan, 100);
    cr_expect(near(e.wall_s, 6), "no faster than the longest run");
    imp_forecast(&e, &c, &other, 1);
    cr_expect_eq(e.unmeasured, 1);
    imp_costs_free(&c);
    imp_plan_free(&plan);
    imp_plan_free(&other);
}

static json_t *good(const json_t *plan, const char *pcap_dir)
{
    (void)pcap_dir;
    return fixture_result(plan);
}

Test(campaign_estimate, a_store_and_a_calibration_measure)
{
    char dir[200], out[300], error[5000];
    struct imp_costs c;
    struct imp_plan plan;
    struct imp_outcome o;
    struct imp_store *store;
    fixture_folder(dir, sizeof dir);
    snprintf(out, sizeof out, "%s/out", dir);
    fixture_plan(&plan, "{\"mechanism\":\"framed\",\"loss\":{\"$sweep\":[0,0.1,0.2]},"
                        "\"replications\":5}");
    imp_costs_init(&c);
    cr_expect_eq(imp_costs_calibrate(&c, &plan, good, 2, NULL), 3, "one of each combination");
    cr_expect_eq(c.runs, 3);
    imp_costs_free(&c);

    const struct imp_campaign campaign = {.dir = out, .command = "test", .jobs = 2, .run = good};
    cr_assert_eq(imp_campaign_run(&o, &campaign, &plan, error, sizeof error), 0, "%s", error);
    imp_costs_init(&c);
    cr_assert_eq(imp_store_open_read(&store, out, error, sizeof error), 0, "%s", error);
    imp_costs_read(&c, imp_store_db(store));
    cr_expect_eq(c.runs, 9, "three of each combination");
    cr_expect_eq(json_object_size(c.combinations), 3);
    cr_expect_gt(c.memory, 0);
    imp_store_close(store);
    imp_costs_free(&c);
    imp_plan_free(&plan);
    fixture_remove(dir);
}

Test(campaign_estimate, durations)
{
    static const struct {
        double s;
        const char *text;
    } cases[] = {
        {0.26, "0.3 s"}, {42, "42 s"}, {170, "3 min"}, {7260, "2 h 1 min"}, {864000, "10.0 days"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[40];
        imp_duration_text(text, sizeof text, cases[i].s);
        cr_expect_str_eq(text, cases[i].text);
    }
}
