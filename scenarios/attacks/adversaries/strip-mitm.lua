-- SPDX-License-Identifier: GPL-2.0-only
-- Tells both ends that the other does not ask for protection from a man in the middle.
return scenario {
    mechanism = "bluetooth-pairing", medium = "ble",
    adversary = mitm {
        preset = "dolev-yao", name = "strip-mitm",
        strategy = { name = "lua", file = "../lua/strip-mitm.lua" },
    },
}
