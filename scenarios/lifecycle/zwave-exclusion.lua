-- SPDX-License-Identifier: GPL-2.0-only
-- A Z-Wave node leaves its network: the owner sets the controller to exclusion mode, the user presses the
-- node's button. In the second run it is included again, by its label of before.
local function leaves(name, again, expected, because)
    return scenario {
        name = name,
        mechanism = "zwave-s2",
        medium = "z-wave",
        options = { inclusion = sweep { "classic", "smart-start" } },
        timeline = {
            { at_s = 60, role = "controller", event = "exclude" },
            { at_s = 62, role = "node", event = "exclude" },
            again,
        },
        expect = { g0_completion = "holds", g13_revocation = expected, because = because },
    }
end

return {
    leaves("excluded", nil, "holds", "the node has erased the network's keys"),
    leaves("excluded and included again", { at_s = 90, role = "node", event = "reset" }, "broken",
           "the keys of a class are not changed when a node leaves"),
}
