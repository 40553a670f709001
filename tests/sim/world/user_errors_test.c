/* SPDX-License-Identifier: GPL-2.0-only */
/* Errors of the people (axis U) happen with the probability of the rights, and change what is
 * bound. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/runner.h"

static json_t *run(const char *mechanism, const char *error, double p, int seed, json_t *options)
{
    json_t *user = json_object();
    json_object_set_new(user, error, json_real(p));
    return runner_run(json_pack("{s:s, s:i, s:i, s:i, s:o, s:{s:{s:s, s:s, s:o}}}", "mechanism",
                                mechanism, "devices", 2, "limit_s", 120, "seed", seed, "options",
                                options, "adversary", "$mitm", "preset", "passive", "name",
                                "errors", "user", user));
}

static bool noted(const json_t *result, const char *words)
{
    char *text = json_dumps(json_object_get(result, "trace"), JSON_COMPACT);
    bool found = strstr(text, words) != NULL;
    free(text);
    return found;
}

Test(user_errors, nobody_errs_unless_told)
{
    json_t *result = run("eap-noob", "copies-elsewhere", 0, 1, json_object());
    cr_expect_str_eq(runner_verdict(result, "g5"), "holds", "%s", runner_why(result, "g5"));
    cr_expect(!noted(result, "where another device's belongs"));
    json_decref(result);
}

/* One of two users errs, in half of the runs: the server then registers a device that nobody meant.
 * Keys stay secret. */
static void expect_misbinding(const char *error, const char *words)
{
    int broken = 0;
    for (int seed = 1; seed <= 8; seed++) {
        json_t *result = run("eap-noob", error, 0.5, seed, json_object());
        bool binds = strcmp(runner_verdict(result, "g5"), "holds") == 0;
        cr_expect_str_eq(runner_verdict(result, "g1"), "holds", "%s", runner_why(result, "g1"));
        cr_expect(binds || noted(result, words), "%s without an error", runner_why(result, "g5"));
        broken += !binds;
        json_decref(result);
    }
    cr_expect(broken > 0, "%s never mattered", error);
}

Test(user_errors, a_message_handed_over_in_another_place_binds_the_wrong_device)
{
    expect_misbinding("copies-elsewhere", "where another device's belongs");
}

Test(user_errors, the_wrong_device_is_taken_for_the_one_meant)
{
    expect_misbinding("wrong-device", "acts on another device");
}

Test(user_errors, who_skips_the_check_takes_no_time_for_it)
{
    json_t *careful = run("duckling", "skips-check", 0, 1, json_pack("{s:s}", "confirm", "true"));
    json_t *hasty = run("duckling", "skips-check", 1, 1, json_pack("{s:s}", "confirm", "true"));
    cr_expect(noted(hasty, "without looking"));
    cr_expect(!noted(careful, "without looking"));
    cr_expect_lt(runner_column(hasty, "user_ms"), runner_column(careful, "user_ms"));
    json_decref(careful);
    json_decref(hasty);
}

/* The duckling's key runs out, which alarms; later its new mother asks the user to confirm. */
static json_t *after_an_alarm(const char *errors)
{
    char text[512];
    snprintf(text, sizeof text,
             "{'mechanism': 'duckling', 'limit_s': 400, 'seed': 1,"
             " 'options': {'mother': {'confirm': true}, 'key-lifetime': 60, 'leisure': 0},"
             " 'timeline': [{'at_s': 100, 'role': 'duckling', 'event': 'power-off'},"
             "              {'at_s': 101, 'role': 'duckling', 'event': 'power-on'}],"
             " 'adversary': {'$mitm': {'preset': 'passive', 'name': 'errors', 'user': {%s}}}}",
             errors);
    for (char *c = text; *c; c++)
        if (*c == '\'')
            *c = '"';
    return runner_run(json_loads(text, 0, NULL));
}

Test(user_errors, who_checks_after_an_alarm_gives_up)
{
    json_t *result = after_an_alarm("");
    cr_expect(noted(result, "heeds a warning"));
    cr_expect(noted(result, "user-declined"));
    json_decref(result);
}

Test(user_errors, who_ignores_warnings_goes_on)
{
    json_t *result = after_an_alarm("'ignores-warning': 1");
    cr_expect(noted(result, "ignores a warning"));
    cr_expect(!noted(result, "user-declined"));
    json_decref(result);
}

/* A check that is said to be done takes no time and heeds nothing. */
Test(user_errors, who_skips_the_check_sees_no_warning)
{
    json_t *result = after_an_alarm("'skips-check': 1");
    cr_expect(!noted(result, "a warning"));
    cr_expect(!noted(result, "user-declined"));
    json_decref(result);
}
