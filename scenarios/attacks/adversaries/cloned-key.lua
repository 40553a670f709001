-- SPDX-License-Identifier: GPL-2.0-only
-- Reads the storage of device 1 and comes with its key from the station of device 2 while device 1 is connected.
return scenario {
    mechanism = "eap-tls", devices = 2,
    adversary = mitm {
        preset = "thief", name = "cloned-key",
        strategy = { name = "lua", file = "../lua/cloned-key.lua" },
        network = { device = { read = "post", block = "post", inject = "post" } },
    },
}
