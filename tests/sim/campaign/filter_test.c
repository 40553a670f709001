/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs of a plan chosen by their parameters. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "sim/campaign/filter.h"

/* 2 losses, 2 directions, 3 replications, and one other mechanism: 13 runs. */
static const char *const scenarios[] = {
    "{\"mechanism\":\"framed\",\"loss\":{\"$sweep\":[0,0.1]},\"replications\":3,\"flaws\":"
    "[\"no-mac\"],\"options\":{\"direction\":{\"$sweep\":[\"up\",\"down\"]}}}",
    "{\"mechanism\":\"routed\",\"adversary\":\"dolev-yao\"}"};

static struct imp_plan plan;
static char error[IMP_ERROR];

static void make(void)
{
    static const struct imp_overrides none = {.set_count = 0};
    imp_plan_init(&plan);
    for (size_t i = 0; i < 2; i++) {
        json_t *raw =
            json_pack("[{s:i, s:o}]", "line", 1, "keys", json_loads(scenarios[i], 0, NULL));
        cr_assert_eq(imp_plan_add_raw(&plan, raw, "f.lua", &none, error, sizeof error), 0, "%s",
                     error);
        json_decref(raw);
    }
    cr_assert_eq(plan.count, 13);
}

static int filter(const char *only, const char *except)
{
    const struct imp_filters f = {.only = &only,
                                  .only_count = only != NULL,
                                  .except = &except,
                                  .except_count = except != NULL};
    return imp_plan_filter(&plan, &f, error, sizeof error);
}

static void leaves(const char *only, const char *except, size_t runs, size_t groups)
{
    make();
    cr_expect_eq(filter(only, except), 0, "%s", error);
    cr_expect_eq(plan.count, runs, "%s: %zu runs, expected %zu", only ? only : except, plan.count,
                 runs);
    cr_expect_eq(json_array_size(plan.parameters), groups);
    cr_expect_eq(json_object_size(plan.groups), groups);
    for (size_t i = 0; i < plan.count; i++) {
        cr_expect_eq(json_integer_value(json_object_get(plan.keys, plan.runs[i].key)),
                     (json_int_t)i);
        cr_expect_lt(plan.runs[i].group, groups);
    }
    imp_plan_free(&plan);
}

static void refuses(const char *only, const char *except, const char *part)
{
    make();
    cr_expect_eq(filter(only, except), -1, "%s was taken", only ? only : except);
    cr_expect_not_null(strstr(error, part), "\"%s\" lacks \"%s\"", error, part);
    cr_expect_eq(plan.count, 13);
    imp_plan_free(&plan);
}

Test(campaign_filter, values_wildcards_and_numbers)
{
    leaves("mechanism=framed", NULL, 12, 4);
    leaves("mechanism=r*,nothing", NULL, 1, 1);
    leaves("mechanism!=framed", NULL, 1, 1);
    leaves("loss=0.10", NULL, 6, 2);
    leaves("loss>0", NULL, 6, 2);
    leaves("loss<=0.1", NULL, 13, 5);
    leaves("replication=0,2", NULL, 9, 5);
    leaves("replication>=1 and loss=0", NULL, 4, 2);
    leaves("variant=direction=down*", NULL, 6, 2);
}

Test(campaign_filter, paths_lists_and_names)
{
    leaves("options.direction=down", NULL, 6, 2);
    leaves("options.peer.direction=up and loss=0", NULL, 3, 1);
    leaves("adversary=dolev-yao", NULL, 1, 1);
    leaves("flaws=no-mac", NULL, 12, 4);
    leaves("user.profile=typical", NULL, 13, 5);
}

Test(campaign_filter, except_takes_away)
{
    leaves(NULL, "mechanism=routed", 12, 4);
    leaves(NULL, "mechanism=framed and loss=0", 7, 3);
    leaves("mechanism=framed", "replication>0", 4, 4);
}

Test(campaign_filter, what_was_meant_is_told)
{
    refuses("mechansm=framed", NULL, "did you mean \"mechanism\"");
    refuses("mechanism=framd", NULL,
            "mechanism is \"framed\", \"routed\"; did you mean \"framed\"");
    refuses("loss>0.5", NULL, "loss is");
    refuses("mechanism=routed and loss>0", NULL, "fits no run");
    refuses("options.nothing=1", NULL, "no run has a parameter");
    refuses(NULL, "loss>=0", "leave none of 13 runs");
    refuses("mechanism", NULL, "expected NAME=VALUE");
    refuses("=framed", NULL, "expected NAME=VALUE");
    refuses("loss<low", NULL, "expected a number");
    refuses("", NULL, "expected NAME=VALUE");
}

Test(campaign_filter, the_parameters_left_are_those_of_the_runs)
{
    make();
    cr_assert_eq(filter("loss=0.1", NULL), 0);
    for (size_t i = 0; i < plan.count; i++) {
        const json_t *line =
            json_object_get(json_array_get(plan.parameters, plan.runs[i].group), "plan");
        json_t *run = json_loads(plan.runs[i].line, 0, NULL);
        json_object_set_new(run, "replication", json_integer(0));
        cr_expect(json_equal(run, line));
        json_decref(run);
    }
    imp_plan_free(&plan);
}
