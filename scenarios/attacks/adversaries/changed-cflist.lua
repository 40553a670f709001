-- SPDX-License-Identifier: GPL-2.0-only
-- Gives devices other channels than the network server meant.
return scenario {
    mechanism = "lorawan-otaa",
    adversary = mitm {
        preset = "dolev-yao", name = "changed-cflist",
        strategy = { name = "lua", file = "../lua/changed-cflist.lua" },
    },
}
