/* SPDX-License-Identifier: GPL-2.0-only */
/* Relays between a device and its access node. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/support/runner.h"

static json_t *run(const char *mechanism, int hops, const char *more)
{
    char text[400];
    snprintf(text, sizeof text, "{\"mechanism\":\"%s\",\"medium\":\"lr-wpan\",\"hops\":%d%s}",
             mechanism, hops, more);
    json_t *r = runner_run(json_loads(text, 0, NULL));
    cr_expect(runner_completed(r), "%s", text);
    return r;
}

static void relayed(const char *mechanism)
{
    json_t *near = run(mechanism, 1, ""), *far = run(mechanism, 4, "");
    cr_expect_eq(runner_column(far, "messages_device"), runner_column(near, "messages_device"));
    cr_expect_eq(runner_column(far, "bytes_device"), runner_column(near, "bytes_device"));
    /* On its own hop; TCP may send a segment again that was lost further on. */
    cr_expect_geq(runner_column(far, "air_message"), runner_column(near, "air_message"));
    cr_expect_leq(runner_column(far, "air_message"), 1.1 * runner_column(near, "air_message"));
    cr_expect_gt(runner_column(far, "network_ms"), 2 * runner_column(near, "network_ms"), "%s",
                 mechanism);
    json_decref(near);
    json_decref(far);
}

Test(hops, cost_time_and_no_messages)
{
    relayed("coap-eap"); /* datagrams */
    relayed("est");      /* streams */
}

Test(hops, several_devices_share_the_relays)
{
    json_t *r = run("pana", 3, ",\"devices\":4,\"cell\":2,\"arrival_ms\":2000");
    json_decref(r);
}

/* A datagram that is dropped at its receiver comes again, and who stands on the link for good
 * breaks no more over relays than over one hop. */
Test(hops, the_adversary_meets_messages_once)
{
    json_t *r = run("coap-eap", 3,
                    ",\"adversary\":{\"$mitm\":{\"preset\":\"none\",\"name\":\"tested\","
                    "\"network\":{\"device\":{\"read\":\"always\",\"block\":\"always\"}},"
                    "\"strategy\":{\"name\":\"drop\",\"count\":1}}}");
    cr_expect_eq(runner_column(r, "delta_messages"), 1);
    json_decref(r);
    r = run("coap-eap", 3, ",\"adversary\":\"passive\"");
    cr_expect_str_eq(runner_verdict(r, "g1"), "holds");
    cr_expect_eq(runner_column(r, "delta_messages"), 0);
    json_decref(r);
}
