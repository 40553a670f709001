-- SPDX-License-Identifier: GPL-2.0-only
-- Changes a bit of one frame in each inclusion of a Z-Wave node.
return scenario {
    mechanism = "zwave-s2",
    adversary = mitm {
        preset = "dolev-yao", name = "spoiled-verify",
        strategy = { name = "lua", file = "../lua/spoiled-verify.lua" },
    },
}
