/* SPDX-License-Identifier: GPL-2.0-only */
/* Whole runs of every mechanism on ns-3: they complete, their figures add up, they repeat. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "protocols/contract/mechanism.h"
#include "sim/ns3/engine.h"
#include "tests/support/runner.h"

static json_t *run(const char *mechanism, const char *more)
{
    json_t *keys = json_loads(more, 0, NULL);
    cr_assert_not_null(keys, "the test's own JSON: %s", more);
    json_object_set_new(keys, "mechanism", json_string(mechanism));
    return runner_run(keys);
}

static void expect_sum(const json_t *r, const char *whole, const char *const *parts)
{
    double sum = 0;
    for (size_t i = 0; parts[i]; i++)
        sum += runner_column(r, parts[i]);
    cr_expect(fabs(sum - runner_column(r, whole)) < 1e-4, "%s is %f, its parts %f", whole,
              runner_column(r, whole), sum);
}

/* The radio's states fill exactly the time from power-on to completion. */
static void expect_radio_time(const json_t *r)
{
    const json_t *t = json_array_get(json_object_get(r, "radio"), 0);
    double ns = json_number_value(json_object_get(t, "off_ns")) +
                json_number_value(json_object_get(t, "idle_ns")) +
                json_number_value(json_object_get(t, "rx_ns")) +
                json_number_value(json_object_get(t, "tx_ns"));
    cr_expect(fabs(ns / 1e6 - runner_column(r, "latency_ms")) < 1e-3,
              "radio states %f ms, latency %f ms", ns / 1e6, runner_column(r, "latency_ms"));
}

static void expect_sound(const char *name, const json_t *r)
{
    static const char *const times[] = {"network_ms", "cpu_ms", "user_ms", NULL};
    static const char *const layers[] = {"air_message", "air_network", "air_link", "air_repeated",
                                         NULL};
    static const char *const energies[] = {"tx_mj", "rx_mj", "idle_mj", "cpu_mj", NULL};
    cr_expect(runner_completed(r), "%s did not complete", name);
    expect_sum(r, "latency_ms", times);
    expect_sum(r, "energy_mj", energies);
    expect_sum(r, "bytes_air", layers);
    expect_radio_time(r);
    cr_expect_gt(runner_column(r, "tx_mj"), 0);
    cr_expect_gt(runner_column(r, "rx_mj"), 0);
    cr_expect_gt(runner_column(r, "messages_device"), 3);
    cr_expect_geq(runner_column(r, "messages_total"), runner_column(r, "messages_device"));
    cr_expect_geq(runner_column(r, "bytes_air"), runner_column(r, "bytes_device"));
}

Test(run, every_mechanism_completes_and_its_figures_add_up, .timeout = 100)
{
    for (size_t i = 0; imp_mechanisms[i]; i++) {
        json_t *r = run(imp_mechanisms[i]->name, "{}");
        expect_sound(imp_mechanisms[i]->name, r);
        json_decref(r);
    }
}

Test(run, loss_is_recovered_and_costs_time, .timeout = 100)
{
    for (size_t i = 0; imp_mechanisms[i]; i++) {
        json_t *r = run(imp_mechanisms[i]->name, "{\"loss\":0.2}");
        expect_sound(imp_mechanisms[i]->name, r);
        json_decref(r);
    }
}

/* Whether its frames have an EtherType; those of a radio of its own have that medium alone. */
static bool is_portable(const struct imp_mechanism *m)
{
    for (const struct imp_channel *c = m->channels; c->name; c++)
        if (c->service == IMP_SERVICE_FRAME && !eng_carries(ENG_WIFI, c->number))
            return false;
    return true;
}

Test(run, other_media_carry_the_same_messages, .timeout = 100)
{
    static const char *const media[] = {"wifi", "ethernet"};
    for (size_t i = 0; imp_mechanisms[i]; i++) {
        if (!is_portable(imp_mechanisms[i]))
            continue;
        double messages[2];
        for (int k = 0; k < 2; k++) {
            char keys[80];
            snprintf(keys, sizeof keys, "{\"medium\":\"%s\",\"platform\":\"gateway\"}", media[k]);
            json_t *r = run(imp_mechanisms[i]->name, keys);
            cr_expect(runner_completed(r), "%s on %s", imp_mechanisms[i]->name, media[k]);
            messages[k] = runner_column(r, "messages_device");
            json_decref(r);
        }
        cr_expect_eq(messages[0], messages[1], "%s: %g and %g messages", imp_mechanisms[i]->name,
                     messages[0], messages[1]);
    }
}

