-- SPDX-License-Identifier: GPL-2.0-only
-- EAP over CoAP: nothing protects the messages before the MSK is there, so whoever is on the link denies
-- service; the key is out of his reach, and EAP-Success inside OSCORE confirms it.
local function against(adversary, expect)
    return scenario { mechanism = "coap-eap", adversary = adversary, limit_s = 300, expect = expect }
end

return {
    against("passive", {
        g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "the OSCORE context comes of the MSK, and the MSK of a key that never travels",
    }),
    against("dolev-yao", {
        g0_completion = "broken", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "without the method's key nobody makes the context under which EAP-Success counts",
    }),
    against("late-comer", {
        g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "a trigger by a stranger leaves the context that is there",
    }),
}
