-- SPDX-License-Identifier: GPL-2.0-only
-- EST: all hangs on whether somebody compares the fingerprint of the CA certificate that came first.
local function against(adversary, options, expect)
    return scenario { mechanism = "est", adversary = adversary, options = options, limit_s = 300, expect = expect }
end

return {
    against("first-contact", { bootstrap = "fingerprint" }, {
        g1_secrecy = "holds", g5_binding = "holds", g0_completion = "broken",
        because = "what is not the operator's is refused",
    }),
    against("first-contact", { bootstrap = "tofu" }, {
        g1_secrecy = "broken", g5_binding = "broken",
        because = "nobody compares",
    }),
    against("first-contact", { bootstrap = "explicit" }, {
        g1_secrecy = "holds", g5_binding = "holds",
        because = "the anchor was there before",
    }),
}
