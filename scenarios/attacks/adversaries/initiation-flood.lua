-- SPDX-License-Identifier: GPL-2.0-only
-- Asks a PANA agent for more sessions than it has, from addresses that nobody has, before the second device comes.
return scenario {
    mechanism = "pana", devices = 2, arrival_ms = 60000,
    adversary = mitm {
        preset = "race", name = "initiation-flood",
        strategy = { name = "lua", file = "../lua/initiation-flood.lua" },
    },
}
