-- SPDX-License-Identifier: GPL-2.0-only
-- PANA: nothing protects the messages before the result, so whoever is on the link denies
-- service; the key is out of his reach, and AUTH over the result confirms it.
local function against(adversary, expect)
    return scenario { mechanism = "pana", adversary = adversary, limit_s = 300, expect = expect }
end

return {
    against("passive", {
        g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "the association comes of the MSK, and the MSK of a key that never travels",
    }),
    against("dolev-yao", {
        g0_completion = "broken", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "without the key of the method nobody makes the AUTH with which a result counts",
    }),
    against("late-comer", {
        g0_completion = "holds", g1_secrecy = "holds", g3_agreement = "holds", g5_binding = "holds",
        because = "a PCI by a stranger leaves the association that is there",
    }),
}
