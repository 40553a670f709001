-- SPDX-License-Identifier: GPL-2.0-only
-- Who leads a device into a tunnel of its own for its password, and then comes with that itself.
return scenario {
    mechanism = "pana", options = { ["eap-method"] = "eap-ttls" },
    adversary = mitm {
        preset = "dolev-yao", name = "stolen-password",
        strategy = { name = "lua", file = "../lua/stolen-password.lua" },
    },
}
