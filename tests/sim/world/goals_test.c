/* SPDX-License-Identifier: GPL-2.0-only */
/* Goals in real runs: what the runs beside a run, the ledger and the time after it give. */
#include <criterion/criterion.h>
#include <string.h>

#include "tests/support/runner.h"

static json_t *keys(const char *text)
{
    json_error_t why;
    json_t *j = json_loads(text, 0, &why);
    cr_assert_not_null(j, "%s: %s", text, why.text);
    return j;
}

/* "g7" of a run of these keys must be that verdict, and its reason must have that word. */
static void expect(const char *scenario, const char *goal, const char *verdict, const char *word)
{
    char name[8];
    json_t *result = runner_run(keys(scenario));
    snprintf(name, sizeof name, "%s_", goal);
    cr_expect_str_eq(runner_verdict(result, name), verdict, "%s: %s: %s (%s)", scenario, goal,
                     runner_verdict(result, name), runner_why(result, name));
    cr_expect_not_null(strstr(runner_why(result, name), word), "%s: %s: %s", scenario, goal,
                       runner_why(result, name));
    json_decref(result);
}

/* ---- cost under attack
 * ---------------------------------------------------------------------------- */
static const char *const deltas[] = {"delta_messages",  "delta_bytes",      "delta_frames_air",
                                     "delta_bytes_air", "delta_latency_ms", "delta_energy_mj",
                                     "delta_user_acts"};

Test(cost, nobody_interferes_and_nothing_is_compared)
{
    json_t *result = runner_run(keys("{\"mechanism\":\"eap-psk\"}"));
    for (size_t i = 0; i < sizeof deltas / sizeof *deltas; i++)
        cr_expect_null(json_object_get(json_object_get(result, "row"), deltas[i]), "%s", deltas[i]);
    json_decref(result);
}

/* Common random numbers: a reader changes nothing, to the last bit. */
Test(cost, reading_costs_nothing)
{
    static const char *const mechanisms[] = {"eap-psk", "eap-noob", "duckling", "dtls-rpk"};
    for (size_t m = 0; m < sizeof mechanisms / sizeof *mechanisms; m++) {
        json_t *result =
            runner_run(json_pack("{s:s, s:s}", "mechanism", mechanisms[m], "adversary", "passive"));
        for (size_t i = 0; i < sizeof deltas / sizeof *deltas; i++)
            cr_expect_eq(runner_column(result, deltas[i]), 0, "%s: %s is %g", mechanisms[m],
                         deltas[i], runner_column(result, deltas[i]));
        json_decref(result);
    }
}

Test(cost, denial_of_service_costs_energy_and_time)
{
    json_t *result = runner_run(
        keys("{\"mechanism\":\"dtls-rpk\",\"adversary\":\"dolev-yao\",\"limit_s\":120}"));
    cr_expect_gt(runner_column(result, "delta_energy_mj"), 0);
    cr_expect_gt(runner_column(result, "delta_latency_ms"), 0);
    cr_expect_gt(runner_column(result, "delta_messages"), 0);
    json_decref(result);
}

/* The twin is the run that the same plan gives without its adversary. */
Test(cost, the_twin_is_the_undisturbed_run)
{
    json_t *alone = runner_run(keys("{\"mechanism\":\"eap-noob\",\"seed\":5}"));
    json_t *disturbed =
        runner_run(keys("{\"mechanism\":\"eap-noob\",\"seed\":5,\"adversary\":\"passive\"}"));
    cr_expect_str_eq(
        json_string_value(json_object_get(json_object_get(disturbed, "adversary"), "twin")),
        json_string_value(json_object_get(alone, "digest")));
    json_decref(alone);
    json_decref(disturbed);
}

/* ---- G10
 * ------------------------------------------------------------------------------------------ */
#define BETWEEN "\"adversary\":{\"$mitm\":{\"preset\":\"dolev-yao\",\"window\":[0,20]}}"