Test(run, several_devices_in_several_cells_all_complete, .timeout = 100)
{
    for (size_t i = 0; imp_mechanisms[i]; i++) {
        json_t *r = run(imp_mechanisms[i]->name, "{\"devices\":5,\"cell\":3,\"arrival_ms\":200}");
        cr_expect(runner_completed(r), "%s", imp_mechanisms[i]->name);
        cr_expect_eq(json_array_size(json_object_get(r, "devices")), 5);
        cr_expect_str_eq(runner_verdict(r, "g5"), "holds", "%s: %s", imp_mechanisms[i]->name,
                         runner_why(r, "g5"));
        json_decref(r);
    }
}

static char *digest(const char *mechanism, const char *keys)
{
    json_t *r = run(mechanism, keys);
    char *d = strdup(json_string_value(json_object_get(r, "digest")));
    json_decref(r);
    return d;
}

Test(run, same_plan_same_digest_and_other_replication_another, .timeout = 100)
{
    for (size_t i = 0; imp_mechanisms[i]; i++) {
        const char *name = imp_mechanisms[i]->name;
        char *a = digest(name, "{\"loss\":0.1}"), *b = digest(name, "{\"loss\":0.1}"),
             *c = digest(name, "{\"loss\":0.1,\"seed\":2}");
        cr_expect_str_eq(a, b, "%s does not repeat", name);
        cr_expect_str_neq(a, c, "%s ignores its seed", name);
        free(a);
        free(b);
        free(c);
    }
}

Test(run, slower_platform_computes_longer, .timeout = 60)
{
    json_t *slow = run("dtls-rpk", "{\"platform\":\"telosb\",\"medium\":\"lr-wpan\"}");
    json_t *fast = run("dtls-rpk", "{\"platform\":\"nrf52840\",\"medium\":\"lr-wpan\"}");
    cr_expect_gt(runner_column(slow, "cpu_ms"), 10 * runner_column(fast, "cpu_ms"));
    json_decref(slow);
    json_decref(fast);
}

/* How often a party said a claim or a message of that name at or after a time. */
static int seen(const json_t *r, const char *from, const char *message, double seconds)
{
    const json_t *e;
    size_t i;
    int n = 0;
    json_array_foreach(json_object_get(r, "trace"), i, e)
    {
        n += strcmp(json_string_value(json_object_get(e, "from")), from) == 0 &&
             strcmp(json_string_value(json_object_get(e, "message")), message) == 0 &&
             json_number_value(json_object_get(e, "t")) >= seconds * 1e9;
    }
    return n;
}

Test(run, power_cut_and_command_lead_to_reconnect_exchanges, .timeout = 60)
{
    json_t *r = run("eap-noob", "{\"timeline\":["
                                "{\"at_s\":120,\"role\":\"peer\",\"event\":\"reauthenticate\"},"
                                "{\"at_s\":150,\"role\":\"peer\",\"event\":\"power-off\"},"
                                "{\"at_s\":160,\"role\":\"peer\",\"event\":\"power-on\"}]}");
    cr_expect(runner_completed(r));
    cr_expect_lt(runner_column(r, "latency_ms"), 120e3, "the row tells of the first bootstrapping");
    cr_expect_eq(seen(r, "device-1", "complete", 0), 3);
    cr_expect_eq(seen(r, "device-1", "complete", 160), 1);
    cr_expect_str_eq(runner_verdict(r, "g3"), "holds", "%s", runner_why(r, "g3"));
    json_decref(r);
}

Test(run, killed_duckling_is_imprinted_again, .timeout = 60)
{
    json_t *r = run("duckling", "{\"timeline\":[{\"at_s\":120,\"role\":\"mother\","
                                "\"event\":\"kill\"}]}");
    cr_expect_eq(seen(r, "device-1", "complete", 0), 2);
    cr_expect_str_eq(runner_verdict(r, "g5"), "holds", "%s", runner_why(r, "g5"));
    json_decref(r);
}

Test(run, revoked_device_is_refused, .timeout = 60)
{
    json_t *r = run("dtls-rpk", "{\"timeline\":["
                                "{\"at_s\":60,\"role\":\"server\",\"event\":\"revoke\"},"
                                "{\"at_s\":90,\"role\":\"device\",\"event\":\"power-off\"},"
                                "{\"at_s\":95,\"role\":\"device\",\"event\":\"power-on\"}]}");
    cr_expect_gt(seen(r, "server", "device-key-unknown", 95), 0);
    cr_expect_eq(seen(r, "device-1", "complete", 60), 0);
    json_decref(r);
}
