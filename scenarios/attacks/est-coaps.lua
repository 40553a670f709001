-- SPDX-License-Identifier: GPL-2.0-only
-- EST over CoAPS: nothing is won on the link, since the trust anchor was there before.
local function against(adversary, expect)
    return scenario { mechanism = "est-coaps", adversary = adversary, limit_s = 300, expect = expect }
end

return {
    against("dolev-yao", {
        g0_completion = "broken", g1_secrecy = "holds", g5_binding = "holds",
        because = "no server of the adversary's has a certificate below the anchor",
    }),
    against("late-comer", {
        g0_completion = "holds", g1_secrecy = "holds", g5_binding = "holds",
        because = "an enrolled device makes no new handshake",
    }),
}
