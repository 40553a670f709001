-- SPDX-License-Identifier: GPL-2.0-only
-- Reads everything on the device's link, blocks nothing, and forges the end of a PANA session.
return scenario {
    mechanism = "pana",
    adversary = mitm {
        preset = "race", name = "forged-termination",
        strategy = { name = "lua", file = "../lua/forged-termination.lua" },
    },
}
