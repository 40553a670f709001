-- SPDX-License-Identifier: GPL-2.0-only
-- A strategy in Lua: when the device comes back after a power cut, its answer of the first session
-- takes the place of the new one. Each end has a check that stops this; without both, the server
-- agrees on a session that the device never ran.
local function without(checks, expect)
    return scenario {
        name = #checks == 0 and "checked" or table.concat(checks, "+"),
        mechanism = "eap-psk", flaws = checks, limit_s = 300, expect = expect,
        timeline = {
            { at_s = 60, role = "peer", event = "power-off" },
            { at_s = 61, role = "peer", event = "power-on" },
        },
        adversary = mitm {
            preset = "dolev-yao", name = "replay first",
            strategy = { name = "lua", file = "lua/replay-first.lua" },
        },
    }
end

return {
    without({}, {
        g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "MAC_P covers the RAND_S of the new session (RFC 4764 section 4.1)",
    }),
    without({ "no-peer-auth" }, {
        g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "MAC_S covers the RAND_P of the new session: the device notices",
    }),
    without({ "no-peer-auth", "no-server-auth" }, {
        g1_secrecy = "holds", g3_agreement = "broken",
        because = "nobody is left who compares the nonces",
    }),
}
