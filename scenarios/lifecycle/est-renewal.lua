-- SPDX-License-Identifier: GPL-2.0-only
-- A person looks at a new device before it is enrolled (202 with Retry-After, RFC 7030 section 4.2.3);
-- then it renews its certificate, after two minutes by itself and once on command, the key made by
-- itself or by the server.
return scenario {
    mechanism = "est",
    medium = "wifi",
    platform = "esp32",
    options = {
        bootstrap = "explicit",
        ["key-generation"] = sweep { "device", "server" },
        approval = 60,
        renew = 120,
    },
    timeline = { { at_s = 220, role = "client", event = "renew" } },
}
