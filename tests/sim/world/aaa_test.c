/* SPDX-License-Identifier: GPL-2.0-only */
/* An AAA server behind PANA's agent and CoAP-EAP's controller, through two proxies, in whole runs.
 */
#include <criterion/criterion.h>

#include "tests/support/runner.h"

static const char *const mechanisms[] = {"coap-eap", "pana"};
static const char *const methods[] = {"eap-psk", "eap-tls", "eap-noob"};

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
static void compare(const char *mechanism, const char *method)
{
    json_t *here = run(mechanism, method, "local", 1),
           *behind = run(mechanism, method, "radius", 1);
    cr_assert(runner_completed(behind), "%s, %s", mechanism, method);
    cr_expect_eq(runner_column(here, "messages_device"), runner_column(behind, "messages_device"));
    cr_expect_lt(runner_column(here, "messages_total"), runner_column(behind, "messages_total"));
    cr_expect_lt(runner_column(here, "latency_ms"), runner_column(behind, "latency_ms"));
    cr_expect_eq(runner_column(here, "messages_total"), runner_column(here, "messages_device"));
    for (const char *const *g = (const char *const[]){"g1", "g3", "g4", "g5", NULL}; *g; g++)
        expect(mechanism, behind, *g);
    json_decref(here);
    json_decref(behind);
}

Test(aaa, each_method_runs_through_two_proxies, .timeout = 100)
{
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 3; k++)
            compare(mechanisms[i], methods[k]);
}

/* Two agents with one server, each with several devices: replies find their device. */
Test(aaa, several_agents_share_a_server, .timeout = 100)
{
    for (int i = 0; i < 2; i++) {
        json_t *r = run(mechanisms[i], "eap-tls", "radius", 4);
        cr_expect(runner_completed(r), "%s", mechanisms[i]);
        expect(mechanisms[i], r, "g3");
        expect(mechanisms[i], r, "g5");
        json_decref(r);
    }
}
