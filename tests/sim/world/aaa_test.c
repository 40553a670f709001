/* SPDX-License-Identifier: GPL-2.0-only */
/* An AAA server behind PANA's agent, also where a relay stands before that, and CoAP-EAP's
 * controller, through two proxies, in whole runs. */
#include <criterion/criterion.h>

#include "tests/support/runner.h"

static const struct {
    const char *name;
    bool relay; /* before the agent, which then is a server, so that the AAA server is apart */
    const char *methods[4];
} layers[] = {{"coap-eap", false, {"eap-psk", "eap-tls", "eap-noob"}},
              {"pana", false, {"eap-psk", "eap-tls", "eap-noob"}},
              {"pana-lowpan", true, {"eap-psk", "eap-tls", "eap-noob"}},
              {"zigbee-ip", true, {"eap-tls"}}};
enum { LAYERS = 4 };

static json_t *run(const char *mechanism, const char *method, const char *server, int devices)
{
    json_t *options =
        json_pack("{s:s, s:s, s:s}", "eap-method", method, "eap-server", server, "proxy-hops", "2");
    return runner_run(json_pack("{s:s, s:o, s:i, s:i, s:i}", "mechanism", mechanism, "options",
                                options, "devices", devices, "cell", 2, "limit_s", 300));
}

static void expect(const char *mechanism, const json_t *r, const char *goal)
{
    cr_expect_str_eq(runner_verdict(r, goal), "holds", "%s, %s: %s", mechanism, goal,
                     runner_why(r, goal));
}

/* Nobody at the device's link can tell where the server is, but for the time that it takes. */
static void compare(const char *mechanism, bool relay, const char *method)
{
    json_t *here = run(mechanism, method, "local", 1),
           *behind = run(mechanism, method, "radius", 1);
    cr_assert(runner_completed(behind), "%s, %s", mechanism, method);
    cr_expect_eq(runner_column(here, "messages_device"), runner_column(behind, "messages_device"));
    cr_expect_lt(runner_column(here, "messages_total"), runner_column(behind, "messages_total"));
    cr_expect_lt(runner_column(here, "latency_ms"), runner_column(behind, "latency_ms"));
    bool inside = runner_column(here, "messages_total") > runner_column(here, "messages_device");
    cr_expect_eq(inside, relay, "%s", mechanism);
    for (const char *const *g = (const char *const[]){"g1", "g3", "g4", "g5", NULL}; *g; g++)
        expect(mechanism, behind, *g);
    json_decref(here);
    json_decref(behind);
}

Test(aaa, each_method_runs_through_two_proxies, .timeout = 100)
{
    for (int i = 0; i < LAYERS; i++)
        for (int k = 0; layers[i].methods[k]; k++)
            compare(layers[i].name, layers[i].relay, layers[i].methods[k]);
}

/* Two agents or relays with one server, each with several devices: replies find their device. */
Test(aaa, several_agents_share_a_server, .timeout = 100)
{
    for (int i = 0; i < LAYERS; i++) {
        json_t *r = run(layers[i].name, "eap-tls", "radius", 4);
        cr_expect(runner_completed(r), "%s", layers[i].name);
        expect(layers[i].name, r, "g3");
        expect(layers[i].name, r, "g5");
        json_decref(r);
    }
}

/* A server that is apart talks over a link of its own: TLS of RADIUS crosses it too. */
Test(aaa, a_server_that_is_apart_is_reached_over_tls)
{
    for (int i = 2; i < LAYERS; i++) {
        json_t *r = runner_run(json_pack("{s:s, s:{s:s, s:s}, s:i}", "mechanism", layers[i].name,
                                         "options", "eap-server", "radius", "radius-transport",
                                         "tls", "limit_s", 300));
        cr_expect(runner_completed(r), "%s", layers[i].name);
        expect(layers[i].name, r, "g3");
        json_decref(r);
    }
}