Test(recovery, a_window_that_closes_leaves_a_transient_denial)
{
    expect("{\"mechanism\":\"eap-psk\"," BETWEEN "}", "g10", "holds", "transient");
}

Test(recovery, an_adversary_that_stays_is_made_to_withdraw)
{
    expect("{\"mechanism\":\"eap-psk\",\"adversary\":\"dolev-yao\",\"limit_s\":60}", "g10", "holds",
           "transient");
}

Test(recovery, a_false_mother_stays)
{
    expect("{\"mechanism\":\"duckling\",\"adversary\":\"dolev-yao\",\"limit_s\":120}", "g10",
           "broken", "persistent");
}

/* What is watched afterwards is not of the run: its measures stand. */
Test(recovery, the_run_is_measured_before)
{
    json_t *result =
        runner_run(keys("{\"mechanism\":\"eap-psk\",\"adversary\":\"dolev-yao\",\"limit_s\":60}"));
    cr_expect(!runner_completed(result));
    cr_expect_str_eq(runner_verdict(result, "g0_"), "broken");
    cr_expect_leq(runner_column(result, "latency_ms"), 60000);
    json_decref(result);
}

/* ---- G13
 * ------------------------------------------------------------------------------------------ */
Test(revocation, a_killed_duckling_has_forgotten_its_mother)
{
    expect("{\"mechanism\":\"duckling\",\"timeline\":[{\"at_s\":120,\"role\":\"mother\","
           "\"event\":\"kill\"}]}",
           "g13", "holds", "1 transfers");
}

Test(revocation, a_duckling_that_refuses_its_button_is_not_sold)
{
    expect("{\"mechanism\":\"duckling\",\"timeline\":[{\"at_s\":120,\"role\":\"duckling\","
           "\"event\":\"reset\"}]}",
           "g13", "na", "let go");
}

Test(revocation, a_reset_device_has_forgotten_its_server)
{
    expect("{\"mechanism\":\"dtls-rpk\",\"timeline\":[{\"at_s\":60,\"role\":\"device\","
           "\"event\":\"reset\"}]}",
           "g13", "holds", "1 transfers");
}

Test(revocation, a_device_struck_off_is_refused)
{
    expect("{\"mechanism\":\"dtls-rpk\",\"timeline\":["
           "{\"at_s\":60,\"role\":\"server\",\"event\":\"revoke\"},"
           "{\"at_s\":90,\"role\":\"device\",\"event\":\"power-off\"},"
           "{\"at_s\":95,\"role\":\"device\",\"event\":\"power-on\"}]}",
           "g13", "holds", "1 transfers");
    expect("{\"mechanism\":\"eap-psk\",\"timeline\":["
           "{\"at_s\":60,\"role\":\"server\",\"event\":\"revoke device-1@example.org\"},"
           "{\"at_s\":90,\"role\":\"peer\",\"event\":\"reauthenticate\"}]}",
           "g13", "holds", "1 transfers");
}

Test(revocation, a_peer_that_was_reset_needs_its_user)
{
    expect("{\"mechanism\":\"eap-noob\",\"timeline\":[{\"at_s\":60,\"role\":\"peer\","
           "\"event\":\"reset\"}]}",
           "g13", "holds", "1 transfers");
}

/* A server that admits every key takes the device up again after it struck it off. */
Test(revocation, a_server_that_compares_nothing_revokes_nothing)
{
    expect("{\"mechanism\":\"dtls-rpk\",\"options\":{\"acl\":\"any\"},\"timeline\":["
           "{\"at_s\":60,\"role\":\"server\",\"event\":\"revoke\"},"
           "{\"at_s\":90,\"role\":\"device\",\"event\":\"power-off\"},"
           "{\"at_s\":95,\"role\":\"device\",\"event\":\"power-on\"}]}",
           "g13", "broken", "struck off");
}
