-- SPDX-License-Identifier: GPL-2.0-only
-- Ad hoc: Z-Wave inclusion with Security 2, one new node for each class, and with Security 0.
return {
    scenario {
        mechanism = "zwave-s2",
        medium = "z-wave",
        options = {
            node = { keys = sweep { "unauthenticated", "authenticated", "access-control", "all" } },
            controller = { grant = "all" },
        },
    },
    scenario {
        mechanism = "zwave-s2",
        medium = "z-wave",
        options = { node = { security = "s0" }, controller = { ["s0-policy"] = "accept" } },
    },
}
