/* SPDX-License-Identifier: GPL-2.0-only */
/* Channels of service STREAM in whole runs: RADIUS over TLS between access point and server. */
#include <criterion/criterion.h>
#include <string.h>

#include "tests/support/runner.h"

static json_t *run_over_tls(const char *adversary, bool flawed, int devices)
{
    json_t *flaws = flawed ? json_pack("[s]", "tls-default-key") : json_array();
    return runner_run(json_pack("{s:s, s:s, s:{s:s}, s:o, s:i, s:i, s:s, s:i}", "mechanism",
                                "eap-psk", "adversary", adversary, "options", "radius-transport",
                                "tls", "flaws", flaws, "devices", devices, "cell", devices,
                                "backend", "wan", "limit_s", 300));
}

static void check(const json_t *result, const char *goal, const char *expected)
{
    cr_expect_str_eq(runner_verdict(result, goal), expected, "%s: %s", goal,
                     runner_why(result, goal));
}

/* The first requests wait for the handshake, later ones share segments: each is still booked for
 * its device, or agreement would seem to be broken. */
Test(streams, many_devices_share_one_connection)
{
    json_t *result = run_over_tls("none", false, 40);
    cr_assert(runner_completed(result));
    check(result, "g0", "holds");
    check(result, "g3", "holds");
    check(result, "g4", "holds");
    json_decref(result);
}

Test(streams, a_stream_that_is_taken_over_wins_nothing_without_its_key)
{
    json_t *result = run_over_tls("dolev-yao-backend", false, 1);
    check(result, "g0", "broken");
    check(result, "g1", "holds");
    check(result, "g3", "holds");
    check(result, "g5", "holds");
    check(result, "g10", "holds"); /* the access point finds the server when nobody interferes */
    json_decref(result);
}

/* The adversary's own connection reaches the honest server, not its mirror. */
Test(streams, a_default_key_makes_anybody_an_access_point)
{
    json_t *result = run_over_tls("dolev-yao-backend", true, 1);
    check(result, "g3", "broken");
    json_decref(result);
}
