-- SPDX-License-Identifier: GPL-2.0-only
-- The duckling is lost at first contact and nowhere else; a Faraday cage closes that moment.
local function against(adversary, options, expect)
    return scenario {
        mechanism = "duckling", adversary = adversary, options = options, limit_s = 300,
        expect = expect,
    }
end

return {
    against("passive", { ["key-transport"] = "clear" }, {
        g0_completion = "holds", g1_secrecy = "broken", g3_agreement = "holds", g5_binding = "holds",
        because = "the key travels in clear: this is the leap",
    }),
    against("passive", { ["key-transport"] = "x25519" }, {
        g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "an eavesdropper cannot compute the shared X25519 secret",
    }),
    against("first-contact", {}, {
        g1_secrecy = "broken", g3_agreement = "broken", g5_binding = "broken",
        because = "the duckling follows the first thing that calls itself mother",
    }),
    against("first-contact", { cage = true }, {
        g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "nobody else is inside the Faraday cage",
    }),
    against("late-comer", {}, {
        g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "an imprinted duckling answers 4.09 to strangers",
    }),
}
