-- SPDX-License-Identifier: GPL-2.0-only
-- The certificate authority changes its key (RFC 7030 section 4.1.3) between two certificates of a device,
-- which asks for the CA certificates again and follows NewWithOld. It renews once more under the new root,
-- below which the server's certificate is by itself, or by OldWithNew.
return scenario {
    mechanism = "est",
    medium = "wifi",
    platform = "esp32",
    options = {
        bootstrap = "explicit",
        ["ca-rollover"] = 60,
        ["rollover-certificate"] = sweep { "old", "new" },
        ["cacerts-refresh"] = true,
        renew = 120,
    },
    timeline = { { at_s = 220, role = "client", event = "renew" } },
}
