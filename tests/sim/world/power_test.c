/* SPDX-License-Identifier: GPL-2.0-only */
/* Power profiles: the pieces fill the time, and their energy is what the meter says. */
#include "sim/world/power.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "sim/campaign/resolve.h"
#include "sim/world/run.h"
#include "tests/support/runner.h"

static json_t *watch(const char *keys, int device)
{
    struct imp_resolved r;
    char error[IMP_ERROR];
    json_t *scenario = json_loads(keys, 0, NULL);
    cr_assert_eq(imp_resolve(&r, scenario, NULL, "test", error, sizeof error), 0, "%s", error);
    imp_world_warm();
    json_t *result = imp_world_power(r.plan, device);
    imp_resolved_free(&r);
    json_decref(scenario);
    return result;
}

static double ns(const json_t *piece, size_t i)
{
    return json_number_value(json_array_get(piece, i));
}

/* mJ of the pieces of that name. */
static double energy(const json_t *profile, const char *list, const char *state)
{
    const json_t *piece;
    size_t i;
    double sum = 0;
    json_array_foreach(json_object_get(profile, list), i, piece)
    {
        if (strcmp(json_string_value(json_array_get(piece, 0)), state) == 0)
            sum += (ns(piece, 2) - ns(piece, 1)) / 1e9;
    }
    return sum * json_number_value(json_object_get(json_object_get(profile, "mw"), state));
}

static void expect_whole(const json_t *profile)
{
    const json_t *radio = json_object_get(profile, "radio"), *piece;
    double at = json_number_value(json_object_get(profile, "start_ns"));
    const char *before = "";
    size_t i;
    json_array_foreach(radio, i, piece)
    {
        const char *state = json_string_value(json_array_get(piece, 0));
        cr_assert_eq(ns(piece, 1), at, "a gap before piece %zu", i);
        cr_assert_gt(ns(piece, 2), at);
        cr_assert_str_neq(state, before, "piece %zu goes on where the last one ended", i);
        at = ns(piece, 2);
        before = state;
    }
    cr_expect_eq(at, json_number_value(json_object_get(profile, "end_ns")));
}

static void expect_nothing_after_the_end(const json_t *profile)
{
    double end = json_number_value(json_object_get(profile, "end_ns"));
    const json_t *piece;
    size_t i;
    json_array_foreach(json_object_get(profile, "cpu"), i, piece)
        cr_expect_leq(ns(piece, 2), end, "computing piece %zu", i);
}

static void expect_sound(const char *keys)
{
    json_t *result = watch(keys, 0);
    const json_t *p = json_object_get(result, "power");
    cr_assert_not_null(p, "%s", json_string_value(json_object_get(result, "why")));
    cr_assert(runner_completed(result));
    expect_whole(p);
    expect_nothing_after_the_end(p);
    cr_expect_float_eq(energy(p, "radio", "tx"), runner_column(result, "tx_mj"), 2e-6);
    cr_expect_float_eq(energy(p, "radio", "rx"), runner_column(result, "rx_mj"), 2e-6);
    cr_expect_float_eq(energy(p, "radio", "idle") + energy(p, "radio", "off"),
                       runner_column(result, "idle_mj"), 2e-6);
    cr_expect_float_eq(energy(p, "cpu", "cpu"), runner_column(result, "cpu_mj"), 2e-6);
    json_decref(result);
}

Test(power, adds_up_on_wifi)
{
    expect_sound("{\"mechanism\":\"eap-psk\"}");
}

/* A device of EST still computes when it has completed: it closes its connection. */
Test(power, ends_with_the_completion)
{
    expect_sound("{\"mechanism\":\"est-coaps\"}");
}

Test(power, adds_up_on_lrwpan)
{
    expect_sound("{\"mechanism\":\"dtls-rpk\",\"medium\":\"lr-wpan\",\"platform\":\"nrf52840\"}");
}

/* A radio that sleeps but for receive windows, and one that scans. */
Test(power, adds_up_on_lorawan)
{
    expect_sound("{\"mechanism\":\"lorawan-otaa\"}");
}

Test(power, adds_up_on_ble)
{
    expect_sound("{\"mechanism\":\"bluetooth-mesh\"}");
}

Test(power, is_of_the_same_run)
{
    json_t *plain = runner_run(json_loads("{\"mechanism\":\"eap-psk\",\"loss\":0.2}", 0, NULL));
    json_t *watched = watch("{\"mechanism\":\"eap-psk\",\"loss\":0.2}", 0);
    cr_expect_str_eq(json_string_value(json_object_get(plain, "digest")),
                     json_string_value(json_object_get(watched, "digest")));
    json_decref(plain);
    json_decref(watched);
}

Test(power, of_a_device_that_is_not_there_is_a_reason)
{
    json_t *result = watch("{\"mechanism\":\"eap-psk\"}", 1);
    cr_expect_null(json_object_get(result, "power"));
    cr_expect_str_eq(json_string_value(json_object_get(result, "why")), "no device 2 started");
    json_decref(result);
}
