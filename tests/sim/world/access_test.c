/* SPDX-License-Identifier: GPL-2.0-only */
/* Keys that were installed before, where there is more than one access node. */
#include <criterion/criterion.h>

#include "tests/support/runner.h"

static void all_enter(const char *mechanism, json_t *options)
{
    json_t *r = runner_run(json_pack("{s:s, s:o, s:i, s:i, s:i}", "mechanism", mechanism, "options",
                                     options, "devices", 6, "cell", 2, "limit_s", 300));
    cr_expect(runner_completed(r), "%s: %g of 6", mechanism, runner_column(r, "completed"));
    cr_expect_str_eq(runner_verdict(r, "g0"), "holds", "%s", runner_why(r, "g0"));
    json_decref(r);
}

Test(access, a_device_knows_each_of_them, .timeout = 60)
{
    all_enter("ssh-tofu",
              json_pack("{s:s, s:s}", "known-hosts", "installed", "host-key-policy", "strict"));
}

Test(access, a_device_obeys_each_of_them, .timeout = 60)
{
    all_enter("ssh-tofu",
              json_pack("{s:s, s:s}", "device-is", "server", "authorized-keys", "installed"));
}

Test(access, a_device_is_configured_with_each_of_them, .timeout = 60)
{
    all_enter("dtls-rpk",
              json_pack("{s:s, s:s}", "server-named-by", "configuration", "acl", "delivered"));
}
