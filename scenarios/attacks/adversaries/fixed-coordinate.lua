-- SPDX-License-Identifier: GPL-2.0-only
-- Replaces y by zero in both public keys and reads on: no association model compares y (CVE-2018-5383).
return scenario {
    mechanism = "bluetooth-pairing", medium = "ble",
    adversary = mitm {
        preset = "dolev-yao", name = "fixed-coordinate",
        strategy = { name = "lua", file = "../lua/fixed-coordinate.lua" },
    },
}
