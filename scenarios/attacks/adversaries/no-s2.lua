-- SPDX-License-Identifier: GPL-2.0-only
-- Takes Security 2 out of what a Z-Wave node lists, and reads what then goes under the key of zeros.
return scenario {
    mechanism = "zwave-s2",
    adversary = mitm {
        preset = "dolev-yao", name = "no-s2",
        strategy = { name = "downgrade", message = "Node Information Frame",
                     find = "0x5e9f98", replace = "0x5e2298" },
    },
}
