-- SPDX-License-Identifier: GPL-2.0-only
-- A strategy in Lua: man in the middle with a key of its own at first contact. X25519 in place of a
-- clear key is no help against it; a Faraday cage is.
local function duckling(name, options, expect)
    return scenario {
        name = name, mechanism = "duckling", options = options, limit_s = 300, expect = expect,
        adversary = mitm {
            preset = "first-contact", name = "own key",
            strategy = { name = "lua", file = "lua/own-key.lua" },
        },
    }
end

return {
    duckling("clear", {}, {
        g1_secrecy = "broken", g3_agreement = "broken", g5_binding = "broken",
        because = "the duckling follows the first thing that calls itself mother",
    }),
    duckling("x25519", { ["key-transport"] = "x25519" }, {
        g1_secrecy = "broken", g3_agreement = "broken", g5_binding = "broken",
        because = "nobody has told the duckling whose public key it should expect",
    }),
    duckling("x25519-in-cage", { ["key-transport"] = "x25519", cage = true }, {
        g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "nobody else is inside the Faraday cage",
    }),
}
